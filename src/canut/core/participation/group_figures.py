"""Say of many people together how pay fell short, how appeals ended, what hard material weighed.

For whoever represents them. Nothing rests on fewer than ten people, and nothing is left to be
worked out by subtraction: where one side of a cut is too small, the other is hidden with it
(``aggregates.shown``). A person counts once in each cut, on the side that weighs most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from canut.core.clock import DAY_MS
from canut.core.participation.group_disclosure import FEWEST, Group, disclosed, per_mille, spread

WEEK_DAYS = 7
BANDS = ("none", "under-quarter", "under-half", "over-half")

type Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """What a person's statements of closed periods paid for work, in one currency.

    Args:
        ms: their time.
        short_ms: their time in projects that had to top it up.
        micro: the top-ups.
    """

    person: int
    currency: str
    ms: int
    short_ms: int
    micro: int


@dataclass(frozen=True, slots=True)
class Appealed:
    """One appeal: whose, how it ended (``upheld``, ``overturned``, empty), in how many days."""

    person: int
    outcome: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Weeks:
    """The heaviest week of each person, and the most a week may weigh; in thousandths."""

    doses: Mapping[int, int]
    limit: int


def figures(
    people: set[int],
    paid: Sequence[ToppedUp],
    appeals: Sequence[Appealed],
    weeks: Weeks,
    refused: set[int],
) -> Content:
    """Put the three together.

    Args:
        people: everybody who worked in the time of the report.
        paid: what closed periods in it paid them.
        appeals: those made in it.
        weeks: what the heaviest week of each who saw anything hard weighed.
        refused: who refuses some sort of hard material.
    """
    return {
        "top_ups": top_ups(paid),
        "appeals": appeals_of(people, appeals),
        "exposure": exposure_of(people, weeks, refused),
    }


def top_ups(paid: Sequence[ToppedUp]) -> Content:
    """Say which share of people and hours was topped up to the floor, and by how much.

    How many people were paid is left out: beside how many worked, it would tell on a few.
    """
    counted = Counter(currency for _, currency in {(one.person, one.currency) for one in paid})
    currency = min(counted, key=lambda one: (-counted[one], one)) if counted else ""
    rows = [one for one in paid if one.currency == currency]
    everybody = {one.person for one in rows}
    short = {one.person for one in rows if one.micro}
    sides = _cut(everybody, {"topped": short})
    ms = sum(one.ms for one in rows)
    is_told = sides["topped"] is not None
    return {
        "currency": currency,
        "people_per_mille": per_mille(len(short), len(everybody), len(everybody))
        if is_told
        else None,
        "hours_per_mille": (
            per_mille(sum(one.short_ms for one in rows), ms, len(everybody)) if is_told else None
        ),
        "micro": sum(one.micro for one in rows) if is_told else None,
    }


def appeals_of(people: set[int], appeals: Sequence[Appealed]) -> Content:
    """Say how many appealed, how it ended for them, and in how many days they had an answer."""
    by_person: dict[int, list[Appealed]] = defaultdict(list)
    for one in appeals:
        by_person[one.person].append(one)
    who = set(by_person)
    is_told = _cut(people | who, {"appealed": who})["appealed"] is not None and bool(who)
    won = {person for person in who if any(o.outcome == "overturned" for o in by_person[person])}
    lost = {person for person in who - won if any(o.outcome for o in by_person[person])}
    ends = _cut(who, {"won": won, "lost": lost}) if is_told else {}
    waited = [
        max(known)
        for some in by_person.values()
        if (known := [one.days for one in some if one.days is not None])
    ]
    is_whole = len(waited) == len(who) or len(who) - len(waited) >= FEWEST
    days = spread(waited) if is_told and is_whole else None
    return {
        "people": len(who) if is_told else None,
        "many": len(appeals) if is_told else None,
        "won": ends.get("won"),
        "lost": ends.get("lost"),
        "days_middle": days.middle if days else None,
    }


def exposure_of(people: set[int], weeks: Weeks, refused: set[int]) -> Content:
    """Say how many people's heaviest week lay in each band, and how many refuse some material."""
    bands: dict[str, set[int]] = {name: set() for name in BANDS}
    for person in people:
        bands[band_of(weeks.doses.get(person, 0), weeks.limit)].add(person)
    return {
        "bands": _groups(bands),
        "refused": _cut(people, {"refused": refused & people})["refused"],
    }


def band_of(dose: int, limit: int) -> str:
    """Name the band of a week's dose: none, up to a quarter of the limit, to half, or more.

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
        begin_ms: when the first week begins.
    """
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for person, dose, at_ms in doses:
        sums[person, (at_ms - begin_ms) // (WEEK_DAYS * DAY_MS)] += dose
    found: dict[int, int] = {}
    for (person, _), dose in sums.items():
        found[person] = max(dose, found.get(person, 0))
    return found


def _cut(everybody: set[int], sides: Mapping[str, set[int]]) -> dict[str, int | None]:
    """Count the people of each side, the rest being one too; None where that would tell on some."""
    rest = everybody.difference(*sides.values())
    told = _groups({**sides, "": rest})
    counts = {str(one["name"]): one["people"] for one in told}
    return {name: _whole(counts[name]) for name in sides}


def _groups(groups: Mapping[str, set[int]]) -> list[Content]:
    """Show groups that share nobody; all hidden where there are fewer than ten people together."""
    whole = sum(len(members) for members in groups.values())
    found = disclosed([Group(name, len(members), {}) for name, members in groups.items()])
    return [{"name": one.name, "people": one.people if whole >= FEWEST else None} for one in found]


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
