"""Compute a pay statement: one person's work in one period under floor and law.

The statement contains its inputs (``given``), every step, the dated parameters with their sources,
and in words what is not computed, such as income tax. It consists of texts and whole numbers, so
that it has one canonical form: equal inputs and parameters always give equal bytes.
``actions.pay.periods`` collects the inputs; ``web`` renders the statement.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canut.core.clock import HOUR_MS, SUNDAY
from canut.core.errors import BadInput, Forbidden
from canut.core.money import Money, minor_unit, rounded_up
from canut.core.pay.contributions import (
    Contribution,
    Employer,
    Payment,
    contributions_of,
    holiday,
    vacation,
)
from canut.core.pay.corrections import correction_of, project_pay
from canut.core.pay.employment.overtime import (
    OvertimeRule,
    WorkedDays,
    overtime_weeks,
    regular_wages,
)
from canut.core.pay.employment.vacation_pay import VacationGiven, vacation_pay
from canut.core.pay.floor import Floor, FloorPolicy, floor_on
from canut.core.pay.own_costs import after_costs
from canut.core.pay.period_pay import PeriodPay, in_whole_cents, wages_of_days
from canut.core.pay.statement_input import (
    PLATFORM,
    SCHEMAS,
    ProjectGiven,
    StatementInput,
    from_json,
    to_json,
)
from canut.core.places.holidays import holidays_of, weeks_before
from canut.core.places.parameters import Known, Places, Status

OTHER_CURRENCY = {
    "key": "contributions_other_currency",
    "en": "contributions on pay in a currency other than that of the place",
    "fr": "les cotisations sur une paie dans une autre monnaie que celle du lieu",
}
OVERTIME_UNKNOWN = {
    "key": "overtime_unknown",
    "en": "overtime: its rule is not described here for this place",
    "fr": "les heures supplémentaires : leur règle n’est pas décrite ici pour ce lieu",
}
HOLIDAYS_UNKNOWN = {
    "key": "holidays_unknown",
    "en": "pay for public holidays: those of this place are not described here",
    "fr": "la paie des jours fériés : ceux de ce lieu ne sont pas décrits ici",
}


@dataclass
class _Cited:
    """The dated parameters a statement uses, without duplicates, by number."""

    numbers: dict[tuple[str, str, date], int] = field(
        default_factory=dict[tuple[str, str, date], int]
    )
    known: list[Known] = field(default_factory=list[Known])

    def of(self, parameters: Iterable[Known]) -> list[int]:
        """Return the numbers of these parameters, adding new ones."""
        numbers: list[int] = []
        for parameter in parameters:
            key = (parameter.place, parameter.name, parameter.since)
            if key not in self.numbers:
                self.numbers[key] = len(self.known)
                self.known.append(parameter)
            numbers.append(self.numbers[key])
        return numbers


class PayDesk:
    """Computes statements with the same parameters, with a cache of floors.

    Args:
        places: parameters of all jurisdictions.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self._floors: dict[tuple[object, ...], Floor] = {}

    def statement(self, inputs: StatementInput) -> dict[str, Any]:
        """Compute one person's statement.

        Raises:
            BadInput: an employee's pay is not in the currency of the jurisdiction.
            Forbidden: the person is not paid here.
            Incomplete: a floor, a rate or an exchange is unknown or past its hard stop; nothing
                closes.
        """
        if not inputs.status.is_paid_here:
            raise Forbidden(
                f"person {inputs.person.number} is {inputs.status.value} and is not paid here",
                code="not-paid-here",
            )
        cited = _Cited()
        pays = [(item, self._pay(inputs, item)) for item in inputs.projects]
        corrections = [correction_of(item, inputs.currency) for item in inputs.corrections]
        corrected_micro = sum(item["micro"] for item in corrections)
        corrected = (
            {"corrections": corrections, "corrected_micro": corrected_micro} if corrections else {}
        )
        unit_micro = 1 if inputs.is_exact else minor_unit(inputs.currency)
        projects = [_project(item, pay, unit_micro, cited) for item, pay in pays]
        nothing = Money(0, inputs.currency)
        worked = sum((pay.earned for _, pay in pays), nothing)
        wages = rounded_up(worked)
        overtime_line, unknown = self._overtime(inputs, projects, cited)
        premium = Money(overtime_line["micro"] if overtime_line else 0, inputs.currency)
        holidays, unknown_days = self._holidays(inputs, projects, cited)
        holiday_pay = sum((Money(item["micro"], inputs.currency) for item in holidays), nothing)
        vacation_line = self._vacation(inputs, wages + premium + holiday_pay, corrections, cited)
        vacation = Money(_paid_vacation(vacation_line), inputs.currency)
        gross = wages + premium + holiday_pay + vacation + Money(corrected_micro, inputs.currency)
        vacation_micro = vacation.micro + sum(item["vacation_micro"] for item in corrections)
        lines, left_out = self._contributions(inputs, gross)
        withheld = sum((item.amount for item in lines if item.payer == "employee"), nothing)
        added = sum((item.amount for item in lines if item.payer == "employer"), nothing)
        before = inputs.before
        return {
            "schema": SCHEMAS[inputs.rules],
            "given": to_json(inputs),
            "projects": projects,
            "pay": {
                "worked_micro": worked.micro,
                "rounding_micro": (wages - worked).micro,
                "wages_micro": wages.micro,
                "top_up_micro": sum(pay.top_up.micro for _, pay in pays)
                + sum(item["top_up_micro"] for item in corrections),
                "time_ms": sum(pay.time_ms for _, pay in pays)
                + sum(item["time_ms"] for item in corrections),
                "holidays": holidays,
                "holiday_micro": holiday_pay.micro,
                "vacation": vacation_line,
                "vacation_micro": vacation.micro,
                "gross_micro": gross.micro,
                "contributions": [_contribution(item, cited) for item in lines],
                "withheld_micro": withheld.micro,
                "employer_micro": added.micro,
                "net_micro": (gross - withheld).micro,
            }
            | corrected
            | after_costs(inputs.own_costs, [pay for _, pay in pays])
            | ({} if inputs.is_exact else {"overtime": overtime_line}),
            "year": {
                "year": inputs.period.pay_day.year,
                "gross_micro": before.gross_micro + gross.micro,
                "vacation_micro": before.vacation_micro + vacation_micro,
                "net_micro": before.net_micro + (gross - withheld).micro,
                "contributed": _with_lines(before.contributed, lines),
            },
            "parameters": [_parameter(item, inputs) for item in cited.known],
            "not_computed": [
                *(
                    {"key": item.key, "en": item.en, "fr": item.fr}
                    for item in self.places.not_computed(inputs.place)
                ),
                *unknown,
                *unknown_days,
                *left_out,
            ],
        }

    def again(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Recompute a statement from the inputs stored in it.

        Raises:
            BadInput: it does not contain the inputs of a statement.
            Incomplete: a parameter it uses is no longer known.
        """
        schema, names = stored.get("schema"), " or ".join(SCHEMAS.values())
        if schema not in SCHEMAS.values() or not isinstance(stored.get("given"), Mapping):
            raise BadInput(
                f"this is {schema!r}; expected a statement, {names}", code="bad-statement"
            )
        inputs = from_json(stored["given"])
        if SCHEMAS.get(inputs.rules) != schema:
            raise BadInput(
                f"this is {schema!r} by rules {inputs.rules}; expected {names}",
                code="bad-statement",
            )
        return self.statement(inputs)

    def _pay(self, inputs: StatementInput, project: ProjectGiven) -> PeriodPay:
        pay = project_pay(
            project,
            inputs.period.first_day,
            inputs.currency,
            lambda day: self.floor(inputs, project, day),
            inputs.own_costs.covered_micro if inputs.own_costs else 0,
        )
        return pay if inputs.is_exact else in_whole_cents(pay)

    def floor(self, inputs: StatementInput, project: ProjectGiven, day: date) -> Floor:
        """Return the floor of a day's work in a project.

        Raises:
            Incomplete: it is unknown, past its hard stop, or an exchange rate is missing.
        """
        own, jurisdiction = project.floor_micro, inputs.place_of_day.get(day, inputs.place)
        rates = tuple(
            (code, exchange.rate, exchange.on) for code, exchange in sorted(inputs.exchange.items())
        )
        person_key = (jurisdiction, inputs.status, inputs.currency)
        key = (*person_key, day, own, inputs.operator_floor, rates)
        if key not in self._floors:
            operator = inputs.operator_floor
            policy = FloorPolicy(
                inputs.currency,
                project=None if own is None else Money(own, inputs.currency),
                operator=None if operator is None else Money(operator.micro, operator.currency),
                exchange=inputs.exchange,
            )
            self._floors[key] = floor_on(self.places, jurisdiction, day, inputs.status, policy)
        return self._floors[key]

    def _holidays(
        self, inputs: StatementInput, projects: Sequence[dict[str, Any]], cited: _Cited
    ) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
        """Return the indemnity of each holiday of the period, and missing parameters."""
        if inputs.status is not Status.EMPLOYEE:
            return [], []
        days = holidays_of(inputs.place, inputs.period.first_day, inputs.period.last_day)
        if days is None:
            return [], [HOLIDAYS_UNKNOWN]
        own = _own_days(projects)
        both = WorkedDays(_added(inputs.hours, own.time_ms), _added(inputs.wages, own.wages_micro))
        wages = regular_wages(self.overtime_rule(inputs), both, inputs.currency)
        week_starts = SUNDAY if inputs.is_exact else inputs.week_starts
        lines: list[dict[str, Any]] = []
        for day in days:
            first, last = weeks_before(day, week_starts)
            base = sum(micro for on, micro in wages.items() if first <= on <= last)
            money = holiday(self.places, inputs.place, day, Money(base, inputs.currency))
            share = self.places.known("holiday.share", inputs.place, day)
            lines.append(
                {
                    "day": day.isoformat(),
                    "first_day": first.isoformat(),
                    "last_day": last.isoformat(),
                    "base_micro": base,
                    "rate": str(share.value),
                    "micro": money.micro,
                    "rests_on": cited.of([share]),
                }
            )
        return lines, []

    def overtime_rule(
        self, inputs: StatementInput, cited: list[Known] | None = None
    ) -> OvertimeRule | None:
        """Return the rule of a person's overtime; None where none of their hours are.

        Args:
            inputs: of their statement.
            cited: gets the parameters of the rule.
        """
        if inputs.is_exact or inputs.status is not Status.EMPLOYEE:
            return None
        day = inputs.period.last_day
        after = self.places.found("overtime.week_hours", inputs.place, day)
        times = self.places.found("overtime.times", inputs.place, day)
        if after is None or times is None:
            return None
        if cited is not None:
            cited += [after, times]
        return OvertimeRule(int(after.value * HOUR_MS), times.value, inputs.week_starts)

    def _overtime(
        self,
        inputs: StatementInput,
        projects: Sequence[dict[str, Any]],
        cited: _Cited,
    ) -> tuple[dict[str, Any] | None, list[dict[str, str]]]:
        """Return what an employee's overtime adds, by week, and missing parameters."""
        if inputs.is_exact or inputs.status is not Status.EMPLOYEE:
            return None, []
        used: list[Known] = []
        rule = self.overtime_rule(inputs, used)
        if rule is None:
            return None, [OVERTIME_UNKNOWN]
        own = _own_days(projects)
        earlier = WorkedDays(inputs.hours, inputs.wages)
        weeks = overtime_weeks(rule, own, earlier, inputs.currency)
        overtime_ms = sum(week.overtime_ms for week in weeks)
        return {
            "after_ms": rule.after_ms,
            "times": str(rule.times),
            "weeks": [
                {
                    "first_day": week.first_day.isoformat(),
                    "time_ms": week.time_ms,
                    "wages_micro": week.wages.micro,
                    "overtime_ms": week.overtime_ms,
                    "usual_hour_micro": week.usual_hour.micro,
                    "micro": week.premium.micro,
                }
                for week in weeks
            ],
            "overtime_ms": overtime_ms,
            "regular_ms": sum(own.time_ms.values()) - overtime_ms,
            "micro": sum(week.premium.micro for week in weeks),
            "rests_on": cited.of(used),
        }, []

    def _vacation(
        self,
        inputs: StatementInput,
        gross: Money,
        corrections: Sequence[dict[str, Any]],
        cited: _Cited,
    ) -> dict[str, Any] | None:
        """Return the vacation pay with its rate; None for people who are not employees."""
        if inputs.status is not Status.EMPLOYEE:
            return None
        if self.places.parameter("vacation.years", inputs.place) is None:
            return None  # the file of the place says under not_computed who pays it
        years = self.places.known("vacation.years", inputs.place, inputs.period.pay_day).value
        name = "vacation.rate" if inputs.person.years < years else "vacation.rate_from_years"
        parameter = self.places.known(name, inputs.place, inputs.period.pay_day)
        money = vacation(
            self.places, inputs.place, inputs.period.pay_day, gross, inputs.person.years
        )
        line = {"rate": str(parameter.value), "micro": money.micro}
        if inputs.is_exact:
            return line | {"rests_on": cited.of([parameter])}
        given = inputs.vacation or VacationGiven()
        corrected_micro = sum(item.get("kept_micro", 0) for item in corrections)
        paid = vacation_pay(given, money.micro, corrected_micro)
        return line | {
            "base_micro": gross.micro,
            "before_micro": given.before_micro,
            "corrected_micro": corrected_micro,
            "paid_micro": paid.paid_micro,
            "balance_micro": paid.balance_micro,
            "why": paid.why,
            "rests_on": cited.of([parameter]),
        }

    def _contributions(
        self, inputs: StatementInput, gross: Money
    ) -> tuple[tuple[Contribution, ...], list[dict[str, str]]]:
        currency = self.places.chain(inputs.place)[0].currency
        if inputs.status is not Status.EMPLOYEE and currency != inputs.currency:
            return (), [OTHER_CURRENCY]
        payroll = inputs.yearly_payroll_micro
        payment = Payment(
            place=inputs.place,
            day=inputs.period.pay_day,
            status=inputs.status,
            gross=gross,
            periods=inputs.period.a_year,
            gross_before=Money(inputs.before.gross_micro, inputs.currency),
            contributed_before={
                name: Money(inputs.before.contributed.get(name, 0), inputs.currency)
                for name in {*inputs.before.contributed, *self._contribution_names(inputs.place)}
            },
            calendar=inputs.period.calendar,
            exempted=Money(inputs.exempted_micro, inputs.currency),
        )
        employer = Employer(
            None if payroll is None else Money(payroll, currency), dict(inputs.own_rates)
        )
        return contributions_of(self.places, payment, employer), []

    def _contribution_names(self, place: str) -> set[str]:
        """Return the contributions of a place; who had another status before has paid 0 of some."""
        rules = self.places.rules_of(place)
        return {f"{rule.key}/{payer}" for rule in rules for payer in rule.rates}


def text_of(content: Mapping[str, Any]) -> str:
    """Format a statement as canonical JSON, ten times as fast as ``proofs.canonical``.

    Statements contain texts, whole numbers, booleans and null, under ASCII keys: for those the
    standard library writes the same bytes as RFC 8785. A test compares the two.

    Raises:
        BadInput: a text is not valid Unicode.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise BadInput(f"a statement holds a text that is not valid Unicode ({problem})") from None
    return text


def _project(
    inputs: ProjectGiven, pay: PeriodPay, unit_micro: int, cited: _Cited
) -> dict[str, Any]:
    """Format one project's pay: each day with its floor, then the sums."""
    wages = wages_of_days(pay, unit_micro)
    has_hours = unit_micro > 1 and pay.by_hour.micro > 0  # the first rules round their sum alone
    surfaces: dict[str, int] = {}
    for day in inputs.days:
        for name, ms in day.surfaces.items():
            surfaces[name] = surfaces.get(name, 0) + ms
    reviews = {
        "reviews": sum(each.count for each in inputs.reviews),
        "review_micro": sum(each.count * each.micro for each in inputs.reviews),
    }
    cost = {"cost_micro": pay.costs.micro} if pay.costs.micro else {}
    return (
        (reviews if inputs.reviews else {})
        | cost
        | {
            "number": inputs.number,
            "title": inputs.title,
            "is_platform": inputs.number <= PLATFORM,
            "days": [
                ({"by_hour_micro": day.by_hour.micro} if has_hours else {})
                | {
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
            "pieces": sum(each.count for each in inputs.pieces),
            "piece_micro": sum(each.count * each.micro for each in inputs.pieces),
            "adjusted_micro": sum(each.micro for each in inputs.adjustments),
            "paid_micro": pay.paid.micro,
            "by_hour_micro": pay.by_hour.micro,
            "due_micro": pay.due.micro,
            "top_up_micro": pay.top_up.micro,
            "earned_micro": pay.earned.micro,
            "per_hour_micro": None if pay.per_hour is None else pay.per_hour.micro,
        }
    )


def _own_days(projects: Sequence[dict[str, Any]]) -> WorkedDays:
    """Return the time and the wages of each day of a statement."""
    time_ms: dict[date, int] = {}
    wages: dict[date, int] = {}
    for day in (day for project in projects for day in project["days"]):
        on = date.fromisoformat(day["day"])
        time_ms[on] = time_ms.get(on, 0) + day["time_ms"]
        wages[on] = wages.get(on, 0) + day["wage_micro"]
    return WorkedDays(time_ms, wages)


def _added(before: Mapping[date, int], own: Mapping[date, int]) -> dict[date, int]:
    return {day: before.get(day, 0) + own.get(day, 0) for day in {**before, **own}}


def _paid_vacation(line: Mapping[str, Any] | None) -> int:
    """Return the vacation pay that is part of a pay: all that is earned, by the first rules."""
    return 0 if line is None else line.get("paid_micro", line["micro"])


def _contribution(contribution: Contribution, cited: _Cited) -> dict[str, Any]:
    exempt = contribution.exempt
    return ({} if exempt is None else {"exempt_micro": exempt.micro}) | {
        "name": contribution.name,
        "payer": contribution.payer,
        "base_micro": contribution.base.micro,
        "rate": str(contribution.rate),
        "micro": contribution.amount.micro,
        "most_micro": None if contribution.maximum is None else contribution.maximum.micro,
        "rests_on": cited.of(contribution.known),
    }


def _with_lines(before: Mapping[str, int], lines: Iterable[Contribution]) -> dict[str, int]:
    """Add this pay's contributions to those of the year."""
    sums = dict(before)
    for contribution in lines:
        sums[contribution.key] = sums.get(contribution.key, 0) + contribution.amount.micro
    return sums


def _parameter(parameter: Known, inputs: StatementInput) -> dict[str, str]:
    """Format a parameter with its source, so that a reader can find it."""
    kind = {} if inputs.is_exact else {"kind": parameter.source.kind}
    return (
        parameter.cited()
        | kind
        | {
            "title": parameter.source.title,
            "url": parameter.source.url,
            "read": parameter.source.read.isoformat(),
            "note": parameter.note,
        }
    )
