"""Only the hosts a brought credential names are asked, when its holder presses, by https."""

import json
from typing import Any

import pytest

from canut.actions.integrations.http_client import HttpResult
from canut.actions.passport import brought
from canut.actions.passport.brought import ask_issuer, bring_credential, fetch_public
from canut.actions.people.erasure import erase_entries
from canut.core.errors import BadFile, BadInput, Conflict, Missing, TooMany
from canut.core.passport.status_lists import ENTRIES, set_bit, status_list_jwt
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.store.models import BroughtCredential
from canut.store.passport.brought import brought_of
from tests.core.passport.test_verdicts import DID, LIST, NOW_MS, SECRET, method, signed, unsigned
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db
HOST = "https://canut.example/passport/did.json"


class Hosts:
    """Answers for addresses, and which were asked."""

    def __init__(self, **replies: str) -> None:
        key = did_of(public_of(SECRET)).removeprefix("did:key:")
        listed = [{"id": method(), "publicKeyMultibase": key}]
        bits = bytes(ENTRIES // 8)
        self.replies = {
            HOST: json.dumps({"id": DID, "verificationMethod": listed}),
            LIST: status_list_jwt(bits, LIST, (method(), SECRET), NOW_MS),
        } | replies
        self.asked: list[str] = []

    def fetch(self, url: str) -> HttpResult:
        """Answer as a host does, and note that it was asked."""
        self.asked.append(url)
        text = self.replies.get(url, "")
        return HttpResult(200, "", text) if text else HttpResult(0, "time")


def bring(document: dict[str, Any] | None = None) -> BroughtCredential:
    return bring_credential(make_person(), json.dumps(document or signed()).encode(), NOW_MS)


def test_bringing_asks_nobody_and_keeps_the_text_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "get", lambda *_: pytest.fail("nobody pressed"))

    row = bring()

    assert (row.standing, row.host_confirmed) == ("", False)
    assert b"tiqueter" not in bytes(row.sealed)
    (kept,) = brought_of(row.person)
    assert kept.document == signed()


def test_asking_calls_the_two_named_addresses_alone_and_keeps_what_they_say() -> None:
    hosts = Hosts()
    row = bring()

    asked = ask_issuer(row.person, row.pk, NOW_MS, hosts.fetch)

    assert hosts.asked == [HOST, LIST]
    assert (asked.host_confirmed, asked.standing) == (True, "holds")


@pytest.mark.parametrize(
    ("replies", "confirmed", "standing"),
    [
        ({HOST: ""}, False, "holds"),
        ({HOST: json.dumps({"id": "did:web:x"})}, False, "holds"),
        ({LIST: ""}, True, "unread"),
        ({LIST: "a.b.c"}, True, "unread"),
        ({HOST: "", LIST: ""}, False, "unread"),
    ],
    ids=["no host", "another name", "no list", "odd list", "nobody"],
)
def test_host_that_does_not_answer_says_nothing(
    replies: dict[str, str], standing: str, *, confirmed: bool
) -> None:
    row = bring()

    asked = ask_issuer(row.person, row.pk, NOW_MS, Hosts(**replies).fetch)

    assert (asked.host_confirmed, asked.standing) == (confirmed, standing)


def test_revoked_elsewhere_is_told() -> None:
    bits = set_bit(bytes(ENTRIES // 8), 94_567)
    hosts = Hosts(**{LIST: status_list_jwt(bits, LIST, (method(), SECRET), NOW_MS)})
    row = bring()

    assert ask_issuer(row.person, row.pk, NOW_MS, hosts.fetch).standing == "revoked"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/passport/did.json",
        "https://10.0.0.1/did.json",
        "https://[::1]/did.json",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/did.json",
        "http://canut.example/did.json",
    ],
)
def test_address_inside_a_network_or_not_https_is_never_called(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "canut.actions.integrations.http_client.socket.create_connection",
        lambda *_args, **_more: pytest.fail("it was called"),
    )

    assert fetch_public(url).error == "inside"


def test_name_that_leads_inside_is_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    client = "canut.actions.integrations.http_client.socket"
    inside = [(2, 1, 6, "", ("192.168.0.7", 443))]
    monkeypatch.setattr(f"{client}.getaddrinfo", lambda *_args, **_more: inside)
    monkeypatch.setattr(
        f"{client}.create_connection", lambda *_args, **_more: pytest.fail("it was called")
    )

    assert fetch_public("https://canut.example/passport/did.json").error == "inside"


def test_unsigned_one_is_kept_as_a_word_and_nobody_can_be_asked() -> None:
    row = bring(unsigned())

    with pytest.raises(BadInput):
        ask_issuer(row.person, row.pk, NOW_MS, Hosts().fetch)


def test_changed_one_the_same_again_and_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = make_person()
    content = json.dumps(signed()).encode()
    bring_credential(person, content, NOW_MS)
    monkeypatch.setattr(brought, "MOST_BROUGHT", 1)

    with pytest.raises(Conflict):
        bring_credential(person, b" " + content, NOW_MS)
    with pytest.raises(BadFile):
        bring_credential(person, json.dumps({**signed(), "name": "x"}).encode(), NOW_MS)
    with pytest.raises(TooMany):
        bring_credential(person, json.dumps(unsigned()).encode(), NOW_MS)


def test_nobody_else_asks_about_it() -> None:
    row = bring()

    with pytest.raises(Missing):
        ask_issuer(make_person(), row.pk, NOW_MS, Hosts().fetch)


@pytest.mark.django_db(transaction=True)
def test_erasure_deletes_what_was_brought() -> None:
    row = bring()

    erase_entries(row.person, NOW_MS)

    assert not BroughtCredential.objects.exists()
