"""The client that meets both platforms, what it counts, and the table: no Label Studio needed."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from bench.machine.instance import CHOICES
from bench.peers import canut, label_studio
from bench.peers.counted import Counted, Kept, count
from bench.peers.crowd import Seen, gather, repeat, work
from bench.peers.table import table, verdicts
from bench.peers.wire import RefusedError, Wire
from canut.store.models import Answer, Person
from tests.support.factories import SCHEMA, make_person, make_project


class Small(ThreadingHTTPServer):
    """A platform of a few tasks that speaks as Label Studio does, and can be made to err."""

    def __init__(self, tasks: int, *, times: int = 1, forgets: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Speaking)
        self.left = [task for task in range(1, tasks + 1) for _ in range(times)]
        self.forgets = forgets
        self.given = 0
        self.kept: list[Kept] = []
        self.guard = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Speaking(BaseHTTPRequestHandler):
    """Answers the two requests of an annotator, and three ways to send a body."""

    protocol_version = "HTTP/1.1"
    server: Small

    def do_GET(self) -> None:
        """Hand out a task, or say something in another way."""
        if self.path == "/chunked":
            self._head(200, "Transfer-Encoding: chunked", "Set-Cookie: seen=yes; Path=/")
            self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        elif self.path == "/until-the-end":
            self._head(200, "Connection: close")
            self.wfile.write(b"all of it")
            self.close_connection = True
        elif self.path == "/leaves-silently":
            self._say(200, "kept")
            self.close_connection = True
        else:
            with self.server.guard:
                task = self.server.left.pop(0) if self.server.left else None
            self._say(404 if task is None else 200, {"id": task})

    def do_POST(self) -> None:
        """Acknowledge an answer, and keep it unless it is one to forget."""
        self.rfile.read(int(self.headers["Content-Length"]))
        task = self.path.split("/")[3]
        with self.server.guard:
            self.server.given += 1
            number = str(self.server.given)
            if self.server.given > self.server.forgets:
                self.server.kept.append(Kept(number, task, self.headers["Cookie"]))
        self._say(201, {"id": number})

    def log_message(self, *_said: object) -> None:
        """Say nothing."""

    def _say(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self._head(status, f"Content-Length: {len(body)}")
        self.wfile.write(body)

    def _head(self, status: int, *lines: str) -> None:
        self.wfile.write("\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode())


@contextmanager
def served(tasks: int, *, times: int = 1, forgets: int = 0) -> Iterator[Small]:
    """Run a small platform."""
    with Small(tasks, times=times, forgets=forgets) as small:
        thread = threading.Thread(target=small.serve_forever, args=(0.02,))
        thread.start()
        yield small
        small.shutdown()
        thread.join()


def crowd_of(small: Small, number: int) -> list[label_studio.Annotator]:
    return [
        label_studio.Annotator(Wire(small.port, {"sessionid": f"p{n}"}, stays=False), 1)
        for n in range(number)
    ]


def load(database: str, platform: str, rate: float, **fields: object) -> dict[str, Any]:
    servers = {"SQLite": "label-studio start", "PostgreSQL": "uwsgi"}
    return {
        "row": "load",
        "platform": platform,
        "server": servers[database] if platform == "Label Studio" else "canut serve",
        "tasks": 100_000,
        "annotators": 32,
        "pairs_per_s": rate,
        "pair_p50_ms": 12.34,
        "cpu_ms_per_pair": 3.0,
        "acknowledged": 50,
        "lost": 0,
        "over": 0,
        "twice": 0,
        "errors": 0,
        **fields,
    }


def test_a_wire_reads_whole_answers_however_they_are_sent() -> None:
    with served(1) as small:
        wire = Wire(small.port)

        found = [wire.ask("GET", path) for path in ("/chunked", "/until-the-end", "/chunked")]
        wire.close()

    assert found == [b"abcde", b"all of it", b"abcde"]
    assert wire.cookies == {"seen": "yes"}


def test_a_wire_refuses_an_answer_that_is_an_error() -> None:
    with served(0) as small:
        wire = Wire(small.port)

        with pytest.raises(RefusedError, match="404"):
            wire.get("/api/projects/1/next/")
        wire.close()


def test_a_wire_opens_again_what_the_server_left_between_two_requests() -> None:
    with served(0) as small:
        wire = Wire(small.port)
        first = wire.get("/leaves-silently")
        assert wire.sock
        assert not wire.sock.recv(1)  # waits until the server has left

        again = wire.get("/leaves-silently")
        wire.close()

    assert (first, again) == ("kept", "kept")


def test_a_crowd_in_its_own_process_answers_each_task_and_says_when_nothing_is_left() -> None:
    with served(40) as small:
        done = work(crowd_of(small, 4), lead=0, seconds=20)

        counted = count(done.acknowledged, small.kept, overlap=1)

    assert counted == Counted(acknowledged=40, lost=0, over=0, surplus=0, twice=0)
    assert done.pairs_in_all == 40
    assert done.ran_out
    assert done.seconds < 20
    assert not done.faults


def test_what_a_platform_hands_out_twice_or_forgets_is_counted() -> None:
    with served(6, times=2, forgets=3) as small:
        (annotator,) = crowd_of(small, 1)
        seen = Seen()
        repeat(annotator, seen, time.perf_counter() + 20)

        counted = count(seen.acknowledged, small.kept, overlap=1)

    assert counted == Counted(acknowledged=12, lost=3, over=4, surplus=4, twice=4)


def test_only_tasks_of_this_load_are_looked_at() -> None:
    before = [Kept("1", "old", "ann"), Kept("2", "old", "bob")]

    counted = count([("new", "3")], [*before, Kept("3", "new", "ann")], overlap=1)

    assert counted == Counted(acknowledged=1, lost=0, over=0, surplus=0, twice=0)


def test_pairs_of_the_lead_and_after_the_end_are_kept_but_not_counted() -> None:
    moments = [0.5, 1.5, 2.5, 3.5]
    pairs = [(str(n), str(n)) for n in range(4)]
    seen = Seen(moments, [1.0] * 4, [2.0] * 4, pairs)

    done = gather(0.0, [seen], lead=1.0, seconds=2.0)

    assert (done.pairs, done.seconds, done.pairs_in_all) == (2, 2.0, 4)
    assert done.acknowledged == pairs
    assert done.told()["pairs_per_s"] == 1.0


def test_the_time_is_over_for_all_when_the_first_finds_nothing_left() -> None:
    quick = Seen([0.5, 1.0], [1.0] * 2, [1.0] * 2, emptied=1.5)
    slow = Seen([1.25, 4.0], [1.0] * 2, [1.0] * 2)

    done = gather(0.0, [quick, slow], lead=0.75, seconds=10.0)

    assert (done.pairs, done.seconds, done.ran_out) == (2, 0.75, True)


@pytest.mark.django_db
def test_the_annotator_of_canut_speaks_as_the_workbench_does() -> None:
    question = SCHEMA["questions"][0] | {"choices": [{"value": choice} for choice in CHOICES]}
    made = make_project(tasks=2, workers=1, schema=SCHEMA | {"questions": [question]})
    made.worker.person = make_person()
    made.worker.save()
    annotator = canut.Annotator(Through(made.worker.person), made.project.slug)

    kept = [(task.number, annotator.answer(task)) for task in iter(annotator.take, None)]

    answers = Answer.objects.filter(counted=True).order_by("id")
    assert kept == [(str(one.task_id), str(one.pk)) for one in answers]
    assert len(kept) == 2


class Through(Wire):
    """A wire into the pages themselves, without a server."""

    def __init__(self, person: Person) -> None:
        super().__init__(0)
        self.client = Client()
        self.client.force_login(person)

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Post as the test client does."""
        answer = self.client.post(path, body, content_type="application/json")
        told: dict[str, Any] = answer.json()
        return told


