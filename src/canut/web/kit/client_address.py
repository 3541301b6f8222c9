"""Decide which client a request comes from, directly or through trusted proxies.

The address is the connection's own, unless ``CANUT_TRUSTED_PROXIES`` says how many proxies stand in
front: each adds what it saw to one header, so the entry of the outermost trusted one names the
client, and whatever the client wrote itself stands before it. Without that setting no header is
believed, and whoever stands behind a proxy has no known address.

Limits by address, the demo's one-click sign-in and ``/metrics`` ask here. Nothing keeps or logs an
address.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = ""
FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_VIA",
)
"""Headers that proxies add, as WSGI names them."""

type IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address; empty where it is not known.

    A connection from this machine, or any at all under https, comes from a proxy: its address is
    shared by everybody, and names nobody.
    """
    count = settings.TRUSTED_PROXIES
    if count and (address := _forwarded_address(request.META, count)):
        return str(address)
    peer = _parse_address(request.META.get("REMOTE_ADDR", ""))
    if peer is None or peer.is_loopback or (settings.HTTPS and not count):
        return UNKNOWN
    return str(peer)


def is_from_this_machine(request: HttpRequest) -> bool:
    """Return whether the request comes from this machine without a proxy."""
    peer = _parse_address(request.META.get("REMOTE_ADDR", ""))
    is_local = peer is not None and peer.is_loopback
    return is_local and not settings.HTTPS and not _is_forwarded(request.META)


def is_through_untrusted_proxy(request: HttpRequest) -> bool:
    """Return whether a nearby proxy passed the request on while none is trusted.

    A client of the internet that writes such a header itself is no proxy.
    """
    if settings.TRUSTED_PROXIES or not _is_forwarded(request.META):
        return False
    peer = _parse_address(request.META.get("REMOTE_ADDR", ""))
    return peer is not None and (peer.is_loopback or peer.is_private)


def _is_forwarded(environ: Mapping[str, Any]) -> bool:
    return any(name in environ for name in (*FORWARDING, settings.CLIENT_ADDRESS_HEADER))


def _forwarded_address(environ: Mapping[str, Any], count: int) -> IPAddress | None:
    """Return the address that the outermost of the trusted proxies saw, if the header has it."""
    entries = environ.get(settings.CLIENT_ADDRESS_HEADER, "").split(",")
    return _parse_address(entries[-count]) if len(entries) >= count else None


def _parse_address(text: str) -> IPAddress | None:
    """Parse an IP address, with or without brackets and port."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
