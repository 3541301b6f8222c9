"""Keep which text about the automated systems each person was shown.

The running release survives it: it does not know the tables. Going back forgets who was shown what.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0022_material"),)

    operations = (
        migrations.CreateModel(
            name="SystemNotice",
            fields=[
                ("id", _ID),
                ("versions", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("at_ms", models.BigIntegerField()),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("sha256",), name="system_notice_once"),
                ),
            },
        ),
        migrations.CreateModel(
            name="SystemsShown",
            fields=[
                ("id", _ID.clone()),
                ("at_ms", models.BigIntegerField()),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.systemnotice",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("person", "notice"), name="systems_shown_once"),
                ),
            },
        ),
    )
