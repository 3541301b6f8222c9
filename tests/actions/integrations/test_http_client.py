"""A webhook's address cannot be used to reach into the network of the server."""

import ipaddress
import socket

import pytest

from canut.actions.integrations.http_client import check_url, is_public, post
from canut.core.errors import BadInput
from tests.support.webhook_receiver import receiver


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://localhost/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://user:word@example.org/",
        "https://example.org/#part",
        "https://example.org/\r\nHost: other",
        "https://exa mple.org/",
        "https:///hook",
        "https://example.org:99999/",
        "ftp://example.org/",
        "example.org/hook",
        "https://example.org/" + "x" * 500,
    ],
)
def test_address_that_may_not_be_called_is_refused_when_it_is_given(url: str) -> None:
    with pytest.raises(BadInput):
        check_url(url, inside=False)


@pytest.mark.parametrize(
    "found",
    [
        ["10.1.2.3"],
        ["127.0.0.1"],
        ["100.64.0.1"],
        ["0.0.0.1"],
        ["fd00::1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["224.0.0.1"],
        ["93.184.215.14", "192.168.1.1"],
    ],
)
def test_name_that_leads_inside_is_not_called(
    found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolve(host: str, *_args: object, **_more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", (one, 443)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", pytest.fail)

    reply = post("https://example.org/hook", b"{}", {}, inside=False)

    assert (reply.code, reply.error, asked) == (0, "inside", ["example.org"])


INSIDE, OUTSIDE = "127.0.0.1", "93.184.215.14"


def embedded(form: str, ipv4: str) -> str:
    """Return an IPv6 address that holds an IPv4 address in one of the known forms."""
    number = int(ipaddress.IPv4Address(ipv4))
    first, last = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    inverted = number ^ 0xFFFF_FFFF
    return form.format(
        ipv4=ipv4, a=first, b=last, x=f"{inverted >> 16:x}", y=f"{inverted & 0xFFFF:x}"
    )


@pytest.mark.parametrize(
    ("form", "is_carried"),
    [
        ("::{ipv4}", True),
        ("::ffff:{ipv4}", True),
        ("::ffff:0:{ipv4}", True),
        ("64:ff9b::{ipv4}", True),
        ("64:ff9b:1::{ipv4}", False),
        ("2002:{a}:{b}::1", True),
        ("2001:0:5db8:d70e:0:0:{x}:{y}", True),
        ("2001:0:{a}:{b}:0:0:a247:28f1", True),
        ("2606:2800:220:1:0:5efe:{ipv4}", True),
        ("2606:2800:220:1:200:5efe:{ipv4}", True),
        ("fe80::5efe:{ipv4}", True),
    ],
)
def test_address_that_carries_another_is_judged_by_the_one_inside(
    form: str, *, is_carried: bool
) -> None:
    inside, outside = (ipaddress.ip_address(embedded(form, ipv4)) for ipv4 in (INSIDE, OUTSIDE))

    assert not is_public(inside)
    assert is_public(outside) is is_carried
    with pytest.raises(BadInput):
        check_url(f"https://[{inside}]/", inside=False)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::", False),
        ("::1", False),
        ("::2", False),
        ("4000::1", False),
        ("fec0::1", False),
        ("2001:db8::1", False),
        ("ff02::1", False),
    ],
)
def test_only_global_unicast_is_public(address: str, *, is_open: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is is_open


def test_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])  # a name that changes its mind
    called: list[tuple[str, int]] = []

    def connect(where: tuple[str, int], **_more: object) -> socket.socket:
        called.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (a, 443)) for a in next(answers)]
    )
    monkeypatch.setattr(socket, "create_connection", connect)

    reply = post("https://example.org/hook", b"{}", {}, inside=False)

    assert (called, reply.error) == ([("93.184.215.14", 443)], "refused")


def test_http_inside_is_called_where_the_setting_allows_it() -> None:
    with receiver() as there:
        reply = post(there.url, b"{}", {"webhook-id": "msg_1"}, inside=True)

    ((headers, body),) = there.got
    assert (reply.code, reply.error, body) == (200, "", b"{}")
    assert headers["Host"] == there.url.split("/")[2]


def test_receiver_that_speaks_no_tls_is_told_apart() -> None:
    with receiver() as there:
        reply = post(there.url.replace("http:", "https:"), b"{}", {}, inside=True)

    assert (reply.code, reply.error) == (0, "tls")
