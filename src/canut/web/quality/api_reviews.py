"""Reviews over the API: what is unsure, what was flagged, what people decided.

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
    """A task whose label is less sure than what counts as sure."""

    task: int
    key: str
    labels: list[str] = Field(description="Those that compete, best first.")
    confidence: float


class UnsurePage(Out):
    """Unsure tasks, the least sure first."""

    items: list[UnsureOut]
    next: str | None


class FlagOut(Out):
    """What a worker said is wrong with a task."""

    id: int
    task: int
    key: str
    worker: str
    text: str
    at: str


class FlagPage(Out):
    """Flags as they came."""

    items: list[FlagOut]
    next: str | None


class DecisionOut(Out):
    """What a person decided about a worker of the project."""

    id: int
    kind: str
    code: str
    worker: str | None
    answer: int | None
    at: str
    undone_at: str | None


class DecisionPage(Out):
    """Decisions as they were taken."""

    items: list[DecisionOut]
    next: str | None


class RejectIn(Into):
    """Why an answer would not be accepted."""

    code: Annotated[str, Field(min_length=1, max_length=40)] = Field(examples=["off-task"])
    evidence: Text = Field(examples=["All forty answers are the first choice."])


def list_unsure(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the tasks whose label is least sure."""
    fine, number = place_of(page.cursor, (-1, 0))
    found = results.least_sure(project_id_of(request), page.limit, after=(fine / FINE, number))
    return page_of(
        found, page.limit, lambda one: (round(one.confidence * FINE), one.task.pk), _unsure
    )


def list_flags(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List what workers said is wrong with tasks."""
    (after,) = place_of(page.cursor, (0,))
    found = flags_from(project_id_of(request), after, page.limit)
    return page_of(found, page.limit, lambda one: (one.pk,), _flag)


def list_decisions(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List what people decided about workers of the project."""
    (after,) = place_of(page.cursor, (0,))
    found = decisions_from(project_id_of(request), after, page.limit)
    return page_of(found, page.limit, lambda one: (one.pk,), _decision)


def reject(request: HttpRequest, project: str, answer: Id, body: RejectIn) -> Status[object]:
    """Ask that an answer be rejected: refused to every key, since a named person decides that.

    It is here so that a program learns so, with the code `service-actor`, and where to go.
    """
    found, actor = get_answer(project_of(request), answer), actor_of(request)
    if actor.is_service:
        raise Forbidden("a named person decides this, on the page", code="service-actor")
    made = reject_answer(
        found.pk, by=actor, code=body.code, evidence=body.evidence, now_ms=now_ms()
    )
    return Status(201, _decision(made))


def _unsure(one: results.Unsure) -> dict[str, object]:
    return {
        "task": one.task.pk,
        "key": one.task.key,
        "labels": list(one.labels),
        "confidence": one.confidence,
    }


def _flag(one: Flag) -> dict[str, object]:
    return {
        "id": one.pk,
        "task": one.task_id,
        "key": one.task.key,
        "worker": one.worker.public_id,
        "text": one.text,
        "at": moment(one.flagged_ms),
    }


def _decision(one: Decision) -> dict[str, object]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "code": one.code,
        "worker": one.worker and one.worker.public_id,
        "answer": one.answer_id,
        "at": moment(one.at_ms),
        "undone_at": moment(one.undone_ms),
    }
