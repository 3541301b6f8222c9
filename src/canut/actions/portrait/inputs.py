"""Collect the inputs of a Portrait release: who worked, where, for whom, in which currency.

Hours and pay come from pay periods that ended in the quarter and are closed (``work_lines``); own
staff, paid elsewhere, count in the number of people only. The table of occupations is that of one
place: it takes the work that was done there, and no other. Reads only; disclosure control is in the
core.

The decisions of models and people, and the hours created and displaced, come from
``learning.provenance_report``. What is not measured is left empty and reported as unknown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from canut.actions.learning.provenance_report import (
    created_by_worker,
    decision_shares,
    hours_of,
    inside_in_all,
    inside_models,
)
from canut.actions.pay.floors import floor_of_country
from canut.actions.portrait.work_lines import (
    WorkSheet,
    hands_of,
    placed_of,
    read_sheet,
    set_rejected_apart,
    tasks_of,
    work_of_people,
)
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.datasets.card_material import hours_tenths
from canut.core.datasets.material import Gesture, MaterialPart
from canut.core.errors import BadInput
from canut.core.outside_text import FIRST_DAY, LAST_DAY, read_whole
from canut.core.pay.intermediaries import PartyRole
from canut.core.pay.statement_costs import by_largest_remainder
from canut.core.portrait.chart_set import SCHEMES
from canut.core.portrait.extra_figures import Appeals, PeriodFacts, Population
from canut.core.portrait.intermediaries import ChainOf, LinkOf, WageOf
from canut.core.portrait.machine_figures import DecidedIn, Machines, ModelWork
from canut.core.portrait.measured import NO_PLACE
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.places_of_work import PlaceFloor
from canut.core.portrait.privacy import PersonWork
from canut.core.portrait.unseen.gestures import DeclaredGesture, ProjectMaterial
from canut.store.datasets.material import materials_of
from canut.store.learning.incidents import repaired_between
from canut.store.learning.provenance import FOREVER
from canut.store.lessons.attempts import lessons_passed
from canut.store.pay.funds import chain_of
from canut.store.portrait import inputs as kept

QUARTERS, MONTHS = 4, 3


PLAIN = "CAD"


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
    sheet = read_sheet(costs, quarter.first, quarter.last, currency)
    set_rejected_apart(sheet, begin_ms, end_ms)
    is_simulated = not kept.has_real_work(begin_ms, end_ms) and all(
        line.is_simulated for line in sheet.lines
    )
    before = _quarter(_months_before(quarter.first))
    earliest_ms = _quarter(_months_before(before.first)).begin_ms
    counted = kept.population((earliest_ms, before.begin_ms, begin_ms, end_ms))
    at_home = [line for line in sheet.lines if line.place == PLACE]
    facts = PeriodFacts(
        hands=hands_of(
            sheet.lines, kept.exposed_ms(begin_ms, end_ms), lessons_passed(begin_ms, end_ms)
        ),
        home=hands_of(at_home, {}),
        tasks=tasks_of(at_home),
        floor_micro=floor_micro if currency == PLAIN else None,
        schemes=tuple(SCHEMES),
        population=None if counted is None else Population(*counted),
        appeals=_appeals(begin_ms, end_ms) if counted is not None else None,
        chain=_chain(quarter, currency, sheet, simulated=is_simulated),
        placed=placed_of(
            line for line in sheet.lines if line.place != PLACE or line.pay_micro is not None
        ),
        floors=_floors({line.place for line in sheet.lines}, begin_ms + DAY_MS // 2, sheet),
        left_out=sheet.left_out(simulated=is_simulated),
        rates=sheet.rates,
        currency=currency,
        materials=_materials(sheet, simulated=is_simulated),
    )
    return QuarterInputs(work_of_people(at_home), facts, currency, is_simulated)


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
    """Choose the currency of the release: that of the place of the table, if anybody is paid in it.

    Else it is the one in which most hours were paid. Pay in others is converted.
    """
    hours: Counter[str] = Counter()
    for share in costs:
        hours[share.currency] += share.time_ms
    if PLAIN in hours:
        return PLAIN
    return max(hours, key=lambda code: (hours[code], code), default=PLAIN)


def _appeals(begin_ms: int, end_ms: int) -> Appeals:
    appeals = kept.appeals_between(begin_ms, end_ms)
    days = sorted(-(-ms // DAY_MS) for _by, _won, ms in appeals if ms is not None)
    people, won = len({by for by, _won, _ms in appeals}), sum(won for _by, won, _ms in appeals)
    return Appeals(people, len(appeals), won, days)


def _chain(quarter: Quarter, currency: str, sheet: WorkSheet, *, simulated: bool) -> ChainOf | None:
    """Add up declared prices over the answers of the quarter, by role and country.

    The part of the people who do the work is split by where they work: as their statements of the
    quarter say, else as their terms do.
    """
    begin_ms, end_ms = quarter.begin_ms, quarter.end_ms
    sold = kept.sold_between(begin_ms, end_ms, simulated=simulated)
    declared = kept.chained({sale.project for sale in sold})
    chains = {number: chain_of(number) for number in declared}
    worked = sheet.places_of_people()
    terms = kept.places_at({sale.person for sale in sold if sale.person is not None}, end_ms)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    workers: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    price, undisclosed, people, clients = 0, dict[int, int](), set[int](), set[str]()
    for sale in sold:
        chain = chains.get(sale.project)
        if chain is None or chain.price.currency != currency or sale.person is None:
            continue
        people.add(sale.person)
        clients.add(chain.country)
        price += sale.answers * chain.price.micro
        undisclosed[sale.project] = chain.undisclosed
        for party in chain.parties:
            sums[party.role.value, party.country] += sale.answers * party.share.micro
        usual = {terms.get(sale.person) or NO_PLACE: 1}
        times = worked.get((sale.person, sale.project)) or usual
        parts = by_largest_remainder(sale.answers * chain.worker.share.micro, [*times.values()])
        for place, micro in zip(times, parts, strict=True):
            workers[place][sale.person] += micro
    if not people:
        return None
    order = [role.value for role in PartyRole]
    links = [
        LinkOf(role, country, None if role == PartyRole.UNDISCLOSED.value else micro)
        for (role, country), micro in sorted(
            sums.items(), key=lambda each: (order.index(each[0][0]), each[0][1])
        )
    ]
    wages = [_wage(country, begin_ms + DAY_MS // 2) for country in sorted(clients)]
    silent = sum(undisclosed.values())
    return ChainOf(price, links, len(people), silent, simulated, wages, workers)


def _materials(sheet: WorkSheet, *, simulated: bool) -> list[ProjectMaterial]:
    """Return what is declared of the material of each project with paid hours, by client."""
    clients = {
        line.project: line.client
        for line in sheet.lines
        if line.project is not None and line.time_ms and line.is_simulated == simulated
    }
    declared = materials_of(sorted(clients))
    return [
        ProjectMaterial(
            client=client,
            is_declared=all(
                part.gesture is not Gesture.UNKNOWN for part in declared[project].parts
            ),
            gestures=[
                DeclaredGesture(part.gesture.value, _tenths(part))
                for part in declared[project].parts
                if part.is_unpaid_gesture
            ],
            is_simulated=simulated,
        )
        for project, client in sorted(clients.items())
    ]


def _tenths(part: MaterialPart) -> tuple[int, int] | None:
    if part.count is None or part.seconds_ms is None:
        return None
    least, most = hours_tenths(part.count, part.seconds_ms)
    return least, most


def _wage(country: str, at_ms: int) -> WageOf:
    """Return the minimum hourly wage of a client's country, or of its federal rule."""
    floor = floor_of_country(country, at_ms) if country else None
    if floor is None:
        return WageOf(country, "", None)
    return WageOf(country, floor.per_hour.currency, floor.per_hour.micro)


