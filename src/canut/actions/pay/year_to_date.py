"""Read what was paid before: earlier in the year of payment, and in the weeks before a holiday.

A day's wages are those of the last correction of its period, where there is one.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum
from msgspec import structs

from canut.core.pay.statement_input import StatementInput, YearToDatePay
from canut.core.places.holidays import WEEKS_BEFORE
from canut.core.places.parameters import Status
from canut.store.models import Contributed, OpeningBalance, Period, Statement
from canut.store.pay.accounting import openings_in_force

DAYS_BEFORE = 7 * WEEKS_BEFORE + 7

type WagesOfPeriods = dict[tuple[int, str], Mapping[str, int]]
"""Wages by day, by number and first day of a period."""


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


def wages_of(people: Sequence[int], period: Period) -> dict[tuple[int, str], dict[date, int]]:
    """Add up employees' wages by day of the weeks before a period, by person and currency."""
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
        key: {
            day: micro
            for day, micro in wages_by_day(map(json.loads, own)).items()
            if first <= day < period.first_day
        }
        for key, own in texts.items()
    }


def wages_by_day(
    contents: Iterable[Mapping[str, Any]], corrected: WagesOfPeriods | None = None
) -> dict[date, int]:
    """Add up the wages of each day of one person's statements.

    Args:
        contents: the oldest first.
        corrected: the wages of periods that are being corrected, in place of those.
    """
    parts: WagesOfPeriods = {}
    for content in contents:
        inputs, own = content["given"], defaultdict[str, int](int)
        if inputs["status"] == Status.EMPLOYEE.value:
            for worked in (day for project in content["projects"] for day in project["days"]):
                own[worked["day"]] += worked["wage_micro"]
        parts[inputs["period"]["number"], inputs["period"]["first_day"]] = own
        for item in content["pay"].get("corrections", ()):
            parts[item["period"], item["first_day"]] = item["wages_of_day"]
    sums: dict[date, int] = defaultdict(int)
    for part in (parts | (corrected or {})).values():
        for day, micro in part.items():
            sums[date.fromisoformat(day)] += micro
    return sums


def after(inputs: StatementInput, earlier: Sequence[Mapping[str, Any]]) -> StatementInput:
    """Return the inputs of a statement that follows others of the same period and currency."""
    year = earlier[-1]["year"]
    wages = dict(inputs.wages)
    for day, micro in wages_by_day(earlier).items():
        if day < inputs.period.first_day:
            wages[day] = wages.get(day, 0) + micro
    return structs.replace(
        inputs,
        wages=wages,
        before=YearToDatePay(
            year["gross_micro"],
            year["vacation_micro"],
            year["net_micro"],
            year["contributed"],
            inputs.before.opening_micro,
        ),
    )
