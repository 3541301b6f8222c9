"""Compute what a closed period still owes once more is known of its work.

A piece that was given back, time that was granted and work that came late belong to the period they
were done in. That period is computed again as a whole, with its own floors, and the difference from
what it paid is paid with a later statement, outside the floor comparison of that one. So a person
earns what they did, in whatever order it was decided. A difference below zero takes nothing.

``actions.pay.corrections`` collects the inputs; ``statement`` adds the result to a statement.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from canut.core.clock import HOUR_MS
from canut.core.money import Money, divided_up, minor_unit, rounded_up
from canut.core.pay.contributions import share_up
from canut.core.pay.employment.overtime import (
    OvertimeRule,
    WorkedDays,
    overtime_weeks,
    regular_wages,
)
from canut.core.pay.floor import Bound, Floor
from canut.core.pay.lost_days import LOST_DAYS
from canut.core.pay.period_pay import (
    PeriodPay,
    WorkLine,
    in_whole_cents,
    pay_of_period,
    wages_of_days,
)
from canut.core.pay.statement_costs import by_largest_remainder
from canut.core.pay.statement_input import (
    FIRST_RULES,
    PLATFORM,
    RESALE_SHARE,
    CorrectionGiven,
    ProjectGiven,
)

BESIDE_FLOOR = frozenset({LOST_DAYS, RESALE_SHARE})
"""Reasons of adjustments that lie outside the floor comparison."""


def project_pay(
    project: ProjectGiven,
    first_day: date,
    currency: str,
    floor_of: Callable[[date], Floor],
    cost_hour_micro: int = 0,
) -> PeriodPay:
    """Compute the pay of one project's work in one period, exact to the micro-unit.

    ``cost_hour_micro`` is what the work costs the person an hour, as far as the floor covers it.

    Lost days that are paid (``lost_days``) and shares of resales lie outside the floor comparison:
    no top-up shrinks for them.

    Raises:
        BadInput: amounts are in different currencies, or a price is below 0.
        Incomplete: a floor is not known.
    """
    pieces = sum(item.count * item.micro for item in (*project.pieces, *project.reviews))
    pieces += sum(item.micro for item in project.adjustments if item.reason not in BESIDE_FLOOR)
    beside_micro = _beside_floor_micro(project)
    nothing = Money(0, currency)
    lines = [WorkLine(day.day, day.time_ms, nothing) for day in project.days]
    time_ms = sum(day.time_ms for day in project.days)
    cost = Money(divided_up(cost_hour_micro * time_ms, HOUR_MS), currency)
    lines.append(WorkLine(first_day, 0, Money(max(0, pieces), currency), cost))
    hourly = project.hourly_micro
    pay = pay_of_period(
        lines,
        floor_of,
        currency,
        None if hourly is None else Money(hourly, currency),
        {day: Money(item, currency) for day, item in project.hourly_of_day.items()},
    )
    return replace(pay, lost_days=Money(beside_micro, currency)) if beside_micro else pay


def correction_of(correction: CorrectionGiven, currency: str) -> dict[str, Any]:
    """Compute the correction of one period: what it owes beyond what was paid.

    ``earned_micro`` of a project is exact; ``wages_micro`` is its part of the whole cents paid.
    ``wages_of_day`` are all wages of an employee's days, for the indemnity of a holiday. Vacation
    pay that waits for the vacation is ``kept_micro``, no part of ``micro``.

    Raises:
        BadInput: amounts are in different currencies, or a price is below 0.
    """
    now, own = _sums(correction, correction.projects, currency)
    before, _ = _sums(correction, correction.before, currency)
    wages_of_day = own.wages_micro
    wages = rounded_up(Money(sum(row["earned_micro"] for row in now.values()), currency))
    overtime = _overtime(correction, own, currency)
    holiday = sum(_holiday(correction, own, currency), Money(0, currency))
    vacation = share_up(wages + overtime + holiday, correction.vacation_rate or Decimal(0))
    paid = correction.paid
    wages_micro = max(0, wages.micro - paid.wages_micro)
    overtime_micro = max(0, overtime.micro - paid.overtime_micro)
    holiday_micro = max(0, holiday.micro - paid.holiday_micro)
    vacation_micro = max(0, vacation.micro - paid.vacation_micro)
    total_micro = (wages + overtime + holiday).micro
    before_micro = paid.wages_micro + paid.overtime_micro + paid.holiday_micro
    newer: dict[str, int] = {}
    if correction.rules != FIRST_RULES:
        newer = {"overtime_micro": overtime_micro, "kept_micro": 0}
    if correction.is_kept:
        newer["kept_micro"], vacation_micro = vacation_micro, 0
    else:
        total_micro += vacation.micro
        before_micro += paid.vacation_micro
    projects = [_difference(row, before.get(number, {})) for number, row in sorted(now.items())]
    parts = by_largest_remainder(wages_micro, [row["earned_micro"] for row in projects])
    projects = [row | _split(row, part) for row, part in zip(projects, parts, strict=True)]
    return {
        "period": correction.period.number,
        "first_day": correction.period.first_day.isoformat(),
        "last_day": correction.period.last_day.isoformat(),
        "projects": projects,
        "wages_of_day": {
            day.isoformat(): micro
            for day, micro in sorted(wages_of_day.items())
            if correction.vacation_rate is not None
        },
        "total_micro": total_micro,
        "paid_before_micro": before_micro,
        "time_ms": sum(row["time_ms"] for row in projects),
        "top_up_micro": sum(row["top_up_micro"] for row in projects),
        "wages_micro": wages_micro,
        "holiday_micro": holiday_micro,
        "vacation_micro": vacation_micro,
        "micro": wages_micro + overtime_micro + holiday_micro + vacation_micro,
    } | newer


def shares_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what a statement pays each project: its own period's work, then each correction's."""
    corrections = content["pay"].get("corrections", ())
    return [*content["projects"], *(row for item in corrections for row in item["projects"])]


