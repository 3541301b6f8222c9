"""Changing how many people answer each task: at once, or while the page says how far it is."""

import time

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from canut.actions.operations.jobs import follow_overlap
from canut.actions.platform.instance_facts import keep_fact
from canut.store.models import TaskState
from tests.support.instance import House

pytestmark = pytest.mark.dialect

FR = {"accept-language": "fr"}


@pytest.fixture
def client(house: House) -> Client:
    return house.client("requester")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the three tasks of the house count as many."""
    monkeypatch.setattr("canut.actions.operations.jobs.FEW_TASKS", 2)


def change(client: Client, house: House, overlap: int) -> str:
    path = reverse("project_overlap", args=[house.project.slug])
    return str(client.post(path, {"overlap": overlap}, headers=FR)["Location"])


def page(client: Client, house: House, name: str = "project_settings", language: str = "fr") -> str:
    path = reverse(name, args=[house.project.slug])
    shown = client.get(path, headers={"accept-language": language}).content.decode()
    return " ".join(shown.replace("\xa0", " ").replace("\u202f", " ").split())


def test_small_project_changes_at_once(house: House, client: Client) -> None:
    location = change(client, house, 4)

    assert location == reverse("project_settings", args=[house.project.slug])
    assert set(TaskState.objects.values_list("overlap", flat=True)) == {4}
    shown = page(client, house)
    assert "chaque tâche reçoit 4 réponses" in shown
    assert 'id="changing"' not in shown


@pytest.mark.usefixtures("many")
def test_large_project_answers_at_once_and_says_how_far_the_change_is(
    house: House, client: Client
) -> None:
    location = change(client, house, 4)
    TaskState.objects.filter(task=house.tasks[0]).update(overlap=4)

    shown = page(client, house)

    assert location.endswith("/settings")
    assert f'data-live="{reverse("project_overlap", args=[house.project.slug])}"' in shown
    assert "Passage à 4 réponses par tâche. C’est fait pour 1 tâche sur 3." in shown


@pytest.mark.usefixtures("many")
def test_part_that_refreshes_stops_when_every_task_is_changed(house: House, client: Client) -> None:
    change(client, house, 4)
    before = page(client, house, "project_overlap")

    follow_overlap.call(house.project.pk)
    after = page(client, house, "project_overlap", "en")

    assert "data-live" in before
    assert "data-live" not in after
    assert "Every task now gets 4 answers" in after
    assert 'id="changing"' not in page(client, house)


@pytest.mark.usefixtures("many")
def test_page_says_when_nobody_runs_the_background_work(house: House, client: Client) -> None:
    change(client, house, 4)
    alone = page(client, house)
    keep_fact("worker-1", str(int(time.time() * 1000)))

    attended = page(client, house)

    assert "<code>canut work</code>" in alone
    assert "<code>canut work</code>" not in attended


@pytest.mark.usefixtures("many")
def test_change_that_failed_can_be_asked_again(house: House, client: Client) -> None:
    change(client, house, 4)
    DBTaskResult.objects.get().set_failed(RuntimeError("broken"))

    shown = page(client, house, language="en")

    assert "The change stopped on the way" in shown
    assert "0 tasks of 3 have it." in shown
    assert 'data-live="/projects' not in shown


def test_reviewer_cannot_change_it_nor_ask_how_far_it_is(house: House) -> None:
    path = reverse("project_overlap", args=[house.project.slug])

    answers = [house.client("reviewer").post(path), house.client("reviewer").get(path)]

    assert [answer.status_code for answer in answers] == [403, 403]
