"""Tell what work brings and what is decided about it, by groups of people, so that bias shows.

Figures rest on people, not on answers: each person's pay an hour is one figure. Nothing is said of
fewer than ten people. A group is pointed out where its answers are rejected more often than those
of everybody else by more than chance would do; a person looks into it, nothing follows by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from canut.core.labour.aggregates import FEWEST, Group, per_mille, shown, spread
from canut.core.money import HOUR_MS

APART = 3.0
UNKNOWN = "unknown"

type Content = dict[str, object]


@dataclass(frozen=True, slots=True)
class Work:
    """What one person did for one organisation in one currency.

    Args:
        micro: pieces and what decisions changed, before any top-up.
        ms: active time, or from loan to answer where no beat measured it.
        is_measured: whether beats did.
        answers: how many.
        rejected: how many of them were rejected and stayed so.
        is_flagged: whether an automated system pointed the person out.
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
class Traits:
    """By what a report groups people; nothing else is looked at."""

    language: str = UNKNOWN
    place: str = UNKNOWN
    assistive: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Paid:
    """What an hour brought people in one currency; all None for fewer than ten."""

    currency: str
    people: int | None
    middle_micro: int | None
    lowest_micro: int | None
    by_elapsed: int | None
    answers: int | None
    rejected_per_mille: int | None


def paid(work: Iterable[Work]) -> Paid:
    """Say what an hour brought the people who did this work, in the currency of most of them.

    Example:
        >>> one = [Work(n, 1, "CAD", n * 10**6, HOUR_MS, True, 5, 1) for n in range(1, 11)]
        >>> paid(one).middle_micro, paid(one).lowest_micro, paid(one[:9]).people
        (5000000, 1000000, None)
    """
    rows = list(work)
    currency = main_currency(rows)
    people = _people([row for row in rows if row.currency == currency and row.ms])
    found = spread([micro * HOUR_MS // ms for micro, ms, *_ in people.values()])
    if found is None:
        return Paid(currency, None, None, None, None, None, None)
    answers = sum(one[2] for one in people.values())
    rejected = sum(one[3] for one in people.values())
    return Paid(
        currency,
        found.people,
        found.middle,
        found.lowest_decile,
        sum(not one[4] for one in people.values()),
        answers,
        per_mille(rejected, answers, found.people),
    )


def by_organisation(work: Iterable[Work]) -> dict[int, Paid]:
    """Say what an hour brought, for each organisation by itself."""
    rows: dict[int, list[Work]] = defaultdict(list)
    for row in work:
        rows[row.organisation].append(row)
    return {organisation: paid(found) for organisation, found in rows.items()}


def report(work: Sequence[Work], traits: Mapping[int, Traits]) -> Content:
    """Say what work brought and what was decided, for everybody and by each trait.

    Args:
        work: of everybody, in the period of the report.
        traits: by person; who is missing has unknown ones.

    Returns:
        What the page shows and the database keeps: figures of ten people or more alone.
    """
    whole = paid(work)
    people = {row.person for row in work}
    cuts: dict[str, object] = {}
    for trait in ("language", "place", "assistive"):
        members: dict[str, set[int]] = defaultdict(set)
        for person in people:
            members[getattr(traits.get(person, Traits()), trait)].add(person)
        cuts[trait] = _cut(work, whole.currency, members)
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


def main_currency(work: Iterable[Work]) -> str:
    """Return the currency most people are paid in; empty for nobody."""
    people = Counter(currency for _, currency in {(row.person, row.currency) for row in work})
    return min(people, key=lambda currency: (-people[currency], currency)) if people else ""


def stands_out(rejected: int, answers: int, others_rejected: int, others: int) -> bool:
    """Say whether a group's answers are rejected more often than the others', beyond chance.

    Example:
        >>> stands_out(60, 500, 50, 1000), stands_out(30, 500, 50, 1000)
        (True, False)
    """
    if not answers or not others:
        return False
    both = (rejected + others_rejected) / (answers + others)
    spread_ = sqrt(both * (1 - both) * (1 / answers + 1 / others))
    return bool(spread_) and (rejected / answers - others_rejected / others) / spread_ > APART


def _cut(
    work: Sequence[Work], currency: str, members: Mapping[str, set[int]]
) -> list[dict[str, object]]:
    answers, rejected = sum(row.answers for row in work), sum(row.rejected for row in work)
    groups: list[Group] = []
    for name in sorted(members):
        rows = [row for row in work if row.person in members[name]]
        many, bad = sum(row.answers for row in rows), sum(row.rejected for row in rows)
        hours = _people([row for row in rows if row.currency == currency and row.ms])
        found = spread([micro * HOUR_MS // ms for micro, ms, *_ in hours.values()])
        flagged = {row.person for row in rows if row.is_flagged}
        people = len(members[name])
        figures: dict[str, int | None] = {
            "middle_micro": found.middle if found else None,
            "rejected_per_mille": per_mille(bad, many, people),
            "flagged_per_mille": per_mille(len(flagged), people, people),
            "stands_out": int(stands_out(bad, many, rejected - bad, answers - many)),
        }
        groups.append(Group(name, people, figures))
    return [
        {"name": one.name, "people": one.people, "is_hidden": one.is_hidden, **one.figures}
        for one in shown(groups)
    ]


def _people(work: Iterable[Work]) -> dict[int, tuple[int, int, int, int, bool]]:
    """Add up each person's micro-units, milliseconds, answers and rejections."""
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
