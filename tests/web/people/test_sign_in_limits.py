"""Wrong passwords of one visitor keep that visitor out, and nobody else."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from canut.actions.people.accounts import add_operator
from canut.actions.platform.instance_facts import note_untrusted_proxy
from canut.actions.platform.system_clock import now_ms
from canut.store.models import Fact
from canut.store.operations.health import read_readiness
from canut.store.platform.instance import PROXY_SEEN
from tests.support.factories import NOW_MS
from tests.web.kit.test_security import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ines() -> None:
    cache.clear()
    add_operator("ines", PASSWORD, "Labo", NOW_MS)


def sign_in(name: str, password: str, peer: str, forwarded: str = "") -> int:
    """Try to sign in; 302 where it was right."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    data = {"login": name, "password": password}
    return Client().post("/accounts/login/", data, headers=headers, REMOTE_ADDR=peer).status_code


def guess_names(count: int, peer: str, forwarded: str = "") -> None:
    for number in range(count):
        assert sign_in(f"nobody{number}", "faux", peer, forwarded) == 200


def test_ten_wrong_names_keep_one_address_out_and_a_forged_header_helps_nobody() -> None:
    for number in range(11):
        sign_in(f"nobody{number}", "faux", "192.0.2.1", f"198.51.100.{number}")

    assert sign_in("ines", PASSWORD, "192.0.2.1", "198.51.100.99") == 200
    assert sign_in("ines", PASSWORD, "192.0.2.2") == 302


@pytest.mark.parametrize(("https", "peer"), [(False, "127.0.0.1"), (True, "172.17.0.1")])
def test_visitors_behind_a_proxy_that_is_not_trusted_do_not_keep_each_other_out(
    settings: Settings, https: bool, peer: str
) -> None:
    settings.HTTPS = https

    guess_names(12, peer, "198.51.100.9")

    assert sign_in("ines", PASSWORD, peer, "198.51.100.10") == 302


@pytest.mark.parametrize("trusted", [0, 1])
def test_five_wrong_passwords_close_one_account_for_a_while(
    settings: Settings, trusted: int
) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = True, trusted
    for number in range(5):
        sign_in("ines", "faux", "127.0.0.1", f"198.51.100.{number}")

    assert sign_in("ines", PASSWORD, "127.0.0.1", "198.51.100.77") == 200


def test_trusted_proxy_tells_visitors_apart(settings: Settings) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = True, 1

    guess_names(11, "127.0.0.1", "6.6.6.6, 198.51.100.9")

    assert sign_in("ines", PASSWORD, "127.0.0.1", "7.7.7.7, 198.51.100.9") == 200
    assert sign_in("ines", PASSWORD, "127.0.0.1", "7.7.7.7, 198.51.100.10") == 302


def test_proxy_that_is_not_trusted_is_told_to_the_doctor_for_a_week() -> None:
    sign_in("ines", PASSWORD, "127.0.0.1")
    before = read_readiness(now_ms()).is_proxy_seen
    sign_in("ines", PASSWORD, "127.0.0.1", "198.51.100.9")

    assert not before
    assert read_readiness(now_ms()).is_proxy_seen
    assert not read_readiness(now_ms() + 8 * 86_400_000).is_proxy_seen


def test_proxy_that_is_not_trusted_is_written_once_a_day() -> None:
    for later in (0, 1000, 86_400_000):
        note_untrusted_proxy(NOW_MS + later)
    assert Fact.objects.get(name=PROXY_SEEN).value == str(NOW_MS)

    note_untrusted_proxy(NOW_MS + 86_400_001)

    assert Fact.objects.get(name=PROXY_SEEN).value == str(NOW_MS + 86_400_001)
