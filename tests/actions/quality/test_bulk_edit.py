"""Changes of many tasks: said, made, kept, undone; and what has changed since stays."""

import pytest

from canut.actions.quality import bulk_edit
from canut.actions.quality.bulk_edit import (
    BulkChange,
    change_many,
    count_chosen,
    run_bulk,
    undo_bulk,
)
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.core.errors import BadInput, Conflict, Missing, Unfunded
from canut.store.models import Bulk, BulkTask, FundsLine, Review, TaskState
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.task_list import ids_after
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


@pytest.fixture
def made() -> Made:
    return make_project(tasks=5, workers=2, overlap=1)


def change(made: Made, kind: str, amount: int = 0, *tasks: int, state: str = "") -> Bulk:
    asked = BulkChange(kind, Filter(made.project.pk, state=state), amount, tasks)
    said = count_chosen(asked)
    return change_many(made.project, asked, said, by=made.project.created_by, now_ms=NOW_MS)


def undo(made: Made, bulk: Bulk) -> Bulk:
    return undo_bulk(made.project, bulk.pk, by=made.project.created_by, now_ms=NOW_MS)


def said(made: Made, name: str) -> list[object]:
    states = TaskState.objects.filter(project=made.project).order_by("task")
    return list(states.values_list(name, flat=True))


@pytest.mark.parametrize(
    ("kind", "amount", "name", "became", "before"),
    [
        ("priority", -1, "priority", -1, 0),
        ("priority", 1, "priority", 1, 0),
        ("answers", 2, "overlap", 3, 1),
        ("aside", 0, "state", "aside", "open"),
    ],
)
def test_change_is_kept_task_by_task_and_undone(
    made: Made, kind: str, amount: int, name: str, became: object, before: object
) -> None:
    bulk = change(made, kind, amount)
    assert (bulk.said, bulk.changed, bulk.state) == (5, 5, "done")
    assert said(made, name) == [became] * 5

    undone = undo(made, bulk)

    assert (undone.state, undone.kept) == ("undone", 0)
    assert said(made, name) == [before] * 5


def test_marked_tasks_alone_change(made: Made) -> None:
    bulk = change(made, "aside", 0, made.tasks[1].pk, made.tasks[3].pk)

    assert bulk.said == bulk.changed == 2
    assert said(made, "state") == ["open", "aside", "open", "aside", "open"]


def test_task_of_another_project_never_changes(made: Made) -> None:
    other = make_project(tasks=1)

    bulk = change(made, "aside", 0, other.tasks[0].pk)

    assert bulk.changed == 0
    assert said(other, "state") == ["open"]


def test_sooner_tasks_are_lent_next_to_who_is_far_on(made: Made) -> None:
    answer_next(made.worker)
    answer_next(made.worker)

    change(made, "priority", -1, made.tasks[4].pk)

    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    assert lent.task == made.tasks[4].pk


def test_withdrawn_tasks_are_lent_to_nobody_until_they_return(made: Made) -> None:
    change(made, "aside")
    assert lease_tasks(made.worker.pk, 1, NOW_MS).tasks == []

    change(made, "return", state="aside")

    assert len(lease_tasks(made.worker.pk, 1, NOW_MS).tasks) == 1


def test_closed_task_opens_again_for_more_answers(made: Made) -> None:
    answer_next(made.worker)

    bulk = change(made, "answers", 1, made.tasks[0].pk)

    assert bulk.changed == 1
    assert said(made, "state")[0] == "open"


def test_what_changed_since_is_not_undone(made: Made) -> None:
    bulk = change(made, "answers", 1)
    set_overlap(made.project.pk, 5, NOW_MS)

    undone = undo(made, bulk)

    assert undone.kept == 5
    assert said(made, "overlap") == [5] * 5


def test_marking_for_review_asks_once_and_undoing_drops_what_nobody_took(made: Made) -> None:
    bulk = change(made, "review")
    again = change(made, "review")
    assert (bulk.changed, again.changed) == (5, 0)

    undo(made, bulk)

    assert set(Review.objects.values_list("state", flat=True)) == {"dropped"}


def test_change_is_undone_once(made: Made) -> None:
    bulk = change(made, "aside")
    undo(made, bulk)

    with pytest.raises(Conflict):
        undo(made, bulk)


def test_change_of_another_project_cannot_be_undone(made: Made) -> None:
    bulk = change(make_project(tasks=1), "aside")

    with pytest.raises(Missing):
        undo(made, bulk)


@pytest.mark.parametrize(("kind", "amount"), [("delete", 0), ("priority", 5), ("answers", 11)])
def test_change_that_cannot_be_meant_is_refused(made: Made, kind: str, amount: int) -> None:
    with pytest.raises(BadInput):
        change(made, kind, amount)


def test_nothing_chosen_is_refused(made: Made) -> None:
    with pytest.raises(BadInput):
        change(made, "aside", state="closed")


def test_more_answers_wait_for_their_money(made: Made) -> None:
    FundsLine.objects.create(
        project=made.project, kind="reserve", micro=1, currency="CAD", at_ms=NOW_MS
    )

    with pytest.raises(Unfunded):
        change(made, "answers", 1)

    assert said(made, "overlap") == [1] * 5


def test_change_that_was_cut_short_goes_on_where_it_was(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_edit, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(bulk_edit, "FEW", 0)
    bulk = change(made, "aside")
    calls = [0]

    def cut_short(chosen: Filter, after: int, limit: int) -> list[int]:
        calls[0] += 1
        if calls[0] == 2:
            raise ConnectionError
        return ids_after(chosen, after, limit)

    monkeypatch.setattr(bulk_edit, "ids_after", cut_short)
    with pytest.raises(ConnectionError):
        run_bulk(bulk.pk, NOW_MS)
    bulk.refresh_from_db()
    assert (bulk.changed, bulk.state) == (2, "running")

    run_bulk(bulk.pk, NOW_MS)

    bulk.refresh_from_db()
    assert (bulk.changed, bulk.state) == (5, "done")
    assert BulkTask.objects.count() == 5
