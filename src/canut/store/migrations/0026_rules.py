"""Keep what the register of rules counted, its verdicts, and the tasks and notes about them.

The running release survives it: it does not know the tables. Going back forgets since when a
verdict holds, and the notes; the log keeps the changes of verdicts.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [
        ("store", "0025_inspector_file"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=20)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("not_met", "NOT_MET"),
                            ("needs_operator", "NEEDS_OPERATOR"),
                            ("unknown", "UNKNOWN"),
                            ("met", "MET"),
                            ("not_applicable", "NOT_APPLICABLE"),
                        ],
                        max_length=14,
                    ),
                ),
                ("reason", models.CharField(max_length=20)),
                ("cases", models.BigIntegerField()),
                ("bad", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["rule", "at_ms"], name="rule_verdict_of_rule")],
            },
        ),
        migrations.CreateModel(
            name="RuleEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("query", models.CharField(max_length=5)),
                ("cases", models.BigIntegerField()),
                ("bad", models.BigIntegerField()),
                ("people", models.BigIntegerField(default=0)),
                ("until", models.BigIntegerField(default=0)),
                ("is_complete", models.BooleanField(default=True)),
                ("failed", models.BooleanField(default=False)),
                ("at_ms", models.BigIntegerField()),
                (
                    "period",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.period",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("period", None)),
                        fields=("query",),
                        name="rule_evidence_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("period__isnull", False)),
                        fields=("query", "period"),
                        name="rule_evidence_once_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("bad__gte", 0), ("cases__gte", models.F("bad"))),
                        name="rule_evidence_of_cases",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=20)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("jurist", "Jurist"),
                            ("representative", "Representative"),
                            ("inspector", "Inspector"),
                        ],
                        max_length=14,
                    ),
                ),
                ("text_en", models.TextField(blank=True)),
                ("text_fr", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["rule", "at_ms"], name="rule_review_of_rule")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text_en", ""), _negated=True),
                            models.Q(("text_fr", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rule_review_in_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=20)),
                ("due_ms", models.BigIntegerField()),
                ("note", models.CharField(max_length=500)),
                ("set_ms", models.BigIntegerField()),
                ("done_ms", models.BigIntegerField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_ms", None)),
                        fields=("rule",),
                        name="rule_task_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_by", None), ("done_ms", None)),
                            models.Q(("done_by__isnull", False), ("done_ms__isnull", False)),
                            _connector="OR",
                        ),
                        name="rule_task_done_by_somebody",
                    ),
                ],
            },
        ),
    ]
