"""Gather what a release of the Portrait is worked out from: one record a person and occupation.

Hours and pay are those of pay periods that were closed and ended in the quarter; own staff are paid
elsewhere and stand in the numbers of people alone. Time on the platform's own pages goes to the
occupation in which a person spent most. Reads only; what may be told is decided in the core.

What the Portrait asks of who did the work: decisions by who decided, models, hours both ways.

One place where the chain of actors meets the Portrait. What is not measured here is left empty, and
the Portrait says unknown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from canut.actions.learning.provenance_report import (
    decision_shares,
    hours_of,
    inside_in_all,
    inside_models,
)
from canut.core.errors import BadInput, Incomplete
from canut.core.kinds import Schema, questions_of, trade_of
from canut.core.money import MICRO
from canut.core.pay.intermediaries import PartyRole
from canut.core.pay.statement_costs import REVIEW
from canut.core.portrait.chart_set import SCHEMES
from canut.core.portrait.counts import Time
from canut.core.portrait.extra_figures import (
    Appeals,
    PaidTask,
    PeriodFacts,
    PersonPeriod,
    Population,
)
from canut.core.portrait.intermediaries import ChainOf, LinkOf, WageOf
from canut.core.portrait.machine_figures import DecidedIn, Machines, ModelWork
from canut.core.portrait.privacy import PersonWork
from canut.store.learning.loop import repaired_between
from canut.store.pay.funds import chain_of
from canut.store.pay.pay_lines import rejected_ms_by_person_and_project
from canut.store.pay.places import places
from canut.store.portrait import inputs as kept

REVIEWING, USUAL = "CAN-ADJUD", "CAN-ANNOT"


DAY_MS = 86_400_000


QUARTERS, MONTHS = 4, 3


PLAIN = "CAD"


MINIMUM = "minimum_wage.general"


KINDS: Mapping[str, Time] = {
    "item": Time.PAID,
    REVIEW: Time.PAID,
    "practice": Time.TRAINING,
    "instructions": Time.READING,
    "why": Time.READING,
    "queue": Time.SEARCH,
    "break": Time.CARE,
}


class Quarter(NamedTuple):
    """Three months, by UTC."""

    name: str
    first: date
    last: date

    @property
    def begin_ms(self) -> int:
        """Its first millisecond since 1970 UTC."""
        return _ms(self.first)

    @property
    def end_ms(self) -> int:
        """The first millisecond after it."""
        return _ms(self.last) + DAY_MS

    @property
    def months(self) -> list[tuple[str, int, int]]:
        """Its months: name, first moment, first moment after."""
        begins = [date(self.first.year, self.first.month + n, 1) for n in range(MONTHS)]
        ends = [*map(_ms, begins[1:]), self.end_ms]
        return [(f"{one:%Y-%m}", _ms(one), end) for one, end in zip(begins, ends, strict=True)]


@dataclass
class _Person:
    """Sums of one person, by occupation and of all."""

    is_simulated: bool
    pay: Counter[str] = field(default_factory=Counter[str])
    time: defaultdict[str, Counter[Time]] = field(
        default_factory=lambda: defaultdict[str, Counter[Time]](Counter)
    )
    covered: Counter[str] = field(default_factory=Counter[str])
    schemes: Counter[str] = field(default_factory=Counter[str])
    top_up: int = 0


@dataclass(frozen=True)
class QuarterInputs:
    """Everything of a quarter: what the table is made from, and what stands beside it."""

    work: list[PersonWork]
    given: PeriodFacts
    currency: str
    is_simulated: bool


def quarter_named(name: str) -> Quarter:
    """Read the name of a quarter, such as ``2026Q3`` or ``2026-Q3``.

    Raises:
        BadInput: ``portrait-quarter``.
    """
    year, _, number = name.strip().upper().replace("-", "").partition("Q")
    is_read = year.isdigit() and len(year) == len("2026") and number.isdigit()
    if not is_read or not 1 <= int(number) <= QUARTERS:
        raise BadInput(
            f"{name!r} is no quarter; write it as 2026Q3", code="portrait-quarter", seen=name
        )
    first = date(int(year), MONTHS * int(number) - 2, 1)
    return _quarter(first)


def quarter_of(now: datetime) -> Quarter:
    """Return the quarter a moment is in."""
    day = now.astimezone(UTC).date()
    return _quarter(date(day.year, day.month - (day.month - 1) % MONTHS, 1))


def gather(quarter: Quarter, floor_micro: int | None) -> QuarterInputs:
    """Gather a quarter.

    Args:
        quarter: which one.
        floor_micro: of the place, by hour.
    """
    begin_ms, end_ms = quarter.begin_ms, quarter.end_ms
    costs = kept.costs_between(quarter.first, quarter.last)
    currency = _main_currency(costs)
    people = _people(quarter, [one for one in costs if one.currency == currency])
    is_simulated = not kept.has_real_work(begin_ms, end_ms) and not any(
        not one.is_simulated for one in people.values()
    )
    before_ms = _quarter(_months_before(quarter.first)).begin_ms
    counted = kept.population(before_ms, begin_ms, end_ms)
    exposed = kept.exposed_ms(begin_ms, end_ms)
    given = PeriodFacts(
        hands=[_hand(number, one, exposed) for number, one in people.items()],
        tasks=[task for number, one in people.items() for task in _tasks(number, one)],
        floor_micro=floor_micro,
        schemes=tuple(SCHEMES),
        population=None if counted is None else Population(*counted),
        appeals=_appeals(begin_ms, end_ms) if counted is not None else None,
        chain=_chain(quarter, currency, simulated=is_simulated),
    )
    work = [line for number, one in people.items() for line in _lines(number, one)]
    return QuarterInputs(work, given, currency, is_simulated)


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def _quarter(first: date) -> Quarter:
    after = first + timedelta(days=31 * MONTHS)
    last = date(after.year, after.month, 1) - timedelta(days=1)
    return Quarter(f"{first.year}-Q{(first.month + 2) // MONTHS}", first, last)


def _months_before(first: date) -> date:
    last = first - timedelta(days=1)
    return date(last.year, last.month - MONTHS + 1, 1)


def _main_currency(costs: Iterable[kept.StatementShare]) -> str:
    """Choose the currency in which most hours were paid; pay in others is left out."""
    hours: Counter[str] = Counter()
    for one in costs:
        hours[one.currency] += one.time_ms
    return max(hours, key=lambda code: (hours[code], code), default=PLAIN)


def _people(quarter: Quarter, costs: list[kept.StatementShare]) -> dict[int, _Person]:
    """Add up pay and time of each person, by occupation."""
    surfaces = {one.statement: one.by_project for one in _surfaces(quarter)}
    covered = kept.covered_between(quarter.first, quarter.last)
    schemas = kept.schemas_of({one.project for one in costs if one.project is not None})
    trades = {number: _occupation(schema) for number, schema in schemas.items()}
    people: dict[int, _Person] = {}
    own_pages: list[kept.StatementShare] = []
    for one in costs:
        person = people.setdefault(one.person, _Person(one.is_simulated))
        person.top_up += one.top_up_micro
        for name in covered.get(one.statement, ()):
            person.schemes[name] += one.time_ms
        if one.project is None:
            own_pages.append(one)
            continue
        row = trades.get(one.project, USUAL)
        _add(person, row, one, surfaces.get(one.statement, {}).get(one.project, {}))
        if covered.get(one.statement):
            person.covered[row] += one.time_ms - one.review_ms
            person.covered[REVIEWING] += one.review_ms
    for one in own_pages:
        _add_own_pages(people[one.person], one, covered, surfaces)
    _set_rejected_apart(people, trades, quarter)
    return people


def _occupation(schema: Schema) -> str:
    """Return the occupation of who answers: that of the first question."""
    return next((trade_of(one).occupation for one in questions_of(schema)), USUAL)


def _surfaces(quarter: Quarter) -> Iterable[kept.Surfaces]:
    return kept.surfaces_between(quarter.first, quarter.last)


def _add(person: _Person, row: str, one: kept.StatementShare, surfaces: Mapping[str, int]) -> None:
    """Add what a project brought, its reviews to who settles; time that no page tells is other."""
    by_hour = one.other_micro + one.top_up_micro
    of_reviews = by_hour * one.review_ms // one.time_ms if one.time_ms else 0
    person.pay[row] += one.pieces_micro + by_hour - of_reviews
    person.pay[REVIEWING] += one.reviews_micro + of_reviews
    told = 0
    for name, ms in surfaces.items():
        told += ms
        if name == REVIEW:
            person.time[REVIEWING][Time.PAID] += ms
        else:
            person.time[row][KINDS.get(name, Time.OTHER)] += ms
    person.time[row][Time.OTHER] += max(0, one.time_ms - told)


def _add_own_pages(
    person: _Person,
    one: kept.StatementShare,
    covered: Mapping[int, set[str]],
    surfaces: Mapping[int, Mapping[int | None, Mapping[str, int]]],
) -> None:
    """Add time on the platform's own pages to where a person worked most."""
    row = max(person.time, key=lambda key: (sum(person.time[key].values()), key), default=USUAL)
    _add(person, row, one, surfaces.get(one.statement, {}).get(None, {}))
    if covered.get(one.statement):
        person.covered[row] += one.time_ms


