"""Loops over removals and witnesses, broken at each step: one bad row holds back only itself."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from pytest_django import Settings

from canut.actions.ledger import log_keys, witnesses
from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.rollback_detection import forget_ends
from canut.actions.ledger.sequencer import sequence
from canut.actions.ledger.witnesses import ask_witnesses, trouble_of
from canut.actions.platform import row_faults, system_clock
from canut.actions.projects import removal
from canut.actions.projects.removal import remove_due
from canut.commands.witness import Witness, serve
from canut.core.clock import DAY_MS
from canut.core.proofs.note import COSIGNATURE, Signer, read_key, write_key
from canut.store.media.files import key_of
from canut.store.models import Media, Project, Task
from canut.store.operations.health import read_readiness
from canut.store.tables.ledger import Cosignature, Log
from canut.store.tables.platform import Fact
from canut.store.tables.projects import Removal
from canut.store.tables.tasks import ImportProblem
from canut.store.tables.work import Flag
from tests.support.factories import NOW_MS, Made, answer_next, make_project

SHA = "ab" * 32
REMOVE = "_remove"


@pytest.fixture(autouse=True)
def _fresh(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Report every fault, in a folder of this test's own."""
    settings.DATA, settings.MEDIA_ROOT, settings.LOG_KEY = tmp_path, tmp_path / "media", ""
    monkeypatch.setattr(row_faults, "_reported", {})
    monkeypatch.setattr(system_clock, "time_ns", lambda: NOW_MS * 1_000_000)
    log_keys.forget_keys()
    forget_ends()
    yield
    log_keys.forget_keys()
    forget_ends()


def faults() -> list[str]:
    return [fault.partition(" (")[0] for fault in read_readiness(NOW_MS).row_faults]


# removals


def leaving(made: Made) -> Removal:
    """Ask for the removal of a project that has ended, whose thirty days are over."""
    Project.objects.filter(pk=made.project.pk).update(state="closed")
    return Removal.objects.create(
        project=made.project, asked_by=made.project.created_by, asked_ms=NOW_MS - 31 * DAY_MS,
        due_ms=NOW_MS - DAY_MS,
    )  # fmt: skip


def full_project(folder: Path, *, is_paid: bool) -> tuple[Made, Path]:
    """Make a project with something in each table that its removal visits; return a picture."""
    made = make_project(tasks=3)
    picture = folder / "media" / key_of(made.project.pk, SHA)
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    Media.objects.create(
        project=made.project, sha256=SHA, content_type="image/png", width=1, height=1, size_bytes=7
    )
    ImportProblem.objects.create(source=made.tasks[0].source, line=9, code="row-empty")
    if is_paid:
        answer_next(made.worker, now_ms=NOW_MS - 40 * DAY_MS)
        Flag.objects.create(task=made.tasks[0], worker=made.worker, text="?", flagged_ms=NOW_MS)
    return made, picture


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    """Let the statement of this number fail, counted from 1."""
    count = 0

    def execute(
        run: Callable[..., object], sql: str, params: object, many: object, context: object
    ) -> object:
        nonlocal count
        count += 1
        if count == number:
            raise DatabaseError(f"injected at {sql[:40]}")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_paid", [False, True], ids=["whole", "stripped"])
def test_removal_broken_off_at_each_statement_holds_back_itself_and_ends_once_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_paid: bool
) -> None:
    made, picture = full_project(tmp_path, is_paid=is_paid)
    bad = leaving(made)
    remove: Callable[[int, int], bool] = getattr(removal, REMOVE)
    number = 0

    def broken(removal_id: int, now_ms: int) -> bool:
        if removal_id != bad.pk:
            return remove(removal_id, now_ms)
        with failing_at(number):
            return remove(removal_id, now_ms)

    monkeypatch.setattr(removal, REMOVE, broken)
    broken_off = 0
    while not broken_off or Removal.objects.filter(pk=bad.pk, done_ms=None).exists():
        number += 1
        good = leaving(make_project(tasks=1, state="draft")).project_id
        assert remove_due(NOW_MS) >= 1
        assert not Project.objects.filter(pk=good).exists()
        is_done = not Removal.objects.filter(pk=bad.pk, done_ms=None).exists()
        assert faults() == ([] if is_done else [f"removal-{bad.pk}"])
        broken_off += 1

    assert broken_off >= 5
    assert faults() == []
    assert not picture.exists()
    assert not Media.objects.exists()
    assert not ImportProblem.objects.exists()
    assert not Flag.objects.exists()
    assert Project.objects.filter(pk=made.project.pk).exists() is is_paid
    assert not Task.objects.exclude(data="{}").exists()


