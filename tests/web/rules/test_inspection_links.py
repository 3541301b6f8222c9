"""A link by which an authority gets an inspector's file once, and what it can check offline."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.decisions.system_notices import note_shown
from canut.actions.ledger import log_keys
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.participation.inspector_file import check_file
from canut.store.models import InspectorFile
from canut.store.tables.participation import (
    InspectionLink,
    InspectionOpening,
    RepresentativesStatement,
)
from tests.support.factories import NOW, NOW_MS
from tests.support.instance import House
from tests.support.pay_pages import make_statement

pytestmark = pytest.mark.django_db
type StopClock = Callable[..., None]
EN = {"accept-language": "en"}
DAYS = {"first": "2026-01-01", "last": "2026-12-31"}


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def linked(house: House, role: str = "operator", **fields: str) -> str:
    """Make a link and return its path, as its page shows it once."""
    sent = {**DAYS, "authority": "Inspection, unité 12", "link": "1", **fields}
    page = house.client(role).post(reverse("inspect"), sent, headers=EN)
    found = re.search(r"(/rules/inspect/[\w-]{40,})<", page.content.decode())
    assert found, page.content.decode()[:3000]
    return found[1]


def read(client: Client, address: str) -> str:
    page = client.get(address, headers=EN)
    assert page.status_code == 200
    return unescape(page.content.decode())


def test_authority_gets_the_file_once_without_an_account_and_each_opening_is_shown(
    house: House, stop_clock: StopClock
) -> None:
    stop_clock(NOW)
    make_statement(house)
    path = linked(house, demand="Demande no 12")
    authority = Client()

    page = read(authority, path)
    assert "sends the file once" in page
    assert "Demande no 12" in page
    sent = authority.post(path)
    assert sent["Content-Type"] == "application/zip"
    about = check_file(sent.content)
    again = authority.post(path)
    assert (again.status_code, again["Location"]) == (302, path)
    assert "The file was sent" in read(authority, path)

    link = InspectionLink.objects.get()
    assert (link.sha256, link.used_ms) == (about.sha256, NOW_MS)
    assert InspectorFile.objects.get().sha256 == about.sha256
    assert list(InspectionOpening.objects.order_by("id").values_list("outcome", flat=True)) == [
        "shown", "sent", "refused", "refused",
    ]  # fmt: skip
    for role in ("operator", "representative", "auditor"):
        listed = read(house.client(role), reverse("inspect"))
        assert "Inspection, unité 12" in listed
        assert re.search(r"Opened\W+4\W+times", listed), listed[listed.index("Inspection, u") :][
            :900
        ]


def test_token_is_stored_as_a_hash_and_shown_once(house: House) -> None:
    token = linked(house, "representative").rpartition("/")[2]

    link = InspectionLink.objects.get()
    assert link.token_hash == sha256(token.encode()).hexdigest()
    assert token not in json.dumps(InspectionLink.objects.values()[0], default=str)
    assert token not in read(house.client("representative"), reverse("inspect"))


def test_link_expires_after_thirty_days(house: House, stop_clock: StopClock) -> None:
    stop_clock(NOW)
    path = linked(house)
    stop_clock(NOW + timedelta(days=30))

    assert "expired" in read(Client(), path)
    assert Client().post(path).status_code == 302
    assert not InspectorFile.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "worker", "requester"])
def test_only_operators_and_representatives_make_a_link(house: House, role: str) -> None:
    sent = {**DAYS, "authority": "Inspection", "link": "1"}

    answer = house.client(role).post(reverse("inspect"), sent, headers=EN)

    assert answer.status_code in {403, 422}
    assert not InspectionLink.objects.exists()


def test_representative_cannot_lift_the_limit_of_ten_people_by_a_link(house: House) -> None:
    linked(house, "representative", demand="Demande no 12")

    assert InspectionLink.objects.get().demand == ""


def test_link_without_an_authority_or_unknown_is_refused(house: House) -> None:
    sent = {**DAYS, "authority": " ", "link": "1"}

    assert house.client("operator").post(reverse("inspect"), sent, headers=EN).status_code == 422
    assert Client().get("/rules/inspect/never-made").status_code == 404
    assert Client().post("/rules/inspect/never-made").status_code == 404
    assert not InspectionLink.objects.exists()


def test_file_holds_a_proof_of_each_hash_in_the_log_and_the_verifier_says_what_is_proven(
    house: House, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_statement(house)
    note_shown(house.people["worker"], NOW_MS)
    operator = house.client("operator")
    operator.post(reverse("inspect"), DAYS, headers=EN)
    fields = {
        "about": "inspect",
        "subject": "2026-01-01/2026-12-31/",
        "text_en": "Ask about waits.",
    }
    assert house.client("operator").post(reverse("statement_write"), fields).status_code == 403
    assert (
        house.client("representative").post(reverse("statement_write"), fields).status_code == 302
    )
    sequence(NOW_MS)

    content = operator.post(reverse("inspect"), DAYS, headers=EN).content

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    proven = {row["document"]: row["proof"] for row in json.loads(files["proof/index.json"])}
    assert proven["systems-notice.json"] == "proof/systems-notice.tlog-proof"
    assert proven["representatives-1.json"] == "proof/representatives-1.tlog-proof"
    spoken = RepresentativesStatement.objects.get()
    assert sha256(files["representatives-1.json"]).hexdigest() == spoken.sha256
    assert "Ask about waits." in read(operator, reverse("inspect"))
    (kept / "file.zip").write_bytes(content)
    signer_of(log_of(None).origin)
    (kept / "policy.txt").write_text(f"log {log_of(None).key}\nquorum none\n")

    code = main(
        [
            *("inspect", str(kept / "file.zip"), "--lang", "en"),
            *("--policy", str(kept / "policy.txt")),
        ]
    )

    said = capsys.readouterr().out
    assert code == 0
    assert "PROVEN      systems-notice.json is entry" in said
    assert "PROVEN      representatives-1.json is entry" in said
    assert "NOT PROVEN  Nothing here shows that the whole file was logged" in said
