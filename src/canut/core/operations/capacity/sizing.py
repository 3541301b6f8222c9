"""How many processors a busiest minute needs, so that 99 of 100 answers come within the bar.

Requests pass two queues: a process of the web server, which runs one at a time, and the processors
of the database. Each web process gets its own random share of the requests, as behind a balancer
that does not look; that waits longer than one common queue. What else an answer takes, the disk
among it, is drawn from the response times measured while one person worked.
"""

import math
from dataclasses import dataclass

import numpy as np

from canut.core.arrays import Floats
from canut.core.operations.capacity.costs import Costs, Work
from canut.core.operations.capacity.crowd import Crowd, Month
from canut.core.operations.capacity.queueing import lognormal, simulate_waits

BEAT_SECONDS = 15
BEATS_A_REQUEST = 8
REQUESTS, RUNS = 20_000, 5
"""Requests of one simulated queue, and how many are simulated."""
SERVICE_SPREAD = 0.5
"""Standard deviation of a request's processor time over its mean, within one kind of request."""
QUANTILE_99 = 2.326348
MOST_PROCESSORS = 64
JOBS_BUSY = 0.7
"""Share of its time that a processor of the jobs may work: beyond, the log falls behind."""


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


@dataclass(frozen=True, slots=True)
class Sized:
    """Processors of one instance.

    Args:
        web: processes of the web server; on SQLite one.
        database: processors of the database; on SQLite none of their own.
        jobs: processors of the jobs.
        p99_ms: 99 of 100 answers within this: middle of the simulated queues.
        p99_low_ms: lowest of them.
        p99_high_ms: highest of them.
        is_met: whether the highest is within the bar.
        busy: share of the time that a web process works.
    """

    web: int
    database: int
    jobs: int
    p99_ms: float
    p99_low_ms: float
    p99_high_ms: float
    is_met: bool
    busy: float

    @property
    def processors(self) -> int:
        """All of them together."""
        return self.web + self.database + self.jobs


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
    web = 1 if is_alone else max(1, math.ceil(_load(minute, costs, "server")))
    base = 0 if is_alone else max(1, math.ceil(_load(minute, costs, "database")))
    best = _simulated(minute, costs, web, base, seed)
    while not is_alone and float(best.max()) > bar_ms and web + base < MOST_PROCESSORS:
        more = [(web + 1, base), (web, base + 1)]
        tried = [(_simulated(minute, costs, *each, seed), each) for each in more]
        quantiles, (next_web, next_base) = min(tried, key=lambda each: float(each[0].max()))
        limit = costs.response_p99_ms
        if limit > bar_ms and float(quantiles.max()) > 0.9 * float(best.max()):
            break
        best, web, base = quantiles, next_web, next_base
    return Sized(
        web,
        base,
        max(1, math.ceil(minute.pairs * costs.pair.jobs / 1000 / JOBS_BUSY)),
        float(np.median(best)),
        float(best.min()),
        float(best.max()),
        bool(best.max() <= bar_ms),
        _load(minute, costs, "server") / web,
    )


def is_within(minute: Minute, costs: Costs, sized: Sized, bar_ms: float, seed: int = 0) -> bool:
    """Return whether the same processors carry another minute within the bar."""
    if sized.jobs * JOBS_BUSY < minute.pairs * costs.pair.jobs / 1000:
        return False
    return bool(_simulated(minute, costs, sized.web, sized.database, seed).max() <= bar_ms)


def busy_processors(minute: Minute, costs: Costs) -> tuple[float, float]:
    """Return how many processors of the server and of the database are busy on average."""
    return _load(minute, costs, "server"), _load(minute, costs, "database")


def _load(minute: Minute, costs: Costs, stage: str) -> float:
    """Return how many processors of a stage are busy on average."""
    return sum(rate * mean for rate, mean in _kinds(minute, costs, stage)) / 1000


def _kinds(minute: Minute, costs: Costs, stage: str) -> list[tuple[float, float]]:
    """Return requests a second and the ms of each, by kind; beats come eight in a request."""
    kinds: tuple[tuple[float, Work, float], ...] = (
        (minute.pairs, costs.pair, 1),
        (minute.beats / BEATS_A_REQUEST, costs.beat, BEATS_A_REQUEST),
        (minute.pages, costs.page, 1),
        (minute.sign_ins, costs.sign_in, 1),
    )
    return [(rate, times * float(getattr(work, stage))) for rate, work, times in kinds]


def _simulated(minute: Minute, costs: Costs, web: int, base: int, seed: int) -> Floats:
    """Return the simulated 99th percentile of each run, shape (RUNS,); infinite where full."""
    if _load(minute, costs, "server") >= web or (base and _load(minute, costs, "database") >= base):
        return np.full(RUNS, np.inf)
    quantiles = np.empty(RUNS)
    for run in range(RUNS):
        rng = np.random.default_rng((seed, run, web, base))
        waits = _stage_waits(_kinds(minute, costs, "server"), web, 1, rng)
        if base:
            waits = waits + _stage_waits(_kinds(minute, costs, "database"), 1, base, rng)
        sigma = math.log(costs.response_p99_ms / costs.response_p50_ms) / QUANTILE_99
        alone = costs.response_p50_ms * np.exp(sigma * rng.standard_normal(REQUESTS))
        quantiles[run] = np.quantile(waits + alone, 0.99)
    return quantiles


def _stage_waits(
    kinds: list[tuple[float, float]], parts: int, servers: int, rng: np.random.Generator
) -> Floats:
    """Simulate the waits in one queue, of which there are ``parts`` alike, shape (REQUESTS,)."""
    rates = np.array([rate for rate, _mean in kinds])
    if rates.sum() <= 0:
        return np.zeros(REQUESTS)
    warm = REQUESTS // 10
    count = REQUESTS + warm
    arrivals = np.cumsum(rng.exponential(parts / rates.sum(), count)) * 1000
    drawn = rng.choice(len(kinds), count, p=rates / rates.sum())
    means = np.array([mean for _rate, mean in kinds])[drawn]
    services = means * lognormal(1.0, SERVICE_SPREAD, count, rng)
    return rng.permutation(simulate_waits(arrivals, services, servers)[warm:])
