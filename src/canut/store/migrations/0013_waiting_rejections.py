"""Let rejections wait for a second person, and add monthly reports to oversight.

The running release survives it: it rejects alone, as before. Going back loses the rejections that
wait; nothing followed from them yet. Monthly reports stay, and are shown without their figures.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Create the table, and name one more kind of report."""

    dependencies = (("store", "0012_place_packs"),)

    operations = (
        migrations.CreateModel(
            name="WaitingRejection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("evidence", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "Confirmed"), ("refused", "Refused")],
                        max_length=9,
                    ),
                ),
                ("decided_ms", models.BigIntegerField(null=True)),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_rejection",
                        to="store.answer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
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
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=Q(decided_by=None, decided_ms=None, outcome="")
                        | (
                            ~Q(outcome="")
                            & Q(decided_by__isnull=False)
                            & Q(decided_ms__isnull=False)
                        ),
                        name="waiting_rejection_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
                        name="waiting_rejection_needs_two",
                    ),
                ),
            },
        ),
        migrations.AlterField(
            model_name="oversightreport",
            name="kind",
            field=models.CharField(
                choices=[("now", "Now"), ("mon", "Month"), ("half", "Half")], max_length=4
            ),
        ),
    )
