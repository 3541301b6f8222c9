"""Compute what a person has earned and was not paid yet, and when it is paid.

The sum is that of the statement the person gets next, computed the same way from the same inputs,
so that both agree to the cent. Where it cannot be computed yet (no status and place of work), the
prices of the answers are added up instead, and the page says what is missing.

Reads only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.pay.periods import next_days, statement_of
from canut.actions.pay.statement_inputs import TERMS_MISSING, PeriodExclusions
from canut.core.clock import HOUR_MS, Ms, local_day
from canut.core.decisions.deadlines import appealable_until
from canut.core.money import Money, rounded_up
from canut.core.pay.accounting.balance_parts import ANSWERS, PayPart, parts_of
from canut.store.pay.pay_lines import earned_by_currency
from canut.store.pay.periods import paid_until_ms
from canut.store.people.work_terms import terms_of, zone_of
from canut.store.tables.decisions import Decision
from canut.store.tables.pay import PayAdjustment, PayLine, Period
from canut.store.tables.people import Person


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What is owed to a person in one currency, with its parts, which add up to it.

    Args:
        micro: the net sum, in whole cents.
        parts: what it is made of.
        time_ms: the time it pays, in milliseconds.
        answers: how many answers and reviews it pays.
        per_hour_micro: what an hour of it brought; None without time.
        floor_micro: the minimum of an hour where the person works; None if unknown.
    """

    currency: str
    micro: int
    parts: Sequence[PayPart]
    time_ms: int
    answers: int
    per_hour_micro: int | None = None
    floor_micro: int | None = None


@dataclass(frozen=True, slots=True)
class InQuestion:
    """What a rejection took and an appeal may bring back; not in the balance."""

    decision: Decision
    micro: int
    currency: str
    appeal_until_ms: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person earned since the last statement, and the period that pays it.

    Args:
        sums: one a currency, the largest first.
        since: the first day of what is owed, in the person's time zone.
        period: the next period to close; not stored if the operator has not made it yet.
        is_pay_day_set: whether the operator has set when people are paid.
        waits_for: the code of what keeps the pay from being computed; empty if nothing does.
        is_paid_here: whether a person of this status is paid here.
        today: the person's day.
    """

    sums: Sequence[CurrencyBalance]
    since: date
    period: Period
    is_pay_day_set: bool
    waits_for: str
    is_paid_here: bool
    today: date

    @property
    def is_over(self) -> bool:
        """Return whether the period has ended, and waits to be closed."""
        return self.today > self.period.last_day


def balance_of(person: Person, now_ms: Ms) -> Balance:
    """Compute what a person is owed now, of work in no closed period."""
    today = local_day(now_ms, zone_of(person.pk, now_ms))
    exclusions = PeriodExclusions()
    period, is_set = _next_period(today)
    contents = statement_of(person, _until(period, today), now_ms, exclusions)
    waits_for = exclusions.waiting[0].code if exclusions.waiting else ""
    if not contents and waits_for == "" and terms_of(person.pk, now_ms) is None:
        waits_for = TERMS_MISSING
    return Balance(
        sums=_by_currency(contents) if contents else _of_lines(person),
        since=_since(person, period, today, now_ms),
        period=period,
        is_pay_day_set=is_set,
        waits_for=waits_for,
        is_paid_here=not exclusions.left_out,
        today=today,
    )


def in_question(person: Person, now_ms: Ms) -> list[InQuestion]:
    """List what rejections took since the last closed period and can still come back."""
    rows = PayAdjustment.objects.filter(
        worker__person=person,
        piece_micro__lt=0,
        decision__undone_ms=None,
        decision__kind=Decision.Kind.REJECTION,
        at_ms__gte=paid_until_ms(),
    ).select_related("decision__appeal", "decision__project")
    return [
        InQuestion(decision, -row.piece_micro, row.currency, until_ms)
        for row in rows.order_by("-id")
        if (decision := row.decision) is not None  # a bonus has none
        and (until_ms := appealable_until(decision.at_ms)) >= now_ms
        and not getattr(getattr(decision, "appeal", None), "answered_ms", None)
    ]


def _next_period(today: date) -> tuple[Period, bool]:
    """Return the next period to close, or the one the pay rules propose; whether a day is set."""
    period = Period.objects.exclude(state=Period.State.CLOSED).order_by("first_day").first()
    if period is not None:
        return period, True
    policy, stored = policy_in_force()
    first_day, last_day = next_days(today)
    while last_day < today:
        last_day += timedelta(days=policy.days)
    proposed = Period(
        id=0,
        first_day=first_day,
        last_day=last_day,
        pay_day=last_day + timedelta(days=policy.wait_days),
    )
    return proposed, stored is not None or Period.objects.exists()


def _until(period: Period, today: date) -> Period:
    """Return the period lengthened to today, where it has ended and is not closed."""
    if period.last_day >= today:
        return period
    return Period(id=period.pk, first_day=period.first_day, last_day=today, pay_day=period.pay_day)


def _since(person: Person, period: Period, today: date, now_ms: Ms) -> date:
    """Return the day of the first work that no closed period paid, or the period's first day."""
    lines = PayLine.objects.filter(worker__person=person, at_ms__gte=paid_until_ms())
    at_ms = lines.order_by("at_ms").values_list("at_ms", flat=True).first()
    if at_ms is None:
        return min(period.first_day, today)
    return local_day(at_ms, zone_of(person.pk, now_ms))


def _by_currency(contents: Sequence[Mapping[str, Any]]) -> list[CurrencyBalance]:
    """Sum statements by currency, the largest first."""
    by_currency: dict[str, list[Mapping[str, Any]]] = {}
    for content in contents:
        by_currency.setdefault(content["given"]["currency"], []).append(content)
    sums = [_sum(currency, own) for currency, own in by_currency.items()]
    return sorted(sums, key=lambda each: -each.micro)


def _sum(currency: str, contents: Sequence[Mapping[str, Any]]) -> CurrencyBalance:
    pays = [content["pay"] for content in contents]
    projects = [project for content in contents for project in content["projects"]]
    time_ms = sum(pay["time_ms"] for pay in pays)
    worked = sum(pay["worked_micro"] for pay in pays)
    floors = [day["floor_micro"] for project in projects for day in project["days"]]
    return CurrencyBalance(
        currency=currency,
        micro=sum(pay["net_micro"] for pay in pays),
        parts=parts_of(contents, currency),
        time_ms=time_ms,
        answers=sum(project["pieces"] + project.get("reviews", 0) for project in projects),
        per_hour_micro=worked * HOUR_MS // time_ms if time_ms else None,
        floor_micro=max(floors, default=None),
    )


def _of_lines(person: Person) -> list[CurrencyBalance]:
    """Sum the prices of answers since the last closed period, less what was taken."""
    since_ms = paid_until_ms()
    rows = PayAdjustment.objects.filter(worker__person=person, at_ms__gte=since_ms)
    deducted = dict(rows.values_list("currency").annotate(micro=Sum("piece_micro")))
    sums: list[CurrencyBalance] = []
    for own in earned_by_currency(person.pk, since_ms):
        net = Money(own.micro + deducted.get(own.currency, 0), own.currency)
        micro = rounded_up(net).micro
        parts = [PayPart(ANSWERS, micro)] if micro else []
        sums.append(CurrencyBalance(own.currency, micro, parts, 0, own.answers))
    return sorted(sums, key=lambda each: -each.micro)
