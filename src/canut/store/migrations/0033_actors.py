"""Keep who did the work of each decision, what models propose, and the models that learnt. Additions alone: safe while the previous release runs, which reads none of it; going back loses the models, and who did what is derived again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0032_log_references"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActorsNoted",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("seen", models.CharField(max_length=200)),
                ("seconds", models.FloatField(default=0)),
                ("at_ms", models.BigIntegerField()),
                ("before_ms", models.BigIntegerField(default=0)),
                ("open_ms", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LoopRule",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="loop",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("train", "Train"), ("verify", "Verify"), ("imitate", "Imitate")],
                        default="train",
                        max_length=7,
                    ),
                ),
                ("shows", models.BooleanField(default=False)),
                ("takes_over", models.BooleanField(default=False)),
                ("hidden_per_mille", models.PositiveSmallIntegerField(default=100)),
                ("bar_per_mille", models.PositiveSmallIntegerField(default=980)),
                ("endpoint", models.CharField(blank=True, default="", max_length=400)),
                ("at_ms", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hidden_per_mille__gte", 10),
                            ("hidden_per_mille__lte", 1000),
                            ("bar_per_mille__gte", 500),
                            ("bar_per_mille__lte", 1000),
                        ),
                        name="loop_rule_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Trained",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=20)),
                ("base", models.CharField(blank=True, default="", max_length=120)),
                ("labels", models.JSONField(default=list)),
                ("answers", models.BigIntegerField()),
                ("tasks", models.BigIntegerField()),
                ("labels_ms", models.BigIntegerField()),
                ("simulated_ms", models.BigIntegerField(default=0)),
                ("last_answer", models.BigIntegerField()),
                ("held_out", models.BigIntegerField()),
                ("right", models.BigIntegerField()),
                ("by_people", models.FloatField()),
                ("ece", models.FloatField(null=True)),
                ("temperature", models.FloatField(default=1.0)),
                ("curve", models.JSONField(default=list)),
                ("bands", models.JSONField(default=list)),
                ("weights", models.BinaryField(null=True)),
                ("fit_ms", models.BigIntegerField()),
                ("made_ms", models.BigIntegerField()),
                ("exported_ms", models.BigIntegerField(null=True)),
                (
                    "author",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trained",
                        to="store.modelauthor",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trained",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decided",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="decided",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("outcome", models.CharField(max_length=9)),
                ("decided_ms", models.BigIntegerField()),
                ("label_ms", models.BigIntegerField(default=0)),
                ("correct_ms", models.BigIntegerField(default=0)),
                ("verify_ms", models.BigIntegerField(default=0)),
                ("adjudicate_ms", models.BigIntegerField(default=0)),
                ("impersonate_ms", models.BigIntegerField(default=0)),
                ("simulated_ms", models.BigIntegerField(default=0)),
                ("machine_ms", models.BigIntegerField(default=0)),
                ("is_simulated", models.BooleanField(default=False)),
                ("shown", models.PositiveSmallIntegerField(default=0)),
                ("kept", models.PositiveSmallIntegerField(default=0)),
                ("unseen", models.PositiveSmallIntegerField(default=0)),
                ("same", models.PositiveSmallIntegerField(default=0)),
                ("acts", models.TextField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.project",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="store.modelauthor",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["project", "decided_ms"], name="decided_when")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["untouched", "audited", "accepted", "corrected", "human"],
                            )
                        ),
                        name="decided_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("tasks", models.BigIntegerField(default=0)),
                ("at_ms", models.BigIntegerField()),
                ("repaired_ms", models.BigIntegerField(null=True)),
                ("repair", models.CharField(blank=True, default="", max_length=500)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incidents",
                        to="store.project",
                    ),
                ),
                (
                    "repaired_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("repaired_ms", None)),
                        fields=("project",),
                        name="incident_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="proposal",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("label", models.TextField()),
                ("score", models.FloatField()),
                ("source", models.CharField(max_length=190)),
                ("is_hidden", models.BooleanField()),
                ("is_shown", models.BooleanField(default=False)),
                ("at_ms", models.BigIntegerField()),
                ("took_ms", models.BigIntegerField(null=True)),
                ("back_ms", models.BigIntegerField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["project", "is_hidden", "task"], name="proposal_of_project"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)),
                        name="proposal_score_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_hidden", False),
                            models.Q(("is_shown", False), ("took_ms", None)),
                            _connector="OR",
                        ),
                        name="proposal_hidden_is_unseen",
                    ),
                ],
            },
        ),
    ]