def _set_rejected_apart(
    people: Mapping[int, _Person], trades: Mapping[int, str], quarter: Quarter
) -> None:
    """Take the time of answers that stand rejected from that of paid tasks."""
    for (number, project), ms in rejected_ms_by_person_and_project(
        quarter.begin_ms, quarter.end_ms
    ).items():
        person = people.get(number)
        if person is not None:
            times = person.time[trades.get(project, USUAL)]
            moved = min(ms, times[Time.PAID])
            times[Time.PAID] -= moved
            times[Time.REJECTED] += moved


def _lines(number: int, one: _Person) -> list[PersonWork]:
    """Write one line an occupation; what was paid without any time stands with the most."""
    rows = {row: sum(times.values()) for row, times in one.time.items() if sum(times.values())}
    if not rows:
        return []
    most = max(rows, key=lambda row: (rows[row], row))
    timeless = sum(micro for row, micro in one.pay.items() if row not in rows)
    return [
        PersonWork(
            person=number,
            row=row,
            pay_micro=max(0, one.pay[row] + (timeless if row == most else 0)),
            time_ms=ms,
            covered_ms=min(ms, one.covered[row]),
            training_ms=one.time[row][Time.TRAINING],
            is_simulated=one.is_simulated,
        )
        for row, ms in rows.items()
    ]


