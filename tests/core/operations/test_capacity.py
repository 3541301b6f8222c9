"""What machines so many workers take: queues against theory, crowds against their own means."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from canut.core.errors import BadInput, ShapeError
from canut.core.operations.capacity.costs import (
    OPEN,
    Costs,
    ProcessorTime,
    costs_from_runs,
    measured_costs,
)
from canut.core.operations.capacity.crowd import (
    MINUTES,
    MINUTES_A_DAY,
    MOST_HOURS,
    Crowd,
    hours_of,
    rhythm,
    session_lengths,
    simulate_month,
)
from canut.core.operations.capacity.plan import CEILING_SHARE, Terms, plan_capacity
from canut.core.operations.capacity.queueing import (
    erlang_c,
    lognormal,
    mean_wait_exponential,
    mean_wait_general,
    simulate_held_up,
    simulate_in_turn,
    simulate_shared,
)
from canut.core.operations.capacity.sizing import (
    STATEMENTS,
    SWITCH_MS,
    Minute,
    Processors,
    simulate_p99,
    size_instance,
)

REQUESTS = 60_000
COSTS = Costs(
    database="PostgreSQL",
    measured="for a test",
    pair=ProcessorTime(2.0, 0.5, 2.0),
    beat=ProcessorTime(0.1, 0.0, 0.1),
    page=ProcessorTime(50.0, 0.0, 5.0),
    sign_in=ProcessorTime(200.0, 0.0, 2.0),
    closing=ProcessorTime(0.0, 0.004, 0.004),
    factor=1.0,
    response_p50_ms=3.0,
    response_p99_ms=9.0,
    ceiling=400.0,
    bytes_per_task=300.0,
    bytes_per_answer=1_000.0,
    bytes_per_beat=400.0,
    bytes_per_statement=10_000.0,
    wal_bytes_per_answer=3_000.0,
    memory_mib=500.0,
)
ALONE = replace(COSTS, database="SQLite", pair=ProcessorTime(2.0, 0.5, 0.0))
CROWDED = Minute(people=1_000, pairs=50, beats=100, pages=1, sign_ins=0)
BUSY = Minute(people=4_000, pairs=130, beats=400, pages=9, sign_ins=0.7)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (4, 0.8), (16, 0.85)])
def test_shared_servers_take_as_long_as_erlang_says(servers: int, load: float) -> None:
    rng = np.random.default_rng(1)
    arrivals = np.cumsum(rng.exponential(1.0, REQUESTS))
    services = rng.exponential(servers * load, REQUESTS)

    took = simulate_shared(arrivals, services, servers)

    formula = mean_wait_exponential(servers, 1.0, servers * load) + servers * load
    assert took.mean() == pytest.approx(formula, rel=0.06)
    assert (took >= services - 1e-6).all()


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_one_server_in_turn_waits_as_pollaczek_and_khinchine_say(spread: float) -> None:
    rng = np.random.default_rng(2)
    arrivals = np.cumsum(rng.exponential(1.0, 200_000))
    services = lognormal(0.7, spread, 200_000, rng) if spread else np.full(200_000, 0.7)

    waits = simulate_in_turn(arrivals, services) - services

    assert waits.mean() == pytest.approx(mean_wait_general(1.0, 0.7, spread), rel=0.06)
    assert waits.min() >= -1e-9


def test_requests_are_served_as_a_hand_reckons() -> None:
    arrivals, services = np.array([0.0, 1.0, 10.0]), np.array([4.0, 2.0, 1.0])

    assert simulate_in_turn(arrivals, services).tolist() == [4.0, 5.0, 1.0]
    # from 1 on both have half a server: the second ends at 5, the first with 1 left at 6
    assert simulate_shared(arrivals, services, 1).tolist() == [6.0, 4.0, 1.0]
    assert simulate_shared(arrivals, services, 2).tolist() == [4.0, 2.0, 1.0]


def test_page_holds_up_the_request_that_is_served_and_all_behind_it() -> None:
    arrivals, services = np.array([0.0, 1.0, 2.0, 30.0]), np.array([4.0, 2.0, 1.0, 1.0])
    begins, lengths = np.array([0.5, 3.5]), np.array([5.0, 20.0])

    # the second begins at 4 beside two pages, the third beside the one that ends at 23.5
    took = simulate_held_up(arrivals, services, begins, lengths, 3.0)
    assert took.tolist() == [4.0, 11.0, 14.0, 1.0]
    # no longer than until both have ended
    took = simulate_held_up(arrivals, services, begins, lengths, 300.0)
    assert took.tolist() == [4.0, 24.5, 24.5, 1.0]
    nothing = np.empty(0)
    without = simulate_held_up(arrivals, services, nothing, nothing, 3.0)
    assert without.tolist() == simulate_in_turn(arrivals, services).tolist()
    with pytest.raises(ShapeError, match="one service time"):
        simulate_held_up(arrivals, services, begins, nothing, 3.0)


def test_pages_make_sqlite_wait_longer_than_their_own_delay() -> None:
    slow = replace(ALONE, page=ProcessorTime(150.0, 0.0, 0.0))
    alone, beside = (
        float(np.median(simulate_p99(minute, slow, Processors(1, 0, 0), 0)))
        for minute in (replace(CROWDED, pages=0.0), CROWDED)
    )

    assert beside - alone > STATEMENTS * SWITCH_MS


def test_erlang_c_of_the_tables() -> None:
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(10, 8.0) == pytest.approx(0.409, abs=0.001)
    assert erlang_c(3, 3.0) == 1.0
    assert mean_wait_exponential(2, 2.0, 1.0) == mean_wait_general(1.0, 1.0, 0.0) == math.inf
    with pytest.raises(BadInput, match="0 servers"):
        erlang_c(0, 1.0)
    with pytest.raises(BadInput, match="0 servers"):
        simulate_shared(np.zeros(1), np.zeros(1), 0)
    with pytest.raises(ShapeError, match="one service time"):
        simulate_in_turn(np.zeros(2), np.zeros(3))


def test_month_holds_the_hours_of_its_crowd() -> None:
    crowd = Crowd(workers=20_000, hours=10.0, hours_sigma=1.0)

    month = simulate_month(crowd, np.random.default_rng(3))

    assert month.people.shape == month.begun.shape == (MINUTES,)
    assert month.hours == pytest.approx(200_000, rel=0.03)
    lengths = session_lengths(crowd)
    assert month.begun.sum() == pytest.approx(200_000 * 60 / lengths.mean(), rel=0.03)
    days = month.begun.reshape(30, MINUTES_A_DAY).sum(axis=1)
    weekend = np.isin(np.arange(30) % 7, (5, 6))
    assert days[weekend].mean() / days[~weekend].mean() == pytest.approx(0.7, rel=0.05)
    again = simulate_month(crowd, np.random.default_rng(3))
    assert (again.people == month.people).all()


def test_rhythm_is_as_busy_as_asked_for_and_shifts_with_the_zone() -> None:
    crowd = Crowd(workers=1, peak=3.0, weekend=1.0)

    at_utc, west = rhythm(crowd, 0.0), rhythm(crowd, -5.0)

    assert at_utc.max() / at_utc.mean() == pytest.approx(3.0, rel=1e-3)
    assert west[:MINUTES_A_DAY].argmax() - at_utc[:MINUTES_A_DAY].argmax() == 5 * 60
    assert at_utc.sum() == pytest.approx(1.0)


def test_hours_have_a_heavy_tail_and_the_mean_asked_for() -> None:
    hours = np.sort(hours_of(Crowd(workers=1), 400_000, np.random.default_rng(4)))

    assert hours.mean() == pytest.approx(14.6, rel=0.02)
    assert hours[-1] <= MOST_HOURS
    assert 0.45 < hours[-40_000:].sum() / hours.sum() < 0.6  # what the busiest tenth does


def test_message_to_all_brings_its_share_within_the_hour() -> None:
    quiet = Crowd(workers=50_000)
    rng = np.random.default_rng

    calm = simulate_month(quiet, rng(5)).begun
    called = simulate_month(replace(quiet, notice=0.2), rng(5)).begun

    hour = slice(14 * MINUTES_A_DAY + 600, 14 * MINUTES_A_DAY + 660)
    more = called[hour].sum() - calm[hour].sum()
    assert more == pytest.approx(50_000 * 0.2 * (1 - math.exp(-2)), rel=0.1)


def test_more_processors_answer_sooner_and_too_few_never_do() -> None:
    full = simulate_p99(BUSY, COSTS, Processors(1, 0, 1), 0, runs=2)
    enough = simulate_p99(BUSY, COSTS, Processors(1, 1, 2), 0, runs=2)
    plenty = simulate_p99(BUSY, COSTS, Processors(4, 2, 4), 0, runs=2)

    assert np.isfinite(enough).all()
    assert (plenty < enough).all()
    assert COSTS.response_p99_ms * 0.9 < plenty.min()
    assert simulate_p99(BUSY.scaled(5), COSTS, Processors(1, 1, 1), 0, runs=2).min() == math.inf
    assert (full > 20).all()  # pages in the same process: each makes answers wait


def test_instance_is_the_smallest_within_the_bar() -> None:
    sized = size_instance(BUSY, COSTS, 20.0)

    assert sized.is_met
    assert sized.p99_low_ms <= sized.p99_ms <= sized.p99_high_ms <= 20.0
    for smaller in (
        sized.at_work._replace(web=sized.at_work.web - 1),
        sized.at_work._replace(database=sized.at_work.database - 1),
    ):
        if min(smaller.web, smaller.database):
            assert simulate_p99(BUSY, COSTS, smaller, 0).max() > 20.0


def test_bar_that_nobody_meets_is_said_and_still_ends() -> None:
    slow = replace(COSTS, response_p99_ms=40.0)

    sized = size_instance(BUSY, slow, 20.0)

    assert not sized.is_met
    assert sum(sized.at_work) < 20


@pytest.fixture
def _costs(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"SQLite": ALONE, "PostgreSQL": COSTS}
    wing = "canut.core.operations.capacity"
    monkeypatch.setattr(f"{wing}.plan.measured_costs", both.__getitem__)
    monkeypatch.setattr(f"{wing}.plan.MONTHS_DRAWN", 1)
    monkeypatch.setattr(f"{wing}.sizing.REQUESTS", 2_000)


@pytest.mark.usefixtures("_costs")
def test_plan_of_a_small_crowd_is_one_machine_and_its_sums_hold() -> None:
    crowd = Crowd(workers=500, hours=10.0, task_seconds=30.0)
    terms = Terms(core_month=10.0, gb_month=0.1, hourly_pay=20.0, media_gb=5.0, copies=2.0)

    plan = plan_capacity(crowd, terms)

    assert (plan.costs.database, plan.servers, plan.instances, plan.cores) == ("SQLite", 1, 1, 2)
    answers = 500 * 10 * 120
    assert plan.disk.answers == pytest.approx(12 * (answers * 1_100 + 500 * 10_000) / 1e9)
    beats = 3 * (500 * 10 * 240 + answers)
    assert plan.disk.beats == pytest.approx(beats * 400 / 1e9)
    assert plan.disk.backups == pytest.approx(2 * (plan.disk.answers + plan.disk.beats + 5))
    assert plan.money.labour == 100_000
    assert plan.money.machines == pytest.approx(20 + 0.1 * plan.disk.gb)
    assert plan.money.share == pytest.approx((plan.money.machines or 0) / 100_000)
    assert plan.until is None or plan.until >= 500


@pytest.mark.usefixtures("_costs")
def test_large_crowd_is_spread_over_instances_none_beyond_what_was_measured() -> None:
    plan = plan_capacity(Crowd(workers=10_000_000), Terms())

    assert plan.costs.database == "PostgreSQL"
    assert plan.minute.pairs / plan.instances <= CEILING_SHARE * COSTS.ceiling
    assert plan.cores == plan.instances * plan.servers * 4
    assert plan.minute.people == pytest.approx(4.3 * 100_000, rel=0.1)
    assert plan.until is not None
    assert 10_000_000 <= plan.until < 10_000_000 * (1 + 1 / plan.instances)
    assert plan.money.machines is plan.money.share is None


@pytest.mark.usefixtures("_costs")
def test_spare_machines_are_counted_and_can_be_left_out() -> None:
    crowd, terms = Crowd(workers=60_000), Terms(database="PostgreSQL")

    safe, bare = plan_capacity(crowd, terms), plan_capacity(crowd, replace(terms, has_spare=False))

    assert safe.servers >= bare.servers + 2  # one more of the web, and a second database
    with pytest.raises(BadInput, match="choose PostgreSQL"):
        plan_capacity(Crowd(workers=1_000_000), Terms(database="SQLite"))
    with pytest.raises(BadInput, match="no database 'MySQL'"):
        plan_capacity(crowd, Terms(database="MySQL"))


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("workers", 0),
        ("workers", -5),
        ("workers", 10**12),
        ("hours", 0),
        ("task_seconds", math.nan),
    ],
)
def test_crowd_that_cannot_be_is_refused_with_its_bounds(field: str, number: float) -> None:
    fields: dict[str, Any] = {field: number}

    with pytest.raises(BadInput, match=f"{field} is .*must be between"):
        replace(Crowd(workers=10), **fields)


def test_zones_and_terms_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInput, match="add up to 1"):
        Crowd(workers=10, zones={0.0: 0.5})
    with pytest.raises(BadInput, match="server_cores is 0"):
        Terms(server_cores=0)


def test_costs_are_brought_to_the_speed_of_the_speed_table() -> None:
    work = {"server_cpu_ms": 4.0, "jobs_cpu_ms": 1.0, "database_cpu_ms": 2.0}
    runs = {
        "capacity": [
            {"load": "offered", **work},
            {"load": "beat", **work},
            {"load": "page: a", **work},
            {"load": "page: b", **work, "server_cpu_ms": 8.0},
            {"load": "sign-in", **work},
            {"load": "pay period, each beat", **work, "bytes_per_statement": 9},
            {
                "load": "disk",
                "bytes_per_task": 1,
                "bytes_per_answer": 2,
                "bytes_per_beat": 3,
                "wal_bytes_per_answer": 4,
            },
        ]
    }
    opened = {"cpu_ms_per_pair": 2.0, "submit_p50_ms": 1.0, "submit_p99_ms": 5.0}
    served = {
        "served": [
            {"load": "closed, 8", "pairs_per_s": 300.0},
            {"load": "closed, 8", "pairs_per_s": 400.0},
            {"load": OPEN, **opened},
        ]
    }

    costs = costs_from_runs(runs, served, 500, "PostgreSQL", "today")

    assert costs.factor == 0.5
    assert costs.pair == ProcessorTime(2.0, 0.5, 1.0)
    assert costs.page == ProcessorTime(3.0, 0.0, 1.0)
    assert (costs.ceiling, costs.response_p99_ms) == (400.0, 5.0)


def test_measured_costs_are_those_of_both_databases() -> None:
    for database in ("SQLite", "PostgreSQL"):
        costs = measured_costs(database)

        assert costs.database == database
        assert 0 < costs.pair.server < 50
        assert 200 < costs.bytes_per_answer < 20_000
        assert 0 < costs.response_p50_ms < costs.response_p99_ms