def _beside_floor_micro(project: ProjectGiven) -> int:
    return sum(item.micro for item in project.adjustments if item.reason in BESIDE_FLOOR)


def _sums(
    correction: CorrectionGiven, projects: Sequence[ProjectGiven], currency: str
) -> tuple[dict[int, dict[str, Any]], WorkedDays]:
    """Sum the work of each project, and the time and the wages of each day."""
    rows: dict[int, dict[str, Any]] = {}
    wages_of_day: dict[date, int] = defaultdict(int)
    time_of_day: dict[date, int] = defaultdict(int)
    for project in projects:
        floors = correction.floors.get(project.number, {})

        def floor_of(day: date, micros: Mapping[date, int] = floors) -> Floor:
            return Floor(Money(micros[day], currency), Bound.NONE)

        first_day, cost = correction.period.first_day, correction.cost_hour_micro
        pay = project_pay(project, first_day, currency, floor_of, cost)
        if correction.rules != FIRST_RULES:
            pay = in_whole_cents(pay)
        surfaces: dict[str, int] = defaultdict(int)
        for worked in project.days:
            for name, ms in worked.surfaces.items():
                surfaces[name] += ms
        unit_micro = 1 if correction.rules == FIRST_RULES else minor_unit(currency)
        for day, micro in zip(pay.days, wages_of_days(pay, unit_micro), strict=True):
            wages_of_day[day.day] += micro
            time_of_day[day.day] += day.time_ms
        reviews_micro = sum(each.count * each.micro for each in project.reviews)
        rows[project.number] = {
            "number": project.number,
            "title": project.title,
            "is_platform": project.number <= PLATFORM,
            "surfaces": dict(surfaces),
            "time_ms": pay.time_ms,
            "pieces": sum(each.count for each in project.pieces),
            "piece_micro": sum(each.count * each.micro for each in project.pieces),
            "adjusted_micro": sum(each.micro for each in project.adjustments),
            "reviews": sum(each.count for each in project.reviews),
            "review_micro": reviews_micro,
            "by_hour_micro": pay.by_hour.micro,
            "priced_micro": pay.pieces.micro + _beside_floor_micro(project),
            "due_micro": pay.due.micro,
            "earned_micro": pay.earned.micro,
        }
    return rows, WorkedDays(time_of_day, wages_of_day)


def _difference(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was added to a project's work since it was last paid, nothing below 0."""
    row: dict[str, Any] = {name: now[name] for name in ("number", "title", "is_platform")}
    for name, value in now.items():
        if name == "surfaces":
            old = before.get(name, {})
            gains = {kind: ms - old.get(kind, 0) for kind, ms in sorted(value.items())}
            row[name] = {kind: ms for kind, ms in gains.items() if ms > 0}
        elif name not in row:
            row[name] = max(0, value - before.get(name, 0))
    return row


def _split(row: Mapping[str, Any], wages_micro: int) -> dict[str, int]:
    """Split a project's part of the whole cents paid: hours, then prices, the rest top-up."""
    by_hour_micro = min(row["by_hour_micro"], wages_micro)
    priced_micro = min(row["priced_micro"], wages_micro - by_hour_micro)
    return {
        "by_hour_micro": by_hour_micro,
        "priced_micro": priced_micro,
        "top_up_micro": wages_micro - by_hour_micro - priced_micro,
        "wages_micro": wages_micro,
    }


def _rule(correction: CorrectionGiven) -> OvertimeRule | None:
    given = correction.overtime
    if given is None:
        return None
    return OvertimeRule(given.after_ms, given.times, given.week_starts)


def _overtime(correction: CorrectionGiven, own: WorkedDays, currency: str) -> Money:
    """Compute what overtime adds to the whole period."""
    rule, given = _rule(correction), correction.overtime
    if rule is None or given is None:
        return Money(0, currency)
    earlier = WorkedDays(given.hours, given.wages)
    weeks = overtime_weeks(rule, own, earlier, currency)
    return sum((week.premium for week in weeks), Money(0, currency))


def _holiday(correction: CorrectionGiven, own: WorkedDays, currency: str) -> Iterable[Money]:
    """Yield the indemnity of each holiday; wages of overtime are no part of what it rests on."""
    given = correction.overtime
    before = given.hours if given else {}
    time_ms = {
        day: before.get(day, 0) + own.time_ms.get(day, 0) for day in {**before, **own.time_ms}
    }
    wages_of_day = regular_wages(_rule(correction), WorkedDays(time_ms, own.wages_micro), currency)
    for item in correction.holidays:
        in_weeks = sum(
            micro for day, micro in wages_of_day.items() if item.first_day <= day <= item.last_day
        )
        yield share_up(Money(item.elsewhere_micro + in_weeks, currency), item.share)
