"""Leases over the API: taken, renewed, released."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Status
from pydantic import Field

from canut.actions.platform.system_clock import now_ms
from canut.actions.work.leases import (
    LeaseResult,
    LentTask,
    lease_tasks,
    release_leases,
    renew_leases,
)
from canut.core.errors import LeaseGone
from canut.web.kit.api.gate import seat_of
from canut.web.kit.api.schemas import EXAMPLE_MOMENT, Into, Number, Out, moment
from canut.web.kit.languages import two_sided

Id = Annotated[Number, Path()]


class LeaseIn(Into):
    """How many tasks to lease."""

    count: Annotated[int, Field(ge=1, le=20)] = Field(1, examples=[3])


class LeasesIn(Into):
    """Some leases by id."""

    leases: Annotated[list[Number], Field(max_length=200)] = Field(examples=[[17, 18]])


class TaskToAnswer(Out):
    """A task as shown to workers."""

    id: int
    key: str
    data: dict[str, str]


class ProposalOut(Out):
    """A model's label for a task, and the model."""

    label: str
    source: str


class LeaseOut(Out):
    """A task leased until a time."""

    lease: int
    task: TaskToAnswer
    question_version: int
    practice: bool
    severity: int
    veiled: bool = Field(description="A picture to show only where and while it is uncovered.")
    proposal: ProposalOut | None
    lent_at: str = Field(examples=[EXAMPLE_MOMENT])
    expires_at: str


class HeldBackOut(Out):
    """The protection that blocks more leases now."""

    why: str
    text: str
    until: str | None


class LeasesOut(Out):
    """The program's leases, oldest first; `left`: whether to ask again."""

    leases: list[LeaseOut]
    left: bool
    held_back: HeldBackOut | None


class Renewed(Out):
    """The new end of each renewed lease; a missing one has ended."""

    leases: dict[int, str]


class ReleasedOut(Out):
    """The number of released leases."""

    released: int


def take(request: HttpRequest, project: str, body: LeaseIn) -> Status[object]:
    """Lease tasks up to a total count, including those already leased.

    The first time, the program becomes a worker of the project.
    """
    return Status(201, loan_told(lease_tasks(seat_of(request), body.count, now_ms())))


def renew(request: HttpRequest, project: str, body: LeasesIn) -> dict[str, object]:
    """Renew leases, as a heartbeat; no lease lasts more than a day."""
    until = renew_leases(seat_of(request), body.leases, now_ms())
    return {"leases": {lease: moment(ms) for lease, ms in until.items()}}


def release(request: HttpRequest, project: str, body: LeasesIn) -> dict[str, object]:
    """Release tasks without an answer; others can lease them at once."""
    return {"released": release_leases(seat_of(request), body.leases, now_ms())}


def give_back(request: HttpRequest, project: str, lease: Id) -> Status[None]:
    """Release one task without an answer."""
    if not release_leases(seat_of(request), [lease], now_ms()):
        raise LeaseGone(f"lease {lease} is not live, or not yours", lease=lease)
    return Status(204, None)


def loan_told(leased: LeaseResult) -> dict[str, object]:
    """Return leased tasks, and what blocks more, as ``LeasesOut``."""
    block = leased.held_back
    texts = {"en": block.text_en, "fr": block.text_fr} if block else {}
    return {
        "leases": [_told(task) for task in leased.tasks],
        "left": leased.left,
        "held_back": block
        and {
            "why": block.why,
            "text": texts[two_sided()],
            "until": moment(block.back_ms),
        },
    }


def _told(task: LentTask) -> dict[str, object]:
    return {
        "lease": task.lease,
        "task": {"id": task.task, "key": task.key, "data": task.data},
        "question_version": task.question_version,
        "practice": task.practice,
        "severity": task.severity,
        "veiled": task.is_veiled,
        "proposal": task.proposal and {"label": task.proposal[0], "source": task.proposal[1]},
        "lent_at": moment(task.lent_ms),
        "expires_at": moment(task.expires_ms),
    }
