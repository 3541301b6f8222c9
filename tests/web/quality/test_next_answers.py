"""What the page of the next answers says: new tasks, a gain, none, other kinds, a model."""

import html
import re
from itertools import compress
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.quality.foresight import estimator
from bench.quality.habits import HABITS
from canut.actions.people.accounts import add_member
from canut.actions.quality.estimates import estimate_labels
from canut.actions.quality.next_answers import Reach, next_answers
from canut.core.kinds import check_schema, is_plain_choice, questions_of
from canut.core.kinds.sample import Sample, samples
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.quality.measures.learning_curve import as_json, measure_curve
from canut.core.quality.tables.answers_by_task import arrange
from canut.store.models import Estimate, Project, Role, TaskState
from canut.store.projects.versions import rate_or_none
from tests.support.answered import answer_all
from tests.support.factories import NOW, NOW_MS, Made, make_person, make_project, make_tasks
from tests.support.instance import House, make_model
from tests.support.paid_work import declare_chain
from tests.web.api.program import program

ASKED = 30  # SQL statements of the page at most
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def curve() -> dict[str, object]:
    """Return the curve of a made crowd: a thousand tasks, five answers each, three labels."""
    rows, _ = arrange(HABITS["independent"](1).answers)
    known = np.full(rows.n_tasks, -1, dtype=np.int32)
    arrival = np.random.default_rng(1).permutation(len(rows.cell))
    return as_json(measure_curve(rows, arrival, estimator(rows), known))


def measured(project: Project, curve: dict[str, object], answered: int) -> None:
    """Give a project 400 tasks, some with three answers, and an estimate with this curve."""
    make_tasks(project, 400 - TaskState.objects.filter(project=project).count())
    project.overlap = 3
    project.save(update_fields=["overlap"])
    tasks = TaskState.objects.filter(project=project)
    tasks.update(overlap=3)
    done = list(tasks.order_by("task_id").values_list("task_id", flat=True)[:answered])
    tasks.filter(task_id__in=done).update(counted=3, state="closed")
    Estimate.objects.create(
        project=project,
        model="auto",
        answers=3 * answered,
        tasks=answered,
        iterations=1,
        converged=True,
        seconds=1.0,
        last_answer=0,
        curve=curve,
        created_at=NOW,
    )


def page(house: House, language: str = "en", query: str = "") -> str:
    """Return the words of the page, spaces plain."""
    path = reverse("project_next_answers", args=[house.project.slug]) + query
    answer = house.client("requester").get(path, headers={"accept-language": language})
    text = answer.content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))


def test_next_answers_finish_tasks_first(house: House, curve: dict[str, object]) -> None:
    measured(house.project, curve, 200)

    shown, french = page(house), page(house, "fr")

    assert re.search(
        r"1,000 more answers \(about \$[\d,.]+\) would give 200 more tasks a label", shown
    )
    assert "All tasks finished 600" in shown
    assert re.search(r"1 000 réponses de plus \(environ [\d\s,]+ \$\), 200 tâches de plus", french)


def test_gain_is_told_with_its_interval(house: House, curve: dict[str, object]) -> None:
    measured(house.project, curve, 400)

    shown = page(house)

    sentence = re.search(r"would bring about ([\d.]+) points: from ([\d.]+)% to ([\d.]+)%", shown)
    assert sentence
    gain, now, then = map(float, sentence.groups())
    assert then - now == pytest.approx(gain, abs=0.11)
    assert "beyond the plan" in shown
    assert "Until 90% of labels are right" in page(house, query="?target=90")
    assert "No number of answers that can be foreseen would bring 100%" in page(
        house, query="?target=100"
    )
    Estimate.objects.update(curve=curve | {"laws": [[0.9, 0.0, 1.0, 0.0]] * 201})
    assert "would change almost nothing: 90.0% of labels are right now, 90.0% after" in page(house)


def test_share_that_is_reached_is_not_sold_again(house: House, curve: dict[str, object]) -> None:
    measured(house.project, curve, 400)
    Estimate.objects.update(curve=curve | {"laws": [[0.9, 0.1, 1.0, 0.0]] * 201})

    shown = page(house, query="?target=80")

    assert "By this curve, 80% is reached already." in shown
    assert "Until 80%" not in shown
    assert "80 % sont déjà atteints" in page(house, "fr", "?target=80")


def test_share_that_the_plan_reaches_is_told_beside_the_plan(
    house: House, curve: dict[str, object]
) -> None:
    measured(house.project, curve, 200)
    Estimate.objects.update(curve=curve | {"laws": [[0.9, 0.1, 1.0, 0.0]] * 201})

    shown = page(house, query="?target=80.5")

    assert "By this curve, 80.5% is reached once all tasks are finished." in shown
    assert "Until 80" not in shown
    french = page(house, "fr", "?target=99,9")
    assert "Aucun nombre de réponses que l’on puisse prévoir ne donnerait 99,9 %." in french


def test_price_holds_what_stands_between_client_and_worker(
    house: House, curve: dict[str, object]
) -> None:
    measured(house.project, curve, 200)
    before = next_answers(house.project, 0.95, NOW_MS).purchase(Reach.PLAN)
    assert "Prices include contributions." in page(house)
    rate = rate_or_none(house.project.pk)
    assert rate
    agency = Party(PartyRole.INTERMEDIARY, Money(15_000, "CAD"), "Relais", "CA")

    declare_chain(
        house.project, agency, price_micro=rate.piece_micro + 25_000
    )  # 10,000 nobody declares
    after = next_answers(house.project, 0.95, NOW_MS).purchase(Reach.PLAN)

    assert before
    assert before.price
    assert after
    assert after.price == before.price + Money(25_000 * after.answers, "CAD")
    shown = page(house)
    assert "and the $0.025 of each answer that the parties between client and worker keep" in shown


