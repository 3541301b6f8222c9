"""Results over the API: the label and confidence of each task, and known labels."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.tasks.known_labels import mark_known, unmark_known
from canut.store.integrations.api_lists import BEGINNING, tasks_from
from canut.store.models import Task
from canut.web.kit.access import get_task
from canut.web.kit.api.gate import project_id_of, project_of
from canut.web.kit.api.schemas import Into, ListQuery, Number, Out, page_of, place_of

Id = Annotated[Number, Path()]


class ResultOut(Out):
    """A task's label; `confidence` is the estimated chance that it is right."""

    task: int
    key: str
    label: str | None
    confidence: float | None
    answers: int = Field(description="Counted ones.")
    done: bool = Field(description="Whether no more answers are wanted.")


class ResultPage(Out):
    """Results in the order of the tasks' files."""

    items: list[ResultOut]
    next: str | None


class KnownIn(Into):
    """The known label of a task."""

    label: Annotated[str, Field(min_length=1, max_length=2000)] = Field(examples=["positive"])


class KnownOut(Out):
    """A task with a known label."""

    task: int
    key: str
    known: str


class KnownPage(Out):
    """Tasks with known labels, in the order of their files."""

    items: list[KnownOut]
    next: str | None


def list_results(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the current label of each task; an export fixes them."""
    source, row = place_of(page.cursor, BEGINNING)
    rows = tasks_from(project_id_of(request), (source, row), page.limit)
    return page_of(rows, page.limit, _place, _result)


def list_gold(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the tasks with known labels."""
    source, row = place_of(page.cursor, BEGINNING)
    rows = tasks_from(project_id_of(request), (source, row), page.limit, only_known=True)
    return page_of(rows, page.limit, _place, _known)


def mark(request: HttpRequest, project: str, task: Id, body: KnownIn) -> dict[str, object]:
    """Set the known label of a task; it measures quality, and workers never see it."""
    row = get_task(project_of(request), task)
    mark_known(row, body.label)
    return {"task": row.pk, "key": row.key, "known": body.label}


def unmark(request: HttpRequest, project: str, task: Id) -> Status[None]:
    """Remove the known label of a task."""
    unmark_known(get_task(project_of(request), task))
    return Status(204, None)


def _place(task: Task) -> tuple[int, int]:
    return task.source_id, task.row


def _result(task: Task) -> dict[str, object]:
    return {
        "task": task.pk,
        "key": task.key,
        "label": task.now.label,
        "confidence": task.now.confidence,
        "answers": task.now.counted,
        "done": task.now.state == task.now.State.CLOSED,
    }


def _known(task: Task) -> dict[str, object]:
    return {"task": task.pk, "key": task.key, "known": task.known}
