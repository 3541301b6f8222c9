"""Count the requests of a key over all processes. An addition alone: safe while the previous release runs, which counts for itself; going back loses one minute's counts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0019_life"),
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
    ]
