"""Find or go to: a person finds by words what they may open, and nothing else."""

import time
from typing import Any

import pytest

from canut.store.models import Project
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}


def find(house: House, words: str, role: str = "requester", **more: str) -> dict[str, str]:
    """Return what is found: addresses by name."""
    query = {"q": words, "form": "json", **more}
    groups: list[dict[str, Any]] = house.client(role).get("/find", query, headers=FR).json()
    return {item["name"]: item["url"] for group in groups for item in group["items"]}


def test_places_are_found_by_how_their_words_begin_whatever_the_accents(house: House) -> None:
    assert find(house, "mon tem", "worker") == {"Mon temps": "/time/"}
    assert find(house, "DECISIONS", "worker")["Décisions à mon sujet"] == "/decisions/"
    assert find(house, "decis me", "worker") == {}


def test_setting_is_found_by_its_other_names_within_its_project(house: House) -> None:
    slug = house.project.slug

    assert find(house, "redondance", project=slug) == {
        "Réponses par tâche": f"/projects/{slug}/asking"
    }
    assert find(house, "redondance") == {}


def test_projects_and_tasks_are_found_by_their_words(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(title="Avis de clientes")

    by_title = find(house, "avis cli")

    assert by_title["Avis de clientes"] == f"/projects/{house.project.slug}/"


@pytest.mark.parametrize("role", ["worker", "nobody", "other"])
def test_nobody_finds_what_they_may_not_open(house: House, role: str) -> None:
    Project.objects.filter(id=house.project.pk).update(title="Zèbres")

    listed = find(house, "z", role, project=house.project.slug)

    assert not [url for url in listed.values() if url.startswith("/projects/")]


def test_empty_words_list_the_places(house: House) -> None:
    listed = find(house, "", "reviewer")

    assert {"Relecture": "/reviews/", "Mon temps": "/time/"}.items() <= listed.items()


def test_operator_finds_pages_of_payroll_and_a_requester_does_not(house: House) -> None:
    assert find(house, "cours de ch", "operator")["Cours de change"] == "/payroll/exchange"
    assert find(house, "cours de ch") == {}


def test_it_works_as_a_page_and_says_when_nothing_has_the_name(house: House) -> None:
    page = house.client("worker").get("/find", {"q": "paie"}, headers=FR).content.decode()
    empty = house.client("worker").get("/find", {"q": "xyzzy"}, headers=FR).content.decode()

    assert '<a href="/pay/">Ma paie' in page
    assert "Rien ne porte ce nom" in empty


def test_list_comes_within_a_tenth_of_a_second(house: House) -> None:
    client, query = house.client("requester"), {"q": "re", "form": "json"}
    client.get("/find", query)

    times = []
    for _ in range(5):
        begin = time.process_time()  # what it takes itself, however busy the machine is
        client.get("/find", query)
        times.append(time.process_time() - begin)

    assert min(times) < 0.1


def test_pages_carry_the_dialog_and_letters_of_places(house: House) -> None:
    page = house.client("worker").get("/work/", headers=FR).content.decode()

    assert '<dialog class="find" id="find"' in page
    assert 'href="/time/" data-go="t"' in page
    assert 'href="/find" data-find' in page
