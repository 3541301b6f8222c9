"""Keep releases of the Portrait. Safe while the previous release runs: a new table, unread.

Going back loses the releases that were made; whoever has one can still check its signature.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0033_actors"),
    ]

    operations = [
        migrations.CreateModel(
            name="PortraitRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(max_length=7)),
                ("edition", models.PositiveIntegerField()),
                ("made_ms", models.BigIntegerField()),
                ("is_simulated", models.BooleanField()),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "edition"), name="portrait_release_once"
                    )
                ],
            },
        ),
    ]
