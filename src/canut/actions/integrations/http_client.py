"""Send HTTP requests to addresses given by users, never to addresses inside the network.

The name is resolved once; unless the settings allow it, every address it leads to must be public,
and the connection is made to the very address that was checked. Redirects are not followed. The
whole takes ten seconds at most, and of the answer only the beginning is read.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from canut.core.errors import BadInput
from canut.core.outside_text import read_whole

TIMEOUT_SECONDS = 10.0
KEPT_BYTES = 500
SUCCESS = range(200, 300)
MOST_DIGITS = 6
LONGEST_URL = 500
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
IPV4_IN_LAST_BITS = tuple(
    ipaddress.ip_network(network)
    for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
)  # compatible, mapped, translated, NAT64
ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # the third quarter of such an address
type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class HttpResult:
    """The result of a request.

    Args:
        code: the status of the answer; 0 where there was none.
        error: why there was none, or why it is no success, in a word; empty for a success.
        response: the first bytes of the answer, as text.
        retry_seconds: how long the receiver asks to wait.
        took_ms: from the first step to the last.
    """

    code: int
    error: str
    response: str = ""
    retry_seconds: int = 0
    took_ms: int = 0


def check_url(url: str, *, inside: bool) -> SplitResult:
    """Check and parse an address to be called.

    Args:
        url: as somebody wrote it.
        inside: whether http and private addresses are allowed.

    Raises:
        BadInput: ``webhook-url``, ``webhook-http`` or ``webhook-inside``.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as failure:
        raise BadInput(f"{url!r} is no address", code="webhook-url") from failure
    is_plain = parts.username is None and not parts.fragment and url.isascii()
    is_clean = all(sign.isprintable() and sign != " " for sign in url)
    if not (host and is_plain and is_clean and len(url) <= LONGEST_URL):
        raise BadInput(f"{url[:80]!r} is no address that can be called", code="webhook-url")
    if parts.scheme not in {"http", "https"}:
        raise BadInput(f"{url[:80]!r} begins with neither https nor http", code="webhook-url")
    if inside:
        return parts
    if parts.scheme == "http":
        raise BadInput("a webhook's address begins with https://", code="webhook-http")
    if host == "localhost" or (_is_literal(host) and not is_public(ipaddress.ip_address(host))):
        raise BadInput(f"{host} is an address inside a network", code="webhook-inside")
    return parts


@dataclass(frozen=True)
class HttpLimits:
    """Time limit of the whole request, and how many bytes of the reply are read."""

    seconds: float = TIMEOUT_SECONDS
    kept: int = KEPT_BYTES


USUAL = HttpLimits()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    inside: bool,
    limits: HttpLimits = USUAL,
) -> HttpResult:
    """Send a POST request; never raise for what the other side does."""
    return _send(_Message("POST", body, headers), url, inside=inside, limits=limits)


def get(
    url: str, headers: Mapping[str, str], limits: HttpLimits, *, inside: bool = False
) -> HttpResult:
    """Send a GET request; never raise for what the other side does."""
    return _send(_Message("GET", None, headers), url, inside=inside, limits=limits)


@dataclass(frozen=True)
class _Message:
    method: str
    body: bytes | None
    headers: Mapping[str, str]


def _send(message: _Message, url: str, *, inside: bool, limits: HttpLimits) -> HttpResult:
    began = time.monotonic()
    try:
        parts = check_url(url, inside=inside)
        address = _resolve(parts, inside=inside)
    except BadInput:
        return HttpResult(0, "inside")
    except OSError:
        return HttpResult(0, "name")
    call = _Call(parts, address, limits)
    alarm = threading.Timer(limits.seconds, call.give_up)
    alarm.daemon = True
    alarm.start()
    try:
        reply = call.send(message)
    except ssl.SSLError:
        reply = HttpResult(0, "tls")
    except TimeoutError:
        reply = HttpResult(0, "time")
    except ConnectionRefusedError:
        reply = HttpResult(0, "refused")
    except (OSError, http.client.HTTPException):
        reply = HttpResult(0, "broken")
    finally:
        alarm.cancel()
        call.close()
    error = "time" if call.is_late and not reply.code else reply.error
    took_ms = int((time.monotonic() - began) * 1000)
    return HttpResult(reply.code, error, reply.response, reply.retry_seconds, took_ms)


def is_public(address: Address) -> bool:
    """Return whether an address is public on the Internet, even if wrapped in another.

    >>> is_public(ipaddress.ip_address("8.8.8.8"))
    True
    >>> is_public(ipaddress.ip_address("::ffff:127.0.0.1"))
    False
    """
    if isinstance(address, ipaddress.IPv6Address):
        embedded = _embedded_ipv4(address)
        if embedded:
            return all(is_public(ipv4) for ipv4 in embedded)
        if address not in GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _embedded_ipv4(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that a packet to an IPv6 address may be sent on to."""
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in IPV4_IN_LAST_BITS):
        return [last]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return [*address.teredo]
    return [last] if int(address) >> 32 & 0xFFFF_FFFF in ISATAP else []


class _Call:
    """One connection to a checked address, which another thread can end."""

    def __init__(self, parts: SplitResult, address: str, limits: HttpLimits) -> None:
        self.is_late = False
        self._limits = limits
        self._parts = parts
        self._socket: socket.socket | None = None
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or _port(parts)
        )
        self._address = address

    def send(self, message: _Message) -> HttpResult:
        """Connect, send, and read the beginning of the reply."""
        where = self._address, self._connection.port
        self._socket = socket.create_connection(where, timeout=self._limits.seconds)
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            self._socket = context.wrap_socket(self._socket, server_hostname=self._parts.hostname)
        self._connection.sock = self._socket
        path = self._parts.path or "/"
        if self._parts.query:
            path = f"{path}?{self._parts.query}"
        headers = {"Host": self._parts.netloc, **message.headers}
        self._connection.request(message.method, path, message.body, headers)
        answer = self._connection.getresponse()
        try:
            limit = self._limits.kept
            begins = answer.read1(limit) if limit == KEPT_BYTES else answer.read(limit)
        except (OSError, http.client.HTTPException):  # the status is what counts
            begins = b""
        return HttpResult(
            answer.status,
            "" if answer.status in SUCCESS else "status",
            begins.decode(errors="replace").replace("\x00", "\ufffd"),
            _seconds(answer.getheader("Retry-After", "")),
        )

    def give_up(self) -> None:
        """End the call, however slow the other side is."""
        self.is_late = True
        self.close()

    def close(self) -> None:
        """Close the connection, even while another thread reads from it."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()


def _resolve(parts: SplitResult, *, inside: bool) -> str:
    """Return the address to connect to.

    Raises:
        BadInput: ``webhook-inside``: one of the name's addresses is not allowed.
    """
    resolved = socket.getaddrinfo(
        parts.hostname, parts.port or _port(parts), type=socket.SOCK_STREAM
    )
    addresses = [str(entry[4][0]) for entry in resolved]
    if not inside and not all(is_public(ipaddress.ip_address(a)) for a in addresses):
        raise BadInput(f"{parts.hostname} leads inside a network", code="webhook-inside")
    return addresses[0]


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _seconds(text: str) -> int:
    """Parse how long to wait; a date is ignored."""
    return read_whole(text, 10**MOST_DIGITS - 1) or 0
