"""nginx, set up as the page on capacity shows, sends answers to some servers, pages to others."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.urls import reverse

from tests.commands.proxies import SPLIT_GUIDES, block_of, check_is_installed, running_split
from tests.commands.running import free_port

pytestmark = [pytest.mark.process, pytest.mark.slow]

ANSWERING = ("answers", "beats", "lease", "release", "skip", "flag")
PAGES = (
    "/",
    "/work/",
    "/work/dogs/",
    "/work/dogs/pack",
    "/work/dogs/answers/more",
    "/projects/dogs/answers",
)


def test_both_pages_show_the_same_lines() -> None:
    first, second = (block_of(guide, "nginx") for guide in SPLIT_GUIDES)

    assert first == second


def test_answers_and_pages_reach_their_own_servers(tmp_path: Path) -> None:
    check_is_installed("nginx")
    port = free_port()
    with (
        serving("answers") as answers,
        serving("pages") as pages,
        running_split(tmp_path / "nginx", port, answers, pages),
    ):
        paths = [reverse(f"workbench_{name}", args=["dogs"]) for name in ANSWERING]
        by_path = {path: ask(port, path) for path in (*paths, *PAGES)}

    assert {path: server for path, (server, _) in by_path.items()} == dict.fromkeys(
        paths, "answers"
    ) | dict.fromkeys(PAGES, "pages")
    for _, headers in by_path.values():
        assert headers["Host"] == "canut.example.org"
        assert headers["X-Forwarded-For"] == "127.0.0.1"
        assert headers["X-Forwarded-Proto"] == "http"
        assert len(headers["X-Request-ID"]) == 32


def ask(port: int, path: str) -> tuple[str, Message]:
    """Return which server answers, and the headers that it got."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = {"Host": "canut.example.org", "X-Forwarded-For": "6.6.6.6", "X-Request-ID": "mine"}
    connection.request("POST", path, b"{}", sent)
    answer = connection.getresponse()
    server, _, headers = answer.read().partition(b"\n")
    connection.close()
    return server.decode(), message_from_bytes(headers)


@contextmanager
def serving(name: str) -> Iterator[int]:
    """Serve its name and the headers of the request, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            content = f"{name}\n{self.headers.as_string()}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
