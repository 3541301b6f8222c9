"""nginx and Caddy, set up as the guide shows, pass on who the client is, and what it sends."""

import hashlib
import http.client
import json
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.commands.proxies import (
    GUIDES,
    NAMES,
    block_of,
    check_is_installed,
    count_connections,
    running,
    unchecked_tls,
)
from tests.commands.running import free_port
from tests.commands.serving import is_serving, prepare, receive_all, seconds_for, served
from tests.commands.test_malformed import PAIRS, statuses
from tests.web.kit.test_security import PASSWORD

pytestmark = [pytest.mark.process, pytest.mark.slow]

MIB = 2**20
BIG = 24 * MIB
PREPARE = f"""
from canut.actions.people.accounts import add_operator
from canut.actions.platform.system_clock import now_ms
add_operator("ines", {PASSWORD!r}, "Labo", now_ms())
"""
FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X_Forwarded_For": "7.7.7.7",
    "X-Forwarded_For": "8.8.8.8",
    "X-Real-IP": "9.9.9.9",
    "Forwarded": "for=5.5.5.5",
}


class Stage(NamedTuple):
    """An instance that is served behind one proxy."""

    proxy: str
    port: int
    upstream: int
    process: int
    data: Path


@pytest.fixture(params=NAMES, scope="module")
def stage(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    check_is_installed(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    instance = Path(shutil.copytree(migrated, folder / "data"))
    prepare(instance, PREPARE)
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    with (
        served(instance, CANUT_URL=url, CANUT_TRUSTED_PROXIES="1") as (upstream, process),
        running(request.param, folder / "proxy", port, upstream),
    ):
        yield Stage(request.param, port, upstream, process, instance)


class Browser:
    """A client of the proxy that comes from an address of its own and keeps its cookies."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self._port, self._address = port, address
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return the status, the headers and the body of an answer."""
        named = {name.replace("__", "-"): value for name, value in headers.items()}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            self._port,
            timeout=60,
            source_address=(self._address, 0),
            context=unchecked_tls(),
        )
        origin = f"https://127.0.0.1:{self._port}"
        connection.request(
            method, path, body or None, {"Cookie": cookies, "Origin": origin} | named
        )
        answer = connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition("=")
            self.cookies[name] = value.partition(";")[0]
        connection.close()
        return answer.status, answer.headers, content

    def sign_in(self, name: str, password: str, **headers: str) -> int:
        """Send the sign-in form; 302 where the password is right."""
        _, _, page = self.ask("GET", "/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None
        form = {"login": name, "password": password, "csrfmiddlewaretoken": token[1].decode()}
        kind = {"Content__Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", "/accounts/login/", urlencode(form).encode(), **kind, **headers)[0]


def test_both_guides_show_the_same_blocks() -> None:
    for proxy in NAMES:
        first, second = (block_of(guide, proxy) for guide in GUIDES)
        assert first == second


def test_wrong_passwords_keep_one_client_out_whatever_it_forges(stage: Stage) -> None:
    guessing = Browser(stage.port, "127.0.0.2")
    for number in range(11):
        forged = {name: f"{value[:-1]}{number}" for name, value in FORGED.items()}
        assert guessing.sign_in(f"nobody{number}", "faux", **forged) == 200

    assert guessing.sign_in("ines", PASSWORD, **FORGED) == 200
    assert Browser(stage.port, "127.0.0.3").sign_in("ines", PASSWORD) == 302


def test_https_and_the_name_of_the_request_are_passed_on(stage: Stage) -> None:
    browser = Browser(stage.port)
    _, headers, _ = browser.ask("GET", "/accounts/login/")
    cookies = headers.get_all("Set-Cookie", [])

    assert any(cookie.startswith("csrftoken=") for cookie in cookies)
    assert all("Secure" in cookie for cookie in cookies)
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert re.fullmatch(r"[0-9a-f-]{32,36}", headers["X-Request-ID"])
    assert browser.ask("GET", "/metrics")[0] == 404


def test_big_upload_arrives_whole(stage: Stage) -> None:
    browser = Browser(stage.port)
    assert browser.sign_in("ines", PASSWORD) == 302
    content = bytes(range(256)) * (BIG // 256)
    token = {"X__CSRFToken": browser.cookies["csrftoken"]}
    said = json.dumps({"name": "avis.csv", "size": BIG}).encode()
    status, _, begun = browser.ask(
        "POST", "/uploads/", said, Content__Type="application/json", **token
    )
    assert status == 201, begun
    address = f"/uploads/{json.loads(begun)['token']}"
    kind = {"Content__Type": "application/offset+octet-stream", "Upload__Offset": "0"}

    status, _, arrived = browser.ask("POST", address, content, **kind, **token)

    assert (status, json.loads(arrived)["offset"]) == (200, BIG)
    [stored] = [
        file for file in stage.data.rglob("*") if file.is_file() and file.stat().st_size == BIG
    ]
    assert hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(content).digest()


def test_request_hidden_in_the_body_of_another_reaches_no_other_client(stage: Stage) -> None:
    poisoned: dict[str, object] = {}
    for name, sent in PAIRS.items():
        plain = socket.create_connection(("127.0.0.1", stage.port), timeout=1)
        with unchecked_tls().wrap_socket(plain) as connection:
            connection.sendall(sent.replace(b"Host: localhost", b"Host: 127.0.0.1"))
            answer = receive_all(connection)
        after = [Browser(stage.port).ask("GET", "/healthz") for _ in range(3)]
        if [(status, body) for status, _, body in after] != [(200, b"ok\n")] * 3:
            poisoned[name] = after
        if [status for status in statuses(answer) if status >= 500 and status != 501]:
            poisoned[name] = answer

    assert poisoned == {}
    assert is_serving(stage.process)


def test_half_a_body_waits_in_nginx_and_stops_nobody_behind_either(stage: Stage) -> None:
    half = (
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken="
        + b"a" * 32
        + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nx"
    )
    with ExitStack() as opened:
        for _ in range(60):
            plain = socket.create_connection(("127.0.0.1", stage.port), timeout=20)
            connection = opened.enter_context(unchecked_tls().wrap_socket(plain))
            connection.sendall(half)
        time.sleep(1)
        passed_on = count_connections(stage.upstream)
        seconds = []
        for _ in range(3):
            began = time.perf_counter()
            assert Browser(stage.port).ask("GET", "/accounts/login/")[0] == 200
            seconds.append(time.perf_counter() - began)

        assert min(seconds) < 1
        assert min(seconds_for(stage.upstream, "/healthz") for _ in range(3)) < 1
        assert (passed_on < 5) is (stage.proxy == "nginx")
    assert is_serving(stage.process)
