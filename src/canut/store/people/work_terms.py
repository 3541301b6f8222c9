"""Under which terms somebody works: where, as what, and what a human granted them.

A version is never changed, only followed by another; what a day pays goes by the version in force
that day.
"""

from zoneinfo import ZoneInfo

from canut.store.tables.people import Terms

HOME_ZONE = "America/Toronto"
"""The zone of days of people who have no terms yet."""


def terms_of(person_id: int, at_ms: int) -> Terms | None:
    """Return the terms in force at a moment; the first ones for any moment before them."""
    held = Terms.objects.filter(person_id=person_id)
    return held.filter(at_ms__lte=at_ms).order_by("-number").first() or held.first()


def zone_of(person_id: int, at_ms: int) -> ZoneInfo:
    """Return the time zone a person's days go by."""
    terms = terms_of(person_id, at_ms)
    return ZoneInfo(terms.zone if terms else HOME_ZONE)
