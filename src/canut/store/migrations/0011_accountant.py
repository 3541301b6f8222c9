"""Keep pay of the year from before Canut, and what the work costs a person.

Two new tables. The running release survives it: it reads and writes neither. Going back loses both,
so that yearly limits no longer count what was paid before Canut.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0010_vacation_pay"),)

    operations = (
        migrations.CreateModel(
            name="OpeningBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("gross_micro", models.BigIntegerField()),
                ("vacation_micro", models.BigIntegerField()),
                ("net_micro", models.BigIntegerField()),
                ("contributed", models.JSONField(default=dict)),
                ("source", models.CharField(max_length=200)),
                ("set_ms", models.BigIntegerField()),
                ("confirmed_ms", models.BigIntegerField(null=True)),
                ("withdrawn_ms", models.BigIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opening_balances",
                        to="store.person",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.person",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.person",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=("year", "person"), name="opening_of_year")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(gross_micro__gt=0, vacation_micro__gte=0, net_micro__gte=0)
                        & Q(vacation_micro__lte=F("gross_micro"), net_micro__lte=F("gross_micro")),
                        name="opening_within_gross",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnCosts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("costs", models.JSONField(default=dict)),
                ("hours_a_month", models.PositiveSmallIntegerField()),
                ("hourly_micro", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_costs",
                        to="store.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "number"), name="own_costs_once"),
                    models.CheckConstraint(
                        condition=Q(hourly_micro__gte=0), name="own_costs_not_negative"
                    ),
                ],
            },
        ),
    )
