"""How many processors a busiest minute needs, so that 99 of 100 answers come within the bar.

On SQLite answers are taken in turn, one at a time, by one process, which the pages it serves slow
down. On PostgreSQL pages have processes of their own; the requests present share a web process, and
then the processors of the database. Each web process gets its own random share of the requests, as
behind a balancer that does not look. What else an answer takes, the disk among it, is drawn from
measured response times.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.operations.capacity.costs import Costs, ProcessorTime
from canut.core.operations.capacity.crowd import Crowd, Month
from canut.core.operations.capacity.queueing import (
    lognormal,
    simulate_held_up,
    simulate_shared,
)

BEAT_SECONDS = 15
BEATS_A_REQUEST = 8
REQUESTS, RUNS = 10_000, 5
"""Requests of one simulated queue, and how many are simulated."""
SERVICE_SPREAD = 0.5
"""Standard deviation of a request's processor time over its mean, within one kind of request."""
QUANTILE_99 = 2.326348
MOST_PROCESSORS = 64
HARDLY_BETTER = 0.9
MOST_BUSY = 0.7
"""Share of its time that a process of jobs or pages may work: beyond, they fall behind."""
IN_TURN = 2
"""The first kinds of requests, answers and beats, are those of the workbench."""
STATEMENTS, SWITCH_MS = 10, 5.0
"""Statements of an answer, and ms until Python takes the interpreter from a thread that reckons."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What is asked for in one minute, each second."""

    people: float
    pairs: float
    beats: float
    pages: float
    sign_ins: float

    def scaled(self, factor: float) -> "Minute":
        """Return the same minute of so many times the people."""
        return Minute(
            *(
                factor * rate
                for rate in (self.people, self.pairs, self.beats, self.pages, self.sign_ins)
            )
        )


class Processors(NamedTuple):
    """Processes and processors of one instance.

    Args:
        web: processes of the web server that take answers and beats; on SQLite one.
        pages: processes for pages and sign-ins; 0 where those of the answers serve them as well.
        database: processors of the database; on SQLite none of their own.
    """

    web: int
    pages: int
    database: int


@dataclass(frozen=True, slots=True)
class Sized:
    """Processors of one instance.

    Args:
        at_work: of the web server and the database.
        jobs: processors of the jobs.
        p99_ms: 99 of 100 answers within this: middle of the simulated queues.
        p99_low_ms: lowest of them.
        p99_high_ms: highest of them.
        is_met: whether the highest is within the bar.
        busy: share of the time that a web process works.
    """

    at_work: Processors
    jobs: int
    p99_ms: float
    p99_low_ms: float
    p99_high_ms: float
    is_met: bool
    busy: float

    @property
    def processors(self) -> int:
        """All of them together."""
        return sum(self.at_work) + self.jobs


def busiest_minute(crowd: Crowd, month: Month, costs: Costs, rng: np.random.Generator) -> Minute:
    """Return the minute that costs the server and the database most, drawn from a month."""
    pairs = rng.poisson(month.people * 60 / crowd.task_seconds) / 60
    # one beat each 15 seconds, and one whenever the task in view changes
    beats = month.people / BEAT_SECONDS + pairs
    pages = rng.poisson(month.begun * crowd.pages) / 60
    sign_ins = rng.poisson(month.begun * crowd.sign_ins) / 60
    kinds = ((pairs, costs.pair), (beats, costs.beat), (pages, costs.page))
    total = sum(rates * (work.server + work.database) for rates, work in kinds)
    total = total + sign_ins * (costs.sign_in.server + costs.sign_in.database)
    at = int(np.argmax(total))
    return Minute(
        float(month.people[at]),
        float(pairs[at]),
        float(beats[at]),
        float(pages[at]),
        float(sign_ins[at]),
    )


