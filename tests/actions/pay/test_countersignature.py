"""A person signs their statement with a key of their device; anybody can check it."""

import json
from base64 import b64decode, b64encode
from datetime import date

import pytest
from django.test import Client

from canut.actions.pay.periods import close_period
from canut.actions.pay.statement_signatures import Device, countersign
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Conflict, Missing, NotProven
from canut.core.pay.statement_signature import check_countersigned, text_of_signing
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of, sign
from canut.store.models import Countersignature, Person, PlatformEntry, Statement
from tests.support.factories import NOW_MS, answer_next, make_person, opened
from tests.support.payroll import AFTER, made_with, moment, period, person_of, policy

pytestmark = pytest.mark.django_db
SECRET = bytes(range(32))
DID = did_of(public_of(SECRET))


def paid() -> tuple[Person, Statement]:
    """Close a period in which one person earned something."""
    policy()
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(date(2026, 4, 30)))
    close_period(period().pk, make_person(), to_ms(AFTER))
    return person_of(made), Statement.objects.get()


def signature(sha256: str, says: str = "agreed") -> str:
    return b64encode(sign(SECRET, text_of_signing(sha256, says))).decode()


@pytest.mark.parametrize("says", ["agreed", "contested"])
def test_what_was_signed_stands_beside_the_statement_and_checks_anywhere(
    says: str, client: Client
) -> None:
    person, statement = paid()
    client.force_login(person)
    body = {"says": says, "did": DID, "signature": signature(statement.sha256, says)}

    path = f"/pay/{statement.pk}/sign"
    assert client.post(path, body, content_type="application/json").status_code == 204

    told = client.get(f"/pay/{statement.pk}/signature.json").json()
    check_countersigned(statement.sha256, told["says"], told["key"], _raw(told["signature"]))
    page = client.get(f"/pay/{statement.pk}", headers={"accept-language": "en"}).content.decode()
    assert DID in page
    assert says in page
    (entry,) = PlatformEntry.objects.filter(type="statement.signed")
    assert entry.statement == statement.pk
    assert json.loads(opened(entry).payload)["signature"] == told["signature"]


def _raw(text: str) -> bytes:
    return b64decode(text, validate=True)


def test_signature_of_something_else_is_refused() -> None:
    person, statement = paid()
    good = signature(statement.sha256)
    other = did_of(public_of(bytes(32)))

    for says, did, sent in [
        ("contested", DID, good),
        ("agreed", other, good),
        ("agreed", DID, signature("0" * 64)),
        ("agreed", "did:key:zz", good),
        ("agreed", DID, "not base64"),
        ("perhaps", DID, good),
    ]:
        with pytest.raises(BadInput):
            countersign(statement.pk, says, Device(did, sent), by=person, now_ms=NOW_MS)
    assert not Countersignature.objects.exists()
    with pytest.raises(NotProven):
        check_countersigned(statement.sha256, "agreed", other, _raw(good))


def test_statement_is_signed_once_and_by_nobody_else() -> None:
    person, statement = paid()
    key = Device(DID, signature(statement.sha256))

    with pytest.raises(Missing):
        countersign(statement.pk, "agreed", key, by=make_person(), now_ms=NOW_MS)
    countersign(statement.pk, "agreed", key, by=person, now_ms=NOW_MS)
    with pytest.raises(Conflict):
        countersign(statement.pk, "agreed", key, by=person, now_ms=NOW_MS)

    assert Countersignature.objects.count() == 1
    assert PlatformEntry.objects.filter(type="statement.signed").count() == 1
