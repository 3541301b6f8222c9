"""Store what each edition of the Portrait was computed from, to compare it with its correction.

The running release survives it: it does not know the table and leaves the columns empty. Going
back, corrections are compared by who was paid since.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table, and add the columns of releases."""

    dependencies = (("store", "0027_portrait_drawings"),)

    operations = (
        migrations.AddField(
            model_name="portraitrelease", name="shared", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="portraitrelease", name="withheld", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="portraitrelease",
            name="waiting_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="PortraitInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amounts", models.JSONField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.portraitrelease",
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(
                        fields=("release", "person"), name="portrait_input_once"
                    ),
                ),
            },
        ),
    )
