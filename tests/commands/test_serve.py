"""A server that is told to stop ends what it was answering first."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from canut.web.platform.server import PARENT, PORT, STOPS, Jobs, StopSignal
from tests.commands.running import database, free_port, wait_until_served

pytestmark = pytest.mark.process

BODY = b"login=ada&password=faux"
HEAD = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: tranquille\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
)


TOLD = "print(*sys.modules)"


def loaded_by(code: str, data: Path) -> set[str]:
    """Run code on an instance; returns the modules that it says it loaded."""
    ours = {"CANUT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "canut.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | ours,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@contextmanager
def served(data: Path) -> Iterator[tuple[subprocess.Popen[str], socket.socket]]:
    """Serve an instance, and open one connection to it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "canut", "serve", "--data", str(data), "--port", str(port)],
        env=os.environ | {"CANUT_LOG": "json"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_served(process)
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            yield process, connection
    finally:
        process.kill()
        process.communicate()


def test_first_page_waits_for_nothing_it_does_not_need(instance: Path) -> None:
    """What describes the API, other databases, tables and models takes longest to load."""
    loaded = loaded_by(f"import sys, canut.web.wsgi, canut.web.urls; {TOLD}", instance)

    heavy = {"numba", "ninja", "pandas", "psycopg", "pydantic", "scipy", "sklearn"}
    assert not heavy & loaded


def test_demo_that_is_made_is_served_without_what_makes_it(instance: Path) -> None:
    begun = "import sys, django; django.setup(); import canut.commands.demo, canut.demo.jobs"
    served_by = "import canut.demo.settings, canut.demo.reader_language"

    loaded = loaded_by(f"{begun}; {served_by}; {TOLD}", instance)

    assert not {"pyarrow", "canut.demo.project", "canut.core.learning.takeover"} & loaded


def test_program_that_watches_the_server_keeps_neither_django_nor_its_tables(
    instance: Path,
) -> None:
    with served(instance) as (process, _connection):
        (child,) = (
            number
            for number in Path(f"/proc/{process.pid}/task/{process.pid}/children")
            .read_text()
            .split()
            if "spawn_main" in Path(f"/proc/{number}/cmdline").read_text()
        )
        watching, serving = (_anonymous_kib(number) for number in (process.pid, int(child)))

    assert watching < serving / 3


def _anonymous_kib(process: int) -> int:
    """Return the memory of a process that is no file's."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))


def test_server_moves_what_anybody_wrote_from_the_log_to_the_database(instance: Path) -> None:
    file = instance / "canut.sqlite3"
    with served(instance), closing(database(instance)) as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        time.sleep(1)
        before = file.stat().st_mtime_ns
        with other:
            other.execute("CREATE TABLE word (text TEXT)")
            other.execute("INSERT INTO word VALUES (?)", ("soie" * 10_000,))

        until = time.monotonic() + 20
        while b"soiesoiesoie" not in file.read_bytes() and time.monotonic() < until:
            time.sleep(0.1)

        assert b"soiesoiesoie" in file.read_bytes()
        assert file.stat().st_mtime_ns > before


def test_jobs_that_are_killed_beside_the_server_begin_again_until_it_stops() -> None:
    jobs = Jobs([sys.executable, "-c", "import time; time.sleep(600)"])
    first = jobs.process
    first.kill()
    first.wait()

    end = time.monotonic() + 60
    while jobs.process is first and time.monotonic() < end:
        time.sleep(0.05)
    second = jobs.process
    is_running = second.poll() is None
    jobs.stop()

    assert second is not first
    assert is_running
    assert second.poll() is not None
    time.sleep(1.5)
    assert jobs.process is second


def test_child_that_is_still_starting_ends_when_its_parent_is_gone() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    words = "from canut.web.platform.server import load; import time"
    child = subprocess.run(
        [sys.executable, "-c", f"{words}; load(''); time.sleep(600)"],
        env=os.environ | {PARENT: str(gone.pid), PORT: str(free_port())},
        timeout=20,
        check=False,
    )

    assert child.returncode == 1


@pytest.mark.parametrize("kind", ["work", "keep_time"])
def test_jobs_that_are_still_loading_end_when_their_parent_is_gone(kind: str) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    words = (
        "from argparse import Namespace; import time; from canut.commands import work;"
        " work.set_up = lambda _args: time.sleep(600);"
        f" work.run(Namespace(with_parent={gone.pid}, keep_time={kind == 'keep_time'}, once=False))"
    )

    loading = subprocess.run([sys.executable, "-c", words], timeout=20, check=False)

    assert loading.returncode == 1


def test_signal_in_the_middle_of_another_is_noted_and_reaches_the_server_of_the_moment() -> None:
    kept = {one: signal.getsignal(one) for one in STOPS}
    try:
        stop = StopSignal()
        told, taken = threading.Event(), threading.Lock()

        def tell() -> None:
            with taken:  # as an event's own set does, and a signal may find it taken
                told.set()

        hears = SimpleNamespace(set=tell, wait=told.wait, clear=told.clear)
        server = SimpleNamespace(interrupt_signal=False, main_loop_interrupt=hears)
        stop.reaches(server)
        with taken:
            again = threading.Thread(target=stop.hear, args=(signal.SIGINT, None), daemon=True)
            again.start()
            again.join(5)
            is_hung = again.is_alive()
        assert not is_hung
        assert stop.is_asked
        assert server.main_loop_interrupt.wait(5)
        assert server.interrupt_signal
        server.main_loop_interrupt.clear()  # as the server does when a child of it died
        assert server.main_loop_interrupt.wait(5)
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


def test_request_that_is_being_answered_ends_after_the_stop(instance: Path) -> None:
    with served(instance) as (process, connection):
        connection.sendall(HEAD % len(BODY) + BODY[:9])
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.8)
        connection.sendall(BODY[9:])

        answered = connection.recv(4096).decode()
        _said, logged = process.communicate(timeout=30)

    assert answered.startswith("HTTP/1.1 403")
    assert "x-request-id: tranquille" in answered.lower()
    assert process.returncode == 0
    assert '"request": "tranquille"' in logged
    assert "faux" not in logged
    with closing(database(instance)) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
