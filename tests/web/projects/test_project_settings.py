"""The tabs of a project, its settings on one page, and what its overview asks for first."""

import re
from html import unescape

import pytest
from django.urls import reverse

from canut.core.pay.pilot import PEOPLE_WANTED
from canut.store.models import Project, Task, TaskState
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}


def page(house: House, name: str, role: str = "requester") -> str:
    path = reverse(name, args=[house.project.slug])
    return unescape(house.client(role).get(path, headers=FR).content.decode())


def tabs(text: str) -> dict[str, str]:
    """Return the tabs of a page, by name, with how each is marked."""
    part = text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return dict(re.findall(r'<a href="[^"]*"(?: aria-current="\w+")?>([^<]*)()</a>', part)) | {
        label: mark
        for mark, label in re.findall(r'<a href="[^"]*" aria-current="(\w+)">([^<]*)</a>', part)
    }


@pytest.mark.parametrize(
    ("name", "current", "mark"),
    [
        ("project", "Vue d’ensemble", "page"),
        ("project_tasks", "Tâches", "page"),
        ("project_quality", "Résultats", "page"),
        ("project_export", "Résultats", "true"),
        ("project_members", "Personnes", "page"),
        ("project_invitations", "Personnes", "true"),
        ("project_bill", "Argent", "page"),
        ("project_settings", "Réglages", "page"),
        ("project_asking", "Réglages", "true"),
        ("project_webhooks", "Réglages", "true"),
    ],
)
def test_page_of_a_project_stands_under_its_tab(
    house: House, name: str, current: str, mark: str
) -> None:
    shown = tabs(page(house, name))

    assert list(shown) == [
        "Vue d’ensemble",
        "Tâches",
        "Résultats",
        "Personnes",
        "Argent",
        "Réglages",
    ]
    assert {label: marked for label, marked in shown.items() if marked} == {current: mark}


def test_reviewer_has_the_tabs_they_may_open(house: House) -> None:
    shown = tabs(page(house, "project", "reviewer"))

    assert list(shown) == ["Vue d’ensemble", "Tâches", "Résultats", "Argent"]


def test_every_setting_is_a_link_of_the_settings_page(house: House) -> None:
    shown = page(house, "project_settings")

    for name in (
        "project_question",
        "project_asking",
        "project_checks",
        "project_who",
        "project_panels",
        "project_webhooks",
        "project_review_rule",
        "project_life",
        "project_overlap",
    ):
        assert f'"{reverse(name, args=[house.project.slug])}' in shown
    assert 'name="overlap" type="number" min="1" max="100" value="2"' in shown


def test_closed_project_offers_no_pause(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(state="closed")

    shown = page(house, "project_settings")

    assert "Fermer définitivement" not in shown
    assert "Archiver ou supprimer" in shown


def test_overview_asks_to_invite_before_there_is_a_label_and_to_export_after(house: House) -> None:
    before = page(house, "project")
    TaskState.objects.filter(project=house.project).update(state="closed")

    after = page(house, "project")

    assert re.search(r'class="btn pri" href="[^"]*">Inviter<', before)
    assert "Exporter" not in before
    assert re.search(r'class="btn pri" href="[^"]*export">.*Exporter 3 étiquettes', after)


def test_overview_of_a_pilot_says_how_many_people_try_it(house: House) -> None:
    Project.objects.filter(pk=house.project.pk).update(state="pilot")

    assert "Cinq, ou toutes si moins" in page(house, "project")
    assert PEOPLE_WANTED == 5


def test_settings_say_that_a_pause_takes_tasks_back(house: House) -> None:
    shown = page(house, "project_settings")

    assert "reprend les tâches en cours" in shown
    assert "finit sa tâche" not in shown


def test_known_answers_of_the_file_are_not_said_to_be_none(house: House) -> None:
    Task.objects.filter(pk=house.tasks[2].pk).update(known="oui")

    shown = page(house, "project_settings")

    assert "1 réponse connue peut devenir une tâche témoin" in shown
    assert "Réponses connues" not in shown  # the page behind the link calls them gold tasks
