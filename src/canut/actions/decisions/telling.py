"""Put names and days into the sentences of decisions, by the calendar of whom they are about."""

from datetime import UTC, date, datetime

from canut.core.decisions.deadlines import appealable_until
from canut.store.tables.people import Person
from canut.store.tables.terms import zone_of


def name_of(person: Person) -> str:
    """Return how somebody who decides is named to whom they decide about."""
    return str(person)


def day_in_zone(person_id: int, at_ms: int) -> date:
    """Return the day it is where somebody works."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone_of(person_id, at_ms)).date()


def appeal_day(person_id: int, now_ms: int) -> str:
    """Return the last day on which somebody can appeal against what is decided now."""
    return day_in_zone(person_id, appealable_until(now_ms)).isoformat()
