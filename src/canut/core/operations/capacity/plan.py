"""What to rent for so many workers a month: processors, machines, disk, money, and until when.

One instance is never planned beyond the pairs a second that one instance was measured to take: a
larger crowd is spread over several instances. Prices are the reader's; none is known here.
"""

import math
from dataclasses import dataclass

import numpy as np

from canut.core.errors import BadInput
from canut.core.operations.capacity.costs import Costs, measured_costs
from canut.core.operations.capacity.crowd import DAYS, Crowd, simulate_month
from canut.core.operations.capacity.sizing import (
    BEAT_SECONDS,
    Minute,
    Sized,
    busiest_minute,
    is_within,
    server_load,
    size_instance,
)

MONTHS_DRAWN = 3
BAR_MS = 20.0
"""99 of 100 answers are acknowledged within this: the bar of the design for a submit."""
CEILING_SHARE = 0.9
SQLITE_SHARE = 0.5
"""Of what SQLite was measured to take: it has one process, and no second machine takes over."""
FEWEST_CORES = 2
PROGRAM_GB = 2.0
LARGEST_GROWTH = 20.0
STEP, HALVINGS = 1.4, 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator decides, and what machines and people cost them.

    Args:
        database: ``SQLite``, ``PostgreSQL``, or empty to choose.
        server_cores: cores of one rented machine.
        has_spare: whether the plan must carry the load with one machine lost.
        bar_ms: 99 of 100 answers within this.
        overlap: answers wanted of each task.
        months: how long answers stay in the database.
        beat_days: how long beats are kept.
        copies: backups kept on disks that are paid for.
        media_gb: pictures and sounds of the tasks.
        core_month: price of a core a month; None where it is not known.
        gb_month: price of a GB of disk a month.
        hourly_pay: what an hour of work is paid.
        currency: of these amounts.
    """

    database: str = ""
    server_cores: int = 4
    has_spare: bool = True
    bar_ms: float = BAR_MS
    overlap: float = 3.0
    months: float = 12.0
    beat_days: float = 90.0
    copies: float = 7.0
    media_gb: float = 0.0
    core_month: float | None = None
    gb_month: float = 0.0
    hourly_pay: float | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        """Refuse figures that cannot be meant.

        Raises:
            BadInput: the first figure that is out of bounds, with the bounds.
        """
        bounds = {
            "server_cores": (self.server_cores, FEWEST_CORES, 1_024),
            "bar_ms": (self.bar_ms, 1, 60_000),
            "overlap": (self.overlap, 1, 1_000),
            "months": (self.months, 0, 1_200),
            "beat_days": (self.beat_days, 0, 36_500),
            "copies": (self.copies, 0, 1_000),
            "media_gb": (self.media_gb, 0, 1e9),
            "core_month": (self.core_month or 0.0, 0, 1e9),
            "gb_month": (self.gb_month, 0, 1e9),
            "hourly_pay": (self.hourly_pay or 0.0, 0, 1e9),
        }
        for name, (number, least, most) in bounds.items():
            if not least <= number <= most:
                raise BadInput(
                    f"{name} is {number:g}; it must be between {least:g} and {most:g}",
                    code="capacity-bounds",
                    field=name,
                )


@dataclass(frozen=True, slots=True)
class Disk:
    """GB on disk after the months that answers are kept, of all instances together."""

    answers: float
    beats: float
    backups: float
    media: float
    program: float

    @property
    def gb(self) -> float:
        """All of it."""
        return self.answers + self.beats + self.backups + self.media + self.program


@dataclass(frozen=True, slots=True)
class MonthlyCost:
    """What a month costs; None where a price was not given."""

    cores: float | None
    disk: float | None
    labour: float | None

    @property
    def machines(self) -> float | None:
        """Cores and disk together."""
        return None if self.cores is None or self.disk is None else self.cores + self.disk

    @property
    def share(self) -> float | None:
        """Machines as a share of what people are paid."""
        return self.machines / self.labour if self.machines is not None and self.labour else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to rent for a crowd.

    Args:
        crowd: the crowd that was simulated.
        terms: what was decided.
        costs: the measured costs it rests on.
        instances: independent instances, each with its share of the people.
        minute: the busiest minute of all instances together, in the busiest of the months drawn.
        quietest: people at work in the busiest minute of the least busy month drawn.
        mean_people: people at work on average.
        sized: processors of each instance.
        servers: machines of each instance, spare ones included; on SQLite one.
        cores: cores of all instances together, spare ones included.
        disk: GB of all instances together.
        wal_gb: written to the write-ahead log in a month: what an archive of it takes.
        closing_hours: processor hours to close a month's pay period of each instance, one process.
        money: of a month.
        until: workers a month until which the same machines do; None beyond twenty times as many.
    """

    crowd: Crowd
    terms: Terms
    costs: Costs
    instances: int
    minute: Minute
    quietest: float
    mean_people: float
    sized: Sized
    servers: int
    cores: int
    disk: Disk
    wal_gb: float
    closing_hours: float
    money: MonthlyCost
    until: int | None


