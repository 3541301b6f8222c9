"""Who the client is, directly, behind trusted proxies, and behind one that nobody named."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from canut.settings import parse_trusted_proxies
from canut.web.kit.client_address import (
    client_address,
    is_from_this_machine,
    is_through_untrusted_proxy,
)

FORGED = {"X-Forwarded-For": "198.51.100.9", "X-Real-IP": "198.51.100.9", "Forwarded": "for=::1"}


def address(peer: str, **headers: str) -> str:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client_address(RequestFactory().get("/", headers=given, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("count", "peer", "header", "seen"),
    [
        ("0", "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("0", "127.0.0.1", "198.51.100.9", ""),
        ("0", "::1", "", ""),
        ("1", "127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("1", "127.0.0.1", "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        ("2", "10.0.0.1", "6.6.6.6,198.51.100.9,10.0.0.2", "198.51.100.9"),
        ("2", "10.0.0.1", "198.51.100.9", "10.0.0.1"),
        ("1", "192.0.2.1", "", "192.0.2.1"),
        ("1", "127.0.0.1", "unknown", ""),
        ("1", "10.0.0.1", "'; DROP TABLE", "10.0.0.1"),
        ("1", "127.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        ("1", "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("1", "127.0.0.1", "2001:DB8:0::7", "2001:db8::7"),
        ("1", "127.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        ("0", "::ffff:192.0.2.1", "", "192.0.2.1"),
        ("1", "127.0.0.1", "127.0.0.2", "127.0.0.2"),
    ],
)
def test_client_is_what_the_outermost_trusted_proxy_saw(
    settings: Settings, count: str, peer: str, header: str, seen: str
) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_ADDRESS_HEADER = parse_trusted_proxies(count)
    headers = {"X_Forwarded_For": header} if header else {}

    assert address(peer, **headers) == seen


def test_another_header_is_believed_where_it_is_named_and_no_other(settings: Settings) -> None:
    settings.TRUSTED_PROXIES, settings.CLIENT_ADDRESS_HEADER = parse_trusted_proxies("1 X-Real-IP")

    assert address("10.0.0.1", X_Real_IP="192.0.2.7", X_Forwarded_For="6.6.6.6") == "192.0.2.7"
    assert address("10.0.0.1", X_Forwarded_For="6.6.6.6") == "10.0.0.1"


def test_https_without_a_trusted_proxy_knows_nobody(settings: Settings) -> None:
    settings.HTTPS = True

    assert address("10.0.0.1", X_Forwarded_For="6.6.6.6") == ""


@pytest.mark.parametrize("text", ["", "-1", "ten", "1 X Real", "1 X-Real-IP:", "99999"])
def test_setting_that_cannot_be_read_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="CANUT_TRUSTED_PROXIES"):
        parse_trusted_proxies(text)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("name", [*FORGED, "X-Forwarded-Proto", "Via", "CF-Connecting-IP"])
def test_this_machine_is_who_comes_from_it_without_a_proxy(
    settings: Settings, count: int, name: str
) -> None:
    settings.TRUSTED_PROXIES = count
    settings.CLIENT_ADDRESS_HEADER = "HTTP_CF_CONNECTING_IP"
    make = RequestFactory()
    passed_on = make.get("/", headers={name: "127.0.0.1"})

    assert is_from_this_machine(make.get("/"))
    assert not is_from_this_machine(passed_on)
    assert not is_from_this_machine(make.get("/", REMOTE_ADDR="192.0.2.1"))
    settings.HTTPS = True
    assert not is_from_this_machine(make.get("/"))


def test_proxy_that_is_not_trusted_is_noticed_and_a_forger_from_afar_is_not(
    settings: Settings,
) -> None:
    make = RequestFactory()
    near, inside, far = (
        make.get("/", headers=FORGED, REMOTE_ADDR=peer)
        for peer in ("127.0.0.1", "172.17.0.1", "8.8.8.8")
    )

    assert is_through_untrusted_proxy(near)
    assert is_through_untrusted_proxy(inside)
    assert not is_through_untrusted_proxy(far)
    assert not is_through_untrusted_proxy(make.get("/"))
    settings.TRUSTED_PROXIES = 1
    assert not is_through_untrusted_proxy(near)
