"""A failed lesson changes nothing: lending, price, review and score are the same without it."""

from typing import Any

import pytest

from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.store.models import Decision, PayLine, Task, Verdict, Worker
from tests.support.factories import NOW_MS, answer_next, make_project
from tests.support.lessons import mark, refreshed, send_case

pytestmark = pytest.mark.django_db


def worked(*, fails: bool) -> dict[str, Any]:
    """Let one of two people work in a project, after a failed lesson or without one."""
    made = make_project(tasks=6, workers=2)
    worker, other = made.workers
    assert worker.person is not None
    if fails:
        script = send_case(worker.person, NOW_MS, right=False)
        mark(script, [0] * 4, NOW_MS)
        mark(script, [0] * 4, NOW_MS)
        attempt = refreshed(script)
        assert (attempt.has_passed, attempt.auto_thousandths) == (False, 0)
        assert Decision.objects.filter(person=worker.person, code="lesson-case").exists()
    first = Task.objects.filter(project=made.project).order_by("id").values_list("id", flat=True)[0]
    for number in range(3):
        answer_next(worker, "oui", now_ms=NOW_MS + 1000 * number)
        answer_next(other, "oui" if number else "non", now_ms=NOW_MS + 1000 * number)
    estimate_labels(made.project.pk, NOW_MS + 5_000)
    leases = lease_tasks(worker.pk, 3, NOW_MS + 10_000).tasks
    fresh = Worker.objects.get(pk=worker.pk)
    return {
        "lent": [lease.task - first for lease in leases],
        "prices": list(PayLine.objects.filter(worker=worker).values_list("piece_micro", flat=True)),
        "score": (fresh.accuracy, fresh.agreed, fresh.compared, fresh.barred),
        "reviews": Verdict.objects.filter(project=made.project).count(),
    }


def test_failed_lesson_changes_no_lending_price_review_or_score() -> None:
    assert worked(fails=True) == worked(fails=False)
