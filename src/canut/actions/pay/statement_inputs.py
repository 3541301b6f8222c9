"""Collect the inputs of a period's statements, some hundred people at a time.

Which time is paid comes from ``paytime``; terms, pieces, adjustments and what was paid
earlier in the year from their tables. Who worked without terms, or is not paid here, is named. Who
cannot be measured gets no statement yet: the next period begins for them where this one did.

Read what was paid before: earlier in the year of payment, and in the weeks before a holiday.

Find the decisions of a pay period that nobody here is independent to hear an appeal on.

Their statement says so to the people concerned, by kind and project and without the words of the
decision: whoever runs the payroll reads statements too. Who is independent is decided in
``store.decisions.appeals``.

Reads only.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Sum
from msgspec import structs

from canut.actions.pay.pay_rules import PayRules
from canut.actions.pay.payable_time import CHUNK, DayRow, Who, midnight_ms, time_to_pay
from canut.actions.pay.piecework import PieceworkTotals, pieces_of
from canut.actions.time.measure import DATA_FAULTS
from canut.core.clock import local_day
from canut.core.pay.hourly_price import HourPrice, hour_price
from canut.core.pay.statement_input import (
    PLATFORM,
    DayGiven,
    HourlyFloor,
    PeriodInput,
    PersonInput,
    ProjectGiven,
    StatementInput,
    UnheardGiven,
    YearToDatePay,
)
from canut.core.places.holidays import WEEKS_BEFORE
from canut.core.places.parameters import Places, Status
from canut.store.decisions.appeals import independent_people
from canut.store.models import (
    Contributed,
    Period,
    Person,
    Project,
    RateVersion,
    Statement,
    Terms,
    Worker,
)
from canut.store.tables.decisions import Decision
from canut.store.time.worked_time import uncounted_time
from canut.store.work.pilots import hour_prices

DAYS_A_YEAR = 365


HOME_ZONE = "America/Toronto"


PLATFORM_TITLE = "Canut"


UNMEASURED = "time-unmeasured"


log = logging.getLogger(__name__)


class LeftOut(NamedTuple):
    """A person whose work is not paid here: a volunteer, or an organisation's own staff."""

    person: int
    name: str
    status: str


class Unready(NamedTuple):
    """A person who cannot be paid yet, and why: a refusal's code and facts."""

    person: int
    name: str
    code: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class ToPay:
    """One statement to compute, with the window it pays and its rows of time."""

    given: StatementInput
    begin_ms: int
    end_ms: int
    rows: Sequence[DayRow]


@dataclass(slots=True)
class PeriodExclusions:
    """People left out of a period, and people who cannot be paid yet.

    ``unready`` keeps the period from being closed; who is ``unmeasured`` waits alone.
    """

    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    unready: list[Unready] = field(default_factory=list[Unready])
    unmeasured: list[Unready] = field(default_factory=list[Unready])


class Unheard:
    """Finds decisions nobody independent could hear; one lookup per project."""

    def __init__(self) -> None:
        self._hear: dict[int | None, frozenset[int]] = {}

    def of(self, people: Sequence[Who]) -> dict[int, list[UnheardGiven]]:
        """Return each person's decisions without an independent reader, by kind and project."""
        windows = {payee.person: payee for payee in people}
        stands = Decision.objects.filter(
            person__in=windows,
            at_ms__gte=min(payee.begin_ms for payee in people),
            at_ms__lt=max(payee.end_ms for payee in people),
            undone_ms=None,
        ).exclude(kind__in=FAVOURABLE)
        dates: dict[int, dict[Key, list[date]]] = defaultdict(lambda: defaultdict(list))
        for decision in stands.select_related("project").order_by("at_ms", "id"):
            payee = windows[decision.person_id]
            if payee.begin_ms <= decision.at_ms < payee.end_ms and self._is_unheard(decision):
                key = (decision.kind, decision.project.title if decision.project else "")
                dates[decision.person_id][key].append(
                    local_day(decision.at_ms, ZoneInfo(payee.zone))
                )
        return {
            person: [
                UnheardGiven(days[-1], kind, project, len(days))
                for (kind, project), days in sorted(own.items())
            ]
            for person, own in dates.items()
        }

    def _is_unheard(self, decision: Decision) -> bool:
        if decision.project_id not in self._hear:
            able = independent_people(decision.project).values_list("pk", flat=True)
            self._hear[decision.project_id] = frozenset(able)
        return not self._hear[decision.project_id] - {decision.person_id, decision.made_by_id or 0}


