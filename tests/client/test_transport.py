"""The transport: what is retried, what never is, and downloads in bounded memory."""

import json
import ssl
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from canut_client import Client, ConnectionLostError, RefusedError, RetryPolicy
from canut_client.protocol import Request, parse_refusal, retry_delay
from canut_client.transport import Transport

MIB = 2**20


@dataclass
class Fake:
    """A server whose next statuses are fixed; afterwards it answers 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    body: bytes = b"{}"
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def serve(fake: Fake, tls: ssl.SSLContext | None = None) -> Iterator[Fake]:
    """Serve on a free port of this machine while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        """Responds as the fake says."""

        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            """Treat all methods alike."""
            if not name.startswith("do_"):
                raise AttributeError(name)
            return self.respond

        def respond(self) -> None:
            """Respond."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fake.keys.append(self.headers.get("Idempotency-Key"))
            self.send_response(fake.statuses.pop(0) if fake.statuses else 200)
            self.send_header("Content-Length", str(len(fake.body)))
            self.end_headers()
            self.wfile.write(fake.body)

        def log_request(self, *_args: object) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        """Prints nothing of connections that clients close."""

        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Print nothing."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    fake.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serve(Fake()) as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def transport(fake: Fake, waits: list[float]) -> Iterator[Transport]:
    opened = Transport(fake.url, "canut_x", RetryPolicy(retries=3, sleep=waits.append), "en")
    yield opened
    opened.close()


def test_send_once_never_retries(transport: Transport, fake: Fake, waits: list[float]) -> None:
    fake.statuses = [503]

    with pytest.raises(RefusedError) as caught:
        transport.send_once(Request("GET", "key"))

    assert caught.value.is_transient
    assert (len(fake.keys), waits) == (1, [])


def test_request_retries_by_its_policy_and_not_what_is_refused(
    transport: Transport, fake: Fake, waits: list[float]
) -> None:
    fake.statuses = [503, 507, 429]
    transport.request(Request("GET", "key"))
    fake.statuses = [422]
    with pytest.raises(RefusedError):
        transport.request(Request("GET", "key"))

    assert (len(fake.keys), len(waits)) == (5, 3)


def test_request_fails_after_its_last_retry(
    transport: Transport, fake: Fake, waits: list[float]
) -> None:
    fake.statuses = [503] * 4

    with pytest.raises(RefusedError):
        transport.request(Request("GET", "key"))

    assert (len(fake.keys), len(waits)) == (4, 3)


def test_post_idempotent_shares_one_key_among_its_retries(fake: Fake) -> None:
    fake.body = json.dumps({"version": 1, "schema": {}, "instructions": "", "at": ""}).encode()
    fake.statuses = [503, 503]
    retry = RetryPolicy(sleep=lambda _seconds: None)

    with Client(fake.url, "canut_x", retry=retry) as client:
        client.ask("reviews", {})
        client.ask("reviews", {})

    first, second, third, other = fake.keys
    assert first
    assert first == second == third != other


def test_stream_holds_a_large_download_in_bounded_memory(transport: Transport, fake: Fake) -> None:
    fake.body = bytes(32 * MIB)
    tracemalloc.start()
    with transport.stream(Request("GET", "file")) as chunks:
        sizes = [len(chunk) for chunk in chunks]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sum(sizes) == 32 * MIB
    assert max(sizes) <= MIB // 4
    assert peak < 4 * MIB


def test_untrusted_certificate_is_not_retried(tmp_path: Path, waits: list[float]) -> None:
    with serve(Fake(), tls=_self_signed(tmp_path)) as fake:
        transport = Transport(fake.url, "canut_x", RetryPolicy(sleep=waits.append), "en")
        with pytest.raises(ConnectionLostError) as caught:
            transport.request(Request("GET", "key"))
        transport.close()

    assert "certificate" in str(caught.value).lower()
    assert waits == []


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'"x"'])
def test_refusal_without_a_problem_document_is_still_a_refusal(content: bytes) -> None:
    refusal = parse_refusal(502, content, "3")

    assert (refusal.status, refusal.code, refusal.retry_after) == (502, "", 3.0)


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "٣"])
def test_retry_after_that_is_no_number_is_ignored(header: str | None) -> None:
    assert parse_refusal(429, b"{}", header).retry_after == 0.0


def test_delays_grow_to_a_limit_and_are_never_less_than_asked_for() -> None:
    assert 0.05 <= retry_delay(0) <= 0.1
    assert 15.0 <= retry_delay(40) <= 30.0
    assert retry_delay(0, 7.0) == 7.0


def _self_signed(folder: Path) -> ssl.SSLContext:
    """Make a certificate nobody trusts, and the context of a server with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
