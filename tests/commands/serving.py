"""Start ``canut serve`` on an instance as people do, and ask it as a browser or a stranger does."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.commands.running import free_port, wait_until_served

ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return our environment, pointed at an instance on SQLite."""
    mine = {"CANUT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "canut.settings", **settings}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | mine


@contextmanager
def served(data: Path, **settings: str) -> Iterator[tuple[int, int]]:
    """Serve an instance; yield its port and the number of the process that answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "canut", "serve", "--data", str(data), "--port", str(port)],
        env=environment(data, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_until_served(process)
        seconds_for(port, "/healthz", patience=30)
        yield port, serving(process.pid)
    finally:
        process.kill()
        process.communicate()


def serving(parent: int) -> int:
    """Return the number of the child that serves."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    spawned = [child for child in children if is_serving(int(child))]
    return int(spawned[-1])


def is_serving(process: int) -> bool:
    """Return whether a process lives and is one that serves."""
    with suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def seconds_for(port: int, path: str, patience: float = 5, cookie: str = "") -> float:
    """Return how long an address takes to answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=patience) as answer:
        assert answer.status == 200
        answer.read()
    return time.perf_counter() - began


def prepare(data: Path, code: str) -> str:
    """Run code on an instance, with Django set up; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def receive_all(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes or falls silent."""
    received = b""
    with suppress(TimeoutError, ConnectionError):
        while part := connection.recv(65536):
            received += part
    return received