def _tasks(number: int, one: _Person) -> list[PaidTask]:
    return [
        PaidTask(number, line.row, line.pay_micro, line.time_ms, one.time[line.row][Time.PAID],
                 one.is_simulated)
        for line in _lines(number, one)
    ]  # fmt: skip


def _hand(number: int, one: _Person, exposed: Mapping[int, int]) -> PersonPeriod:
    time: Counter[Time] = Counter()
    for times in one.time.values():
        time.update(times)
    return PersonPeriod(
        person=number,
        pay_micro=max(0, sum(one.pay.values())),
        time_ms=dict(time),
        scheme_ms={name: min(ms, sum(time.values())) for name, ms in one.schemes.items()},
        exposed_ms=exposed.get(number, 0),
        top_up_micro=one.top_up,
        is_simulated=one.is_simulated,
    )


def _appeals(begin_ms: int, end_ms: int) -> Appeals:
    made = kept.appeals_between(begin_ms, end_ms)
    days = sorted(-(-ms // DAY_MS) for _by, _won, ms in made if ms is not None)
    people, won = len({by for by, _won, _ms in made}), sum(won for _by, won, _ms in made)
    return Appeals(people, len(made), won, days)


def _chain(quarter: Quarter, currency: str, *, simulated: bool) -> ChainOf | None:
    """Add up declared prices over the answers of the quarter, by role and country."""
    begin_ms, end_ms = quarter.begin_ms, quarter.end_ms
    sold = kept.sold_between(begin_ms, end_ms, simulated=simulated)
    declared = kept.chained({one.project for one in sold})
    sums: dict[tuple[str, str], int] = defaultdict(int)
    price, undisclosed, counted, clients = 0, 0, set[int](), set[str]()
    for one in sold:
        chain = chain_of(one.project) if one.project in declared else None
        if chain is None or chain.price.currency != currency:
            continue
        counted.add(one.project)
        clients.add(chain.country)
        price += one.answers * chain.price.micro
        undisclosed += chain.undisclosed
        for party in chain.parties:
            sums[party.role.value, party.country] += one.answers * party.share.micro
    if not counted:
        return None
    order = [role.value for role in PartyRole]
    links = [
        LinkOf(role, country, None if role == PartyRole.UNDISCLOSED.value else micro)
        for (role, country), micro in sorted(
            sums.items(), key=lambda each: (order.index(each[0][0]), each[0][1])
        )
    ]
    people = kept.people_of(counted, begin_ms, end_ms, simulated=simulated)
    wages = [_wage(country, quarter.first) for country in sorted(clients)]
    return ChainOf(price, links, people, undisclosed, simulated, wages)


def _wage(country: str, day: date) -> WageOf:
    """Return the minimum wage of an hour where a client is; of a federation, what it decides."""
    found = None
    with suppress(BadInput, Incomplete):
        found = places().found(MINIMUM, country, day)
    if found is None:
        return WageOf(country, "", None)
    return WageOf(country, found.unit.partition("/")[0], int(found.value * MICRO))


def machines_between(
    projects: Sequence[int],
    months: Sequence[tuple[str, int, int]],
    rng: np.random.Generator,
    *,
    is_simulated: bool,
) -> Machines:
    """Gather who decided in some projects.

    Args:
        projects: by number.
        months: of the period: name, first and last moment, in milliseconds since 1970 UTC.
        rng: to draw people anew for intervals.
        is_simulated: the hands of these projects are the demo's.
    """
    decided: list[DecidedIn] = []
    seen: set[str] = set()
    for name, begin_ms, end_ms in months:
        who = decision_shares(projects, begin_ms, end_ms)
        new = sorted(set(who.by_version) - seen)
        seen.update(new)
        decided.append(DecidedIn(name, who.counts, ", ".join(new), who.is_simulated))
    models = [
        ModelWork(
            one.name, one.decisions, _seconds(one.embodied), _seconds(one.upkeep), one.is_simulated
        )
        for one in inside_models(projects)
        if one.decisions
    ]
    hours = hours_of(projects, rng, begin_ms=months[0][1], end_ms=months[-1][2])
    repaired = repaired_between(projects, months[0][1], months[-1][2])
    inside = inside_in_all(projects)
    return Machines(decided, models, hours, repaired, is_simulated, inside)


def _seconds(each: Fraction | None) -> float | None:
    return None if each is None else float(each)
