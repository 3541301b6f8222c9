"""Servers and clients as programs of their own on the database of a test, and their deaths."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.test import Client

from canut.actions.decisions.system_notices import note_shown
from canut.store.models import Person, Worker
from tests.commands.running import free_port
from tests.soak.client import Plan
from tests.support.databases import environment
from tests.support.factories import Made

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
HOUR = 3_600
STEPS = (-24 * HOUR, -HOUR, HOUR, 24 * HOUR)
AWAY_SECONDS = 0.6
ORPHAN_SECONDS = 10.0  # after which a process must have ended without its parent


@dataclass
class Stage:
    """Everything that runs, and what was done to it.

    Args:
        folder: where journals and, on PostgreSQL, the data folder are.
        ports: where servers listen.
        env: what the programs of this stage know beside the database.
        with_jobs: whether each server runs jobs too.
    """

    folder: Path
    ports: list[int]
    env: dict[str, str]
    with_jobs: bool = False
    servers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    clients: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    plans: dict[int, Plan] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def data(self) -> Path:
        """Return the data folder: beside SQLite's file, else one of our own."""
        if connection.vendor == "sqlite":
            return Path(str(connection.settings_dict["NAME"])).parent
        return self.folder / "data"

    @property
    def clock(self) -> Path:
        """Return the file that says by how much the servers' clocks are wrong."""
        return self.folder / "clock"

    @property
    def said(self) -> Path:
        """Return the file in which every server's words are kept."""
        return self.folder / "said.log"

    def serve(self, port: int) -> None:
        """Start a server in a group of its own."""
        words = ["serve", "--port", str(port), "--data", str(self.data)]
        words += ["--with-jobs"] if self.with_jobs else []
        with self.said.open("ab") as said:
            self.servers[port] = subprocess.Popen(
                [sys.executable, "-m", "canut", *words],
                env=self.env,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait(self, port: int) -> None:
        """Wait until a server answers; start it again where it ended by itself."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.asked("healthz", port) == 200:
                return
            if self.servers[port].poll() is not None:
                self.serve(port)
            time.sleep(0.05)
        raise TimeoutError(f"port {port}: {self.said.read_text()[-3000:]}")

    def asked(self, page: str, port: int | None = None) -> int:
        """Ask a page and return the status; 0 where nobody answers."""
        return self.asked_at(f"127.0.0.1:{port or self.ports[0]}", page)

    @staticmethod
    def asked_at(server: str, page: str) -> int:
        """Ask a page of a host and port and return the status; 0 where nobody answers."""
        try:
            address = f"http://{server}/{page}"
            with urllib.request.urlopen(address, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code
        except OSError:
            return 0

    def begin(self, number: int, plan: Plan) -> None:
        """Start a client; its words come when it ends."""
        self.plans[number] = plan
        self.clients[number] = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.client", json.dumps(asdict(plan))],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def children(self, port: int, word: str) -> list[int]:
        """Return the processes that a server started whose words hold one."""
        found = []
        for pid in _children(self.servers[port].pid):
            with suppress(OSError):  # gone meanwhile
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                found += [pid] if word in words else []
        return found

    def awaited(self, port: int, word: str) -> list[int]:
        """Wait until such a process is there: it may be only just beginning again."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.servers[port].poll() is None:
            if found := self.children(port, word):
                return found
            time.sleep(0.1)
        return []

    def kill(self, what: str, rng: np.random.Generator) -> None:
        """Kill -9 a serving child, its jobs, a parent, a whole server or a client; begin it again.

        A parent alone leaves its children: they must end by themselves.
        """
        if what == "client":
            number = int(rng.choice(list(self.clients)))
            self.clients[number].kill()
            self.ended(number)
            self.begin(number, self.plans[number])
        else:
            port = int(rng.choice(self.ports))
            if self.servers[port].poll() is not None:  # its child died too often: it gave up
                self.serve(port)
                what = "group"
            if what == "group":
                self.kill_server(port)
                self.serve(port)
            elif what == "parent":
                self.kill_parent(port)
                self.serve(port)
            else:
                word = "spawn_main" if what == "child" else "canut work"
                found = self.awaited(port, word)
                if not found:
                    return
                os.kill(found[0], signal.SIGKILL)
                _wait_until_ended(found[:1])
        self.done[what] += 1

    def set_clock(self, wrong_seconds: int) -> None:
        """Set the clock of every server, at once."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(wrong_seconds))
        fresh.replace(self.clock)
        self.done["clock"] += 1

    def let_no_file_grow(self) -> None:
        """Take the right to write files from what serves on a port, for a moment."""
        for child in self.children(self.ports[0], "spawn_main"):
            with suppress(ProcessLookupError):
                limits = resource.prlimit(child, resource.RLIMIT_FSIZE)
                resource.prlimit(child, resource.RLIMIT_FSIZE, (0, limits[1]))
                time.sleep(AWAY_SECONDS)
                resource.prlimit(child, resource.RLIMIT_FSIZE, limits)
                self.done["no room"] += 1

    def cut(self) -> None:
        """Cut every connection but ours to PostgreSQL."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        self.done["cut"] += 1

    def kill_server(self, port: int) -> None:
        """Kill a server with all its processes, at once."""
        process = self.servers.pop(port)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_parent(self, port: int) -> None:
        """Kill the process that watches a server's others; wait until these have ended too."""
        process = self.servers.pop(port)
        children = _children(process.pid)
        process.kill()
        process.wait()
        try:
            _wait_until_ended(children)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            raise

    def ended(self, number: int) -> int:
        """Take leave of a client; return its exit code and fail with its words if it failed."""
        client = self.clients.pop(number)
        _none, words = client.communicate()
        assert client.returncode in {0, -signal.SIGKILL}, words
        return client.returncode

    def check_clients(self) -> None:
        """Fail when a client ended by itself."""
        for number in [n for n, client in self.clients.items() if client.poll() is not None]:
            self.ended(number)

    def settle(self) -> None:
        """Kill the clients, let all servers stand, and let every outbox be emptied."""
        for number in list(self.clients):
            self.clients[number].kill()
            self.ended(number)
        for port in self.ports:
            self.wait(port)
        for number, plan in self.plans.items():
            self.begin(number, replace(plan, outbox_only=True))
        for number in list(self.clients):
            assert self.ended(number) == 0

    def stop(self) -> None:
        """Kill whatever runs."""
        for port in list(self.servers):
            self.kill_server(port)
        for client in self.clients.values():
            client.kill()
            client.communicate()

    def journals(self) -> list[dict[str, Any]]:
        """Return everything the clients noted, with the number of the person."""
        return [
            {"person": int(path.stem), **json.loads(line)}
            for path in sorted(self.folder.glob("*.journal"))
            for line in path.read_text().splitlines()
        ]

    def faults(self) -> list[str]:
        """List the last line of every traceback that servers wrote: there must be none."""
        lines = self.said.read_text(errors="replace").splitlines()
        begun = False
        found = []
        for line in lines:
            if line.startswith("Traceback"):
                begun = True
            elif begun and line and not line.startswith(" "):
                found.append(line)
                begun = False
        return found


def _children(parent: int) -> list[int]:
    """Return the children of all threads of a process: jobs that ended are begun by another one."""
    children: list[int] = []
    for thread in Path(f"/proc/{parent}/task").iterdir():
        with suppress(OSError):  # a thread that ended
            children += map(int, (thread / "children").read_text().split())
    return children


def _wait_until_ended(processes: list[int]) -> None:
    """Wait for the end of processes that were killed, or whose parent was."""
    end = time.monotonic() + ORPHAN_SECONDS
    while left := [pid for pid in processes if _is_running(pid)]:
        if time.monotonic() > end:
            words = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left]
            raise TimeoutError(f"{left} still run after {ORPHAN_SECONDS} s: {words}")
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def stage(folder: Path, servers: int, *, with_jobs: bool = False, **env: str) -> Iterator[Stage]:
    """Serve the database of this test from some ports while the block runs."""
    unlimited = {"CANUT_WORK_RATE": "0"}  # a client here is faster than any person
    known = environment() | {"CANUT_SECRET_KEY": settings.SECRET_KEY} | unlimited | env
    one = Stage(folder, [free_port() for _ in range(servers)], known, with_jobs)
    known |= {"SOAK_CLOCK": str(one.clock), "PYTHONPATH": str(ROOT / "tests/soak/clock")}
    one.clock.write_text("0")
    one.env = known
    try:
        for port in one.ports:
            one.serve(port)
        for port in one.ports:
            one.wait(port)
        yield one
    finally:
        one.stop()


def sign_in(worker: Worker) -> str:
    """Sign somebody in who was shown what decides here; return what their cookie holds."""
    browser = Client()
    person = Person.objects.get(workers=worker)
    note_shown(person, time.time_ns() // 1_000_000)
    browser.force_login(person)
    return browser.cookies["sessionid"].value


def plans(
    made: Made,
    where: Stage,
    seed: int,
    people: int = 2,
    *,
    pairs_per_s: float = 0.0,
    ports: list[int] | None = None,
) -> list[Plan]:
    """Sign everybody in; so many people to a client process, each at so many pairs a second."""
    sessions = [sign_in(worker) for worker in made.workers]
    folder = str(where.folder)
    return [
        Plan(
            *(
                made.project.slug,
                sessions[at : at + people],
                ports or where.ports,
                seed,
                folder,
                at,
            ),
            pairs_per_s=pairs_per_s,
        )
        for at in range(0, len(sessions), people)
    ]
