"""Keep appeals against decisions, and what restrictions and suspensions change.

Additions alone: the previous version may run beside it. Going back loses appeals.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0005_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField()),
                ("disputed", models.JSONField(default=dict)),
                ("at_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("held_until_ms", models.BigIntegerField(null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "Upheld"), ("overturned", "Overturned")],
                        max_length=10,
                    ),
                ),
                ("answered_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sanction",
            fields=[
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="store.decision",
                    ),
                ),
                ("from_ms", models.BigIntegerField()),
                ("until_ms", models.BigIntegerField()),
                ("daily", models.PositiveSmallIntegerField(null=True)),
                ("lifted_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="worker",
            name="is_limited",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "rejection"), ("undone_ms__isnull", True)),
                fields=("answer",),
                name="decision_rejects_once",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeal",
                to="store.decision",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="held_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sanction",
            name="worker",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(
                condition=models.Q(("answered_ms", None)), fields=["due_ms"], name="appeal_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="appeal_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "due_ms",
                        django.db.models.expressions.CombinedExpression(
                            models.F("at_ms"), "+", models.Value(1209600000)
                        ),
                    )
                ),
                name="appeal_due_in_14_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_ms", None), ("outcome", ""), ("answer", "")),
                    models.Q(
                        ("answered_ms__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appeal_answered_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""),
                    ("answered_by__isnull", False),
                    models.Q(("outcome", "overturned"), ("answered_ms__gt", models.F("due_ms"))),
                    _connector="OR",
                ),
                name="appeal_lost_to_nobody_never",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "upheld"), _negated=True),
                    ("answered_ms__lte", models.F("due_ms")),
                    _connector="OR",
                ),
                name="appeal_upheld_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_by", None),
                        models.Q(("answered_by", models.F("by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("held_by", None),
                        models.Q(("held_by", models.F("by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="appeal_not_answered_by_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("author", None),
                    models.Q(
                        models.Q(
                            models.Q(("outcome", "upheld"), _negated=True),
                            models.Q(("answered_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("held_by", None),
                            models.Q(("held_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="appeal_not_upheld_by_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_by", None), ("held_until_ms", None)),
                    models.Q(("held_by__isnull", False), ("held_until_ms__isnull", False)),
                    _connector="OR",
                ),
                name="appeal_held_until",
            ),
        ),
        migrations.AddIndex(
            model_name="sanction",
            index=models.Index(
                condition=models.Q(("lifted_ms__isnull", True)),
                fields=["worker", "until_ms"],
                name="sanction_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_ms__gt", models.F("from_ms"))), name="sanction_ends"
            ),
        ),
    ]
