"""Keep vacation pay until the vacation, and record when it is to be paid.

The running release survives it: it does not know these tables. Going back loses what was set to be
paid; what was earned stands in the statements too.
"""

from django.db import migrations, models
from django.db.models import Q

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Create both tables."""

    dependencies = (("store", "0009_silences"),)

    operations = (
        migrations.CreateModel(
            name="VacationPay",
            fields=[
                ("id", ID),
                ("kept_micro", models.BigIntegerField()),
                ("paid_micro", models.BigIntegerField()),
                (
                    "statement",
                    models.OneToOneField(
                        on_delete=models.CASCADE, related_name="vacation", to="store.statement"
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=Q(kept_micro__gte=0, paid_micro__gte=0),
                        name="vacation_not_negative",
                    ),
                ),
            },
        ),
        migrations.CreateModel(
            name="VacationPayout",
            fields=[
                ("id", ID),
                (
                    "why",
                    models.CharField(choices=[("leave", "Leave"), ("end", "End")], max_length=5),
                ),
                ("on", models.DateField()),
                ("micro", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="store.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="vacation_payouts",
                        to="store.person",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=Q(micro__isnull=True) | Q(micro__gt=0),
                        name="payout_above_nothing",
                    ),
                ),
            },
        ),
    )
