"""Recompute a closed period from stored inputs and compare it byte by byte.

The inputs come from each statement, the parameters from the files stored at the closing; hours are
compared with the paid time of the period, day by day.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Sum

from canut.core.errors import Conflict
from canut.core.pay.statement import PayDesk, text_of
from canut.core.places.packs import PACK_FILE, PlacePack, read_pack, with_packs
from canut.core.places.parameters import PlaceRules, Places
from canut.core.places.reader import read_place
from canut.store.models import PaidTime, Period, Statement
from canut.store.models import PlacePack as PackRow


class Differs(NamedTuple):
    """A statement that does not recompute the same, and where: ``content``, ``hours``."""

    statement: int
    person: int
    where: str


def recount(period: Period) -> Iterator[Differs]:
    """Yield every statement of a closed period that does not recompute the same.

    Raises:
        Conflict: the period is not closed.
    """
    if period.state != Period.State.CLOSED:
        raise Conflict(f"period {period.pk} is not closed", code="period-open")
    desk = PayDesk(places_of(period))
    hours: dict[int, int] = defaultdict(int)
    for statement in (
        Statement.objects.filter(period=period).order_by("id").iterator(chunk_size=200)
    ):
        content = json.loads(statement.content)
        if text_of(desk.again(content)) != statement.content:
            yield Differs(statement.pk, statement.person_id, "content")
        hours[statement.person_id] += statement.time_ms
    paid = PaidTime.objects.filter(period=period).values_list("person")
    stored_ms = dict(paid.annotate(sum=Sum("ms")))
    for person in sorted(hours.keys() | stored_ms.keys()):
        if hours.get(person, 0) != stored_ms.get(person, 0):
            yield Differs(0, person, "hours")


def places_of(period: Period) -> Places:
    """Return the parameters as they were when the period closed."""
    rows = list(period.places.all())
    files = [row for row in rows if not row.name.endswith(PACK_FILE)]
    jurisdictions = [_place(row.name, row.content) for row in files]
    law = Places({jurisdiction.code: jurisdiction for jurisdiction in jurisdictions})
    return with_packs(law, packs_in_order(row.sha256 for row in rows))


def packs_in_order(hashes: Iterable[str]) -> list[PlacePack]:
    """Read the packs with these hashes, in the order in which they took effect."""
    rows = PackRow.objects.filter(sha256__in=list(hashes)).order_by("takes_effect_ms", "id")
    return [read_pack(content.encode()) for content in rows.values_list("content", flat=True)]


@lru_cache(maxsize=64)
def _place(name: str, content: str) -> PlaceRules:
    """Read the parameters of a place, once for all periods that had the same."""
    return read_place(name, content.encode())
