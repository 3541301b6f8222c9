"""``canut --server URL turk -- PROGRAM``: run a program that has Mechanical Turk's addresses fixed.

The program gets a proxy of its own that answers for the two addresses of Mechanical Turk with a
certificate of its own authority, and hands what arrives to the server as it was signed. Every other
host is tunnelled untouched. The program itself is not changed, and nothing is changed on the
machine: authority and proxy live as long as the program.
"""

import argparse
import http.client
import os
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import cast
from urllib.parse import SplitResult, urlsplit

from canut.commands.remote.certificates import Authority
from canut.core.errors import BadInput, Incomplete
from canut.core.outside_text import read_whole
from canut.core.turk.hosts import FIXED_HOSTS, SIGNED_HOST, SIGNED_PATH

ENDPOINT = "AWS_ENDPOINT_URL_MTURK"
PROXY = ("HTTPS_PROXY", "https_proxy")
TRUST = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
"""Where botocore, Python's own library and requests look for certificates to trust."""
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
LARGEST = 2**20
HTTPS = 443
SECONDS = 60
LONGEST_LINE, MOST_LINES = 8_192, 100
CHUNK = 65_536
OF_ONE_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the program and its words."""
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="-- PROGRAM …")


def run(args: argparse.Namespace) -> int:
    """Run the program; return its exit code.

    Raises:
        Incomplete: no server, no program or no key is named.
        BadInput: the address of the server cannot be one, or there is no such program.
    """
    words = [word for at, word in enumerate(args.program) if at or word != "--"]
    server = args.server or os.environ.get(ENDPOINT, "").removesuffix("/mturk")
    if not server:
        raise Incomplete(
            f"name the server: canut --server URL turk -- PROGRAM, or {ENDPOINT}", field="server"
        )
    if not words:
        raise Incomplete("name the program after --", field="program")
    place = urlsplit(server)
    if place.scheme not in {"http", "https"} or not place.hostname:
        raise BadInput(f"{server} is no address of a server; expected https://HOST")
    lacking = [name for name in KEYS if not os.environ.get(name)]
    if lacking:
        raise Incomplete(
            f"set {' and '.join(lacking)} to what canut key create --mturk printed", field="key"
        )
    with tempfile.TemporaryDirectory(prefix="canut-turk-") as folder:
        authority = Authority()
        certificate, trusted = Path(folder, "server.pem"), Path(folder, "ca.pem")
        authority.write_server(certificate, FIXED_HOSTS)
        trusted.write_text(authority.pem + trusted_elsewhere(os.environ), encoding="utf-8")
        with TurkProxy(place, certificate) as proxy:
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            try:
                return _run(words, environment_of(os.environ, proxy.port, trusted))
            finally:
                proxy.shutdown()


def _run(words: list[str], environment: Mapping[str, str]) -> int:
    """Run a program as it is; return its exit code, or 128 and the signal as a shell does."""
    try:
        code = subprocess.run(words, env=environment, check=False).returncode  # noqa: S603 - as named
    except (FileNotFoundError, PermissionError) as error:
        raise BadInput(f"{words[0]} cannot be run: {error.strerror}") from error
    return code if code >= 0 else 128 - code


def environment_of(given: Mapping[str, str], port: int, trusted: Path) -> dict[str, str]:
    """Return the environment of the program: where the proxy is, and whom to trust."""
    proxy = dict.fromkeys(PROXY, f"http://127.0.0.1:{port}")
    region = {"AWS_DEFAULT_REGION": "us-east-1"}
    return {**region, **given, **proxy, **dict.fromkeys(TRUST, str(trusted))}


def trusted_elsewhere(given: Mapping[str, str]) -> str:
    """Return the certificates that are trusted without us, so that other hosts stay as they are."""
    named = [given[name] for name in TRUST if given.get(name)]
    usual = ssl.get_default_verify_paths().cafile
    for path in [*named, *([usual] if usual else [])]:
        with suppress(OSError):
            return Path(path).read_text(encoding="utf-8")
    return ""


class TurkProxy(ThreadingTCPServer):
    """An HTTP proxy on this machine that answers for the addresses of Mechanical Turk.

    Args:
        place: the address of the server that is called instead.
        certificate: a file with key and certificate for those addresses.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, place: SplitResult, certificate: Path) -> None:
        """Listen on a free port of this machine alone."""
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.place = place
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.port = int(self.server_address[1])


