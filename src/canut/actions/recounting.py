"""Count the answers of one task again, when one was taken out of the consensus or put back.

The caller holds the worker and the task, in that order, as ``answers`` does.
"""

from django.db import connection

from canut.actions.consensus import Vote, running_label
from canut.store.hot import both
from canut.store.projects import current_question
from canut.store.work import Answer, TaskState, Worker


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


def _settle(state: TaskState, more: int) -> None:
    """Write the task's number of answers, its running label and whether it still asks."""
    counted = state.counted + more
    with connection.cursor() as cursor:
        cursor.execute(both.READ_VOTES, (state.task_id,))
        votes = [Vote(*row) for row in cursor.fetchall()]
        label: str | None = None
        confidence: float | None = None
        if votes:
            schema = current_question(state.project_id).schema
            label, confidence = running_label(schema, votes)
        is_enough = counted >= state.overlap
        now = TaskState.State.CLOSED if is_enough else TaskState.State.OPEN
        cursor.execute(
            both.WRITE_TASK_STATE, (counted, state.live, now, label, confidence, state.task_id)
        )
    state.counted, state.state = counted, now
