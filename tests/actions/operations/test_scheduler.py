"""A job that was cut short is run again, and goes on or begins anew."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from canut.actions.operations import scheduler
from canut.actions.operations.job_worker import JobWorker
from canut.actions.operations.jobs import read_rows, set_overlap_soon
from canut.actions.operations.scheduler import begin_again
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.tasks.search_index import index_texts_job
from canut.store.ledger.append import at_once
from canut.store.models import Task, TaskState
from canut.store.operations.jobs import MOST_ATTEMPTS, WORKER, begins_again, workers_here
from tests.support.databases import environment
from tests.support.factories import make_project
from tests.support.importing import started

ROWS = 30_000
LONG_AGO = "1764072000000"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]


def running(*workers: str) -> DBTaskResult[..., None]:
    """Make a job that these workers began, one after the other."""
    read_rows.enqueue(1)
    job = asked_for()
    for worker in workers:
        job.claim(worker)
    return job


def asked_for() -> DBTaskResult[..., None]:
    """Return the job that was asked for; texts are made searchable beside it."""
    return DBTaskResult.objects.exclude(task_path=index_texts_job.module_path).get()


def status() -> str:
    return str(asked_for().status)


def test_job_of_a_worker_that_is_gone_waits_again() -> None:
    keep_fact("worker-1", LONG_AGO)
    running("worker-1")

    again = begin_again()

    assert (again, status()) == (1, "READY")


def test_job_that_lost_the_database_waits_ever_longer_and_then_goes_on() -> None:
    job = running("worker-1")
    waited = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        job.set_failed(OperationalError("the connection is lost"))
        assert begin_again() == 0
        due = begins_again(job)
        waited.append(due and round((due - job.finished_at).total_seconds() / 60))
        job.finished_at -= timedelta(minutes=64)
        job.save()
        assert begin_again() == (attempt < MOST_ATTEMPTS)
        job.claim(f"worker-{attempt + 1}")

    assert waited == [1, 4, 16, 64, None]


def test_job_that_failed_by_a_fault_of_ours_is_not_run_again() -> None:
    job = running("worker-1")
    job.set_failed(ValueError("wrong"))
    DBTaskResult.objects.filter(pk=job.pk).update(finished_at=job.finished_at - timedelta(days=1))

    assert (begin_again(), status()) == (0, "FAILED")


def test_runner_that_loses_the_database_goes_on_under_a_new_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names: list[str] = []

    def run(worker: JobWorker) -> None:
        names.append(worker.worker_id)
        if len(names) == 1:
            raise InterfaceError("connection already closed")

    monkeypatch.setattr(JobWorker, "run_until_stopped", run)
    monkeypatch.setattr(scheduler, "DELIVER_SECONDS", 0.0)

    scheduler.run_jobs(scheduler.Runner(WORKER, waits=False), once=False)

    assert len(set(names)) == 2
    assert set(names) == set(workers_here(time.time_ns() // 1_000_000))


def test_job_of_a_worker_that_is_there_is_left_to_it() -> None:
    keep_fact("worker-2", str(time.time_ns() // 1_000_000))
    running("worker-1", "worker-2")

    again = begin_again()

    assert (again, status()) == (0, "RUNNING")


def test_job_in_the_middle_of_which_its_worker_was_stopped_waits_again() -> None:
    running("worker-1").set_failed(SystemExit(1))

    again = begin_again()

    assert (again, status()) == (1, "READY")


def test_job_that_failed_by_itself_is_not_tried_again() -> None:
    running("worker-1").set_failed(OSError("disk full"))

    again = begin_again()

    assert (again, status()) == (0, "FAILED")


def test_job_that_takes_its_worker_with_it_is_not_tried_for_ever() -> None:
    running(*(f"worker-{n}" for n in range(MOST_ATTEMPTS)))

    again = begin_again()

    assert (again, status()) == (0, "RUNNING")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_large_import_ends_though_its_worker_was_ended(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "".join(f"avis numéro {number}\n" for number in range(ROWS)))
    source = started(make_project(tasks=0).project, path)
    read_rows.enqueue(source.pk)
    worker = work()
    wait_for(Task.objects.filter(source=source))

    getattr(worker, how)()
    if how == "terminate":
        worker.terminate()
    worker.wait(timeout=30)
    for name in asked_for().worker_ids:
        keep_fact(name, LONG_AGO)  # a minute passes
    ended = work("--once").wait(timeout=60)

    source.refresh_from_db()
    assert (ended, source.state, source.rows_good) == (0, "ready", ROWS)
    assert Task.objects.filter(source=source).count() == ROWS


@pytest.mark.slow
def test_change_of_overlap_ends_though_its_worker_was_killed() -> None:
    project = make_project(tasks=6_000).project
    followed = set_overlap_soon(project.pk, 4)
    changed = TaskState.objects.filter(project=project, overlap=4)
    worker = work()
    wait_for(changed)

    worker.kill()
    worker.wait(timeout=30)
    left = 6_000 - changed.count()
    for name in asked_for().worker_ids:
        keep_fact(name, LONG_AGO)  # a minute passes
    ended = work("--once").wait(timeout=60)

    assert not followed
    assert left > 0
    assert (ended, changed.count(), status()) == (0, 6_000, "SUCCESSFUL")


def work(*words: str) -> "subprocess.Popen[bytes]":
    """Begin to work in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "canut", "work", *words], env=environment())


def wait_for(rows: "QuerySet[Task] | QuerySet[TaskState]") -> None:
    """Wait until the first rows are there."""
    end = time.monotonic() + 60
    while time.monotonic() < end and not rows.exists():
        time.sleep(0.002)


def test_process_that_begins_while_nothing_can_be_written_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []

    def say(name: str) -> None:
        said.append(name)
        if len(said) < 3:
            raise InterfaceError("connection already closed")

    monkeypatch.setattr(scheduler, "_say_here", say)
    monkeypatch.setattr(scheduler, "DELIVER_SECONDS", 0.0)
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)

    runner = scheduler.Runner(WORKER, waits=True)

    assert len(said) == 3
    assert runner.name == said[-1]
    said.clear()
    with pytest.raises(InterfaceError):
        scheduler.Runner(WORKER, waits=False)


@pytest.mark.slow
def test_entries_that_come_one_by_one_are_taken_together_and_many_at_once() -> None:
    waits = [scheduler.before_next(found) for found in (0, 7, at_once() - 1, at_once())]

    assert waits == [scheduler.SEQUENCE_SECONDS] * 3 + [scheduler.BETWEEN_SECONDS]
