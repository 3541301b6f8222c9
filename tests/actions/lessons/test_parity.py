"""A lesson changes nothing, failed or passed: lending, price, review and score are the same.

Each comparison is tried on something that does change it, so that it cannot pass for nothing.
"""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import canut
from canut.actions.lessons.calibrating import standing
from canut.actions.lessons.recall import RECALL_MS, answer_recall, offers
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.core.lessons.checks import changed_answers
from canut.store.models import Decision, PayLine, Person, Task, TaskState, Verdict, Worker
from tests.support.factories import NOW_MS, answer_next, make_project
from tests.support.lessons import lesson_one, mark, refreshed, send_case, train

pytestmark = pytest.mark.django_db
SOURCE = Path(canut.__file__).parent
LAYERS = "core", "store", "actions"


def failed_lesson(person: Person) -> None:
    script = send_case(person, NOW_MS, right=False)
    mark(script, [0] * 4, NOW_MS)
    mark(script, [0] * 4, NOW_MS)
    attempt = refreshed(script)
    assert (attempt.has_passed, attempt.auto_thousandths) == (False, 0)
    assert Decision.objects.filter(person=person, code="lesson-case").exists()


def passed_lesson(person: Person) -> None:
    script = send_case(person, NOW_MS)
    mark(script, [3] * 4, NOW_MS)
    mark(script, [3] * 4, NOW_MS)
    assert refreshed(script).has_passed
    (offer,) = offers(person, NOW_MS + RECALL_MS)
    wrong = changed_answers(offer.item)
    answer_recall(person, "click-life", next(wrong), NOW_MS + RECALL_MS)
    train(person, NOW_MS, off=20)
    assert standing(person, lesson_one()).round == 2  # training that was not enough


def no_lesson(_person: Person) -> None:
    pass


def worked(take_lesson: Callable[[Person], None], other_change: str = "") -> dict[str, Any]:
    """Let one of two people work in a project, after a lesson, or after another change."""
    price = 99 if other_change == "price" else 50_000
    made = make_project(tasks=6, workers=2, overlap=2, piece_micro=price)
    worker, other = made.workers
    assert worker.person is not None
    take_lesson(worker.person)
    first = Task.objects.filter(project=made.project).order_by("id").values_list("id", flat=True)[0]
    if other_change == "lent":
        TaskState.objects.filter(task=first + 4).update(priority=9)
    for number in range(3):
        own = "non" if other_change == "score" else "oui"
        answer_next(worker, own, now_ms=NOW_MS + 1000 * number)
        answer_next(other, "oui" if number else "non", now_ms=NOW_MS + 1000 * number)
    estimate_labels(made.project.pk, NOW_MS + 5_000)
    leases = lease_tasks(worker.pk, 3, NOW_MS + 10_000).tasks
    fresh = Worker.objects.get(pk=worker.pk)
    return {
        "lent": [lease.task - first for lease in leases],
        "prices": list(PayLine.objects.filter(worker=worker).values_list("piece_micro", flat=True)),
        "score": (fresh.accuracy, fresh.agreed, fresh.compared, fresh.barred),
        "reviews": Verdict.objects.filter(project=made.project).count(),
        "decisions": Decision.objects.filter(
            person=worker.person, kind__in=(Decision.Kind.RESTRICTION, Decision.Kind.SUSPENSION)
        ).count(),
    }


@pytest.mark.parametrize("take_lesson", [failed_lesson, passed_lesson])
def test_lesson_changes_no_lending_price_review_or_score(
    take_lesson: Callable[[Person], None],
) -> None:
    without = worked(no_lesson)
    assert worked(take_lesson) == without
    assert len(without["lent"]) == 3
    assert without["prices"] == [50_000] * 3


@pytest.mark.parametrize("change", ["lent", "price", "score"])
def test_comparison_sees_what_does_change(change: str) -> None:
    assert worked(no_lesson, change) != worked(no_lesson)


@pytest.mark.parametrize(
    "folder", ["work", "quality", "pay", "decisions", "learning", "protection"]
)
def test_code_that_lends_prices_reviews_or_scores_reads_no_result_of_a_lesson(folder: str) -> None:
    """How long a lesson took and its pay an hour are read to pay it; its result is not."""
    results = {"auto_thousandths", "case_halves", "score_thousandths", "LessonAnswer"}
    wings = tuple(f"canut.{layer}.lessons" for layer in ("core", "store", "actions"))
    paths = [path for layer in LAYERS for path in (SOURCE / layer / folder).rglob("*.py")]
    assert len(paths) > 2
    asks_for_training = {"incidents.py"}  # who answers for an incident has passed a lesson
    readers = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            is_import = isinstance(node, ast.ImportFrom) and (node.module or "").startswith(wings)
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if is_import or name in results:
                readers.add(path.name)
    assert not readers - asks_for_training
