"""Keep attempts at paid lessons, their answers, cases and marks, and who reviewed a lesson.

The running release survives it: it does not know the tables. Going back forgets all of them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [
        ("store", "0033_accord_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="LessonAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lesson", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("hour_micro", models.BigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("screen", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("waiting", "Waiting"),
                            ("marked", "Marked"),
                            ("ended", "Ended"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("auto_thousandths", models.PositiveSmallIntegerField(null=True)),
                ("case_halves", models.PositiveSmallIntegerField(null=True)),
                ("has_passed", models.BooleanField(default=False)),
                ("started_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("result_ms", models.BigIntegerField(null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.decision",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=3)),
                ("answer", models.JSONField()),
                ("score_thousandths", models.PositiveSmallIntegerField(null=True)),
                ("at_ms", models.BigIntegerField()),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="store.lessonattempt",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lesson", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="lesson_question_in_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lesson", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=120)),
                (
                    "role",
                    models.CharField(
                        choices=[("teacher", "Teacher"), ("ethics", "Ethics")], max_length=7
                    ),
                ),
                ("signs", models.BooleanField()),
                ("text", models.TextField(blank=True)),
                ("day", models.DateField()),
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
        ),
        migrations.CreateModel(
            name="LessonScript",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("markers", models.PositiveSmallIntegerField(default=2)),
                ("at_ms", models.BigIntegerField()),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="script",
                        to="store.lessonattempt",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("levels", models.JSONField()),
                ("reasons", models.JSONField()),
                ("total", models.PositiveSmallIntegerField()),
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
                    "script",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="store.lessonscript",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="lessonattempt",
            index=models.Index(fields=["person", "started_ms"], name="lesson_attempt_of_person"),
        ),
        migrations.AddIndex(
            model_name="lessonattempt",
            index=models.Index(fields=["lesson", "state"], name="lesson_attempt_of_lesson"),
        ),
        migrations.AddConstraint(
            model_name="lessonattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("person", "lesson"),
                name="lesson_attempt_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_ms", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("ended_ms__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="lesson_attempt_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hour_micro", 0),
                    models.Q(("hour_micro__gt", 0), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="lesson_attempt_of_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonanswer",
            constraint=models.UniqueConstraint(
                fields=("attempt", "item"), name="lesson_answer_once"
            ),
        ),
        migrations.AddIndex(
            model_name="lessonreview",
            index=models.Index(fields=["lesson", "version"], name="lesson_review_of_lesson"),
        ),
        migrations.AddConstraint(
            model_name="lessonreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="lesson_review_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signs", True), models.Q(("text", ""), _negated=True), _connector="OR"
                ),
                name="lesson_review_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonscript",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="lesson_script_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonmark",
            constraint=models.UniqueConstraint(
                fields=("script", "marker"), name="lesson_mark_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__lte", 12)), name="lesson_mark_total"
            ),
        ),
    ]
