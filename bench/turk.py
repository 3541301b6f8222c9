"""HITs made by signed requests, and pages of very many assignments, through the real server.

Eight programs of one organisation, each with a key and a connection of its own, make HITs of one
type as fast as they are answered. Their requests are signed beforehand, so that the client costs
next to nothing. Then one program reads pages of a HIT of many assignments: the first again and
again, and the last. The figure that other work on the machine does not change is the processor time
of the server, user and system, over the requests.
"""

import json
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bench.machine.http import quantile
from bench.machine.instance import Folder, Server, free_port, set_up
from canut.core.turk.shapes import TARGET
from canut.core.turk.signatures import (
    ALGORITHM,
    END,
    SERVICE,
    STAMP,
    Authorization,
    SignedRequest,
    day_key,
    signature_of,
)

CONNECTIONS = 8
MOST = 100_000
PAGES = 100
REGION = "us-east-1"
PATH = "/mturk"
SIGNED = ("content-type", "host", "x-amz-date", "x-amz-target")
HIT = {
    "Title": "Say what the weather is",
    "Description": "One line of text",
    "Keywords": "text, weather",
    "Reward": "0.50",
    "AssignmentDurationInSeconds": 600,
    "AutoApprovalDelayInSeconds": 259_200,
    "LifetimeInSeconds": 86_400,
    "MaxAssignments": 3,
}
QUESTION = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/'
    '2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body>'
    "<p>What is the weather in picture {number}?</p><crowd-form>"
    '<crowd-input name="weather"></crowd-input></crowd-form></body></html>]]></HTMLContent>'
    "<FrameHeight>0</FrameHeight></HTMLQuestion>"
)


