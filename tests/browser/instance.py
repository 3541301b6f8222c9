"""A Canut served as a child process, and what looks at its pages."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Instance:
    """One Canut served from its own folder, in its own process group."""

    data: Path
    port: int
    command: list[str]
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the address people open."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of its commands."""
        return os.environ | {"CANUT_URL": self.url, "PYTHONUNBUFFERED": "1", "LANG": "fr_CA.UTF-8"}

    def canut(self, *words: str) -> str:
        """Run one command on this instance and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "canut", *words, "--data", str(self.data)],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def told(self, *command: str) -> str:
        """Run any command of ours beside this instance and return what it printed."""
        done = subprocess.run(
            command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> None:
        """Run some lines beside the server, for what no page does yet."""
        begin = "import django; django.setup();"
        done = subprocess.run(
            [sys.executable, "-c", begin + code],
            env=self.env
            | {"DJANGO_SETTINGS_MODULE": "canut.settings", "CANUT_DATA": str(self.data)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start serving and wait until it answers."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "canut", *self.command),
                *("--data", str(self.data), "--port", str(self.port)),
            ],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Wait until ``/healthz`` answers 200."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.command} did not answer within {seconds} s")

    def line(self, part: str) -> str:
        """Read what the server prints until a line holds ``part``."""
        assert self.process
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if part in line:
                return line
        raise AssertionError(f"{part!r} was never printed; printed: {self.said}")

    def serving(self) -> list[int]:
        """Return the process that serves, or none while another is being started."""
        assert self.process
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,ppid=,args=", "-g", str(self.process.pid)],  # noqa: S607 - procps
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        rows = [line.split(None, 2) for line in listed]
        return [
            int(pid)
            for pid, parent, words in rows
            if int(parent) == self.process.pid and "spawn_main" in words
        ]

    def kill_child(self) -> None:
        """Kill -9 the process that serves; its parent starts another."""
        assert self.process
        while not (found := self.serving()):
            assert self.process.poll() is None, "the server ended by itself"
            time.sleep(0.1)
        os.kill(found[0], signal.SIGKILL)

    def kill_group(self) -> None:
        """Kill -9 everything at once, as a power cut would."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def stop(self) -> float:
        """Stop as Ctrl-C does; returns the seconds it took."""
        assert self.process
        begun = time.monotonic()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill_group()
                raise
        if self.process.stdout:
            self.process.stdout.close()
        return time.monotonic() - begun

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database beside the server."""
        with closing(sqlite3.connect(f"file:{self.data}/canut.sqlite3?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()


def axe(page: Page) -> list[str]:
    """Return what axe finds wrong on the page; evaluated, so a strict CSP stays in force."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        ".map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)"
    )
    return list(found)
