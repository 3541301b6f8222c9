"""Gather what the statements of a period are counted from, some hundred people at a time.

Reads only. Which time is paid comes from ``paytime``; terms, pieces, adjustments and what was paid
earlier in the year from their tables. Who worked without terms, or is not paid here, is named. Who
cannot be measured gets no statement yet: the next period begins for them where this one did.

Read what was paid before: earlier in the year of payment, and in the weeks before a holiday.

Find the decisions of a pay period that nobody here is independent to hear an appeal on.

Their statement says so to the people concerned, by kind and project and without the words of the
decision: whoever runs the payroll reads statements too. Who is independent is decided in
``store.decisions.appeals``.
"""

import json
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
from canut.core.time.working_hours import local_day
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


class LeftOut(NamedTuple):
    """Somebody whose work is not paid here: a volunteer, or an organisation's own staff."""

    person: int
    name: str
    status: str


class Unready(NamedTuple):
    """Somebody who cannot be paid yet, and why: a refusal's code and facts."""

    person: int
    name: str
    code: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class ToPay:
    """One statement to count, with the window it pays and what it holds back."""

    given: StatementInput
    begin_ms: int
    end_ms: int
    rows: Sequence[DayRow]


@dataclass(slots=True)
class PeriodExclusions:
    """What came of gathering beside the statements.

    ``unready`` keeps the period from being closed; who is ``unmeasured`` waits alone.
    """

    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    unready: list[Unready] = field(default_factory=list[Unready])
    unmeasured: list[Unready] = field(default_factory=list[Unready])


