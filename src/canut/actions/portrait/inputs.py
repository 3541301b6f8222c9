"""Collect the inputs of a Portrait release: one record per person and occupation.

Hours and pay come from pay periods that ended in the quarter and are closed; own staff, paid
elsewhere, count in the number of people only. Time on the platform's own pages goes to the
occupation in which a person worked most. Reads only; disclosure control is in the core.

The decisions of models and people, and the hours created and displaced, come from
``learning.provenance_report``. What is not measured is left empty and reported as unknown.
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
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import BadInput, Incomplete
from canut.core.kinds import Schema, questions_of, trade_of
from canut.core.money import MICRO
from canut.core.outside_text import FIRST_DAY, LAST_DAY, read_whole
from canut.core.pay.intermediaries import PartyRole
from canut.core.pay.statement_costs import REVIEW
from canut.core.portrait.chart_set import SCHEMES
from canut.core.portrait.counts import TimeUse
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


QUARTERS, MONTHS = 4, 3


PLAIN = "CAD"


MINIMUM = "minimum_wage.general"


KINDS: Mapping[str, TimeUse] = {
    "item": TimeUse.PAID,
    REVIEW: TimeUse.PAID,
    "practice": TimeUse.TRAINING,
    "instructions": TimeUse.READING,
    "why": TimeUse.READING,
    "queue": TimeUse.SEARCH,
    "break": TimeUse.CARE,
}


class Quarter(NamedTuple):
    """Three months, in UTC."""

    name: str
    first: date
    last: date

    @property
    def begin_ms(self) -> int:
        """Return its first millisecond since 1970 UTC."""
        return _ms(self.first)

    @property
    def end_ms(self) -> int:
        """Return the first millisecond after it."""
        return _ms(self.last) + DAY_MS

    @property
    def months(self) -> list[tuple[str, int, int]]:
        """Return its months: name, first moment, first moment after."""
        begins = [date(self.first.year, self.first.month + n, 1) for n in range(MONTHS)]
        ends = [*map(_ms, begins[1:]), self.end_ms]
        return [
            (f"{begin:%Y-%m}", _ms(begin), end) for begin, end in zip(begins, ends, strict=True)
        ]


@dataclass
class _Person:
    """Sums of one person, by occupation and in total."""

    is_simulated: bool
    pay: Counter[str] = field(default_factory=Counter[str])
    time: defaultdict[str, Counter[TimeUse]] = field(
        default_factory=lambda: defaultdict[str, Counter[TimeUse]](Counter)
    )
    covered: Counter[str] = field(default_factory=Counter[str])
    schemes: Counter[str] = field(default_factory=Counter[str])
    top_up: int = 0


@dataclass(frozen=True)
class QuarterInputs:
    """All inputs of a quarter: the rows of the table, and further facts."""

    work: list[PersonWork]
    given: PeriodFacts
    currency: str
    is_simulated: bool


def quarter_named(name: str) -> Quarter:
    """Parse the name of a quarter, such as ``2026Q3`` or ``2026-Q3``.

    Raises:
        BadInput: ``portrait-quarter``.
    """
    year, _, number = name.strip().upper().replace("-", "").partition("Q")
    first_year, quarter = read_whole(year, LAST_DAY.year, least=FIRST_DAY.year), read_whole(number)
    if first_year is None or quarter is None or not 1 <= quarter <= QUARTERS:
        raise BadInput(
            f"{name!r} is no quarter; write it as 2026Q3", code="portrait-quarter", seen=name
        )
    first = date(first_year, MONTHS * quarter - 2, 1)
    return _quarter(first)


def quarter_of(now_ms: Ms) -> Quarter:
    """Return the quarter of a moment."""
    day = from_ms(now_ms).astimezone(UTC).date()
    return _quarter(date(day.year, day.month - (day.month - 1) % MONTHS, 1))


def gather(quarter: Quarter, floor_micro: int | None) -> QuarterInputs:
    """Collect the inputs of a quarter.

    Args:
        quarter: which one.
        floor_micro: hourly minimum of the jurisdiction.
    """
    begin_ms, end_ms = quarter.begin_ms, quarter.end_ms
    costs = kept.costs_between(quarter.first, quarter.last)
    currency = _main_currency(costs)
    people = _people(quarter, [row for row in costs if row.currency == currency])
    is_simulated = not kept.has_real_work(begin_ms, end_ms) and not any(
        not row.is_simulated for row in people.values()
    )
    before_ms = _quarter(_months_before(quarter.first)).begin_ms
    counted = kept.population(before_ms, begin_ms, end_ms)
    exposed = kept.exposed_ms(begin_ms, end_ms)
    facts = PeriodFacts(
        hands=[_hand(number, row, exposed) for number, row in people.items()],
        tasks=[task for number, row in people.items() for task in _tasks(number, row)],
        floor_micro=floor_micro,
        schemes=tuple(SCHEMES),
        population=None if counted is None else Population(*counted),
        appeals=_appeals(begin_ms, end_ms) if counted is not None else None,
        chain=_chain(quarter, currency, simulated=is_simulated),
    )
    work = [line for number, row in people.items() for line in _lines(number, row)]
    return QuarterInputs(work, facts, currency, is_simulated)


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
    for share in costs:
        hours[share.currency] += share.time_ms
    return max(hours, key=lambda code: (hours[code], code), default=PLAIN)


def _people(quarter: Quarter, costs: list[kept.StatementShare]) -> dict[int, _Person]:
    """Add up pay and time of each person, by occupation."""
    surfaces = {share.statement: share.by_project for share in _surfaces(quarter)}
    covered = kept.covered_between(quarter.first, quarter.last)
    schemas = kept.schemas_of({share.project for share in costs if share.project is not None})
    trades = {number: _occupation(schema) for number, schema in schemas.items()}
    people: dict[int, _Person] = {}
    own_pages: list[kept.StatementShare] = []
    for share in costs:
        person = people.setdefault(share.person, _Person(share.is_simulated))
        person.top_up += share.top_up_micro
        for name in covered.get(share.statement, ()):
            person.schemes[name] += share.time_ms
        if share.project is None:
            own_pages.append(share)
            continue
        row = trades.get(share.project, USUAL)
        _add(person, row, share, surfaces.get(share.statement, {}).get(share.project, {}))
        if covered.get(share.statement):
            person.covered[row] += share.time_ms - share.review_ms
            person.covered[REVIEWING] += share.review_ms
    for share in own_pages:
        _add_own_pages(people[share.person], share, covered, surfaces)
    _set_rejected_apart(people, trades, quarter)
    return people


def _occupation(schema: Schema) -> str:
    """Return the occupation of the first question."""
    return next((trade_of(question).occupation for question in questions_of(schema)), USUAL)


def _surfaces(quarter: Quarter) -> Iterable[kept.Surfaces]:
    return kept.surfaces_between(quarter.first, quarter.last)


def _add(
    person: _Person, row: str, share: kept.StatementShare, surfaces: Mapping[str, int]
) -> None:
    """Add a project's pay and time; reviews go to reviewing, unattributed time to other."""
    by_hour = share.other_micro + share.top_up_micro
    of_reviews = by_hour * share.review_ms // share.time_ms if share.time_ms else 0
    person.pay[row] += share.pieces_micro + by_hour - of_reviews
    person.pay[REVIEWING] += share.reviews_micro + of_reviews
    attributed_ms = 0
    for name, ms in surfaces.items():
        attributed_ms += ms
        if name == REVIEW:
            person.time[REVIEWING][TimeUse.PAID] += ms
        else:
            person.time[row][KINDS.get(name, TimeUse.OTHER)] += ms
    person.time[row][TimeUse.OTHER] += max(0, share.time_ms - attributed_ms)


