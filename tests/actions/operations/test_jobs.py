import time
from pathlib import Path

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from canut.actions.operations.jobs import (
    OverlapChange,
    are_jobs_run,
    follow_overlap,
    overlap_change,
    publish_and_open,
    publish_soon,
    read_rows,
    read_soon,
    set_overlap_soon,
)
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.uploads import keep_upload
from canut.actions.projects.drafts import begin_project, choose_columns
from canut.actions.projects.setup import set_rate, write_aims, write_question
from canut.actions.protection.risk_preferences import set_risk
from canut.actions.work.project_state import Because
from canut.core.errors import Incomplete
from canut.store.models import Import, Organisation, Project, TaskState
from tests.support.factories import NOW, NOW_MS, SCHEMA, make_person, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Make a draft whose file counts as large."""
    settings.DATA = tmp_path
    monkeypatch.setattr("canut.actions.imports.lifecycle.SMALL_BYTES", 0)
    organisation = Organisation.objects.create(name="Atelier", kind="requester", created_at=NOW)
    token = keep_upload("avis.csv", [b"id,text\n1,bon\n2,mal\n"])
    by = make_person()
    project = begin_project(organisation, "Avis", token, by=by, now_ms=NOW_MS)
    return choose_columns(
        Import.objects.get(project=project), judged="text", id_column="id", known_column=""
    )


def finish(project: Project) -> None:
    """Write what a project needs before it opens."""
    write_question(project, SCHEMA, "", by=project.created_by, now_ms=NOW_MS)
    set_rate(project, 0, "CAD", by=project.created_by, now_ms=NOW_MS)
    words = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "dit")
    write_aims(project, **words)


def test_large_file_waits_as_a_job_that_reads_it(source: Import) -> None:
    read_soon(source)

    waiting = DBTaskResult.objects.get()
    assert (waiting.task_path, waiting.args_kwargs["args"]) == (
        "canut.actions.operations.jobs.read_rows",
        [source.pk],
    )
    read_rows.call(source.pk)
    source.refresh_from_db()
    assert (source.state, source.rows_good) == ("ready", 2)


def test_large_project_opens_by_a_job_and_says_so_meanwhile(source: Import) -> None:
    finish(source.project)
    set_risk(source.project, 0, [], Project.Modality.TEXT)
    read_rows.call(source.pk)

    publish_soon(source, Because(source.created_by, "La file est prête."))

    source.refresh_from_db()
    assert source.reading["starting"]
    publish_and_open.call(source.pk)
    source.refresh_from_db()
    assert source.project.state == "open"
    assert "starting" not in source.reading
    change = source.project.changes.get()
    assert (change.made_by, change.reason) == (source.created_by, "La file est prête.")


def test_job_that_cannot_open_the_project_can_be_asked_again(source: Import) -> None:
    read_rows.call(source.pk)
    publish_soon(source)

    with pytest.raises(Incomplete):
        publish_and_open.call(source.pk)

    source.refresh_from_db()
    assert "starting" not in source.reading


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make a project whose seven tasks count as many."""
    monkeypatch.setattr("canut.actions.operations.jobs.FEW_TASKS", 6)
    monkeypatch.setattr("canut.actions.work.overlap.CHUNK", 3)
    return make_project(tasks=7, practice=True).project


def overlaps(project: Project) -> set[int]:
    return set(TaskState.objects.filter(project=project).values_list("overlap", flat=True))


def test_few_tasks_follow_a_change_of_overlap_at_once(many: Project) -> None:
    TaskState.objects.filter(project=many, task__row=0).update(overlap=2)

    followed = set_overlap_soon(many.pk, 2)

    assert (followed, overlaps(many)) == (True, {2})
    assert not DBTaskResult.objects.exists()
    assert overlap_change(many.pk) is None


def test_many_tasks_follow_by_a_job_that_says_how_far_it_is(many: Project) -> None:
    followed = set_overlap_soon(many.pk, 2)

    assert (followed, overlaps(many)) == (False, {1})
    assert overlap_change(many.pk) == OverlapChange(0, 7, is_stopped=False)
    TaskState.objects.filter(project=many, task__row__lt=4).update(overlap=2)
    assert overlap_change(many.pk) == OverlapChange(4, 7, is_stopped=False)
    follow_overlap.call(many.pk)
    assert (overlap_change(many.pk), overlaps(many)) == (None, {2})


def test_later_of_two_changes_is_what_both_jobs_bring(many: Project) -> None:
    set_overlap_soon(many.pk, 2)
    set_overlap_soon(many.pk, 3)

    follow_overlap.call(many.pk)
    follow_overlap.call(many.pk)

    assert DBTaskResult.objects.count() == 2
    assert overlaps(many) == {3}


def test_change_whose_job_failed_is_said_to_be_stopped(many: Project) -> None:
    set_overlap_soon(many.pk, 2)
    job = DBTaskResult.objects.get()

    job.set_failed(ValueError("a fault of ours"))
    stopped = overlap_change(many.pk)
    told = []
    for passing in (SystemExit(1), OSError("disk full"), OperationalError("gone")):
        job.set_failed(passing)
        told.append(overlap_change(many.pk))

    assert stopped == OverlapChange(0, 7, is_stopped=True)
    assert told == [OverlapChange(0, 7, is_stopped=False)] * 3  # begin_again runs it


def test_change_of_another_project_is_not_ours(many: Project) -> None:
    other = make_project(tasks=7).project

    set_overlap_soon(other.pk, 2)

    assert overlap_change(many.pk) is None


def test_jobs_are_run_where_a_worker_was_heard_of_lately() -> None:
    keep_fact("worker-1", "1764072000000")
    assert not are_jobs_run()

    keep_fact("worker-2", "9999999999999")
    assert not are_jobs_run()  # said before a clock was set back

    keep_fact("worker-3", str(time.time_ns() // 1_000_000))

    assert are_jobs_run()