def _floors(codes: Iterable[str], at_ms: int, sheet: WorkSheet) -> dict[str, PlaceFloor]:
    """Return the legal minimum of an hour in each place, on the quarter's first day."""
    floors: dict[str, PlaceFloor] = {}
    for code in codes:
        floor = floor_of_country(code, at_ms) if code != NO_PLACE else None
        if floor is not None:
            own = floor.per_hour
            floors[code] = PlaceFloor(own.currency, own.micro, sheet.converted(own))
    return floors


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
    created = created_by_worker(projects, months[0][1], months[-1][2])
    taught = created_by_worker(projects, 0, FOREVER)["train"] if inside is not None else {}
    return Machines(
        decided,
        models,
        hours,
        repaired,
        is_simulated,
        inside,
        places=_created_by_place(created, months[-1][2]),
        inside_people=_by_person(taught),
    )


def _by_person(times: Mapping[int, int]) -> dict[int, int]:
    """Return the time of each person from that of each worker."""
    people = kept.people_of_workers(set(times))
    sums: dict[int, int] = defaultdict(int)
    for worker, ms in times.items():
        person = people.get(worker)
        if person is not None:
            sums[person] += ms
    return dict(sums)


def _created_by_place(
    created: Mapping[str, Mapping[int, int]], end_ms: int
) -> dict[str, dict[str, dict[int, int]]]:
    """Return the time of each kind of work by place of work, as people's terms say, and person."""
    people = kept.people_of_workers({worker for times in created.values() for worker in times})
    terms = kept.places_at(set(people.values()), end_ms)
    places: dict[str, dict[str, dict[int, int]]] = {}
    for kind, times in created.items():
        by_place: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for worker, ms in times.items():
            person = people.get(worker)
            if person is not None and ms:
                by_place[terms.get(person) or NO_PLACE][person] += ms
        places[kind] = {place: dict(own) for place, own in by_place.items()}
    return places


def _seconds(each: Fraction | None) -> float | None:
    return None if each is None else float(each)
