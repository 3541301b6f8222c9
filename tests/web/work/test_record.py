"""My whole record, as a page and as files, also once every role has ended; and one brought."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from canut.actions.decisions.appeals import take_back
from canut.actions.work.work_record import whole_record
from canut.core.work.work_record import Record, Row, read_record, write_record
from canut.store.models import BroughtRecord, Membership, Project, Worker
from canut.web.work.record_layout import record_paper
from tests.support.decision_pages import decided, now_ms
from tests.support.factories import NOW, NOW_MS, answer_next
from tests.support.instance import House

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

    assert "Mon dossier" in page.content.decode()
    assert len(json.loads(file.content)["tables"]["answers"]) == 1
    assert file["Content-Disposition"] == 'attachment; filename="canut-record.json"'
    assert left.get("/account/record.zip").content[:2] == b"PK"


def test_page_shows_pay_and_projects(left: Client) -> None:
    page = left.get("/account/record", headers=EN).content.decode()

    assert "Les Soies" in page
    assert "$0.21" in page


def test_page_and_paper_name_projects_and_the_file_keeps_their_address(
    house: House, left: Client
) -> None:
    project = house.worker.project
    Project.objects.filter(pk=project.pk).update(title="Des soies à trier")
    page = left.get("/account/record", headers=EN).content.decode()
    with override("en"):
        paper = record_paper(whole_record(house.people["worker"], NOW_MS))
    file = json.loads(left.get("/account/record.json").content)

    assert f">{project.slug}<" not in page
    assert "Des soies à trier" in page
    cells = {cell for table in paper.tables for row in table.rows for cell in row}
    assert "Des soies à trier" in cells
    assert project.slug not in cells
    assert {row["project"] for row in file["tables"]["pay_lines"]} == {project.slug}


@pytest.mark.parametrize(("form", "said"), [("fr.pdf", b"fr"), ("en.pdf", b"en"), ("pdf", b"fr")])
def test_record_is_printed_for_reading_and_tagged(left: Client, form: str, said: bytes) -> None:
    answer = left.get(f"/account/record.{form}", headers=FR)

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfuaid" in answer.content
    assert b"/Lang(" + said in answer.content


def test_print_says_what_the_record_says_in_its_language(house: House) -> None:
    answer_next(house.worker)
    record = whole_record(house.people["worker"], NOW_MS + 1)

    with override("fr"):
        french = record_paper(record)
    with override("en"):
        english = record_paper(record)

    assert (french.title, english.title) == ("Mon dossier", "My record")
    pay = {one.name: one for one in english.tables}["Pay lines"]
    assert (len(pay.rows), pay.rows[0][-1]) == (1, "$0.21")
    assert "Messages" in english.empty


def test_long_table_is_cut_in_print_and_says_so(house: House) -> None:
    rows: list[Row] = [
        {"role": "worker", "of": str(n), "since_ms": 0, "ended_ms": None} for n in range(501)
    ]
    person: Row = {"name": "N", "language": "en", "since_ms": 0}
    with override("en"):
        paper = record_paper(Record(house.project.slug, 5, person, {"roles": rows}))

    assert len(paper.tables[0].rows) == 500
    assert paper.tables[0].rows[-1][1] == "500"
    assert "500 of 501" in paper.tables[0].note


def test_record_in_a_form_or_language_nobody_has_is_not_there(left: Client) -> None:
    for form in ("docx", "de.pdf", "fr.zip"):
        assert left.get(f"/account/record.{form}").status_code == 404


def test_record_from_elsewhere_is_shown_as_said(house: House) -> None:
    client = house.client("worker")

    client.post("/account/record/bring", {"file": SimpleUploadedFile("record.json", elsewhere())})

    page = client.get("/account/record", headers=FR).content.decode()
    assert "https://ailleurs.test" in page
    assert "rien ici ne le prouve" in page
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


def test_what_decisions_took_and_returned_is_told_in_words(house: House) -> None:
    client = house.client("worker")
    made = decided(house)
    taken = client.get("/account/record", headers=FR).content.decode()
    take_back(made.pk, by=house.people["requester"], words="C’était une erreur.", now_ms=now_ms())

    page = client.get("/account/record", headers=FR).content.decode()

    act = "réponse va contre les consignes"
    assert "off-instructions" not in taken + page
    assert taken.lower().count(act) == 2  # beside the amount, and in the decision
    assert "Prix rendu" in page
    assert "Annulée le" in page
    assert "Annulée le" not in taken
