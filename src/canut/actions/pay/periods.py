"""Create pay periods, preview them, and close them.

A period is closed whole or not at all: statements are written in small batches that count for
nothing until the last step closes the period. Who cannot be paid, and why, is named one by one, and
waits alone: the period closes without their statement, names them in ``failure``, and the next one
holds a correction of this one for them. Nothing closes while a figure of the payer is missing, or
while somebody could be paid and nobody can. What a statement is counted from comes from
``statement_inputs``; how, from ``core.pay.statement``.

Try and close periods while somebody waits, or as a job where there are many people.
"""

import json
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.tasks import task

from canut.actions.pay.exchange_rates import check_rates
from canut.actions.pay.pay_rules import MOST_DAYS, USUAL_DAYS, PayRules, policy_in_force
from canut.actions.pay.period_close import (
    Draft,
    commit_period,
    forget_drafts,
    keep_drafts,
    store_place_files,
)
from canut.actions.pay.statement_inputs import (
    TERMS_MISSING,
    UNMEASURED,
    LeftOut,
    PayRun,
    PeriodExclusions,
    ToPay,
    Unready,
    exclude,
    gather,
    payable_people,
)
from canut.actions.pay.year_to_date import after
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.hours_caps import hold_over_hours
from canut.actions.time.measure import DATA_FAULTS
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Incomplete, Refusal
from canut.core.pay.statement import PayDesk
from canut.core.pay.statement_diff import StatementDifference, changes, summed
from canut.core.places.parameters import Places
from canut.store.models import DryRun, Period, Person, Statement
from canut.store.pay.periods import LAST_ZONE_HOURS, end_everywhere, last_closed
from canut.store.pay.places import places as known_places

BATCH = 20  # on SQLite others wait meanwhile: some 40 ms


# A closing says at each batch that it goes on; half a minute later it has died, and its job begins
# again a minute after its process was last heard of.
STALE = timedelta(seconds=30)


NAMED = 50


MIDDLE = 15  # the last day of the first half of a month


OF_THE_PAYER = ("payroll-unknown", "exchange-expired")
"""Refusals that the payer ends for everybody, in the pay rules."""


OF_ONE = (UNMEASURED, TERMS_MISSING)
"""Refusals that say nothing of anybody else."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The result of computing a period without closing it.

    Args:
        rows: one line a person and currency, of ``core.pay.statement_diff.summed``.
        unready: who cannot be paid yet, and why.
        left_out: who is not paid here.
        changes: against the last dry run, or the last closed period.
        compared_with: the moment of that dry run, or the last day of that period; None for neither.
    """

    rows: list[dict[str, Any]]
    unready: list[Unready]
    left_out: list[LeftOut]
    changes: list[StatementDifference] = field(default_factory=list[StatementDifference])
    compared_with: date | None = None


@transaction.atomic
def make_period(first_day: date, last_day: date, now_ms: Ms) -> Period:
    """Create the period that follows the last one.

    Raises:
        BadInput: it ends before it begins, has more than 16 days, or leaves days unpaid between.
    """
    length = (last_day - first_day).days + 1
    if not 1 <= length <= MOST_DAYS:
        raise BadInput(
            f"a period from {first_day} to {last_day} has {length} days; 1 to {MOST_DAYS}",
            code="pay-interval",
            most=MOST_DAYS,
        )
    last = Period.objects.order_by("-first_day").first()
    if last is not None and first_day != last.last_day + timedelta(days=1):
        raise _gap(last.last_day)
    policy, _ = policy_in_force()
    try:
        with transaction.atomic():
            return Period.objects.create(
                first_day=first_day,
                last_day=last_day,
                pay_day=last_day + timedelta(days=policy.wait_days),
                created_at=from_ms(now_ms),
            )
    except IntegrityError:  # somebody else made it at the same moment
        raise _gap(last_day) from None


