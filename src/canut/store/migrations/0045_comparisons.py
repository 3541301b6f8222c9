"""Keep comparisons of presentations, planted wrong proposals, and the lines of a model's lien.

The running release survives it: it does not know the tables. Going back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0044_commissions"),)

    operations = (
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.PositiveIntegerField()),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("instructions", "instructions"),
                            ("order", "order"),
                            ("proposals", "proposals"),
                        ],
                        max_length=12,
                    ),
                ),
                ("instructions", models.TextField(blank=True)),
                ("hypothesis", models.CharField(max_length=400)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("right", "right"),
                            ("agreement", "agreement"),
                            ("skips", "skips"),
                            ("questions", "questions"),
                            ("strain", "strain"),
                            ("changes", "changes"),
                            ("anchoring", "anchoring"),
                            ("access", "access"),
                        ],
                        max_length=12,
                    ),
                ),
                ("margin", models.FloatField()),
                ("spread", models.FloatField()),
                ("people", models.PositiveIntegerField()),
                ("seed", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("held", "Held"),
                            ("ended", "Ended"),
                            ("stopped", "Stopped"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("opened_ms", models.BigIntegerField()),
                ("harm", models.CharField(blank=True, max_length=8)),
                ("harm_words", models.CharField(blank=True, max_length=400)),
                ("held_ms", models.BigIntegerField(null=True)),
                ("looked_ms", models.BigIntegerField(default=0)),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("result", models.JSONField(default=dict)),
                (
                    "ethics_ok_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comparisons",
                        to="store.project",
                    ),
                ),
                (
                    "resumed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComparedPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arm", models.CharField(choices=[("a", "a"), ("b", "b")], max_length=1)),
                ("hides_proposals", models.BooleanField(default=False)),
                ("joined_ms", models.BigIntegerField()),
                ("left_ms", models.BigIntegerField(null=True)),
                ("asked_usual", models.BooleanField(default=False)),
                ("strain", models.PositiveSmallIntegerField(null=True)),
                ("uses_aid", models.BooleanField(null=True)),
                ("access_failed", models.BooleanField(default=False)),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comparisons",
                        to="store.worker",
                    ),
                ),
                (
                    "comparison",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="compared",
                        to="store.comparison",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LienVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("lines", models.JSONField(default=dict)),
                ("responsible", models.CharField(blank=True, max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="liens",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlantedProposal",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="planted_proposal",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("label", models.TextField()),
                ("source", models.CharField(max_length=190)),
                ("is_shown", models.BooleanField()),
                ("layout", models.CharField(max_length=16)),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planted_proposals",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnchoringLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("layout", models.CharField(max_length=16)),
                ("facts", models.JSONField(default=dict)),
                ("at_ms", models.BigIntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anchoring_limits",
                        to="store.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "layout"), name="anchoring_limit_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(fields=["project", "id"], name="comparison_of_project"),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "held"))),
                fields=("project",),
                name="comparison_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(("margin__gt", 0), ("people__gte", 1), ("spread__gt", 0)),
                name="comparison_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(("harm", ""), _negated=True),
                    _connector="OR",
                ),
                name="comparison_held_for_harm",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparedperson",
            constraint=models.UniqueConstraint(
                fields=("comparison", "worker"), name="compared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="comparedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("hides_proposals", True)),
                fields=("worker",),
                name="compared_blind_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("strain", None),
                    models.Q(("strain__gte", 1), ("strain__lte", 5)),
                    _connector="OR",
                ),
                name="compared_strain",
            ),
        ),
        migrations.AddConstraint(
            model_name="lienversion",
            constraint=models.UniqueConstraint(
                fields=("project", "number"), name="lien_version_once"
            ),
        ),
    )
