"""Read what was paid before: in the year of payment, in the weeks before a period, for vacation.

A day's time and wages are those of the last correction of its period, where there is one.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Q, Sum
from msgspec import structs

from canut.core.pay.employment.vacation_pay import PayoutGiven, VacationGiven, earned_until
from canut.core.pay.statement_input import (
    StatementInput,
    YearToDatePay,
)
from canut.core.places.holidays import WEEKS_BEFORE
from canut.core.places.parameters import Status
from canut.store.models import Contributed, OpeningBalance, Period, Statement, VacationPayout
from canut.store.pay.accounting import openings_in_force

DAYS_BEFORE = 7 * WEEKS_BEFORE + 7


class DaysBefore(NamedTuple):
    """Time in milliseconds and wages in micro-units of an employee's days."""

    hours: dict[date, int]
    wages: dict[date, int]

    def between(self, first: date, before: date) -> "DaysBefore":
        """Return the days from one on and before another."""
        return DaysBefore(
            *({day: value for day, value in days.items() if first <= day < before} for days in self)
        )


type WorkOfPeriods = dict[tuple[int, str], DaysBefore]
"""An employee's days, by number and first day of a period."""


def before_of(
    people: Sequence[int], year: int, period: Period
) -> dict[tuple[int, str], YearToDatePay]:
    """Add up these people's pay of the year before a period, by person and currency.

    What was paid before Canut counts too, once it is confirmed.
    """
    earlier = Statement.objects.filter(
        person__in=people,
        pay_year=year,
        period__state=Period.State.CLOSED,
        period__first_day__lt=period.first_day,
    )
    contributed: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    lines = Contributed.objects.filter(statement__in=earlier)
    for person, currency, name, payer, micro in lines.values_list(
        "statement__person", "statement__currency", "name", "payer"
    ).annotate(sum=Sum("micro")):
        contributed[person, currency][f"{name}/{payer}"] = micro
    sums = earlier.values_list("person", "currency").annotate(
        Sum("gross_micro"), Sum("vacation_micro"), Sum("net_micro")
    )
    before = {
        (person, currency): YearToDatePay(gross, vacation, net, contributed[person, currency])
        for person, currency, gross, vacation, net in sums
    }
    for opening in openings_in_force(year, people):
        key = (opening.person_id, opening.currency)
        before[key] = with_opening(before.get(key, YearToDatePay()), opening)
    return before


def with_opening(pay: YearToDatePay, opening: OpeningBalance) -> YearToDatePay:
    """Add what was paid before Canut to pay of the same year."""
    contributed = dict(pay.contributed)
    for name, micro in opening.contributed.items():
        contributed[name] = contributed.get(name, 0) + micro
    return YearToDatePay(
        gross_micro=pay.gross_micro + opening.gross_micro,
        vacation_micro=pay.vacation_micro + opening.vacation_micro,
        net_micro=pay.net_micro + opening.net_micro,
        contributed=contributed,
        opening_micro=pay.opening_micro + opening.gross_micro,
    )


def days_before(people: Sequence[int], period: Period) -> dict[tuple[int, str], DaysBefore]:
    """Add up employees' days of the weeks before a period, by person and currency."""
    first = date.fromordinal(period.first_day.toordinal() - DAYS_BEFORE)
    statements = Statement.objects.filter(
        person__in=people, period__state=Period.State.CLOSED, period__last_day__gte=first
    ).order_by("period__first_day", "id")
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for person, currency, text in statements.values_list(
        "person", "currency", "content"
    ).iterator():
        texts[person, currency].append(text)
    return {
        key: days_of(map(json.loads, own)).between(first, period.first_day)
        for key, own in texts.items()
    }


