"""Leases over the API: tasks taken to be answered, held on to, given back."""

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
    """How many tasks to hold."""

    count: Annotated[int, Field(ge=1, le=20)] = Field(1, examples=[3])


class LeasesIn(Into):
    """Some leases by number."""

    leases: Annotated[list[Number], Field(max_length=200)] = Field(examples=[[17, 18]])


class TaskToAnswer(Out):
    """A task as it is shown to whoever answers."""

    id: int
    key: str
    data: dict[str, str]


class ProposalOut(Out):
    """What a model says of a task, and which; people say what they see."""

    label: str
    source: str


class LeaseOut(Out):
    """A task lent until a moment."""

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
    """What protects the worker from more tasks now."""

    why: str
    text: str
    until: str | None


class LeasesOut(Out):
    """Every task the program holds, oldest first; `left`: whether to ask again."""

    leases: list[LeaseOut]
    left: bool
    held_back: HeldBackOut | None


class Renewed(Out):
    """Until when each lease that goes on is held; what is missing has ended."""

    leases: dict[int, str]


class ReleasedOut(Out):
    """How many leases were given back."""

    released: int


def take(request: HttpRequest, project: str, body: LeaseIn) -> Status[object]:
    """Take tasks until the program holds as many; those it holds already are among them.

    The first time, the program becomes a worker of the project.
    """
    return Status(201, loan_told(lease_tasks(seat_of(request), body.count, now_ms())))


def renew(request: HttpRequest, project: str, body: LeasesIn) -> dict[str, object]:
    """Hold on to tasks for as long again; a heartbeat. Nobody holds a task over a day."""
    until = renew_leases(seat_of(request), body.leases, now_ms())
    return {"leases": {lease: moment(ms) for lease, ms in until.items()}}


def release(request: HttpRequest, project: str, body: LeasesIn) -> dict[str, object]:
    """Give tasks back unanswered; others may have them at once."""
    return {"released": release_leases(seat_of(request), body.leases, now_ms())}


def give_back(request: HttpRequest, project: str, lease: Id) -> Status[None]:
    """Give one task back unanswered."""
    if not release_leases(seat_of(request), [lease], now_ms()):
        raise LeaseGone(f"lease {lease} is not live, or not yours", lease=lease)
    return Status(204, None)


def loan_told(lent: LeaseResult) -> dict[str, object]:
    """Tell what tasks are held, and what holds back more, as ``LeasesOut``."""
    held = lent.held_back
    said = {"en": held.text_en, "fr": held.text_fr} if held else {}
    return {
        "leases": [_told(one) for one in lent.tasks],
        "left": lent.left,
        "held_back": held
        and {
            "why": held.why,
            "text": said[two_sided()],
            "until": moment(held.back_ms),
        },
    }


def _told(one: LentTask) -> dict[str, object]:
    return {
        "lease": one.lease,
        "task": {"id": one.task, "key": one.key, "data": one.data},
        "question_version": one.question_version,
        "practice": one.practice,
        "severity": one.severity,
        "veiled": one.is_veiled,
        "proposal": one.proposal and {"label": one.proposal[0], "source": one.proposal[1]},
        "lent_at": moment(one.lent_ms),
        "expires_at": moment(one.expires_ms),
    }
