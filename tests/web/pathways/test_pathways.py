"""My pathway, the public one, openings, and where I go: what the pages say and store."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from canut.actions.decisions.undo import undo
from canut.actions.people.accounts import add_member
from canut.store.models import (
    Decision,
    Departure,
    Destination,
    FollowedPathway,
    Opening,
    Organisation,
    Person,
    Role,
)
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.known_tasks import answered_known
from tests.support.lessons import mark, send_case
from tests.support.pathways import make_opening

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
HOME, WHERE, OPENINGS = "/account/pathways/", "/account/pathways/where", "/openings/"
pytestmark = pytest.mark.django_db
type StopClock = Callable[[datetime], None]


def text_of(content: bytes) -> str:
    plain = re.sub(r"<[^>]+>", " ", content.decode())
    return re.sub(r"\s+", " ", plain.replace("\u202f", " ").replace("\xa0", " "))


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, (path, answer.status_code)
    return text_of(answer.content)


def post(client: Client, path: str, status: int = 200, **form: object) -> str:
    answer = client.post(path, form, headers=EN, follow=True)
    assert answer.status_code == status, text_of(answer.content)[:2_000]
    return text_of(answer.content)


def signed_in(person: Person | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person)
    return client


def client_of(kind: str = "client", role: Role = Role.REQUESTER) -> tuple[Person, Organisation]:
    """Return a person of a new organisation, and the organisation."""
    organisation = Organisation.objects.create(name="Atelier", kind=kind, created_at=NOW)
    person = make_person(shown_name="Ines")
    add_member(person, role, NOW_MS, organisation=organisation)
    return person, organisation


def opening_form(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "organisation": organisation.pk,
        "occupation": "TRA",
        "title_fr": "Traductrice d’analyses",
        "title_en": "Analytics translator",
        "place": "Montréal, Canada",
        "low": "58000",
        "high": "71000",
        "currency": "CAD",
        "per": "year",
        "hours_week": 35,
        "apply_to": "jobs@example.org",
        "until": (NOW + timedelta(days=30)).date().isoformat(),
    }
    return fields | changes


@pytest.fixture(autouse=True)
def at_noon(stop_clock: StopClock) -> None:
    stop_clock(NOW)


def test_worker_with_answers_and_a_lesson_sees_what_is_shown_and_what_is_missing() -> None:
    made = answered_known(58, 2)
    person = made.worker.person
    assert person is not None
    script = send_case(person, NOW_MS)
    for _ in range(2):
        mark(script, [3, 3, 3, 3], NOW_MS)

    page = read(signed_in(person), f"{HOME}?target=TRA", FR)

    assert "Ce qui est déjà montré ≈ 18 h" in page  # a lesson shows S20·1 and S24·1
    assert "Ce qui manque ici ≈ 192 h" in page
    assert "Ce que Canut ne peut pas apprendre ≈ 0 h" in page
    assert "D’autres études peuvent être demandées par un employeur." in page
    assert "Ce chemin n’est pas une promesse d’emploi." in page
    assert "Leçon : Buts d’affaires" in page
    assert "Ce que devient un clic" not in page  # passed already
    assert "Science des données" in page
    assert "Gestion de projet" in page
    assert "inconnu" in page.lower()
    assert "Étiqueter avec soin" in read(signed_in(person), "/account/passport/", FR)


def test_page_works_without_any_answer_and_is_one_press_from_work() -> None:
    made = make_project(tasks=1)
    person = made.worker.person
    assert person is not None
    add_member(person, Role.WORKER, NOW_MS, project=made.project)
    worker = signed_in(person)

    page = read(worker, HOME)

    assert 'href="/account/pathways/"' in worker.get("/work/").content.decode()
    assert "Nothing of this occupation is shown yet" in page
    assert "A first paid task, to show something here" in page
    assert "What is missing here ≈ 210 h" in page


def test_anybody_sees_the_pathway_from_a_kind_of_click_work() -> None:
    page = read(Client(), "/pathways/?from=CAN-ANNOT&target=MNT")

    assert "What is missing here ≈ 208 h" in page
    assert "What Canut cannot teach ≈ 120 h" in page
    assert "Programming and databases" in page
    assert Client().get("/pathways/?from=CAN-ANNOT&target=XX").status_code == 404
    assert Client().get("/pathways/?from=DS").status_code == 404


def test_unpaid_contribution_shows_nothing_and_is_offered_a_first_paid_task() -> None:
    page = read(Client(), "/pathways/?from=CAN-SOCIAL&target=ETH", FR)

    assert "Canut ne peut rien prouver de ce que vous avez partagé" in page
    assert "Une première tâche payée" in page


def test_numbers_of_people_on_a_pathway_are_told_from_twenty_on() -> None:
    for number in range(20):
        person = make_person()
        FollowedPathway.objects.create(person=person, target="TRA", at_ms=NOW_MS)
        if number == 18:
            assert "Fewer than 20 people followed it here" in read(Client(), "/pathways/")
        Destination.objects.create(
            person=person, moment="own", asked_ms=NOW_MS, answered_ms=NOW_MS,
            occupation="TRA" if number < 19 else "DS", better="yes", helped="no",
        )  # fmt: skip
    page = read(Client(), "/pathways/?target=TRA", FR)
    assert "au moins 20 personnes l’ont suivi ici, moins de 20 ont dit ensuite" in page

    Destination.objects.update(occupation="TRA")
    page = read(Client(), "/pathways/?target=TRA", FR)
    assert (
        "n’est pas une promesse d’emploi ; au moins 20 personnes l’ont suivi ici, au moins" in page
    )
    assert "20 ont dit ensuite faire ce métier" in page


def test_following_is_stored_once_and_can_be_stopped() -> None:
    person = make_project(tasks=1).worker.person
    client = signed_in(person)

    assert "You follow this pathway" in post(client, f"{HOME}follow", target="ETH")
    post(client, f"{HOME}follow", target="ETH")
    assert [row.target for row in FollowedPathway.objects.all()] == ["ETH"]
    post(client, f"{HOME}follow", target="ETH", stop="1")
    assert not FollowedPathway.objects.exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("DS", "AI specialists: mean, Quebec (CA-QC), 2022 La Presse"),
        ("DEV", "≈ 78,000 CAD a year"),
        ("TRA", "No source read by"),
    ],
)
def test_pay_of_an_occupation_names_its_group_and_source_or_is_unknown(
    target: str, said: str
) -> None:
    shown = read(Client(), f"/pathways/?target={target}")

    assert said in shown
    assert ("La Presse" in shown) == (target != "TRA")


def test_opening_of_a_client_is_shown_on_its_pathway_with_its_pay_until_its_last_day(
    stop_clock: StopClock,
) -> None:
    person, organisation = client_of()

    page = post(signed_in(person), OPENINGS, **opening_form(organisation))
    assert "Published." in page
    shown = read(Client(), "/pathways/?target=TRA")
    assert "Analytics translator" in shown
    assert re.search(r"58,000\.00 to \S*71,000\.00 a year", shown), shown
    assert "Openings published here" in shown
    assert 'href="mailto:jobs@example.org"' in Client().get("/pathways/").content.decode()
    assert "Analytics translator" not in read(Client(), "/pathways/?target=HMI")

    stop_clock(NOW + timedelta(days=31))
    assert "Analytics translator" not in read(Client(), "/pathways/?target=TRA")


@pytest.mark.parametrize(
    "change",
    [
        {"low": ""},
        {"low": "80000"},
        {"apply_to": "javascript:alert(1)"},
        {"until": "2020-01-01"},
        {"title_en": ""},
        {"hours_week": "0"},
        {"currency": "XXX"},
    ],
)
def test_opening_without_pay_place_or_a_way_to_apply_is_refused(change: dict[str, Any]) -> None:
    person, organisation = client_of()

    post(signed_in(person), OPENINGS, 422, **opening_form(organisation, **change))

    assert not Opening.objects.exists()


def test_nobody_publishes_for_another_organisation() -> None:
    person, _own = client_of()
    _other, foreign = client_of()

    post(signed_in(person), OPENINGS, 422, **opening_form(foreign))

    assert not Opening.objects.exists()


def test_opening_taken_down_is_a_decision_with_an_appeal_that_shows_it_again() -> None:
    person, organisation = client_of()
    operator, _runs = client_of("operator", Role.OPERATOR)
    opening = make_opening(person, organisation.pk)
    down = f"{OPENINGS}{opening.pk}/down"

    post(signed_in(operator), down, 422, reason="too-cheap", evidence="x")
    post(signed_in(operator), down, 422, reason="pay-unclear", evidence="")
    assert Opening.objects.get().ended_ms is None
    page = post(signed_in(operator), down, reason="asks-money", evidence="Page 2 asks for 50 $.")
    assert "Taken down." in page
    assert "Analytics translator" not in read(Client(), "/pathways/?target=TRA")
    decision = Decision.objects.get()
    assert (decision.person, decision.made_by, decision.code) == (
        person, operator, "opening-asks-money",
    )  # fmt: skip
    told = read(signed_in(person), "/decisions/", FR)
    assert "a retiré l’offre « Traductrice, traducteur d’analyses »" in told

    undo(decision, NOW_MS)
    assert "Analytics translator" in read(Client(), "/pathways/?target=TRA")


def test_who_leaves_is_asked_and_paid_three_minutes_and_can_delete_it_all() -> None:
    made = make_project(tasks=1)
    person = made.worker.person
    client = signed_in(person)

    page = post(client, "/account/pathways/leaving", agrees="1")
    assert "Where do you go?" in page
    assert Departure.objects.get().agreed
    page = post(client, WHERE, moment="leaving", occupation="TRA", better="yes", helped="no")
    assert "Three minutes are counted" in page
    row = Destination.objects.get()
    assert (row.occupation, row.paid_ms) == ("TRA", 180_000)
    page = post(client, WHERE, moment="leaving", occupation="NONE", better="no", helped="no")
    assert "replaced" in page
    post(client, WHERE, 422, moment="3-months", occupation="TRA", better="yes", helped="no")
    post(client, WHERE, 422, moment="own", occupation="KING", better="yes", helped="no")

    assert "It is deleted." in post(client, "/account/pathways/forget")
    assert not Destination.objects.exists()
    assert not Departure.objects.exists()
