"""Changes of status and place with their reason and who agreed, and where people say they work.

The running release survives it: it writes versions of work terms as before. Going back loses the
reasons, the objections and what people said of their place; the versions of terms stay, those that
were decided later than they count among them.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = settings.AUTH_USER_MODEL
STATUSES = [
    ("employee", "Employee"),
    ("self_employed", "Self Employed"),
    ("volunteer", "Volunteer"),
    ("own_staff", "Own Staff"),
]
STATES = [
    ("waiting", "Waiting"),
    ("planned", "Planned"),
    ("in_force", "In Force"),
    ("contested", "Contested"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


def _number() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def _person(*, is_optional: bool = False) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        PERSON,
        django.db.models.deletion.PROTECT,
        null=is_optional,
        related_name="+",
        db_index=False,
    )


def _terms() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        "store.terms",
        django.db.models.deletion.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )


class Migration(migrations.Migration):
    """Create two tables, and say when a version of terms was decided."""

    dependencies = (
        ("store", "0006_statement_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.AddField("terms", "decided_ms", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            "PlaceWord",
            [
                ("id", _number()),
                (
                    "person",
                    models.ForeignKey(PERSON, django.db.models.deletion.CASCADE, db_index=False),
                ),
                ("place", models.CharField(max_length=6)),
                ("at_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at_ms"], name="place_word_of_person")]
            },
        ),
        migrations.CreateModel(
            "TermsChange",
            [
                ("id", _number()),
                (
                    "person",
                    models.ForeignKey(
                        PERSON,
                        django.db.models.deletion.CASCADE,
                        related_name="terms_changes",
                    ),
                ),
                ("before", _terms()),
                ("place", models.CharField(max_length=6)),
                ("zone", models.CharField(max_length=40)),
                ("status", models.CharField(max_length=13, choices=STATUSES)),
                ("facts", models.JSONField(default=dict)),
                ("from_day", models.DateField()),
                ("from_ms", models.BigIntegerField()),
                ("concerns_worked_time", models.BooleanField()),
                ("is_against_facts", models.BooleanField()),
                ("reason", models.TextField()),
                ("proposed_by", _person()),
                ("at_ms", models.BigIntegerField()),
                ("state", models.CharField(max_length=9, choices=STATES)),
                ("due_ms", models.BigIntegerField(null=True)),
                ("confirmed_by", _person(is_optional=True)),
                ("confirmed_ms", models.BigIntegerField(null=True)),
                ("contested_ms", models.BigIntegerField(null=True)),
                ("objection", models.TextField(blank=True)),
                ("decided_by", _person(is_optional=True)),
                ("decided_ms", models.BigIntegerField(null=True)),
                ("decision", models.TextField(blank=True)),
                ("terms", _terms()),
                (
                    "thread",
                    models.ForeignKey(
                        "store.thread",
                        django.db.models.deletion.SET_NULL,
                        null=True,
                        related_name="+",
                        db_index=False,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(reason=""), name="terms_change_with_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(concerns_worked_time=False, is_against_facts=False)
                        | models.Q(terms=None)
                        | models.Q(confirmed_ms__isnull=False)
                        | models.Q(decided_ms__isnull=False),
                        name="terms_change_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(confirmed_by=None)
                        | ~models.Q(confirmed_by=models.F("proposed_by")),
                        name="terms_change_of_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(decided_by=None)
                        | models.Q(state="withdrawn")
                        | (
                            ~models.Q(decided_by=models.F("proposed_by"))
                            & ~models.Q(decided_by=models.F("person"))
                        ),
                        name="terms_change_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=(models.Q(contested_ms=None) & models.Q(objection=""))
                        | (models.Q(contested_ms__isnull=False) & ~models.Q(objection="")),
                        name="terms_change_contested_in_words",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state="in_force") | models.Q(terms__isnull=False),
                        name="terms_change_made_terms",
                    ),
                    models.UniqueConstraint(
                        fields=("person",),
                        condition=models.Q(state__in=("waiting", "planned", "contested")),
                        name="terms_change_one_open",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["state", "from_ms"],
                        condition=models.Q(state__in=("waiting", "planned")),
                        name="terms_change_due",
                    )
                ],
            },
        ),
    )
