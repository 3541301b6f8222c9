"""Keep resales of dataset versions, and the shares that go back to people.

The running release survives it: it does not know the tables. Going back forgets them; what was paid
stays on the statements.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [
        ("store", "0031_passport"),
    ]

    operations = [
        migrations.CreateModel(
            name="Resale",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "buyer",
                    models.CharField(
                        choices=[
                            ("company", "company"),
                            ("public", "public"),
                            ("research", "research"),
                            ("nonprofit", "nonprofit"),
                            ("undisclosed", "undisclosed"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("sale", "sale"), ("licence", "licence")], max_length=7
                    ),
                ),
                ("fee_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("on", models.DateField()),
                ("share_per_mille", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "Declared"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="declared",
                        max_length=9,
                    ),
                ),
                ("declared_ms", models.BigIntegerField()),
                ("decided_ms", models.BigIntegerField(null=True)),
                ("withdrawn_ms", models.BigIntegerField(null=True)),
                ("withdrawn_why", models.CharField(blank=True, default="", max_length=300)),
                ("shared_micro", models.BigIntegerField(default=0)),
                ("reserved_micro", models.BigIntegerField(default=0)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resales",
                        to="store.card",
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
                    "declared_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
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
            name="ResaleShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("time_ms", models.BigIntegerField()),
                ("all_ms", models.BigIntegerField()),
                ("micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("is_payable", models.BooleanField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "resale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="store.resale",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="store.resaleshare",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.worker"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="resale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fee_micro__gt", 0),
                    ("share_per_mille__lte", 1000),
                    ("shared_micro__gte", 0),
                    ("reserved_micro__gte", 0),
                    ("shared_micro__lte", models.F("fee_micro")),
                ),
                name="resale_share_of_fee",
            ),
        ),
        migrations.AddConstraint(
            model_name="resale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("declared_by")), _negated=True),
                    _connector="OR",
                ),
                name="resale_of_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="resale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="resale_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="resaleshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", True)),
                fields=("resale", "worker"),
                name="resale_share_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="resaleshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("micro__gte", 0), ("reverses__isnull", True)),
                    models.Q(("micro__lte", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="resale_share_signed",
            ),
        ),
    ]