@dataclass(frozen=True, slots=True)
class _PeriodContext:
    """What is the same for everybody of the period."""

    period: Period
    policy: PayRules
    places: Places
    projects: Mapping[int, Project]
    currencies: Mapping[int, str]
    unheard: Unheard
    hours: Mapping[int, Sequence[HourPrice]]


def people_of_projects() -> list[int]:
    """List the ids of everybody who works in a project that pays, in order."""
    workers = Worker.objects.filter(person__isnull=False, project__is_own_staff=False)
    return sorted(set(workers.exclude(kind="model").values_list("person_id", flat=True)))


def gather(
    period: Period, policy: PayRules, places: Places, came_ms: int, exclusions: PeriodExclusions
) -> Iterator[ToPay]:
    """Yield the inputs of each statement of a period.

    Args:
        period: it may be open.
        policy: the pay rules of the operator.
        places: parameters of every place.
        came_ms: heartbeats received by then count.
        exclusions: gets those who are left out, and those who cannot be paid yet.
    """
    projects = {project.id: project for project in Project.objects.select_related("organisation")}
    context = _PeriodContext(
        period,
        policy,
        places,
        projects,
        _currencies(),
        Unheard(),
        hour_prices(projects),
    )
    earlier = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=period.first_day)
    last = earlier.order_by("-first_day").first()
    terms_by_person: dict[int, list[Terms]] = {}
    windows: dict[int, Who] = {}
    for people in batched(people_of_projects(), CHUNK):
        terms_by_person |= _load_terms(people)
        for window in _windows(people, terms_by_person, period, last, exclusions):
            windows[window.person] = window
    since_ms = 0 if last is None else last.measured_ms or 0
    payable = time_to_pay(list(windows.values()), came_ms, since_ms)
    for chunk in batched(payable, CHUNK):
        yield from _collect_chunk(context, chunk, windows, terms_by_person, exclusions)


def _currencies() -> dict[int, str]:
    """Return the currency in which each project pays now."""
    rates = RateVersion.objects.order_by("number").values_list("project_id", "currency")
    return dict(rates)


def _load_terms(people: Sequence[int]) -> dict[int, list[Terms]]:
    """Load the work terms of some people, the oldest first."""
    terms_by_person: dict[int, list[Terms]] = defaultdict(list)
    for terms in Terms.objects.filter(person__in=people).defer("facts").order_by("number"):
        terms_by_person[terms.person_id].append(terms)
    return terms_by_person


def _windows(
    people: Sequence[int],
    terms_by_person: Mapping[int, Sequence[Terms]],
    period: Period,
    last: Period | None,
    exclusions: PeriodExclusions,
) -> list[Who]:
    """Return each person's window of the period, starting where the last one ended.

    Who got no statement then may have moved since: their window starts at the first midnight of the
    two zones, as nothing was paid between.
    Whose time zone is not known waits alone.
    """
    ends_ms: dict[int, int] = {}
    if last is not None:
        statements = Statement.objects.filter(period=last, person__in=people)
        ends_ms = dict(statements.values_list("person_id", "end_ms"))
    windows: list[Who] = []
    waiting = unmeasured_in(last)
    for person in people:
        person_terms = terms_by_person.get(person, [])
        zone = person_terms[-1].zone if person_terms else HOME_ZONE
        try:
            end_ms = midnight_ms(period.last_day + timedelta(days=1), zone)
        except DATA_FAULTS:
            log.exception("the time zone of person %s cannot be read", person)
            exclude_unmeasured(person, exclusions)
            continue
        begin_ms = 0
        if person in waiting:
            begin_ms = _begun_ms(person, last, zone)
        elif last is not None:
            zones = {zone, zone_at(person_terms, last.measured_ms or 0)}
            first_ms = min(midnight_ms(period.first_day, each) for each in zones)
            begin_ms = ends_ms.get(person, first_ms)
        windows.append(Who(person, zone, begin_ms, end_ms))
    return windows


