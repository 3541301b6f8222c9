"""A reader or publisher killed at any moment leaves nothing seen twice or too early."""

import datetime as dt
import io
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.imports import lifecycle
from canut.actions.imports.lifecycle import (
    discard_import,
    finish_discarding,
    publish_import,
    read_import,
)
from canut.actions.operations.scheduler import run_due
from canut.core.clock import to_ms
from canut.core.errors import Conflict
from canut.store.models import Import, Media, Task, TaskState
from tests.support.databases import environment
from tests.support.factories import make_project
from tests.support.importing import brought, started

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
ROWS = 20_000
CHILD = """
import sys, django
django.setup()
from canut.actions.imports import lifecycle
from canut.actions.platform.system_clock import now_ms
getattr(lifecycle, sys.argv[1])(int(sys.argv[2]), now_ms())
"""
DISCARDING = """
import os, signal, sys, django
from pathlib import Path
django.setup()
from django.conf import settings
from canut.actions.imports import lifecycle
from canut.actions.platform.system_clock import now_ms
data, owner, name, calls, source = sys.argv[1:]
settings.DATA, settings.MEDIA_ROOT = Path(data), Path(data) / "media"
owner = getattr(lifecycle, owner, lifecycle)
act, calls = getattr(owner, name), int(calls)

def killed(*given):
    global calls
    calls -= 1
    if calls < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return act(*given)

setattr(owner, name, killed)
lifecycle.discard_import(int(source), now_ms())
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(tmp_path: Path) -> Import:
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "".join(f"avis numéro {number}\n" for number in range(ROWS)))
    return started(make_project(tasks=0).project, path)


def pictures(folder: Path) -> Path:
    """Write a zip of two pictures."""
    path = folder / "lot.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for shade in (60, 200):
            out = io.BytesIO()
            Image.new("L", (120, 120), shade).save(out, "PNG")
            archive.writestr(f"{shade}.png", out.getvalue())
    return path


def kill_halfway(action: str, source: Import) -> int:
    """Run an action in a child, kill it as soon as it has written, and return how far it was."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, action, str(source.id)], env=environment()
    )
    done = 0
    give_up = time.monotonic() + 30
    while not done and child.poll() is None and time.monotonic() < give_up:
        time.sleep(0.002)
        done = (
            Task.objects.filter(source=source).count()
            if action == "read_import"
            else TaskState.objects.filter(task__source=source).count()
        )
    child.kill()
    child.wait()
    return done


def test_a_killed_reader_leaves_nothing_seen_and_can_begin_again(source: Import) -> None:
    assert kill_halfway("read_import", source)
    assert not TaskState.objects.filter(task__source=source).exists()

    read_import(source.id, to_ms(NOW))

    source.refresh_from_db()
    rows = set(Task.objects.filter(source=source).values_list("row", flat=True))
    assert (source.state, source.rows_good, source.rows_bad) == ("ready", ROWS, 0)
    assert rows == set(range(2, ROWS + 2))


def test_a_killed_reader_goes_on_with_what_it_wrote(source: Import) -> None:
    assert kill_halfway("read_import", source)
    source.refresh_from_db()
    written = dict(Task.objects.filter(source=source).values_list("row", "id"))
    assert source.rows_good == len(written)

    read_import(source.id, to_ms(NOW))

    source.refresh_from_db()
    now = dict(Task.objects.filter(source=source).values_list("row", "id"))
    assert (source.state, source.rows_good, len(now)) == ("ready", ROWS, ROWS)
    assert {row: now[row] for row in written} == written


def test_a_file_that_changed_meanwhile_is_read_from_its_start(source: Import) -> None:
    assert kill_halfway("read_import", source)
    Path(source.path).write_text("text\n" + "".join(f"autre {n}\n" for n in range(50)))

    read_import(source.id, to_ms(NOW))

    source.refresh_from_db()
    assert (source.state, source.rows_good) == ("ready", 50)
    assert Task.objects.filter(source=source, data__contains="autre").count() == 50


def test_what_a_killed_reader_left_can_be_discarded(source: Import) -> None:
    assert kill_halfway("read_import", source)

    discard_import(source.id, to_ms(NOW))

    assert not Task.objects.filter(source=source).exists()


def test_what_a_killed_discard_left_is_removed_in_time(source: Import) -> None:
    read_import(source.id, to_ms(NOW))
    Import.objects.filter(id=source.id).update(state="discarded")

    run_due()

    assert not Task.objects.filter(source=source).exists()


