"""Change many tasks at once, and undo it: what each said before is kept beside what it became.

The number of tasks is said before anything changes. Few change at once, many in a job, in chunks
that let people answer meanwhile; a change that is cut short goes on after the last task it looked
at. Undoing touches only tasks that still say what the change made them say.
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
from canut.store.tables.tasks import TaskState
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
    """What is to change, of which tasks.

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
    """Count the tasks that a change is asked for; to be said before it is made."""
    return len(change.tasks) if change.tasks else count_all(change.chosen)


def change_many(
    project: Project, change: BulkChange, said: int, *, by: Person, now_ms: int
) -> Bulk:
    """Change tasks: few at once, many in a job that goes on by itself.

    Args:
        project: whose tasks.
        change: what, of which tasks.
        said: how many tasks were said to be concerned.
        by: who asks.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        BadInput: no such change, or nothing is chosen.
        Conflict: ``project-ended``: more answers are asked of a closed project.
        Unfunded: the money for so many answers is not there; facts say how much is missing.
    """
    _check(project, change, said)
    chosen: dict[str, Any] = {"filter": asdict(change.chosen), "tasks": sorted(change.tasks)}
    is_locked = change.kind == Kind.ANSWERS and is_funded(project.id)
    if is_locked:  # what was said was read some time ago; money is locked for what is true now
        said = max(said, count_chosen(change))
    with transaction.atomic():
        bulk = Bulk.objects.create(
            project=project,
            kind=change.kind,
            amount=change.amount,
            chosen=chosen,
            said=said,
            made_by=by,
            at_ms=now_ms,
        )
        if is_locked:
            lock_again(project, now_ms)
    if said <= FEW:
        run_bulk(bulk.id, now_ms)
    else:
        run_bulk_job.enqueue(bulk.id, now_ms)
    bulk.refresh_from_db()
    return bulk


def _check(project: Project, change: BulkChange, said: int) -> None:
    if change.kind not in Kind.values:
        raise BadInput(f"{change.kind!r} is not a change of many tasks", code="bulk-kind")
    if not said:
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
    """Make a change of many tasks."""
    run_bulk(bulk_id, now_ms)


@task
def undo_bulk_job(bulk_id: int, now_ms: int) -> None:
    """Undo a change of many tasks."""
    finish_undoing(bulk_id, now_ms)


def run_bulk(bulk_id: int, now_ms: int) -> None:
    """Make a change, or go on with one that was cut short."""
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
    """Return the tasks to look at next; none at the end."""
    if bulk.chosen["tasks"]:
        return [one for one in bulk.chosen["tasks"] if one > bulk.after][:rows]
    return ids_after(Filter(**bulk.chosen["filter"]), bulk.after, rows)


def _change_chunk(bulk: Bulk, tasks: Sequence[int], now_ms: int) -> None:
    """Change some tasks and keep what they said; end the change where there are none."""
    locked = Bulk.objects.select_for_update().get(id=bulk.id)
    if (locked.after, locked.state) != (bulk.after, bulk.state):
        return
    if not tasks:
        locked.state = Bulk.State.DONE
        locked.save(update_fields=["state"])
        if locked.kind == Kind.PRIORITY:
            _let_begin_anew(locked)
        return
    found = (
        TaskState.objects.select_for_update()
        .filter(task__in=tasks, project=locked.project_id)
        .exclude(state=State.PRACTICE)
    )
    states = list(found.order_by("task_id"))
    changed = CHANGES[Kind(locked.kind)](locked, states, now_ms)
    BulkTask.objects.bulk_create(
        BulkTask(bulk=locked, task_id=number, before=before, became=became)
        for number, before, became in changed
    )
    locked.after, locked.changed = tasks[-1], locked.changed + len(changed)
    locked.save(update_fields=["after", "changed"])


type Changed = list[tuple[int, str, str]]


