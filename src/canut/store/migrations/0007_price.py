"""Begin what a project costs: funds, the chain to the worker, pilots, how long tasks take.

Additions alone: the previous version may run beside it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_appeals"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="purpose_hidden",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="rateversion",
            name="hourly_micro",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="rateversion",
            name="task_ms",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="ChainVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("client", models.CharField(max_length=120)),
                ("country", models.CharField(max_length=2)),
                ("price_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chains",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChainParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("intermediary", "intermediary"),
                            ("operator", "operator"),
                            ("undisclosed", "undisclosed"),
                            ("worker", "worker"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("share_micro", models.BigIntegerField()),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="store.chainversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FundsLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "Deposit"),
                            ("reserve", "Reserve"),
                            ("release", "Release"),
                            ("charge", "Charge"),
                        ],
                        max_length=7,
                    ),
                ),
                ("micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funds",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pilot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begun_ms", models.BigIntegerField()),
                ("sample", models.PositiveIntegerField()),
                ("passed_ms", models.BigIntegerField(null=True)),
                ("tried", models.JSONField(default=list)),
                (
                    "passed_rate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.rateversion",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pilot",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TaskPace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("tasks", models.PositiveIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("by_beats", models.PositiveIntegerField()),
                ("p50_ms", models.BigIntegerField()),
                ("p90_ms", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("median_micro", models.BigIntegerField()),
                ("lowest_decile_micro", models.BigIntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="chainversion",
            constraint=models.UniqueConstraint(
                fields=("project", "number"), name="chain_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="chainparty",
            constraint=models.UniqueConstraint(
                fields=("chain", "position"), name="chain_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="chainparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_micro__gte", 0)), name="chain_share_at_least_0"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundsline",
            constraint=models.CheckConstraint(
                condition=models.Q(("micro__gt", 0)), name="funds_above_nothing"
            ),
        ),
        migrations.AddIndex(
            model_name="taskpace",
            index=models.Index(fields=["project", "at_ms"], name="pace_of_project"),
        ),
    ]
