"""Keep requests to withdraw an item, what was withdrawn, and what each model was trained on.

The running release survives it: it does not know the tables. Going back forgets the requests, and
lends nothing again: the tasks stay aside, without their content.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0038_lesson_guards"),)

    operations = (
        migrations.CreateModel(
            name="ItemSalt",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="item_salt",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("salt", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="TrainingManifest",
            fields=[
                (
                    "trained",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="manifest",
                        serialize=False,
                        to="store.trained",
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("leaves", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="WithdrawalRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("address", models.CharField(blank=True, max_length=1000)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(blank=True, max_length=2000)),
                ("contact", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("unfound", "Unfound"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("answer", models.TextField(blank=True)),
                ("decided_ms", models.BigIntegerField(null=True)),
                ("appeal_words", models.CharField(blank=True, max_length=2000)),
                ("appeal_ms", models.BigIntegerField(null=True)),
                ("appeal_due_ms", models.BigIntegerField(null=True)),
                (
                    "appeal_outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "Upheld"), ("overturned", "Overturned")],
                        max_length=10,
                    ),
                ),
                ("appeal_answer", models.TextField(blank=True)),
                ("appeal_answered_ms", models.BigIntegerField(null=True)),
                ("emptied_ms", models.BigIntegerField(null=True)),
                (
                    "appeal_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                        related_name="withdrawals",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WithdrawnTask",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="withdrawn",
                        serialize=False,
                        to="store.task",
                    ),
                ),
                ("leaf", models.CharField(max_length=64)),
                ("files", models.JSONField(default=list)),
                ("at_ms", models.BigIntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.project",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="store.withdrawalrequest",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="withdrawalrequest",
            index=models.Index(fields=["project", "state", "due_ms"], name="withdrawal_of_project"),
        ),
        migrations.AddConstraint(
            model_name="withdrawalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "due_ms",
                        django.db.models.expressions.CombinedExpression(
                            models.F("at_ms"), "+", models.Value(2592000000)
                        ),
                    )
                ),
                name="withdrawal_due_in_30_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "waiting"),
                    models.Q(
                        ("decided_ms__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="withdrawal_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("appeal_due_ms", None), ("appeal_ms", None)),
                    (
                        "appeal_due_ms",
                        django.db.models.expressions.CombinedExpression(
                            models.F("appeal_ms"), "+", models.Value(1209600000)
                        ),
                    ),
                    _connector="OR",
                ),
                name="withdrawal_appeal_in_14_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appeal_by", None),
                    models.Q(("appeal_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="withdrawal_appeal_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawntask",
            index=models.Index(fields=["project", "at_ms"], name="withdrawn_of_project"),
        ),
    )
