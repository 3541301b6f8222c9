"""Jurisdictions: the files that come with Canut, the operator's own, then packs in force.

A file ``places/CODE.yaml`` in the data folder takes the place of the one that came, or adds one. A
pack adds dated values to them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max

from canut.core.errors import Refusal
from canut.core.pay.payable import needed_parameters
from canut.core.places.packs import read_pack, with_packs
from canut.core.places.parameters import DatedValue, Parameter, PlaceRules, Places, Status
from canut.core.places.reader import SHIPPED, read_places, shipped_places
from canut.store.tables.pay import PlacePack
from canut.store.tables.people import Terms

SOON = timedelta(days=60)


@dataclass(frozen=True)
class InForce:
    """One parameter on a day; ``entry`` is None if nothing is known."""

    place: str
    parameter: Parameter
    entry: DatedValue | None
    is_expired: bool
    is_due: bool

    @property
    def is_known(self) -> bool:
        """Return whether pay may be computed from it."""
        return bool(self.entry and self.entry.value is not None and not self.is_expired)


def in_force(jurisdiction: PlaceRules, day: date) -> list[InForce]:
    """List a jurisdiction's own parameters on a day, by name."""
    return [
        InForce(
            jurisdiction.code,
            parameter,
            entry := parameter.on(day),
            is_expired=day >= (parameter.stop_of(entry) if entry else parameter.hard_stop),
            is_due=day >= parameter.review_by,
        )
        for _name, parameter in sorted(jurisdiction.parameters.items())
    ]


class ExpiringParameters(NamedTuple):
    """How many values of a jurisdiction expire on a day."""

    stops: date
    place: str
    values: int


class PayStop(NamedTuple):
    """From which day people of a place cannot be paid, for want of which values.

    Args:
        place: where they work.
        stops: the first day, of payment or of work, without a value.
        schemes: what the values belong to, such as ``qpp`` or ``minimum_wage``.
        people: how many people who are paid here that concerns.
    """

    place: str
    stops: date
    schemes: tuple[str, ...]
    people: int


def ending_soon(day: date) -> list[ExpiringParameters]:
    """List jurisdictions with values that end within sixty days, soonest first."""
    counts = Counter(
        (stops, rules.code)
        for rules in places().by_code.values()
        for parameter in rules.parameters.values()
        if (stops := parameter.ends_on(day)) is not None and stops <= day + SOON
    )
    return [ExpiringParameters(*where, values) for where, values in sorted(counts.items())]


def pay_stops(day: date) -> list[PayStop]:
    """List where people work whose pay stops within sixty days, soonest first."""
    law = places()
    newest = Terms.objects.values("person").annotate(last=Max("id")).values("last")
    terms = Terms.objects.filter(id__in=newest, person__is_active=True)
    stops: dict[tuple[date, str], set[str]] = defaultdict(set)
    people: Counter[tuple[date, str]] = Counter()
    for code, status, count in (
        terms.values_list("place", "status").annotate(count=Count("id")).order_by("place", "status")
    ):
        with suppress(Refusal, ValueError):  # a place or status that cannot be read waits alone
            ends = _ends(law, code, Status(status), day)
            for stop, schemes in ends.items():
                stops[stop, code] |= schemes
                people[stop, code] += count
    return [
        PayStop(code, stop, tuple(sorted(schemes)), people[stop, code])
        for (stop, code), schemes in sorted(stops.items())
    ]


def _ends(law: Places, code: str, status: Status, day: date) -> dict[date, set[str]]:
    """Return what ends within sixty days for a status in a place, by day."""
    ends: dict[date, set[str]] = defaultdict(set)
    for name in needed_parameters(law, code, status):
        decided = law.parameter(name, code)
        stop = decided[1].ends_on(day) if decided else None
        if stop is not None and stop <= day + SOON:
            ends[stop].add(name.partition(".")[0])
    return ends


def packs_alone() -> list[tuple[PlacePack, frozenset[str]]]:
    """List the packs that take effect on one person's word, with the places they change."""
    rows = PlacePack.objects.filter(
        state=PlacePack.State.WAITING, alone_until_ms__isnull=False
    ).select_related("first_by")
    return [
        (row, frozenset(value.place for value in read_pack(row.content.encode()).values))
        for row in rows.order_by("id")
    ]


def is_concerned(place: str, touched: Collection[str]) -> bool:
    """Return whether the pay of somebody in a place rests on values of these places.

    Example:
        >>> is_concerned("CA-QC", {"CA"}), is_concerned("CA-QC", {"FR"})
        (True, False)
    """
    return place in touched or place.partition("-")[0] in touched


def places() -> Places:
    """Return the jurisdictions with the packs in force; a changed file is read again.

    Raises:
        BadFile: a file does not say all it must.
    """
    rows = PlacePack.objects.filter(state=PlacePack.State.IN_FORCE)
    in_order = rows.order_by("takes_effect_ms", "id")
    return _with_packs(*_files(), tuple(in_order.values_list("sha256", flat=True)))


def places_of_files() -> Places:
    """Return the jurisdictions of the files alone, for programs without a database."""
    return _read(*_files())


def _files() -> tuple[Path, tuple[tuple[str, int], ...]]:
    own = Path(settings.DATA, "places")
    files = sorted(own.glob("*.yaml")) if own.is_dir() else []
    return own, tuple((file.name, file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=4)
def _read(own: Path, files: tuple[tuple[str, int], ...]) -> Places:
    return read_places(SHIPPED, own) if files else shipped_places()


@lru_cache(maxsize=4)
def _with_packs(own: Path, files: tuple[tuple[str, int], ...], hashes: tuple[str, ...]) -> Places:
    contents = dict(PlacePack.objects.filter(sha256__in=hashes).values_list("sha256", "content"))
    packs = [read_pack(contents[sha256].encode()) for sha256 in hashes]
    return with_packs(_read(own, files), packs)