def zone_at(person_terms: Sequence[Terms], at_ms: int) -> str:
    """Return the time zone in which a person worked at a moment; Toronto before any terms."""
    zones = [terms.zone for terms in person_terms if terms.at_ms <= at_ms]
    return zones[-1] if zones else HOME_ZONE


def unmeasured_in(period: Period | None) -> set[int]:
    """Return the people without a statement because their time could not be measured."""
    failure = period.failure if period is not None else None
    if not failure or failure["code"] != UNMEASURED:
        return set()
    return {int(person["person"]) for person in failure["people"]}


def _begun_ms(person: int, last: Period | None, zone: str) -> int:
    """Return since when a person who waited in the last periods is unpaid; 0 for always."""
    begun_ms = 0
    while last is not None and person in unmeasured_in(last):
        first_day = last.first_day
        earlier = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=first_day)
        last = earlier.order_by("-first_day").first()
        sent = Statement.objects.filter(period=last, person=person).first() if last else None
        begun_ms = sent.end_ms if sent else midnight_ms(first_day, zone) if last else 0
    return begun_ms


class _ChunkInputs(NamedTuple):
    """What was read about the people of one chunk, by person."""

    context: _PeriodContext
    people: Mapping[int, Person]
    piecework: Mapping[int, PieceworkTotals]
    before: Mapping[tuple[int, str], YearToDatePay]
    wages: Mapping[tuple[int, str], Mapping[date, int]]
    uncounted: Mapping[int, Mapping[int, int]]
    unheard: Mapping[int, Sequence[UnheardGiven]]


def _load_chunk(context: _PeriodContext, windows: Sequence[Who]) -> _ChunkInputs:
    ids = [window.person for window in windows]
    period = context.period
    return _ChunkInputs(
        context=context,
        piecework=pieces_of(windows),
        people={person.id: person for person in Person.objects.filter(id__in=ids)},
        before=before_of(ids, period.pay_day.year, period),
        wages=wages_of(ids, period),
        uncounted=_sum_uncounted(windows),
        unheard=context.unheard.of(windows),
    )


def _collect_chunk(
    context: _PeriodContext,
    payable: Sequence[tuple[int, list[DayRow] | None]],
    windows: Mapping[int, Who],
    terms_by_person: Mapping[int, Sequence[Terms]],
    exclusions: PeriodExclusions,
) -> Iterator[ToPay]:
    """Yield the statements of some people; add the others to the exclusions."""
    try:
        chunk = _load_chunk(context, [windows[person] for person, _ in payable])
    except DATA_FAULTS:
        if len(payable) > 1:
            for payee in payable:
                yield from _collect_chunk(context, [payee], windows, terms_by_person, exclusions)
        else:
            log.exception("the pay of person %s cannot be read", payable[0][0])
            exclude_unmeasured(payable[0][0], exclusions)
        return
    for person, rows in payable:
        try:
            statements = list(
                _collect_person(chunk, (person, rows), windows, terms_by_person, exclusions)
            )
        except DATA_FAULTS:
            log.exception("the pay of person %s cannot be read", person)
            exclude_unmeasured(person, exclusions)
        else:
            yield from statements


