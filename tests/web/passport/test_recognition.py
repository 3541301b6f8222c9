"""My file for a recognition of skills: kept as I write it, printed with what my work has shown."""

import io
import json
import zipfile

import pytest
from django.test import Client

from canut.actions.people.erasure import erase_entries
from canut.core.passport.recognition import LONGEST_TEXT, read_draft
from canut.store.models import PassportCredential, Person, Project, RecognitionDraft
from canut.store.passport.brought import draft_of
from canut.web.passport.recognition_layout import recognition_paper
from tests.support.factories import NOW_MS, make_person
from tests.support.known_tasks import answered_known, pay_hours

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
pytestmark = pytest.mark.django_db
PAGE = "/account/passport/recognition"
WRITTEN = {
    "purpose": "rcmo",
    "language": "fr",
    "programme": "Annotation de données",
    "name": "Nadia B.",
    "languages": "français, kabyle",
    "adviser": "Mme Roy",
    "c0_name": "Vérifier la qualité",
    "c0_skill": "S01",
    "c0_witnesses": "Léa, relecture\nSam, relecture",
    "c0_e0_context": "Des photos de rue.",
    "c0_e0_did": "J’ai marqué chaque piéton.",
    "c0_e0_knew": "Par la consigne.",
    "c0_e0_learnt": "À regarder deux fois.",
}


@pytest.fixture
def nadia() -> Person:
    made = answered_known(58, 2)
    pay_hours(made, 45)
    person = made.worker.person
    assert person is not None
    person.email = "nadia@exemple.org"
    person.save()
    return person


@pytest.fixture
def own(nadia: Person) -> Client:
    client = Client()
    client.force_login(nadia)
    return client


def test_draft_is_kept_sealed_and_shown_again(own: Client) -> None:
    assert own.post(PAGE, WRITTEN).status_code == 302

    page = own.get(PAGE, headers=FR).content.decode()

    for text in ("Vérifier la qualité", "Des photos de rue.", "français, kabyle", "Mme Roy"):
        assert text in page
    assert 'name="c1_name" value=""' in page
    assert b"kabyle" not in bytes(RecognitionDraft.objects.get().sealed)


def test_text_over_its_length_is_not_lost_and_the_draft_before_stays(own: Client) -> None:
    own.post(PAGE, WRITTEN)
    long = "é" * (LONGEST_TEXT + 7)

    answer = own.post(PAGE, {**WRITTEN, "c0_e1_did": long}, headers=FR)

    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert "7 caractères" in answer.content.decode()
    assert own.get(PAGE).content.decode().count(long) == 0


def test_paper_sets_work_and_its_proof_beside_the_persons_words(nadia: Person, own: Client) -> None:
    own.post(PAGE, WRITTEN)
    paper = recognition_paper(nadia, read_draft(draft_of(nadia)), NOW_MS)

    text = json.dumps(paper, ensure_ascii=False)
    (competency,) = paper["competencies"]
    assert "58" in competency["proof"][0]
    assert competency["situations"][0][2] == "60"
    assert competency["witnesses"] == ["Léa, relecture", "Sam, relecture"]
    assert len(competency["examples"][0]) == 4
    title = Project.objects.get(workers__person=nadia).title
    assert title not in text


def test_files_are_a_pdf_and_a_zip_with_what_was_ticked(own: Client) -> None:
    ask = {"kind": "skill", "of": "S01", "language": "fr"}
    own.post("/account/passport/make", ask)
    own.post("/account/passport/make", ask)
    first = PassportCredential.objects.order_by("pk")[0]
    own.post(PAGE, {**WRITTEN, "credentials": [str(first.pk)]})

    pdf = own.get(f"{PAGE}/file.pdf")
    whole = own.get(f"{PAGE}/file.zip")

    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Cache-Control"] == "private, no-store"
    names = zipfile.ZipFile(io.BytesIO(whole.content)).namelist()
    assert names == ["recognition.pdf", "credential-1.json"]
    assert own.get(f"{PAGE}/file.exe").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_empty_file_prints_too(language: str, own: Client) -> None:
    own.post(PAGE, {"language": language})

    assert own.get(f"{PAGE}/file.pdf").content.startswith(b"%PDF-")


def test_credential_of_somebody_else_is_never_enclosed(own: Client) -> None:
    own.post("/account/passport/make", {"kind": "skill", "of": "S01", "language": "fr"})
    number = PassportCredential.objects.get().pk
    other = Client()
    other.force_login(make_person())
    other.post(PAGE, {**WRITTEN, "credentials": [str(number), "x", "9" * 40]})

    whole = other.get(f"{PAGE}/file.zip")

    assert zipfile.ZipFile(io.BytesIO(whole.content)).namelist() == ["recognition.pdf"]


def test_page_says_what_is_confirmed_with_its_source_and_what_is_not(own: Client) -> None:
    page = own.get(PAGE, headers=FR).content.decode()

    assert "technocompetences.qc.ca" in page
    assert "cegepsherbrooke.qc.ca" in page
    assert page.count("(à vérifier)") == 2


@pytest.mark.django_db(transaction=True)
def test_draft_is_deleted_on_a_press_and_by_an_erasure() -> None:
    person = make_person()
    client = Client()
    client.force_login(person)
    client.post(PAGE, WRITTEN)
    client.post(f"{PAGE}/delete")
    assert draft_of(person) == {}
    client.post(PAGE, WRITTEN)

    erase_entries(person, NOW_MS)

    assert not RecognitionDraft.objects.exists()
