"""Keep studies on other sites, and who took part.

The running release survives it: it knows none of the tables. Going back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables; let a claim be of a study."""

    dependencies = (("store", "0049_recruiting"),)

    operations = (
        migrations.CreateModel(
            name="Participation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("participant", models.CharField(max_length=24)),
                ("session", models.CharField(max_length=24)),
                ("begun_ms", models.BigIntegerField()),
                ("returned_ms", models.BigIntegerField(null=True)),
                ("code", models.CharField(blank=True, max_length=60)),
                (
                    "meaning",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "completed"),
                            ("screened-out", "screened-out"),
                            ("no-consent", "no-consent"),
                            ("quota-full", "quota-full"),
                            ("trouble", "trouble"),
                            ("attention", "attention"),
                            ("unknown", "unknown"),
                            ("broken-off", "broken-off"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_own_code", models.BooleanField(default=False)),
                ("is_asked", models.BooleanField(default=False)),
                ("declared_ms", models.BigIntegerField(null=True)),
                ("withdrawn_ms", models.BigIntegerField(null=True)),
                ("deleted_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PrescreenAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=20)),
                ("answer", models.CharField(max_length=20)),
                ("said_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="study",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("address", models.CharField(max_length=500)),
                (
                    "preset",
                    models.CharField(
                        choices=[
                            ("prolific", "prolific"),
                            ("otree", "otree"),
                            ("qualtrics", "qualtrics"),
                            ("jspsych", "jspsych"),
                            ("none", "none"),
                        ],
                        max_length=9,
                    ),
                ),
                ("longest_ms", models.BigIntegerField()),
                ("codes", models.JSONField(default=dict)),
                ("quotas", models.JSONField(default=list)),
                ("screened_out_micro", models.BigIntegerField(default=0)),
                ("consent", models.TextField(blank=True)),
                ("ethics_number", models.CharField(blank=True, max_length=80)),
                ("is_by_organisation", models.BooleanField(default=False)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AlterField(
            model_name="claim",
            name="why",
            field=models.CharField(
                choices=[
                    ("paper", "Paper"),
                    ("crashed", "Crashed"),
                    ("other", "Other"),
                    ("too_long", "Too Long"),
                    ("not_right", "Not Right"),
                    ("unseen", "Unseen"),
                    ("hours", "Hours"),
                    ("study", "Study"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="store.answer",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="claim",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="store.claim",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="lease",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="store.lease",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participations",
                to="store.worker",
            ),
        ),
        migrations.AddField(
            model_name="prescreenanswer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prescreening",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="gives",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.qualification",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participations",
                to="store.study",
            ),
        ),
        migrations.AddConstraint(
            model_name="prescreenanswer",
            constraint=models.UniqueConstraint(
                fields=("person", "question"), name="prescreen_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.CheckConstraint(
                condition=models.Q(("longest_ms__gt", 0), ("screened_out_micro__gte", 0)),
                name="study_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("study", "worker"), name="participation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("study", "participant"), name="participant_once"
            ),
        ),
    )
