"""Answers over the API: submitted one by one or in batches, listed."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Status
from pydantic import Field

from canut.actions.platform.system_clock import now_ms
from canut.actions.work import submission
from canut.actions.work.answer_batches import submit_batch
from canut.actions.work.leases import LeaseResult
from canut.actions.work.submission import (
    AnswerReceipt,
    Submission,
    submit_and_lease,
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
    """One answer; `key` is the client's idempotency key, so that a retry is safe."""

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
    """One answer, and how many tasks to lease afterwards, in one request."""

    next: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="Asked for once more, the same request lends no more."
    )


class AnswersIn(Into):
    """Several answers, in order."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ReceiptOut(Out):
    """The result of an answer; `repeated`: it was stored before."""

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
    """Why no tasks were leased."""

    code: str
    title: str
    detail: str


class Refused(Out):
    """An answer that was refused."""

    key: str
    code: str
    title: str
    detail: str


class ReceiptAndNext(ReceiptOut):
    """The result of an answer, with the leased tasks if requested."""

    next: LeasesOut | None = None
    held_up: HeldUp | None = Field(None, description="Why no tasks are lent; the answer is kept.")


class ReceiptsOut(Out):
    """A receipt for each stored answer, a reason for each refused one."""

    receipts: list[ReceiptOut]
    refused: list[Refused]


class AnswerOut(AnswerLine):
    """An answer with its task and time."""

    task: int
    task_key: str
    question_version: int
    key: str
    elapsed_ms: int


class AnswerPage(Out):
    """Answers in order of arrival."""

    items: list[AnswerOut]
    next: str | None


class AnswersListed(ListQuery):
    """Which answers to list, and the cursor of the page."""

    everything: bool = Field(default=False, description="Also the surplus and the corrected ones.")


def submit(request: HttpRequest, project: str, body: AnswerAndNext) -> Status[object]:
    """Submit an answer to a leased task; 200 if the same key was stored before.

    With `next`, tasks are leased in the same request, which saves a round trip.
    """
    seat, answer = seat_of(request), _given(body)
    loan: LeaseResult | Refusal | None = None
    if body.next is None:
        receipt: AnswerReceipt | Refusal = submission.submit(seat, answer, now_ms())
    else:
        receipt, loan = submit_and_lease(seat, answer, body.next, now_ms())
    if isinstance(receipt, Refusal):
        raise receipt
    reply = _receipt(receipt)
    if isinstance(loan, Refusal):
        reply["held_up"] = {"code": loan.case, "title": title_of(loan), "detail": str(loan)}
    elif loan:
        reply["next"] = loan_told(loan)
    return Status(200 if receipt.repeated else 201, reply)


def submit_many(request: HttpRequest, project: str, body: AnswersIn) -> dict[str, object]:
    """Submit several answers; a refused one does not stop the others."""
    submissions = [_given(item) for item in body.answers]
    results = submit_batch(seat_of(request), submissions, now_ms)
    receipts = [_receipt(item) for item in results if isinstance(item, AnswerReceipt)]
    refused = [
        {"key": item.key, "code": no.case, "title": title_of(no), "detail": str(no)}
        for item, no in zip(submissions, results, strict=True)
        if isinstance(no, Refusal)
    ]
    return {"receipts": receipts, "refused": refused}


def list_answers(
    request: HttpRequest, project: str, page: Query[AnswersListed]
) -> dict[str, object]:
    """List answers in order of arrival; a worker's key sees only its own.

    Reading here does not settle an answer; an export does.
    """
    (after,) = place_of(page.cursor, (0,))
    caller = caller_of(request)
    if caller.role == Role.WORKER:
        rows = answers_of_worker(seat_of(request), after, page.limit)
    else:
        rows = answers_from(project_id_of(request), after, page.limit, everything=page.everything)
    return page_of(rows, page.limit, lambda row: (row.pk,), _told)


def _given(answer: AnswerIn) -> Submission:
    return Submission(**answer.dict(exclude={"next"}))


def _receipt(receipt: AnswerReceipt) -> dict[str, object]:
    data: dict[str, object] = msgspec.to_builtins(receipt)
    return data


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
