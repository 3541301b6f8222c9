"""Keep openings, the pathways people follow, and where they say they went.

The running release survives it: it does not know the tables. Going back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0041_passport"),)

    operations = (
        migrations.CreateModel(
            name="Departure",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("agreed", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Destination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("leaving", "Leaving"),
                            ("3-months", "Three Months"),
                            ("12-months", "Twelve Months"),
                            ("own", "Own"),
                        ],
                        max_length=9,
                    ),
                ),
                ("asked_ms", models.BigIntegerField()),
                ("answered_ms", models.BigIntegerField(null=True)),
                ("occupation", models.CharField(blank=True, max_length=20)),
                (
                    "better",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes"),
                            ("same", "Same"),
                            ("no", "No"),
                            ("unsaid", "Unsaid"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "helped",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unsaid", "Unsaid")],
                        max_length=6,
                    ),
                ),
                ("paid_ms", models.BigIntegerField(default=0)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("person", "moment"), name="destination_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_ms", None),
                                ("better", ""),
                                ("helped", ""),
                                ("occupation", ""),
                            ),
                            models.Q(
                                ("answered_ms__isnull", False),
                                models.Q(("occupation", ""), _negated=True),
                                models.Q(("better", ""), _negated=True),
                                models.Q(("helped", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="destination_answered_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowedPathway",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("target", models.CharField(max_length=20)),
                ("at_ms", models.BigIntegerField()),
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
                "indexes": [models.Index(fields=["target"], name="pathway_followers")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "target"), name="pathway_followed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("occupation", models.CharField(max_length=20)),
                ("title_en", models.CharField(max_length=120)),
                ("title_fr", models.CharField(max_length=120)),
                ("text_en", models.CharField(blank=True, max_length=1000)),
                ("text_fr", models.CharField(blank=True, max_length=1000)),
                ("place", models.CharField(max_length=120)),
                ("low_micro", models.BigIntegerField()),
                ("high_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "per",
                    models.CharField(
                        choices=[("hour", "Hour"), ("month", "Month"), ("year", "Year")],
                        max_length=5,
                    ),
                ),
                ("hours_week", models.PositiveSmallIntegerField()),
                ("apply_to", models.CharField(max_length=300)),
                ("until", models.DateField()),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.decision",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="store.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["occupation", "until"], name="opening_of_occupation")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high_micro__gte", models.F("low_micro")), ("low_micro__gt", 0)
                        ),
                        name="opening_pay_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title_en", ""), _negated=True),
                            models.Q(("title_fr", ""), _negated=True),
                            models.Q(("apply_to", ""), _negated=True),
                            models.Q(("currency", ""), _negated=True),
                        ),
                        name="opening_says_it_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours_week__gte", 1), ("hours_week__lte", 60)),
                        name="opening_hours",
                    ),
                ],
            },
        ),
    )
