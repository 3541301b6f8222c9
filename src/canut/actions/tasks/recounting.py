"""Count the answers of one task again, when one was taken out of the consensus or put back.

The caller holds the worker and the task, in that order, as ``answers`` does.
"""

from django.db import connection
from django.db.models import F

from canut.actions.tasks.asking import asking_of
from canut.actions.tasks.consensus import Vote, weigh
from canut.core.quality.allocation.overlap import answers_wanted
from canut.store.sql import common
from canut.store.tables.prelabels import voice_on
from canut.store.tables.projects import Project, current_question
from canut.store.tables.work import Answer, Lease, TaskState, Worker


def hold(worker_id: int, task_id: int) -> TaskState:
    """Lock a worker, then a task, and return how it stands."""
    Worker.objects.select_for_update().get(id=worker_id)
    return TaskState.objects.select_for_update().get(task_id=task_id)


def take_out(answer_id: int, state: TaskState) -> None:
    """Take an answer out of the consensus: its task asks for another one."""
    changed = Answer.objects.filter(id=answer_id, counted=True).update(counted=False)
    Answer.objects.filter(id=answer_id, surplus=True).update(surplus=False)
    if changed:
        _settle(state, -1)


def put_back(answer_id: int, state: TaskState, *, was_counted: bool) -> bool:
    """Put an answer back; return whether it counts again, else it is surplus.

    It is surplus where the task has enough by now, or was lent to all who may still answer.
    """
    has_room = state.counted + state.live < state.overlap
    counts = was_counted and has_room
    Answer.objects.filter(id=answer_id).update(counted=counts, surplus=not counts)
    if counts:
        _settle(state, 1)
    return counts


def settle_again(state: TaskState) -> None:
    """Give a task that is held the label and state its own answers give it."""
    _settle(state, 0)


def _settle(state: TaskState, more: int) -> None:
    """Write the task's number of answers, its running label and whether it still asks."""
    _end_audits(state)
    counted = state.counted + more
    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (state.task_id,))
        votes = [Vote(*row) for row in cursor.fetchall()]
        label: str | None = None
        confidence: float | None = None
        sure = 0.0
        project = Project.objects.get(pk=state.project_id)
        if votes:
            schema = current_question(state.project_id).schema
            voice = voice_on(cursor, state.task_id) if project.models_vote else None
            label, confidence, sure = weigh(schema, votes, voice)
        asking = asking_of(project)
        overlap = state.overlap
        if asking.most is not None:
            overlap = answers_wanted(asking, counted, state.live, sure)
        is_enough = counted >= overlap
        now = TaskState.State.CLOSED if is_enough else TaskState.State.OPEN
        if state.state == TaskState.State.GOLD:
            now, label, confidence = TaskState.State.GOLD, state.label, state.confidence
        elif is_enough and state.state == TaskState.State.AUDIT:
            now = TaskState.State.AUDIT
        cursor.execute(
            common.WRITE_TASK_STATE,
            (counted, state.live, overlap, now, label, confidence, state.task_id),
        )
    state.overlap = overlap
    state.counted, state.state = counted, now


def _end_audits(state: TaskState) -> None:
    """Take back an audit in hand: its task is counted again, and may be lent as any other."""
    if state.state == TaskState.State.AUDIT:
        held = Lease.objects.filter(task_id=state.task_id, state=Lease.State.LIVE)
        held.update(state=Lease.State.RELEASED, ended_ms=F("lent_ms"), reason="recounted")