def test_page_asks_the_database_for_little(house: House, curve: dict[str, object]) -> None:
    measured(house.project, curve, 400)
    client, path = (
        house.client("requester"),
        reverse("project_next_answers", args=[house.project.slug]),
    )
    client.get(path)

    with CaptureQueriesContext(connection) as statements:
        client.get(path)

    assert len(statements) <= ASKED


def test_share_of_now_is_the_last_measured_point(house: House, curve: dict[str, Any]) -> None:
    measured(house.project, curve | {"project_answers": 1_200, "project_tasks": 400}, 400)
    last = f"{100 * curve['by_arrival'][-1][2]:.1f}%"

    shown = page(house)

    assert f"points: from {last} to" in shown
    assert f"the first 100.0% {last}" in shown
    assert "since it was measured" not in shown
    TaskState.objects.filter(task=house.tasks[0]).update(counted=5)
    assert "2 answers came since it was measured, and count in the share of now." in page(house)


def shown_to_requester(made: Made) -> tuple[str, dict[str, Any]]:
    """Return the words of a project's page, and what the API tells of it."""
    client, person = Client(), make_person()
    add_member(person, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    client.force_login(person)
    path = reverse("project_next_answers", args=[made.project.slug])
    answer = client.get(path, headers={"accept-language": "en"})
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))
    address = f"projects/{made.project.slug}/next-answers"
    api = program("requester", organisation=made.project.organisation)
    return re.sub(r"\s+", " ", text), api.get(address)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: f"{sample.kind}-{sample.name}")
def test_every_kind_has_a_page_that_says_something(sample: Sample) -> None:
    made = make_project(tasks=12, workers=3, overlap=3, schema=sample.schema["en"])
    answer_all(made, [sample.answers[:3]] * 12)
    estimate_labels(made.project.pk, NOW_MS)

    shown, told = shown_to_requester(made)

    sentences = {
        "merged": r"A result of 2 answers agrees \d+\.\d% with the result of all answers",
        "too-few": "There are too few answers to draw a curve",
        "survey": "A survey has no right answer",
    }
    assert re.search(sentences[told["status"]], shown)
    assert ("There is no forecast for this kind." in shown) == (told["status"] == "merged")
    schema = sample.schema["en"]
    has_labels = questions_of(schema)[0].get("look") == "scale" or is_plain_choice(schema)
    assert (told["status"] == "too-few") == has_labels
    assert [point["answers_per_task"] for point in told["by_depth"]] == (
        [1.0, 2.0] if told["status"] == "merged" else []
    )


CHOICES = {
    "kind": "choice",
    "ask": "?",
    "multiple": True,
    "choices": [{"value": value} for value in "abc"],
}
SHOWN = {"column": "text", "as": "text"}
SCALE = {"kind": "rating", "ask": "?", "look": "scale", "least": 1, "most": 5, "step": 1}


@pytest.mark.parametrize(("question", "measure"), [(CHOICES, "choices"), (SCALE, "labels")])
def test_several_choices_and_scales_are_forecast(question: dict[str, Any], measure: str) -> None:
    rng = np.random.default_rng(3)
    schema = check_schema({"questions": [{"id": "q", **question}], "show": [SHOWN]})
    made = make_project(tasks=40, workers=4, overlap=3, schema=schema)
    if measure == "choices":
        truth = rng.random((40, 1, 3)) < 0.4
        chosen = truth ^ (rng.random((40, 4, 3)) < 0.1)
        answers = [[[*compress("abc", row)] for row in task] for task in chosen.tolist()]
    else:
        steps = rng.integers(1, 6, (40, 1)) + rng.choice([-1, 0, 0, 0, 1], (40, 4))
        answers = np.clip(steps, 1, 5).tolist()
    answer_all(made, [each[:3] for each in answers])
    estimate_labels(made.project.pk, NOW_MS)

    shown, told = shown_to_requester(made)

    (each,) = [purchase for purchase in told["purchases"] if purchase["reach"] == "each"]
    ahead = each["forecast"]
    assert (told["status"], told["measure"], told["answers"]) == ("forecast", measure, 120)
    assert ahead["now"] == pytest.approx(told["by_arrival"][-1]["value"], abs=2e-5)
    assert 0.6 < ahead["now"] <= ahead["then"] <= 1
    assert f"Share of right {measure} you want" in shown
    assert ("Each choice of each task counts" in shown) == (measure == "choices")


def test_model_has_its_own_curve(house: House, curve: dict[str, object]) -> None:
    measured(house.project, curve, 400)
    trained = make_model(house)
    trained.curve = [[300, 120, 200], [600, 140, 200], [1200, 155, 200], [2400, 165, 200]]
    trained.bands = [[0.0, 200, 165, 0.7, False], [0.9, 80, 79, 0.95, True]]
    trained.save()

    shown = page(house)

    told = re.search(r"right on about ([\d.]+)% of hidden tasks \(between ([\d.]+)% and", shown)
    assert told
    assert 82 < float(told[1]) < 88
    assert "it can decide 40% of them alone" in shown
    assert "3,400 forecast" in shown
