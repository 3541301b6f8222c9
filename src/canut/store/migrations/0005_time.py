"""Keep days worked, claims, intervals that outlive their beats, and who opened whose record.

Additions alone: the previous version may run beside it. Going back loses them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0004_labour_begins"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditedUntil",
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
                ("until_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="UsualTime",
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
                ("n_items", models.IntegerField()),
                ("median_ms", models.BigIntegerField()),
                ("mean_ms", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Claim",
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
                        choices=[("asked", "Asked"), ("held", "Held"), ("contest", "Contest")],
                        max_length=7,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("paper", "Paper"),
                            ("crashed", "Crashed"),
                            ("other", "Other"),
                            ("too_long", "Too Long"),
                            ("not_right", "Not Right"),
                        ],
                        max_length=9,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("begin_ms", models.BigIntegerField()),
                ("end_ms", models.BigIntegerField()),
                ("accepted", models.JSONField(default=list)),
                ("pending", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("pending", "Pending"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("settled_ms", models.BigIntegerField(null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="store.decision"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "begin_ms"], name="claim_of_person"),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["due_ms"],
                        name="claim_to_decide",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("begin_ms__lte", models.F("end_ms"))),
                        name="claim_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            ("decision__isnull", False),
                            _connector="OR",
                        ),
                        name="claim_refused_by_decision",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credited",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("surface", models.CharField(max_length=60)),
                ("begin_ms", models.BigIntegerField()),
                ("end_ms", models.BigIntegerField()),
                ("why", models.CharField(max_length=9)),
                ("allowance_ms", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "begin_ms"], name="credited_of_person")],
            },
        ),
        migrations.CreateModel(
            name="RecordOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.CharField(max_length=60)),
                ("why", models.CharField(max_length=200)),
                ("at_ms", models.BigIntegerField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at_ms"], name="opening_of_person")],
            },
        ),
        migrations.CreateModel(
            name="WorkedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("ms", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day"), name="worked_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ms__gte", 0)), name="worked_day_not_negative"
                    ),
                ],
            },
        ),
    ]
