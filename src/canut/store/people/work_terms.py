"""Work terms of people: jurisdiction, status, time zone, accommodations.

A version is never changed, only followed by another; what a day pays goes by the version in force
that day.
"""

from zoneinfo import ZoneInfo

from canut.core.places.zones import zone_of_place
from canut.store.platform.home import home_zone
from canut.store.tables.people import PlaceWord, Terms


def terms_of(person_id: int, at_ms: int) -> Terms | None:
    """Return the terms in force at a time; the first ones for any earlier time."""
    versions = Terms.objects.filter(person_id=person_id)
    return versions.filter(at_ms__lte=at_ms).order_by("-number").first() or versions.first()


def terms_expected(person_id: int, at_ms: int) -> Terms | None:
    """Return the terms in force, else what to expect of who only said where they work.

    Until somebody sets their status, they are counted as the law counts those it protects most.
    """
    terms = terms_of(person_id, at_ms)
    if terms is not None:
        return terms
    word = PlaceWord.objects.filter(person=person_id).order_by("-at_ms", "-id").first()
    if word is None:
        return None
    zone, status = zone_of_place(word.place) or home_zone(), Terms.Status.EMPLOYEE
    return Terms(person_id=person_id, place=word.place, zone=zone, status=status)


def versions_from(
    person_id: int, since_ms: int, before: Terms | None = None
) -> list[tuple[int, Terms]]:
    """List which version counts from when: at a moment, then at each later one that changes it.

    The newest version counts from its moment on, whichever moment that is.

    Args:
        person_id: whose.
        since_ms: the first moment.
        before: count the versions before this one alone, as if the others had never been.
    """
    versions = list(Terms.objects.filter(person=person_id).order_by("number"))
    if before is not None:
        versions = [row for row in versions if row.number < before.number]
    moments = sorted({since_ms, *(row.at_ms for row in versions if row.at_ms > since_ms)})
    counts: list[tuple[int, Terms]] = []
    for at_ms in moments:
        begun = [row for row in versions if row.at_ms <= at_ms] or versions[:1]
        if begun and (not counts or counts[-1][1] != begun[-1]):
            counts.append((at_ms, begun[-1]))
    return counts


def zone_of(person_id: int, at_ms: int) -> ZoneInfo:
    """Return a person's time zone; the instance's own clock where they have no terms yet."""
    terms = terms_of(person_id, at_ms)
    return ZoneInfo(terms.zone if terms else home_zone())
