"""Charge each project what a closed period cost it, and say which of its work is not closed yet.

Costs are those of the statements (``core.pay.statement_costs``), kept beside them; the funds are
charged their sum in the transaction that closes the period, once a project and currency. The
platform's own pages are charged to no project.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import batched
from typing import Any

from django.db import transaction

from canut.actions.pay.funds import charge_funds
from canut.actions.pay.payable_time import midnight_ms
from canut.core.money import Money
from canut.core.pay.statement_costs import costs_of
from canut.core.pay.statement_input import PLATFORM
from canut.store.models import (
    FundsLine,
    Period,
    Person,
    Project,
    Statement,
    StatementCost,
    Terms,
    Worker,
)
from canut.store.pay.periods import cost_sums

AT_ONCE = 200
HOME_ZONE = "America/Toronto"


def costs_beside(statement: Statement, content: Mapping[str, Any]) -> list[StatementCost]:
    """Make the rows of what a statement costs each project; they are not written here."""
    return [
        StatementCost(
            statement=statement,
            project_id=None if one.project == PLATFORM else one.project,
            answers=one.answers,
            time_ms=one.time_ms,
            pieces_micro=one.pieces_micro,
            hours_micro=one.hours_micro,
            top_up_micro=one.top_up_micro,
            on_top_micro=one.on_top_micro,
            reviews=one.reviews,
            reviews_micro=one.reviews_micro,
            review_ms=one.review_ms,
        )
        for one in costs_of(content)
    ]


@transaction.atomic
def charge_period(period: Period, *, by: Person, now_ms: int) -> list[FundsLine]:
    """Charge every project what a closed period cost it; one that is charged stays as it is.

    Periods closed before costs were kept are counted and charged with it, from their statements.
    """
    charged: list[FundsLine] = []
    for one in _uncounted(period):
        _count(one)
        charged += _charge(one, by, now_ms)
    return charged + _charge(period, by, now_ms)


def open_since(project: Project) -> dict[int | None, int]:
    """Say from when on each worker's time is in no closed period; None is whoever was erased.

    Empty before the first closed period.
    """
    last = _last_counted()
    if last is None:
        return {}
    held = Worker.objects.filter(project=project, person__isnull=False)
    people = set(held.values_list("person_id", flat=True))
    ended = Statement.objects.filter(period=last, person__in=people)
    found: dict[int | None, int] = dict(ended.values_list("person_id", "end_ms"))
    zones = dict(
        Terms.objects.filter(person__in=people).order_by("number").values_list("person", "zone")
    )
    next_day = last.last_day + timedelta(days=1)
    for person in people - found.keys():
        found[person] = midnight_ms(next_day, zones.get(person, HOME_ZONE))
    found[None] = midnight_ms(next_day, HOME_ZONE)
    return found


def _last_counted() -> Period | None:
    closed = Period.objects.filter(state=Period.State.CLOSED, statement__costs__isnull=False)
    return closed.order_by("-first_day").first()


def _uncounted(but: Period) -> Iterator[Period]:
    without = Statement.objects.filter(period__state=Period.State.CLOSED, costs=None)
    found = set(without.exclude(period=but).values_list("period", flat=True))
    yield from Period.objects.filter(id__in=found).order_by("first_day")


def _count(period: Period) -> None:
    every = Statement.objects.filter(period=period, costs=None).iterator(chunk_size=AT_ONCE)
    for some in batched(every, AT_ONCE):
        rows = [row for one in some for row in costs_beside(one, json.loads(one.content))]
        StatementCost.objects.bulk_create(rows)


def _charge(period: Period, by: Person, now_ms: int) -> list[FundsLine]:
    held = FundsLine.objects.filter(period=period, kind=FundsLine.Kind.CHARGE)
    done = set(held.values_list("project_id", "currency"))
    sums = cost_sums(period)
    projects = Project.objects.in_bulk([project for project, _ in sums])
    return [
        charge_funds(projects[number], Money(micro, currency), period, by=by, now_ms=now_ms)
        for (number, currency), micro in sorted(sums.items())
        if micro > 0 and (number, currency) not in done
    ]
