import pytest
from django.test import Client
from pytest_django import Settings

from canut.store.models import Fact, Membership, Organisation, Person
from tests.support.factories import make_person
from tests.support.instance import House

FR = {"accept-language": "fr"}


pytestmark = pytest.mark.django_db


@pytest.fixture
def nameless() -> Client:
    person = make_person(username="invite-0a1b2c")
    person.set_unusable_password()
    person.save()
    client = Client()
    client.force_login(person)
    return client


def test_nameless_account_takes_a_name_and_stays_signed_in(nameless: Client) -> None:
    answer = nameless.post(
        "/account/name", {"username": "nadia", "password": "trameetchaine9", "email": ""}
    )

    assert answer["Location"] == "/"
    assert nameless.get("/account").status_code == 200
    assert Person.objects.get(username="nadia").check_password("trameetchaine9")


def test_keeping_an_account_leads_back_to_the_page_one_came_from(nameless: Client) -> None:
    page = nameless.get("/account/name?next=/time/%3Fday%3D2026-11-25").content.decode()
    form = {"username": "nadia", "password": "trameetchaine9"}

    answer = nameless.post("/account/name", form | {"next": "/time/?day=2026-11-25"})

    assert '<input type="hidden" name="next" value="/time/?day=2026-11-25">' in page
    assert answer["Location"] == "/time/?day=2026-11-25"


def test_every_page_that_asks_to_keep_the_account_is_come_back_to(house: House) -> None:
    worker = house.people["worker"]
    worker.set_unusable_password()
    worker.save()
    client = house.client("worker")

    for address in ("/", "/account"):
        page = client.get(address).content.decode()
        assert f'href="/account/name?next={address}"' in page


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_keeping_an_account_leads_to_no_other_site(nameless: Client, away: str) -> None:
    form = {"username": "nadia", "password": "trameetchaine9", "next": away}

    assert nameless.post("/account/name", form)["Location"] == "/"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"username": "taken", "password": "trameetchaine9"}, "Quelqu’un ici porte ce nom"),
        ({"username": "na dia", "password": "trameetchaine9"}, "Lettres, chiffres"),
        ({"username": "nadia", "password": "12345678"}, "pas un mot courant"),
        ({"username": "", "password": "trameetchaine9"}, "Écrivez quelque chose ici"),
        ({"username": "nadia", "password": "trameetchaine9", "email": "x"}, "courriel"),
    ],
)
def test_name_that_cannot_be_says_why_beside_it(
    nameless: Client, given: dict[str, str], words: str, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    make_person(username="taken")

    answer = nameless.post("/account/name", given, headers=FR)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{given["username"]}"' in answer.content.decode() or not given["username"]


def test_password_is_never_sent_back(nameless: Client) -> None:
    answer = nameless.post("/account/name", {"username": "na dia", "password": "trameetchaine9"})

    assert "trameetchaine9" not in answer.content.decode()


def test_operator_adds_an_organisation_with_who_asks_in_its_name(house: House) -> None:
    person = make_person(username="mireille")

    house.client("operator").post(
        "/organisations/", {"title": "Maison Bréval", "requester": "mireille"}
    )

    made = Organisation.objects.get(name="Maison Bréval")
    held = Membership.objects.get(organisation=made)
    assert (held.person, held.role) == (person, "requester")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": "Les Soies", "requester": ""}, "Écrivez quelque chose ici"),
        ({"title": "Neuve", "requester": "personne"}, "Personne ne se connecte comme"),
    ],
)
def test_organisation_that_cannot_be_says_why(
    house: House, given: dict[str, str], words: str
) -> None:
    before = Organisation.objects.count()

    answer = house.client("operator").post("/organisations/", given, headers=FR)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Organisation.objects.count() == before


def test_organisation_name_is_used_once(house: House) -> None:
    name = house.people["operator"].username

    answer = house.client("operator").post(
        "/organisations/", {"title": "LES SOIES", "requester": name}, headers=FR
    )

    assert "existe déjà" in answer.content.decode() or "porte ce nom" in answer.content.decode()


def test_account_page_lists_my_roles(house: House) -> None:
    page = house.client("auditor").get("/account", headers=FR).content.decode()

    assert "Les Soies" in page
    assert "audit" in page


@pytest.mark.django_db
def test_person_whom_all_visitors_of_the_demo_share_keeps_their_name(client: Client) -> None:
    Fact.objects.create(name="made_by_demo", value="1")
    client.force_login(make_person(username="demo-worker"))

    answer = client.post(
        "/account/name", {"username": "nadia", "password": "trameetchaine9"}, headers=FR
    )

    assert answer.status_code == 403
    assert "appartient à la démonstration" in answer.content.decode()
    assert Person.objects.filter(username="demo-worker").exists()
    assert "/account/name" not in client.get("/account").content.decode()
