"""What the page of the next answers says: new tasks, a gain, none, other kinds, a model."""

import html
import re

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.quality.foresight import estimator
from bench.quality.habits import HABITS
from canut.core.quality.measures.learning_curve import as_json, measure_curve
from canut.core.quality.tables.answers_by_task import arrange
from canut.store.models import Estimate, Project, QuestionVersion, TaskState
from tests.support.factories import NOW, make_tasks
from tests.support.instance import House, make_model

ASKED = 30  # SQL statements of the page at most


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

    told = re.search(r"would bring about ([\d.]+) points: from ([\d.]+)% to ([\d.]+)%", shown)
    assert told
    gain, now, then = map(float, told.groups())
    assert then - now == pytest.approx(gain, abs=0.11)
    assert "beyond the plan" in shown
    assert "Until 90% of labels are right" in page(house, query="?target=90")
    assert "No number of answers that can be foreseen would bring 100%" in page(
        house, query="?target=100"
    )
    Estimate.objects.update(curve=curve | {"laws": [[0.9, 0.0, 1.0, 0.0]] * 201})
    assert "would change almost nothing: 90.0% of labels are right now, 90.0% after" in page(house)


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


def test_answers_of_other_kinds_have_no_curve(house: House) -> None:
    for version in QuestionVersion.objects.filter(project=house.project):
        version.schema["questions"][0]["multiple"] = True
        version.save()

    assert "measured" in page(house)


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
