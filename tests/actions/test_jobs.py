from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from canut.actions.drafts import begin_project, choose_columns
from canut.actions.jobs import publish_and_open, publish_soon, read_rows, read_soon
from canut.actions.projects import set_rate, write_aims, write_question
from canut.actions.uploads import keep_upload
from canut.core.errors import Incomplete
from canut.store.models import Import, Organisation, Project
from tests.factories import NOW, SCHEMA, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Make a draft whose file counts as large."""
    settings.DATA = tmp_path
    monkeypatch.setattr("canut.actions.jobs.SMALL_BYTES", 0)
    organisation = Organisation.objects.create(name="Atelier", kind="requester", created_at=NOW)
    token = keep_upload("avis.csv", [b"id,text\n1,bon\n2,mal\n"])
    by = make_person()
    project = begin_project(organisation, "Avis", token, by=by, now=NOW)
    return choose_columns(
        Import.objects.get(project=project), judged="text", id_column="id", known_column=""
    )


def finish(project: Project) -> None:
    """Write what a project needs before it opens."""
    write_question(project, SCHEMA, "", by=project.created_by, now=NOW)
    set_rate(project, 0, "CAD", by=project.created_by, now=NOW)
    words = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "dit")
    write_aims(project, **words)


def test_large_file_waits_as_a_job_that_reads_it(source: Import) -> None:
    read_soon(source)

    waiting = DBTaskResult.objects.get()
    assert (waiting.task_path, waiting.args_kwargs["args"]) == (
        "canut.actions.jobs.read_rows",
        [source.pk],
    )
    read_rows.call(source.pk)
    source.refresh_from_db()
    assert (source.state, source.rows_good) == ("ready", 2)


def test_large_project_opens_by_a_job_and_says_so_meanwhile(source: Import) -> None:
    finish(source.project)
    read_rows.call(source.pk)

    publish_soon(source)

    source.refresh_from_db()
    assert source.reading["starting"]
    publish_and_open.call(source.pk)
    source.refresh_from_db()
    assert source.project.state == "open"
    assert "starting" not in source.reading


def test_job_that_cannot_open_the_project_can_be_asked_again(source: Import) -> None:
    read_rows.call(source.pk)
    publish_soon(source)

    with pytest.raises(Incomplete):
        publish_and_open.call(source.pk)

    source.refresh_from_db()
    assert "starting" not in source.reading
