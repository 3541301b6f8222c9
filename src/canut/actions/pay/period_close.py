"""Write the results of closing a period: statements, contributions, costs, time, payments.

Everything is a draft until ``commit_period`` closes the period in one transaction, which writes no
row of any person; the next run deletes the drafts of a run that stopped. Ledger entries are drafts
too: the sequencer leaves them until the period is closed. The amounts come from
``statement_inputs``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from canut.actions.ledger.entry_types import inscribe_statements
from canut.actions.pay.period_costs import charge_period, costs_beside
from canut.actions.pay.statement_inputs import ToPay
from canut.actions.platform.bulk_pacing import in_chunks
from canut.core.clock import Ms, from_ms
from canut.core.errors import Conflict
from canut.core.pay.employment.vacation_pay import EXCEPTION
from canut.core.pay.statement import text_of
from canut.core.places.parameters import Places
from canut.store.models import (
    Contributed,
    PaidTime,
    Payment,
    PayPolicy,
    Period,
    Person,
    PlaceFile,
    Statement,
    StatementCost,
    VacationPay,
)
from canut.store.pay.periods import LATE_DAYS
from canut.store.tables.ledger import PlatformEntry


@dataclass(frozen=True, slots=True)
class Draft:
    """A computed statement that is not stored yet."""

    to_pay: ToPay
    content: dict[str, Any]


@transaction.atomic
def keep_drafts(period: Period, drafts: Sequence[Draft], now: datetime, closing_ms: Ms) -> None:
    """Store a batch of statements with their payments, contributions, costs, time and entries.

    Args:
        period: the period that this run closes.
        drafts: the computed statements.
        now: becomes ``closed_at``: this run goes on, and nobody else closes the period meanwhile.
        closing_ms: the moment of the closing, which the ledger entries tell.

    Raises:
        Conflict: somebody else is closing the period now.
    """
    _refuse_other_run(period)
    statements = [_statement(period, draft) for draft in drafts]
    Statement.objects.bulk_create(statements)
    late_on = period.last_day + timedelta(days=LATE_DAYS)
    Payment.objects.bulk_create(
        Payment(
            statement=statement,
            person_id=statement.person_id,
            amount_micro=statement.net_micro,
            currency=statement.currency,
            due_on=period.pay_day,
            late_on=late_on,
        )
        for statement in statements
        if statement.net_micro
    )
    Contributed.objects.bulk_create(
        Contributed(
            statement=statement,
            name=line["name"],
            payer=line["payer"],
            base_micro=line["base_micro"],
            micro=line["micro"],
        )
        for statement, draft in zip(statements, drafts, strict=True)
        for line in draft.content["pay"]["contributions"]
    )
    vacations = (
        _vacation(statement, draft.content["pay"])
        for statement, draft in zip(statements, drafts, strict=True)
    )
    VacationPay.objects.bulk_create(row for row in vacations if row is not None)
    StatementCost.objects.bulk_create(
        row
        for statement, draft in zip(statements, drafts, strict=True)
        for row in costs_beside(statement, draft.content)
    )
    PaidTime.objects.bulk_create(
        PaidTime(period=period, person_id=person, project_id=project, day=day, ms=ms)
        for draft in drafts
        for (person, project, day), ms in _days(draft.to_pay).items()
    )
    inscribe_statements(statements, closing_ms)
    Period.objects.filter(id=period.id).update(done=F("done") + len(drafts), closed_at=now)


@transaction.atomic
def store_place_files(places: Places) -> list[PlaceFile]:
    """Store the current parameter files and packs, each once."""
    return [
        PlaceFile.objects.get_or_create(
            sha256=text.sha256, defaults={"name": text.name, "content": text.content}
        )[0]
        for text in places.texts
    ]


@transaction.atomic
def commit_period(
    period: Period,
    by: Person,
    policy: PayPolicy | None,
    files: Sequence[PlaceFile],
    now_ms: Ms,
) -> Period:
    """Commit the period: its statements count from here, projects are charged.

    Args:
        period: the period that this run closes.
        by: who closes it.
        policy: the pay rules in force; None before the first.
        files: the parameters that the statements were computed with.
        now_ms: the moment of the closing.

    Raises:
        Conflict: somebody else is closing the period now.
    """
    period = _refuse_other_run(period)
    period.state, period.policy = Period.State.CLOSED, policy
    period.closed_by, period.closed_at, period.measured_ms = by, from_ms(now_ms), now_ms
    period.save()
    period.places.set(files)
    charge_period(period, by=by, now_ms=now_ms)
    return period


def forget_drafts(period: Period) -> None:
    """Delete what an interrupted run left behind, while this run has the period.

    Raises:
        Conflict: somebody else is closing the period now.
    """
    statements = Statement.objects.filter(period=period).values("id")
    rows: tuple[QuerySet[Any], ...] = (
        PlatformEntry.objects.filter(statement__in=statements, place=None),
        Payment.objects.filter(statement__period=period),
        Contributed.objects.filter(statement__period=period),
        StatementCost.objects.filter(statement__period=period),
        VacationPay.objects.filter(statement__period=period),
        Statement.objects.filter(period=period),
        PaidTime.objects.filter(period=period),
    )
    for some in rows:
        in_chunks(some, partial(_delete_own, period))


def _delete_own(period: Period, rows: QuerySet[Any]) -> None:
    _refuse_other_run(period)
    rows.delete()


def _refuse_other_run(period: Period) -> Period:
    current = Period.objects.select_for_update().filter(id=period.id, run=period.run).first()
    if current is None or current.state != Period.State.CLOSING:
        raise Conflict(f"period {period.id} is being closed by another", code="period-closing")
    return current


def _statement(period: Period, draft: Draft) -> Statement:
    text = text_of(draft.content)
    pay, inputs = draft.content["pay"], draft.to_pay.given
    return Statement(
        period=period,
        person_id=inputs.person.number,
        currency=inputs.currency,
        content=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        time_ms=pay["time_ms"],
        top_up_micro=pay["top_up_micro"],
        gross_micro=pay["gross_micro"],
        vacation_micro=draft.content["year"]["vacation_micro"] - inputs.before.vacation_micro,
        net_micro=pay["net_micro"],
        pay_year=period.pay_day.year,
        begin_ms=draft.to_pay.begin_ms,
        end_ms=draft.to_pay.end_ms,
    )


def _vacation(statement: Statement, pay: Mapping[str, Any]) -> VacationPay | None:
    """Return the vacation pay a statement keeps, and what it pays of earlier one; None for none."""
    line = pay["vacation"]
    if line is None or "balance_micro" not in line:
        return None
    is_paid_at_once = line["why"] == EXCEPTION
    kept_micro = line["corrected_micro"] + (0 if is_paid_at_once else line["micro"])
    paid_micro = 0 if is_paid_at_once else line["paid_micro"]
    if not (kept_micro or paid_micro):
        return None
    return VacationPay(statement=statement, kept_micro=kept_micro, paid_micro=paid_micro)


def _days(to_pay: ToPay) -> dict[tuple[int, int | None, date], int]:
    sums: dict[tuple[int, int | None, date], int] = defaultdict(int)
    for row in to_pay.rows:
        if row.ms:
            sums[to_pay.given.person.number, row.project, row.day] += row.ms
    return sums
