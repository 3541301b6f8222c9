"""Count the requests of a key over all processes; say how long sounds last. Additions alone: safe while the previous release runs, which counts for itself and knows no sounds; going back loses one minute's counts and how long sounds last."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0023_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiRate",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="store.apikey",
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("used", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="media",
            name="duration_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="media",
            name="channels",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="media",
            name="rate",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