def _gap(last_day: date) -> BadInput:
    return BadInput(
        f"the last period ends on {last_day}; begin the next on the day after",
        code="period-gap",
        expected=(last_day + timedelta(days=1)).isoformat(),
    )


def next_days(today: date) -> tuple[date, date]:
    """Propose the days of the next period.

    The first one ends with the half-month of today, or today where the pay rules ask for shorter
    periods: it also pays what was done before, so it holds all unpaid work. The others follow the
    last one, half a month after half a month, else of the length in the pay rules.
    """
    policy, _ = policy_in_force()
    last = Period.objects.order_by("-first_day").first()
    if last is None:
        if policy.days < USUAL_DAYS:
            return today - timedelta(days=policy.days - 1), today
        return half_month(today)
    first = last.last_day + timedelta(days=1)
    if policy.days >= USUAL_DAYS and (last.first_day, last.last_day) == half_month(last.first_day):
        return half_month(first)
    return first, first + timedelta(days=policy.days - 1)


def half_month(day: date) -> tuple[date, date]:
    """Return the first and last day of the half of a month that holds a day.

    Example:
        >>> half_month(date(2026, 2, 20))
        (datetime.date(2026, 2, 16), datetime.date(2026, 2, 28))
    """
    middle = day.replace(day=MIDDLE)
    if day <= middle:
        return day.replace(day=1), middle
    month = day.replace(day=1)
    return middle + timedelta(days=1), (month + timedelta(days=31)).replace(day=1) - timedelta(
        days=1
    )


def preview(period: Period, by: Person, now_ms: Ms, places: Places | None = None) -> Preview:
    """Compute a period without closing it; store the run to compare the next with."""
    before, when = _compared(period, _last_run(period))
    hold_over_hours(now_ms)
    exclusions = PeriodExclusions()
    rows: list[dict[str, Any]] = []
    pay_run = PayRun(period, _policy(), places or known_places(), now_ms)
    for _, content in count_statements(pay_run, exclusions):
        rows.append(summed(content))
    with transaction.atomic():
        DryRun.objects.create(
            period=period,
            rows=rows,
            problems=[excluded._asdict() for excluded in exclusions.waiting],
            left_out=[excluded._asdict() for excluded in exclusions.left_out],
            made_by=by,
            made_at=from_ms(now_ms),
        )
    changed = [] if when is None else changes(before, rows)
    return Preview(rows, exclusions.waiting, exclusions.left_out, changed, when)


def close_period(period_id: int, by: Person, now_ms: Ms, places: Places | None = None) -> Period:
    """Close a period: store all statements and the payments due.

    Raises:
        Conflict: it is closed, or being closed, or an earlier one is open.
        BadInput: its last day is not over everywhere.
        Incomplete: a figure of the payer is missing, or nobody can be paid. Nothing is closed.
    """
    parameters = places or known_places()
    began = time.monotonic()
    period = _begin(period_id, by, now_ms)
    policy, policy_row = policy_in_force()
    exclusions = PeriodExclusions()
    try:
        forget_drafts(period)
        hold_over_hours(now_ms)
        batch: list[Draft] = []
        is_anybody_paid = False
        pay_run = PayRun(period, policy, parameters, now_ms)
        for to_pay, content in count_statements(pay_run, exclusions):
            batch.append(Draft(to_pay, content))
            is_anybody_paid = True
            if len(batch) >= BATCH:
                keep_drafts(period, batch, _since(now_ms, began), now_ms)
                batch = []
        keep_drafts(period, batch, _since(now_ms, began), now_ms)
        _refuse_unready(exclusions.waiting, is_anybody_paid=is_anybody_paid)
        own_run = Period.objects.filter(id=period.id, run=period.run)
        own_run.update(failure=_failure_of(exclusions.waiting))
        files = store_place_files(parameters)
        return commit_period(period, by, policy_row, files, now_ms)
    except Exception as problem:
        _give_up(period, problem, exclusions.waiting)
        raise


