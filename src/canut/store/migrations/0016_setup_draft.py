"""Keep what is typed in the setup of a project, field by field.

The running release survives it: it neither reads nor writes the table. Going back loses what was
typed and not yet valid; what a step of the setup stored stays.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table."""

    dependencies = (("store", "0015_places_opened"),)

    operations = (
        migrations.CreateModel(
            name="SetupDraft",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="setup_draft",
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("fields", models.JSONField(default=dict)),
                ("changed_ms", models.BigIntegerField()),
            ],
        ),
    )
