"""Canut as it is measured: its own server and jobs, every middleware and step of an answer on."""

import json
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bench.exports import answer_every_task
from bench.machine import instance
from bench.machine.http import HELD
from bench.machine.instance import CHOICES, SLUG, free_port
from bench.peers import processes
from bench.peers.counted import Kept
from bench.peers.wire import Wire
from canut.actions.platform.system_clock import now_ms

PIECE = 4 * 2**20
MOST_REST_SECONDS = 300


class Handed(NamedTuple):
    """A task as it was handed out, and the lease under which it is answered."""

    number: str
    lease: int
    question_version: int


@dataclass
class Annotator:
    """One signed-in person at the workbench: the next task comes with the receipt of an answer."""

    wire: Wire
    slug: str = SLUG
    turn: int = 0
    hand: list[Handed] = field(default_factory=list)

    def take(self) -> Handed | None:
        """Go on with a task that is held, or lease as many as the workbench holds."""
        if not self.hand:
            self._hold(self.wire.post(f"/work/{self.slug}/lease", self._wanted()))
        return self.hand.pop(0) if self.hand else None

    def answer(self, task: Handed) -> str:
        """Send one choice, as the workbench does: in the same trip the next task is lent."""
        self.turn += 1
        answer = {
            "lease": task.lease,
            "key": secrets.token_hex(16),
            "values": {"q": CHOICES[self.turn % len(CHOICES)]},
            "question_version": task.question_version,
        }
        body = {"answers": [answer], "next": self._wanted()}
        done = self.wire.post(f"/work/{self.slug}/answers", body)
        self._hold(done["next"])
        (receipt,) = done["receipts"]
        if "problem" in receipt:
            raise ValueError(receipt["problem"])
        return str(receipt["answer"])

    def _wanted(self) -> dict[str, object]:
        leases = [task.lease for task in self.hand]
        return {"count": HELD, "have": leases, "question_version": 1}

    def _hold(self, reply: dict[str, list[dict[str, int]]]) -> None:
        self.hand += [
            Handed(str(task["task"]), task["lease"], task["question_version"])
            for task in reply["tasks"]
        ]


class Canut:
    """One instance, on SQLite or PostgreSQL; this process makes its projects beside the server."""

    name = "Canut"
    server = "canut serve --with-jobs"
    lead_seconds = 1.0  # a pair takes a tenth of one with 32 annotators

    def __init__(self, folder: Path, *, postgres: str | None) -> None:
        instance.set_up(folder, postgres=postgres)
        self.port = free_port()
        command = [sys.executable, "-m", "canut", "serve", "--with-jobs", "--data", str(folder)]
        self.process = processes.start(
            [*command, "--port", str(self.port)],
            environment=os.environ | {"CANUT_URL": f"http://127.0.0.1:{self.port}"},
            log=folder / "bench.log",
            address=f"http://127.0.0.1:{self.port}/healthz",
        )

    def stop(self) -> None:
        """End the server and its jobs."""
        processes.stop(self.process)

    def pids(self) -> list[int]:
        """Return the roots of its processes, the database server's apart."""
        return [self.process.pid]

    @cached_property
    def owner(self) -> Wire:
        """Whoever owns the projects, signed in."""
        from canut.store.models import Person

        session = instance.open_session(Person.objects.get(username="bench"))
        return Wire(self.port, {"sessionid": session, "csrftoken": instance.CSRF})

    @cached_property
    def program(self) -> Wire:
        """A program with a key to every project."""
        from canut.actions.integrations.api_keys import KeyIn, create_key
        from canut.store.models import Role

        key = create_key(KeyIn("bench", Role.REQUESTER), by=None, now_ms=now_ms())
        return Wire(self.port, headers={"Authorization": f"Bearer {key.token}"})

    def seats(self, project: int, number: int) -> list[Annotator]:
        """Make so many workers of a project, signed in."""
        seats = instance.make_seats(project, number, self.port)
        return [
            Annotator(Wire(self.port, {"sessionid": seat.session, "csrftoken": seat.csrf}))
            for seat in seats
        ]

    def make_project(self, texts: list[str]) -> int:
        """Make a project of so many texts, open, paid, one answer asked for each.

        What an import left to its jobs, as texts to be made searchable, is done first: Label Studio
        leaves nothing.
        """
        if not processes.until(_is_at_rest, MOST_REST_SECONDS):
            raise SystemExit("the jobs of Canut did not end; see its log")
        return instance.make_project(len(texts), overlap=1)

    def empty_project(self) -> int:
        """Make a draft without tasks."""
        return instance.make_project(0, overlap=1)

    def bring(self, _project: int, texts: list[str], *, answered: bool = False) -> None:
        """Import texts through its API, one object a line; with ``answered``, written beside it.

        Label Studio imports tasks that carry answers; here they are written as the loads leave
        them, for what is measured of them is the export.
        """
        if answered:
            answer_every_task(instance.make_project(len(texts), overlap=1), 1)
            return
        rows = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)
        program = self.program
        at = f"/api/v1/projects/{SLUG}"
        upload = program.post(f"{at}/uploads", {})["upload"]
        for start in range(0, len(rows), PIECE):
            piece = rows[start : start + PIECE]
            program.ask(
                "PATCH", f"{at}/uploads/{upload}?offset={start}", piece, "application/octet-stream"
            )
        progress = program.post(f"{at}/uploads/{upload}/finish", {})
        # Label Studio's tasks can be worked on at once too.
        while progress["state"] not in {"published", "failed"}:
            time.sleep(0.2)
            progress = program.get(f"{at}/imports/{progress['id']}")
        if progress["state"] == "failed" or progress["tasks"] != len(texts):
            raise SystemExit(f"Canut kept {progress['tasks']} of {len(texts)} tasks: {progress}")

    def export(self, _project: int) -> bytes:
        """Export the answers of the newest project as JSON lines, from its page."""
        return self.owner.ask("GET", f"/projects/{SLUG}/export/answers.jsonl")

    def kept(self, project: int) -> list[Kept]:
        """Return the answers that the export of the newest project holds."""
        rows = map(json.loads, self.export(project).splitlines())
        return [Kept(str(r["answer"]), str(r["task"]), r["worker"]) for r in rows]

    def list_page(self, _project: int) -> None:
        """Read the first page of its list of tasks, whole, as a browser shows it."""
        self.owner.ask("GET", f"/projects/{SLUG}/tasks")

    def work_page(self, _project: int) -> str:
        """Return the address of the workbench of the newest project."""
        return f"http://127.0.0.1:{self.port}/work/{SLUG}/"


def _is_at_rest() -> bool:
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    due = DBTaskResult.objects.exclude(run_after__gt=timezone.now())
    return not due.filter(status__in=("READY", "RUNNING")).exists()
