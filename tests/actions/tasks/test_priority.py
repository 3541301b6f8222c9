"""Tasks that come first are lent first, also to whoever is past them."""

import pytest

from canut.actions.tasks.priority import raise_tasks
from canut.actions.work.leases import lease_tasks
from canut.core.errors import BadInput, Missing
from tests.support.factories import NOW_MS, answer_next, make_project

pytestmark = pytest.mark.django_db


def test_raised_task_comes_next_and_the_usual_order_after_it() -> None:
    made = make_project(tasks=6, overlap=2)
    answer_next(made.worker)
    answer_next(made.worker, now_ms=NOW_MS + 10_000)

    raise_tasks(made.project.pk, ["0004", "0000"])

    lent = lease_tasks(made.worker.pk, 3, NOW_MS + 20_000).tasks
    assert [task.key for task in lent] == ["0004", "0002", "0003"]


def test_lowered_again_it_waits_its_turn() -> None:
    made = make_project(tasks=3)
    raise_tasks(made.project.pk, ["0002"])

    raise_tasks(made.project.pk, ["0002"], is_first=False)

    lent = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    assert [task.key for task in lent] == ["0000"]


def test_unknown_task_changes_nothing() -> None:
    made = make_project(tasks=2)

    with pytest.raises(Missing):
        raise_tasks(made.project.pk, ["0001", "nulle"])
    with pytest.raises(BadInput):
        raise_tasks(made.project.pk, [" "])

    lent = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    assert [task.key for task in lent] == ["0000"]
