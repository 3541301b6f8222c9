"""Who reaches what: a table of role and address, made from the list of addresses itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from canut.actions.accounts import invitation_token
from canut.store.models import Fact, Role
from canut.web.access import Page
from canut.web.urls import PAGES
from tests.web.house import House

PARTS = ("project", "token", "role", "number", "what", "form", "sha256")
ROLES = ("stranger", "nobody", *(str(role) for role in Role), "other")
DENIED = {401, 403, 404}
NO_ID = 999_999

ARGUMENTS: dict[str, Callable[[House], dict[str, Any]]] = {
    "enter": lambda _: {"token": "never-made"},
    "demo_enter": lambda _: {"role": "worker"},
    "join": lambda h: {"token": invitation_token(h.invitation)},
    "project_task": lambda h: {"number": h.tasks[0].pk},
    "project_export_file": lambda _: {"what": "labels", "form": "csv"},
    "project_invitation_revoke": lambda h: {"number": h.invitation.pk},
    "project_member_end": lambda h: {"number": h.membership.pk},
    "media": lambda h: {"sha256": h.picture},
}
MISSING: dict[str, dict[str, Any]] = {
    "project_task": {"number": NO_ID},
    "project_export_file": {"what": "labels", "form": "exe"},
    "project_invitation_revoke": {"number": NO_ID},
    "project_member_end": {"number": NO_ID},
    "media": {"sha256": "0" * 64},
    "enter": {"token": "never-made"},
    "join": {"token": "never.made"},
}
pytestmark = pytest.mark.django_db

IDS = [page.name for page in PAGES]


def address(page: Page, house: House, **instead: Any) -> str:  # noqa: ANN401 - parts of an address
    parts = ARGUMENTS.get(page.name, lambda _: {})(house)
    if "<slug:project>" in page.address:
        is_setup = page.name.startswith("project_setup")
        parts["project"] = (house.draft if is_setup else house.project).slug
    return reverse(page.name, kwargs=parts | instead)


def ask(client: Client, page: Page, path: str) -> HttpResponse:
    """Ask as the page is meant to be asked, with nothing in the form."""
    if page.json:
        return client.post(path, json.dumps({}), content_type="application/json")
    return client.post(path) if "GET" not in page.methods else client.get(path)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_address_has_its_arguments_in_this_table(page: Page) -> None:
    parts = [part for part in PARTS if f":{part}>" in page.address and part != "project"]

    assert not parts or page.name in ARGUMENTS, f"give {page.name} arguments in ARGUMENTS"
    assert not parts or page.name in MISSING or page.audience.demo_only, "and in MISSING"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_role_and_address(page: Page, role: str, house: House) -> None:
    answer = ask(house.client(role), page, address(page, house))

    assert answer.status_code != 500
    if page.name == "enter" or page.audience.demo_only:
        assert answer.status_code == 404
    elif page.audience.signed_in and role == "stranger":
        assert_sent_to_sign_in(page, answer)
    elif not page.audience.roles:
        assert answer.status_code not in DENIED
    elif "<slug:project>" in page.address and role == "other":
        assert answer.status_code == 404, "another organisation's project is as if it were not"
    elif role in {str(r) for r in page.audience.roles} or (
        role == "other" and "<slug:project>" not in page.address
    ):
        assert answer.status_code not in DENIED
    else:
        assert answer.status_code in {403, 404}


def assert_sent_to_sign_in(page: Page, answer: HttpResponse) -> None:
    if page.json:
        assert answer.status_code == 401
        assert json.loads(answer.content)["code"] == "signed-out"
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_wrong_method_is_refused(page: Page, house: House) -> None:
    client, path = house.client("requester"), address(page, house)

    wrong = client.get(path) if "GET" not in page.methods else client.delete(path)

    assert wrong.status_code == 405


@pytest.mark.parametrize("page", [p for p in PAGES if "<slug:project>" in p.address])
def test_project_that_is_not_there_is_missing(page: Page, house: House) -> None:
    role = next((str(r) for r in sorted(page.audience.roles)), "requester")

    answer = ask(house.client(role), page, address(page, house, project="jamais-fait"))

    assert answer.status_code == 404


@pytest.mark.parametrize("page", [p for p in PAGES if p.name in MISSING])
def test_id_that_is_not_there_is_missing(page: Page, house: House) -> None:
    answer = ask(house.client("requester"), page, address(page, house, **MISSING[page.name]))

    assert answer.status_code == 404


@pytest.mark.parametrize("page", [p for p in PAGES if "POST" in p.methods])
def test_form_from_elsewhere_changes_nothing(page: Page, house: House) -> None:
    Fact.objects.create(name="made_by_demo", value="1")
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.people["requester"])

    answer = client.post(address(page, house))

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "name", ["project_invitation_revoke", "project_member_end", "project_task"]
)
def test_id_of_another_project_is_missing(name: str, house: House) -> None:
    page = next(page for page in PAGES if page.name == name)
    path = address(page, house, project=house.draft.slug)

    assert ask(house.client("requester"), page, path).status_code == 404


def test_page_for_somebody_else_says_so_in_the_language_of_the_reader(house: House) -> None:
    client = house.client("worker")
    path = reverse("project", args=[house.project.slug])

    french = client.get(path, headers={"accept-language": "fr"})
    english = client.get(path, headers={"accept-language": "en"})

    assert "Cette page n’est pas pour vous" in french.content.decode()
    assert "This page is for somebody else" in english.content.decode()
