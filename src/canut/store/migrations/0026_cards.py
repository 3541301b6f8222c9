"""Keep labour cards as they were signed. A new table alone: safe while the previous release runs; going back loses the list of cards, not the cards that were handed out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0025_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("made_ms", models.BigIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("is_simulated", models.BooleanField()),
                ("is_public", models.BooleanField(default=False)),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="card_once"),
        ),
    ]
