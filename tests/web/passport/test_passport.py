"""My passport: what is shown, what a credential would say, files, links, what others are told."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from canut.actions.platform import system_clock
from canut.core.passport.baking import credential_inside
from canut.store.models import BroughtCredential, PassportCredential, Person, StatusList
from canut.store.tables.passport import PassportLink
from tests.support.factories import make_person, make_project, make_representative
from tests.support.known_tasks import answered_known, pay_hours
from tests.support.lessons import passed_lesson

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
pytestmark = pytest.mark.django_db
HOME = "/account/passport/"
ASK = {"kind": "skill", "of": "S01", "language": "fr"}


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


def made_by(client: Client) -> PassportCredential:
    assert client.post(f"{HOME}make", ASK).status_code == 302
    return PassportCredential.objects.latest("pk")


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", content.decode())


def test_page_says_what_is_shown_and_what_the_next_level_asks(own: Client) -> None:
    page = text_of(own.get(HOME, headers=FR).content)

    assert "Étiqueter avec soin" in page
    assert "Niveau 3 : 100 tâches connues, 90 % au bas de l’intervalle" in page
    assert "30 h ou plus" in page
    assert "Annotation" in page


def test_page_of_somebody_who_showed_nothing_leads_to_work() -> None:
    client = Client()
    client.force_login(make_person(email="n@exemple.org"))

    page = text_of(client.get(HOME, headers=EN).content)

    assert "Nothing is shown yet: no known task, no review, no lesson." in page
    assert client.get(f"{HOME}make", ASK).status_code == 404


def test_draft_is_read_before_it_is_made_and_makes_nothing(own: Client) -> None:
    page = text_of(own.get(f"{HOME}make", ASK, headers=FR).content)

    assert "58 réponses justes sur 60 tâches connues." in page
    assert "nadia@exemple.org" not in page
    assert not PassportCredential.objects.exists()
    assert not StatusList.objects.exists()


def test_who_has_no_address_reads_what_to_give_before_it_is_an_error(
    own: Client, nadia: Person
) -> None:
    Person.objects.filter(pk=nadia.pk).update(email="")

    first = own.get(f"{HOME}make", ASK, headers=FR)
    sent = own.post(f"{HOME}make", ASK, headers=FR)

    assert (first.status_code, sent.status_code) == (200, 422)
    assert 'role="alert"' not in first.content.decode()
    assert "n’a pas d’adresse courriel" in text_of(first.content)
    assert "<details open>" in first.content.decode()  # the field to give a key
    assert 'role="alert"' in sent.content.decode()


def test_refused_holder_is_named_and_what_was_typed_stays(own: Client) -> None:
    answer = own.post(f"{HOME}make", {**ASK, "holder": "did:web:x"}, headers=FR)

    page = text_of(answer.content)
    assert answer.status_code == 422
    assert "Cette clé n’est pas lisible" in page
    assert 'value="did:web:x"' in page
    assert "58 réponses justes" in page


def test_files_hold_the_credential_and_anybody_verifies_them(own: Client) -> None:
    row = made_by(own)

    for form in ("json", "svg", "png"):
        file = own.get(f"{HOME}{row.pk}/credential.{form}")
        inside = credential_inside(file.content) or file.content.decode()
        assert json.loads(inside)["name"] == "Étiqueter avec soin, niveau 2"
        assert file["Cache-Control"] == "private, no-store"
        upload = SimpleUploadedFile(f"a.{form}", file.content)
        told = text_of(Client().post("/passport/verify", {"file": upload}, headers=FR).content)
        assert "Elle tient." in told
        assert "Cette installation de Canut l’a signée." in told
    assert own.get(f"{HOME}{row.pk}/credential.exe").status_code == 404


def test_changed_file_is_found_and_what_it_says_is_not_repeated(own: Client) -> None:
    text = own.get(f"{HOME}{made_by(own).pk}/credential.json").content.decode()
    changed = text.replace("niveau 2", "niveau 3").encode()

    answer = Client().post(
        "/passport/verify", {"file": SimpleUploadedFile("a.json", changed)}, headers=EN
    )

    told = text_of(answer.content)
    assert "It was changed" in told
    assert "niveau 3" not in told


def test_nobody_else_opens_what_is_mine(own: Client) -> None:
    row = made_by(own)
    other = Client()
    other.force_login(make_person())

    for address in (f"{HOME}{row.pk}/", f"{HOME}{row.pk}/credential.json"):
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code in {302, 404}
    assert other.post(f"{HOME}{row.pk}/withdraw").status_code == 404


def test_taken_back_is_told_by_every_check(own: Client) -> None:
    row = made_by(own)
    text = own.get(f"{HOME}{row.pk}/credential.json").content

    own.post(f"{HOME}{row.pk}/withdraw")

    upload = SimpleUploadedFile("a.json", text)
    told = text_of(Client().post("/passport/verify", {"file": upload}, headers=EN).content)
    assert "It no longer holds: it was taken back." in told
    assert "You took it back" in text_of(own.get(f"{HOME}{row.pk}/", headers=EN).content)


def test_change_of_address_refuses_no_credential_and_hides_no_withdrawal(
    own: Client, settings: Settings
) -> None:
    row = made_by(own)
    text = own.get(f"{HOME}{row.pk}/credential.json").content

    def told() -> str:
        upload = SimpleUploadedFile("a.json", text)
        return text_of(Client().post("/passport/verify", {"file": upload}, headers=EN).content)

    settings.URL = "https://elsewhere.example"
    moved = told()
    own.post(f"{HOME}{row.pk}/withdraw")

    assert "It holds. This instance of Canut signed it." in moved.replace("</b>", "")
    assert "It no longer holds: it was taken back." in told()


def test_link_shows_what_was_ticked_until_its_day_and_tells_each_opening(
    own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = made_by(own)
    sent = {"credentials": str(row.pk), "days": "7", "audience": "Atelier <du Nord>"}
    own.post(f"{HOME}share", sent)
    page = own.get(HOME, headers=FR).content.decode()
    address = re.search(r"http://[^\"]*(/passport/shown/[\w-]+)", page)
    assert address

    shown = Client().get(address[1], headers=FR)

    assert "Étiqueter avec soin, niveau 2" in shown.content.decode()
    assert "Atelier &lt;du Nord&gt;" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex"
    assert PassportLink.objects.get().openings == 1
    assert address[1] not in own.get(HOME).content.decode()
    later = system_clock.now_ms() + int(timedelta(days=7).total_seconds() * 1000)
    monkeypatch.setattr("canut.web.passport.checking.now_ms", lambda: later)
    assert Client().get(address[1]).status_code == 404


def test_link_can_be_ended_at_once(own: Client) -> None:
    own.post(f"{HOME}share", {"credentials": str(made_by(own).pk), "days": "7"})
    address = re.search(r"/passport/shown/[\w-]+", own.get(HOME).content.decode())
    assert address

    own.post(f"{HOME}share/{PassportLink.objects.get().pk}/end")

    assert Client().get(address[0]).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [{}, {"credentials": "x", "days": "7"}, {"credentials": "9" * 40}, {"days": "²"}],
    ids=["nothing", "letters", "a long number", "an odd digit"],
)
def test_link_to_nothing_is_refused_with_what_to_do(own: Client, sent: dict[str, str]) -> None:
    made_by(own)

    answer = own.post(f"{HOME}share", sent, headers=EN)

    assert answer.status_code == 422
    assert "Nothing is ticked" in answer.content.decode()


@pytest.mark.parametrize("content", [b"", b"x", b"<svg/>", b"{}", b"[" * 5_000])
def test_file_without_a_credential_says_what_to_give(content: bytes) -> None:
    sent = {"file": SimpleUploadedFile("a.json", content)} if content else {}

    answer = Client().post("/passport/verify", sent, headers=EN)

    assert answer.status_code == 422
    assert "This file holds no credential" in answer.content.decode()


def test_programs_get_the_key_and_the_status_list(own: Client) -> None:
    row = made_by(own)
    document = json.loads(own.get(f"{HOME}{row.pk}/credential.json").content)

    did = json.loads(Client().get("/passport/did.json").content)
    listed = Client().get(f"/passport/status/{row.status_list_id}")

    assert did["id"] == document["issuer"]["id"]
    assert did["assertionMethod"] == [document["proof"][0]["verificationMethod"]]
    assert listed["Content-Type"] == "application/vc+jwt"
    assert len(listed.content) < 4_000
    assert Client().get("/passport/status/999").status_code == 404


def test_what_a_level_asks_is_public() -> None:
    page = text_of(Client().get("/passport/skills/S01/3", headers=FR).content)

    assert "Il faut 100 tâches" in page
    assert "attend to detail" in page
    assert Client().get("/passport/skills/S01/4").status_code == 404
    assert Client().get("/passport/skills/S99/1").status_code == 404
    assert Client().get("/passport/work/CAN-ANNOT").status_code == 200
    assert Client().get("/passport/work/x").status_code == 404


def test_lesson_passed_shows_its_skills_its_band_and_how_many_marked_it() -> None:
    person = passed_lesson()
    client = Client()
    client.force_login(person)

    page = text_of(client.get(HOME, headers=FR).content)

    assert "Ce que devient un clic" in page
    assert "Cas : 10–12 points sur 12, noté par 2 personnes" in page.replace("\u202f", " ")
    assert "kind=lesson&amp;of=click-life" in page
    assert "kind=skill&amp;of=S24" in page
    assert "kind=course" not in page
    assert "Rien ici ne la montre encore" in page


def test_mandate_is_never_suggested_and_needs_to_be_asked_for_twice() -> None:
    person = make_person(email="n@exemple.org")
    make_representative(person, make_project(tasks=1).project.organisation)
    client = Client()
    client.force_login(person)
    ask = {"kind": "role", "of": "representative", "language": "fr"}

    before = text_of(client.get(HOME, headers=FR).content)
    once = client.post(f"{HOME}make", ask, headers=FR)
    twice = client.post(f"{HOME}make", {**ask, "twice": "yes"}, headers=FR)

    assert (
        "Représentation élue"
        not in client.get(HOME, headers=FR)
        .content.decode()
        .partition('id="links"')[0]
        .partition("Mes attestations")[0]
    )
    assert "Représentation élue" not in before
    assert "jamais proposé ici" in before
    assert once.status_code == 422
    assert "Confirmez" in text_of(once.content)
    assert twice.status_code == 302


def test_rule_of_a_lesson_the_course_and_a_role_is_public() -> None:
    for address in ("lesson/click-life.1", "course/ethics", "role/marker"):
        assert Client().get(f"/passport/rules/{address}").status_code == 200
    for address in ("lesson/x.1", "lesson/click-life.x", "course/x", "role/king", "x/y"):
        assert Client().get(f"/passport/rules/{address}").status_code == 404
    page = text_of(Client().get("/passport/skills/S24/2", headers=EN).content)
    assert "It takes a passed lesson that names this skill" in page
    assert "Aims" in page or "aims" in page.lower()


def test_ticked_credentials_are_one_file_that_anybody_verifies(own: Client) -> None:
    first, second = made_by(own), made_by(own)

    nothing = own.post(f"{HOME}bundle", headers=EN)
    file = own.post(f"{HOME}bundle", {"credentials": [first.pk, second.pk]}, headers=FR)

    assert nothing.status_code == 422
    assert "Nothing is ticked" in nothing.content.decode()
    whole = json.loads(file.content)
    assert whole["type"] == ["VerifiableCredential", "ClrCredential"]
    assert len(whole["credentialSubject"]["verifiableCredential"]) == 2
    upload = SimpleUploadedFile("a.json", file.content)
    told = text_of(Client().post("/passport/verify", {"file": upload}, headers=FR).content)
    assert "2 attestations dedans" in told.replace("\u202f", " ").replace("\xa0", " ")
    assert told.count("Elle tient.") == 3
    assert told.count("Étiqueter avec soin, niveau 2") == 2


def test_what_i_bring_is_listed_for_me_alone_and_counts_in_nothing(own: Client) -> None:
    content = own.get(f"{HOME}{made_by(own).pk}/credential.svg").content
    person = make_person(email="n@exemple.org")
    other = Client()
    other.force_login(person)

    answer = other.post(f"{HOME}bring", {"file": SimpleUploadedFile("a.svg", content)})

    assert answer.status_code == 302
    page = text_of(other.get(f"{HOME}bring", headers=FR).content)
    assert "Étiqueter avec soin, niveau 2" in page
    assert "Signée par cette installation." in page
    assert "Rien n’est encore montré" in text_of(other.get(HOME, headers=FR).content)
    assert "Étiqueter" not in text_of(own.get(f"{HOME}bring", headers=FR).content)
    again = other.post(f"{HOME}bring", {"file": SimpleUploadedFile("a.svg", content)}, headers=FR)
    assert again.status_code == 422
    assert "Elle est déjà ici" in text_of(again.content)
    number = BroughtCredential.objects.get().pk
    assert own.post(f"{HOME}bring/{number}/delete").status_code == 404
    assert other.post(f"{HOME}bring/{number}/delete").status_code == 302
    assert not BroughtCredential.objects.exists()


@pytest.mark.parametrize("content", [b"x", b"<svg/>", b"PK\x03\x04", b"[" * 9_000])
def test_file_that_is_none_is_refused_and_nothing_is_kept(own: Client, content: bytes) -> None:
    answer = own.post(f"{HOME}bring", {"file": SimpleUploadedFile("a", content)}, headers=EN)

    assert answer.status_code == 422
    assert not BroughtCredential.objects.exists()


def test_record_of_another_instance_goes_to_my_record(own: Client) -> None:
    content = own.get("/account/record.zip").content

    answer = own.post(f"{HOME}bring", {"file": SimpleUploadedFile("a.zip", content)})

    assert answer.status_code == 302
    assert answer["Location"] == "/account/record"
