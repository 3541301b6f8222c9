"""Count a pay statement: what work, floor and law make of one person's period.

The statement holds the facts it was counted from (``given``), every step, the dated parameters with
their sources, and in words what is not computed, such as income tax. It is texts and whole numbers
only, so that it has one canonical form: the same facts and parameters give the same bytes for ever.
Which facts there are is decided in ``actions.pay.periods``; how it looks, in ``web``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canut.core.errors import BadInput, Forbidden
from canut.core.money import Money, rounded_up
from canut.core.pay.contributions import (
    Contribution,
    Employer,
    Payment,
    contributions_of,
    holiday,
    vacation,
)
from canut.core.pay.floor import Floor, FloorPolicy, floor_on
from canut.core.pay.period_pay import PeriodPay, WorkLine, pay_of_period
from canut.core.pay.statement_input import (
    PLATFORM,
    SCHEMA,
    ProjectGiven,
    StatementInput,
    from_json,
    to_json,
)
from canut.core.places.holidays import holidays_of, weeks_before
from canut.core.places.parameters import Known, Places, Status
from canut.core.time.days import shared

OTHER_CURRENCY = {
    "key": "contributions_other_currency",
    "en": "contributions on pay in a currency other than that of the place",
    "fr": "les cotisations sur une paie dans une autre monnaie que celle du lieu",
}
HOLIDAYS_UNKNOWN = {
    "key": "holidays_unknown",
    "en": "pay for public holidays: those of this place are not described here",
    "fr": "la paie des jours fériés : ceux de ce lieu ne sont pas décrits ici",
}


@dataclass
class _Cited:
    """The dated parameters a statement rests on, each once, by number."""

    numbers: dict[tuple[str, str, date], int] = field(
        default_factory=dict[tuple[str, str, date], int]
    )
    known: list[Known] = field(default_factory=list[Known])

    def of(self, found: Iterable[Known]) -> list[int]:
        """Return the numbers of these parameters, adding those that are new."""
        numbers: list[int] = []
        for one in found:
            key = (one.place, one.name, one.since)
            if key not in self.numbers:
                self.numbers[key] = len(self.known)
                self.known.append(one)
            numbers.append(self.numbers[key])
        return numbers


class PayDesk:
    """Counts statements with the same parameters, looking up each floor once.

    Args:
        places: the parameters of every place.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._floors: dict[tuple[object, ...], Floor] = {}

    def statement(self, given: StatementInput) -> dict[str, Any]:
        """Count one person's statement.

        Raises:
            BadInput: an employee's pay is not in the currency of the place.
            Forbidden: the person is not paid here.
            Incomplete: a floor, a rate or an exchange is unknown or past its hard stop; nothing
                closes.
        """
        if not given.status.is_paid_here:
            raise Forbidden(
                f"person {given.person.number} is {given.status.value} and is not paid here",
                code="not-paid-here",
            )
        cited = _Cited()
        pays = [(one, self._pay(given, one)) for one in given.projects]
        projects = [_project(one, pay, cited) for one, pay in pays]
        nothing = Money(0, given.currency)
        worked = sum((pay.earned for _, pay in pays), nothing)
        wages = rounded_up(worked)
        holidays, unknown = self._holidays(given, projects, cited)
        holiday_pay = sum((Money(one["micro"], given.currency) for one in holidays), nothing)
        vacation_line = self._vacation(given, wages + holiday_pay, cited)
        vacation_pay = Money(vacation_line["micro"] if vacation_line else 0, given.currency)
        gross = wages + holiday_pay + vacation_pay
        lines, left_out = self._contributions(given, gross)
        withheld = sum((one.amount for one in lines if one.payer == "employee"), nothing)
        added = sum((one.amount for one in lines if one.payer == "employer"), nothing)
        before = given.before
        return {
            "schema": SCHEMA,
            "given": to_json(given),
            "projects": projects,
            "pay": {
                "worked_micro": worked.micro,
                "rounding_micro": (wages - worked).micro,
                "wages_micro": wages.micro,
                "top_up_micro": sum(pay.top_up.micro for _, pay in pays),
                "time_ms": sum(pay.time_ms for _, pay in pays),
                "holidays": holidays,
                "holiday_micro": holiday_pay.micro,
                "vacation": vacation_line,
                "vacation_micro": vacation_pay.micro,
                "gross_micro": gross.micro,
                "contributions": [_contribution(one, cited) for one in lines],
                "withheld_micro": withheld.micro,
                "employer_micro": added.micro,
                "net_micro": (gross - withheld).micro,
            },
            "year": {
                "year": given.period.pay_day.year,
                "gross_micro": before.gross_micro + gross.micro,
                "vacation_micro": before.vacation_micro + vacation_pay.micro,
                "net_micro": before.net_micro + (gross - withheld).micro,
                "contributed": _added(before.contributed, lines),
            },
            "parameters": [_parameter(one) for one in cited.known],
            "not_computed": [
                *(
                    {"key": one.key, "en": one.en, "fr": one.fr}
                    for one in self.places.not_computed(given.place)
                ),
                *unknown,
                *left_out,
            ],
        }

    def again(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Count a statement anew, from the facts it holds.

        Raises:
            BadInput: it does not hold the facts of a statement.
            Incomplete: a parameter it rests on is not known any more.
        """
        if kept.get("schema") != SCHEMA or not isinstance(kept.get("given"), Mapping):
            raise BadInput(
                f"this is {kept.get('schema')!r}; expected a statement, {SCHEMA}",
                code="bad-statement",
            )
        return self.statement(from_json(kept["given"]))

    def _pay(self, given: StatementInput, project: ProjectGiven) -> PeriodPay:
        pieces = sum(one.count * one.micro for one in (*project.pieces, *project.reviews))
        pieces += sum(one.micro for one in project.adjustments)
        nothing = Money(0, given.currency)
        lines = [WorkLine(day.day, day.time_ms, nothing) for day in project.days]
        lines.append(WorkLine(given.period.first_day, 0, Money(max(0, pieces), given.currency)))
        hourly = project.hourly_micro
        return pay_of_period(
            lines,
            lambda day: self._floor(given, project, day),
            given.currency,
            None if hourly is None else Money(hourly, given.currency),
            {day: Money(one, given.currency) for day, one in project.hourly_of_day.items()},
        )

    def _floor(self, given: StatementInput, project: ProjectGiven, day: date) -> Floor:
        own, place = project.floor_micro, given.place_of_day.get(day, given.place)
        rates = tuple((code, one.rate, one.on) for code, one in sorted(given.exchange.items()))
        who = (place, given.status, given.currency)
        key = (*who, day, own, given.operator_floor, rates)
        if key not in self._floors:
            operator = given.operator_floor
            policy = FloorPolicy(
                given.currency,
                project=None if own is None else Money(own, given.currency),
                operator=None if operator is None else Money(operator.micro, operator.currency),
                exchange=given.exchange,
            )
            self._floors[key] = floor_on(self.places, place, day, given.status, policy)
        return self._floors[key]

    def _holidays(
        self, given: StatementInput, projects: Sequence[dict[str, Any]], cited: _Cited
    ) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
        """Return what each holiday of the period pays an employee, and what is not known."""
        if given.status is not Status.EMPLOYEE:
            return [], []
        days = holidays_of(given.place, given.period.first_day, given.period.last_day)
        if days is None:
            return [], [HOLIDAYS_UNKNOWN]
        wages = dict(given.wages)
        for day in (day for one in projects for day in one["days"]):
            on = date.fromisoformat(day["day"])
            wages[on] = wages.get(on, 0) + day["wage_micro"]
        lines: list[dict[str, Any]] = []
        for day in days:
            first, last = weeks_before(day)
            base = sum(micro for on, micro in wages.items() if first <= on <= last)
            money = holiday(self.places, given.place, day, Money(base, given.currency))
            known = self.places.known("holiday.share", given.place, day)
            lines.append(
                {
                    "day": day.isoformat(),
                    "first_day": first.isoformat(),
                    "last_day": last.isoformat(),
                    "base_micro": base,
                    "rate": str(known.value),
                    "micro": money.micro,
                    "rests_on": cited.of([known]),
                }
            )
        return lines, []

    def _vacation(
        self, given: StatementInput, gross: Money, cited: _Cited
    ) -> dict[str, Any] | None:
        """Return the vacation pay with its share; None for whoever has none."""
        if given.status is not Status.EMPLOYEE:
            return None
        years = self.places.known("vacation.years", given.place, given.period.pay_day).value
        name = "vacation.rate" if given.person.years < years else "vacation.rate_from_years"
        known = self.places.known(name, given.place, given.period.pay_day)
        money = vacation(self.places, given.place, given.period.pay_day, gross, given.person.years)
        return {"rate": str(known.value), "micro": money.micro, "rests_on": cited.of([known])}

    def _contributions(
        self, given: StatementInput, gross: Money
    ) -> tuple[tuple[Contribution, ...], list[dict[str, str]]]:
        currency = self.places.chain(given.place)[0].currency
        if given.status is not Status.EMPLOYEE and currency != given.currency:
            return (), [OTHER_CURRENCY]
        payroll = given.yearly_payroll_micro
        payment = Payment(
            place=given.place,
            day=given.period.pay_day,
            status=given.status,
            gross=gross,
            periods=given.period.a_year,
            gross_before=Money(given.before.gross_micro, given.currency),
            contributed_before={
                name: Money(micro, given.currency)
                for name, micro in given.before.contributed.items()
            },
        )
        employer = Employer(
            None if payroll is None else Money(payroll, currency), dict(given.own_rates)
        )
        return contributions_of(self.places, payment, employer), []


def text_of(content: Mapping[str, Any]) -> str:
    """Write a statement as canonical JSON; as ``proofs.canonical`` does, ten times as fast.

    Statements are texts, whole numbers, truths and nothing, under keys of plain letters: for those
    the standard library writes what RFC 8785 asks. A test holds the two together.

    Raises:
        BadInput: a text that is not valid Unicode.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise BadInput(f"a statement holds a text that is not valid Unicode ({problem})") from None
    return text


def _project(one: ProjectGiven, pay: PeriodPay, cited: _Cited) -> dict[str, Any]:
    """Write what one project's work brought: each day with its floor, then the sums."""
    wages = shared(pay.earned.micro, [day.due.micro for day in pay.days])
    surfaces: dict[str, int] = {}
    for day in one.days:
        for name, ms in day.surfaces.items():
            surfaces[name] = surfaces.get(name, 0) + ms
    reviews = {
        "reviews": sum(each.count for each in one.reviews),
        "review_micro": sum(each.count * each.micro for each in one.reviews),
    }
    return (reviews if one.reviews else {}) | {
        "number": one.number,
        "title": one.title,
        "is_platform": one.number == PLATFORM,
        "days": [
            {
                "day": day.day.isoformat(),
                "time_ms": day.time_ms,
                "floor_micro": day.floor.per_hour.micro,
                "bound": day.floor.bound.value,
                "is_law": day.floor.is_law,
                "due_micro": day.due.micro,
                "wage_micro": wage,
                "rests_on": cited.of(day.floor.known),
            }
            for day, wage in zip(pay.days, wages, strict=True)
        ],
        "surfaces": surfaces,
        "time_ms": pay.time_ms,
        "pieces": sum(each.count for each in one.pieces),
        "piece_micro": sum(each.count * each.micro for each in one.pieces),
        "adjusted_micro": sum(each.micro for each in one.adjustments),
        "paid_micro": pay.paid.micro,
        "by_hour_micro": pay.by_hour.micro,
        "due_micro": pay.due.micro,
        "top_up_micro": pay.top_up.micro,
        "earned_micro": pay.earned.micro,
        "per_hour_micro": None if pay.per_hour is None else pay.per_hour.micro,
    }


def _contribution(one: Contribution, cited: _Cited) -> dict[str, Any]:
    return {
        "name": one.name,
        "payer": one.payer,
        "base_micro": one.base.micro,
        "rate": str(one.rate),
        "micro": one.amount.micro,
        "most_micro": None if one.maximum is None else one.maximum.micro,
        "rests_on": cited.of(one.known),
    }


def _added(before: Mapping[str, int], lines: Iterable[Contribution]) -> dict[str, int]:
    """Add this pay's contributions to those of the year."""
    sums = dict(before)
    for one in lines:
        sums[one.key] = sums.get(one.key, 0) + one.amount.micro
    return sums


def _parameter(known: Known) -> dict[str, str]:
    """Write a parameter with all a reader needs to find it again."""
    return known.cited() | {
        "title": known.source.title,
        "url": known.source.url,
        "read": known.source.read.isoformat(),
        "note": known.note,
    }
