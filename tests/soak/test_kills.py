"""Whatever happens to servers, jobs and clients, nothing acknowledged is lost and nothing twice.

They are killed at random moments, the clock is set by hours and days, no file may grow, connections
are cut. One server on SQLite, three on PostgreSQL. Clients speak HTTP, keep a journal of what was
acknowledged, and send the rest again under the same key.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from canut.store.models import Answer, TaskState
from tests.soak.checks import check, finish, look
from tests.soak.stage import STEPS, Stage, plans, stage
from tests.support.databases import Postgres
from tests.support.factories import Made, make_project, make_tasks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
]
KILLS = ("child", "client", "group", "jobs")
OVERLAP = 3
FEW_LEFT = 120
WAIT_SECONDS = 180.0


def servers() -> int:
    """Say how many servers one database has: several machines need PostgreSQL."""
    return 3 if connection.vendor == "postgresql" else 1


def answered(made: Made) -> int:
    return Answer.objects.filter(project=made.project).count()


def until(made: Made, where: Stage, count: int) -> None:
    """Wait until so many answers are there, and see that tasks do not run out."""
    end = time.monotonic() + WAIT_SECONDS
    while answered(made) < count:
        where.check_clients()
        feed(made)
        assert time.monotonic() < end, "nobody answers any more"
        time.sleep(0.05)


def feed(made: Made) -> None:
    """Add tasks before they run out, so that everything falls into work."""
    left = TaskState.objects.filter(project=made.project, state="open").count()
    if left < FEW_LEFT:
        made.tasks += make_tasks(made.project, FEW_LEFT)


def disturb(what: str, made: Made, where: Stage, rng: np.random.Generator) -> None:
    """Do one thing to whatever runs."""
    if what in KILLS:
        where.kill(what, rng)
    elif what == "clock":
        where.set_clock(int(rng.choice(STEPS)))
        until(made, where, answered(made) + 3)
        where.set_clock(0)
    elif connection.vendor == "postgresql":
        where.cut()
    else:
        where.let_no_file_grow()


def tell(seed: int, where: Stage, text: str) -> None:
    kills = sum(where.done[what] for what in KILLS)
    done = ", ".join(f"{what} {n}" for what, n in sorted(where.done.items()))
    sys.stdout.write(f"\nseed {seed}, {connection.vendor}: {kills} kills ({done}); {text}\n")


def hammer(folder: Path, what: list[str], *, seed: int, tasks: int, pause: float) -> None:
    """Let people work while all that happens; then look, and complete everything."""
    rng = np.random.default_rng(seed)
    made = make_project(tasks=tasks, workers=6, overlap=OVERLAP, lease_seconds=5)
    begun = time.monotonic()
    with stage(folder, servers(), with_jobs="jobs" in what) as where:
        for number, plan in enumerate(plans(made, where, seed)):
            where.begin(number, plan)
        until(made, where, 10)
        for one in what:
            time.sleep(rng.uniform(0.02, pause))
            disturb(one, made, where, rng)
            where.check_clients()
            feed(made)
        for port in where.ports:
            where.wait(port)
        until(made, where, answered(made) + 5)
        where.settle()
        faults = where.faults()
    seen = look(made, where)
    text = (
        f"{seen.acknowledged} answers acknowledged, {seen.answers} kept, lost {seen.lost}, twice "
        f"{seen.twice}; sent again after {dict(seen.again)}; {time.monotonic() - begun:.0f} s"
    )
    tell(seed, where, text)
    check(made, seen)
    finish(made)
    assert faults == []
    assert where.done.total() > len(what) * 0.7
    assert seen.acknowledged > 10


def test_what_may_happen_in_the_middle_of_work_loses_nothing(tmp_path: Path) -> None:
    what = ["child", "clock", "away", "client", "group"]
    hammer(tmp_path, what, seed=20261125, tasks=60, pause=0.3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(11), ids="seed-{}".format)
def test_what_may_happen_over_and_over_loses_nothing(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(1_000 + seed)
    kills = rng.choice(["child", "client", "group"], 20, p=[0.4, 0.35, 0.25]).tolist()
    kills += ["jobs"] * 3 if seed % 5 == 0 else []  # they cost as much as the server
    what = rng.permutation([*kills, *["clock"] * 2, *["away"] * 2]).tolist()
    hammer(tmp_path, what, seed=seed, tasks=240, pause=0.8)


@pytest.mark.soak
@pytest.mark.postgresql
@pytest.mark.parametrize("seed", range(3), ids="seed-{}".format)
def test_database_that_crashes_and_comes_back_loses_nothing(
    tmp_path: Path, seed: int, postgres_server: Postgres
) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=400, workers=6, overlap=OVERLAP, lease_seconds=5)
    with stage(tmp_path, 3, with_jobs=True) as where:
        for number, plan in enumerate(plans(made, where, seed)):
            where.begin(number, plan)
        until(made, where, 10)
        serving = [where.children(port, "spawn_main") for port in where.ports]
        for _ in range(4):
            time.sleep(rng.uniform(0.2, 1.5))
            connection.close()
            postgres_server.crash(rng.uniform(0.0, 3.0))
            where.done["database crashes"] += 1
            until(made, where, answered(made) + 10)
            assert where.asked("readyz") == 200
            feed(made)
        where.settle()
        assert [where.children(port, "spawn_main") for port in where.ports] == serving
        faults = where.faults()
    seen = look(made, where)
    tell(seed, where, f"{seen}")
    check(made, seen)
    finish(made)
    assert faults == []
    assert seen.again["503 database-away"] > 0