def plan_capacity(crowd: Crowd, terms: Terms, seed: int = 0) -> Plan:
    """Return what to rent for a crowd.

    Without a choice of the database, SQLite is planned where its one process would carry twice the
    busiest minute, whether or not 99 of 100 answers then come within the bar; else PostgreSQL.

    Args:
        crowd: who works how much, and when.
        terms: what was decided, and prices.
        seed: of all simulations.

    Raises:
        BadInput: SQLite was asked for and cannot carry the crowd, or there is no such database.
    """
    if terms.database not in {"", "SQLite", "PostgreSQL"}:
        raise BadInput(
            f"there is no database {terms.database!r}; choose SQLite or PostgreSQL",
            code="capacity-bounds",
            field="database",
        )
    if terms.database != "PostgreSQL":
        planned = _plan(crowd, terms, measured_costs("SQLite"), seed)
        if planned.instances == 1 and planned.sized.busy <= SQLITE_SHARE:
            return planned
        if terms.database:
            raise BadInput(
                f"SQLite has one process, and the busiest minute with {planned.minute.pairs:.1f} "
                "answers a second would take more than half of it; choose PostgreSQL",
                code="capacity-sqlite",
            )
    return _plan(crowd, terms, measured_costs("PostgreSQL"), seed)


def _plan(crowd: Crowd, terms: Terms, costs: Costs, seed: int) -> Plan:
    minute, quietest, mean_people = _busiest(crowd, costs, seed)
    most = costs.ceiling * (SQLITE_SHARE if costs.database == "SQLite" else CEILING_SHARE)
    instances = max(1, math.ceil(minute.pairs / most))
    part = minute.scaled(1 / instances)
    sized = size_instance(part, costs, terms.bar_ms, seed)
    servers, cores = _machines(sized, terms, costs)
    answers = crowd.workers * crowd.hours * 3_600 / crowd.task_seconds
    disk = _disk(crowd, terms, costs, answers, instances)
    growth = _growth(part, costs, sized, terms.bar_ms, most)
    closing = (costs.closing.jobs + costs.closing.database) / 3_600_000
    return Plan(
        crowd=crowd,
        terms=terms,
        costs=costs,
        instances=instances,
        minute=minute,
        quietest=quietest,
        mean_people=mean_people,
        sized=sized,
        servers=servers,
        cores=cores * instances,
        disk=disk,
        wal_gb=answers * costs.wal_bytes_per_answer / 1e9,
        closing_hours=closing * _beats(crowd) / instances,
        money=_money(crowd, terms, cores * instances, disk),
        until=None if growth is None else round(crowd.workers * growth),
    )


def _busiest(crowd: Crowd, costs: Costs, seed: int) -> tuple[Minute, float, float]:
    """Simulate some months; return the busiest minute of all, and what bounds it."""
    minutes, people = list[Minute](), list[float]()
    for number in range(MONTHS_DRAWN):
        rng = np.random.default_rng((seed, number))
        month = simulate_month(crowd, rng)
        minutes.append(busiest_minute(crowd, month, costs, rng))
        people.append(float(month.people.mean()))
    busiest = max(minutes, key=lambda minute: minute.people)
    return busiest, min(minute.people for minute in minutes), sum(people) / len(people)


def _machines(sized: Sized, terms: Terms, costs: Costs) -> tuple[int, int]:
    """Return machines and cores of one instance."""
    if costs.database == "SQLite":
        return 1, max(FEWEST_CORES, sized.processors)
    spare = int(terms.has_spare)
    web = (
        math.ceil((sized.at_work.web + sized.at_work.pages + sized.jobs) / terms.server_cores)
        + spare
    )
    base = math.ceil(sized.at_work.database / terms.server_cores) * (1 + spare)
    return web + base, (web + base) * terms.server_cores


def _disk(crowd: Crowd, terms: Terms, costs: Costs, answers: float, instances: int) -> Disk:
    a_month = answers * (costs.bytes_per_answer + costs.bytes_per_task / terms.overlap)
    answers_gb = terms.months * (a_month + crowd.workers * costs.bytes_per_statement) / 1e9
    beats = _beats(crowd) * terms.beat_days / DAYS * costs.bytes_per_beat / 1e9
    copied = terms.copies * (answers_gb + beats + terms.media_gb)
    return Disk(answers_gb, beats, copied, terms.media_gb, PROGRAM_GB * instances)


def _beats(crowd: Crowd) -> float:
    """Return the beats of a month: one each 15 seconds, and one with each task."""
    seconds = crowd.workers * crowd.hours * 3_600
    return seconds / BEAT_SECONDS + seconds / crowd.task_seconds


def _money(crowd: Crowd, terms: Terms, cores: int, disk: Disk) -> MonthlyCost:
    hours = crowd.workers * crowd.hours
    return MonthlyCost(
        None if terms.core_month is None else cores * terms.core_month,
        None if terms.core_month is None else disk.gb * terms.gb_month,
        None if terms.hourly_pay is None else hours * terms.hourly_pay,
    )


def _growth(part: Minute, costs: Costs, sized: Sized, bar_ms: float, most: float) -> float | None:
    """Return how many times as many people the same processors carry, to about a fiftieth."""
    bar_ms = bar_ms if sized.is_met else max(bar_ms, sized.p99_high_ms)

    def carries(factor: float) -> bool:
        grown = part.scaled(factor)
        if costs.database == "SQLite":
            return grown.pairs <= most and server_load(grown, costs) <= SQLITE_SHARE
        return grown.pairs <= most and is_within(grown, costs, sized, bar_ms)

    low = 1.0
    while carries(low * STEP):
        low *= STEP
        if low >= LARGEST_GROWTH:
            return None
    high = low * STEP
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if carries(middle) else (low, middle)
    return low