def test_the_table_sets_both_platforms_side_by_side_and_says_what_was_not_run() -> None:
    rows = [load("SQLite", "Label Studio", 2.81), load("SQLite", "Canut", 340.0)]
    rows += [{"row": "list", "platform": "Canut", "server": "", "tasks": 100_000, "p50_ms": 9.0}]

    made = table({"SQLite": rows})

    assert made["head"][2:4] == ["Label Studio, SQLite", "Canut, SQLite"]
    pairs = ["pairs, 32 annotators", "100,000", "2.81", "340.0", "not run", "not run", "pairs/s"]
    assert made["rows"][0] == pairs
    page = ["first page of the list of tasks", "100,000", "not run", "9.00", *["not run"] * 2, "ms"]
    assert made["rows"][-1] == page


def test_a_bar_is_held_or_not_by_the_figures_of_one_run() -> None:
    figures = {
        "SQLite": [load("SQLite", "Label Studio", 3.0), load("SQLite", "Canut", 300.0)],
        "PostgreSQL": [
            load("PostgreSQL", "Label Studio", 6.0),
            load("PostgreSQL", "Canut", 269.0, lost=1),
        ],
    }

    said = verdicts(figures)

    assert said[0].endswith(
        "100 times as many, with 32 annotators and 100,000 tasks; the bar is 100: held."
    )
    assert said[1].endswith("the bar is 45: not held.")
    assert said[2].startswith("Canut: of 100 answers acknowledged, 1 lost;")


def test_the_other_server_of_label_studio_stands_apart_from_the_bar() -> None:
    rows = [load("SQLite", "Label Studio", 3.0), load("SQLite", "Canut", 300.0)]
    rows += [load("SQLite", "Label Studio", 6.0, server="uwsgi")]

    said = verdicts({"SQLite": rows})

    assert "100 times" in said[0]
    assert said[1].startswith("SQLite, Label Studio served by uwsgi: 300.0 against 6.0 pairs/s, 50")
    assert said[2] == "PostgreSQL: the bar of 45 times was not measured."


def test_every_package_of_label_studio_is_pinned_with_hashes() -> None:
    text = label_studio.LOCK.read_text()
    packages = re.split(r"\n(?=\S)", text.strip())

    assert re.fullmatch(r"\d+\.\d+\.\d+", label_studio.version())
    assert all(re.match(r"[\w.-]+==", one) and "--hash=sha256:" in one for one in packages)


def test_both_annotators_answer_with_the_choices_of_the_project() -> None:
    config = label_studio.CONFIG

    assert re.findall(r'<Choice value="(\w+)"', config) == CHOICES
    assert label_studio.chosen("neutral")[0]["value"] == {"choices": ["neutral"]}