@pytest.mark.process
@pytest.mark.parametrize(
    ("owner", "name", "calls"),
    [
        ("bulk_rows", "delete_tasks", 0),
        ("", "forget_picture", 0),
        ("", "forget_picture", 1),
        ("", "forget_upload", 0),
    ],
)
def test_discard_that_is_killed_leaves_no_picture_without_its_rows(
    tmp_path: Path, settings: Settings, owner: str, name: str, calls: int
) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data" / "media"
    source = brought(make_project(tasks=0).project, pictures(tmp_path))
    ends = [str(settings.DATA), owner, name, str(calls), str(source.pk)]

    done = subprocess.run([sys.executable, "-c", DISCARDING, *ends], env=environment(), check=False)

    assert done.returncode == -signal.SIGKILL
    finish_discarding()
    assert not Task.objects.filter(source=source).exists()
    assert not Media.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_killed_publisher_goes_on_where_it_was(source: Import) -> None:
    read_import(source.id, to_ms(NOW))
    assert kill_halfway("publish_import", source)

    publish_import(source.id, to_ms(NOW))

    source.refresh_from_db()
    states = TaskState.objects.filter(task__source=source, state="open")
    assert source.state == "published"
    assert states.count() == ROWS


@pytest.mark.slow
def test_a_killed_reader_of_a_second_file_still_finds_the_rows_of_the_first(source: Import) -> None:
    read_import(source.id, to_ms(NOW))
    publish_import(source.id, to_ms(NOW))
    path = Path(source.path)
    rows = "".join(f"avis numéro {number}\nneuf {number}\n" for number in range(ROWS))
    path.write_text(f"text\n{rows}")
    second = started(source.project, path)
    assert kill_halfway("read_import", second) < ROWS

    read_import(second.id, to_ms(NOW))

    second.refresh_from_db()
    assert (second.state, second.rows_good, second.rows_bad) == ("ready", ROWS, ROWS)
    assert second.problems.filter(code="task-already").count() == ROWS


def test_reader_that_began_at_the_same_moment_deletes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = started(make_project(tasks=0).project, path)
    look = vars(lifecycle)["_input_fingerprint"]

    def look_while_another_is_quicker(read: Import) -> dict[str, object]:
        found: dict[str, object] = look(read)
        monkeypatch.setattr(lifecycle, "_input_fingerprint", look)
        read_import(source.id, to_ms(NOW))
        return found

    monkeypatch.setattr(lifecycle, "_input_fingerprint", look_while_another_is_quicker)
    land = vars(lifecycle)["write_batches"]
    calls: list[int] = []

    def land_in_turn(*parts: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:  # the slower reader's
            publish_import(source.id, to_ms(NOW))
        return land(*parts, **named)

    monkeypatch.setattr(lifecycle, "write_batches", land_in_turn)

    with pytest.raises(Conflict):
        read_import(source.id, to_ms(NOW))

    publish_import(source.id, to_ms(NOW))
    assert TaskState.objects.filter(task__source=source, task__row__gt=0).count() == 2


def test_of_two_that_clear_what_was_read_before_one_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = started(make_project(tasks=0).project, path)
    read_import(source.id, to_ms(NOW))
    Import.objects.filter(pk=source.pk).update(state=Import.State.READING)
    path.write_text("text\nun\ndeux\ntrois\n")
    clear = vars(lifecycle)["_remove_rows"]

    def clear_while_another_is_quicker(read: Import, mine: str) -> None:
        monkeypatch.setattr(lifecycle, "_remove_rows", clear)
        read_import(source.id, to_ms(NOW))
        Import.objects.filter(pk=source.pk).update(state=Import.State.READING)
        clear(read, mine)

    monkeypatch.setattr(lifecycle, "_remove_rows", clear_while_another_is_quicker)

    with pytest.raises(Conflict):
        read_import(source.id, to_ms(NOW))

    assert Task.objects.filter(source=source).count() == 3


def test_a_reading_is_claimed_under_one_key_and_given_up_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = started(make_project(tasks=0).project, path)

    read_import(source.id, to_ms(NOW))
    first = Import.objects.get(pk=source.pk).reading
    assert (first["begun"]["bytes"], "cleared_by" in first) == (path.stat().st_size, False)

    path.write_text("text\nun\ndeux\ntrois\n")
    Import.objects.filter(pk=source.pk).update(state=Import.State.READING)
    read_import(source.id, to_ms(NOW))
    second = Import.objects.get(pk=source.pk).reading
    assert (second["begun"]["bytes"], len(second["cleared_by"])) == (path.stat().st_size, 16)

    path.write_text("autre\nun\n")
    Import.objects.filter(pk=source.pk).update(state=Import.State.READING)
    failed = read_import(source.id, to_ms(NOW))
    assert (failed.state, failed.rows_good, failed.rows_bad) == (Import.State.FAILED, 0, 0)
    assert not failed.reading.keys() & {"begun", "cleared_by"}


def test_a_reading_that_was_stopped_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(make_project(tasks=0).project, path)
    Import.objects.filter(pk=source.pk).update(state=Import.State.DISCARDED)

    with pytest.raises(Conflict, match="discarded meanwhile"):
        vars(lifecycle)["_claim_reading"](source)

    assert "begun" not in Import.objects.get(pk=source.pk).reading
