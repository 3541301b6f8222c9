"""Keep webhooks, what was sent to them, and which closed tasks were told of.

Additions alone: the previous version may run beside it. Going back loses webhooks and their log.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0014_storage"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watched",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="store.project",
                    ),
                ),
                ("is_ready", models.BooleanField(default=False)),
                ("looked_ms", models.BigIntegerField(default=0)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("last_answer", models.BigIntegerField(default=0)),
                ("answers_ms", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="TaskTold",
            fields=[
                ("task_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("url", models.CharField(max_length=500)),
                ("events", models.JSONField()),
                ("sealed", models.BinaryField()),
                ("sealed_before", models.BinaryField(null=True)),
                ("before_until_ms", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped"),
                        ],
                        default="active",
                        max_length=7,
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0)),
                ("rest_until_ms", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhooks",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message", models.CharField(max_length=40)),
                ("event", models.CharField(max_length=40)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_ms", models.BigIntegerField()),
                ("next_ms", models.BigIntegerField()),
                ("tried_ms", models.BigIntegerField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("code", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, default="", max_length=20)),
                ("response", models.TextField(blank=True, default="")),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="store.webhook",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("project", None)),
                    models.Q(("organisation", None), ("project__isnull", False)),
                    _connector="OR",
                ),
                name="webhook_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["webhook", "id"], name="delivery_of_webhook"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_ms"],
                name="delivery_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["created_ms"], name="delivery_by_age"),
        ),
    ]
