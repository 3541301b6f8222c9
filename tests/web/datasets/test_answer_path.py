"""The page of one answer of mine: its way, and what it never shows."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.ledger.sequencer import sequence
from canut.core.clock import HOUR_MS
from canut.store.models import Answer, PayLine, Project, TaskState
from canut.store.tables.datasets import Card
from canut.store.tables.learning import ModelAuthor, Trained
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project
from tests.support.instance import House
from tests.support.pay_pages import make_statement

pytestmark = pytest.mark.django_db
LABEL, SURE = "non", 0.93


@pytest.fixture
def made() -> Made:
    """Make a project whose three people answered the same task."""
    made = make_project(tasks=1, workers=3, overlap=3)
    for worker in made.workers:
        worker.person = make_person()
        worker.save()
        answer_next(worker)
    return made


def read(made: Made, answer: Answer, number: int = 0) -> str:
    client = Client(headers={"accept-language": "en"})
    person = made.workers[number].person
    assert person
    client.force_login(person)
    path = reverse("answer_path", args=[made.project.pk, answer.pk])
    response = client.get(path)
    assert response.status_code == 200
    text = response.content.decode()
    return "".join(re.findall(r"<main.*</main>", text, re.DOTALL))


def settle(made: Made, state: str) -> Answer:
    """Give the task a label in a state; return the first person's answer."""
    TaskState.objects.update(state=state, label=LABEL, confidence=SURE)
    Project.objects.update(state=Project.State.CLOSED)
    return Answer.objects.filter(worker=made.worker).get()


def make_card(made: Made) -> Card:
    return Card.objects.create(
        project=made.project,
        number=1,
        made_ms=NOW_MS + 10**9,
        people=3,
        is_simulated=False,
        is_public=True,
        content="{}",
        sha256="0" * 64,
    )


def make_model(made: Made) -> Trained:
    author = ModelAuthor.objects.create(project=made.project, name="Navette")
    return Trained.objects.create(
        project=made.project, author=author, form="text", answers=3, tasks=1, labels_ms=1,
        last_answer=10**9, held_out=1, right=1, by_people=0.9, fit_ms=1, made_ms=NOW_MS,
    )  # fmt: skip


@pytest.mark.parametrize(
    "state",
    [
        TaskState.State.OPEN,
        TaskState.State.GOLD,
        TaskState.State.AUDIT,
        TaskState.State.PRACTICE,
        TaskState.State.ASIDE,
    ],
)
def test_an_open_task_and_a_gold_task_show_the_same_and_no_label(made: Made, state: str) -> None:
    answer = settle(made, state)
    make_card(made)
    make_model(made)
    texts = []
    for is_counted in (True, False):
        Answer.objects.filter(pk=answer.pk).update(counted=is_counted)
        texts.append(read(made, answer))

    assert texts[0] == texts[1]
    for text in texts:
        assert "The task is not closed for everybody" in text
        assert "93" not in text
        assert "Navette" not in text
        assert "Version 1" not in text


def test_the_same_page_whatever_the_state_hides(made: Made) -> None:
    pages = {read(made, settle(made, state)) for state in ("open", "gold", "audit", "aside")}

    assert len(pages) == 1


def test_a_closed_task_leads_to_label_dataset_and_model(made: Made) -> None:
    answer = settle(made, TaskState.State.CLOSED)
    make_card(made)
    make_model(made)
    sequence(NOW_MS)

    text = read(made, answer)

    assert "93" in text
    assert "of 3 answers say it" in text
    assert "Version 1" in text
    assert "Navette" in text
    assert reverse("card", args=[made.project.slug]) in text
    assert reverse("ledger_log", args=[made.project.pk]) + "/" in text


def test_a_label_waits_while_the_answer_can_be_changed(made: Made) -> None:
    answer = settle(made, TaskState.State.CLOSED)
    Project.objects.update(state=Project.State.OPEN)

    text = read(made, answer)

    assert "You can still change this answer" in text
    assert "93" not in text


def test_nobody_elses_answer_is_shown(made: Made) -> None:
    other = Answer.objects.filter(worker=made.workers[1]).get()
    client = Client()
    person = made.worker.person
    assert person
    client.force_login(person)

    path = reverse("answer_path", args=[made.project.pk, other.pk])

    assert client.get(path).status_code == 404


def test_the_projects_page_lists_my_answers_to_follow(made: Made) -> None:
    answer = Answer.objects.filter(worker=made.worker).get()
    client = Client()
    person = made.worker.person
    assert person
    client.force_login(person)

    text = client.get(reverse("answers_went_one", args=[made.project.pk])).content.decode()

    assert reverse("answer_path", args=[made.project.pk, answer.pk]) in text


@pytest.mark.parametrize(("elapsed_ms", "is_told"), [(4 * HOUR_MS, True), (1_000, False)])
def test_pay_below_the_minimum_an_hour_says_that_the_minimum_is_for_the_day(
    house: House, elapsed_ms: int, *, is_told: bool
) -> None:
    make_statement(house)
    PayLine.objects.update(elapsed_ms=elapsed_ms)
    path = reverse("answer_path", args=[house.project.pk, Answer.objects.get().pk])

    page = house.client("worker").get(path, headers={"accept-language": "en"}).content.decode()

    assert "per hour" in page
    assert ("The minimum is for all your counted time of that day" in page) is is_told
