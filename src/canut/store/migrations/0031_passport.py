"""Keep the credentials people asked for, the lists of revoked ones, and the links they share.

The running release survives it: it does not know the tables. Going back forgets which credentials
were made; those already taken along can be verified, but no longer revoked.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = [
        ("store", "0030_accords"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken", models.BinaryField()),
                ("revoked", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PassportCredential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("skill", "Skill"), ("work", "Work")], max_length=8),
                ),
                ("of", models.CharField(max_length=20)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("language", models.CharField(max_length=2)),
                ("number", models.UUIDField(unique=True)),
                ("sealed_by", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("status_index", models.PositiveIntegerField()),
                ("made_ms", models.BigIntegerField()),
                ("expires_ms", models.BigIntegerField(null=True)),
                ("withdrawn_ms", models.BigIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credentials",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "status_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.statuslist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PassportLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("audience", models.CharField(blank=True, max_length=120)),
                ("made_ms", models.BigIntegerField()),
                ("until_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("openings", models.PositiveIntegerField(default=0)),
                ("opened_ms", models.BigIntegerField(null=True)),
                ("credentials", models.ManyToManyField(to="store.passportcredential")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passport_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="passportcredential",
            constraint=models.UniqueConstraint(
                fields=("status_list", "status_index"), name="credential_place_once"
            ),
        ),
    ]