class Unheard:
    """Looks up once for each project who could hear an appeal."""

    def __init__(self) -> None:
        self._hear: dict[int | None, frozenset[int]] = {}

    def of(self, people: Sequence[Who]) -> dict[int, list[UnheardGiven]]:
        """Return what each person's window holds of such decisions, by kind and project."""
        windows = {who.person: who for who in people}
        stands = Decision.objects.filter(
            person__in=windows,
            at_ms__gte=min(who.begin_ms for who in people),
            at_ms__lt=max(who.end_ms for who in people),
            undone_ms=None,
        ).exclude(kind__in=FAVOURABLE)
        found: dict[int, dict[Key, list[date]]] = defaultdict(lambda: defaultdict(list))
        for one in stands.select_related("project").order_by("at_ms", "id"):
            who = windows[one.person_id]
            if who.begin_ms <= one.at_ms < who.end_ms and self._is_unheard(one):
                key = (one.kind, one.project.title if one.project else "")
                found[one.person_id][key].append(local_day(one.at_ms, ZoneInfo(who.zone)))
        return {
            person: [
                UnheardGiven(days[-1], kind, project, len(days))
                for (kind, project), days in sorted(own.items())
            ]
            for person, own in found.items()
        }

    def _is_unheard(self, one: Decision) -> bool:
        if one.project_id not in self._hear:
            able = independent_people(one.project).values_list("pk", flat=True)
            self._hear[one.project_id] = frozenset(able)
        return not self._hear[one.project_id] - {one.person_id, one.made_by_id or 0}


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is the same for everybody of the period."""

    period: Period
    policy: PayRules
    places: Places
    projects: Mapping[int, Project]
    currencies: Mapping[int, str]
    unheard: Unheard
    hours: Mapping[int, Sequence[HourPrice]]


def people_of_projects() -> list[int]:
    """List everybody who works in a project that pays; in order of number."""
    held = Worker.objects.filter(person__isnull=False, project__is_own_staff=False)
    return sorted(set(held.exclude(kind="model").values_list("person_id", flat=True)))


def gather(
    period: Period, policy: PayRules, places: Places, came_ms: int, found: PeriodExclusions
) -> Iterator[ToPay]:
    """Yield what each statement of a period is counted from.

    Args:
        period: it may be open.
        policy: what whoever pays decides.
        places: parameters of every place.
        came_ms: beats that came by then count.
        found: takes who is left out, and who cannot be paid yet.
    """
    projects = {one.id: one for one in Project.objects.select_related("organisation")}
    desk = _Desk(
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
    ids = people_of_projects()
    terms = {}
    who: list[Who] = []
    for part in batched(ids, CHUNK):
        held = _terms(part)
        terms.update(held)
        who += _windows(part, held, period, last)
    since_ms = 0 if last is None else last.measured_ms or 0
    payable = time_to_pay(who, came_ms, since_ms)
    windows = {one.person: one for one in who}
    for some in batched(payable, CHUNK):
        yield from _chunk(desk, some, windows, terms, found)


def _currencies() -> dict[int, str]:
    """Say in which currency each project pays now."""
    rates = RateVersion.objects.order_by("number").values_list("project_id", "currency")
    return dict(rates)


def _terms(part: Sequence[int]) -> dict[int, list[Terms]]:
    found: dict[int, list[Terms]] = defaultdict(list)
    for one in Terms.objects.filter(person__in=part).order_by("number"):
        found[one.person_id].append(one)
    return found


def _windows(
    part: Sequence[int], terms: Mapping[int, list[Terms]], period: Period, last: Period | None
) -> list[Who]:
    """Say from when to when the period runs for each person: on where the last one ended."""
    ended = {}
    if last is not None:
        sent = Statement.objects.filter(period=last, person__in=part)
        ended = dict(sent.values_list("person_id", "end_ms"))
    found: list[Who] = []
    waiting = unmeasured_in(last)
    for person in part:
        held = terms.get(person, [])
        zone = held[-1].zone if held else HOME_ZONE
        begin_ms = 0
        if person in waiting:
            begin_ms = _begun_ms(person, last, zone)
        elif last is not None:
            begin_ms = ended.get(person, midnight_ms(period.first_day, zone))
        end_ms = midnight_ms(period.last_day + timedelta(days=1), zone)
        found.append(Who(person, zone, begin_ms, end_ms))
    return found


def unmeasured_in(period: Period | None) -> set[int]:
    """Return who got no statement of a closed period, as their time could not be measured."""
    failure = period.failure if period is not None else None
    if not failure or failure["code"] != UNMEASURED:
        return set()
    return {int(one["person"]) for one in failure["people"]}


def _begun_ms(person: int, last: Period | None, zone: str) -> int:
    """Return from when somebody is still to be paid, who waited in the last periods; 0 for ever."""
    begun_ms = 0
    while last is not None and person in unmeasured_in(last):
        first_day = last.first_day
        earlier = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=first_day)
        last = earlier.order_by("-first_day").first()
        sent = Statement.objects.filter(period=last, person=person).first() if last else None
        begun_ms = sent.end_ms if sent else midnight_ms(first_day, zone) if last else 0
    return begun_ms


def _chunk(
    desk: _Desk,
    part: Sequence[tuple[int, list[DayRow] | None]],
    windows: Mapping[int, Who],
    terms: Mapping[int, list[Terms]],
    found: PeriodExclusions,
) -> Iterator[ToPay]:
    ids = [person for person, _ in part]
    brought = pieces_of([windows[one] for one in ids])
    names = {one.id: one for one in Person.objects.filter(id__in=ids)}
    year = desk.period.pay_day.year
    before = before_of(ids, year, desk.period)
    wages = wages_of(ids, desk.period)
    waits = _waits([windows[one] for one in ids])
    unheard = desk.unheard.of([windows[one] for one in ids])
    floor = desk.policy.operator_floor
    for person, rows in part:
        who, held = names[person], terms.get(person, [])
        now = [one for one in held if one.at_ms < windows[person].end_ms] or held[:1]
        if rows is None:
            if not now or Status(now[-1].status).is_paid_here:
                found.unmeasured.append(Unready(person, str(who), UNMEASURED, {"people": str(who)}))
            continue
        currencies = _split(
            desk, rows, brought[person], waits.get(person, {}), windows[person].zone
        )
        if not currencies:
            continue
        if not now:
            found.unready.append(Unready(person, str(who), "terms-missing", {"people": str(who)}))
            continue
        status = Status(now[-1].status)
        if not status.is_paid_here:
            found.left_out.append(LeftOut(person, str(who), status.value))
            continue
        for currency, projects in sorted(currencies.items()):
            given = StatementInput(
                person=PersonInput(
                    person, str(who), who.is_simulated, _years(held[0], windows[person].end_ms)
                ),
                place=now[-1].place,
                zone=now[-1].zone,
                status=status,
                period=PeriodInput(
                    desk.period.id,
                    desk.period.first_day,
                    desk.period.last_day,
                    desk.period.pay_day,
                    max(1, DAYS_A_YEAR // _days(desk.period)),
                ),
                currency=currency,
                projects=projects,
                before=before.get((person, currency), YearToDatePay()),
                operator_floor=floor and HourlyFloor(*floor),
                exchange=desk.policy.exchange,
                yearly_payroll_micro=desk.policy.yearly_payroll_micro,
                own_rates=desk.policy.own_rates,
                wages=wages.get((person, currency), {}),
                place_of_day=_places(now, projects),
                unheard=unheard.get(person, []),
            )
            numbers = {one.number or None for one in projects}
            yield ToPay(
                given,
                windows[person].begin_ms,
                windows[person].end_ms,
                [row for row in rows if row.project in numbers],
            )


def _waits(people: Sequence[Who]) -> dict[int, dict[int, int]]:
    """Add up the time of each person's window that waits for a human, by project."""
    begin_ms, end_ms = min(who.begin_ms for who in people), max(who.end_ms for who in people)
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in uncounted_time([who.person for who in people], begin_ms, end_ms):
        found[one.person][one.project or PLATFORM] += one.end_ms - one.begin_ms
    return found


