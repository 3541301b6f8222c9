"""Several servers on one PostgreSQL: one is killed in the middle of the load, and nothing is lost.

Each client speaks to whichever server answers, and sends again, under the same key, what was not
acknowledged. The long version kills and starts servers over and over, with two processes that run
jobs beside them.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client

from canut.actions.decisions.system_notices import note_shown
from canut.actions.work.leases import expire_leases
from canut.store.models import Answer, Person, TaskState
from tests.commands.running import free_port, wait_until_served
from tests.support.databases import environment
from tests.support.factories import NOW_MS, Made, make_project
from tests.support.invariants import broken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
GIVE_UP_SECONDS = 120.0
FAR_MS = 4_000_000_000_000
CSRF = "c" * 32


class Servers:
    """Servers as programs of their own, all on the database of this test."""

    def __init__(self, count: int, folder: Path) -> None:
        self.ports = [free_port() for _ in range(count)]
        self.folder = folder
        self.env = environment() | {"CANUT_SECRET_KEY": settings.SECRET_KEY}
        self.running = {port: self.start("serve", "--port", str(port)) for port in self.ports}
        for process in self.running.values():
            wait_until_served(process)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in a group of its own, so that all of it can be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "canut", *words, "--data", str(self.folder)],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def kill(self, port: int) -> None:
        """Kill a server with all its processes, at once."""
        process = self.running.pop(port)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def begin_again(self, port: int) -> None:
        """Start a server where one was killed."""
        self.running[port] = self.start("serve", "--port", str(port))

    def stop(self) -> None:
        """Kill whatever runs."""
        for port in list(self.running):
            self.kill(port)


@contextmanager
def served(count: int, folder: Path) -> Iterator[Servers]:
    servers = Servers(count, folder)
    try:
        yield servers
    finally:
        servers.stop()


@dataclass
class Seat:
    """One person's browser, which goes to another server when one does not answer."""

    slug: str
    session: str
    ports: list[int]
    rng: np.random.Generator
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    moved: int = 0

    def post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request until some server answers it."""
        end = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < end:
            try:
                return self._once(name, body)
            except (OSError, http.client.HTTPException):
                self.moved += 1
                self.rng.shuffle(self.ports)
                time.sleep(0.02)
        raise TimeoutError(name)

    def _once(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=20)
        head = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", f"/work/{self.slug}/{name}", json.dumps(body), head)
            answer = connection.getresponse()
            said: dict[str, Any] = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 500:
            raise http.client.HTTPException(answer.status)
        assert answer.status < 300, said
        return said

    def work(self) -> None:
        """Answer until nothing is left, and change servers now and then."""
        while lent := self.post("lease", {"count": 3, "have": []})["tasks"]:
            for task in lent:
                key = str(uuid.UUID(bytes=self.rng.bytes(16)))
                one = {"lease": task["lease"], "key": key, "values": {"q": "oui"}}
                (receipt,) = self.post("answers", {"answers": [one]})["receipts"]
                assert "problem" not in receipt, receipt
                self.acknowledged.append((task["lease"], key))
                if self.rng.random() < 0.2:
                    self.rng.shuffle(self.ports)


def seats(made: Made, ports: list[int], seed: int) -> list[Seat]:
    """Sign everybody in, after they were shown what decides about them."""
    found = []
    for number, worker in enumerate(made.workers):
        client = Client()
        person = Person.objects.get(workers=worker)
        note_shown(person, NOW_MS)
        client.force_login(person)
        session = client.cookies["sessionid"].value
        rng = np.random.default_rng([seed, number])
        found.append(Seat(made.project.slug, session, rng.permutation(ports).tolist(), rng))
    return found


def load(everybody: list[Seat]) -> list[threading.Thread]:
    """Let everybody begin."""
    threads = [threading.Thread(target=seat.work, daemon=True) for seat in everybody]
    for thread in threads:
        thread.start()
    return threads


def answered(made: Made) -> int:
    return Answer.objects.filter(project=made.project).count()


def until(made: Made, count: int) -> None:
    """Wait until so many answers are there."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while answered(made) < count and time.monotonic() < end:
        time.sleep(0.02)


def check(made: Made, everybody: list[Seat]) -> None:
    """Whatever was acknowledged is there, once; whatever was lent in vain comes back."""
    kept = {(a.lease_id, a.client_key) for a in Answer.objects.filter(project=made.project)}
    said = [one for seat in everybody for one in seat.acknowledged]
    assert len(said) == len(set(said))
    assert set(said) <= kept
    assert broken() == []
    expire_leases(made.project.pk, FAR_MS)
    assert not TaskState.objects.filter(project=made.project, live__gt=0).exists()
    assert broken() == []


def test_server_killed_during_the_load_loses_nothing(tmp_path: Path) -> None:
    made = make_project(tasks=60, workers=4, overlap=3)
    with served(3, tmp_path) as servers:
        everybody = seats(made, servers.ports, 20261125)
        threads = load(everybody)
        until(made, 40)

        servers.kill(servers.ports[0])

        for thread in threads:
            thread.join(GIVE_UP_SECONDS)
    assert sum(seat.moved for seat in everybody) > 0
    assert answered(made) > 100
    check(made, everybody)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5), ids="seed-{}".format)
def test_servers_that_are_killed_over_and_over_lose_nothing(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=1_500, workers=8, overlap=3, lease_seconds=3)
    kills = 0
    with served(3, tmp_path) as servers:
        jobs = [servers.start("work") for _ in range(2)]
        everybody = seats(made, servers.ports, seed)
        threads = load(everybody)
        while any(thread.is_alive() for thread in threads) and kills < 12:
            time.sleep(rng.uniform(0.5, 2.0))
            port = int(rng.choice(list(servers.running)))
            servers.kill(port)
            kills += 1
            servers.begin_again(port)
        for thread in threads:
            thread.join(GIVE_UP_SECONDS)
        for job in jobs:
            os.killpg(job.pid, signal.SIGKILL)
            job.communicate()
    sys.stdout.write(f"seed {seed}: {kills} kills, {answered(made)} answers\n")
    check(made, everybody)