def _add_own_pages(
    person: _Person,
    share: kept.StatementShare,
    covered: Mapping[int, set[str]],
    surfaces: Mapping[int, Mapping[int | None, Mapping[str, int]]],
) -> None:
    """Add time on the platform's own pages to the occupation a person worked most in."""
    row = max(person.time, key=lambda key: (sum(person.time[key].values()), key), default=USUAL)
    _add(person, row, share, surfaces.get(share.statement, {}).get(None, {}))
    if covered.get(share.statement):
        person.covered[row] += share.time_ms


def _set_rejected_apart(
    people: Mapping[int, _Person], trades: Mapping[int, str], quarter: Quarter
) -> None:
    """Subtract the time of rejected answers from that of paid tasks."""
    for (number, project), ms in rejected_ms_by_person_and_project(
        quarter.begin_ms, quarter.end_ms
    ).items():
        person = people.get(number)
        if person is not None:
            times = person.time[trades.get(project, USUAL)]
            moved = min(ms, times[TimeUse.PAID])
            times[TimeUse.PAID] -= moved
            times[TimeUse.REJECTED] += moved


def _lines(number: int, person: _Person) -> list[PersonWork]:
    """Return one line per occupation; pay without time goes to the largest."""
    rows = {row: sum(times.values()) for row, times in person.time.items() if sum(times.values())}
    if not rows:
        return []
    most = max(rows, key=lambda row: (rows[row], row))
    timeless = sum(micro for row, micro in person.pay.items() if row not in rows)
    return [
        PersonWork(
            person=number,
            row=row,
            pay_micro=max(0, person.pay[row] + (timeless if row == most else 0)),
            time_ms=ms,
            covered_ms=min(ms, person.covered[row]),
            training_ms=person.time[row][TimeUse.TRAINING],
            is_simulated=person.is_simulated,
        )
        for row, ms in rows.items()
    ]


