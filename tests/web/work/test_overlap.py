"""Changing how many people answer each task: at once, or while the page says how far it is."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from canut.actions.operations.jobs import follow_overlap
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.projects.cost_preview import before_opening, before_pilot
from canut.actions.projects.setup import open_project, start_project
from canut.store.models import Project, TaskState
from tests.support.factories import NOW_MS
from tests.support.instance import House
from tests.support.paid_work import declare_chain, fund, hire, make_paid_draft, try_out

pytestmark = pytest.mark.dialect

LATER_MS = NOW_MS + 3_600_000
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}


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


@pytest.mark.parametrize("typed", ["0", "101", "many"])
def test_number_that_cannot_be_stays_typed_on_the_settings(
    client: Client, house: House, typed: str
) -> None:
    path = reverse("project_overlap", args=[house.project.slug])

    answer = client.post(path, {"overlap": typed}, headers=EN)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{typed}"' in shown
    assert "A whole number from 1 to 100." in shown


@pytest.fixture
def pilot(house: House) -> Project:
    """Make a pilot that four people did their part of, with the money for it and no more."""
    project = make_paid_draft()
    Project.objects.filter(pk=project.pk).update(organisation=house.organisation)
    project.refresh_from_db()
    declare_chain(project)
    workers = [hire(project) for _ in range(4)]
    fund(project, before_pilot(project, NOW_MS).missing)
    start_project(project, NOW_MS)
    try_out(workers, [15_000] * 4)
    return project


def test_more_answers_than_the_money_pays_lead_to_the_money(client: Client, pilot: Project) -> None:
    fund(pilot, before_opening(pilot, LATER_MS).missing)
    open_project(pilot, LATER_MS)

    answer = client.post(
        reverse("project_overlap", args=[pilot.slug]), {"overlap": "90"}, headers=EN
    )

    shown = answer.content.decode()
    assert answer.status_code == 402
    assert 'value="90"' in shown
    assert re.search(r"must be there for this\. \$[\d,.]+ is missing", shown)
    assert f'href="{reverse("project_bill", args=[pilot.slug])}#funds"' in shown
    pilot.refresh_from_db()
    assert pilot.overlap == 3


def test_refusal_for_money_leads_to_the_money_of_its_project(
    client: Client, pilot: Project
) -> None:
    path = reverse("project_state", args=[pilot.slug])

    answer = client.post(path, {"state": "open"}, headers=EN)

    assert answer.status_code == 402
    assert "Money of the project" in answer.content.decode()
