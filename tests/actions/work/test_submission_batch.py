"""Several answers at once: each is kept or refused by itself, few commits keep them."""

from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.work import answer_batches
from canut.actions.work.answer_batches import MOST_A_COMMIT, submit_batch
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import AnswerReceipt, Submission
from canut.core.errors import Refusal
from canut.store.models import Answer, EntryPending, PayLine
from tests.support.factories import NOW_MS, Made, make_project

pytestmark = pytest.mark.dialect

TASKS = 2 * MOST_A_COMMIT + 1


def held(made: Made) -> list[int]:
    return [one.lease for one in lease_tasks(made.worker.pk, 20, NOW_MS).tasks]


@pytest.mark.django_db
def test_each_answer_is_told_in_its_place_and_a_refused_one_leaves_nothing() -> None:
    made = make_project(tasks=5)
    values = ["oui", "peut-être", "non", "oui", "oui"]
    given = [
        Submission(lease, f"k{n}", {"q": value})
        for n, (lease, value) in enumerate(zip(held(made), values, strict=True))
    ]

    told = submit_batch(made.worker.pk, [*given, given[0]], lambda: NOW_MS + 1)

    assert [isinstance(one, Refusal) for one in told] == [False, True, False, False, False, False]
    assert [one.key for one in told if isinstance(one, AnswerReceipt)] == [
        "k0",
        "k2",
        "k3",
        "k4",
        "k0",
    ]
    assert [one.repeated for one in told if isinstance(one, AnswerReceipt)] == [False] * 4 + [True]
    assert Answer.objects.count() == PayLine.objects.count() == EntryPending.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_answers_share_commits_on_sqlite_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_batches, "HELD_SECONDS", 60)
    made = make_project(tasks=TASKS)
    given = [Submission(lease, f"k{lease}", {"q": "oui"}) for lease in held(made)]
    ticks = count(NOW_MS + 1)

    with CaptureQueriesContext(connection) as asked:
        told = submit_batch(made.worker.pk, given, lambda: next(ticks))

    commits = sum(one["sql"] == "COMMIT" for one in asked.captured_queries)
    assert len(told) == TASKS
    assert commits == (TASKS if connection.vendor == "postgresql" else 3)
