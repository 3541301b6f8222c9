"""Copies on a schedule: made when due, the last few kept, a failure noted for the doctor."""

from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.operations import scheduled_backups
from canut.actions.operations.scheduled_backups import back_up_when_due, make_scheduled_backup
from canut.actions.pay.periods import make_period
from canut.actions.platform import system_clock
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.errors import NotReady
from canut.store.models import Period
from canut.store.operations.health import BACKUP_FAILED, read_readiness
from canut.store.tables.platform import Fact
from tests.support.factories import NOW, NOW_MS, answer_next, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def copies(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a folder for copies, and write small files in place of whole ones."""
    settings.BACKUP_FOLDER = str(tmp_path / "copies")
    settings.BACKUP_HOURS, settings.BACKUP_KEEP = 12, 3

    def make(path: Path, _now_ms: int) -> None:
        path.write_bytes(b"copy")

    monkeypatch.setattr(scheduled_backups, "make_backup", make)
    return tmp_path / "copies"


def test_the_last_few_copies_stay_and_no_other_file_is_touched(copies: Path) -> None:
    copies.mkdir()
    (copies / "mine.tar").write_bytes(b"by hand")

    for day in range(5):
        assert make_scheduled_backup(NOW_MS + day * DAY_MS) is not None

    names = sorted(file.name for file in copies.iterdir())
    assert len(names) == 4
    assert "mine.tar" in names


def test_a_copy_is_asked_for_once_it_is_due(copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(type(scheduled_backups.back_up), "enqueue", lambda _task: asked.append(1))

    assert back_up_when_due(NOW_MS) == 1
    assert back_up_when_due(NOW_MS + 1_000) == 0, "it was just asked for"
    make_scheduled_backup(NOW_MS)
    assert back_up_when_due(NOW_MS + 2 * HOUR_MS) == 0
    assert back_up_when_due(NOW_MS + 12 * HOUR_MS) == 1
    assert len(asked) == 2
    assert copies.is_dir()


def test_without_a_folder_no_copy_is_made(settings: Settings) -> None:
    settings.BACKUP_FOLDER = ""
    assert back_up_when_due(NOW_MS) == 0


def test_a_failure_is_noted_until_a_copy_is_made(
    copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_path: Path, _now_ms: int) -> None:
        raise NotReady("no space left", code="backup-unwritten")

    with monkeypatch.context() as patched:
        patched.setattr(scheduled_backups, "make_backup", fail)
        assert make_scheduled_backup(NOW_MS) is None
    assert read_readiness(NOW_MS).backup_failure == "no space left"

    make_scheduled_backup(NOW_MS + HOUR_MS)

    assert not Fact.objects.filter(name=BACKUP_FAILED).exists()
    assert copies.is_dir()


def test_a_record_of_any_table_ahead_of_the_clock_is_seen() -> None:
    made = make_project(tasks=1)
    answer_next(made.worker, "oui")
    now_ms = system_clock.now_ms()
    answered = read_readiness(now_ms).future_seconds
    assert answered is not None
    assert answered <= 1

    period = make_period(NOW.date(), NOW.date(), now_ms + 3 * DAY_MS)

    seconds = read_readiness(now_ms).future_seconds
    assert seconds is not None
    assert seconds > 2 * 86_400
    assert Period.objects.get() == period
