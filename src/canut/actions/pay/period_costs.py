"""Charge each project what a closed period cost it; find the work not closed yet.

Costs are those of the statements (``core.pay.statement_costs``), kept beside them; the funds are
charged their sum in the transaction that closes the period, once a project and currency. The
platform's own pages are charged to no project, but for ethics reviews: the platform pays them, and
every project with pay in the period bears a share in proportion to its own cost, reviewed or not,
so that no review costs its client more and refusing costs a reviewer nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import batched
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.pay.funds import charge_funds
from canut.actions.pay.payable_time import midnight_ms
from canut.core.money import Money
from canut.core.pay.statement_costs import by_largest_remainder, costs_of
from canut.core.pay.statement_input import ETHICS, PLATFORM
from canut.store.models import (
    DryRun,
    FundsLine,
    Period,
    Person,
    Project,
    Statement,
    StatementCost,
    Terms,
    Worker,
)
from canut.store.pay.funds import balance
from canut.store.pay.periods import cost_sums
from canut.store.tables.ethics import EthicsHour, EthicsLevy

AT_ONCE = 200
HOME_ZONE = "America/Toronto"


class Shortage(NamedTuple):
    """What closing a period would charge a project beyond what is locked for it.

    Args:
        project: whose.
        cost: what it would be charged.
        locked: what is locked.
        free: what its free money would give.
        missing: what nobody has deposited yet, with what is missing from earlier periods.
    """

    project: Project
    cost: Money
    locked: Money
    free: Money
    missing: Money


def costs_beside(statement: Statement, content: Mapping[str, Any]) -> list[StatementCost]:
    """Build the rows of what a statement costs each project, without saving them."""
    return [
        StatementCost(
            statement=statement,
            project_id=None if cost.project <= PLATFORM else cost.project,
            answers=cost.answers,
            time_ms=cost.time_ms,
            pieces_micro=cost.pieces_micro,
            hours_micro=cost.hours_micro,
            top_up_micro=cost.top_up_micro,
            on_top_micro=cost.on_top_micro,
            reviews=cost.reviews,
            reviews_micro=cost.reviews_micro,
            review_ms=cost.review_ms,
        )
        for cost in costs_of(content)
    ]


@transaction.atomic
def charge_period(period: Period, *, by: Person, now_ms: int) -> list[FundsLine]:
    """Charge every project its cost of a closed period; charged projects are skipped.

    Periods closed before costs were kept are counted and charged with it, from their statements.
    """
    charged: list[FundsLine] = []
    for earlier in _uncounted(period):
        _count(earlier)
        charged += _charge(earlier, by, now_ms)
    return charged + _charge(period, by, now_ms)


def shortages(run: DryRun) -> list[Shortage]:
    """List the projects that closing would charge more than is locked for them, by number.

    What a week's overtime, the covered costs of work and days lost by an undone decision come to is
    not known when funds are locked. It is paid all the same.

    Args:
        run: a dry run of a period that is not closed. The funds are those of now.
    """
    owed: dict[tuple[int, str], int] = defaultdict(int)
    for row in run.rows:
        for number, micro in row.get("costs", ()):
            owed[number, row["currency"]] += micro
    projects = Project.objects.in_bulk([number for number, _ in owed])
    short: list[Shortage] = []
    for (number, currency), micro in sorted(owed.items()):
        project, funds = projects.get(number), balance(number, currency)
        cost = Money(micro, currency)
        if project is not None and cost > funds.locked:
            nothing = Money(0, currency)
            locked, free = max(funds.locked, nothing), max(funds.free - funds.over, nothing)
            missing = max(cost - funds.locked - free, nothing)
            short.append(
                Shortage(projects[number], cost, locked, min(free, cost - locked), missing)
            )
    return short


def open_since(project: Project) -> dict[int | None, int]:
    """Return since when each worker's time is unpaid; the key None is erased people.

    Empty before the first closed period.
    """
    last = _last_counted()
    if last is None:
        return {}
    workers = Worker.objects.filter(project=project, person__isnull=False)
    people = set(workers.values_list("person_id", flat=True))
    ended = Statement.objects.filter(period=last, person__in=people)
    ends = ended.order_by("end_ms").values_list("person_id", "end_ms")
    since: dict[int | None, int] = dict(ends)
    zones = dict(
        Terms.objects.filter(person__in=people).order_by("number").values_list("person", "zone")
    )
    next_day = last.last_day + timedelta(days=1)
    for person in people - since.keys():
        since[person] = midnight_ms(next_day, zones.get(person, HOME_ZONE))
    since[None] = midnight_ms(next_day, HOME_ZONE)
    return since


def _last_counted() -> Period | None:
    closed = Period.objects.filter(state=Period.State.CLOSED, statement__costs__isnull=False)
    return closed.order_by("-first_day").first()


def _uncounted(but: Period) -> Iterator[Period]:
    without = Statement.objects.filter(period__state=Period.State.CLOSED, costs=None)
    ids = set(without.exclude(period=but).values_list("period", flat=True))
    yield from Period.objects.filter(id__in=ids).order_by("first_day")


def _count(period: Period) -> None:
    every = Statement.objects.filter(period=period, costs=None).iterator(chunk_size=AT_ONCE)
    for some in batched(every, AT_ONCE):
        rows = [
            row
            for statement in some
            for row in costs_beside(statement, json.loads(statement.content))
        ]
        StatementCost.objects.bulk_create(rows)


def _charge(period: Period, by: Person, now_ms: int) -> list[FundsLine]:
    charged = FundsLine.objects.filter(period=period, kind=FundsLine.Kind.CHARGE)
    done = set(charged.values_list("project_id", "currency"))
    sums = cost_sums(period)
    for key, micro in levies_of(period, sums).items():
        sums[key] += micro
    projects = Project.objects.in_bulk([project for project, _ in sums])
    return [
        charge_funds(projects[number], Money(micro, currency), period, by=by, now_ms=now_ms)
        for (number, currency), micro in sorted(sums.items())
        if micro > 0 and (number, currency) not in done
    ]


def levies_of(period: Period, sums: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """Store each project's levy for a closed period, once; return it by project and currency.

    Args:
        period: whose statements are complete.
        sums: what its statements cost each project, in micro-units, by project and currency.
    """
    stored = EthicsLevy.objects.filter(period=period)
    if not stored.exists():
        EthicsLevy.objects.bulk_create(_levies(period, sums))
    rows = stored.values_list("project", "currency", "micro")
    return {(project, currency): micro for project, currency, micro in rows}


def _levies(period: Period, sums: Mapping[tuple[int, str], int]) -> list[EthicsLevy]:
    levies: list[EthicsLevy] = []
    for currency, micro in sorted(_review_costs(period).items()):
        bearers = sorted(
            project for (project, code), cost in sums.items() if code == currency and cost > 0
        )
        shares = by_largest_remainder(micro, [sums[project, currency] for project in bearers])
        levies += [
            EthicsLevy(period=period, project_id=project, currency=currency, micro=share)
            for project, share in zip(bearers, shares, strict=True)
            if share > 0
        ]
    return levies


def _review_costs(period: Period) -> dict[str, int]:
    """Sum what ethics reviews cost in the statements of a period, by currency."""
    reviewers = EthicsHour.objects.values("person")
    costs: dict[str, int] = defaultdict(int)
    for statement in Statement.objects.filter(period=period, person__in=reviewers):
        for cost in costs_of(json.loads(statement.content)):
            if cost.project == ETHICS:
                costs[statement.currency] += cost.micro
    return costs
