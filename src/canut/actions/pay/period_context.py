"""Group one person's work of a period by currency and project, as statements take it.

Open periods and corrections of closed ones use the same functions, each with its own context.

Reads only.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import structs

from canut.actions.pay.pay_rules import PayRules
from canut.actions.pay.payable_time import DayRow, Who, midnight_ms
from canut.actions.pay.piecework import PieceworkTotals
from canut.actions.time.measure import DATA_FAULTS
from canut.core.clock import HOUR_MS, from_ms
from canut.core.pay.employment.pay_calendar import PayCalendar, PayDates, calendar_of
from canut.core.pay.hourly_price import HourPrice, hour_price
from canut.core.pay.own_costs import covered_cost, exchanged_cost
from canut.core.pay.statement_input import (
    ETHICS,
    LESSONS,
    NEWEST_RULES,
    PLATFORM,
    DayGiven,
    EmployerGiven,
    HourlyFloor,
    OwnCostsInput,
    PeriodInput,
    PersonInput,
    ProjectGiven,
    StatementInput,
    line_of,
)
from canut.core.places.parameters import PLACE, Places, Status
from canut.core.time.days import whole_seconds
from canut.store.models import Membership, Period, Person, Project, RateVersion, Role, Terms, Worker
from canut.store.pay.accounting import ethics_hours, own_lesson_hours, stated_costs
from canut.store.work.pilots import hour_prices

DAYS_A_YEAR = 365
NOON_MS = 12 * HOUR_MS
PLATFORM_TITLE = "Canut"


class StatedHour(NamedTuple):
    """What the work costs a person an hour, from a moment on."""

    at_ms: int
    micro: int
    currency: str


@dataclass(frozen=True, slots=True)
class PeriodContext:
    """What is the same for everybody of a period."""

    period: Period
    policy: PayRules
    places: Places
    projects: Mapping[int, Project]
    currencies: Mapping[int, str]
    hours: Mapping[int, Sequence[HourPrice]]
    calendar: PayCalendar
    own_costs: Mapping[int, Sequence[StatedHour]] = field(
        default_factory=dict[int, Sequence[StatedHour]]
    )
    lesson_hours: Mapping[int, Sequence[StatedHour]] = field(
        default_factory=dict[int, Sequence[StatedHour]]
    )
    review_hours: Mapping[int, Sequence[StatedHour]] = field(
        default_factory=dict[int, Sequence[StatedHour]]
    )


class Payee(NamedTuple):
    """A person to be paid: their versions of work terms, the oldest first, and their window."""

    person: Person
    terms: Sequence[Terms]
    window: Who


class Part(NamedTuple):
    """The days of a period in which a person has one status; mostly all of them."""

    first_day: date
    last_day: date
    status: Status
    window: Who


def parts_of(period: Period, window: Who, person_terms: Sequence[Terms]) -> list[Part]:
    """Split a person's window of a period where their status changes; none without terms.

    The first part also holds what was done before the period, where nothing was paid before it.
    """
    if not person_terms:
        return []
    parts: list[Part] = []
    for number in range((period.last_day - period.first_day).days + 1):
        day = period.first_day + timedelta(days=number)
        status = Status(terms_on(person_terms, day, window.zone).status)
        if parts and parts[-1].status is status:
            parts[-1] = parts[-1]._replace(last_day=day)
        else:
            parts.append(Part(day, day, status, window))
    bounds = [midnight_ms(part.first_day, window.zone) for part in parts[1:]]
    begins, ends = [window.begin_ms, *bounds], [*bounds, window.end_ms]
    if len(parts) == 1:
        return [parts[0]]
    return [
        part._replace(window=replace(window, begin_ms=begin_ms, end_ms=end_ms))
        for part, begin_ms, end_ms in zip(parts, begins, ends, strict=True)
    ]


def parts_beside(part: Part, paid: Sequence[Part]) -> list[Part]:
    """Return the days of a part that are in none that was paid; mostly all of them, or none."""
    days = [
        part.first_day + timedelta(days=number)
        for number in range((part.last_day - part.first_day).days + 1)
    ]
    free = [day for day in days if not any(own.first_day <= day <= own.last_day for own in paid)]
    if len(free) == len(days):
        return [part]
    runs: list[Part] = []
    for day in free:
        if runs and runs[-1].last_day == day - timedelta(days=1):
            runs[-1] = _cut(runs[-1], runs[-1].first_day, day)
        else:
            runs.append(_cut(part, day, day))
    return runs


def _cut(part: Part, first_day: date, last_day: date) -> Part:
    """Return some days of a part, with their window."""
    begin_ms = midnight_ms(first_day, part.window.zone)
    end_ms = midnight_ms(last_day + timedelta(days=1), part.window.zone)
    window = replace(part.window, begin_ms=begin_ms, end_ms=end_ms)
    return part._replace(first_day=first_day, last_day=last_day, window=window)


def is_readable(terms: Terms) -> bool:
    """Return whether the status, the time zone and the place of some terms can be read."""
    try:
        Status(terms.status)
        ZoneInfo(terms.zone)
    except DATA_FAULTS:
        return False
    return bool(PLACE.fullmatch(terms.place))


def terms_on(person_terms: Sequence[Terms], day: date, zone: str) -> Terms:
    """Return the terms in force at noon of a day; the first ones for any earlier day."""
    noon_ms = midnight_ms(day, zone) + NOON_MS
    return ([terms for terms in person_terms if terms.at_ms <= noon_ms] or person_terms[:1])[-1]


def context_of(period: Period, policy: PayRules, places: Places) -> PeriodContext:
    """Load what is the same for everybody of a period."""
    projects = {project.id: project for project in Project.objects.select_related("organisation")}
    rates = RateVersion.objects.order_by("number").values_list("project_id", "currency")
    stated: dict[int, list[StatedHour]] = defaultdict(list)
    for person, at_ms, micro, currency in stated_costs():
        stated[person].append(StatedHour(at_ms, micro, currency))
    lesson_hours: dict[int, list[StatedHour]] = defaultdict(list)
    for person, at_ms, micro, currency in own_lesson_hours():
        lesson_hours[person].append(StatedHour(at_ms, micro, currency))
    review_hours: dict[int, list[StatedHour]] = defaultdict(list)
    for person, at_ms, micro, currency in ethics_hours():
        review_hours[person].append(StatedHour(at_ms, micro, currency))
    return PeriodContext(
        period,
        policy,
        places,
        projects,
        dict(rates),
        hour_prices(projects),
        pay_calendar(period),
        stated,
        lesson_hours,
        review_hours,
    )


def pay_calendar(period: Period) -> PayCalendar:
    """Return where a period's pay, stored or not yet, stands among the pays of its year.

    A stored period stands there once, with its stored days: what is due now may be computed of a
    longer one (``accounting.balance``).
    """
    rows = Period.objects.filter(first_day__lte=period.first_day).order_by("first_day")
    earlier = rows.filter(pay_day__year__lt=period.pay_day.year)
    pays = [
        PayDates(*dates)
        for dates in rows.filter(pay_day__year=period.pay_day.year).values_list(
            "first_day", "last_day", "pay_day"
        )
    ]
    own = PayDates(period.first_day, period.last_day, period.pay_day)
    if own not in pays and not rows.filter(pk=period.pk).exists():
        pays.append(own)
    return calendar_of(pays, has_earlier_year=earlier.exists())


def terms_in_window(person_terms: Sequence[Terms], window: Who) -> Sequence[Terms]:
    """Return the work terms in force by noon of the window's last day; else the first ones."""
    noon_ms = window.end_ms - NOON_MS
    return [terms for terms in person_terms if terms.at_ms <= noon_ms] or person_terms[:1]


