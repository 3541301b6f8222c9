"""Change many tasks at once, and undo it: old and new values are stored per task.

The number of tasks is announced before anything changes. Few change at once, many in a job, in
chunks that do not block answers; an interrupted edit resumes after the last task it checked.
Undoing changes only tasks that still have the value of the edit.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, QuerySet
from django.tasks import task

from canut.actions.pay.required_funds import free_again, lock_again
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.quality.reviews import ask_reviews
from canut.actions.work.overlap import OVERLAP_LIMIT
from canut.actions.work.project_state import check_not_ended
from canut.core.errors import BadInput, Conflict, Missing
from canut.store.pay.funds import is_funded
from canut.store.sql import dialect
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.quality import Bulk, BulkTask, Review
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Worker
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.task_list import count_all, ids_after

Kind = Bulk.Kind
FEW = 2_000
MOST_AT_ONCE = 500
MOST_ANSWERS = 10
PRIORITY_RANGE = 1_000
State = TaskState.State


@dataclass(frozen=True, slots=True)
class BulkChange:
    """The change of a bulk edit, and the tasks it applies to.

    Args:
        kind: priority, answers, aside, return or review.
        amount: for priority -1 is sooner and 1 later; for answers how many more.
        chosen: the tasks of a filter.
        tasks: these tasks of it alone; all of them when empty.
    """

    kind: str
    chosen: Filter
    amount: int = 0
    tasks: tuple[int, ...] = ()


def count_chosen(change: BulkChange) -> int:
    """Count the tasks a change would touch, to announce before it is made."""
    return len(change.tasks) if change.tasks else count_all(change.chosen)


def change_many(
    project: Project, change: BulkChange, announced: int, *, by: Person, now_ms: int
) -> Bulk:
    """Change tasks: few within the request, many in a job that resumes by itself.

    Args:
        project: whose tasks.
        change: what, of which tasks.
        announced: how many tasks were said to be concerned.
        by: who asks.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        BadInput: no such change, or nothing is chosen.
        Conflict: ``project-ended``: more answers are asked of a closed project.
        Unfunded: the funds for these answers are missing; facts say how much.
    """
    _check(project, change, announced)
    chosen: dict[str, Any] = {"filter": asdict(change.chosen), "tasks": sorted(change.tasks)}
    is_locked = change.kind == Kind.ANSWERS and is_funded(project.id)
    if is_locked:  # what was said was read some time ago; money is locked for what is true now
        announced = max(announced, count_chosen(change))
    with transaction.atomic():
        bulk = Bulk.objects.create(
            project=project,
            kind=change.kind,
            amount=change.amount,
            chosen=chosen,
            said=announced,
            made_by=by,
            at_ms=now_ms,
        )
        if is_locked:
            lock_again(project, now_ms)
    if announced <= FEW:
        run_bulk(bulk.id, now_ms)
    else:
        run_bulk_job.enqueue(bulk.id, now_ms)
    bulk.refresh_from_db()
    return bulk


def _check(project: Project, change: BulkChange, announced: int) -> None:
    if change.kind not in Kind.values:
        raise BadInput(f"{change.kind!r} is not a change of many tasks", code="bulk-kind")
    if not announced:
        raise BadInput("no task is chosen", code="bulk-nothing")
    is_right = {
        Kind.PRIORITY: change.amount in {-1, 1},
        Kind.ANSWERS: 1 <= change.amount <= MOST_ANSWERS,
    }.get(Kind(change.kind), True)
    if not is_right:
        raise BadInput(f"{change.kind} by {change.amount}", code="bulk-amount", limit=MOST_ANSWERS)
    if change.kind == Kind.ANSWERS:
        check_not_ended(project)


@task
def run_bulk_job(bulk_id: int, now_ms: int) -> None:
    """Apply a bulk edit."""
    run_bulk(bulk_id, now_ms)


@task
def undo_bulk_job(bulk_id: int, now_ms: int) -> None:
    """Undo a bulk edit."""
    finish_undoing(bulk_id, now_ms)


def run_bulk(bulk_id: int, now_ms: int) -> None:
    """Apply a bulk edit, or resume one that was interrupted."""
    with BulkPacer() as pace:
        while True:
            bulk = Bulk.objects.get(id=bulk_id)
            if bulk.state != Bulk.State.RUNNING:
                _free_over(bulk, now_ms)
                return
            rows = min(pace.rows, MOST_AT_ONCE)
            tasks = _next(bulk, rows)
            with pace.chunk(max(len(tasks), 1)):
                _change_chunk(bulk, tasks, now_ms)


def _next(bulk: Bulk, rows: int) -> list[int]:
    """Return the tasks of the next chunk; empty at the end."""
    if bulk.chosen["tasks"]:
        return [task_id for task_id in bulk.chosen["tasks"] if task_id > bulk.after][:rows]
    return ids_after(Filter(**bulk.chosen["filter"]), bulk.after, rows)


def _change_chunk(bulk: Bulk, tasks: Sequence[int], now_ms: int) -> None:
    """Change a chunk of tasks and store their old values; end the edit if empty."""
    locked = Bulk.objects.select_for_update().get(id=bulk.id)
    if (locked.after, locked.state) != (bulk.after, bulk.state):
        return
    if not tasks:
        locked.state = Bulk.State.DONE
        locked.save(update_fields=["state"])
        if locked.kind == Kind.PRIORITY:
            _let_begin_anew(locked)
        return
    rows = (
        TaskState.objects.select_for_update()
        .filter(task__in=tasks, project=locked.project_id)
        .exclude(state=State.PRACTICE)
    )
    states = list(rows.order_by("task_id"))
    changed = CHANGES[Kind(locked.kind)](locked, states, now_ms)
    BulkTask.objects.bulk_create(
        BulkTask(bulk=locked, task_id=number, before=before, became=became)
        for number, before, became in changed
    )
    locked.after, locked.changed = tasks[-1], locked.changed + len(changed)
    locked.save(update_fields=["after", "changed"])


type Changed = list[tuple[int, str, str]]


def _priority(bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [state for state in states if abs(state.priority + bulk.amount) <= PRIORITY_RANGE]
    _of(fits).update(priority=F("priority") + bulk.amount)
    return [
        (state.task_id, str(state.priority), str(state.priority + bulk.amount)) for state in fits
    ]


def _answers(bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [state for state in states if state.overlap + bulk.amount <= OVERLAP_LIMIT]
    _of(fits).update(overlap=F("overlap") + bulk.amount)
    _of(fits).filter(state=State.CLOSED, counted__lt=F("overlap")).update(state=State.OPEN)
    return [(state.task_id, str(state.overlap), str(state.overlap + bulk.amount)) for state in fits]


def _aside(_bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [state for state in states if state.state != State.ASIDE]
    _of(fits).update(state=State.ASIDE)
    return [(state.task_id, state.state, State.ASIDE.value) for state in fits]


def _return(_bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [state for state in _still_here(states) if state.state == State.ASIDE]
    _put_back(fits)
    return [(state.task_id, State.ASIDE.value, "back") for state in fits]


def _review(bulk: Bulk, states: Sequence[TaskState], now_ms: int) -> Changed:
    tasks = [state.task_id for state in states]
    new = ask_reviews(bulk.project_id, tasks, Review.Why.ASKED, by=bulk.made_by, now_ms=now_ms)
    return [(number, "", "asked") for number in new]


CHANGES: dict[Bulk.Kind, Callable[[Bulk, Sequence[TaskState], int], Changed]] = {
    Kind.PRIORITY: _priority,
    Kind.ANSWERS: _answers,
    Kind.ASIDE: _aside,
    Kind.RETURN: _return,
    Kind.REVIEW: _review,
}


def _of(states: Sequence[TaskState]) -> QuerySet[TaskState]:
    return TaskState.objects.filter(task__in=[state.task_id for state in states])


def _still_here(states: Sequence[TaskState]) -> list[TaskState]:
    """Leave out the tasks whose item was withdrawn: those never come back."""
    numbers = [state.task_id for state in states]
    gone = Task.objects.filter(pk__in=numbers, withdrawn__isnull=False)
    withdrawn = set(gone.values_list("pk", flat=True))
    return [state for state in states if state.task_id not in withdrawn]


def _put_back(states: Sequence[TaskState]) -> None:
    """Reopen tasks that were set aside, or close those with enough answers."""
    full = [state for state in states if state.counted >= state.overlap]
    _of(full).update(state=State.CLOSED)
    _of([state for state in states if state.counted < state.overlap]).update(state=State.OPEN)


def _free_over(bulk: Bulk, now_ms: int) -> None:
    """Release funds locked for answers that are no longer wanted."""
    if bulk.kind == Kind.ANSWERS and is_funded(bulk.project_id):
        free_again(Project.objects.get(pk=bulk.project_id), now_ms)


def _let_begin_anew(bulk: Bulk) -> None:
    """Reset workers' cursors to the first position that may hold new tasks."""
    lowest = TaskState.objects.filter(project=bulk.project_id).aggregate(least=Min("priority"))
    least = lowest["least"]
    if least is not None:
        Worker.objects.filter(project=bulk.project_id, cursor_priority__gte=least).update(
            cursor_priority=least, cursor_task=0
        )


