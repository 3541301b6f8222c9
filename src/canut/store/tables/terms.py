"""Under which terms somebody works: where, as what, and what a human granted them.

A version is never changed, only followed by another; what a day pays goes by the version in force
that day.
"""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Person

HOME_ZONE = "America/Toronto"
"""The zone of days of people who have no terms yet."""


class Terms(models.Model):
    """One version of a person's terms.

    ``pace_granted``: thousandths of the usual time, for an accommodation. ``facts``: the answers to
    the questions about who controls the work, which the status rests on.
    """

    class Status(models.TextChoices):
        """What the person is to whoever pays."""

        EMPLOYEE = "employee"
        SELF_EMPLOYED = "self_employed"
        VOLUNTEER = "volunteer"
        OWN_STAFF = "own_staff"

    person = models.ForeignKey(Person, models.CASCADE, related_name="terms", db_index=False)
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=6)
    zone = models.CharField(max_length=40)
    status = models.CharField(max_length=13, choices=Status.choices)
    is_minor = models.BooleanField(default=False)
    assistive = models.BooleanField(default=False)
    pace_granted = models.PositiveIntegerField(default=1000)
    facts = models.JSONField(default=dict)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "number"), name="terms_once"),
            models.CheckConstraint(
                condition=Q(pace_granted__gte=1000), name="terms_pace_at_least_usual"
            ),
        )


def terms_of(person_id: int, at_ms: int) -> Terms | None:
    """Return the terms in force at a moment; the first ones for any moment before them."""
    held = Terms.objects.filter(person_id=person_id)
    return held.filter(at_ms__lte=at_ms).order_by("-number").first() or held.first()


def zone_of(person_id: int, at_ms: int) -> ZoneInfo:
    """Return the time zone a person's days go by."""
    terms = terms_of(person_id, at_ms)
    return ZoneInfo(terms.zone if terms else HOME_ZONE)