def size_instance(minute: Minute, costs: Costs, bar_ms: float, seed: int = 0) -> Sized:
    """Return the fewest processors with which 99 of 100 answers come within the bar.

    On SQLite there is one web process; when it is full, or too slow, ``is_met`` is false. Where the
    bar cannot be met by any number, because one person alone waits longer, the processors are those
    from which on more of them change less than a tenth.

    Args:
        minute: the busiest minute.
        costs: measured costs.
        bar_ms: the bar.
        seed: of the simulated queues.
    """
    is_alone = costs.database == "SQLite"
    answers, pages = _loads(minute, costs, "server")
    base = sum(_loads(minute, costs, "database"))
    have = Processors(1, 0, 0)
    if not is_alone:
        apart = max(1, math.ceil(pages / MOST_BUSY))
        have = Processors(max(1, math.ceil(answers)), apart, max(1, math.ceil(base)))
    best = simulate_p99(minute, costs, have, seed, runs=1)
    while not is_alone and sum(have) < MOST_PROCESSORS:
        if float(best.max()) <= bar_ms:  # one run says so: see whether all of them do
            best = simulate_p99(minute, costs, have, seed)
            if float(best.max()) <= bar_ms:
                break
        more = have._replace(web=have.web + 1), have._replace(database=have.database + 1)
        tried = [(simulate_p99(minute, costs, each, seed, runs=1), each) for each in more]
        quantiles, bigger = min(tried, key=_slowest)
        is_hopeless = costs.response_p99_ms > bar_ms
        if is_hopeless and float(quantiles.max()) > HARDLY_BETTER * float(best.max()):
            break
        best, have = quantiles, bigger
    best = simulate_p99(minute, costs, have, seed)
    return Sized(
        have,
        max(1, math.ceil(minute.pairs * costs.pair.jobs / 1000 / MOST_BUSY)),
        float(np.median(best)),
        float(best.min()),
        float(best.max()),
        bool(best.max() <= bar_ms),
        (answers + (0 if have.pages else pages)) / have.web,
    )


def _slowest(tried: tuple[Floats, Processors]) -> float:
    """Return the slowest of the simulated runs of some processors."""
    return float(tried[0].max())


def is_within(minute: Minute, costs: Costs, sized: Sized, bar_ms: float, seed: int = 0) -> bool:
    """Return whether the same processors carry another minute within the bar."""
    _answers, pages = _loads(minute, costs, "server")
    is_full = sized.at_work.pages and pages > MOST_BUSY * sized.at_work.pages
    if is_full or sized.jobs * MOST_BUSY < minute.pairs * costs.pair.jobs / 1000:
        return False
    return bool(simulate_p99(minute, costs, sized.at_work, seed, runs=1).max() <= bar_ms)


def server_load(minute: Minute, costs: Costs) -> float:
    """Return how many processors the web server keeps busy on average."""
    return sum(_loads(minute, costs, "server"))


def _loads(minute: Minute, costs: Costs, stage: str) -> tuple[float, float]:
    """Return the processors busy on average with answers and beats, and with all the rest."""
    loads = [rate * mean / 1000 for rate, mean in _kinds(minute, costs, stage)]
    return sum(loads[:IN_TURN]), sum(loads[IN_TURN:])


def _kinds(minute: Minute, costs: Costs, stage: str) -> list[tuple[float, float]]:
    """Return requests a second and the ms of each, by kind; beats come eight in a request."""
    kinds: tuple[tuple[float, ProcessorTime, float], ...] = (
        (minute.pairs, costs.pair, 1),
        (minute.beats / BEATS_A_REQUEST, costs.beat, BEATS_A_REQUEST),
        (minute.pages, costs.page, 1),
        (minute.sign_ins, costs.sign_in, 1),
    )
    return [(rate, times * float(getattr(work, stage))) for rate, work, times in kinds]