def _since(now_ms: Ms, began: float) -> datetime:
    """Return the moment that a run reached which began at ``now_ms``."""
    return from_ms(now_ms + round(1000 * (time.monotonic() - began)))


def _failure_of(waiting: Sequence[Unready]) -> dict[str, Any] | None:
    """Return the failure naming people who could not be paid; None if none."""
    if not waiting:
        return None
    names = ", ".join(sorted({person.name for person in waiting})[:NAMED])
    return {
        "code": waiting[0].code,
        "facts": {**waiting[0].facts, "people": names, "count": len(waiting)},
        "people": [person._asdict() for person in waiting],
    }


def _policy() -> PayRules:
    return policy_in_force()[0]


@transaction.atomic
def _begin(period_id: int, by: Person, now_ms: Ms) -> Period:
    """Mark a period as being closed, so that no other process closes it."""
    now = from_ms(now_ms)
    period = Period.objects.select_for_update().get(id=period_id)
    if period.state == Period.State.CLOSED:
        raise Conflict(f"period {period_id} is closed", code="period-closed")
    is_taken = period.closed_at is not None and abs(now - period.closed_at) < STALE
    if period.state == Period.State.CLOSING and is_taken:
        raise Conflict(f"period {period_id} is being closed", code="period-closing")
    earlier = Period.objects.filter(first_day__lt=period.first_day)
    if earlier.exclude(state=Period.State.CLOSED).exists():
        raise Conflict("an earlier period is open; close it first", code="period-order")
    if now_ms < end_everywhere(period.last_day):
        raise BadInput(
            f"{period.last_day} is not over everywhere; close the period"
            f" {LAST_ZONE_HOURS} hours after it ends in UTC",
            code="period-not-over",
            day=period.last_day.isoformat(),
        )
    period.state, period.run = Period.State.CLOSING, secrets.token_hex(16)
    period.closed_by, period.closed_at, period.failure = by, now, None
    period.done, period.total = 0, len(payable_people())
    period.save()
    return period


def _give_up(period: Period, problem: Exception, unready: Sequence[Unready]) -> None:
    """Reopen the period after a failure and store the reason."""
    code, facts = "fault", {}
    if isinstance(problem, Refusal):
        code, facts = problem.case, problem.facts
    with suppress(Conflict):
        forget_drafts(period)
    with transaction.atomic():
        current = Period.objects.select_for_update().filter(id=period.id, run=period.run).first()
        if current is None or current.state != Period.State.CLOSING:
            return
        current.state, current.run, current.closed_by, current.closed_at = (
            Period.State.OPEN,
            "",
            None,
            None,
        )
        people = [person._asdict() for person in unready[:NAMED]]
        current.failure = {"code": code, "facts": facts, "people": people}
        current.save()


def statement_of(
    person: Person, period: Period, now_ms: Ms, exclusions: PeriodExclusions
) -> list[dict[str, Any]]:
    """Compute one person's statements of a period as it stands, one a currency. Stores nothing.

    Args:
        person: whose.
        period: not closed; it need not be stored.
        now_ms: what came by then counts.
        exclusions: gets the person if they cannot be paid yet, or are not paid here.
    """
    pay_run = PayRun(period, _policy(), known_places(), now_ms, [person.pk])
    return [content for _, content in count_statements(pay_run, exclusions)]


def count_statements(
    pay_run: PayRun, exclusions: PeriodExclusions
) -> Iterator[tuple[ToPay, dict[str, Any]]]:
    """Yield every statement of a period, which need not be stored; nothing is written.

    Args:
        pay_run: what they are computed of.
        exclusions: gets who cannot be paid yet, and who is not paid here.
    """
    period, policy, places = pay_run[:3]
    desk = PayDesk(places)
    everybody = gather(pay_run, exclusions)
    for _, statements in groupby(everybody, key=lambda to_pay: to_pay.given.person.number):
        own = list(statements)
        try:
            for to_pay in own:
                inputs = to_pay.given
                jurisdictions = (inputs.place, *inputs.place_of_day.values())
                check_rates(policy, inputs.currency, jurisdictions, places, period.last_day)
            counted = list(_counted_in_order(desk, own))
        except (Refusal, *DATA_FAULTS) as problem:
            exclude(own[0].given.person.number, problem, exclusions)
        else:
            yield from counted


