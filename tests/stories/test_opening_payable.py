"""A project does not open, on its pages, while somebody in it cannot be paid."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.people.accounts import invitation_token
from canut.core.places.parameters import Status
from canut.store.models import Invitation, Person, Project, Worker
from canut.store.tables.people import Terms
from tests.support.instance import House, make_house
from tests.support.paid_work import fund
from tests.support.payroll import agree

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
MORNING = datetime(2026, 11, 26, 13, tzinfo=UTC)
AIMS = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "Rien.")


@pytest.fixture
def house(
    db: None,  # noqa: ARG001 - opens the database
    settings: Settings,
    tmp_path: Path,
    stop_clock: Callable[[datetime], None],
) -> House:
    """Make a house in a folder of its own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    stop_clock(MORNING)
    return make_house()


def send(browser: Client, name: str, project: Project, **form: str) -> tuple[int, str]:
    """Send a form of a project's pages; return the status and the words of where it leads."""
    page = browser.post(reverse(name, args=[project.slug]), form, headers=EN, follow=True)
    return page.status_code, page.content.decode().replace("\xa0", " ")


def set_up(house: House, client: Client) -> None:
    """Fill in every step of the draft but its price, and lay money aside."""
    send(client, "project_setup_rows", house.draft, keep="good")
    calm = {"hard": "none", "modality": "text", "column": ""}
    send(client, "project_setup_told", house.draft, **AIMS, **calm)
    fund(house.draft)


def start(client: Client, project: Project, currency: str = "CAD") -> tuple[int, str]:
    """Press the button that stores the price and opens the pilot."""
    pay = {"overlap": "2", "price": "0.50", "currency": currency}
    chain = {"chain-client": "Maison Bréval", "chain-country": "CA"}
    return send(client, "project_setup_price", project, **pay, **chain)


def state_of(project: Project) -> str:
    return Project.objects.get(pk=project.pk).state


def join(house: House, project: Project) -> Worker:
    """Let the house's worker join a project through the link of its requester."""
    client = house.client("requester")
    form = {"role": "worker", "days": "7", "max_uses": "3"}
    client.post(reverse("project_invitations", args=[project.slug]), form, headers=EN)
    token = invitation_token(Invitation.objects.filter(project=project).latest("id"))
    house.client("worker").post(reverse("join", args=[token]), {}, headers=EN)
    return Worker.objects.get(project=project, person=house.people["worker"])


def test_draft_priced_in_a_currency_its_people_are_not_paid_in_does_not_start(
    house: House,
) -> None:
    agree(house.people["worker"])  # an employee in Quebec
    join(house, house.draft)
    client = house.client("requester")
    set_up(house, client)

    status, page = start(client, house.draft, "EUR")

    assert status == 422
    assert f"{house.people['worker']}: employees are paid in CAD" in page
    assert state_of(house.draft) == Project.State.DRAFT

    status, page = start(client, house.draft)

    assert (status, state_of(house.draft)) == (200, Project.State.PILOT)


def move(person: Person, status: Status, place: str) -> None:
    """Change terms as if the values of the place had been withdrawn since: no page lets them in."""
    Terms.objects.filter(person=person).update(status=status, place=place)


UNPAYABLE = [
    (
        Status.EMPLOYEE,
        "FR",
        "Some people cannot be paid here",
        "what the law asks of an employer in FR",
    ),
    (Status.SELF_EMPLOYED, "CA-ON", "Some people have no floor", "no floor is known in CA-ON"),
]


@pytest.mark.parametrize(("status", "place", "_title", "words"), UNPAYABLE)
def test_project_does_not_start_while_a_status_or_place_in_it_cannot_be_paid(
    house: House, status: Status, place: str, _title: str, words: str
) -> None:
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    join(house, house.draft)
    client = house.client("requester")
    set_up(house, client)
    move(house.people["worker"], status, place)

    refused, page = start(client, house.draft)

    assert refused == 422
    assert str(house.people["worker"]) in page
    assert words in page
    assert state_of(house.draft) == Project.State.DRAFT

    move(house.people["worker"], Status.SELF_EMPLOYED, "CA-QC")
    started, _page = start(client, house.draft)

    assert (started, state_of(house.draft)) == (200, Project.State.PILOT)


@pytest.mark.parametrize(("status", "place", "title", "words"), UNPAYABLE)
def test_paused_project_and_pilot_do_not_open_while_somebody_cannot_be_paid(
    house: House, status: Status, place: str, title: str, words: str
) -> None:
    agree(house.people["worker"])
    move(house.people["worker"], status, place)
    client = house.client("requester")
    fund(house.project)
    opening = {"state": "open", "reason": "On continue."}

    for before in (Project.State.PAUSED, Project.State.PILOT):
        Project.objects.filter(pk=house.project.pk).update(state=before)
        refused, page = send(client, "project_state", house.project, **opening)

        assert refused == 422
        assert str(house.people["worker"]) in page
        assert title in page
        assert words in page
        assert state_of(house.project) == before
