"""Collect what became known of closed periods, as inputs of their corrections.

What was given back, granted or came late belongs to the period of the work. That period's stored
inputs are taken up again as they were last paid, what is new is added, and its floors and rates are
those it was closed with, unless a place pack has changed them since for its days. Somebody who
could not be paid then has no inputs: theirs are collected now. Where a status or place was changed
for days of a closed period, they are counted with it. What a correction comes to is decided in
``core.pay.corrections``.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import structs

from canut.actions.pay.exchange_rates import check_rates, usable_rates
from canut.actions.pay.paid_before import (
    holidays_given,
    hours_of_work,
    overtime_given,
    paid_by,
    vacation_rate,
)
from canut.actions.pay.pay_rules import PayRules, policy_of
from canut.actions.pay.payable_time import DayRow, Who, midnight_ms
from canut.actions.pay.period_context import (
    NOON_MS,
    Part,
    Payee,
    PeriodContext,
    days_of_rows,
    in_lines,
    in_whole_seconds,
    inputs_of,
    most_time,
    parts_beside,
    parts_of,
    places_by_day,
    project_inputs,
    split_by_currency,
    terms_in_window,
    terms_on,
    usual_currency,
    with_own_prices,
)
from canut.actions.pay.piecework import PieceworkTotals, pieces_of
from canut.actions.pay.place_packs import changed_laws
from canut.actions.pay.statement_recount import places_of
from canut.actions.pay.year_to_date import DAYS_BEFORE, DaysBefore, WorkOfPeriods, days_of
from canut.actions.time.measure import time_by_day
from canut.core.clock import SUNDAY, week_of
from canut.core.pay.corrections import correction_of
from canut.core.pay.statement import PayDesk
from canut.core.pay.statement_input import (
    PLATFORM,
    CorrectionGiven,
    DayGiven,
    PaidBefore,
    PeriodInput,
    ProjectGiven,
    StatementInput,
    from_json,
    line_of,
)
from canut.core.places.holidays import holidays_of, weeks_before
from canut.core.places.parameters import Status
from canut.core.time.days import new_time, shared, whole_seconds
from canut.store.models import Period, Person, Statement, Terms
from canut.store.participation.policies import floor_in_force

HOME_ZONE = "America/Toronto"

type Key = tuple[int, date]
"""A part of a closed period: the period, and the first day of the part."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why some of a person's closed periods are looked at again.

    Args:
        late_ms: the first moment whose time may have changed; None for none.
        given_back: the moments of answers whose price was given back.
        unpaid: periods in which they could not be paid.
    """

    late_ms: int | None = None
    given_back: Collection[int] = ()
    unpaid: Collection[Period] = ()


@dataclass(slots=True)
class Corrections:
    """A person's corrections by currency, with the time they pay and the wages they change."""

    given: dict[str, list[CorrectionGiven]] = field(
        default_factory=lambda: defaultdict[str, list[CorrectionGiven]](list)
    )
    rows: dict[str, list[DayRow]] = field(
        default_factory=lambda: defaultdict[str, list[DayRow]](list)
    )
    status: dict[str, Status] = field(default_factory=dict[str, Status])
    days: dict[str, WorkOfPeriods] = field(
        default_factory=lambda: defaultdict[str, WorkOfPeriods](dict)
    )
    contents: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict[str, list[dict[str, Any]]](list)
    )

    def days_before(self, currency: str, first_day: date) -> DaysBefore:
        """Return an employee's days before a day, as they stand with these corrections."""
        since = first_day - timedelta(days=DAYS_BEFORE)
        return days_of(self.contents[currency], self.days[currency]).between(since, first_day)


class _Past(NamedTuple):
    """A part of a closed period of one person, and what was last paid for it by currency.

    ``taken_ms``: until when a deduction counts, the end of the period. ``decided_since``: the work
    terms of its days, where they were decided once the period was closed.
    """

    period: Period
    part: Part
    taken_ms: int
    statements: Mapping[str, StatementInput]
    last: Mapping[str, Sequence[ProjectGiven]]
    paid: Mapping[str, PaidBefore]
    decided_since: Terms | None = None

    @property
    def window(self) -> Who:
        """Return the window of the part."""
        return self.part.window


