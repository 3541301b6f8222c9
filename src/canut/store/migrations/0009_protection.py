"""Keep what protects a person, how hard tasks are to look at, and the doses of what was lent.

Additions alone: the previous version may run beside it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_say"),
    ]

    operations = [
        migrations.CreateModel(
            name="Protection",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lower_day", models.PositiveIntegerField(null=True)),
                ("first_ms", models.BigIntegerField(null=True)),
                ("began_ms", models.BigIntegerField(null=True)),
                ("last_ms", models.BigIntegerField(null=True)),
                ("pause_ms", models.BigIntegerField(default=0)),
                ("break_ms", models.BigIntegerField(null=True)),
                ("rest_until_ms", models.BigIntegerField(default=0)),
                ("rest_why", models.CharField(blank=True, max_length=12)),
                ("watched_ms", models.BigIntegerField(default=0)),
                ("week_ms", models.BigIntegerField(default=0)),
                ("spans", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="RiskChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=20)),
                ("agreed", models.BooleanField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="lease",
            name="bearer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lease",
            name="dose",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="lease",
            name="severity",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="severity_column",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="project",
            name="severity_most",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="taskstate",
            name="severity",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(
                condition=models.Q(("bearer__isnull", False)),
                fields=["bearer", "ended_ms"],
                name="lease_of_bearer",
            ),
        ),
        migrations.AddField(
            model_name="riskchoice",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="riskchoice",
            constraint=models.UniqueConstraint(
                fields=("person", "category"), name="risk_choice_once"
            ),
        ),
    ]
