"""Keep figures that others counted, with their description and who accepted them.

The running release survives it: it does not know the tables. Going back forgets the deposits; the
entries of the log stay.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def _person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        to="store.person",
        on_delete=django.db.models.deletion.PROTECT,
        null=True,
        related_name="+",
    )


def _key() -> "tuple[str, models.BigAutoField[Any, Any]]":
    return (
        "id",
        models.BigAutoField(
            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
        ),
    )


class Migration(migrations.Migration):
    """Create both tables."""

    dependencies = (("store", "0020_saved_views"),)

    operations = (
        migrations.CreateModel(
            name="Deposit",
            fields=[
                _key(),
                ("publisher", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("title_fr", models.CharField(max_length=300)),
                ("method", models.CharField(max_length=12)),
                ("sampling", models.CharField(max_length=12)),
                ("grade", models.CharField(max_length=1)),
                ("grade_reason", models.CharField(max_length=20)),
                ("descriptor", models.TextField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("signed_by", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("in", "In"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("accepted_ms", models.BigIntegerField(null=True)),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=300)),
                ("by", _person()),
                ("accepted_by", _person()),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.deposit",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=~Q(state__in=("in", "replaced")) | Q(accepted_ms__isnull=False),
                        name="deposit_accepted_since",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=("waiting", "in"), ended_ms__isnull=True)
                        | Q(state__in=("withdrawn", "replaced"), ended_ms__isnull=False),
                        name="deposit_ended_since",
                    ),
                ),
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                _key(),
                ("line", models.PositiveIntegerField()),
                ("concept", models.CharField(max_length=20)),
                ("place", models.CharField(max_length=6)),
                ("place_kind", models.CharField(max_length=9)),
                ("occupation", models.CharField(max_length=100)),
                ("scheme", models.CharField(max_length=4)),
                ("sex", models.CharField(max_length=7)),
                ("age", models.CharField(max_length=7)),
                ("status", models.CharField(max_length=13)),
                ("begin", models.DateField()),
                ("end", models.DateField()),
                ("measure", models.CharField(max_length=12)),
                ("unit", models.CharField(max_length=20)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("value_micro", models.BigIntegerField(null=True)),
                ("low_micro", models.BigIntegerField(null=True)),
                ("high_micro", models.BigIntegerField(null=True)),
                ("level_micro", models.BigIntegerField(null=True)),
                ("n", models.BigIntegerField(null=True)),
                ("is_weighted", models.BooleanField()),
                ("flag", models.CharField(blank=True, max_length=3)),
                ("state", models.CharField(max_length=1)),
                ("note_en", models.CharField(blank=True, max_length=300)),
                ("note_fr", models.CharField(blank=True, max_length=300)),
                ("share_of", models.CharField(blank=True, max_length=20)),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="observations",
                        to="store.deposit",
                    ),
                ),
            ],
        ),
    )
