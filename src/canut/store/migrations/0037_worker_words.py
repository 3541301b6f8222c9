"""Keep what workers write about their trade for the Portrait.

The running release survives it: it does not know the table. Going back forgets the texts.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table; a decision may refuse a text."""

    dependencies = (("store", "0036_resale_guard"),)

    operations = (
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
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
                    ("words", "Words"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="WorkerWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trade", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                ("text", models.TextField()),
                ("name", models.CharField(blank=True, max_length=80)),
                ("at_ms", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("decided_ms", models.BigIntegerField(null=True)),
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
                    "decision",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="words",
                        to="store.portraitrelease",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "trade"], name="words_to_read")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "trade"), name="words_once_a_trade"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="words_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by", None), ("decided_ms", None), ("state", "waiting")
                            ),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_by__isnull", False),
                                ("decided_ms__isnull", False),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="words_decided_by_another",
                    ),
                ],
            },
        ),
    )
