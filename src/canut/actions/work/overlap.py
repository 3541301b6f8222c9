"""Set how many counted answers each task of a project needs, while people work.

All tasks get the same number, or each as many as its label needs to be certain
(``core.quality.allocation.overlap``). Raising the overlap reopens closed tasks. Lowering it
releases the newest leases beyond it; an answer that still comes is paid as surplus. Counted answers
stay counted. HITs have a number each, which the program that made them sets: there is no number of
their project to change.

The project's setting changes at once; its tasks follow in chunks that do not block answers. The
remaining work is every task that differs from its project, so an interrupted run, or one overtaken
by another change, resumes from there. Whether it runs as a job is decided in ``operations.jobs``.
"""

import time
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import F, QuerySet

from canut.actions.pay.required_funds import free_again, lock_again
from canut.actions.work.project_state import check_not_ended
from canut.core.errors import BadInput, Missing
from canut.core.kinds import is_survey
from canut.core.quality.allocation.overlap import Asking, answers_wanted, cautious, check_asking
from canut.store.pay.funds import is_funded
from canut.store.projects.versions import question_or_none
from canut.store.sql import dialect
from canut.store.sql.dialect import AskedNow
from canut.store.tables.projects import Project
from canut.store.tables.quality import Estimate
from canut.store.tables.tasks import TaskState
from canut.store.turk.hits import has_hits

OVERLAP_LIMIT = 100
SURVEY_LIMIT = 100_000
"""Of a task that shows a survey, where nothing is merged."""
CHUNK = 200
PAUSE_PER_HELD = 3.0


def set_overlap(project_id: int, overlap: int, now_ms: int, most: int | None = None) -> None:
    """Set the overlap of a project, and wait until every task follows.

    Args:
        project_id: the project.
        overlap: answers a task, 1 to 100; the least, where tasks are asked on until sure.
        now_ms: the moment, in milliseconds since 1970 UTC.
        most: answers at most, where tasks are asked on until sure; None where all get ``overlap``.

    Raises:
        BadInput: ``overlap`` or ``most`` is out of range.
        Missing: there is no such project.
        Conflict: ``project-ended``: it is closed.
    """
    ask_overlap(project_id, overlap, now_ms, most)
    spread_overlap(project_id, now_ms)


def overlap_limit(project_id: int) -> int:
    """Return how many answers a task of a project may get: many on a page of which none is merged.

    A task of any other kind gets at most 100, for each answer is merged with all before it.
    """
    question = question_or_none(project_id)
    is_many = question is not None and is_survey(question.schema)
    return SURVEY_LIMIT if is_many else OVERLAP_LIMIT


@transaction.atomic
def ask_overlap(project_id: int, overlap: int, now_ms: int, most: int | None = None) -> None:
    """Set the overlap of a project; funds follow at once, tasks in a job.

    Raises:
        BadInput: ``overlap`` or ``most`` is out of range, or the tasks are HITs.
        Missing: there is no such project.
        Conflict: ``project-ended``: it is closed.
        Unfunded: people are paid and the funds for these answers are missing.
    """
    project = Project.objects.filter(pk=project_id).first()
    if project is not None:
        check_not_ended(project)
    if has_hits(project_id):
        raise BadInput(
            "each task of this project is a HIT with a number of answers of its own; raise that of "
            "a HIT with CreateAdditionalAssignmentsForHIT",
            code="overlap-of-hits",
        )
    limit = overlap_limit(project_id)
    if not 1 <= overlap <= limit:
        raise BadInput(
            f"{overlap} answers a task asked for; expected 1 to {limit}",
            code="overlap-range",
            seen=overlap,
            limit=limit,
        )
    check_asking(Asking(overlap, most))
    fields = {
        "overlap": overlap,
        "overlap_most": most,
        "overlap_rule": F("overlap_rule") + 1,
        "overlap_first": F("overlap_first") * 0,  # one person first begins anew from the new number
    }
    if not Project.objects.filter(pk=project_id).update(**fields):
        raise Missing(f"there is no project {project_id}")
    if is_funded(project_id):
        lock_again(Project.objects.get(pk=project_id), now_ms)


def spread_overlap(project_id: int, now_ms: int) -> None:
    """Update every task to its project's overlap, even if that changes during the run.

    Ends once no task says otherwise, so that of two changes the later one stands for all tasks.
    """
    while (first := tasks_behind(project_id).order_by("task_id").first()) is not None:
        last = tasks_behind(project_id).order_by("task_id").last() or first
        _write_between(project_id, first - 1, last, now_ms)
    if is_funded(project_id):
        free_again(Project.objects.get(pk=project_id), now_ms)


def tasks_behind(project_id: int) -> QuerySet[TaskState, int]:
    """Return the tasks not yet updated to their project; empty without a project.

    Where one person is asked first, tasks differ: none is behind (``learning.one_first``).
    """
    project = Project.objects.filter(pk=project_id).first()
    tasks = TaskState.objects.filter(project_id=project_id)
    if project is None or project.overlap_first:
        return tasks.none().values_list("task_id", flat=True)
    behind = tasks.exclude(overlap=project.overlap)
    if project.overlap_most is not None:
        behind = tasks.exclude(rule=project.overlap_rule)
    return behind.values_list("task_id", flat=True)


def _write_between(project_id: int, after: int, last: int, now_ms: int) -> None:
    while True:
        began = time.monotonic()
        tasks = _write_chunk(project_id, (after, last), now_ms)
        if len(tasks) < CHUNK:
            return
        after = tasks[-1]
        if connection.vendor == "sqlite":  # elsewhere nobody waits for these rows but their own
            time.sleep(PAUSE_PER_HELD * (time.monotonic() - began))


def _write_chunk(project_id: int, between: tuple[int, int], now_ms: int) -> list[int]:
    """Update a chunk of tasks between two ids to the project's overlap; return them."""
    with transaction.atomic(), connection.cursor() as cursor:
        in_force = dialect().read_overlap(cursor, project_id)
        tasks = dialect().lock_tasks_between(cursor, project_id, between, in_force, CHUNK)
        for overlap, some in _by_number(in_force, tasks).items():
            dialect().write_overlap(cursor, overlap, some, now_ms, "overlap lowered")
        if tasks:
            TaskState.objects.filter(task_id__in=tasks).update(rule=in_force.rule)
    return tasks


def _by_number(in_force: AskedNow, tasks: list[int]) -> dict[int, list[int]]:
    """Group tasks by the overlap each is to get; one group without adaptive overlap."""
    if in_force.most is None:
        return {in_force.overlap: tasks} if tasks else {}
    asking = Asking(in_force.overlap, in_force.most)
    states = TaskState.objects.filter(task_id__in=tasks).order_by("task_id")
    is_measured = Estimate.objects.filter(
        project_id=in_force.project, frozen__isnull=False
    ).exists()
    parted: dict[int, list[int]] = defaultdict(list)
    for task, counted, confidence in states.values_list("task_id", "counted", "confidence"):
        sure = cautious(confidence or 0.0, is_measured=is_measured)
        parted[answers_wanted(asking, counted, 0, sure)].append(task)
    return parted