class _Tunnel(StreamRequestHandler):
    """One connection of the program: a tunnel to a host, or to us."""

    timeout = SECONDS

    def handle(self) -> None:
        method, _, rest = self._line().partition(" ")
        host, _, port = rest.partition(" ")[0].rpartition(":")
        for _ in range(MOST_LINES):
            if not self._line():
                break
        number = read_whole(port, 65_535)
        if method != "CONNECT" or not host or number is None:
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        if host.lower() in FIXED_HOSTS and number == HTTPS:
            self._answer(host.lower())
        else:
            self._pass_on(host, number)

    def _line(self) -> str:
        return self.rfile.readline(LONGEST_LINE).decode("latin-1").rstrip("\r\n")

    def _answer(self, host: str) -> None:
        """End the encryption here, and answer what is asked."""
        proxy = cast("TurkProxy", self.server)
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with (
            suppress(OSError),  # the program may end in the middle
            proxy.context.wrap_socket(self.connection, server_side=True) as wrapped,
        ):
            _Calls(wrapped, host, proxy)

    def _pass_on(self, host: str, port: int) -> None:
        """Carry bytes between the program and another host, unread."""
        try:
            there = socket.create_connection((host, port), timeout=SECONDS)
        except OSError:
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {there: self.connection, self.connection: there}
        with there, suppress(OSError):
            while ready := select.select([*ends], [], [], SECONDS)[0]:
                for end in ready:
                    received = end.recv(CHUNK)
                    if not received:
                        return
                    ends[end].sendall(received)


class _Calls(BaseHTTPRequestHandler):
    """The calls of the program on one connection, each handed to the server as it was signed."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def __init__(self, connection: socket.socket, host: str, proxy: TurkProxy) -> None:
        """Answer until the program closes the connection."""
        self.host = host
        super().__init__(connection, connection.getsockname(), proxy)

    def do_POST(self) -> None:
        """Hand one call on, and its reply back."""
        length = read_whole(self.headers.get("Content-Length", ""), LARGEST)
        if length is None:
            self.close_connection = True
            self._reply(413, [], b'{"__type": "ValidationException", "message": "too large"}')
            return
        body = self.rfile.read(length)
        headers = {
            name: text for name, text in self.headers.items() if name.lower() not in OF_ONE_HOP
        }
        headers |= {SIGNED_HOST: self.host, SIGNED_PATH: self.path}
        place = cast("TurkProxy", self.server).place
        try:
            status, sent, reply = call(place, headers, body)
        except (OSError, http.client.HTTPException) as problem:
            print(f"canut turk: {place.netloc} does not answer: {problem}", file=sys.stderr)
            self._reply(503, [], b'{"__type": "ServiceFault", "message": "no answer"}')
        else:
            self._reply(status, sent, reply)

    def log_message(self, *_words: object) -> None:
        """Leave the terminal to the program."""

    def _reply(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, text in headers:
            if name.lower() not in OF_ONE_HOP:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def call(
    place: SplitResult, headers: Mapping[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Call the interface of a server; return status, headers and body.

    Raises:
        OSError: the server cannot be reached.
        http.client.HTTPException: it answers something else than HTTP.
    """
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=SECONDS)
    try:
        connection.request("POST", f"{place.path.rstrip('/')}/mturk", body, dict(headers))
        reply = connection.getresponse()
        return reply.status, reply.getheaders(), reply.read()
    finally:
        connection.close()
