"""A requester reads what more answers buy, asks for them, and finds the curve where it was said.

People answer by chance with known skills; everything else is read and done on pages.
"""

import html
import re
import secrets

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.actions.quality.next_answers import next_answers
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.money import Money
from canut.store.models import Role, Worker
from tests.support.factories import NOW_MS, Made, make_person, make_project, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
TASKS, RIGHT = 36, 0.85


@pytest.fixture
def made() -> Made:
    return make_project(tasks=TASKS, workers=0, overlap=3)


def answer(made: Made, people: list[Worker], rng: np.random.Generator, now_ms: int) -> None:
    """Let people answer all there is, most of them right; every other task is a yes."""
    truth = {task.pk: "oui" if task.row % 2 else "non" for task in made.tasks}
    while sum(_answer_one(person, truth, rng, now_ms) for person in people):
        continue


def _answer_one(
    person: Worker, truth: dict[int, str], rng: np.random.Generator, now_ms: int
) -> bool:
    """Answer a person's next task; return whether there was one."""
    for lent in lease_tasks(person.pk, 1, now_ms).tasks:
        right = truth[lent.task]
        label = right if rng.random() < RIGHT else {"oui": "non", "non": "oui"}[right]
        submission = Submission(lent.lease, secrets.token_hex(16), {"q": label})
        submit(person.pk, submission, now_ms + 5000)
        return True
    return False


def read(client: Client, made: Made, headers: dict[str, str] = EN) -> str:
    """Return the text of the page, spaces plain."""
    path = reverse("project_next_answers", args=[made.project.slug])
    shown = client.get(path, headers=headers).content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def test_curve_moves_as_it_was_forecast(made: Made) -> None:
    rng = np.random.default_rng(5)
    people = [make_worker(made.project, practised_ms=1) for _ in range(6)]
    requester = Client()
    person = make_person()
    add_member(person, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    requester.force_login(person)

    assert "First wanted: 100 more answers, and two answers on 30 more tasks." in read(
        requester, made
    )

    answer(made, people, rng, NOW_MS)
    assert "The curve is measured with the next estimate" in read(requester, made)
    requester.post(reverse("project_estimate", args=[made.project.slug]))
    shown = read(requester, made)
    before = next_answers(made.project, 0.95, NOW_MS)

    assert "Nothing can be said of 1,000 more answers" in shown
    assert "No task with a known label checks this curve" in shown
    assert before.each
    ahead = before.each.forecast
    assert ahead.answers == TASKS
    assert ahead.is_beyond_plan
    assert "One more answer for every task beyond the plan" in shown
    assert before.each.price == Money(TASKS * 210_000, "CAD")
    assert "$7.56" in shown

    path = reverse("project_overlap", args=[made.project.slug])
    requester.post(path, {"overlap": 4})
    made.project.refresh_from_db()
    assert next_answers(made.project, 0.95, NOW_MS).plan  # what was beyond the plan is the plan now
    answer(made, people, rng, NOW_MS + 60_000)
    requester.post(reverse("project_estimate", args=[made.project.slug]))
    after = next_answers(made.project, 0.95, NOW_MS)

    assert after.curve
    assert after.state
    assert after.state.answers == before.each.forecast.answers + 3 * TASKS
    assert after.plan is None
    measured = after.curve.by_arrival[-1].value
    assert ahead.low <= measured <= ahead.high
    assert abs(measured - ahead.then) < 0.1
    assert "Ce qu’apportent les prochaines réponses" in read(requester, made, FR)