def _counted_in_order(
    desk: PayDesk, statements: Sequence[ToPay]
) -> Iterator[tuple[ToPay, dict[str, Any]]]:
    """Compute one person's statements; those of a currency build on the ones before them."""
    earlier: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for to_pay in statements:
        inputs = to_pay.given
        if earlier[inputs.currency]:
            inputs = after(inputs, earlier[inputs.currency])
        content = desk.statement(inputs)
        earlier[inputs.currency].append(content)
        yield replace(to_pay, given=inputs), content


def _refuse_unready(waiting: Sequence[Unready], *, is_anybody_paid: bool) -> None:
    """Refuse where it is not one person's matter that they cannot be paid; name them all."""
    unready = [person for person in waiting if person.code in OF_THE_PAYER]
    if not is_anybody_paid:
        unready += [person for person in waiting if person.code not in (*OF_ONE, *OF_THE_PAYER)]
    if not unready:
        return
    first = unready[0]
    names = ", ".join(sorted({person.name for person in unready})[:NAMED])
    facts: dict[str, str | int] = {**first.facts, "people": names, "count": len(unready)}
    raise Incomplete(
        f"{len(unready)} cannot be paid yet ({names}): {first.code} {first.facts}; nothing closed",
        code=first.code,
        **facts,
    )


def changes_of(run: DryRun) -> list[StatementDifference]:
    """List what a preview changed against the one before it, or the last closed period."""
    earlier = DryRun.objects.filter(period=run.period, id__lt=run.pk).order_by("-id").first()
    before, when = _compared(run.period, earlier)
    return [] if when is None else changes(before, run.rows)


def _last_run(period: Period) -> DryRun | None:
    return DryRun.objects.filter(period=period).order_by("-id").first()


def _compared(period: Period, run: DryRun | None) -> tuple[list[dict[str, Any]], date | None]:
    """Return what a preview is compared with: the one before, or the last period."""
    if run is not None:
        return run.rows, run.made_at.date()
    last = last_closed(period.first_day)
    if last is None:
        return [], None
    return list(_rows(last)), last.last_day


def _rows(period: Period) -> Iterator[dict[str, Any]]:
    for statement in Statement.objects.filter(period=period).iterator(chunk_size=200):
        yield summed(json.loads(statement.content))


FEW_PEOPLE = 200


def try_soon(period: Period, by: Person) -> bool:
    """Preview a period, in this request or in a job; return whether it is done."""
    if len(payable_people()) > FEW_PEOPLE:
        try_period.enqueue(period.pk, by.pk)
        return False
    preview(period, by, now_ms())
    return True


def close_soon(period: Period, by: Person) -> bool:
    """Close a period, in this request or in a job; return whether it is done.

    Raises:
        Refusal: it cannot be closed; where a job closes it, the period keeps the reason.
    """
    if len(payable_people()) > FEW_PEOPLE:
        close_later.enqueue(period.pk, by.pk)
        return False
    close_period(period.pk, by, now_ms())
    return True


@task
def try_period(period_id: int, by_id: int) -> None:
    """Preview a period in a job."""
    period = Period.objects.get(id=period_id)
    preview(period, Person.objects.get(id=by_id), now_ms())


@task
def close_later(period_id: int, by_id: int) -> None:
    """Close a period in a job; store the reason of a refusal on the period."""
    try:
        close_period(period_id, Person.objects.get(id=by_id), now_ms())
    except Refusal:
        return
