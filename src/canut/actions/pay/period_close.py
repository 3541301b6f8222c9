"""Close a pay period: store statements, contributions, costs, paid time and payments.

Everything is a draft until ``commit_period`` closes the period in one transaction; the next run
deletes the drafts of a run that stopped. The amounts come from ``statement_inputs``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from canut.actions.ledger.entry_types import inscribe_period
from canut.actions.pay.period_costs import charge_period, costs_beside
from canut.actions.pay.statement_inputs import ToPay
from canut.core.errors import Conflict
from canut.core.pay.statement import text_of
from canut.core.places.parameters import Places
from canut.core.places.reader import SHIPPED
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
)
from canut.store.pay.periods import LATE_DAYS


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement that was counted, and is not written yet."""

    to_pay: ToPay
    content: dict[str, Any]


@transaction.atomic
def keep_drafts(period: Period, drafts: Sequence[Draft]) -> None:
    """Write some statements and all that goes with them.

    Raises:
        Conflict: somebody else is closing the period now.
    """
    _refuse_other_run(period)
    statements = [_statement(period, draft) for draft in drafts]
    Statement.objects.bulk_create(statements)
    late_on = period.last_day + timedelta(days=LATE_DAYS)
    Payment.objects.bulk_create(
        Payment(
            statement=one,
            person_id=one.person_id,
            amount_micro=one.net_micro,
            currency=one.currency,
            due_on=period.pay_day,
            late_on=late_on,
        )
        for one in statements
        if one.net_micro
    )
    Contributed.objects.bulk_create(
        Contributed(
            statement=one,
            name=line["name"],
            payer=line["payer"],
            base_micro=line["base_micro"],
            micro=line["micro"],
        )
        for one, draft in zip(statements, drafts, strict=True)
        for line in draft.content["pay"]["contributions"]
    )
    StatementCost.objects.bulk_create(
        row
        for one, draft in zip(statements, drafts, strict=True)
        for row in costs_beside(one, draft.content)
    )
    PaidTime.objects.bulk_create(
        PaidTime(period=period, person_id=person, project_id=project, day=day, ms=ms)
        for draft in drafts
        for (person, project, day), ms in _days(draft.to_pay).items()
    )
    Period.objects.filter(id=period.id).update(done=F("done") + len(drafts))


@transaction.atomic
def commit_period(
    period: Period,
    by: Person,
    policy: PayPolicy | None,
    places: Places,
    now: datetime,
) -> Period:
    """Close the period: from here on its statements count, and projects are charged their cost.

    Raises:
        Conflict: somebody else is closing the period now.
    """
    period = _refuse_other_run(period)
    now_ms = int(now.timestamp() * 1000)
    period.state, period.policy = Period.State.CLOSED, policy
    period.closed_by, period.closed_at, period.measured_ms = by, now, now_ms
    period.save()
    period.places.set(_files(places))
    charge_period(period, by=by, now_ms=now_ms)
    inscribe_period(period, now_ms)
    return period


def forget_drafts(period: Period) -> None:
    """Delete what a run that stopped left behind."""
    Payment.objects.filter(statement__period=period).delete()
    Contributed.objects.filter(statement__period=period).delete()
    StatementCost.objects.filter(statement__period=period).delete()
    Statement.objects.filter(period=period).delete()
    PaidTime.objects.filter(period=period).delete()


def _refuse_other_run(period: Period) -> Period:
    mine = Period.objects.select_for_update().filter(id=period.id, run=period.run).first()
    if mine is None or mine.state != Period.State.CLOSING:
        raise Conflict(f"period {period.id} is being closed by another", code="period-closing")
    return mine


def _statement(period: Period, draft: Draft) -> Statement:
    text = text_of(draft.content)
    pay, given = draft.content["pay"], draft.to_pay.given
    return Statement(
        period=period,
        person_id=given.person,
        currency=given.currency,
        content=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        time_ms=pay["time_ms"],
        top_up_micro=pay["top_up_micro"],
        gross_micro=pay["gross_micro"],
        vacation_micro=pay["vacation_micro"],
        net_micro=pay["net_micro"],
        pay_year=period.pay_day.year,
        begin_ms=draft.to_pay.begin_ms,
        end_ms=draft.to_pay.end_ms,
    )


def _days(to_pay: ToPay) -> dict[tuple[int, int | None, date], int]:
    sums: dict[tuple[int, int | None, date], int] = defaultdict(int)
    for row in to_pay.rows:
        if row.ms:
            sums[to_pay.given.person, row.project, row.day] += row.ms
    return sums


def _files(places: Places) -> list[PlaceFile]:
    """Keep the files of parameters as they are now, each once."""
    found: list[PlaceFile] = []
    for place in places.by_code.values():
        kept, _ = PlaceFile.objects.get_or_create(
            sha256=place.sha256,
            defaults={"name": place.file, "content": (SHIPPED / place.file).read_text("utf-8")},
        )
        found.append(kept)
    return found