def undo_bulk(project: Project, bulk_id: int, *, by: Person, now_ms: int) -> Bulk:
    """Undo a bulk edit; tasks changed since then keep their value.

    Raises:
        Missing: there is no such change in the project.
        Conflict: it is under way, or undone already.
    """
    with transaction.atomic():
        bulk = Bulk.objects.select_for_update().filter(id=bulk_id, project=project).first()
        if bulk is None:
            raise Missing(f"there is no change {bulk_id} in this project")
        if bulk.state != Bulk.State.DONE:
            raise Conflict(f"the change is {bulk.state}", code="bulk-over")
        bulk.state, bulk.undone_by, bulk.undone_ms = Bulk.State.UNDOING, by, now_ms
        bulk.save(update_fields=["state", "undone_by", "undone_ms"])
    if bulk.changed <= FEW:
        finish_undoing(bulk.id, now_ms)
    else:
        undo_bulk_job.enqueue(bulk.id, now_ms)
    bulk.refresh_from_db()
    return bulk


def finish_undoing(bulk_id: int, now_ms: int) -> None:
    """Undo a bulk edit, or resume undoing one."""
    with BulkPacer() as pace:
        while True:
            bulk = Bulk.objects.get(id=bulk_id)
            if bulk.state != Bulk.State.UNDOING:
                _free_over(bulk, now_ms)
                return
            rows = min(pace.rows, MOST_AT_ONCE)
            left = bulk.tasks.filter(task__gt=bulk.undoing_after).order_by("task")
            some = list(left[:rows])
            with pace.chunk(max(len(some), 1)):
                _undo_chunk(bulk, some, now_ms)


