"""Tasks of pictures are called by the files that came, on every page, never by a hash."""

import json
import re

import pytest
from django.urls import reverse

from canut.actions.tasks.search_index import index_texts
from canut.store.models import Gold, QuestionVersion, Task
from tests.support.decision_pages import answered, decided, waiting
from tests.support.factories import NOW_MS
from tests.support.instance import House

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
LEFT, RIGHT = "a" * 64, "b" * 64
ROW = {"left": LEFT, "left.file": "loom/12.jpg", "right": RIGHT, "right.file": "loom/13.jpg"}
PAIR = {
    "questions": [{"id": "q", "kind": "pair", "ask": "Which?", "a": "left", "b": "right",
                   "as": "image", "tie": True}],
    "show": [],
}  # fmt: skip
HASH = re.compile(r">[^<]*[0-9a-f]{64}[^<]*<|alt=\"[^\"]*[0-9a-f]{64}")


@pytest.fixture
def pictures(house: House) -> House:
    """Return a project whose tasks are two pictures each, keyed by a hash."""
    data = json.dumps(ROW)
    Task.objects.filter(pk__in=[task.pk for task in house.tasks]).update(data=data)
    Task.objects.filter(pk=house.tasks[0].pk).update(key=RIGHT)
    return house


def page(house: House, role: str, name: str, *more: object) -> str:
    slug = [] if name.startswith("appeals") else [house.project.slug]
    address = reverse(name, args=[*slug, *more])
    answer = house.client(role).get(address, headers=EN, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_list_and_page_of_tasks_name_the_files(pictures: House) -> None:
    QuestionVersion.objects.filter(project=pictures.project).update(schema=PAIR)

    listed = page(pictures, "requester", "project_tasks")
    opened = page(pictures, "requester", "project_task", pictures.tasks[0].pk)

    assert listed.count("loom/12.jpg · loom/13.jpg</a>") == 3
    assert "<h1>loom/12.jpg · loom/13.jpg</h1>" in opened
    assert not HASH.search(listed)
    assert not HASH.search(opened)


def test_task_whose_question_is_not_written_yet_shows_its_file(pictures: House) -> None:
    QuestionVersion.objects.filter(project=pictures.project).delete()

    listed = page(pictures, "requester", "project_tasks")

    assert "loom/12.jpg" in listed
    assert not HASH.search(listed)


def test_known_answers_name_the_files(pictures: House) -> None:
    task = pictures.tasks[2]
    Gold.objects.create(
        task=task, project=pictures.project, made_by=pictures.people["requester"], made_ms=NOW_MS
    )

    checks = page(pictures, "requester", "project_checks")

    assert "loom/12.jpg" in checks
    assert not HASH.search(checks)


def test_decisions_about_answers_name_the_files(pictures: House) -> None:
    decided(pictures)

    decisions = page(pictures, "requester", "project_decisions")

    assert "loom/12.jpg" in decisions
    assert not HASH.search(decisions)


def test_rejecting_an_answer_names_the_files(pictures: House) -> None:
    answer = answered(pictures)

    form = page(pictures, "requester", "project_reject", answer.pk)

    assert "loom/12.jpg" in form
    assert not HASH.search(form)


def test_rejections_that_wait_name_the_files(pictures: House) -> None:
    waiting(pictures)

    listed = page(pictures, "representative", "appeals_rejections")

    assert "loom/12.jpg" in listed
    assert not HASH.search(listed)


def test_search_names_the_files(pictures: House) -> None:
    index_texts(pictures.tasks[0].source_id)
    client = pictures.client("requester")

    answer = client.get(
        "/find", {"q": "loom", "project": pictures.project.slug}, headers=EN
    ).content.decode()

    assert "loom/12.jpg" in answer
    assert not HASH.search(answer)
