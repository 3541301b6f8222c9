"""A full load, a hostile worker and kills at once: nothing acknowledged is lost, nothing is twice.

People take and answer 200 tasks a second whatever the server does. One hostile worker of the same
project sends all attacks of ``bench.hostile`` without pause. Meanwhile ``kill -9`` takes the
serving child, the jobs and the parent. The small part has one server; the long one has three on
PostgreSQL, and the limit of requests that a real instance has, or none.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from bench.hostile import ATTACKS, NO_ANSWER, Beside, Hostile, Report
from bench.machine.http import Seat
from canut.actions.time.heartbeats import open_page
from canut.store.models import Answer, PayLine, Person, Worker
from tests.soak.checks import Seen, check, look
from tests.soak.client import CSRF, VALUES
from tests.soak.stage import Stage, plans, sign_in, stage
from tests.soak.test_kills import OVERLAP, answered, feed, servers, until
from tests.support.factories import Made, make_project, make_worker
from tests.support.paid_work import declare_chain, fund, say_terms

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
]
PEOPLE, PEOPLE_PER_PROCESS, PAIRS_PER_S = 64, 32, 200
RETRYABLE = {"503 database-away", "429 work-rate"}
HOSTILE_5XX = {503}
USUAL_RATE, NO_LIMIT = "1200", "0"


def make_funded_project(tasks: int) -> Made:
    """Make an open paid project with its chain, its funds and people who said where they work."""
    made = make_project(tasks=tasks, workers=PEOPLE, overlap=OVERLAP, lease_seconds=5)
    declare_chain(made.project)
    fund(made.project)
    for worker in made.workers:
        say_terms(person_of(worker))
    return made


def person_of(worker: Worker) -> Person:
    """Return whose seat it is; nobody here is erased."""
    return Person.objects.get(workers=worker)


def make_hostile(made: Made, port: int) -> Hostile:
    """Add the hostile worker to the project, last of its workers."""
    worker = make_worker(made.project)
    person = person_of(worker)
    say_terms(person)
    made.workers.append(worker)
    seat = Seat(port, made.project.slug, sign_in(worker), CSRF)
    page = open_page(person.pk, made.project.pk, time.time_ns() // 1_000_000)
    return Hostile(seat, page, VALUES[0])


def write_journal(folder: Path, report: Report) -> None:
    """Write what the hostile worker sent and got as the journal of the last person."""
    lines: list[dict[str, object]] = [{"what": "sent", "one": {"key": key}} for key in report.keys]
    lines += [{"what": "kept", **receipt} for receipt in report.receipts]
    (folder / f"{PEOPLE}.journal").write_text("".join(json.dumps(line) + "\n" for line in lines))


def kill_and_wait(what: str, where: Stage, rng: np.random.Generator) -> float:
    """Kill something on a port; return after how many seconds everything worked again.

    Raises:
        TimeoutError: a server did not answer within ``START_SECONDS``.
    """
    begin = time.monotonic()
    where.kill(what, rng)
    for port in where.ports:
        where.wait(port)
        jobs = where.awaited(port, "canut work")  # alone in the assertion, it looks like a mock's
        assert jobs, "the jobs did not begin again"
    return time.monotonic() - begin


def check_database() -> None:
    """Let the database itself check its pages and references."""
    connection.check_constraints()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]


def check_pay() -> None:
    """Compare the pay lines of counted answers: exactly one each."""
    lines = Counter(PayLine.objects.values_list("answer", flat=True))
    counted = Answer.objects.filter(counted=True).values_list("id", flat=True)
    assert {lines[answer] for answer in counted} == {1}


def batter(
    folder: Path, kills: list[str], *, machines: int, seed: int, tasks: int, rate: str, pause: float
) -> None:
    """Run load, hostile worker and kills together; then compare everything."""
    rng = np.random.default_rng(seed)
    made = make_funded_project(tasks)
    restarts: dict[str, list[float]] = {what: [] for what in sorted(set(kills))}
    with stage(folder, machines, with_jobs=True, CANUT_WORK_RATE=rate) as where:
        each = PAIRS_PER_S / PEOPLE
        for number, plan in enumerate(
            plans(made, where, seed, PEOPLE_PER_PROCESS, pairs_per_s=each)
        ):
            where.begin(number, plan)
        until(made, where, 50)
        begin, before = time.monotonic(), answered(made)
        with Beside(make_hostile(made, where.ports[0]), tuple(ATTACKS)) as beside:
            for what in kills:
                time.sleep(rng.uniform(0.5, pause))
                restarts[what].append(kill_and_wait(what, where, rng))
                where.check_clients()
                feed(made)
            until(made, where, answered(made) + 2 * PAIRS_PER_S)
            seconds, rows = time.monotonic() - begin, answered(made) - before
        where.settle()
        faults = where.faults()
    write_journal(folder, beside.report)
    seen = look(made, where, RETRYABLE)
    tell(seed, where, seen, beside.report, restarts, (rows, seconds))
    check(made, seen)
    check_pay()
    check_database()
    assert faults == []
    statuses = {status for status in beside.report.statuses if status >= 500}
    assert statuses <= HOSTILE_5XX, beside.report.statuses
    assert beside.report.reached == set(ATTACKS)
    assert beside.report.statuses[NO_ANSWER] > 0
    assert where.done.total() == len(kills)


def tell(
    seed: int,
    where: Stage,
    seen: Seen,
    report: Report,
    restarts: dict[str, list[float]],
    work: tuple[int, float],
) -> None:
    """Print what happened, as the documentation tells it."""
    rows, seconds = work
    kills = ", ".join(
        f"{what} {len(each)} (again after {max(each):.1f} s at most)"
        for what, each in restarts.items()
    )
    hostile = ", ".join(f"{status}: {n}" for status, n in sorted(report.statuses.items()))
    sys.stdout.write(
        f"\nseed {seed}, {connection.vendor}: {where.done.total()} kills: {kills}; "
        f"{seen.acknowledged} answers acknowledged, {seen.answers} kept, lost {seen.lost}, twice "
        f"{seen.twice}; {rows / seconds:.0f} a second for {seconds:.0f} s; sent again after "
        f"{dict(seen.again)}; hostile requests {report.requests} ({hostile}), answers "
        f"{len(report.keys)}, acknowledged {len(report.receipts)}\n"
    )


def test_load_beside_a_hostile_worker_loses_nothing_when_servers_are_killed(tmp_path: Path) -> None:
    batter(
        tmp_path,
        ["child", "jobs", "parent"],
        machines=1,
        seed=20261129,
        tasks=1_500,
        rate=USUAL_RATE,
        pause=1.5,
    )


@pytest.mark.soak
@pytest.mark.parametrize("rate", [USUAL_RATE, NO_LIMIT], ids="rate-{}".format)
@pytest.mark.parametrize("seed", range(2), ids="seed-{}".format)
def test_long_load_beside_a_hostile_worker_loses_nothing(
    tmp_path: Path, seed: int, rate: str
) -> None:
    rng = np.random.default_rng(2_000 + seed)
    kills = rng.permutation(["child"] * 8 + ["parent"] * 4 + ["group"] * 2 + ["jobs"] * 4)
    batter(
        tmp_path, kills.tolist(), machines=servers(), seed=seed, tasks=8_000, rate=rate, pause=4.0
    )
