"""An instance where nobody works reads little and holds little, however many projects it has."""

import subprocess
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.ledger.sequencer import sequence
from canut.actions.operations import scheduler
from canut.actions.operations.job_worker import JobWorker
from canut.actions.operations.jobs import estimate_again
from canut.actions.operations.scheduler import ALL_SECONDS, LEAN_SECONDS, TICK_SECONDS
from canut.actions.platform import system_clock
from canut.actions.quality.estimates import NOTHING
from canut.core.clock import MINUTE_MS, from_ms
from canut.store.integrations.webhooks import is_delivery_due
from canut.store.ledger.logs import has_waiting
from canut.store.operations.jobs import is_job_ready
from canut.store.tables.ledger import EntryPending
from canut.store.tables.quality import Estimate
from tests.support.databases import environment
from tests.support.factories import answer_next, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

TICKS = round(60 / TICK_SECONDS)
MOST_A_MINUTE = 350  # 684 while everything ran at each tick


class Minute:
    """A clock that a tick moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def statements(periodic_tasks: scheduler.PeriodicTasks, clock: Minute, ticks: int) -> int:
    """Count the statements of some ticks."""
    with CaptureQueriesContext(connection) as captured:
        for _ in range(ticks):
            periodic_tasks.run()
            clock.now += TICK_SECONDS
    return len(captured)


def settled() -> tuple[scheduler.PeriodicTasks, Minute]:
    """Return periodic tasks that did everything once."""
    clock = Minute()
    periodic_tasks = scheduler.PeriodicTasks(clock)
    for _ in range(2):
        periodic_tasks.run()
        clock.now += ALL_SECONDS
    return periodic_tasks, clock


def test_idle_minute_asks_the_database_little() -> None:
    make_project()
    periodic_tasks, clock = settled()

    count = statements(periodic_tasks, clock, TICKS)

    assert count < MOST_A_MINUTE


def test_tick_without_news_costs_the_same_for_many_projects() -> None:
    make_project()
    periodic_tasks, clock = settled()
    periodic_tasks.run()
    of_one = statements(periodic_tasks, clock, 1)
    for number in range(4):
        make_project(slug=f"another-{number}")
    periodic_tasks.run()

    of_many = statements(periodic_tasks, clock, 1)

    assert of_many == of_one


def test_new_answer_is_looked_at_by_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_project()
    periodic_tasks, clock = settled()
    passes: list[int] = []
    run = scheduler.run_projects

    def counted(now_ms: int) -> scheduler.ProjectsPass:
        passes.append(now_ms)
        return run(now_ms)

    monkeypatch.setattr(scheduler, "run_projects", counted)
    statements(periodic_tasks, clock, 3)
    before = len(passes)
    monkeypatch.setattr(scheduler, "newest_rows", lambda: (1, 0))

    statements(periodic_tasks, clock, 1)

    assert (before, len(passes)) == (1, 2)


def test_projects_that_wait_with_their_estimate_are_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, passes = Minute(), list[int]()

    def waits(now_ms: int) -> scheduler.ProjectsPass:
        passes.append(now_ms)
        return scheduler.ProjectsPass(0, int(len(passes) < 3))

    monkeypatch.setattr(scheduler, "run_projects", waits)
    periodic_tasks = scheduler.PeriodicTasks(clock)

    statements(periodic_tasks, clock, 5)

    assert len(passes) == 3


@pytest.mark.parametrize(("answers", "estimates"), [(0, 1), (42, 1), (5_000, 0)])
def test_estimate_of_few_answers_waits_no_longer_for_the_time_the_compiler_took(
    answers: int, estimates: int
) -> None:
    made = make_project()
    answer_next(made.workers[0])
    minute_ago = from_ms(system_clock.now_ms() - MINUTE_MS)
    Estimate.objects.create(
        project=made.project,
        answers=answers,
        tasks=1,
        seconds=22,
        last_answer=0,
        created_at=minute_ago,
        **NOTHING,
    )

    assert scheduler.run_projects(system_clock.now_ms()).estimated == estimates


def test_what_is_polled_is_one_short_statement() -> None:
    sequence(system_clock.now_ms())
    with CaptureQueriesContext(connection) as captured:
        waits = is_job_ready(), is_delivery_due(system_clock.now_ms()), has_waiting()

    assert waits == (False, False, False)
    assert len(captured) == 3


def test_poll_notices_what_came() -> None:
    sequence(system_clock.now_ms())
    project = make_project().project
    estimate_again.enqueue(project.pk)

    assert is_job_ready()
    assert has_waiting() == EntryPending.objects.exists()
    sequence(system_clock.now_ms())
    assert not has_waiting()
    assert deliver_due() == 0


def test_worker_without_a_job_opens_no_transaction() -> None:
    worker = JobWorker("worker-idle", once=False)

    with CaptureQueriesContext(connection) as captured:
        worker.poll()

    assert len(captured) == 1


def test_worker_runs_what_waits_at_its_next_poll_and_then_all_of_it() -> None:
    projects = [make_project(slug=f"one-of-{number}").project for number in range(2)]
    for project in projects:
        estimate_again.enqueue(project.pk)
    worker = JobWorker("worker-idle", once=False)

    worker.poll()

    mine = DBTaskResult.objects.filter(task_path=estimate_again.module_path)
    assert [job.worker_ids for job in mine] == [["worker-idle"]] * 2
    assert not is_job_ready()
    assert worker.interval <= 0.5


def test_process_that_keeps_the_compiler_makes_room_when_no_estimate_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Minute()
    periodic_tasks = scheduler.PeriodicTasks(clock)
    monkeypatch.setitem(sys.modules, scheduler.COMPILER, sys)
    clock.now = LEAN_SECONDS
    was_large = periodic_tasks.is_too_large()
    clock.now += 1

    is_large = periodic_tasks.is_too_large()
    monkeypatch.delitem(sys.modules, scheduler.COMPILER)

    assert (was_large, is_large, periodic_tasks.is_too_large()) == (False, True, False)


@pytest.fixture
def loaded() -> set[str]:
    """Return the modules of a process that keeps time, before anything is due."""
    code = (
        "import sys, django; django.setup();"
        "import canut.actions.operations.scheduler; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment() | {"DJANGO_SETTINGS_MODULE": "canut.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.process
def test_process_that_keeps_time_begins_without_what_estimates_and_models_need(
    loaded: set[str],
) -> None:
    assert not loaded & {"numba", "llvmlite", "sklearn", "scipy", "pandas", "dask", "boto3"}
