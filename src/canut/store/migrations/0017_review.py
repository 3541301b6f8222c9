"""Add reviews and changes of many tasks. The previous release may run meanwhile.

Nothing that was there changes but three indexes. Going back loses reviews, and what labels they had
set stay.
"""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0016_ops"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulk",
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
                            ("priority", "Priority"),
                            ("answers", "Answers"),
                            ("aside", "Aside"),
                            ("return", "Return"),
                            ("review", "Review"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount", models.SmallIntegerField(default=0)),
                ("chosen", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("undoing", "Undoing"),
                            ("undone", "Undone"),
                        ],
                        default="running",
                        max_length=7,
                    ),
                ),
                ("said", models.BigIntegerField()),
                ("changed", models.BigIntegerField(default=0)),
                ("kept", models.BigIntegerField(default=0)),
                ("after", models.BigIntegerField(default=0)),
                ("undoing_after", models.BigIntegerField(default=0)),
                ("at_ms", models.BigIntegerField()),
                ("undone_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulkTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.CharField(max_length=12)),
                ("became", models.CharField(max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("settled", "Settled"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                (
                    "why",
                    models.SmallIntegerField(
                        choices=[(0, "Asked"), (1, "Flagged"), (2, "Answered"), (3, "Unsure")]
                    ),
                ),
                ("round", models.SmallIntegerField(default=1)),
                ("confidence", models.FloatField(default=0.0)),
                ("asked_ms", models.BigIntegerField()),
                ("held_until_ms", models.BigIntegerField(null=True)),
                ("settled_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReviewedLabel",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reviewed",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("decided_by", models.CharField(max_length=60)),
                ("counted", models.PositiveSmallIntegerField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ReviewRule",
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
                (
                    "second",
                    models.CharField(
                        choices=[("none", "None"), ("change", "Change"), ("always", "Always")],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("below", models.FloatField(default=0.8)),
                ("piece_micro", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="TextIndex",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="texts",
                        serialize=False,
                        to="store.import",
                    ),
                ),
                ("row", models.BigIntegerField(default=0)),
                ("is_whole", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
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
                            ("accepted", "Accepted"),
                            ("chosen", "Chosen"),
                            ("corrected", "Corrected"),
                        ],
                        max_length=9,
                    ),
                ),
                ("values", models.TextField()),
                ("label", models.TextField()),
                ("consensus", models.TextField(blank=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("piece_micro", models.BigIntegerField()),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("elapsed_ms", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="taskstate",
            name="task_by_confidence",
        ),
        migrations.RemoveIndex(
            model_name="taskstate",
            name="task_by_state",
        ),
        migrations.AddField(
            model_name="taskstate",
            name="flagged_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="taskstate",
            name="reviewed_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="lease",
            name="state",
            field=models.SmallIntegerField(
                choices=[
                    (-2, "Reviewed"),
                    (-1, "Reviewing"),
                    (0, "Live"),
                    (1, "Answered"),
                    (2, "Skipped"),
                    (3, "Released"),
                    (4, "Expired"),
                    (5, "Review Over"),
                ],
                default=0,
            ),
        ),
        migrations.AlterField(
            model_name="taskstate",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("closed", "Closed"),
                    ("practice", "Practice"),
                    ("aside", "Aside"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("known__isnull", False)),
                fields=["project", "id"],
                name="task_known",
            ),
        ),
        migrations.AddIndex(
            model_name="taskstate",
            index=models.Index(fields=["project", "confidence", "task"], name="task_by_confidence"),
        ),
        migrations.AddIndex(
            model_name="taskstate",
            index=models.Index(fields=["project", "state", "task"], name="task_by_state"),
        ),
        migrations.AddIndex(
            model_name="taskstate",
            index=models.Index(
                models.F("project"),
                django.db.models.functions.text.Substr("label", 1, 100),
                models.F("task"),
                condition=models.Q(("label__isnull", False)),
                name="task_by_label",
            ),
        ),
        migrations.AddIndex(
            model_name="taskstate",
            index=models.Index(
                condition=models.Q(("flagged_ms__isnull", False)),
                fields=["project", "task"],
                name="task_flagged",
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bulktask",
            name="bulk",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="store.bulk",
            ),
        ),
        migrations.AddField(
            model_name="bulktask",
            name="task",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.task"),
        ),
        migrations.AddField(
            model_name="review",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="holder",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="store.worker",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="project",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="store.task"
            ),
        ),
        migrations.AddField(
            model_name="reviewedlabel",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="store.project"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("below__gte", 0), ("below__lte", 1), ("piece_micro__gte", 0)),
                name="review_rule_range",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="answer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.answer"
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verdicts",
                to="store.review",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="verdicts",
                to="store.task",
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="worker",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
            ),
        ),
        migrations.AddField(
            model_name="reviewedlabel",
            name="verdict",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="store.verdict"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulktask",
            constraint=models.UniqueConstraint(fields=("bulk", "task"), name="bulk_task_once"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["project", "why", "confidence", "id"],
                name="review_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("task",), name="review_waits_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_until_ms", None), ("holder", None)),
                    models.Q(("held_until_ms__isnull", False), ("holder__isnull", False)),
                    models.Q(("state", "waiting"), _negated=True),
                    _connector="OR",
                ),
                name="review_held_until",
            ),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(fields=["worker", "at_ms"], name="verdict_of_worker"),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.UniqueConstraint(fields=("review", "worker"), name="verdict_once"),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("elapsed_ms__gte", 0), ("piece_micro__gte", 0)),
                name="verdict_not_negative",
            ),
        ),
    ]