def inputs_of(
    context: PeriodContext,
    payee: Payee,
    currency: str,
    projects: Sequence[ProjectGiven],
    part: Part,
) -> StatementInput:
    """Return what a person's statement in one currency is computed from, but for earlier pay."""
    period, policy = context.period, context.policy
    person, window = payee.person, payee.window
    terms = terms_in_window(payee.terms, window)
    days = (period.last_day - period.first_day).days + 1
    years = max(0, (window.end_ms - payee.terms[0].at_ms) // (DAYS_A_YEAR * 86_400_000))
    return StatementInput(
        person=PersonInput(person.id, str(person), person.is_simulated, years),
        place=terms[-1].place,
        zone=terms[-1].zone,
        status=Status(terms[-1].status),
        period=PeriodInput(
            number=period.id,
            first_day=part.first_day,
            last_day=part.last_day,
            pay_day=period.pay_day,
            a_year=context.calendar.pay.pays or max(1, DAYS_A_YEAR // days),
            calendar=context.calendar,
        ),
        currency=currency,
        projects=projects,
        operator_floor=policy.operator_floor and HourlyFloor(*policy.operator_floor),
        exchange=policy.exchange,
        yearly_payroll_micro=policy.yearly_payroll_micro,
        own_rates=policy.own_rates,
        place_of_day=places_by_day(terms, terms[-1].place, projects),
        own_costs=_own_costs(context, payee, terms[-1].place, currency),
        rules=NEWEST_RULES,
        employer=EmployerGiven(**policy.employer) if policy.employer.get("name") else None,
        job=policy.job,
        week_starts=policy.week_starts,
    )


def _own_costs(
    context: PeriodContext, payee: Payee, place: str, currency: str
) -> OwnCostsInput | None:
    """Return what work costs a person an hour, as stated by the end of their window.

    None where nothing is stated or assumed, or there is no rate to count it in this currency.
    """
    rule = context.policy.cost_rules.get(place)
    versions = context.own_costs.get(payee.person.pk, ())
    stated = [version for version in versions if version.at_ms < payee.window.end_ms]
    if stated:
        last = stated[-1]
        hourly, source = last.micro, last.currency
        covered = covered_cost(hourly, rule) if rule and rule.currency == source else 0
        on = from_ms(last.at_ms).astimezone(ZoneInfo(payee.window.zone)).date()
    elif rule is not None:
        hourly = covered = rule.assumed_micro
        source, on = rule.currency, None
    else:
        return None
    rates = context.policy.exchange
    amounts = [exchanged_cost(micro, source, currency, rates) for micro in (hourly, covered)]
    if not hourly or None in amounts:
        return None
    return OwnCostsInput(amounts[0] or 0, amounts[1] or 0, bool(stated), on)


def places_by_day(
    terms: Sequence[Terms], place: str, projects: Sequence[ProjectGiven]
) -> dict[date, str]:
    """Return the jurisdiction of each day the person worked elsewhere than in this place."""
    if {row.place for row in terms} == {place}:
        return {}
    days = sorted({day.day for row in projects for day in row.days})
    codes: dict[date, str] = {}
    for day in days:
        then = terms_on(terms, day, terms[-1].zone)
        if then.place != place:
            codes[day] = then.place
    return codes


def split_by_currency(
    context: PeriodContext,
    rows: Sequence[DayRow],
    piecework: PieceworkTotals,
    uncounted: Mapping[int, int],
    payee: Payee,
) -> dict[str, list[ProjectGiven]]:
    """Group a person's work by currency.

    Time on Canut's own pages goes to their usual currency if they worked in it, or in none; else to
    the one in which most time was worked.
    """
    days = days_of_rows(context, rows)
    keys = {(number, context.currencies.get(number, "")) for number in days if number > PLATFORM}
    keys |= {*piecework.prices, *piecework.reviews, *piecework.adjusted}
    split: dict[str, list[ProjectGiven]] = defaultdict(list)
    for number, currency in sorted(keys):
        own = days.get(number, {}) if currency == context.currencies.get(number) else {}
        work = project_inputs(context, (number, currency), own, piecework, uncounted)
        split[currency].append(with_own_prices(context, work, payee.window, currency))
    for number in (PLATFORM, LESSONS, ETHICS):
        if not days.get(number):
            continue
        currency = usual_currency(context, payee)
        if split and currency not in split:
            currency = most_time(split)
        own_pages = project_inputs(context, (number, currency), days[number], piecework, uncounted)
        if currency:
            split[currency].append(with_own_prices(context, own_pages, payee.window, currency))
    return split


def with_own_prices(
    context: PeriodContext, inputs: ProjectGiven, window: Who, currency: str
) -> ProjectGiven:
    """Add the hourly prices of a project, or the person's own for lessons or ethics reviews."""
    own_hours = {LESSONS: context.lesson_hours, ETHICS: context.review_hours}
    if inputs.number in own_hours:
        stated = own_hours[inputs.number].get(window.person, ())
        return with_stated_hours(stated, inputs, window, currency)
    return with_hours(inputs, context.hours.get(inputs.number, ()), window.zone)


def with_stated_hours(
    hours: Sequence[StatedHour], inputs: ProjectGiven, window: Who, currency: str
) -> ProjectGiven:
    """Add what an hour pays the person, as it was stated by the end of each day.

    Where it is not known, or in another currency, the floor alone pays.
    """
    own_of_day: dict[date, int] = {}
    for row in inputs.days:
        end_ms = midnight_ms(row.day + timedelta(days=1), window.zone)
        newest = [hour for hour in hours if hour.at_ms < end_ms][-1:]
        own_of_day[row.day] = sum(hour.micro for hour in newest if hour.currency == currency)
    if not any(own_of_day.values()):
        return inputs
    last = own_of_day[max(own_of_day)]
    return structs.replace(
        inputs,
        hourly_micro=last,
        hourly_of_day={day: micro for day, micro in own_of_day.items() if micro != last},
    )


def usual_currency(context: PeriodContext, payee: Payee) -> str:
    """Return the currency a person is paid in where no project says it; empty if unknown.

    An employee's is that of their place. For others it is that of the first project they joined,
    to work or to review; failing that, of their place.
    """
    terms = terms_in_window(payee.terms, payee.window)
    places: list[str] = []
    if terms and terms[-1].place in context.places.by_code:
        places = [context.places.chain(terms[-1].place)[0].currency]
    if places and terms[-1].status == Terms.Status.EMPLOYEE:
        return places[0]
    person = payee.person.pk
    workers = Worker.objects.filter(person=person, project__is_own_staff=False).order_by("id")
    reviews = Membership.objects.filter(
        person=person, role=Role.REVIEWER, project__is_own_staff=False
    ).order_by("id")
    projects = [
        *workers.values_list("project", flat=True),
        *reviews.values_list("project", flat=True),
    ]
    currencies = [context.currencies[number] for number in projects if number in context.currencies]
    return next(iter((*currencies, *places)), "")


def days_of_rows(
    context: PeriodContext, rows: Sequence[DayRow]
) -> dict[int, dict[date, dict[str, int]]]:
    """Sum time by project, day and kind of page; that of an own staff is left out."""
    days: dict[int, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        number = line_of(row.project, row.surface)
        project = context.projects.get(number)
        if row.ms and not (project and project.is_own_staff):
            surfaces = days[number][row.day]
            surfaces[row.surface] = surfaces.get(row.surface, 0) + row.ms
    return days


def in_whole_seconds(rows: Sequence[DayRow]) -> list[DayRow]:
    """Round the time of each project's day up to whole seconds."""
    days: dict[tuple[int | None, date], dict[str, int]] = defaultdict(dict)
    for row in rows:
        surfaces = days[row.project, row.day]
        surfaces[row.surface] = surfaces.get(row.surface, 0) + row.ms
    return [
        DayRow(project, day, surface, ms)
        for (project, day), surfaces in days.items()
        for surface, ms in whole_seconds(surfaces).items()
    ]


def in_lines(by_project: Mapping[int, Mapping[str, int]]) -> dict[int, dict[str, int]]:
    """Split a day's time by project and kind of page into the lines of a statement."""
    lines: dict[int, dict[str, int]] = defaultdict(dict)
    for number, surfaces in by_project.items():
        for surface, ms in surfaces.items():
            lines[line_of(number or None, surface)][surface] = ms
    return dict(lines)


def most_time(split: Mapping[str, Sequence[ProjectGiven]]) -> str:
    """Return the currency in which most time was worked; the first of equals."""
    return max(split, key=lambda code: sum(d.time_ms for p in split[code] for d in p.days))


def project_inputs(
    context: PeriodContext,
    key: tuple[int, str],
    days: Mapping[date, Mapping[str, int]],
    piecework: PieceworkTotals,
    uncounted: Mapping[int, int],
) -> ProjectGiven:
    """Return one project's work, before its hourly prices."""
    number = key[0]
    project = context.projects.get(number)
    return ProjectGiven(
        number=number,
        title=project.title if project else PLATFORM_TITLE,
        organisation=project.organisation.name if project else PLATFORM_TITLE,
        days=[DayGiven(day, dict(sorted(days[day].items()))) for day in sorted(days)],
        pieces=piecework.prices.get(key, []),
        reviews=piecework.reviews.get(key, []),
        adjustments=piecework.adjusted.get(key, []),
        floor_micro=project.floor_micro if project else None,
        held_ms=uncounted.get(number, 0),
    )


def with_hours(inputs: ProjectGiven, prices: Sequence[HourPrice], zone: str) -> ProjectGiven:
    """Add the hourly prices: the last day's, and those of days that differ."""
    price_of_day = {
        row.day: hour_price(
            prices, midnight_ms(row.day, zone), midnight_ms(row.day + timedelta(days=1), zone)
        )
        for row in inputs.days
    }
    if not any(price_of_day.values()):
        return inputs
    last = price_of_day[max(price_of_day)]
    return structs.replace(
        inputs,
        hourly_micro=last,
        hourly_of_day={day: micro for day, micro in price_of_day.items() if micro != last},
    )
