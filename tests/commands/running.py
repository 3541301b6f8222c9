"""Run ``canut`` in this process on a data folder, or as a program of its own."""

import contextlib
import io
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from canut.__main__ import main


@dataclass
class Done:
    """What a command printed and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def environment() -> dict[str, str]:
    """Return our environment without what is about an instance, in English."""
    about = ("CANUT_", "DATABASE_URL", "LC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(about)}
    return kept | {"LANG": "en_CA.UTF-8"}


def wait_until_served(server: subprocess.Popen[str]) -> None:
    """Read what ``canut serve`` prints until it names the address at which it answers.

    Raises:
        AssertionError: it ended before.
    """
    assert server.stdout is not None
    assert any(line.startswith("Canut: ") for line in iter(server.stdout.readline, ""))


@contextlib.contextmanager
def pointed_at(data: Path, language: str) -> Iterator[None]:
    """Give the settings and the database of this process to a data folder, then give them back."""
    before = connections["default"]
    databases = connections.databases["default"]
    given = {
        "ENGINE": "canut.store.sqlite",
        "NAME": data / "canut.sqlite3",
        "TEST": databases["TEST"] | {"NAME": data / "canut.sqlite3"},
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(DATA=data, MEDIA_ROOT=data / "media"),
    ):
        for name in set(os.environ) - set(environment()):
            patch.delenv(name)
        patch.setenv("LANG", language)
        patch.setenv("CANUT_DATA", str(data))
        patch.setenv("DJANGO_SETTINGS_MODULE", "canut.settings")
        for name, value in given.items():
            patch.setitem(databases, name, value)
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before


def canut(*words: str, data: Path | None = None, language: str = "en_CA.UTF-8") -> Done:
    """Run one command in this process: as a program does, at a fifth of the cost."""
    out, err = io.StringIO(), io.StringIO()
    where = ["--data", str(data)] if data else []
    folder = data or Path(settings.DATA)
    with (
        pointed_at(folder.resolve(), language),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main([*words, *where])
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database(data: Path) -> sqlite3.Connection:
    """Open the database of a data folder beside what uses it."""
    return sqlite3.connect(data / "canut.sqlite3")


def canut_program(*words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command as a program: slow, for what only a program of its own shows."""
    where = ["--data", str(data)] if data else []
    return subprocess.run(
        [sys.executable, "-m", "canut", *words, *where],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
