"""A requester reads what more answers buy, asks for them, and finds the curve where it was said.

People answer by chance with known skills; everything else is read and done on pages, and read over
the API, where the figures are the same. One project asks for a choice, the other for boxes.
"""

import html
import re
import secrets

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.actions.quality.next_answers import Reach, next_answers
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.kinds import check_schema
from canut.core.money import Money
from canut.store.models import Role, Worker
from tests.support.answered import answer_all
from tests.support.factories import NOW_MS, Made, make_person, make_project, make_worker
from tests.web.api.program import program

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
TASKS, RIGHT = 36, 0.85
STATEMENTS = 24  # of the API at most, those of its key included
BOXES = check_schema(
    {
        "questions": [{"id": "q", "kind": "boxes", "ask": "?", "labels": [{"value": "cat"}]}],
        "show": [{"column": "image", "as": "image"}],
    }
)


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


def read(client: Client, made: Made, headers: dict[str, str] = EN, query: str = "") -> str:
    """Return the text of the page, spaces plain."""
    path = reverse("project_next_answers", args=[made.project.slug]) + query
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
    bought = before.purchase(Reach.EACH)
    assert bought
    assert bought.forecast
    ahead = bought.forecast
    assert bought.answers == TASKS
    assert bought.is_beyond_plan
    assert "One more answer for every task beyond the plan" in shown
    assert bought.price == Money(TASKS * 210_000, "CAD")
    assert "$7.56" in shown

    path = reverse("project_overlap", args=[made.project.slug])
    requester.post(path, {"overlap": 4})
    made.project.refresh_from_db()
    assert next_answers(made.project, 0.95, NOW_MS).purchase(
        Reach.PLAN
    )  # what was beyond the plan is the plan now
    answer(made, people, rng, NOW_MS + 60_000)
    requester.post(reverse("project_estimate", args=[made.project.slug]))
    after = next_answers(made.project, 0.95, NOW_MS)

    assert after.curve
    assert after.state
    assert after.state.answers == bought.answers + 3 * TASKS
    assert after.purchase(Reach.PLAN) is None
    measured = after.curve.by_arrival[-1].value
    assert ahead.low <= measured <= ahead.high
    assert abs(measured - ahead.then) < 0.1
    assert "Ce qu’apportent les prochaines réponses" in read(requester, made, FR)

    api = program("requester", organisation=made.project.organisation)
    told = api.get(f"projects/{made.project.slug}/next-answers?target=0.9")
    shown = read(requester, made, query="?target=90")
    assert (told["status"], told["measure"], told["answers"]) == ("forecast", "labels", 4 * TASKS)
    (each,) = [purchase for purchase in told["purchases"] if purchase["reach"] == "each"]
    assert (each["answers"], each["price_micro"], each["currency"]) == (36, 7_560_000, "CAD")
    assert f"{TASKS} $7.56 {percent(each['forecast']['then'])}" in shown
    assert percent(told["by_arrival"][-1]["value"]) == percent(each["forecast"]["now"])
    assert f"the first 100.0% {percent(each['forecast']['now'])}" in shown


def percent(part: float) -> str:
    return f"{100 * part:.1f}%"


def test_boxes_settle_and_page_and_api_say_the_same() -> None:
    rng = np.random.default_rng(2)
    made = make_project(tasks=20, workers=4, overlap=3, schema=BOXES)
    corners = rng.integers(10, 300, (20, 1, 2)) + rng.normal(0, 8, (20, 3, 2))
    answer_all(
        made,
        [
            [[{"label": "cat", "x": x, "y": y, "w": 90, "h": 60}] for x, y in task]
            for task in np.abs(corners).round().tolist()
        ],
    )
    requester, stranger, worker = Client(), Client(), Client()
    person, other = make_person(), make_person()
    add_member(person, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    elsewhere = make_project().project.organisation
    add_member(other, Role.REQUESTER, NOW_MS, organisation=elsewhere)
    requester.force_login(person)
    stranger.force_login(other)
    assert made.worker.person
    worker.force_login(made.worker.person)
    requester.post(reverse("project_estimate", args=[made.project.slug]))
    path = f"projects/{made.project.slug}/next-answers"
    api = program("requester", organisation=made.project.organisation)

    shown, told = read(requester, made), api.get(path)

    first, second = told["by_depth"]
    assert told["status"] == told["measure"] == "merged"
    assert 0.5 < first["value"] < second["value"] < 1
    assert f"A result of 2 answers agrees {percent(second['value'])} with the result" in shown
    assert f"1 {percent(first['value'])}" in shown
    assert "There is no forecast for this kind." in shown
    (each,) = [purchase for purchase in told["purchases"] if purchase["reach"] == "each"]
    assert (each["forecast"], each["answers"], each["price_micro"]) == (None, 20, 4_200_000)
    assert "20 $4.20 0" in shown
    page = reverse("project_next_answers", args=[made.project.slug])
    assert (stranger.get(page).status_code, worker.get(page).status_code) == (404, 404)
    assert program("requester", organisation=elsewhere).ask("GET", path).status_code == 404
    assert program("worker", project=made.project).ask("GET", path).status_code == 403
    assert api.ask("GET", f"{path}?target=95").status_code == 422
    with CaptureQueriesContext(connection) as statements:
        api.get(path)
    assert len(statements) <= STATEMENTS
