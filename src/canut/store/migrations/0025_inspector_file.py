"""Keep which inspector's files were made, by their manifests.

The running release survives it: it does not know the table. Going back forgets the list.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table."""

    dependencies = (("store", "0024_impact_assessment"),)

    operations = (
        migrations.CreateModel(
            name="InspectorFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("place", models.CharField(blank=True, max_length=6)),
                ("language", models.CharField(max_length=2)),
                ("demand", models.CharField(blank=True, max_length=500)),
                ("sha256", models.CharField(max_length=64)),
                ("manifest", models.JSONField()),
                ("made_ms", models.BigIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    )
