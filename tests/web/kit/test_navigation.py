"""The places of each role, the one that is current, and what waits there."""

import re
from html import unescape

import pytest
from django.test import Client

from canut.actions.people.accounts import add_member
from canut.store.models import Role
from tests.support.factories import NOW_MS
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}
MARGIN, BAR = '<nav class="places"', '<nav class="tabbar narrow"'


def links(client: Client, path: str, nav: str = MARGIN) -> dict[str, str]:
    """Return the links of a page's navigation by name; an asterisk marks the current ones."""
    page = client.get(path, headers=FR).content.decode()
    part = page.partition(nav)[2].partition("</nav>")[0]
    anchors = re.findall(
        r'<a href="([^"]*)"(?: data-go="\w")?( aria-current="\w+")?>(.*?)</a>', part, re.DOTALL
    )
    return {
        ("*" if current else "")
        + unescape(re.findall(r"[^<>]+", label.replace("<span>", ""))[0].strip()): url
        for url, current, label in anchors
    }


def test_worker_sees_five_words_on_a_phone_and_the_rest_under_more(house: House) -> None:
    client = house.client("worker")

    bar = links(client, "/work/", BAR)
    more = client.get("/more", headers=FR).content.decode()

    assert list(bar) == ["*Travail", "Temps", "Paie", "Décisions", "Plus"]
    for path in ("/messages/", "/work/exposure", "/account/record", "/rules/", "/account"):
        assert f'href="{path}"' in more


def test_reviewer_has_own_time_and_pay(house: House) -> None:
    client = house.client("reviewer")

    places = links(client, "/reviews/")

    assert "*Relecture" in places
    assert {"Mon temps", "Ma paie", "Mon dossier", "Décisions à mon sujet"} <= places.keys()
    assert client.get(places["Mon temps"]).status_code == 200
    assert client.get(places["Ma paie"]).status_code == 200


@pytest.mark.parametrize("role", ["auditor", "representative"])
def test_who_looks_on_sees_register_cards_and_portrait(house: House, role: str) -> None:
    places = links(house.client(role), "/messages/")

    assert {"Registre", "Fiches de travail", "Portrait", "*Messages"} <= places.keys()
    assert all(house.client(role).get(path).status_code == 200 for path in places.values())


@pytest.mark.parametrize(
    ("role", "path", "name"),
    [
        ("worker", "/time/", "Mon temps"),
        ("worker", "/account/record", "Mon dossier"),
        ("requester", "/", "À faire"),
        ("operator", "/payroll/", "Paie"),
        ("operator", "/payroll/people", "Personnes"),
        ("operator", "/places/", "Salaires minimaux et taux"),
        ("operator", "/systems/", "Règles automatiques"),
        ("operator", "/keys/", "Clés des programmes"),
        ("worker", "/portrait/", "Portrait"),
    ],
)
def test_current_place_is_marked_and_named_like_its_page(
    house: House, role: str, path: str, name: str
) -> None:
    client = house.client(role)

    places = links(client, path)
    page = client.get(path, headers=FR).content.decode()

    assert [label for label in places if label.startswith("*")] == [f"*{name}"]
    assert f"<title>{name}" in unescape(page)


def test_project_stands_under_projects_with_its_settings(house: House) -> None:
    slug = house.project.slug

    places = links(house.client("requester"), f"/projects/{slug}/members")

    assert places["*Projets"] == "/projects/"
    assert f"/projects/{slug}/" in places.values()


def test_page_under_a_place_leads_back_to_it_on_a_phone(house: House) -> None:
    slug, client = house.project.slug, house.client("requester")

    under = client.get(f"/projects/{slug}/members", headers=FR).content.decode()
    place = client.get("/projects/", headers=FR).content.decode()

    assert f'<a class="back" href="/projects/{slug}/">' in under
    assert 'class="back"' not in place


def test_several_roles_are_groups_of_one_list(house: House) -> None:
    add_member(house.people["requester"], Role.WORKER, NOW_MS, organisation=house.organisation)
    client = house.client("requester")

    page = client.get("/projects/", headers=FR).content.decode()
    places = links(client, "/projects/")

    assert {"*Projets", "Travail", "Mon temps", "Ma paie"} <= places.keys()
    assert ">Mes projets<" in page
    assert ">Mon travail<" in page


def test_page_that_has_steps_has_no_list_beside_them(house: House) -> None:
    page = house.client("requester").get("/projects/new", headers=FR).content.decode()

    assert MARGIN not in page
    assert 'href="/projects/" aria-current="true"' in page