def _undo_chunk(bulk: Bulk, some: Sequence[BulkTask], now_ms: int) -> None:
    locked = Bulk.objects.select_for_update().get(id=bulk.id)
    if (locked.undoing_after, locked.state) != (bulk.undoing_after, bulk.state):
        return
    if not some:
        locked.state = Bulk.State.UNDONE
        locked.save(update_fields=["state"])
        if locked.kind == Kind.PRIORITY:
            _let_begin_anew(locked)
        return
    undone = _undo(locked, some, now_ms)
    locked.undoing_after, locked.kept = some[-1].task_id, locked.kept + len(some) - undone
    locked.save(update_fields=["undoing_after", "kept"])


def _undo(bulk: Bulk, some: Sequence[BulkTask], now_ms: int) -> int:
    """Restore old values; return how many tasks still had the value of this edit."""
    tasks = [item.task_id for item in some]
    if bulk.kind == Kind.REVIEW:
        waiting = Review.objects.filter(
            task__in=tasks, state="waiting", why=Review.Why.ASKED, round=1, holder=None
        )
        return waiting.update(state=Review.State.DROPPED)
    locked = TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id")
    states = {state.task_id: state for state in locked}
    if bulk.kind in {Kind.ASIDE, Kind.RETURN}:
        was_aside = bulk.kind == Kind.ASIDE
        same = [item for item in states.values() if (item.state == State.ASIDE) == was_aside]
        if was_aside:
            _put_back(_still_here(same))
        else:
            _of(same).update(state=State.ASIDE)
        return len(same)
    name = "priority" if bulk.kind == Kind.PRIORITY else "overlap"
    same_rows = [
        item
        for item in some
        if item.task_id in states and str(getattr(states[item.task_id], name)) == item.became
    ]
    for before, group in groupby(sorted(same_rows, key=lambda item: int(item.before)), _before):
        numbers = sorted(item.task_id for item in group)
        if bulk.kind == Kind.PRIORITY:
            TaskState.objects.filter(task__in=numbers).update(priority=before)
        else:
            with connection.cursor() as cursor:
                dialect().write_overlap(cursor, before, numbers, now_ms, "overlap lowered")
    return len(same_rows)


def _before(item: BulkTask) -> int:
    return int(item.before)
