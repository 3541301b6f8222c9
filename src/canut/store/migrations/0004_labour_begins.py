"""Begin what labour keeps: terms, decisions, what decisions change, pages given out.

Additions alone: the previous version may run beside it. Known answers are parted anew, so estimates
that rest on them are made again by the next look around.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_choice_of_estimates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rejection", "Rejection"),
                            ("restriction", "Restriction"),
                            ("suspension", "Suspension"),
                            ("closure", "Closure"),
                            ("time_refused", "Time Refused"),
                            ("time_held", "Time Held"),
                            ("time_granted", "Time Granted"),
                            ("not_lent", "Not Lent"),
                            ("quality", "Quality"),
                            ("price", "Price"),
                            ("correction", "Correction"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                ("rule", models.CharField(blank=True, max_length=40)),
                ("inputs", models.JSONField(default=dict)),
                ("factors", models.JSONField(default=list)),
                ("text_en", models.TextField()),
                ("text_fr", models.TextField()),
                ("evidence", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                ("undone_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OpenPage",
            fields=[
                ("session", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("opened_ms", models.BigIntegerField()),
                ("assistive", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="PayAdjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("piece_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.CharField(max_length=200)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("place", models.CharField(max_length=6)),
                ("zone", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("employee", "Employee"),
                            ("self_employed", "Self Employed"),
                            ("volunteer", "Volunteer"),
                            ("own_staff", "Own Staff"),
                        ],
                        max_length=13,
                    ),
                ),
                ("is_minor", models.BooleanField(default=False)),
                ("assistive", models.BooleanField(default=False)),
                ("pace_granted", models.PositiveIntegerField(default=1000)),
                ("facts", models.JSONField(default=dict)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="is_service",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="project",
            name="client_country",
            field=models.CharField(blank=True, max_length=6),
        ),
        migrations.AddField(
            model_name="project",
            name="floor_micro",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="hourly_micro",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="modality",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("audio", "Audio"),
                    ("image", "Image"),
                    ("video", "Video"),
                ],
                default="text",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="risk_categories",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="project",
            name="severity",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="beat",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("pilot", "Pilot"),
                    ("open", "Open"),
                    ("paused", "Paused"),
                    ("closed", "Closed"),
                ],
                default="draft",
                max_length=6,
            ),
        ),
        migrations.AddIndex(
            model_name="beat",
            index=models.Index(fields=["person", "received_ms"], name="beat_of_person"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity", None), ("severity__lte", 4), _connector="OR"),
                name="project_severity_up_to_4",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="answer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.answer"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="worker",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
            ),
        ),
        migrations.AddField(
            model_name="openpage",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="openpage",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="payadjustment",
            name="answer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.answer"
            ),
        ),
        migrations.AddField(
            model_name="payadjustment",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="store.decision"
            ),
        ),
        migrations.AddField(
            model_name="payadjustment",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="payadjustment",
            name="worker",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.worker"),
        ),
        migrations.AddField(
            model_name="terms",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="terms",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="terms",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["person", "at_ms"], name="decision_of_person"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text_en", ""), _negated=True),
                    models.Q(("text_fr", ""), _negated=True),
                    models.Q(("code", ""), _negated=True),
                ),
                name="decision_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("made_by", None),
                        models.Q(("system", ""), _negated=True),
                        models.Q(("rule", ""), _negated=True),
                        models.Q(("factors", []), _negated=True),
                    ),
                    models.Q(("made_by__isnull", False), ("system", "")),
                    _connector="OR",
                ),
                name="decision_by_rule_or_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ("rejection", "restriction", "suspension", "closure", "time_refused"),
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        ("made_by__isnull", False),
                        models.Q(("evidence", ""), _negated=True),
                        models.Q(("made_by", models.F("person")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_against_by_person",
            ),
        ),
        migrations.AddIndex(
            model_name="openpage",
            index=models.Index(fields=["person", "opened_ms"], name="page_of_person"),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.UniqueConstraint(fields=("person", "number"), name="terms_once"),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.CheckConstraint(
                condition=models.Q(("pace_granted__gte", 1000)), name="terms_pace_at_least_usual"
            ),
        ),
        migrations.RunSQL(
            "UPDATE store_estimate SET last_answer = 0 WHERE known > 0", migrations.RunSQL.noop
        ),
    ]
