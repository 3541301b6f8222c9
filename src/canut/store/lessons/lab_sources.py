"""What the labs of lessons read: a person's own closed tasks and pay, public models, incidents.

Reads only.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from canut.core.kinds.register import Schema
from canut.store.tables.learning import Incident, Trained
from canut.store.tables.pay import PayLine, Statement
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Worker

NEWEST = 100
MOST_ANSWERS = 50
MOST_LINES = 20_000


def own_closed_answers(person_id: int) -> Iterator[tuple[int, int, str, Schema, str]]:
    """Yield a person's newest counted answers to closed tasks.

    Returns:
        Task, project, its title, schema of the question, and the answer as JSON text.
    """
    closed = TaskState.objects.filter(task=OuterRef("task"), state=TaskState.State.CLOSED)
    rows = (
        Answer.objects.filter(Exists(closed), worker__person=person_id, counted=True)
        .select_related("project", "question_version")
        .order_by("-id")[:NEWEST]
    )
    for row in rows:
        yield (
            row.task_id,
            row.project_id,
            row.project.title,
            row.question_version.schema,
            row.values,
        )


def answers_to(task_id: int) -> list[str]:
    """List the counted answers to a task as JSON text, without who gave them."""
    rows = Answer.objects.filter(task=task_id, counted=True).order_by("id")
    return list(rows.values_list("values", flat=True)[:MOST_ANSWERS])


def has_people(project_id: int, least: int) -> bool:
    """Return whether so many people answered in a project."""
    answered = Answer.objects.filter(worker=OuterRef("pk"))
    people = Worker.objects.filter(Exists(answered), project=project_id)
    return people[:least].count() == least


def last_statement(person_id: int) -> Statement | None:
    """Return a person's newest pay statement."""
    return Statement.objects.filter(person=person_id).order_by("-end_ms", "-id").first()


def pay_lines_in(person_id: int, begin_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """List the moments and prices of a person's answers in a window, in micro-units."""
    rows = PayLine.objects.filter(
        worker__person=person_id, at_ms__gte=begin_ms, at_ms__lt=end_ms, piece_micro__gt=0
    )
    return list(rows.order_by("at_ms").values_list("at_ms", "piece_micro")[:MOST_LINES])


def newest_model(project_id: int) -> Trained | None:
    """Return the newest model of a project."""
    return Trained.objects.filter(project=project_id).order_by("-id").first()


def closed_incidents(projects: list[int]) -> Iterator[Incident]:
    """Yield the closed incidents of projects that concern one kind of task, newest first."""
    closed = Incident.objects.filter(project__in=projects, state="closed").exclude(slice="")
    yield from closed.order_by("-closed_ms")[:NEWEST]
