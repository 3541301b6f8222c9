"""Answers over the API: sent one by one or many at once, listed."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Status
from pydantic import Field

from canut.actions.platform.system_clock import now_ms
from canut.actions.work import submission
from canut.actions.work.leases import LeaseResult
from canut.actions.work.submission import (
    AnswerReceipt,
    Submission,
    submit_and_lease,
    submit_batch,
)
from canut.core.errors import Refusal
from canut.store.integrations.api_lists import answers_from, answers_of_worker
from canut.store.models import Answer, Role
from canut.web.kit.api.gate import caller_of, project_id_of, seat_of
from canut.web.kit.api.schemas import Into, ListQuery, Number, Out, moment, page_of, place_of
from canut.web.kit.problems import title_of
from canut.web.tasks.api_tasks import AnswerLine
from canut.web.work.api_leases import LeasesOut, loan_told
from canut.web.work.schemas import MOST_AT_ONCE


class AnswerIn(Into):
    """One answer; `key` is the client's own name for it, made once, so that a retry is safe."""

    lease: Number
    key: Annotated[str, Field(min_length=1, max_length=36)] = Field(
        examples=["6f1f0c1e5b7f4d6c9d4d0b2e6a1f7c55"]
    )
    values: dict[str, Any] = Field(examples=[{"q": "positive"}])
    question_version: Number | None = None
    replaces: Annotated[str, Field(min_length=1, max_length=36)] | None = Field(
        None, description="The key of one's own answer that this one corrects."
    )
    revealed: Annotated[int, Field(ge=0, le=1000)] | None = None


class AnswerAndNext(AnswerIn):
    """One answer, and how many tasks to hold once it is kept: an answer and a lease in one."""

    next: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="Asked for once more, the same request lends no more."
    )


class AnswersIn(Into):
    """Several answers, in the order they were given."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ReceiptOut(Out):
    """What became of an answer; `repeated`: it had been kept before."""

    answer: int
    key: str
    counted: bool
    surplus: bool
    replaced: str | None
    repeated: bool
    piece_micro: int
    currency: str
    elapsed_ms: int
    promise: str | None = Field(
        None, description="The log's signed receipt: the entry will be in it within a minute."
    )


class HeldUp(Out):
    """Why no tasks were lent."""

    code: str
    title: str
    detail: str


class Refused(Out):
    """An answer that was not kept."""

    key: str
    code: str
    title: str
    detail: str


class ReceiptAndNext(ReceiptOut):
    """What became of an answer, with the tasks held now where they were asked for."""

    next: LeasesOut | None = None
    held_up: HeldUp | None = Field(None, description="Why no tasks are lent; the answer is kept.")


class ReceiptsOut(Out):
    """A receipt for every answer that was kept, a reason for every other."""

    receipts: list[ReceiptOut]
    refused: list[Refused]


class AnswerOut(AnswerLine):
    """An answer, with its task and time."""

    task: int
    task_key: str
    question_version: int
    key: str
    elapsed_ms: int


class AnswerPage(Out):
    """Answers as they came."""

    items: list[AnswerOut]
    next: str | None


class AnswersListed(ListQuery):
    """Which answers, and where a page of them begins."""

    everything: bool = Field(default=False, description="Also the surplus and the corrected ones.")


def submit(request: HttpRequest, project: str, body: AnswerAndNext) -> Status[object]:
    """Send an answer to a task held; 200 where the same key was kept before.

    With `next`, tasks are lent in the same step: one trip instead of two.
    """
    seat, given = seat_of(request), _given(body)
    loan: LeaseResult | Refusal | None = None
    if body.next is None:
        receipt: AnswerReceipt | Refusal = submission.submit(seat, given, now_ms())
    else:
        receipt, loan = submit_and_lease(seat, given, body.next, now_ms())
    if isinstance(receipt, Refusal):
        raise receipt
    told = _receipt(receipt)
    if isinstance(loan, Refusal):
        told["held_up"] = {"code": loan.case, "title": title_of(loan), "detail": str(loan)}
    elif loan:
        told["next"] = loan_told(loan)
    return Status(200 if receipt.repeated else 201, told)


def submit_many(request: HttpRequest, project: str, body: AnswersIn) -> dict[str, object]:
    """Send several answers: each is kept by itself, and a refused one holds back no other."""
    given = [_given(one) for one in body.answers]
    told = submit_batch(seat_of(request), given, now_ms)
    receipts = [_receipt(one) for one in told if isinstance(one, AnswerReceipt)]
    refused = [
        {"key": one.key, "code": no.case, "title": title_of(no), "detail": str(no)}
        for one, no in zip(given, told, strict=True)
        if isinstance(no, Refusal)
    ]
    return {"receipts": receipts, "refused": refused}


def list_answers(
    request: HttpRequest, project: str, page: Query[AnswersListed]
) -> dict[str, object]:
    """List answers as they came; a worker's key sees its own alone.

    Reading here does not settle an answer; an export does.
    """
    (after,) = place_of(page.cursor, (0,))
    caller = caller_of(request)
    if caller.role == Role.WORKER:
        found = answers_of_worker(seat_of(request), after, page.limit)
    else:
        found = answers_from(project_id_of(request), after, page.limit, everything=page.everything)
    return page_of(found, page.limit, lambda one: (one.pk,), _told)


def _given(one: AnswerIn) -> Submission:
    return Submission(**one.dict(exclude={"next"}))


def _receipt(receipt: AnswerReceipt) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(receipt)
    return told


def _told(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.pk,
        "task": answer.task_id,
        "task_key": answer.task.key,
        "worker": answer.worker.public_id,
        "author_kind": answer.author_kind,
        "values": msgspec.json.decode(answer.values),
        "question_version": answer.question_version.number,
        "key": answer.client_key,
        "counted": answer.counted,
        "surplus": answer.surplus,
        "elapsed_ms": answer.elapsed_ms,
        "at": moment(answer.answered_ms),
    }
