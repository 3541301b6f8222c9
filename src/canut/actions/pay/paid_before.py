"""Read what a statement paid, as the inputs of a correction of its period.

Reads what is given; decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from canut.actions.pay.year_to_date import DaysBefore, days_of
from canut.core.clock import week_of
from canut.core.pay.employment.overtime import OvertimeRule, WorkedDays, regular_wages
from canut.core.pay.statement_input import HolidayGiven, OvertimeGiven, PaidBefore, ProjectGiven


def paid_by(pay: Mapping[str, Any]) -> PaidBefore:
    """Return what a statement paid for its own period; vacation pay as it was earned."""
    vacation, overtime = pay["vacation"] or {}, pay.get("overtime") or {}
    vacation_micro = vacation.get("micro", pay["vacation_micro"])
    return PaidBefore(
        pay["wages_micro"], pay["holiday_micro"], vacation_micro, overtime.get("micro", 0)
    )


def hours_of_work(work: Iterable[ProjectGiven]) -> dict[date, int]:
    """Add up the time of each day, in milliseconds."""
    hours: dict[date, int] = defaultdict(int)
    for worked in (day for project in work for day in project.days):
        hours[worked.day] += worked.time_ms
    return hours


def overtime_given(
    rule: OvertimeRule | None, before: DaysBefore, first_day: date
) -> OvertimeGiven | None:
    """Return the rule of a period's overtime, with the days before it in its first week."""
    if rule is None:
        return None
    days = before.between(week_of(first_day, rule.week_starts), first_day)
    return OvertimeGiven(rule.after_ms, rule.times, rule.week_starts, days.hours, days.wages)


def holidays_given(
    content: Mapping[str, Any], before: DaysBefore, rule: OvertimeRule | None
) -> Iterator[HolidayGiven]:
    """Yield each holiday of a statement, with the wages of its weeks paid elsewhere."""
    hours, wages = days_of([content])
    hours = {day: hours.get(day, 0) + before.hours.get(day, 0) for day in {*hours, *before.hours}}
    own = regular_wages(rule, WorkedDays(hours, wages), content["given"]["currency"])
    for holiday in content["pay"]["holidays"]:
        first, last = _weeks(holiday)
        in_weeks = sum(micro for day, micro in own.items() if first <= day <= last)
        yield HolidayGiven(
            date.fromisoformat(holiday["day"]),
            first,
            last,
            holiday["base_micro"] - in_weeks,
            Decimal(holiday["rate"]),
        )


def vacation_rate(content: Mapping[str, Any]) -> Decimal | None:
    """Return the rate of the vacation pay a statement shows; None where it shows none."""
    vacation = content["pay"]["vacation"]
    return None if vacation is None else Decimal(vacation["rate"])


def _weeks(holiday: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(holiday["first_day"]), date.fromisoformat(holiday["last_day"])
