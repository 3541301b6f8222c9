"""A dataset takes along that people confirmed their work with keys of their own, and not who."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.test import Client
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.datasets.card_figures import FEW_SIGNED
from canut.actions.ledger import log_keys
from canut.actions.pay.statement_signatures import Device, SignedLine, countersign, lines_wanted
from canut.actions.people.erasure import erase_entries
from canut.commands.bundle_files import Folder
from canut.core.datasets.bundle import CARD, ENTRIES, SIGNED, verify_bundle
from canut.core.datasets.card import Grade
from canut.core.datasets.signed_work import text_of_line, walk
from canut.core.datasets.verdict_texts import said_in
from canut.core.errors import BadInput
from canut.core.pay.statement_signature import text_of_signing
from canut.core.proofs.did_key import did_of
from canut.core.proofs.policy import read_policy
from canut.core.proofs.signing import public_of, sign
from canut.core.proofs.strict import write_base64
from canut.store.models import Countersignature, EntryPending, Person, Statement
from canut.store.tables.pay import Confirmation
from tests.actions.datasets.test_bundles import paid
from tests.core.ledger.signing import bytes_of
from tests.support.factories import NOW_MS, Made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def signed_by(statement: Statement, device: str) -> list[SignedLine]:
    """Sign each project of a statement as the script of the page does."""
    found = []
    for asked in lines_wanted(statement):
        secret = bytes_of(f"{device} {asked.log}")
        seed = bytes_of(f"{device} {statement.pk} {asked.project}")
        person = asked.person or bytes_of(f"drawn {device}").hex()
        text = text_of_line(asked.log, person, walk(seed, asked.steps).hex())
        found.append(
            SignedLine(
                asked.project,
                person,
                public_of(secret).hex(),
                seed.hex(),
                sign(secret, text).hex(),
            )
        )
    return found


def agree_to(statement: Statement, device: str, says: str = "agreed") -> None:
    secret = bytes_of(device)
    signature = write_base64(sign(secret, text_of_signing(statement.sha256, says)))
    sent = Device(did_of(public_of(secret)), signature, signed_by(statement, device))
    countersign(statement.pk, says, sent, by=statement.person, now_ms=NOW_MS + statement.pk)


def some_sign(made: Made, count: int) -> list[Statement]:
    """Let the first so many people sign, each on a device of their own."""
    statements = list(Statement.objects.order_by("id")[:count])
    for statement in statements:
        agree_to(statement, f"device {statement.person_id}")
    assert Confirmation.objects.filter(worker__project=made.project).count() == count
    return statements


@pytest.mark.slow
def test_share_that_signed_is_confirmed_by_both_verifiers(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = paid(24)
    some_sign(made, 12)

    released = write_bundle(made.project, kept / "bundle", NOW_MS)

    verdict = verify_bundle(Folder(released.folder), read_policy(policy_text().encode()))
    (kept / "policy.txt").write_text(policy_text())
    assert main([str(released.folder), "--policy", str(kept / "policy.txt")]) == 0
    share = "confirmed by 12 of 24 people with their own keys, for at least 24 of 48 hours"
    assert share in capsys.readouterr().out
    assert any(share in said_in("en", one)[1] for one in verdict.lines)
    assert verdict.figures["confirmed_people"] == Grade.CONFIRMED
    assert verdict.figures["confirmed_hours"] == Grade.CONFIRMED


@pytest.mark.slow
def test_bundle_names_nobody_who_signed(kept: Path) -> None:
    made = paid(22)
    statements = some_sign(made, 6)

    folder = write_bundle(made.project, kept / "bundle", NOW_MS).folder

    text = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    for statement in statements:
        assert statement.sha256.encode() not in text
        did = Countersignature.objects.get(statement=statement.pk).did
        assert did.encode() not in text
    for worker in made.workers:
        assert worker.public_id.encode() not in text
    assert b'"t":"countersign"' in (folder / ENTRIES).read_bytes()


@pytest.mark.slow
def test_fewer_than_share_a_row_are_not_shown(kept: Path) -> None:
    made = paid(22)
    some_sign(made, 4)

    folder = write_bundle(made.project, kept / "bundle", NOW_MS).folder

    assert json.loads((folder / SIGNED).read_bytes())["lines"] == []
    figures = json.loads((folder / CARD).read_bytes())["credentialSubject"]["figures"]
    assert figures["confirmed_people"] == figures["confirmed_hours"] == {"unknown": FEW_SIGNED}


def test_person_with_two_devices_counts_once_and_all_their_time_does(kept: Path) -> None:
    made = paid(22)
    statements = some_sign(made, 6)
    first = statements[0]
    again = Statement.objects.get(pk=first.pk)
    again.pk = None
    again.period_id = _another_period(first)
    again.save()

    (asked,) = lines_wanted(again)
    assert asked.person == Confirmation.objects.get(statement=first.pk).tag
    assert asked.steps == 2 * Confirmation.objects.get(statement=first.pk).steps
    agree_to(again, "another device")

    folder = write_bundle(made.project, kept / "bundle", NOW_MS).folder
    lines = json.loads((folder / SIGNED).read_bytes())["lines"]
    assert len(lines) == 6
    assert Confirmation.objects.filter(statement=again.pk).get().key in {
        one["key"] for one in lines
    }


def _another_period(statement: Statement) -> int:
    period = statement.period
    period.pk = None
    period.first_day, period.last_day = period.pay_day, period.pay_day
    period.save()
    return int(period.pk)


def test_device_keys_of_two_projects_are_not_the_same_and_a_contest_confirms_nothing() -> None:
    paid(2)
    statement = Statement.objects.order_by("id")[0]

    agree_to(statement, "device", says="contested")

    assert not Confirmation.objects.exists()
    assert not EntryPending.objects.filter(type="countersign").exists()
    assert len(lines_wanted(statement)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"project": 10**9},
        {"signature": "00" * 64},
        {"person": "zz" * 32},
        {"seed": "00" * 32},
        {"key": "00" * 31},
    ],
)
def test_line_that_was_not_asked_for_or_not_signed_is_refused_whole(
    change: dict[str, object],
) -> None:
    paid(1)
    statement = Statement.objects.get()
    secret = bytes_of("device")
    signature = write_base64(sign(secret, text_of_signing(statement.sha256, "agreed")))
    (line,) = signed_by(statement, "device")
    changed = SignedLine._make({**line._asdict(), **change}.values())

    with pytest.raises(BadInput) as refused:
        countersign(
            statement.pk,
            "agreed",
            Device(did_of(public_of(secret)), signature, [changed]),
            by=statement.person,
            now_ms=NOW_MS,
        )

    assert refused.value.case == "countersign-bad"
    assert not Countersignature.objects.exists()
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("signature", ["é" * 88, "²", "=", "a", " ", ""])
def test_signature_that_is_no_base64_is_refused(signature: str) -> None:
    paid(1)
    statement = Statement.objects.get()
    device = Device(did_of(public_of(bytes_of("device"))), signature, [])

    with pytest.raises(BadInput) as refused:
        countersign(statement.pk, "agreed", device, by=statement.person, now_ms=NOW_MS)

    assert refused.value.case == "countersign-bad"


def test_page_asks_for_the_lines_and_takes_them(client: Client) -> None:
    paid(1)
    statement = Statement.objects.get()
    client.force_login(statement.person)
    page = client.get(f"/pay/{statement.pk}").content.decode()
    assert "&quot;steps&quot;: 20" in page
    secret = bytes_of("device")
    body = {
        "says": "agreed",
        "did": did_of(public_of(secret)),
        "signature": write_base64(sign(secret, text_of_signing(statement.sha256, "agreed"))),
        "lines": [one._asdict() for one in signed_by(statement, "device")],
    }

    answer = client.post(f"/pay/{statement.pk}/sign", body, content_type="application/json")

    assert answer.status_code == 204
    assert Confirmation.objects.get().steps == 20


def test_simulated_people_are_asked_to_sign_nothing() -> None:
    paid(1)
    statement = Statement.objects.get()
    Person.objects.filter(pk=statement.person_id).update(is_simulated=True)

    assert lines_wanted(Statement.objects.get()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loggable")
def test_erased_person_is_in_no_later_bundle_and_the_old_one_still_checks(kept: Path) -> None:
    made = paid(24)
    (first, *_rest) = some_sign(made, 12)
    old = write_bundle(made.project, kept / "old", NOW_MS).folder

    erase_entries(first.person, NOW_MS)

    assert not Confirmation.objects.filter(statement=first.pk).exists()
    assert EntryPending.objects.filter(type="countersign", sealed=None).count() == 1
    new = write_bundle(made.project, kept / "new", NOW_MS).folder
    policy = read_policy(policy_text().encode())
    for folder, count in ((old, 12), (new, 11)):
        assert len(json.loads((folder / SIGNED).read_bytes())["lines"]) == count
        verify_bundle(Folder(folder), policy)