def exclude_unmeasured(person: int, exclusions: PeriodExclusions) -> None:
    """Let one person wait, named, while everybody else is paid."""
    name = str(Person.objects.get(id=person))
    exclusions.unmeasured.append(Unready(person, name, UNMEASURED, {"people": name}))


def _collect_person(
    chunk: _ChunkInputs,
    payable: tuple[int, list[DayRow] | None],
    windows: Mapping[int, Who],
    terms_by_person: Mapping[int, Sequence[Terms]],
    exclusions: PeriodExclusions,
) -> Iterator[ToPay]:
    """Yield the statements of one person, or add them to the exclusions."""
    (person, rows), context = payable, chunk.context
    window, name = windows[person], str(chunk.people[person])
    person_terms = terms_by_person.get(person, [])
    terms = _terms_in_window(person_terms, window)
    if rows is None:
        if not terms or Status(terms[-1].status).is_paid_here:
            exclusions.unmeasured.append(Unready(person, name, UNMEASURED, {"people": name}))
        return
    projects_by_currency = _split(
        context, rows, chunk.piecework[person], chunk.uncounted.get(person, {}), window.zone
    )
    if not projects_by_currency:
        return
    if not terms:
        exclusions.unready.append(Unready(person, name, "terms-missing", {"people": name}))
        return
    status = Status(terms[-1].status)
    if not status.is_paid_here:
        exclusions.left_out.append(LeftOut(person, name, status.value))
        return
    for currency, projects in sorted(projects_by_currency.items()):
        inputs = _statement_input(chunk, window, person_terms, currency, projects)
        numbers = {project.number or None for project in projects}
        paid_rows = [row for row in rows if row.project in numbers]
        yield ToPay(inputs, window.begin_ms, window.end_ms, paid_rows)


def _terms_in_window(person_terms: Sequence[Terms], window: Who) -> Sequence[Terms]:
    """Return the work terms accepted before the window ends; the first ones when all are later."""
    return [terms for terms in person_terms if terms.at_ms < window.end_ms] or person_terms[:1]