def closed_before(period: Period) -> list[Period]:
    """List the closed periods before one, the oldest first."""
    closed = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=period.first_day)
    return list(closed.select_related("policy").order_by("first_day"))


def zone_then(person_terms: Sequence[Terms], period: Period) -> str:
    """Return the zone a person's days had when a period was closed."""
    then = [row.zone for row in person_terms if row.known_ms <= (period.measured_ms or 0)]
    return then[-1] if then else HOME_ZONE


def zone_of_end(person_terms: Iterable[Terms], last_day: date, end_ms: int) -> str | None:
    """Return the zone of these terms in which a last day ends at a moment; None for none."""
    zones = dict.fromkeys((*(row.zone for row in person_terms), HOME_ZONE))
    next_day = last_day + timedelta(days=1)
    return next((zone for zone in zones if midnight_ms(next_day, zone) == end_ms), None)


def has_paid_holiday(
    place: str, first_day: date, last_day: date, wages: Mapping[date, int], week_starts: int
) -> bool:
    """Return whether a period has a holiday with wages in the weeks that it is reckoned on."""
    holidays = holidays_of(place, first_day, last_day) or ()
    weeks = [weeks_before(holiday, week_starts) for holiday in holidays]
    return any(wages.get(day) for first, last in weeks for day in wages if first <= day <= last)


def has_late_terms(closed: Sequence[Period], person_terms: Sequence[Terms]) -> bool:
    """Return whether terms of days of a closed period were decided once it was closed."""
    late = [terms for terms in person_terms if terms.decided_ms is not None]
    return any(
        terms.at_ms < midnight_ms(period.last_day, terms.zone) + NOON_MS
        and (period.measured_ms or 0) <= (terms.decided_ms or 0)
        for terms in late
        for period in closed
    )


