"""Keep what people began to answer, for their other devices. A new table alone: safe while the previous release runs; going back loses what was begun and not sent elsewhere, which stays on the device it was begun on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0028_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Begun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question_version", models.PositiveIntegerField()),
                ("drafts", models.TextField()),
                ("begun_ms", models.BigIntegerField()),
                ("kept_ms", models.BigIntegerField(db_index=True)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="begun",
                        to="store.task",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="begun",
                        to="store.worker",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("worker", "task"), name="begun_once")
                ],
            },
        ),
    ]