class Key(NamedTuple):
    """A key pair of a program."""

    access_id: str
    secret: str


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure HITs made, then pages read.

    Returns:
        One row a load: requests a second, CPU ms of the server a request, latencies in ms.
    """
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        keys = _make_keys()
        server = Server(folder.path, port)
        try:
            _send(port, [_signed(port, keys[0], "CreateHIT", _hit("first"))])
            created = _make_hits(server, keys, 40 if quick else 125)
            count = 1_000 if quick else MOST
            members = {"HITId": _fill(count), "MaxResults": 100}
            last = _last_token(keys[0], members)
            pages = [
                {**_read_pages(server, keys[0], {**members, **more}, name), "tasks": count}
                for name, more in (("first page", {}), ("last page", {"NextToken": last}))
            ]
        finally:
            server.stop()
    finally:
        folder.remove()
    return [created, *pages]


def _make_hits(server: Server, keys: list[Key], each: int) -> dict[str, Any]:
    """Let every key make so many HITs on a connection of its own."""
    loads = [
        [
            _signed(server.port, key, "CreateHIT", _hit(f"{key.access_id}-{number}"))
            for number in range(each)
        ]
        for key in keys
    ]
    answers: list[tuple[float, bytes]] = []
    threads = [
        threading.Thread(target=lambda some: answers.extend(_send(server.port, some)), args=(some,))
        for some in loads
    ]
    before, start = server.cpu_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - start, server.cpu_seconds() - before
    count, times = each * len(keys), [took for took, _body in answers]
    if len(times) != count:
        raise SystemExit(f"{count - len(times)} HITs were not made")
    return {
        "load": "CreateHIT",
        "tasks": count,
        "per_s": round(count / seconds, 1),
        "cpu_ms": round(1000 * cpu / count, 2),
        "p50_ms": round(quantile(times, 0.5), 1),
        "p99_ms": round(quantile(times, 0.99), 1),
    }


def _read_pages(server: Server, key: Key, asked: dict[str, Any], name: str) -> dict[str, Any]:
    """Read one page of assignments again and again."""
    requests = [_signed(server.port, key, "ListAssignmentsForHIT", asked) for _ in range(PAGES)]
    before = server.cpu_seconds()
    answers = _send(server.port, requests)
    cpu = server.cpu_seconds() - before
    times = [took for took, _body in answers]
    if json.loads(answers[-1][1])["NumResults"] != asked["MaxResults"]:
        raise SystemExit(f"the {name} is not whole")
    return {
        "load": name,
        "cpu_ms": round(1000 * cpu / PAGES, 2),
        "p50_ms": round(quantile(times, 0.5), 1),
        "p99_ms": round(quantile(times, 0.99), 1),
    }


def _last_token(key: Key, asked: dict[str, Any]) -> str:
    """Return the token of the last page of a list."""
    from canut.actions.turk.paging import write_token
    from canut.core.turk.page_tokens import list_digest
    from canut.store.models import Answer, TurkKey

    number = TurkKey.objects.get(access_id=key.access_id).pk
    answers = Answer.objects.filter(task__hit__public_id=asked["HITId"]).order_by("-pk")
    before = answers.values_list("pk", flat=True)[asked["MaxResults"]]
    return write_token(before, list_digest("ListAssignmentsForHIT", number, asked))


def _hit(name: str) -> dict[str, Any]:
    return {**HIT, "Question": QUESTION.format(number=name), "UniqueRequestToken": name}


def _signed(port: int, key: Key, operation: str, members: dict[str, Any]) -> bytes:
    """Return a whole request, signed now; it may be sent for five minutes."""
    now, host, body = datetime.now(UTC), f"127.0.0.1:{port}", json.dumps(members).encode()
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": host,
        "x-amz-date": now.strftime(STAMP),
        "x-amz-target": TARGET + operation,
    }
    day = f"{now:%Y%m%d}"
    scope = (key.access_id, day, REGION, SERVICE, END)
    unsigned = Authorization(*scope, SIGNED, "")
    request = SignedRequest(host, PATH, "", headers, body)
    signature = signature_of(request, unsigned, day_key(key.secret, day, REGION))
    headers["authorization"] = (
        f"{ALGORITHM} Credential={'/'.join(scope)}, SignedHeaders={';'.join(SIGNED)},"
        f" Signature={signature}"
    )
    headers["content-length"] = str(len(body))
    head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body


def _send(port: int, requests: list[bytes]) -> list[tuple[float, bytes]]:
    """Send requests one after the other on one connection; return the ms and body of each."""
    answers: list[tuple[float, bytes]] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies = connection.makefile("rb")
        for request in requests:
            start = time.perf_counter()
            connection.sendall(request)
            status, length = replies.readline(), 0
            while line := replies.readline().strip():
                name, _, text = line.partition(b":")
                length = int(text) if name.lower() == b"content-length" else length
            body = replies.read(length)
            if b" 200 " not in status:
                raise SystemExit(f"{status!r} {body[:300]!r}")
            answers.append((1000 * (time.perf_counter() - start), body))
    return answers


def _make_keys() -> list[Key]:
    """Make an organisation whose own staff works, with a key for each connection."""
    from canut.actions.integrations.api_keys import KeyIn
    from canut.actions.people.accounts import add_operator
    from canut.actions.platform.system_clock import now_ms
    from canut.actions.turk.keys import create_turk_key
    from canut.core.turk.profile import TurkProfile
    from canut.store.models import Organisation, Role

    by = add_operator("bench", None, "Bench", now_ms())
    organisation = Organisation.objects.get(name="Bench")
    why = dict.fromkeys(("aim_business", "aim_social", "aim_ethical"), "bench")
    whose = dict.fromkeys(("origin_whose", "origin_consent", "origin_paid"), "bench")
    profile = TurkProfile(is_own_staff=True, **why, **whose)
    pairs = []
    for number in range(CONNECTIONS):
        key_in = KeyIn(f"program {number}", Role.REQUESTER, organisation=organisation)
        created = create_turk_key(key_in, profile, by=by, now_ms=now_ms())
        pairs.append(Key(created.turk_key.access_id, created.secret))
    return pairs


def _fill(count: int) -> str:
    """Give the newest HIT so many assignments; return its name."""
    from canut.actions.people.accounts import add_person, join_as_worker
    from canut.actions.platform.system_clock import now_ms
    from canut.store.models import Hit, TaskState
    from tests.support.turk import answer_hit, multiply

    hit = Hit.objects.order_by("-pk")[0]
    TaskState.objects.filter(task=hit.task_id).update(overlap=count, priority=-1)
    person = add_person("worker", "Worker", now_ms())
    answer = answer_hit(join_as_worker(hit.hit_type.project, person, now_ms()))
    multiply(answer, count - 1)
    return answer.task.hit.public_id
