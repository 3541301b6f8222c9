"""Keep the lines people sign with keys of their devices, names to credit, and wishes to be erased. New tables alone, no row is rewritten: safe while the previous release runs, which takes no lines or names along; going back loses them, and wishes not yet done, never the statements' signatures."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0027_bulk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("statement", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("tag", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=64)),
                ("seed", models.CharField(max_length=64)),
                ("steps", models.PositiveIntegerField()),
                ("end", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("nonce", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("worker", "statement"), name="confirmed_once"),
                    models.UniqueConstraint(fields=("end",), name="chain_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="store.worker",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_ms", models.BigIntegerField()),
                ("done_ms", models.BigIntegerField(null=True)),
                ("entries", models.PositiveIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_ms", None)),
                        fields=("person",),
                        name="erasure_once_at_a_time",
                    )
                ],
            },
        ),
    ]
