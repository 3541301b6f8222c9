"""A crowd that works, stumbles and is killed: ``python -m tests.support.simulated_crowd``.

One process imports everything, then forks: members who lease and answer, and a requester who takes
leases back and changes the overlap meanwhile. Members are killed with SIGKILL at random and begin
again; what they had sent without an acknowledgement they send again. Each member's log is the
memory of its browser: written before an answer is sent, and after it was acknowledged.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

MEMBERS = 8
VALUES = ("oui", "non")
GIVE_UP_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """What the crowd is to do."""

    project: int
    workers: list[int]
    folder: Path
    seed: int
    kills: int
    overlaps: list[int]


def now_ms() -> int:
    """Return the moment in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Member:
    """One browser, in which any of the workers may sit."""

    def __init__(self, plan: Plan, number: int, life: int) -> None:
        self.plan = plan
        self.rng = random.Random(f"{plan.seed}:{number}:{life}")
        path = plan.folder / f"member-{number}.log"
        lines = path.read_text().splitlines() if path.exists() else []
        self.log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        said = [json.loads(line) for line in lines]
        acknowledged = {line["key"] for line in said if line["what"] == "kept"}
        self.outbox = [
            line for line in said if line["what"] == "sent" and line["key"] not in acknowledged
        ]

    def note(self, **line: object) -> None:
        """Write a line that survives SIGKILL."""
        os.write(self.log, (json.dumps(line) + "\n").encode())

    def send(self, line: dict[str, Any]) -> None:
        """Send an answer until it is acknowledged or refused."""
        from canut.actions.work.submission import Submission, submit
        from canut.core.errors import Refusal

        given = {name: line[name] for name in ("lease", "key", "replaces")}
        submission = Submission(**given, values={"q": line["value"]})
        try:
            receipt = submit(line["worker"], submission, now_ms())
        except Refusal as refusal:
            self.note(what="kept", key=line["key"], refused=refusal.case)
        else:
            self.note(what="kept", worker=line["worker"], **asdict(receipt))

    def answer(self, worker: int, lease: int, replaces: str | None = None) -> str:
        """Answer a task, and sometimes send it twice."""
        line: dict[str, Any] = {
            "key": str(uuid.UUID(int=self.rng.getrandbits(128))),
            "worker": worker,
            "lease": lease,
            "value": self.rng.choice(VALUES),
            "replaces": replaces,
        }
        self.note(what="sent", **line)
        self.send(line)
        if self.rng.random() < 0.05:
            self.send(line)
        return str(line["key"])

    def work(self) -> None:
        """Lease and answer until nothing is left for anybody."""
        from canut.actions.work.leases import lease_tasks, release_leases, skip_task
        from canut.core.errors import Conflict

        for line in self.outbox:
            self.send(line)
        idle = 0
        while idle < 3 * len(self.plan.workers):
            worker = self.rng.choice(self.plan.workers)
            lent = lease_tasks(worker, self.rng.randint(1, 4), now_ms())
            idle = 0 if lent.tasks else idle + 1
            for task in lent.tasks:
                chance = self.rng.random()
                if chance < 0.03:
                    with suppress(Conflict):  # answered in another tab
                        skip_task(worker, task.lease, "not-sure", now_ms())
                elif chance < 0.06:
                    release_leases(worker, [task.lease], now_ms())
                elif chance < 0.10:
                    continue  # left to run out
                else:
                    if chance < 0.12:
                        time.sleep(0.3)  # too late
                    key = self.answer(worker, task.lease)
                    if chance > 0.95:
                        self.answer(worker, task.lease, replaces=key)


def request(plan: Plan) -> None:
    """Take leases back, and change the overlap from time to time."""
    from canut.actions.work.leases import expire_leases
    from canut.actions.work.overlap import set_overlap

    log = plan.folder / "overlap.log"
    for overlap in plan.overlaps:
        time.sleep(0.6)
        expire_leases(plan.project, now_ms())
        set_overlap(plan.project, overlap, now_ms())
        with log.open("a") as file:
            file.write(json.dumps({"overlap": overlap, "until_ms": now_ms()}) + "\n")


def fork(act: Callable[[], None]) -> int:
    """Run something in a child of its own; return its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the parent must see that it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class Crowd:
    """The processes at work."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lives = dict.fromkeys(range(MEMBERS), 0)
        self.members: dict[int, int] = {}
        for number in self.lives:
            self.begin(number)
        self.requester = fork(lambda: request(plan))

    def begin(self, number: int) -> None:
        """Let a member begin, or begin again."""
        life = self.lives[number]
        self.members[fork(lambda: Member(self.plan, number, life).work())] = number

    def see_who_ended(self) -> None:
        """Let members who were killed begin again; fail when one failed."""
        while self.members:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == 0:
                return
            number = self.members.pop(ended, None)
            if status == signal.SIGKILL and number is not None:
                self.lives[number] += 1
                self.begin(number)
            elif status:
                raise ChildProcessError(f"{number or 'the requester'} ended with {status}")

    def work(self) -> None:
        """Work to the end."""
        rng = random.Random(self.plan.seed)
        kills = self.plan.kills
        give_up = time.monotonic() + GIVE_UP_SECONDS
        while self.members:
            if time.monotonic() > give_up:
                raise TimeoutError(f"members {sorted(self.members.values())} did not end")
            time.sleep(rng.uniform(0.02, 0.15))
            if kills:
                os.kill(rng.choice(list(self.members)), signal.SIGKILL)
                kills -= 1
            self.see_who_ended()


def main() -> None:
    """Read the plan and run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plan", type=json.loads)
    given = parser.parse_args().plan
    django.setup()
    Crowd(Plan(**{**given, "folder": Path(given["folder"])})).work()


if __name__ == "__main__":
    main()
