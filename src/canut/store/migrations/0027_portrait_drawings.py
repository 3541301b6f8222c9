"""Keep the drawings of each edition of the Portrait, for its permanent addresses.

The running release survives it: it does not know the table. Going back forgets the drawings; the
releases they were made of stay.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table."""

    dependencies = (("store", "0026_rules"),)

    operations = (
        migrations.CreateModel(
            name="PortraitDrawing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drawings",
                        to="store.portraitrelease",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(
                        fields=("release", "language"), name="portrait_drawn_once"
                    ),
                ),
            },
        ),
    )