def _priority(bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [one for one in states if abs(one.priority + bulk.amount) <= PRIORITY_RANGE]
    _of(fits).update(priority=F("priority") + bulk.amount)
    return [(one.task_id, str(one.priority), str(one.priority + bulk.amount)) for one in fits]


def _answers(bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [one for one in states if one.overlap + bulk.amount <= OVERLAP_LIMIT]
    _of(fits).update(overlap=F("overlap") + bulk.amount)
    _of(fits).filter(state=State.CLOSED, counted__lt=F("overlap")).update(state=State.OPEN)
    return [(one.task_id, str(one.overlap), str(one.overlap + bulk.amount)) for one in fits]


def _aside(_bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [one for one in states if one.state != State.ASIDE]
    _of(fits).update(state=State.ASIDE)
    return [(one.task_id, one.state, State.ASIDE.value) for one in fits]


def _return(_bulk: Bulk, states: Sequence[TaskState], _now_ms: int) -> Changed:
    fits = [one for one in states if one.state == State.ASIDE]
    _put_back(fits)
    return [(one.task_id, State.ASIDE.value, "back") for one in fits]


def _review(bulk: Bulk, states: Sequence[TaskState], now_ms: int) -> Changed:
    tasks = [one.task_id for one in states]
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
    return TaskState.objects.filter(task__in=[one.task_id for one in states])


def _put_back(states: Sequence[TaskState]) -> None:
    """Let tasks that were withdrawn ask again, or be closed where they have enough."""
    full = [one for one in states if one.counted >= one.overlap]
    _of(full).update(state=State.CLOSED)
    _of([one for one in states if one.counted < one.overlap]).update(state=State.OPEN)


def _free_over(bulk: Bulk, now_ms: int) -> None:
    """Free what was locked for answers that are not asked for, or not any more."""
    if bulk.kind == Kind.ANSWERS and is_funded(bulk.project_id):
        free_again(Project.objects.get(pk=bulk.project_id), now_ms)


def _let_begin_anew(bulk: Bulk) -> None:
    """Take workers back to the first place of the queue that may hold something new for them."""
    lowest = TaskState.objects.filter(project=bulk.project_id).aggregate(least=Min("priority"))
    least = lowest["least"]
    if least is not None:
        Worker.objects.filter(project=bulk.project_id, cursor_priority__gte=least).update(
            cursor_priority=least, cursor_task=0
        )


def undo_bulk(project: Project, bulk_id: int, *, by: Person, now_ms: int) -> Bulk:
    """Undo a change: each task says again what it said, unless it has changed since.

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
    """Undo a change, or go on undoing one."""
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
    """Put back what tasks said before; return how many still said what they were made to say."""
    tasks = [one.task_id for one in some]
    if bulk.kind == Kind.REVIEW:
        waiting = Review.objects.filter(
            task__in=tasks, state="waiting", why=Review.Why.ASKED, round=1, holder=None
        )
        return waiting.update(state=Review.State.DROPPED)
    found = TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id")
    states = {state.task_id: state for state in found}
    if bulk.kind in {Kind.ASIDE, Kind.RETURN}:
        was_aside = bulk.kind == Kind.ASIDE
        same = [one for one in states.values() if (one.state == State.ASIDE) == was_aside]
        if was_aside:
            _put_back(same)
        else:
            _of(same).update(state=State.ASIDE)
        return len(same)
    name = "priority" if bulk.kind == Kind.PRIORITY else "overlap"
    same_rows = [
        one
        for one in some
        if one.task_id in states and str(getattr(states[one.task_id], name)) == one.became
    ]
    for before, group in groupby(sorted(same_rows, key=lambda one: int(one.before)), _before):
        numbers = sorted(one.task_id for one in group)
        if bulk.kind == Kind.PRIORITY:
            TaskState.objects.filter(task__in=numbers).update(priority=before)
        else:
            with connection.cursor() as cursor:
                dialect().write_overlap(cursor, before, numbers, now_ms, "overlap lowered")
    return len(same_rows)


def _before(one: BulkTask) -> int:
    return int(one.before)