class CorrectionDesk:
    """Collects corrections, with one cache of the parameters of closed periods.

    Args:
        context: the period that pays them.
        closed: the closed periods before it, the oldest first.
        came_ms: what came by then counts.
    """

    def __init__(self, context: PeriodContext, closed: Sequence[Period], came_ms: int) -> None:
        self.context = context
        self.closed = closed
        self.came_ms = came_ms
        self.changed_laws = changed_laws(closed)
        self._desks: dict[int, PayDesk] = {}

    def corrections_of(
        self, person: Person, person_terms: Sequence[Terms], reasons: Reasons
    ) -> Corrections:
        """Collect one person's corrections of closed periods, the oldest first.

        Raises:
            Refusal: a floor, a rate or an exchange of such a period is not known.
        """
        corrections = Corrections()
        past = self._past_of(person, person_terms, corrections)
        unpaid = {period.pk for period in reasons.unpaid}
        changed: dict[str, set[date]] = defaultdict(set)
        for item in past:
            is_late = reasons.late_ms is not None and item.window.end_ms > reasons.late_ms
            is_late = is_late or item.period.pk in unpaid
            is_new = item.decided_since is not None and not item.statements and not item.last
            is_late = is_late or is_new
            begin_ms, end_ms = item.window.begin_ms, item.window.end_ms
            is_given_back = any(begin_ms <= at_ms < end_ms for at_ms in reasons.given_back)
            rows = self._new_rows(item, person_terms) if is_late else []
            payee = Payee(person, person_terms, item.window)
            works = self._works(item, rows, payee, is_given_back=is_given_back)
            for currency in sorted(works.keys() | {code for code, days in changed.items() if days}):
                work = works.get(currency, [])
                is_touched = self._is_touched(item, payee, changed[currency], currency)
                is_same = work == [*item.last.get(currency, ())]
                has_new_law = is_same and item.period.pk in self.changed_laws
                has_new_terms = is_same and item.decided_since is not None
                if is_same and not (is_touched or has_new_law or has_new_terms):
                    continue
                may_be_nothing = is_touched or not (has_new_law or has_new_terms)
                changed[currency] |= self._add(
                    corrections, item, payee, (currency, work), may_be_nothing=may_be_nothing
                )
                if corrections.given.get(currency):
                    corrections.rows[currency] += _rows_of(rows, currency, works)
        return corrections

    def _past_of(
        self, person: Person, person_terms: Sequence[Terms], corrections: Corrections
    ) -> list[_Past]:
        """Read what was paid for each closed period so far."""
        statements: dict[Key, dict[str, StatementInput]] = defaultdict(dict)
        last: dict[Key, dict[str, Sequence[ProjectGiven]]] = defaultdict(dict)
        paid: dict[Key, dict[str, PaidBefore]] = defaultdict(dict)
        stored: dict[int, list[tuple[PeriodInput, Statement, str]]] = defaultdict(list)
        rows = Statement.objects.filter(person=person, period__in=self.closed)
        for row in rows.order_by("period__first_day", "begin_ms", "id"):
            content = json.loads(row.content)
            inputs, pay = from_json(content["given"]), content["pay"]
            key = (row.period_id, inputs.period.first_day)
            corrections.contents[row.currency].append(content)
            stored[row.period_id].append((inputs.period, row, inputs.zone))
            if inputs.projects:
                statements[key][row.currency] = inputs
                last[key][row.currency] = inputs.projects
            paid[key][row.currency] = paid_by(pay)
            for item, result in zip(inputs.corrections, pay.get("corrections", ()), strict=True):
                earlier = (item.period.number, item.period.first_day)
                last[earlier][row.currency] = item.projects
                paid[earlier][row.currency] = PaidBefore(
                    item.paid.wages_micro + result["wages_micro"],
                    item.paid.holiday_micro + result["holiday_micro"],
                    item.paid.vacation_micro
                    + result["vacation_micro"]
                    + result.get("kept_micro", 0),
                    item.paid.overtime_micro + result.get("overtime_micro", 0),
                )
        past: list[_Past] = []
        begin_ms = 0
        for period in self.closed:
            own = stored[period.pk]
            zone = own[-1][2] if own else zone_then(person_terms, period)
            if own:
                paid_ms = max(row.end_ms for _, row, _ in own)
                zone = zone_of_end(person_terms, period.last_day, paid_ms) or zone
            end_ms = midnight_ms(period.last_day + timedelta(days=1), zone)
            if own:
                begin_ms = min(begin_ms, *(row.begin_ms for _, row, _ in own))
                end_ms = max(end_ms, *(row.end_ms for _, row, _ in own))
            window = Who(person.pk, zone, begin_ms, end_ms)
            for part in _parts(period, window, person_terms, [item[:2] for item in own]):
                key = (period.pk, part.first_day)
                since = _decided_since(period, part, person_terms)
                past.append(
                    _Past(period, part, end_ms, statements[key], last[key], paid[key], since)
                )
            begin_ms = end_ms
        return past

    def _new_rows(self, past: _Past, person_terms: Sequence[Terms]) -> list[DayRow]:
        """Return the time of a closed period that counts now and was not paid yet."""
        window = past.window
        measured: dict[date, dict[int, dict[str, int]]] = defaultdict(dict)
        paid: dict[date, dict[int, dict[str, int]]] = defaultdict(dict)
        for row in time_by_day(
            [window.person], window.begin_ms, window.end_ms, self.came_ms, ZoneInfo(window.zone)
        ):
            measured[row.day].setdefault(row.project or PLATFORM, {})[row.surface] = row.ms
        for project in (project for work in past.last.values() for project in work):
            for worked in project.days:
                paid[worked.day][project.number] = dict(worked.surfaces)
        is_exact = any(inputs.is_exact for inputs in past.statements.values())
        rows: list[DayRow] = []
        for day, exact in sorted(measured.items()):
            before, by_project = paid[day], exact
            if not is_exact:
                by_project = {number: whole_seconds(own) for number, own in exact.items()}
            by_project = in_lines(by_project)
            for number, ms in new_time(_totals(by_project), _totals(before)).items():
                gains = _gains(by_project[number], before.get(number, {}), ms)
                of = max(number, PLATFORM) or None
                rows += [DayRow(of, day, name, gain) for name, gain in gains.items()]
        rows = rows if is_exact else in_whole_seconds(rows)
        return [row for row in rows if self._is_paid(row, person_terms, window)]

    def _is_paid(self, row: DayRow, person_terms: Sequence[Terms], window: Who) -> bool:
        """Return whether a day's time in a project is paid here, by the terms of that day."""
        project = self.context.projects.get(row.project or PLATFORM)
        if not person_terms:
            return False
        is_paid_here = Status(terms_on(person_terms, row.day, window.zone).status).is_paid_here
        return is_paid_here and not (project and project.is_own_staff)

    def _works(
        self, past: _Past, rows: Sequence[DayRow], payee: Payee, *, is_given_back: bool
    ) -> dict[str, list[ProjectGiven]]:
        """Return all work of a closed period as it is known now, by currency."""
        if not past.statements and not past.last:
            piecework = pieces_of([past.window], self.came_ms, past.taken_ms)[past.window.person]
            context = self._context_of(past.period)
            return split_by_currency(context, rows, piecework, {}, payee)
        works = {currency: [*work] for currency, work in past.last.items()}
        if is_given_back:
            piecework = pieces_of([past.window], self.came_ms, past.taken_ms)[past.window.person]
            for currency, work in works.items():
                works[currency] = [_given_back(project, currency, piecework) for project in work]
        days = days_of_rows(self.context, rows)
        for number, own in sorted(days.items(), key=lambda item: item[0] <= PLATFORM):
            currency = self._currency_of(number, works, payee)
            works.setdefault(currency, [])
            works[currency] = self._with_days(works[currency], (number, currency), own, past)
        return works

    def _currency_of(
        self, number: int, works: Mapping[str, Sequence[ProjectGiven]], payee: Payee
    ) -> str:
        """Return the currency a project's time of a closed period is paid in."""
        for currency, work in sorted(works.items()):
            if any(project.number == number and project.days for project in work):
                return currency
        if number <= PLATFORM:
            usual = usual_currency(self.context, payee)
            return usual if usual in works else most_time(works)
        return self.context.currencies.get(number, "")

    def _with_days(
        self,
        work: Sequence[ProjectGiven],
        key: tuple[int, str],
        days: Mapping[date, Mapping[str, int]],
        past: _Past,
    ) -> list[ProjectGiven]:
        """Add time to one project of a period's work, with its hourly prices."""
        by_number = {project.number: project for project in work}
        project = by_number.get(key[0])
        if project is None:
            project = project_inputs(self.context, key, {}, PieceworkTotals(), {})
        sums: dict[date, dict[str, int]] = {day.day: {**day.surfaces} for day in project.days}
        for day, surfaces in days.items():
            for name, ms in surfaces.items():
                sums.setdefault(day, {})
                sums[day][name] = sums[day].get(name, 0) + ms
        rows = [DayGiven(day, dict(sorted(sums[day].items()))) for day in sorted(sums)]
        project = structs.replace(project, days=rows)
        by_number[key[0]] = with_own_prices(self.context, project, past.window, key[1])
        numbers = sorted(by_number, key=lambda number: (number <= PLATFORM, abs(number)))
        return [by_number[number] for number in numbers]

    def _add(
        self,
        corrections: Corrections,
        past: _Past,
        payee: Payee,
        currency_work: tuple[str, Sequence[ProjectGiven]],
        *,
        may_be_nothing: bool = True,
    ) -> set[date]:
        """Add the correction of one period in one currency; return the days it changes.

        ``may_be_nothing``: add it also where nothing is owed, as time that its pieces pay.
        """
        currency, work = currency_work
        inputs = self._inputs(past, payee, currency_work)
        if not inputs.status.is_paid_here:
            return set()
        before = corrections.days_before(currency, past.part.first_day)
        inputs = structs.replace(
            inputs, wages=before.wages, hours=before.hours, corrections=(), unheard=()
        )
        desk = self._desk_of(past)
        content, rule = desk.statement(inputs), desk.overtime_rule(inputs)
        correction = CorrectionGiven(
            period=inputs.period,
            projects=work,
            before=past.last.get(currency, ()),
            floors={
                project["number"]: {
                    date.fromisoformat(day["day"]): day["floor_micro"] for day in project["days"]
                }
                for project in content["projects"]
            },
            paid=past.paid.get(currency, PaidBefore()),
            holidays=list(holidays_given(content, before, rule)),
            vacation_rate=vacation_rate(content),
            cost_hour_micro=inputs.own_costs.covered_micro if inputs.own_costs else 0,
            overtime=overtime_given(rule, before, past.part.first_day),
            is_kept=self._is_vacation_kept(inputs),
            rules=inputs.rules,
        )
        result = correction_of(correction, currency)
        if not (may_be_nothing or result["micro"] or result.get("kept_micro")):
            return set()
        corrections.given[currency].append(correction)
        corrections.status[currency] = inputs.status
        key = (past.period.pk, inputs.period.first_day.isoformat())
        wages = {date.fromisoformat(day): micro for day, micro in result["wages_of_day"].items()}
        hours = hours_of_work(work) if wages else {}
        corrections.days[currency][key] = DaysBefore(hours, wages)
        return set(wages)

    def _is_vacation_kept(self, inputs: StatementInput) -> bool:
        """Return whether an employee's vacation pay of a period waits for the vacation."""
        if inputs.is_exact or inputs.status is not Status.EMPLOYEE:
            return False
        if inputs.vacation is None:
            return not self.context.policy.vacation_exception
        return not inputs.vacation.exception

    def _is_touched(self, past: _Past, payee: Payee, days: Collection[date], currency: str) -> bool:
        """Return whether a closed period rests on one of these days of periods before it."""
        terms = terms_in_window(payee.terms, past.window)
        if not days or not terms or terms[-1].status != Status.EMPLOYEE.value:
            return False
        inputs = past.statements.get(currency)
        is_exact = inputs is not None and inputs.is_exact
        week_starts = inputs.week_starts if inputs else self.context.policy.week_starts
        first_day = past.part.first_day
        spans = [
            weeks_before(holiday, SUNDAY if is_exact else week_starts)
            for holiday in holidays_of(terms[-1].place, first_day, past.part.last_day) or ()
        ]
        if not is_exact:  # the hours of its first week, for overtime
            spans.append((week_of(first_day, week_starts), first_day - timedelta(days=1)))
        return any(first <= day <= last for first, last in spans for day in days)

    def _inputs(
        self,
        past: _Past,
        payee: Payee,
        currency_work: tuple[str, Sequence[ProjectGiven]],
    ) -> StatementInput:
        """Return the inputs of a closed period with other work: the stored ones where they are."""
        currency, work = currency_work
        stored = past.statements.get(currency) or next(iter(past.statements.values()), None)
        if stored is None:
            context = self._context_of(past.period, currency)
            inputs = inputs_of(context, payee, currency, work, past.part)
            jurisdictions = (inputs.place, *inputs.place_of_day.values())
            last_day = past.period.last_day
            check_rates(context.policy, currency, jurisdictions, context.places, last_day)
            return inputs
        if past.decided_since is not None:
            return self._with_terms(past, payee, structs.replace(stored, currency=currency), work)
        places = places_by_day(payee.terms, stored.place, work) if payee.terms else {}
        return structs.replace(
            stored,
            currency=currency,
            projects=work,
            place_of_day={**places, **stored.place_of_day},
            own_costs=stored.own_costs if stored.currency == currency else None,
        )

    def _with_terms(
        self, past: _Past, payee: Payee, stored: StatementInput, work: Sequence[ProjectGiven]
    ) -> StatementInput:
        """Return stored inputs with the status and place that were decided since.

        What was changed in the middle of a part that is paid counts for all of it if it makes them
        an employee, and else for none of it.
        """
        terms = terms_in_window(payee.terms, past.window)
        first = terms_on(payee.terms, past.part.first_day, past.window.zone)
        is_employee = Status.EMPLOYEE.value in (first.status, terms[-1].status)
        return structs.replace(
            stored,
            projects=work,
            status=Status.EMPLOYEE if is_employee else Status(first.status),
            place=terms[-1].place,
            place_of_day=places_by_day(terms, terms[-1].place, work),
            exchange={**self.context.policy.exchange, **stored.exchange},
        )

    def _context_of(self, period: Period, currency: str = "") -> PeriodContext:
        """Return the context of a closed period for somebody who was not paid then.

        What was missing then is taken from the rules of today, also where a rate was too old or of
        another currency than theirs; what it had stays.
        """
        today = self.context.policy
        then = PayRules() if period.policy is None else policy_of(period.policy)
        rates = usable_rates(then, currency, period.last_day)
        policy = replace(
            then,
            operator_floor=floor_in_force(period.measured_ms or self.came_ms),
            yearly_payroll_micro=then.yearly_payroll_micro or today.yearly_payroll_micro,
            own_rates={**today.own_rates, **then.own_rates},
            exchange={**today.exchange, **rates},
            rate_words={
                **today.rate_words,
                **{code: word for code, word in then.rate_words.items() if code in rates},
            },
        )
        return replace(self.context, period=period, policy=policy)

    def _desk_of(self, past: _Past) -> PayDesk:
        """Return the desk with the parameters of a period; today's for who was not paid then."""
        number = past.period.pk if past.statements else 0
        if number not in self._desks:
            then = self.changed_laws.get(number) or places_of(past.period) if number else None
            self._desks[number] = PayDesk(then or self.context.places)
        return self._desks[number]