def _tasks(number: int, person: _Person) -> list[PaidTask]:
    return [
        PaidTask(
            number,
            line.row,
            line.pay_micro,
            line.time_ms,
            person.time[line.row][TimeUse.PAID],
            person.is_simulated,
        )
        for line in _lines(number, person)
    ]


def _hand(number: int, person: _Person, exposed: Mapping[int, int]) -> PersonPeriod:
    time: Counter[TimeUse] = Counter()
    for times in person.time.values():
        time.update(times)
    return PersonPeriod(
        person=number,
        pay_micro=max(0, sum(person.pay.values())),
        time_ms=dict(time),
        scheme_ms={name: min(ms, sum(time.values())) for name, ms in person.schemes.items()},
        exposed_ms=exposed.get(number, 0),
        top_up_micro=person.top_up,
        is_simulated=person.is_simulated,
    )


def _appeals(begin_ms: int, end_ms: int) -> Appeals:
    appeals = kept.appeals_between(begin_ms, end_ms)
    days = sorted(-(-ms // DAY_MS) for _by, _won, ms in appeals if ms is not None)
    people, won = len({by for by, _won, _ms in appeals}), sum(won for _by, won, _ms in appeals)
    return Appeals(people, len(appeals), won, days)


def _chain(quarter: Quarter, currency: str, *, simulated: bool) -> ChainOf | None:
    """Add up declared prices over the answers of the quarter, by role and country."""
    begin_ms, end_ms = quarter.begin_ms, quarter.end_ms
    sold = kept.sold_between(begin_ms, end_ms, simulated=simulated)
    declared = kept.chained({sale.project for sale in sold})
    sums: dict[tuple[str, str], int] = defaultdict(int)
    price, undisclosed, counted, clients = 0, 0, set[int](), set[str]()
    for sale in sold:
        chain = chain_of(sale.project) if sale.project in declared else None
        if chain is None or chain.price.currency != currency:
            continue
        counted.add(sale.project)
        clients.add(chain.country)
        price += sale.answers * chain.price.micro
        undisclosed += chain.undisclosed
        for party in chain.parties:
            sums[party.role.value, party.country] += sale.answers * party.share.micro
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
    """Return the minimum hourly wage of a client's country, or of its federal rule."""
    wage = None
    with suppress(BadInput, Incomplete):
        wage = places().found(MINIMUM, country, day)
    if wage is None:
        return WageOf(country, "", None)
    return WageOf(country, wage.unit.partition("/")[0], int(wage.value * MICRO))


def machines_between(
    projects: Sequence[int],
    months: Sequence[tuple[str, int, int]],
    rng: np.random.Generator,
    *,
    is_simulated: bool,
) -> Machines:
    """Collect who made the decisions of some projects.

    Args:
        projects: by number.
        months: of the period: name, first and last moment, in milliseconds since 1970 UTC.
        rng: for bootstrap intervals over people.
        is_simulated: the hands of these projects are the demo's.
    """
    decided: list[DecidedIn] = []
    versions: set[str] = set()
    for name, begin_ms, end_ms in months:
        shares = decision_shares(projects, begin_ms, end_ms)
        new = sorted(set(shares.by_version) - versions)
        versions.update(new)
        decided.append(DecidedIn(name, shares.counts, ", ".join(new), shares.is_simulated))
    models = [
        ModelWork(
            model.name,
            model.decisions,
            _seconds(model.embodied),
            _seconds(model.upkeep),
            model.is_simulated,
        )
        for model in inside_models(projects)
        if model.decisions
    ]
    hours = hours_of(projects, rng, begin_ms=months[0][1], end_ms=months[-1][2])
    repaired = repaired_between(projects, months[0][1], months[-1][2])
    inside = inside_in_all(projects)
    return Machines(decided, models, hours, repaired, is_simulated, inside)


def _seconds(each: Fraction | None) -> float | None:
    return None if each is None else float(each)
