"""Keep commissions, texts that readers test, and who agreed to read them.

The running release survives it: it does not know the tables. Going back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0043_maintenance"),)

    operations = (
        migrations.CreateModel(
            name="PlainText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "of",
                    models.CharField(
                        choices=[
                            ("result", "Result"),
                            ("decision", "Decision"),
                            ("guideline", "Guideline"),
                            ("card", "Card"),
                            ("lien", "Lien"),
                            ("postmortem", "Postmortem"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("version", models.PositiveIntegerField()),
                ("text", models.CharField(max_length=6000)),
                ("is_about_people", models.BooleanField(default=False)),
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
                        related_name="plain_texts",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reader",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("languages", models.JSONField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Commission",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="commission",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("need", models.CharField(max_length=1200)),
                ("decision_served", models.CharField(blank=True, max_length=300)),
                ("business_noticed_by", models.CharField(blank=True, max_length=300)),
                ("business_measure", models.CharField(blank=True, max_length=300)),
                ("social_noticed_by", models.CharField(blank=True, max_length=300)),
                ("social_measure", models.CharField(blank=True, max_length=300)),
                ("ethical_noticed_by", models.CharField(blank=True, max_length=300)),
                ("ethical_measure", models.CharField(blank=True, max_length=300)),
                ("touched", models.JSONField(default=list)),
                ("harm_if_wrong", models.CharField(blank=True, max_length=600)),
                ("redress", models.CharField(blank=True, max_length=600)),
                ("is_about_people", models.BooleanField(default=False)),
                ("person_named", models.CharField(blank=True, max_length=120)),
                ("question_number", models.PositiveIntegerField(null=True)),
                ("precision_per_mille", models.PositiveSmallIntegerField(default=0)),
                ("people", models.PositiveIntegerField(default=5)),
                ("hours_a_day", models.PositiveSmallIntegerField(default=2)),
                ("scenario", models.CharField(blank=True, max_length=10)),
                ("scenario_facts", models.JSONField(default=dict)),
                ("bar_per_mille", models.PositiveSmallIntegerField(null=True)),
                ("slips", models.PositiveSmallIntegerField(null=True)),
                ("known_tasks", models.PositiveIntegerField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("fixed_ms", models.BigIntegerField(null=True)),
                ("told_ms", models.BigIntegerField(null=True)),
                ("told_right", models.PositiveIntegerField(null=True)),
                ("told_total", models.PositiveIntegerField(null=True)),
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
                    "told_by",
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
            name="AcceptanceTask",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="acceptance",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                (
                    "commission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptance_tasks",
                        to="store.commission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContradictionAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=20)),
                ("facts", models.JSONField()),
                ("words", models.CharField(max_length=600)),
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
                    "commission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="store.commission",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReaderTest",
            fields=[
                (
                    "text",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reader_test",
                        serialize=False,
                        to="store.plaintext",
                    ),
                ),
                ("questions", models.JSONField()),
                ("asked", models.PositiveSmallIntegerField()),
                ("opened_ms", models.BigIntegerField()),
                ("closed_ms", models.BigIntegerField(null=True)),
                ("understood", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begun_ms", models.BigIntegerField()),
                ("answered_ms", models.BigIntegerField(null=True)),
                ("answers", models.JSONField(default=list)),
                ("right", models.JSONField(default=list)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReadingMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.PositiveSmallIntegerField()),
                ("is_right", models.BooleanField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "marker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="store.reading",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="commission",
            constraint=models.CheckConstraint(
                condition=models.Q(("need", ""), _negated=True), name="commission_says_the_need"
            ),
        ),
        migrations.AddConstraint(
            model_name="commission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("bar_per_mille", None),
                        ("decided_by", ""),
                        ("fixed_ms", None),
                        ("known_tasks", None),
                        ("slips", None),
                    ),
                    models.Q(
                        ("bar_per_mille__isnull", False),
                        ("known_tasks__gte", 1),
                        ("slips__isnull", False),
                        models.Q(("decided_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="commission_acceptance_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="commission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("told_by", None),
                        ("told_ms", None),
                        ("told_right", None),
                        ("told_total", None),
                    ),
                    models.Q(
                        ("fixed_ms__isnull", False),
                        ("told_by__isnull", False),
                        ("told_ms__isnull", False),
                        ("told_right__lte", models.F("told_total")),
                    ),
                    _connector="OR",
                ),
                name="commission_outcome_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="contradictionanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="contradiction_answered"
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="test",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="readings",
                to="store.readertest",
            ),
        ),
        migrations.AddField(
            model_name="readertest",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="plaintext",
            constraint=models.UniqueConstraint(
                fields=("project", "of", "name", "language", "version"), name="plain_text_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="plaintext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    models.Q(("name", ""), _negated=True),
                    ("version__gte", 1),
                ),
                name="plain_text_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="readingmark",
            constraint=models.UniqueConstraint(
                fields=("reading", "question", "marker"), name="reading_mark_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("test", "person"),
                name="reading_once_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_ms", None),
                    ("answered_ms__gte", models.F("begun_ms")),
                    _connector="OR",
                ),
                name="reading_answered_after_begun",
            ),
        ),
        migrations.AddIndex(
            model_name="readertest",
            index=models.Index(
                condition=models.Q(("closed_ms", None)),
                fields=["opened_ms"],
                name="reader_test_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="readertest",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked__in", (5, 10))), name="reader_test_of_five_or_ten"
            ),
        ),
        migrations.AddConstraint(
            model_name="readertest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_ms", None), ("understood", None)),
                    models.Q(("closed_ms__isnull", False), ("understood__lte", models.F("asked"))),
                    _connector="OR",
                ),
                name="reader_test_closes_whole",
            ),
        ),
    )