def days_of(
    contents: Iterable[Mapping[str, Any]], corrected: WorkOfPeriods | None = None
) -> DaysBefore:
    """Add up the time and the wages of each day of one person's statements.

    Args:
        contents: the oldest first.
        corrected: the days of periods that are being corrected, in place of those.
    """
    parts: WorkOfPeriods = {}
    for content in contents:
        inputs, own = content["given"], DaysBefore({}, {})
        if inputs["status"] == Status.EMPLOYEE.value:
            for worked in (day for project in content["projects"] for day in project["days"]):
                day = date.fromisoformat(worked["day"])
                own.hours[day] = own.hours.get(day, 0) + worked["time_ms"]
                own.wages[day] = own.wages.get(day, 0) + worked["wage_micro"]
        parts[inputs["period"]["number"], inputs["period"]["first_day"]] = own
        results = content["pay"].get("corrections", ())
        for given, item in zip(inputs.get("corrections", ()), results, strict=True):
            wages = {date.fromisoformat(day): micro for day, micro in item["wages_of_day"].items()}
            hours = hours_of(given["projects"]) if wages else {}
            parts[item["period"], item["first_day"]] = DaysBefore(hours, wages)
    sums = DaysBefore(defaultdict(int), defaultdict(int))
    for part in (parts | (corrected or {})).values():
        for total, days in zip(sums, part, strict=True):
            for day, value in days.items():
                total[day] += value
    return sums


def hours_of(projects: Iterable[Mapping[str, Any]]) -> dict[date, int]:
    """Add up the time of each day of some projects' stored work, in milliseconds."""
    hours: dict[date, int] = defaultdict(int)
    for worked in (day for project in projects for day in project["days"]):
        hours[date.fromisoformat(worked["day"])] += sum(worked["surfaces"].values())
    return hours


def vacation_before(people: Sequence[int], period: Period) -> dict[tuple[int, str], VacationGiven]:
    """Return the vacation pay people earned before a period and were not paid yet.

    A part of it is due: what was earned in a reference year that ended more than a year ago.
    """
    earlier = Statement.objects.filter(
        person__in=people,
        period__state=Period.State.CLOSED,
        period__first_day__lt=period.first_day,
    )
    until = earned_until(period.last_day)
    sums = earlier.values_list("person", "currency").annotate(
        earned=Sum("vacation__kept_micro", default=0),
        paid=Sum("vacation__paid_micro", default=0),
        long_ago=Sum("vacation__kept_micro", filter=Q(period__last_day__lte=until), default=0),
    )
    return {
        (person, currency): VacationGiven(
            before_micro=earned - paid, due_micro=max(0, long_ago - paid)
        )
        for person, currency, earned, paid, long_ago in sums
    }


def payouts_of(people: Sequence[int], came_ms: int) -> dict[int, list[PayoutGiven]]:
    """List the payments of vacation pay that were set since each person was last paid."""
    paid = Statement.objects.filter(person__in=people, period__state=Period.State.CLOSED)
    since = dict(paid.values_list("person").annotate(Max("period__measured_ms")))
    payouts: dict[int, list[PayoutGiven]] = defaultdict(list)
    rows = VacationPayout.objects.filter(person__in=people, at_ms__lt=came_ms)
    for row in rows.order_by("id"):
        if row.at_ms >= (since.get(row.person_id) or 0):
            given = PayoutGiven(row.pk, row.why, row.on, row.micro)
            payouts[row.person_id].append(given)
    return payouts


def after(inputs: StatementInput, earlier: Sequence[Mapping[str, Any]]) -> StatementInput:
    """Return the inputs of a statement that follows others of the same period and currency."""
    year = earlier[-1]["year"]
    own = days_of(earlier)
    wages, hours = dict(inputs.wages), dict(inputs.hours)
    for sums, days in ((wages, own.wages), (hours, own.hours)):
        for day, value in days.items():
            if day < inputs.period.first_day:
                sums[day] = sums.get(day, 0) + value
    vacation = inputs.vacation
    lines = [content["pay"]["vacation"] for content in earlier if content["pay"]["vacation"]]
    if vacation and lines:
        left = lines[-1]["balance_micro"]
        vacation = structs.replace(
            vacation, before_micro=left, due_micro=min(vacation.due_micro, left)
        )
    return structs.replace(
        inputs,
        wages=wages,
        hours=hours,
        vacation=vacation,
        exempted_micro=sum(_exempted(content) for content in earlier),
        before=YearToDatePay(
            year["gross_micro"],
            year["vacation_micro"],
            year["net_micro"],
            year["contributed"],
            inputs.before.opening_micro,
        ),
    )


def _exempted(content: Mapping[str, Any]) -> int:
    """Return the part of a yearly exemption that a statement took."""
    gross_micro = content["pay"]["gross_micro"]
    lines = content["pay"]["contributions"]
    return max((min(line.get("exempt_micro", 0), gross_micro) for line in lines), default=0)
