"""Keep the lines people sign with keys of their devices. One new table, no row is rewritten: safe while the previous release runs, which takes no lines along; going back loses what was signed for datasets, never the statements' signatures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0027_bulk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("statement", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("tag", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=64)),
                ("seed", models.CharField(max_length=64)),
                ("steps", models.PositiveIntegerField()),
                ("end", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("nonce", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("worker", "statement"), name="confirmed_once"),
                    models.UniqueConstraint(fields=("end",), name="chain_once"),
                ],
            },
        ),
    ]
