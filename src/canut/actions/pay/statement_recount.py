"""Recompute a closed period from stored data and compare every byte. Reads only.

The facts come from each statement itself, the parameters from the files kept when the period
closed; the hours are compared with what the period says it paid, day by day.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Sum

from canut.core.errors import Conflict
from canut.core.pay.statement import PayDesk, text_of
from canut.core.places.parameters import Places
from canut.core.places.reader import read_place
from canut.store.models import PaidTime, Period, Statement


class Differs(NamedTuple):
    """A statement that does not come out the same, and where: ``content`` or ``hours``."""

    statement: int
    person: int
    where: str


def recount(period: Period) -> Iterator[Differs]:
    """Yield every statement of a closed period that does not come out the same.

    Raises:
        Conflict: the period is not closed.
    """
    if period.state != Period.State.CLOSED:
        raise Conflict(f"period {period.pk} is not closed", code="period-open")
    desk = PayDesk(places_of(period))
    hours: dict[int, int] = defaultdict(int)
    for one in Statement.objects.filter(period=period).order_by("id").iterator(chunk_size=200):
        content = json.loads(one.content)
        if text_of(desk.again(content)) != one.content:
            yield Differs(one.pk, one.person_id, "content")
        hours[one.person_id] += one.time_ms
    paid = PaidTime.objects.filter(period=period).values_list("person")
    kept = dict(paid.annotate(sum=Sum("ms")))
    for person in sorted(hours.keys() | kept.keys()):
        if hours.get(person, 0) != kept.get(person, 0):
            yield Differs(0, person, "hours")


def places_of(period: Period) -> Places:
    """Return the parameters as they were when the period closed."""
    found = [read_place(one.name, one.content.encode()) for one in period.places.all()]
    return Places({place.code: place for place in found})
