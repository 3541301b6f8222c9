"""Paged queries of the API: tasks, answers, gold, flags; each continues after a cursor.

Tasks are read in the order of their files (import, then row), which the index of imports gives, so
that the millionth page costs what the first does.
"""

from django.db.models import QuerySet

from canut.store.tables.decisions import Decision
from canut.store.tables.tasks import Import, ImportProblem, Task, TaskState
from canut.store.tables.work import Answer, Flag

type Place = tuple[int, int]
BEGINNING: Place = (0, -1)


def tasks_from(project_id: int, after: Place, most: int, *, only_known: bool = False) -> list[Task]:
    """List published tasks, without practice, after a position (import, row).

    Args:
        project_id: whose.
        after: the place of the last task of the page before.
        most: how many at most.
        only_known: only those with a known answer.
    """
    published = (Import.State.PUBLISHING, Import.State.PUBLISHED)
    sources = Import.objects.filter(project_id=project_id, state__in=published, id__gte=after[0])
    tasks: list[Task] = []
    for source in sources.order_by("id").values_list("id", flat=True):
        row = after[1] if source == after[0] else -1
        rows = Task.objects.select_related("now").filter(source=source, row__gt=row)
        rows = rows.exclude(now=None).exclude(now__state=TaskState.State.PRACTICE)
        if only_known:
            rows = rows.filter(known__isnull=False)
        tasks += rows.order_by("row")[: most - len(tasks)]
        if len(tasks) == most:
            break
    return tasks


def answers_from(project_id: int, after: int, most: int, *, everything: bool) -> list[Answer]:
    """List ``most`` answers after one, in order; the counted ones, or all."""
    answers = Answer.objects.filter(project_id=project_id, id__gt=after)
    if not everything:
        answers = answers.filter(counted=True)
    return list(_with_task(answers).order_by("id")[:most])


def answers_of_worker(worker_id: int, after: int, most: int) -> list[Answer]:
    """List ``most`` answers of one worker after one, in order."""
    answers = Answer.objects.filter(worker_id=worker_id, id__gt=after)
    return list(_with_task(answers).order_by("id")[:most])


def flags_from(project_id: int, after: int, most: int) -> list[Flag]:
    """List ``most`` flags after one, in order."""
    flags = Flag.objects.filter(task__project_id=project_id, id__gt=after)
    return list(flags.select_related("task", "worker").order_by("id")[:most])


def decisions_from(project_id: int, after: int, most: int) -> list[Decision]:
    """List ``most`` decisions people made in a project after one, in order."""
    decisions = Decision.objects.filter(project_id=project_id, id__gt=after, made_by__isnull=False)
    return list(decisions.select_related("worker").order_by("id")[:most])


def import_of(project_id: int, number: int) -> Import | None:
    """Return an import of a project; None if there is none."""
    return Import.objects.filter(project_id=project_id, id=number).first()


def imports_from(project_id: int, after: int, most: int) -> list[Import]:
    """List ``most`` imports before one, newest first; from the newest where ``after`` is 0."""
    imports = Import.objects.filter(project_id=project_id)
    return list((imports.filter(id__lt=after) if after else imports).order_by("-id")[:most])


def problems_from(import_id: int, after: int, most: int) -> list[ImportProblem]:
    """List why rows of an import were set aside, in the order they were met."""
    problems = ImportProblem.objects.filter(source_id=import_id, id__gt=after)
    return list(problems.order_by("id")[:most])


def _with_task(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    return answers.select_related("task", "worker", "question_version")
