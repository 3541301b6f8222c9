"""My whole record, as a page and as files, also once every role has ended; and one brought."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canut.core.labour.record import Record, Row, read_record, write_record
from canut.store.models import BroughtRecord, Membership, Worker
from tests.factories import NOW, NOW_MS, answer_next
from tests.web.house import House

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def left(house: House) -> Client:
    """Sign in a worker who answered, then lost every role."""
    answer_next(house.worker)
    Membership.objects.filter(person=house.people["worker"]).update(ended_at=NOW)
    Worker.objects.filter(id=house.worker.pk).update(ended_at=NOW)
    return house.client("worker")


def elsewhere() -> bytes:
    lines: list[Row] = [
        {
            "answer": 1,
            "project": "x",
            "rate_version": 1,
            "piece_micro": 1_500_000,
            "currency": "EUR",
            "elapsed_ms": 60_000,
            "time_basis": "elapsed",
            "at_ms": NOW_MS,
        }
    ]
    person: Row = {"name": "N", "language": "fr", "since_ms": 0}
    return write_record(Record("https://ailleurs.test", 5, person, {"pay_lines": lines}))


def test_who_was_closed_out_still_takes_everything_along(left: Client) -> None:
    page = left.get("/account/record", headers=FR)
    file = left.get("/account/record.json")

    assert "Mon dossier complet" in page.content.decode()
    assert len(json.loads(file.content)["tables"]["answers"]) == 1
    assert file["Content-Disposition"] == 'attachment; filename="canut-record.json"'
    assert left.get("/account/record.zip").content[:2] == b"PK"


def test_page_shows_pay_and_projects(left: Client) -> None:
    page = left.get("/account/record", headers=EN).content.decode()

    assert "Les Soies" in page
    assert "$0.21" in page


def test_record_from_elsewhere_is_shown_as_said(house: House) -> None:
    client = house.client("worker")

    client.post("/account/record/bring", {"file": SimpleUploadedFile("record.json", elsewhere())})

    page = client.get("/account/record", headers=FR).content.decode()
    assert "https://ailleurs.test" in page
    assert "rien ici ne la prouve" in page
    assert BroughtRecord.objects.get().person == house.people["worker"]


def test_file_that_is_no_record_is_refused_in_words(house: House) -> None:
    file = io.BytesIO(b"bonjour")
    file.name = "record.json"

    answer = house.client("worker").post("/account/record/bring", {"file": file}, headers=FR)

    assert answer.status_code == 422
    assert "n’est pas un dossier de travail" in answer.content.decode()


def test_record_goes_straight_to_whom_its_owner_chose(left: Client, house: House) -> None:
    left.post("/account/record/hand")
    page = left.get("/account/record").content.decode()
    path = page.split('value="http://127.0.0.1:8000')[1].split('"')[0]

    given = house.client("stranger").get(path)

    assert len(read_record(given.content).rows("answers")) == 1
    assert house.client("stranger").get(path + "x").status_code == 404


def test_nobody_reads_the_record_of_somebody_else(left: Client, house: House) -> None:
    assert left

    other = house.client("auditor").get("/account/record.json")

    assert json.loads(other.content)["tables"]["answers"] == []