def _parts(
    period: Period,
    window: Who,
    person_terms: Sequence[Terms],
    stored: Sequence[tuple[PeriodInput, Statement]],
) -> list[Part]:
    """Return the parts of a closed period: those that were paid, and those of other days."""
    parts = {
        inputs.first_day: Part(
            inputs.first_day,
            inputs.last_day,
            Status.EMPLOYEE,
            replace(window, begin_ms=row.begin_ms, end_ms=row.end_ms),
        )
        for inputs, row in stored
    }
    paid = list(parts.values())
    for part in parts_of(period, window, person_terms):
        parts |= {beside.first_day: beside for beside in parts_beside(part, paid)}
    if not parts:
        parts[period.first_day] = Part(period.first_day, period.last_day, Status.EMPLOYEE, window)
    return [parts[day] for day in sorted(parts)]


def _decided_since(period: Period, part: Part, person_terms: Sequence[Terms]) -> Terms | None:
    """Return the terms of a part's days that were decided once its period was closed."""
    terms = terms_on(person_terms, part.last_day, part.window.zone) if person_terms else None
    if terms is None or terms.decided_ms is None or period.measured_ms is None:
        return None
    return terms if terms.decided_ms >= period.measured_ms else None


def _rows_of(
    rows: Sequence[DayRow], currency: str, works: Mapping[str, Sequence[ProjectGiven]]
) -> list[DayRow]:
    """Return the rows whose time is in this currency's work, and in that of none before it."""

    def currency_of(row: DayRow) -> str | None:
        for code, work in sorted(works.items()):
            line = line_of(row.project, row.surface)
            own = (project for project in work if project.number == line)
            if any(day.day == row.day for project in own for day in project.days):
                return code
        return None

    return [row for row in rows if currency_of(row) == currency]


def _totals(by_project: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    return {number: sum(surfaces.values()) for number, surfaces in by_project.items()}


def _gains(measured: Mapping[str, int], paid: Mapping[str, int], total_ms: int) -> dict[str, int]:
    """Split new time of a day between kinds of page, by what each gained."""
    gains = {name: max(0, ms - paid.get(name, 0)) for name, ms in sorted(measured.items())}
    parts = shared(total_ms, list(gains.values()))
    return {name: ms for name, ms in zip(gains, parts, strict=True) if ms}


def _given_back(project: ProjectGiven, currency: str, piecework: PieceworkTotals) -> ProjectGiven:
    """Add what was given back to a project since it was last paid."""
    numbers = {adjustment.number for adjustment in project.adjustments}
    new = [
        adjustment
        for adjustment in piecework.adjusted.get((project.number, currency), ())
        if adjustment.micro > 0 and adjustment.number not in numbers
    ]
    return structs.replace(project, adjustments=[*project.adjustments, *new]) if new else project
