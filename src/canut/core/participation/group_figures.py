"""Compute group figures: pay below the floor, results of appeals, exposure to hard content.

The figures are for workers' representatives. No figure covers fewer than ten people, and none can
be recovered by subtraction: if one side of a cut is too small, the other is hidden with it
(``group_disclosure.disclosed``). A person counts once in each cut, on the side that weighs most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from canut.core.clock import DAY_MS
from canut.core.participation.group_disclosure import (
    FEWEST,
    PersonGroup,
    disclosed,
    per_mille,
    spread,
)

WEEK_DAYS = 7
BANDS = ("none", "under-quarter", "under-half", "over-half")

type Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """A person's pay for work in closed periods, with top-ups, in one currency.

    Args:
        ms: their time, in milliseconds.
        short_ms: their time in projects that needed a top-up, in milliseconds.
        micro: top-ups, in micro-units.
    """

    person: int
    currency: str
    ms: int
    short_ms: int
    micro: int


@dataclass(frozen=True, slots=True)
class Appealed:
    """One appeal: person, outcome (``upheld``, ``overturned``, empty), days until it."""

    person: int
    outcome: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Weeks:
    """Each person's heaviest week, and the weekly limit, in thousandths."""

    doses: Mapping[int, int]
    limit: int


def figures(
    people: set[int],
    paid: Sequence[ToppedUp],
    appeals: Sequence[Appealed],
    weeks: Weeks,
    refused: set[int],
) -> Content:
    """Combine the three sets of figures.

    Args:
        people: all people who worked in the period of the report.
        paid: pay of those people in closed periods within it.
        appeals: appeals made within it.
        weeks: heaviest week of each person with any exposure.
        refused: people who refuse some kind of hard content.
    """
    return {
        "top_ups": top_ups(paid),
        "appeals": appeals_of(people, appeals),
        "exposure": exposure_of(people, weeks, refused),
    }


def top_ups(paid: Sequence[ToppedUp]) -> Content:
    """Return the share of people and hours topped up to the floor, and the amount.

    The number of people paid is omitted: next to the number of people who worked, it would identify
    a few.
    """
    counted = Counter(currency for _, currency in {(row.person, row.currency) for row in paid})
    currency = min(counted, key=lambda row: (-counted[row], row)) if counted else ""
    rows = [row for row in paid if row.currency == currency]
    everybody = {row.person for row in rows}
    short = {row.person for row in rows if row.micro}
    sides = _cut(everybody, {"topped": short})
    ms = sum(row.ms for row in rows)
    is_told = sides["topped"] is not None
    return {
        "currency": currency,
        "people_per_mille": per_mille(len(short), len(everybody), len(everybody))
        if is_told
        else None,
        "hours_per_mille": (
            per_mille(sum(row.short_ms for row in rows), ms, len(everybody)) if is_told else None
        ),
        "micro": sum(row.micro for row in rows) if is_told else None,
    }


def appeals_of(people: set[int], appeals: Sequence[Appealed]) -> Content:
    """Count the people who appealed and their outcomes, with the days until an answer."""
    by_person: dict[int, list[Appealed]] = defaultdict(list)
    for appeal in appeals:
        by_person[appeal.person].append(appeal)
    appellants = set(by_person)
    is_told = _cut(people | appellants, {"appealed": appellants})["appealed"] is not None and bool(
        appellants
    )
    won = {
        person for person in appellants if any(o.outcome == "overturned" for o in by_person[person])
    }
    lost = {person for person in appellants - won if any(o.outcome for o in by_person[person])}
    ends = _cut(appellants, {"won": won, "lost": lost}) if is_told else {}
    waited = [
        max(days_taken)
        for some in by_person.values()
        if (days_taken := [appeal.days for appeal in some if appeal.days is not None])
    ]
    is_whole = len(waited) == len(appellants) or len(appellants) - len(waited) >= FEWEST
    days = spread(waited) if is_told and is_whole else None
    return {
        "people": len(appellants) if is_told else None,
        "many": len(appeals) if is_told else None,
        "won": ends.get("won"),
        "lost": ends.get("lost"),
        "days_middle": days.middle if days else None,
    }


def exposure_of(people: set[int], weeks: Weeks, refused: set[int]) -> Content:
    """Count people by the band of their heaviest week, and those who refuse some content."""
    bands: dict[str, set[int]] = {name: set() for name in BANDS}
    for person in people:
        bands[band_of(weeks.doses.get(person, 0), weeks.limit)].add(person)
    return {
        "bands": _groups(bands),
        "refused": _cut(people, {"refused": refused & people})["refused"],
    }


def band_of(dose: int, limit: int) -> str:
    """Return the band of a week's dose: none, up to a quarter of the limit, half, or more.

    Example:
        >>> [band_of(dose, 240) for dose in (0, 60, 61, 121)]
        ['none', 'under-quarter', 'under-half', 'over-half']
    """
    if not dose:
        return BANDS[0]
    parts = 1 if dose * 4 <= limit else 2 if dose * 2 <= limit else 3
    return BANDS[parts]


def heaviest_weeks(doses: Iterable[tuple[int, int, int]], begin_ms: int) -> dict[int, int]:
    """Return the heaviest week of each person, in weeks counted from a moment.

    Args:
        doses: person, dose, and when it ended.
        begin_ms: begin of the first week, milliseconds since 1970 UTC.
    """
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for person, dose, at_ms in doses:
        sums[person, (at_ms - begin_ms) // (WEEK_DAYS * DAY_MS)] += dose
    heaviest: dict[int, int] = {}
    for (person, _), dose in sums.items():
        heaviest[person] = max(dose, heaviest.get(person, 0))
    return heaviest


def _cut(everybody: set[int], sides: Mapping[str, set[int]]) -> dict[str, int | None]:
    """Count the people of each side and of the remainder; None if that would identify some."""
    remainder = everybody.difference(*sides.values())
    groups = _groups({**sides, "": remainder})
    counts = {str(group["name"]): group["people"] for group in groups}
    return {name: _whole(counts[name]) for name in sides}


def _groups(groups: Mapping[str, set[int]]) -> list[Content]:
    """Disclose disjoint groups; hide all if they have fewer than ten people together."""
    whole = sum(len(members) for members in groups.values())
    disclosed_groups = disclosed(
        [PersonGroup(name, len(members), {}) for name, members in groups.items()]
    )
    return [
        {"name": group.name, "people": group.people if whole >= FEWEST else None}
        for group in disclosed_groups
    ]


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
