"""Find closed tasks and new answers, for the webhooks subscribed to them.

Submitting an answer does not write webhook events. Instead, each closed task whose event was
written is marked, and a periodic search finds closed tasks without a mark, so that none is missed.
The mark is written in the transaction of the event, under a lock on the project's row of
``Watched``, so that none is sent twice. A task that is opened and closed again gets another event.

A search costs as much as reading the closed tasks; the next one waits a hundred times as long.
"""

import time
from itertools import batched

from django.db import transaction
from django.db.models import Max

from canut.actions.integrations.outbox import enqueue_for
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import Ms
from canut.store.integrations.webhooks import (
    ANSWERS_ADDED,
    TASK_CLOSED,
    WATCHING,
    listening,
    reopened,
    untold,
    webhooks_of,
)
from canut.store.tables.integrations import TaskTold, Watched, Webhook
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer

AT_ONCE = 100
FEW_CLOSED = 1_000
REST_RATIO = 100
LEAST_REST_MS = 4_000
ANSWERS_REST_MS = 60_000


def watch(project: Project, webhook: Webhook) -> None:
    """Begin to watch a project for closed tasks, in the transaction that creates a webhook.

    What is closed by now is noted at once when it is little; else by the first look, and what
    closes until then is not told of.
    """
    watched = Watched.objects.select_for_update().filter(project=project).first()
    others = [
        subscribed
        for subscribed in webhooks_of(project)
        if subscribed != webhook and WATCHING & {*subscribed.events}
    ]
    if watched is not None and watched.is_ready and others:
        return
    newest = Answer.objects.filter(project=project).aggregate(last=Max("id"))["last"] or 0
    closed = list(untold(project.pk)[: FEW_CLOSED + 1])
    is_little = len(closed) <= FEW_CLOSED
    Watched.objects.update_or_create(
        project=project, defaults={"last_answer": newest, "is_ready": is_little}
    )
    if is_little:
        TaskTold.objects.bulk_create(TaskTold(task_id=t, project=project) for t in closed)


def find_closed_tasks(now_ms: Ms) -> int:
    """Check every watched project that is due; return how many closed tasks were sent."""
    of_organisations = Webhook.objects.exclude(organisation=None).values_list("id", flat=True)
    attempt_each("webhook", list(of_organisations), _watch_new_projects)
    watched = list(Watched.objects.values_list("pk", flat=True))
    return attempt_each("project", watched, lambda project: _look_if_due(project, now_ms))


def _look_if_due(watched_id: int, now_ms: Ms) -> int:
    """Check one watched project if it is due; return how many closed tasks were sent."""
    watched = Watched.objects.select_related("project__organisation").get(pk=watched_id)
    events = {event for event in WATCHING if listening(watched.project, event)}
    if not events:
        _forget(watched)
        return 0
    rest_ms = max(LEAST_REST_MS, REST_RATIO * watched.took_ms)
    if now_ms - watched.looked_ms < rest_ms or not _claim_look(watched, now_ms):
        return 0
    count, began = 0, time.monotonic()
    if TASK_CLOSED in events or not watched.is_ready:
        count = _look(watched, now_ms)
    if ANSWERS_ADDED in events:
        _tell_of_answers(watched.project, now_ms)
    took_ms = int((time.monotonic() - began) * 1000)
    Watched.objects.filter(pk=watched.pk).update(took_ms=took_ms)
    return count


def _watch_new_projects(webhook_id: int) -> None:
    """Watch the projects that joined an organisation after its webhook did."""
    webhook = Webhook.objects.get(pk=webhook_id)
    if WATCHING.isdisjoint(webhook.events):
        return
    fresh = Project.objects.filter(organisation=webhook.organisation_id, watched=None)
    for project in fresh:
        with transaction.atomic():
            watch(project, webhook)


def _claim_look(watched: Watched, now_ms: int) -> bool:
    """Record that this process looks now; return False where another was first."""
    same = Watched.objects.filter(pk=watched.pk, looked_ms=watched.looked_ms)
    return bool(same.update(looked_ms=now_ms))


def _look(watched: Watched, now_ms: Ms) -> int:
    """Forget tasks opened again, then send events of closed tasks."""
    project = watched.project
    count = 0
    with BulkPacer() as pace:
        for some in batched(list(reopened(project.pk)), AT_ONCE):
            with pace.chunk(len(some)):
                TaskTold.objects.filter(task_id__in=some).delete()
        for some in batched(list(untold(project.pk)), AT_ONCE):
            with pace.chunk(len(some)):
                count += _tell_of(project, list(some), now_ms)
    if not watched.is_ready:
        Watched.objects.filter(pk=watched.pk).update(is_ready=True)
    return count


def _tell_of(project: Project, tasks: list[int], now_ms: Ms) -> int:
    """Mark tasks as sent and write their event, in the caller's transaction."""
    watched = Watched.objects.select_for_update().filter(project=project).first()
    if watched is None:  # nobody listens any more
        return 0
    unsent = untold(project.pk).filter(task_id__in=tasks).order_by("task_id")
    closed = list(unsent.values_list("task_id", "task__key", "label", "confidence", "counted"))
    TaskTold.objects.bulk_create(TaskTold(task_id=row[0], project=project) for row in closed)
    if not closed or not watched.is_ready:
        return 0
    names = ("id", "key", "label", "confidence", "answers")
    facts = {"tasks": [dict(zip(names, row, strict=True)) for row in closed]}
    enqueue_for(listening(project, TASK_CLOSED), project, TASK_CLOSED, facts, now_ms)
    return len(closed)


@transaction.atomic
def _tell_of_answers(project: Project, now_ms: Ms) -> None:
    """Send an event, at most once a minute, that answers came, and up to which."""
    watched = Watched.objects.select_for_update().filter(project=project).first()
    if watched is None or now_ms - watched.answers_ms < ANSWERS_REST_MS:
        return
    newest = Answer.objects.filter(project=project).aggregate(last=Max("id"))["last"] or 0
    if newest <= watched.last_answer:
        return
    facts = {"after": watched.last_answer, "last": newest}
    enqueue_for(listening(project, ANSWERS_ADDED), project, ANSWERS_ADDED, facts, now_ms)
    watched.last_answer, watched.answers_ms = newest, now_ms
    watched.save(update_fields=["last_answer", "answers_ms"])


def _forget(watched: Watched) -> None:
    """Stop watching a project without subscribers, and delete its marks.

    A subscription at the same time waits for the row, or finds it not ready and restarts it.
    """
    Watched.objects.filter(pk=watched.pk).update(is_ready=False)
    marks = TaskTold.objects.filter(project=watched.project_id)
    with BulkPacer() as pace:
        while some := list(marks.values_list("task_id", flat=True)[: pace.rows]):
            with pace.chunk(len(some)):
                TaskTold.objects.filter(task_id__in=some).delete()
    with transaction.atomic():
        locked = Watched.objects.select_for_update().filter(pk=watched.pk)
        if locked.exists() and not any(listening(watched.project, event) for event in WATCHING):
            locked.delete()


def is_finished(project_id: int) -> bool:
    """Return whether a project has tasks and all of them have their answers."""
    tasks = TaskState.objects.filter(project_id=project_id)
    is_open = tasks.filter(state=TaskState.State.OPEN).exists()
    return not is_open and tasks.filter(state=TaskState.State.CLOSED).exists()
