"""Reviews over the API: unsure tasks, flags, decisions.

A program reads them and proposes; that an answer is rejected a person decides, on a page.
"""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.decisions.rejections import reject_answer
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Forbidden
from canut.store.integrations.api_lists import decisions_from, flags_from
from canut.store.models import Decision, Flag
from canut.store.quality import results
from canut.web.kit.access import get_answer
from canut.web.kit.api.gate import actor_of, project_id_of, project_of
from canut.web.kit.api.schemas import Into, ListQuery, Number, Out, Text, moment, page_of, place_of

Id = Annotated[Number, Path()]
FINE = 10**15


class UnsureOut(Out):
    """A task whose confidence is below the threshold."""

    task: int
    key: str
    labels: list[str] = Field(description="Those that compete, best first.")
    confidence: float


class UnsurePage(Out):
    """Unsure tasks, least sure first."""

    items: list[UnsureOut]
    next: str | None


class FlagOut(Out):
    """A worker's report about a task."""

    id: int
    task: int
    key: str
    worker: str
    text: str
    at: str


class FlagPage(Out):
    """Flags in order of arrival."""

    items: list[FlagOut]
    next: str | None


class DecisionOut(Out):
    """A person's decision about a worker of the project."""

    id: int
    kind: str
    code: str
    worker: str | None
    answer: int | None
    at: str
    undone_at: str | None


class DecisionPage(Out):
    """Decisions in order."""

    items: list[DecisionOut]
    next: str | None


class RejectIn(Into):
    """The reason to reject an answer."""

    code: Annotated[str, Field(min_length=1, max_length=40)] = Field(examples=["off-task"])
    evidence: Text = Field(examples=["All forty answers are the first choice."])


def list_unsure(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the tasks with the lowest confidence."""
    fine, number = place_of(page.cursor, (-1, 0))
    rows = results.least_sure(project_id_of(request), page.limit, after=(fine / FINE, number))
    return page_of(
        rows, page.limit, lambda row: (round(row.confidence * FINE), row.task.pk), _unsure
    )


def list_flags(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the workers' flags."""
    (after,) = place_of(page.cursor, (0,))
    rows = flags_from(project_id_of(request), after, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), _flag)


def list_decisions(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the decisions people made about workers of the project."""
    (after,) = place_of(page.cursor, (0,))
    rows = decisions_from(project_id_of(request), after, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), _decision)


def reject(request: HttpRequest, project: str, answer: Id, body: RejectIn) -> Status[object]:
    """Refuse: only a named person can reject an answer, never a key.

    It is here so that a program learns so, with the code `service-actor`, and where to go.
    """
    row, actor = get_answer(project_of(request), answer), actor_of(request)
    if actor.is_service:
        raise Forbidden("a named person decides this, on the page", code="service-actor")
    decision = reject_answer(
        row.pk, by=actor, code=body.code, evidence=body.evidence, now_ms=now_ms()
    )
    return Status(201, _decision(decision))


def _unsure(unsure: results.Unsure) -> dict[str, object]:
    return {
        "task": unsure.task.pk,
        "key": unsure.task.key,
        "labels": list(unsure.labels),
        "confidence": unsure.confidence,
    }


def _flag(flag: Flag) -> dict[str, object]:
    return {
        "id": flag.pk,
        "task": flag.task_id,
        "key": flag.task.key,
        "worker": flag.worker.public_id,
        "text": flag.text,
        "at": moment(flag.flagged_ms),
    }


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "id": decision.pk,
        "kind": decision.kind,
        "code": decision.code,
        "worker": decision.worker and decision.worker.public_id,
        "answer": decision.answer_id,
        "at": moment(decision.at_ms),
        "undone_at": moment(decision.undone_ms),
    }