# witnesses


def log_grown() -> Log:
    record_fact(None, "policy.set", {"new": 1}, NOW_MS)
    sequence(NOW_MS)
    return Log.objects.get(project=None)


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """Answer each connection with these bytes, whatever it asks; yield the address."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            try:
                line, _ = server.accept()
            except TimeoutError:
                continue
            with line:
                line.settimeout(2)
                with suppress(ConnectionError):  # the endless reply is cut off by who reads it
                    line.recv(2**16)
                    line.sendall(reply)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        is_over.set()
        thread.join()
        server.close()


def reply(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


REPLIES = {
    "nothing": b"",
    "no-http": b"\x00\xff garbage\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf",
    "error": reply("500 No", b"broken"),
    "redirect": reply("302 Found", b""),
    "empty": reply("200 OK", b""),
    "no-text": reply("200 OK", b"\xff\xfe\x00"),
    "no-signature": reply("200 OK", "— witness.example AAAA\n".encode()),
    "endless": reply("200 OK", b"x" * 10**6),
    "conflict-word": reply("409 Conflict", b"many"),
    "conflict-no-text": reply("409 Conflict", b"\xff"),
    "conflict-huge": reply("409 Conflict", b"9" * 5_000),
    "conflict-negative": reply("409 Conflict", b"-1"),
    "conflict-same": reply("409 Conflict", b"0"),
}


@contextmanager
def good_witness(folder: Path, log: Log) -> Iterator[str]:
    """Let a real witness listen; yield its line of a policy."""
    witness = Witness(folder / "witness", "w.example", [read_key(log.key)])
    server = serve(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"witness good {write_key(witness.signer.key)} http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        witness.close()


def write_policy(settings: Settings, folder: Path, bad: str, url: str, good: str) -> None:
    key = write_key(Signer("witness.example", COSIGNATURE, bytes(32)).key)
    path = folder / "policy.txt"
    lines = [f"witness {bad} {key} {url}", good, "quorum none", ""]
    path.write_text("\n".join(lines))
    settings.WITNESSES = str(path)


@pytest.mark.django_db
@pytest.mark.dialect
@pytest.mark.parametrize("kind", REPLIES)
def test_witness_that_answers_badly_stops_no_other(
    kind: str, settings: Settings, tmp_path: Path
) -> None:
    log = log_grown()
    with answering(REPLIES[kind]) as url, good_witness(tmp_path, log) as good:
        write_policy(settings, tmp_path, "bad", url, good)

        assert ask_witnesses() == 1

    assert list(Cosignature.objects.values_list("witness", flat=True)) == ["good"]
    assert json.loads(Fact.objects.get(name=trouble_of("bad")).value)["problem"]
    assert json.loads(Fact.objects.get(name=trouble_of("good")).value)["problem"] == ""
    assert faults() == []


@pytest.mark.django_db
@pytest.mark.dialect
def test_witness_with_a_long_name_stops_no_other(settings: Settings, tmp_path: Path) -> None:
    log, name = log_grown(), "w" * 200
    with answering(REPLIES["error"]) as url, good_witness(tmp_path, log) as good:
        write_policy(settings, tmp_path, name, url, good)

        assert ask_witnesses() == 1

    problem = json.loads(Fact.objects.get(name=trouble_of(name)).value)["problem"]
    assert problem == "it answered 500: broken"
    assert trouble_of(name) != trouble_of(f"{name}x")


@pytest.mark.django_db
@pytest.mark.dialect
@pytest.mark.parametrize("step", ["_request", "_post", "_keep", "keep_fact"])
def test_fault_of_ours_at_any_step_with_one_witness_stops_no_other(
    step: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_grown()
    real: Callable[..., object] = getattr(witnesses, step)
    calls = 0

    def broken(*args: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise AttributeError("injected")
        return real(*args)

    monkeypatch.setattr(witnesses, step, broken)
    with good_witness(tmp_path, log) as good:
        first = good.replace("witness good", "witness first")
        path = tmp_path / "policy.txt"
        other = write_key(Signer("x.example", COSIGNATURE, bytes(32)).key)
        path.write_text(f"{first}\nwitness other {other} http://127.0.0.1:1\nquorum none\n")
        settings.WITNESSES = str(path)

        ask_witnesses()

        assert faults() == ["witness-first"]
        assert Fact.objects.filter(name=trouble_of("other")).exists()
        ask_witnesses()

    assert faults() == []
    assert list(Cosignature.objects.values_list("witness", flat=True)) == ["first"]
