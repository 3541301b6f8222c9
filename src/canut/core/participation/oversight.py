"""Report pay and decisions by groups of people, so that bias becomes visible.

Figures count people, not answers: each person's hourly pay is one figure. Nothing is reported for
fewer than ten people. A group is marked where ``fairness`` finds that it is paid, rejected or
flagged differently; a person investigates, and nothing happens automatically.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.participation.fairness import FairnessMeasure, PersonYear, differences
from canut.core.participation.group_disclosure import (
    FEWEST,
    PersonGroup,
    disclosed,
    per_mille,
    spread,
)

UNKNOWN = "unknown"
TRAITS = ("language", "place")
ROUNDED_COUNTS = frozenset({"people", "answers", "by_elapsed"})

type Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class Work:
    """One person's work for one organisation in one currency.

    Args:
        micro: pieces, changes by decisions, and paid hours, before any top-up, in micro-units.
        ms: active time, or time from lease to answer without heartbeats, in milliseconds.
        is_measured: whether heartbeats measured it.
        answers: number of answers.
        rejected: number of answers whose rejection stands.
        is_flagged: whether an automated system flagged the person.
    """

    person: int
    organisation: int
    currency: str
    micro: int
    ms: int
    is_measured: bool
    answers: int
    rejected: int
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class HeldTime:
    """One person's measured time, and how much of it is held or refused."""

    person: int
    ms: int
    held_ms: int


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits by which a report groups people; no others are used."""

    language: str = UNKNOWN
    place: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class PayPerHour:
    """Pay per hour in one currency; all None for fewer than ten people."""

    currency: str
    people: int | None
    middle_micro: int | None
    lowest_micro: int | None
    by_elapsed: int | None
    answers: int | None
    rejected_per_mille: int | None


def pay_per_hour(work: Iterable[Work]) -> PayPerHour:
    """Compute the pay per hour of this work, in the currency of most people.

    Example:
        >>> one = [Work(n, 1, "CAD", n * 10**6, HOUR_MS, True, 5, 1) for n in range(1, 11)]
        >>> paid = pay_per_hour(one)
        >>> paid.middle_micro, paid.lowest_micro, pay_per_hour(one[:9]).people
        (5000000, 1000000, None)
    """
    rows = list(work)
    currency = main_currency(rows)
    people = _people([row for row in rows if row.currency == currency and row.ms])
    hourly = spread([micro * HOUR_MS // ms for micro, ms, *_ in people.values()])
    if hourly is None:
        return PayPerHour(currency, None, None, None, None, None, None)
    answers = sum(sums[2] for sums in people.values())
    rejected = sum(sums[3] for sums in people.values())
    return PayPerHour(
        currency,
        hourly.people,
        hourly.middle,
        hourly.lowest_decile,
        sum(not sums[4] for sums in people.values()),
        answers,
        per_mille(rejected, answers, hourly.people),
    )


def by_organisation(work: Iterable[Work]) -> dict[int, PayPerHour]:
    """Compute the pay per hour for each organisation."""
    rows: dict[int, list[Work]] = defaultdict(list)
    for row in work:
        rows[row.organisation].append(row)
    return {organisation: pay_per_hour(works) for organisation, works in rows.items()}


def report(work: Sequence[Work], traits: Mapping[int, Traits], rng: np.random.Generator) -> Content:
    """Report pay and decisions, for everybody and by each trait.

    Args:
        work: work of all people in the period of the report.
        traits: traits by person; a missing person has unknown traits.
        rng: random numbers for the permutation tests.

    Returns:
        What the page shows and the database stores: figures of ten people or more only.
    """
    whole = pay_per_hour(work)
    people = {row.person for row in work}
    cuts: dict[str, list[dict[str, object]]] = {}
    apart = _apart(work, whole.currency, traits, rng)
    for trait in TRAITS:
        members: dict[str, set[int]] = defaultdict(set)
        for person in people:
            members[getattr(traits.get(person, Traits()), trait)].add(person)
        cuts[trait] = _cut(work, whole.currency, members)
        for group in cuts[trait]:
            measures = apart.get((trait, str(group["name"])), [])
            group["stands_out"] = [] if group["is_hidden"] else measures
    flagged = {row.person for row in work if row.is_flagged}
    return {
        "currency": whole.currency,
        "people": len(people) if len(people) >= FEWEST else None,
        "middle_micro": whole.middle_micro,
        "lowest_micro": whole.lowest_micro,
        "by_elapsed": whole.by_elapsed,
        "answers": sum(row.answers for row in work) if len(people) >= FEWEST else None,
        "rejected_per_mille": per_mille(
            sum(row.rejected for row in work), sum(row.answers for row in work), len(people)
        ),
        "flagged_per_mille": per_mille(len(flagged), len(people), len(people)),
        "cuts": cuts,
    }


def in_round_figures(content: Content) -> Content:
    """Round the counts of a report down to fives, and its shares to fifty in a thousand.

    A report whose days overlap with those of another is told like this, so that one person more or
    less in one of them shows in neither.

    Example:
        >>> in_round_figures({"people": 13, "rejected_per_mille": 612, "cuts": {}})
        {'people': 10, 'rejected_per_mille': 600, 'cuts': {}}
    """
    cuts = content["cuts"]
    rounded = {name: _in_round_figures(name, value) for name, value in content.items()}
    if isinstance(cuts, dict):
        rounded["cuts"] = {
            trait: [
                {name: _in_round_figures(name, value) for name, value in group.items()}
                for group in groups
            ]
            for trait, groups in cuts.items()
        }
    return rounded


def _in_round_figures(name: str, value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if name in ROUNDED_COUNTS:
        return value // 5 * 5
    return (value + 25) // 50 * 50 if name.endswith("_per_mille") else value


def held_report(
    times: Sequence[HeldTime], traits: Mapping[int, Traits], rng: np.random.Generator
) -> Content:
    """Compare the share of people's time that is held, by each trait.

    Args:
        times: one per person in the period of the report; people without measured time are absent.
        traits: traits by person; a missing person has unknown traits.
        rng: random numbers for the permutation tests.

    Returns:
        What the page shows and the database stores: figures of ten people or more only.
    """
    times = [time for time in times if time.ms]
    known_traits = {time.person: traits.get(time.person, Traits()) for time in times}
    people = [
        PersonYear(
            _known_groups(known_traits[time.person]), {FairnessMeasure.HELD: time.held_ms / time.ms}
        )
        for time in times
    ]
    apart = {
        (difference.dimension, difference.group)
        for difference in differences(people, rng)
        if difference.stands_out
    }
    cuts: dict[str, list[dict[str, object]]] = {}
    for trait in TRAITS:
        members: dict[str, list[HeldTime]] = defaultdict(list)
        for time in times:
            members[getattr(known_traits[time.person], trait)].append(time)
        groups = [
            PersonGroup(name, len(rows), _held(rows)) for name, rows in sorted(members.items())
        ]
        cuts[trait] = [
            {
                "name": group.name,
                "people": group.people,
                "is_hidden": group.is_hidden,
                "stands_out": not group.is_hidden and (trait, group.name) in apart,
                **group.figures,
            }
            for group in disclosed(groups)
        ]
    return {"people": len(times) if len(times) >= FEWEST else None, **_held(times), "cuts": cuts}


def _known_groups(traits: Traits) -> dict[str, str]:
    groups = {name: getattr(traits, name) for name in TRAITS}
    return {name: group for name, group in groups.items() if group != UNKNOWN}


def _held(times: Sequence[HeldTime]) -> dict[str, int | None]:
    ms, held_ms = sum(time.ms for time in times), sum(time.held_ms for time in times)
    return {"held_per_mille": per_mille(held_ms, ms, len(times))}


def main_currency(work: Iterable[Work]) -> str:
    """Return the currency most people are paid in; empty if there are none."""
    people = Counter(currency for _, currency in {(row.person, row.currency) for row in work})
    return min(people, key=lambda currency: (-people[currency], currency)) if people else ""


def _apart(
    work: Sequence[Work],
    currency: str,
    traits: Mapping[int, Traits],
    rng: np.random.Generator,
) -> dict[tuple[str, str], list[str]]:
    """Return the measures in which a group stands out, by trait and group."""
    hours = _people([row for row in work if row.currency == currency and row.ms])
    flagged = {row.person for row in work if row.is_flagged}
    people: list[PersonYear] = []
    for person, (_, _, answers, rejected, _) in _people(work).items():
        values = {FairnessMeasure.FLAGGED: float(person in flagged)}
        if answers:
            values[FairnessMeasure.REJECTED] = rejected / answers
        if person in hours:
            micro, ms, *_ = hours[person]
            values[FairnessMeasure.PAY] = micro * HOUR_MS / ms
        people.append(PersonYear(_known_groups(traits.get(person, Traits())), values))
    measures: dict[tuple[str, str], list[str]] = defaultdict(list)
    for difference in differences(people, rng):
        if difference.stands_out:
            measures[difference.dimension, difference.group].append(difference.measure.value)
    return measures


def _cut(
    work: Sequence[Work], currency: str, members: Mapping[str, set[int]]
) -> list[dict[str, object]]:
    groups: list[PersonGroup] = []
    for name in sorted(members):
        rows = [row for row in work if row.person in members[name]]
        many, bad = sum(row.answers for row in rows), sum(row.rejected for row in rows)
        hours = _people([row for row in rows if row.currency == currency and row.ms])
        hourly = spread([micro * HOUR_MS // ms for micro, ms, *_ in hours.values()])
        flagged = {row.person for row in rows if row.is_flagged}
        people = len(members[name])
        figures: dict[str, int | None] = {
            "middle_micro": hourly.middle if hourly else None,
            "rejected_per_mille": per_mille(bad, many, people),
            "flagged_per_mille": per_mille(len(flagged), people, people),
        }
        groups.append(PersonGroup(name, people, figures))
    return [
        {"name": group.name, "people": group.people, "is_hidden": group.is_hidden, **group.figures}
        for group in disclosed(groups)
    ]


def _people(work: Iterable[Work]) -> dict[int, tuple[int, int, int, int, bool]]:
    """Sum each person's micro-units, milliseconds, answers and rejections."""
    sums: dict[int, tuple[int, int, int, int, bool]] = {}
    for row in work:
        micro, ms, answers, rejected, measured = sums.get(row.person, (0, 0, 0, 0, True))
        sums[row.person] = (
            micro + row.micro,
            ms + row.ms,
            answers + row.answers,
            rejected + row.rejected,
            measured and row.is_measured,
        )
    return sums
