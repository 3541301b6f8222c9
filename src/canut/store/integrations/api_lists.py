"""Named reads of the API's lists: tasks, answers, gold, flags; each continues after the last row.

Tasks are read in the order of their files (import, then row), which the index of imports gives, so
that the millionth page costs what the first does.
"""

from django.db.models import QuerySet

from canut.store.tables.decisions import Decision
from canut.store.tables.imports import Import
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Flag

type Place = tuple[int, int]
BEGINNING: Place = (0, -1)


def tasks_from(project_id: int, after: Place, most: int, *, known: bool = False) -> list[Task]:
    """List published tasks, practice left out, that come after a place (import, row).

    Args:
        project_id: whose.
        after: the place of the last task of the page before.
        most: how many at most.
        known: only those with a known answer.
    """
    published = (Import.State.PUBLISHING, Import.State.PUBLISHED)
    sources = Import.objects.filter(project_id=project_id, state__in=published, id__gte=after[0])
    found: list[Task] = []
    for source in sources.order_by("id").values_list("id", flat=True):
        row = after[1] if source == after[0] else -1
        rows = Task.objects.select_related("now").filter(source=source, row__gt=row)
        rows = rows.exclude(now=None).exclude(now__state=TaskState.State.PRACTICE)
        if known:
            rows = rows.filter(known__isnull=False)
        found += rows.order_by("row")[: most - len(found)]
        if len(found) == most:
            break
    return found


def answers_from(project_id: int, after: int, most: int, *, everything: bool) -> list[Answer]:
    """List answers as they came, ``most`` of those after one; the counted ones, or all."""
    found = Answer.objects.filter(project_id=project_id, id__gt=after)
    if not everything:
        found = found.filter(counted=True)
    return list(_with_task(found).order_by("id")[:most])


def answers_of_worker(worker_id: int, after: int, most: int) -> list[Answer]:
    """List one worker's own answers as they came, ``most`` of those after one."""
    found = Answer.objects.filter(worker_id=worker_id, id__gt=after)
    return list(_with_task(found).order_by("id")[:most])


def flags_from(project_id: int, after: int, most: int) -> list[Flag]:
    """List what workers said is wrong with tasks, as it came, ``most`` of those after one."""
    found = Flag.objects.filter(task__project_id=project_id, id__gt=after)
    return list(found.select_related("task", "worker").order_by("id")[:most])


def decisions_from(project_id: int, after: int, most: int) -> list[Decision]:
    """List what people decided about people in a project, ``most`` of those after one."""
    found = Decision.objects.filter(project_id=project_id, id__gt=after, made_by__isnull=False)
    return list(found.select_related("worker").order_by("id")[:most])


def import_of(project_id: int, number: int) -> Import | None:
    """Return an import of a project; nothing where there is none."""
    return Import.objects.filter(project_id=project_id, id=number).first()


def _with_task(found: QuerySet[Answer]) -> QuerySet[Answer]:
    return found.select_related("task", "worker", "question_version")
