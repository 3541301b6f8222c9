"""Keep the packs of legal values that were brought, and whose word they stand on.

The running release survives it, and does not know the packs. Going back loses them: statements stay
as they are, but periods that were closed with a pack cannot be counted again without it.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def _person() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        to="store.person",
        on_delete=django.db.models.deletion.PROTECT,
        null=True,
        related_name="+",
    )


class Migration(migrations.Migration):
    """Create the table of packs."""

    dependencies = (("store", "0011_accountant"),)

    operations = (
        migrations.CreateModel(
            name="PlacePack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("content", models.TextField()),
                ("place", models.CharField(max_length=6)),
                ("version", models.CharField(max_length=300)),
                ("author", models.CharField(max_length=120)),
                ("author_name", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("in_force", "In Force"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("brought_ms", models.BigIntegerField()),
                ("first_ms", models.BigIntegerField(null=True)),
                ("second_ms", models.BigIntegerField(null=True)),
                ("alone_until_ms", models.BigIntegerField(null=True)),
                ("takes_effect_ms", models.BigIntegerField(null=True)),
                ("refused_ms", models.BigIntegerField(null=True)),
                ("refused_why", models.CharField(blank=True, max_length=300)),
                ("first_by", _person()),
                ("second_by", _person()),
                ("refused_by", _person()),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=~Q(state="in_force")
                        | Q(first_by__isnull=False, second_by__isnull=False)
                        | Q(first_by__isnull=False, alone_until_ms__isnull=False),
                        name="pack_on_two_words",
                    ),
                    models.CheckConstraint(
                        condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                        name="pack_of_two_people",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state="in_force") | Q(takes_effect_ms__isnull=False),
                        name="pack_in_force_since",
                    ),
                )
            },
        ),
    )
