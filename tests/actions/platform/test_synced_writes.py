"""What is large reaches the disk in pieces while people work, and before it is told of."""

import os
from pathlib import Path

import pytest

from canut.actions.datasets.export_jobs import ExportIn, ask_export
from canut.actions.operations import backups
from canut.store.models import ExportFile
from tests.support.factories import NOW_MS, answer_next, make_person, make_project

pytestmark = pytest.mark.dialect

FILES = Path("/proc/self/fd")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the files that the disk is waited for, in order, and say which export was ready then."""
    names: list[str] = []
    sync = os.fsync

    def noted(file: int) -> None:
        sync(file)
        ready = ExportFile.objects.filter(state=ExportFile.State.DONE).count()
        names.append(f"{str((FILES / str(file)).readlink()).rpartition('/')[2]} {ready}")

    monkeypatch.setattr(os, "fsync", noted)
    return names


@pytest.mark.django_db
def test_export_is_on_the_disk_before_it_is_said_to_be_ready(synced: list[str]) -> None:
    made = make_project()
    answer_next(made.worker)

    ask_export(made.project, ExportIn("answers", "csv"), by=make_person(), now_ms=NOW_MS)

    assert ExportFile.objects.get().state == ExportFile.State.DONE
    assert [name.rpartition(".")[2] for name in synced] == ["part 0"]


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_copy_of_the_database_reaches_the_disk_in_pieces(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PAGES_AT_ONCE", 100)

    backups.make_backup(tmp_path / "copy.tar", NOW_MS)

    pages = backups.SQLITE
    assert sum(name.startswith(f"{pages} ") for name in synced) > 5
    assert synced[-1] == "copy.tar.part 0"
