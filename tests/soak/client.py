"""People who answer over HTTP and may be killed at any moment: ``python -m tests.soak.client``.

Each person's journal is the memory of their browser: a line before an answer is sent, one after it
was acknowledged, both on the disk before anything else happens. Whoever begins again sends what was
not acknowledged under the same key.
"""

import http.client
import json
import os
import sys
import threading
import time
import traceback
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

CSRF = "c" * 32
VALUES = ("oui", "non")
AGAIN = {429, 502, 503, 504, 507}
PATIENCE_SECONDS = 300.0
REST_SECONDS, LONGEST_REST_SECONDS = 0.05, 0.8


@dataclass(frozen=True)
class Plan:
    """Who answers where, and how.

    Args:
        slug: the project.
        sessions: one signed-in browser a person.
        ports: the servers, any of which may be asked.
        seed: decides everything but the moments.
        journals: the folder of journals, one a person.
        number: the first person's number, which names their journal.
        outbox_only: send what was not acknowledged, then end.
        pairs_per_s: tasks that each person takes a second, whatever the server does; 0 is a closed
            loop. The journal of such a load survives the end of the process, not that of the disk.
    """

    slug: str
    sessions: list[str]
    ports: list[int]
    seed: int
    journals: str
    number: int
    outbox_only: bool = False
    pairs_per_s: float = 0.0


class Journal:
    """Lines that survive whatever happens to the process."""

    def __init__(self, path: Path, *, is_synced: bool = True) -> None:
        self._is_synced = is_synced
        whole = path.read_text() if path.exists() else ""
        lines = [line for line in whole.splitlines(keepends=True) if line.endswith("\n")]
        self.said: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.ftruncate(self._file, len("".join(lines).encode()))
        os.lseek(self._file, 0, os.SEEK_END)

    def note(self, **line: object) -> None:
        """Write one line, and wait until the disk has it if the journal is synced."""
        self.mention(**line)
        if self._is_synced:
            os.fdatasync(self._file)

    def mention(self, **line: object) -> None:
        """Write one line that a power cut may take."""
        os.write(self._file, (json.dumps(line) + "\n").encode())


class Seat:
    """One person's browser."""

    def __init__(self, plan: Plan, at: int) -> None:
        self.plan, self.session = plan, plan.sessions[at]
        path = Path(plan.journals) / f"{plan.number + at}.journal"
        self.journal = Journal(path, is_synced=not plan.pairs_per_s)
        life = len(self.journal.said)
        self.rng = np.random.default_rng([plan.seed, plan.number + at, life])
        self.ports: list[int] = self.rng.permutation(plan.ports).tolist()
        self.connection: http.client.HTTPConnection | None = None

    def post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send the same until it is answered; note every failure, and refuse what is none."""
        end, rest = time.monotonic() + PATIENCE_SECONDS, REST_SECONDS
        while True:
            try:
                status, said = self._once(name, body)
            except (OSError, http.client.HTTPException) as lost:
                self._drop()
                self.ports.append(self.ports.pop(0))
                problem = type(lost).__name__
            else:
                if status < 300:
                    return said
                problem = f"{status} {said.get('code')}"
                if status not in AGAIN:
                    self.journal.note(what="wrong", status=status, said=said, sent=body)
                    raise RuntimeError(f"{name}: {problem}: {said}")
            self.journal.mention(what="again", problem=problem)
            if time.monotonic() > end:
                raise TimeoutError(f"{name}: {problem}")
            time.sleep(rest)
            rest = min(2 * rest, LONGEST_REST_SECONDS)

    def _once(self, name: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=20)
        head = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        }
        self.connection.request("POST", f"/work/{self.plan.slug}/{name}", json.dumps(body), head)
        answer = self.connection.getresponse()
        said = answer.read()
        return answer.status, json.loads(said) if said else {}

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def send(self, answers: list[dict[str, Any]]) -> None:
        """Send answers until each is acknowledged or refused for good."""
        for receipt in self.post("answers", {"answers": answers})["receipts"]:
            self.journal.note(what="kept", **receipt)

    def outbox(self) -> list[dict[str, Any]]:
        """Return what was sent and not acknowledged in the lives before."""
        kept = {line["key"] for line in self.journal.said if line["what"] == "kept"}
        sent = [line["one"] for line in self.journal.said if line["what"] == "sent"]
        return [one for one in sent if one["key"] not in kept]

    def one(self, lease: int, replaces: str | None = None) -> dict[str, Any]:
        """Make an answer, and note it before it is sent."""
        key = str(uuid.UUID(bytes=self.rng.bytes(16)))
        one: dict[str, Any] = {"lease": lease, "key": key}
        one |= {"values": {"q": str(self.rng.choice(VALUES))}, "replaces": replaces}
        self.journal.note(what="sent", one=one)
        return one

    def work(self) -> None:
        """Answer, alone or several at once; pass over, give back and correct now and then."""
        for one in self.outbox():
            self.send([one])
        if self.plan.pairs_per_s and not self.plan.outbox_only:
            self.work_at(self.plan.pairs_per_s)
        while not self.plan.outbox_only:
            lent = self.post("lease", {"count": int(self.rng.integers(1, 5)), "have": []})["tasks"]
            if not lent:
                time.sleep(REST_SECONDS)
            self.answer([task["lease"] for task in lent])
            if self.rng.random() < 0.1:
                self._drop()
                self.rng.shuffle(self.ports)

    def work_at(self, pairs_per_s: float) -> None:
        """Take and answer one task after the other at random moments, late ones at once."""
        due = time.monotonic()
        while True:
            due += self.rng.exponential(1 / pairs_per_s)
            time.sleep(max(0.0, due - time.monotonic()))
            lent = self.post("lease", {"count": 1, "have": []})["tasks"]
            self.answer([task["lease"] for task in lent])

    def answer(self, leases: list[int]) -> None:
        """Do with the tasks in hand what people do."""
        chance = self.rng.random()
        if leases and chance < 0.03:
            self.post("skip", {"lease": leases.pop(), "reason": "not-sure"})
        elif leases and chance < 0.06:
            self.post("release", {"leases": [leases.pop()]})
        if chance < 0.5:
            for lease in leases:
                self.send([self.one(lease)])
        elif leases:
            self.send([self.one(lease) for lease in leases])
        if leases and chance > 0.9:
            first = self.one(leases[0])  # answered in another tab: the same lease once more
            self.send([first])
            self.send([first])
            self.send([self.one(leases[0], replaces=first["key"])])


def _end(failed: threading.ExceptHookArgs) -> None:
    """End the whole process when one person fails: the parent must see it."""
    traceback.print_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.stderr.flush()
    os._exit(1)


def main(plan: Plan) -> None:
    """Let everybody work, each in a thread of their own."""
    threading.excepthook = _end
    seats = [Seat(plan, at) for at in range(len(plan.sessions))]
    threads = [threading.Thread(target=seat.work) for seat in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(Plan(**json.loads(sys.argv[1])))
