"""The form of what a query of the register returns, and helpers to count it.

A query is one function of a ``Scope``. It counts the cases, those that fall short, and names some
of these, so that a worker can be shown their own. It reads by indexes, or goes on from the last row
it saw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from canut.core.clock import DAY_MS, Ms

MOST_ROWS = 50
MOST_NEW_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query is asked about: when, and of one person alone or of everybody.

    Args:
        now_ms: the moment.
        today: its day.
        person: their rows alone; None is everybody.
        after: the last row that an earlier run saw, for queries that go on from there.
    """

    now_ms: Ms
    today: date
    person: int | None = None
    after: int = 0

    def before_ms(self, days: int) -> Ms:
        """Return the moment so many days ago."""
        return self.now_ms - days * DAY_MS


class EvidenceRow(NamedTuple):
    """One row that falls short: what it is, its number, and whose it is."""

    kind: str
    number: int
    person: int | None = None


class Evidence(NamedTuple):
    """What a query counted.

    Args:
        cases: how many there are.
        bad: how many fall short.
        people: of how many people, where rows are about people.
        rows: some of those that fall short.
        until: the last row seen, for queries that go on from there.
        is_complete: whether no further row waits to be read.
    """

    cases: int
    bad: int
    people: int = 0
    rows: tuple[EvidenceRow, ...] = ()
    until: int = 0
    is_complete: bool = True


type EvidenceQuery = Callable[[Scope], Evidence]


def tally[M: Model](
    scope: Scope, kind: str, cases: QuerySet[M], bad: QuerySet[M], person: str = "person"
) -> Evidence:
    """Count cases and those that fall short, and name some of these.

    Args:
        scope: everybody, or one person.
        kind: what a row is.
        cases: all of them.
        bad: those that fall short.
        person: the field that leads to whose row it is; empty where rows are about nobody.
    """
    if scope.person is not None:
        if not person:
            return Evidence(0, 0)
        cases, bad = cases.filter(**{person: scope.person}), bad.filter(**{person: scope.person})
    count = bad.count()
    if not count:
        return Evidence(cases.count(), 0)
    fields = ("pk", person) if person else ("pk",)
    listed: list[tuple[Any, ...]] = list(bad.order_by("pk").values_list(*fields)[:MOST_ROWS])
    rows = tuple(EvidenceRow(kind, row[0], row[1] if person else None) for row in listed)
    people = bad.order_by().values(person).distinct().count() if person else 0
    return Evidence(cases.count(), count, people, rows)


def of_people(scope: Scope, kind: str, cases: set[int], bad: set[int]) -> Evidence:
    """Count people, each a case; in the scope of one person, only them."""
    if scope.person is not None:
        cases, bad = cases & {scope.person}, bad & {scope.person}
    rows = tuple(EvidenceRow(kind, person, person) for person in sorted(bad)[:MOST_ROWS])
    return Evidence(len(cases), len(bad), len(bad), rows)


def of_instance(scope: Scope, *, is_case: bool, is_bad: bool) -> Evidence:
    """Count one case about the instance as a whole; it is about no person."""
    if scope.person is not None:
        return Evidence(0, 0)
    return Evidence(int(is_case), int(is_case and is_bad))