def _days(period: Period) -> int:
    return (period.last_day - period.first_day).days + 1


def _years(first: Terms, end_ms: int) -> int:
    return max(0, (end_ms - first.at_ms) // (DAYS_A_YEAR * 86_400_000))


def _places(terms: Sequence[Terms], projects: Sequence[ProjectGiven]) -> dict[date, str]:
    """Say where the person worked on days on which it was not where they work now."""
    if len({one.place for one in terms}) == 1:
        return {}
    days = sorted({day.day for one in projects for day in one.days})
    found: dict[date, str] = {}
    for day in days:
        noon_ms = midnight_ms(day, terms[-1].zone) + 43_200_000
        then = [one for one in terms if one.at_ms <= noon_ms] or terms[:1]
        if then[-1].place != terms[-1].place:
            found[day] = then[-1].place
    return found


def _split(
    desk: _Desk,
    rows: Sequence[DayRow],
    brought: PieceworkTotals,
    waits: Mapping[int, int],
    zone: str,
) -> dict[str, list[ProjectGiven]]:
    """Put a person's work under the currencies it is paid in; the platform's where most is."""
    days: dict[int, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        number = PLATFORM if row.project is None else row.project
        project = desk.projects.get(number)
        if row.ms and not (project and project.is_own_staff):
            surfaces = days[number][row.day]
            surfaces[row.surface] = surfaces.get(row.surface, 0) + row.ms
    keys = {(number, desk.currencies.get(number, "")) for number in days if number != PLATFORM}
    keys |= {*brought.prices, *brought.reviews, *brought.adjusted}
    split: dict[str, list[ProjectGiven]] = defaultdict(list)
    for number, currency in sorted(keys):
        own = days.get(number, {}) if currency == desk.currencies.get(number) else {}
        made = _project(desk, (number, currency), own, brought, waits)
        split[currency].append(_with_hours(made, desk.hours.get(number, ()), zone))
    if days.get(PLATFORM) and split:
        most = max(split, key=lambda one: sum(d.time_ms for p in split[one] for d in p.days))
        split[most].append(_project(desk, (PLATFORM, most), days[PLATFORM], brought, waits))
    return split


def _project(
    desk: _Desk,
    key: tuple[int, str],
    days: Mapping[date, Mapping[str, int]],
    brought: PieceworkTotals,
    waits: Mapping[int, int],
) -> ProjectGiven:
    number = key[0]
    project = desk.projects.get(number)
    return ProjectGiven(
        number=number,
        title=project.title if project else PLATFORM_TITLE,
        organisation=project.organisation.name if project else PLATFORM_TITLE,
        days=[DayGiven(day, dict(sorted(days[day].items()))) for day in sorted(days)],
        pieces=brought.prices.get(key, []),
        reviews=brought.reviews.get(key, []),
        adjustments=brought.adjusted.get(key, []),
        floor_micro=project.floor_micro if project else None,
        held_ms=waits.get(number, 0),
    )


def _with_hours(made: ProjectGiven, prices: Sequence[HourPrice], zone: str) -> ProjectGiven:
    """Say what the hours of each day are paid: the last day's price, and the days of another."""
    found = {
        one.day: hour_price(
            prices, midnight_ms(one.day, zone), midnight_ms(one.day + timedelta(days=1), zone)
        )
        for one in made.days
    }
    if not any(found.values()):
        return made
    last = found[max(found)]
    return structs.replace(
        made,
        hourly_micro=last,
        hourly_of_day={day: micro for day, micro in found.items() if micro != last},
    )


DAYS_BEFORE = 7 * WEEKS_BEFORE + 7


def before_of(
    people: Sequence[int], year: int, period: Period
) -> dict[tuple[int, str], YearToDatePay]:
    """Add up what these people were paid in a year before a period, by person and currency."""
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
    found: dict[tuple[int, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in earlier.iterator():
        for project in json.loads(one.content)["projects"]:
            for each in project["days"]:
                day = date.fromisoformat(each["day"])
                if day >= first:
                    found[one.person_id, one.currency][day] += each["wage_micro"]
    return found


FAVOURABLE = (Decision.Kind.TIME_GRANTED, Decision.Kind.CORRECTION)


type Key = tuple[str, str]