def _statement_input(
    chunk: _ChunkInputs,
    window: Who,
    person_terms: Sequence[Terms],
    currency: str,
    projects: Sequence[ProjectGiven],
) -> StatementInput:
    """Return what a person's statement in one currency is computed from."""
    period, policy = chunk.context.period, chunk.context.policy
    person, terms = chunk.people[window.person], _terms_in_window(person_terms, window)
    return StatementInput(
        person=PersonInput(
            person.id, str(person), person.is_simulated, _years(person_terms[0], window.end_ms)
        ),
        place=terms[-1].place,
        zone=terms[-1].zone,
        status=Status(terms[-1].status),
        period=PeriodInput(
            number=period.id,
            first_day=period.first_day,
            last_day=period.last_day,
            pay_day=period.pay_day,
            a_year=max(1, DAYS_A_YEAR // _days(period)),
        ),
        currency=currency,
        projects=projects,
        before=chunk.before.get((person.id, currency), YearToDatePay()),
        operator_floor=policy.operator_floor and HourlyFloor(*policy.operator_floor),
        exchange=policy.exchange,
        yearly_payroll_micro=policy.yearly_payroll_micro,
        own_rates=policy.own_rates,
        wages=chunk.wages.get((person.id, currency), {}),
        place_of_day=_places(terms, projects),
        unheard=chunk.unheard.get(person.id, []),
    )


def _sum_uncounted(windows: Sequence[Who]) -> dict[int, dict[int, int]]:
    """Add up the time of each person's window that waits for a human, by project."""
    begin_ms = min(window.begin_ms for window in windows)
    end_ms = max(window.end_ms for window in windows)
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for interval in uncounted_time([window.person for window in windows], begin_ms, end_ms):
        sums[interval.person][interval.project or PLATFORM] += interval.end_ms - interval.begin_ms
    return sums


def _days(period: Period) -> int:
    return (period.last_day - period.first_day).days + 1


def _years(first: Terms, end_ms: int) -> int:
    return max(0, (end_ms - first.at_ms) // (DAYS_A_YEAR * 86_400_000))


def _places(terms: Sequence[Terms], projects: Sequence[ProjectGiven]) -> dict[date, str]:
    """Return the jurisdiction of each day the person worked elsewhere than now."""
    if len({row.place for row in terms}) == 1:
        return {}
    days = sorted({day.day for row in projects for day in row.days})
    codes: dict[date, str] = {}
    for day in days:
        noon_ms = midnight_ms(day, terms[-1].zone) + 43_200_000
        then = [row for row in terms if row.at_ms <= noon_ms] or terms[:1]
        if then[-1].place != terms[-1].place:
            codes[day] = then[-1].place
    return codes


def _split(
    context: _PeriodContext,
    rows: Sequence[DayRow],
    piecework: PieceworkTotals,
    uncounted: Mapping[int, int],
    zone: str,
) -> dict[str, list[ProjectGiven]]:
    """Group a person's work by currency; platform time goes where most time is."""
    days: dict[int, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        number = PLATFORM if row.project is None else row.project
        project = context.projects.get(number)
        if row.ms and not (project and project.is_own_staff):
            surfaces = days[number][row.day]
            surfaces[row.surface] = surfaces.get(row.surface, 0) + row.ms
    keys = {(number, context.currencies.get(number, "")) for number in days if number != PLATFORM}
    keys |= {*piecework.prices, *piecework.reviews, *piecework.adjusted}
    split: dict[str, list[ProjectGiven]] = defaultdict(list)
    for number, currency in sorted(keys):
        own = days.get(number, {}) if currency == context.currencies.get(number) else {}
        paid_project = _project(context, (number, currency), own, piecework, uncounted)
        split[currency].append(_with_hours(paid_project, context.hours.get(number, ()), zone))
    if days.get(PLATFORM) and split:
        most = max(split, key=lambda code: sum(d.time_ms for p in split[code] for d in p.days))
        split[most].append(
            _project(context, (PLATFORM, most), days[PLATFORM], piecework, uncounted)
        )
    return split


def _project(
    context: _PeriodContext,
    key: tuple[int, str],
    days: Mapping[date, Mapping[str, int]],
    piecework: PieceworkTotals,
    uncounted: Mapping[int, int],
) -> ProjectGiven:
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


def _with_hours(inputs: ProjectGiven, prices: Sequence[HourPrice], zone: str) -> ProjectGiven:
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


DAYS_BEFORE = 7 * WEEKS_BEFORE + 7


def before_of(
    people: Sequence[int], year: int, period: Period
) -> dict[tuple[int, str], YearToDatePay]:
    """Add up these people's pay of the year before a period, by person and currency."""
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
    return {
        (person, currency): YearToDatePay(gross, vacation, net, contributed[person, currency])
        for person, currency, gross, vacation, net in sums
    }


def wages_of(people: Sequence[int], period: Period) -> dict[tuple[int, str], dict[date, int]]:
    """Add up wages by day of the weeks before a period, by person and currency."""
    first = date.fromordinal(period.first_day.toordinal() - DAYS_BEFORE)
    earlier = Statement.objects.filter(
        person__in=people,
        period__state=Period.State.CLOSED,
        period__last_day__gte=first,
        period__first_day__lt=period.first_day,
    )
    wages: dict[tuple[int, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for statement in earlier.iterator():
        for project in json.loads(statement.content)["projects"]:
            for each in project["days"]:
                day = date.fromisoformat(each["day"])
                if day >= first:
                    wages[statement.person_id, statement.currency][day] += each["wage_micro"]
    return wages


FAVOURABLE = (Decision.Kind.TIME_GRANTED, Decision.Kind.CORRECTION)


type Key = tuple[str, str]