def simulate_p99(
    minute: Minute, costs: Costs, processors: Processors, seed: int, *, runs: int = RUNS
) -> Floats:
    """Return the 99th percentile of an answer's time in ms, of each run; infinite where full.

    Args:
        minute: what is asked for.
        costs: measured costs.
        processors: of the web server and of the database.
        seed: of the runs.
        runs: how many queues are simulated.

    Returns:
        Shape (runs,).
    """
    answers, pages = _loads(minute, costs, "server")
    beside = 0.0 if processors.pages else pages / processors.web
    base = sum(_loads(minute, costs, "database"))
    is_full = answers / processors.web + beside >= 1
    if is_full or (processors.database and base >= processors.database):
        return np.full(runs, np.inf)
    quantiles = np.empty(runs)
    for run in range(runs):
        rng = np.random.default_rng((seed, run, *processors))
        sigma = math.log(costs.response_p99_ms / costs.response_p50_ms) / QUANTILE_99
        times = costs.response_p50_ms * np.exp(sigma * rng.standard_normal(REQUESTS))
        kinds = [(r, mean / (1 - beside)) for r, mean in _kinds(minute, costs, "server")[:IN_TURN]]
        if processors.database:
            times = times + _shared_waits(kinds, processors.web, 1, rng)
            on_base = _kinds(minute, costs, "database")
            times = times + _shared_waits(on_base, 1, processors.database, rng)
            if beside:
                times = times + _behind_pages(minute, costs, processors.web, beside, rng)
        else:
            page_ms = costs.page.server / (1 - beside - answers)
            times = times + _gate_waits(kinds, minute.pages, page_ms, rng)
        quantiles[run] = np.quantile(times, 0.99)
    return quantiles


def _behind_pages(
    minute: Minute, costs: Costs, web: int, beside: float, rng: np.random.Generator
) -> Floats:
    """Draw how long answers wait for the interpreter while pages are made in the same process.

    After each statement an answer needs the interpreter again, and a thread that makes a page gives
    it up after 5 ms: once a statement and page, until the page is done. Shape (REQUESTS,).

    Source:
        The switch interval of ``sys.getswitchinterval`` in the manual of Python.
    """
    page_ms = costs.page.server / (1 - beside)
    present = rng.poisson(minute.pages / web * page_ms / 1000, REQUESTS)
    at_most = present * rng.exponential(page_ms, REQUESTS)
    delays = np.minimum(present * STATEMENTS * SWITCH_MS, at_most)
    return np.asarray(delays, dtype=np.float64)


def _gate_waits(
    kinds: list[tuple[float, float]], pages: float, page_ms: float, rng: np.random.Generator
) -> Floats:
    """Simulate how long answers wait on SQLite, where they are taken in turn beside pages.

    An answer that a page holds up, as in ``_behind_pages``, holds up all answers behind it.
    """
    arrivals, services, is_answer = _draw_arrivals(kinds, 1, rng)
    n_pages = rng.poisson(pages * float(arrivals[-1]) / 1000)
    begins = np.sort(rng.uniform(0.0, float(arrivals[-1]), n_pages))
    lengths = rng.exponential(page_ms, n_pages)
    took = simulate_held_up(arrivals, services, begins, lengths, STATEMENTS * SWITCH_MS)
    return _sampled((took - services)[is_answer], rng)


def _shared_waits(
    kinds: list[tuple[float, float]], parts: int, servers: int, rng: np.random.Generator
) -> Floats:
    """Simulate by how much answers are slower where all requests share the processors.

    There are ``parts`` alike, each with its random share of the requests and ``servers``.
    """
    arrivals, services, is_answer = _draw_arrivals(kinds, parts, rng)
    took = simulate_shared(arrivals, services, servers)
    return _sampled((took - services)[is_answer], rng)


def _draw_arrivals(
    kinds: list[tuple[float, float]], parts: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Bools]:
    """Draw requests of each kind: when they come, how long each takes, which are answers."""
    rates = np.array([rate for rate, _mean in kinds])
    means = np.array([mean for _rate, mean in kinds])
    if rates.sum() <= 0:
        return np.zeros(1), np.zeros(1), np.ones(1, dtype=np.bool_)
    arrivals = np.cumsum(rng.exponential(1000 * parts / rates.sum(), REQUESTS))
    drawn = rng.choice(len(kinds), REQUESTS, p=rates / rates.sum())
    services = means[drawn] * lognormal(1.0, SERVICE_SPREAD, REQUESTS, rng)
    return arrivals, services, drawn == 0


def _sampled(waits: Floats, rng: np.random.Generator) -> Floats:
    """Draw as many waits as there are requests, the first tenth of them left out."""
    settled = waits[len(waits) // 10 :]
    return rng.choice(settled, REQUESTS) if len(settled) else np.zeros(REQUESTS)
