"""What strangers and ill-meaning clients send to a server without a proxy does not stop it."""

import json
import resource
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from canut.web.platform.request_slots import cut_silent
from tests.commands.running import free_port
from tests.commands.serving import is_serving, prepare, seconds_for, served

SILENT = 400
HALF_HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
HALF_BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken="
    + b"a" * 32
    + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nx"
)
LONG_BODY = HALF_BODY.replace(b": 1000\r", b": 1000000\r")
PREPARE = """
import json
from django.test import Client
from canut.actions.platform.system_clock import now_ms
from canut.actions.integrations.api_keys import KeyIn, create_key
from tests.support.factories import make_person, make_project
made = make_project(tasks=3)
client = Client(); client.force_login(made.worker.person)
key = create_key(KeyIn("requester", "requester"), by=None, now_ms=now_ms()).token
print(json.dumps([made.project.slug, client.cookies["sessionid"].value, key]))
"""


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_silent_connections_stop_nobody(instance: Path) -> None:
    with served(instance) as (port, pid), ExitStack() as opened:
        for sent in (HALF_HEAD, HALF_BODY, LONG_BODY):
            for _ in range(SILENT if sent != LONG_BODY else 40):
                connection = socket.create_connection(("127.0.0.1", port), timeout=20)
                opened.enter_context(connection)
                connection.sendall(sent)
            time.sleep(0.2)

            for path in ("/healthz", "/accounts/login/", "/healthz"):
                assert min(seconds_for(port, path) for _ in range(3)) < 1

        assert is_serving(pid)


@pytest.mark.parametrize("opens", ["[", '{"a":'])
def test_deep_json_is_refused_by_a_process_that_lives(instance: Path, opens: str) -> None:
    slug, session, key = json.loads(prepare(instance, PREPARE))
    cookie = {"Cookie": f"sessionid={session}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
    bearer = {"Authorization": f"Bearer {key}"}
    asked = [
        *((f"/work/{slug}/{name}", cookie) for name in ("answers", "lease", "beats", "begun")),
        ("/time/beats", cookie),
        ("/api/v1/projects", bearer),
        (f"/api/v1/projects/{slug}/tasks", bearer),
        (f"/api/v1/projects/{slug}/questions", bearer),
    ]
    with served(instance) as (port, pid):
        for path, headers in asked:
            for levels in (5_000, 10_000, 30_000, 1_000_000):
                deep = opens * (levels if opens == "[" else levels // 2)
                for body in (deep, f'{{"answers":[{{"lease":1,"key":"k","values":{{"q":{deep}'):
                    assert status_of(port, path, body, headers) in {404, 413, 422}, (path, levels)

        assert is_serving(pid)
        assert seconds_for(port, "/healthz") < 5


def status_of(port: int, path: str, body: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=body.encode(),
        headers=headers | {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_connections_silent_for_long_are_cut_and_the_others_left() -> None:
    with ExitStack() as opened:
        listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        ends = []
        for _ in range(2):
            theirs = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            ends.append((theirs, opened.enter_context(listening.accept()[0])))
        (silent, _), (busy, ours) = ends
        time.sleep(0.5)
        busy.sendall(b"x")
        assert ours.recv(1) == b"x"

        assert cut_silent(free_port(), 0.3) == 0
        assert cut_silent(port, 0.3) == 1

        assert silent.recv(1) == b""
        ours.sendall(b"y")
        assert busy.recv(1) == b"y"
