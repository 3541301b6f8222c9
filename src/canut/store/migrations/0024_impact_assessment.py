"""Keep assessments of what measuring work does to people, and what workers think of them.

The running release survives it: it does not know the tables. Going back forgets the assessments.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0023_system_notices"),)

    operations = (
        migrations.CreateModel(
            name="ImpactAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                ("agreed_ms", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("concluded_ms", models.BigIntegerField(null=True)),
                ("changed", models.CharField(blank=True, max_length=2000)),
                ("review_ms", models.BigIntegerField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("number",), name="assessment_numbered_once"),
                    models.CheckConstraint(
                        condition=models.Q(agreed_by=None, agreed_ms=None)
                        | models.Q(agreed_by__isnull=False, agreed_ms__isnull=False),
                        name="assessment_agreed_by_person",
                    ),
                ),
            },
        ),
        migrations.CreateModel(
            name="WorkerView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_representative", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                ("answer", models.TextField(blank=True)),
                ("answered_ms", models.BigIntegerField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to="store.impactassessment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(
                        condition=~models.Q(text=""), name="worker_view_in_words"
                    ),
                ),
            },
        ),
    )
