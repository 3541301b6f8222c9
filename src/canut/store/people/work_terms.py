"""Work terms of people: jurisdiction, status, time zone, accommodations.

A version is never changed, only followed by another; what a day pays goes by the version in force
that day.
"""

from zoneinfo import ZoneInfo

from canut.store.tables.people import Terms

HOME_ZONE = "America/Toronto"
"""The zone of days of people who have no terms yet."""


def terms_of(person_id: int, at_ms: int) -> Terms | None:
    """Return the terms in force at a time; the first ones for any earlier time."""
    versions = Terms.objects.filter(person_id=person_id)
    return versions.filter(at_ms__lte=at_ms).order_by("-number").first() or versions.first()


def zone_of(person_id: int, at_ms: int) -> ZoneInfo:
    """Return a person's time zone."""
    terms = terms_of(person_id, at_ms)
    return ZoneInfo(terms.zone if terms else HOME_ZONE)
