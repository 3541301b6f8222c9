"""Take one answer: whose it is, the answer, its pay, its entry in the ledger, what it changes.

One transaction, five steps in a fixed order, each one function below. An answer that was
acknowledged is kept whatever happens next, and sending it again changes nothing. It counts when
its lease is live, or when the task still has room; else it is surplus: paid, and kept apart. A
correction is a new answer that takes the place of the earlier one.

Keep several answers of one worker at once: each by itself, several to a commit on SQLite.

A commit waits for the disk several times as long as an answer takes. SQLite has one writer, so
answers that wait one after the other share a commit, for no longer than a writer may hold the lock.
PostgreSQL lets the commits of many wait together; there each answer has its own, so that nobody
holds two tasks at once.

Take an answer and lend the next tasks in one transaction: what a workbench does all day.

One trip, one commit, one wait for the disk. The two remain what they are alone (``answers``,
``leases``): an answer that is refused does not keep tasks from being lent, nor does a refused loan
touch the answer. Since the number asked for is what the person is to hold afterwards, the same
request sent again lends no more.

What whoever answers gets back: what became of the answer, and what the log promises of it.

The promise is signed once the answer is written, outside its transaction.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.ledger.inclusion_promises import sign_promise
from canut.actions.platform.person_keys import key_for
from canut.actions.protection.exposure import settled_dose
from canut.actions.tasks.answer_bounds import check_places
from canut.actions.tasks.consensus import Vote, overlap_after, weigh
from canut.actions.tasks.gold_checks import CheckAnswer, label_of, settle_check
from canut.actions.work.leases import Lent, allocate, check_count, complete_allocation, lease_tasks
from canut.core.errors import BadInput, Conflict, Incomplete, LeaseGone, Missing, Refusal, TooLate
from canut.core.kinds import check_values
from canut.core.kinds.shared.fields import canonical_json
from canut.store.learning.prelabels import voice_on
from canut.store.platform.person_keys import Sealer, open_key
from canut.store.sql import common, dialect
from canut.store.sql.common import Earlier, LeaseNow
from canut.store.sql.dialect import SubmitContext
from canut.store.sql.raw_cursor import open_cursor
from canut.store.sql.version_cache import CachedQuestion, CachedRate, question_version, rate_version
from canut.store.tables.platform import PersonKey
from canut.store.tables.tasks import APART, TaskState
from canut.store.tables.work import Lease, Worker

KEY_LENGTH = 36


CORRECTABLE = 10


MOST_SURPLUS = (
    3  # of one worker to one task, beside the first answer; a client in trouble sends one
)


SKEW_MS = 60_000  # how far the clocks of servers may be apart; more, and a clock was set back


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer as it is sent.

    Args:
        lease: under which the task was lent.
        key: the client's own name for this answer, made once; sending it again is safe.
        values: the answer to each question, by its id.
        question_version: the version answered; the current one when left out.
        replaces: the key of the worker's own answer that this one corrects.
        revealed: part of a veiled picture, in surface and time, that the worker uncovered, in
            thousandths; None where nothing was veiled.
    """

    lease: int
    key: str
    values: Mapping[str, object]
    question_version: int | None = None
    replaces: str | None = None
    revealed: int | None = None


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """An answer on its way through the steps, with all that they need to know.

    ``at_ms``: now, or the worker's previous answer if another clock put that later; so no second
    of a worker is counted twice. An answer that lies far ahead was given before a clock was set
    back: it holds up nothing.
    """

    worker: int
    submission: Submission
    at_ms: int
    standing: SubmitContext
    lease: LeaseNow
    earlier: Earlier | None
    asked: CachedQuestion
    rate: CachedRate
    values: str
    counted: bool
    surplus: bool
    piece_micro: int
    elapsed_ms: int

    @property
    def is_practice(self) -> bool:
        """Whether the task is there to practise: paid, never counted."""
        return self.standing.task_state == TaskState.State.PRACTICE

    @property
    def is_apart(self) -> bool:
        """Whether no answer to the task counts: practice, gold or an audit."""
        return self.standing.task_state in APART

    @property
    def is_live(self) -> bool:
        """Whether the worker holds the task now."""
        return self.lease.taken_state == Lease.State.LIVE

    @property
    def other_live(self) -> int:
        """How many others hold the task now."""
        return self.standing.live - int(self.is_live and not self.is_apart)


@dataclass(frozen=True, slots=True)
class AnswerReceipt:
    """What became of an answer; ``repeated``: it had been kept before.

    ``promise``: the log's signed receipt for its entry; none where its key cannot be used.
    """

    answer: int
    key: str
    counted: bool
    surplus: bool
    replaced: str | None
    repeated: bool
    piece_micro: int
    currency: str
    elapsed_ms: int
    promise: str | None = None


def submit_answer(
    worker_id: int,
    submission: Submission,
    now_ms: int,
    new_nonce: Callable[[], bytes] = fresh_nonce,
) -> AnswerReceipt:
    """Keep an answer and all that goes with it, or nothing.

    Args:
        worker_id: who answers.
        submission: the answer as it was sent.
        now_ms: the moment, in milliseconds since 1970 UTC, by the server's clock.
        new_nonce: gives 32 random bytes.

    Raises:
        BadInput: the key is empty or too long, or there is no such version of the question.
        BadAnswer: the question does not allow this answer.
        LeaseGone: the task was never lent to this worker.
        Missing: the answer to correct is not one of this worker's to this task.
        TooLate: the answer can no longer be corrected.
        Conflict: this worker has answered the task several times already.
        Incomplete: the project has no question or no rate.
    """
    with transaction.atomic(), open_cursor() as cursor:
        taken = submit_in_transaction(cursor, worker_id, submission, now_ms, new_nonce)
    return sign_receipt(taken)


class SubmitResult(NamedTuple):
    """What became of an answer, and what the log promises once that is written.

    ``entry``: project, commitment and moment of its entry; none where it cannot be found again.
    """

    receipt: AnswerReceipt
    entry: tuple[int, bytes, int] | None


def submit_in_transaction(
    cursor: CursorWrapper,
    worker_id: int,
    submission: Submission,
    now_ms: int,
    new_nonce: Callable[[], bytes] = fresh_nonce,
) -> SubmitResult:
    """Do what ``submit_answer`` does, in the open transaction; what it raises undoes all of it."""
    if not 0 < len(submission.key) <= KEY_LENGTH:
        raise BadInput(
            f"the answer's key has {len(submission.key)} characters; make one of 1 to {KEY_LENGTH}",
            code="answer-key",
            limit=KEY_LENGTH,
        )
    found = _find_lease(cursor, worker_id, submission, now_ms)
    if not isinstance(found, PendingAnswer):
        return found
    answer = _keep_answer(cursor, found)
    _keep_pay_line(cursor, found, answer)
    hidden = _record_answer(found, answer, new_nonce())
    _settle_task(cursor, found, answer)
    receipt = AnswerReceipt(
        answer,
        submission.key,
        found.counted,
        found.surplus,
        submission.replaces,
        repeated=False,
        piece_micro=found.piece_micro,
        currency=found.rate.currency,
        elapsed_ms=found.elapsed_ms,
    )
    return SubmitResult(receipt, (found.standing.project, hidden, found.at_ms))


def _find_lease(
    cursor: CursorWrapper, worker_id: int, submission: Submission, now_ms: int
) -> PendingAnswer | SubmitResult:
    """Step 1: find the lease and decide what the answer is worth; a known key gets its receipt."""
    standing = dialect().read_standing(cursor, worker_id, submission.lease)
    lease = standing and common.read_lease(cursor, submission.lease, submission.key)
    if standing is None or lease is None or lease.same_key is not None:
        receipt = _read_receipt(cursor, worker_id, submission.key)
        if receipt is None:
            raise LeaseGone(
                f"lease {submission.lease} is not one of yours; ask for tasks again",
                lease=submission.lease,
            )
        return receipt
    earlier = _find_earlier(cursor, worker_id, submission, standing)
    _refuse_flood(lease, earlier)
    asked, rate = _versions(standing, submission.question_version)
    values = canonical_json(check_values(asked.schema, submission.values))
    check_places(standing.task, asked.schema, submission.values)
    counted, surplus = _worth(standing, lease, earlier)
    is_unpaid = standing.is_own_staff or standing.kind == Worker.Kind.MODEL
    is_free = is_unpaid or lease.answered_before or earlier is not None
    last_ms = lease.last_answered_ms or 0
    if last_ms > now_ms + SKEW_MS:
        last_ms = 0
    at_ms = max(now_ms, last_ms)
    elapsed_ms = at_ms - max(lease.lent_ms, last_ms)
    return PendingAnswer(
        worker_id,
        submission,
        at_ms,
        standing,
        lease,
        earlier,
        asked,
        rate,
        values,
        counted,
        surplus,
        piece_micro=0 if is_free else rate.piece_micro,
        elapsed_ms=max(0, min(elapsed_ms, lease.longest_ms)),
    )


def _refuse_flood(lease: LeaseNow, earlier: Earlier | None) -> None:
    """Refuse yet another answer to a task that the worker has answered several times."""
    if earlier is None and lease.answers_before > MOST_SURPLUS:
        raise Conflict(
            f"you answered this task {lease.answers_before} times already; correct an answer",
            code="answer-surplus", limit=MOST_SURPLUS,
        )  # fmt: skip


def _find_earlier(
    cursor: CursorWrapper, worker_id: int, submission: Submission, standing: SubmitContext
) -> Earlier | None:
    """Return the answer that is corrected, if one is; the last of its line of corrections."""
    if submission.replaces is None:
        return None
    earlier = common.read_earlier(
        cursor, worker_id, standing.task, submission.replaces, CORRECTABLE
    )
    if earlier is None:
        raise Missing(
            f"you gave this task no answer with the key {submission.replaces!r}; "
            "send this one as a new one",
            code="answer-unknown",
        )
    if standing.exported_ms is not None:
        raise TooLate(
            "the task was exported; ask the requester to change it", code="correction-after-export"
        )
    if not earlier.is_recent:
        raise TooLate(
            f"you have answered {CORRECTABLE} tasks since; only the last {CORRECTABLE} can be"
            " corrected",
            code="correction-too-old",
            limit=CORRECTABLE,
        )
    return earlier


def _versions(standing: SubmitContext, number: int | None) -> tuple[CachedQuestion, CachedRate]:
    """Return the question that was answered and the rate that is paid now."""
    number = standing.question_version if number is None else number
    if number is None or standing.rate is None:
        field = "question" if number is None else "rate"
        raise Incomplete(f"the project has no {field} yet; set one", field=field)
    return question_version(standing.project, number), rate_version(standing.rate)


def _worth(standing: SubmitContext, lease: LeaseNow, earlier: Earlier | None) -> tuple[bool, bool]:
    """Decide whether an answer counts, or is surplus."""
    if earlier is not None:  # also where the task became gold since: its answers stay counted
        return earlier.counted, earlier.surplus
    if standing.task_state in APART:
        return False, False
    if lease.answered_before:
        return False, True
    others = standing.live - int(lease.taken_state == Lease.State.LIVE)
    counted = standing.counted + others < standing.overlap
    return counted, not counted


def _keep_answer(cursor: CursorWrapper, kept: PendingAnswer) -> int:
    """Step 2: write the answer; one that it corrects stays, uncounted. Return its id."""
    if kept.earlier is not None:
        cursor.execute(common.UNCOUNT_ANSWER, (False, False, kept.earlier.answer))
    cursor.execute(
        common.KEEP_ANSWER,
        (
            kept.standing.task,
            kept.worker,
            kept.standing.project,
            kept.asked.id,
            kept.lease.taken or kept.submission.lease,
            kept.values,
            kept.standing.kind,
            kept.submission.key,
            kept.counted,
            kept.surplus,
            kept.earlier and kept.earlier.answer,
            kept.elapsed_ms,
            kept.at_ms,
        ),
    )
    (answer,) = cursor.fetchone()
    return int(answer)


def _keep_pay_line(cursor: CursorWrapper, kept: PendingAnswer, answer: int) -> None:
    """Step 3: write what the answer adds to the pay: its piece price once, its time always."""
    cursor.execute(
        common.KEEP_PAY_LINE,
        (
            answer,
            kept.worker,
            kept.standing.project,
            kept.rate.id,
            kept.piece_micro,
            kept.rate.currency,
            kept.elapsed_ms,
            kept.at_ms,
        ),
    )


def _record_answer(kept: PendingAnswer, answer: int, nonce: bytes) -> bytes:
    """Step 4: write the pending entry: whole numbers and texts, the worker by their random id."""
    payload = {
        "v": 1,
        "t": "answer",
        "p": kept.standing.slug,
        "w": kept.standing.public_id,
        "task": kept.standing.task,
        "q": kept.asked.number,
        "values": kept.values,
        "author": kept.standing.kind,
        "ms": kept.elapsed_ms,
        "micro": kept.piece_micro,
        "currency": kept.rate.currency,
        "rate": kept.rate.number,
        "key": kept.submission.key,
        "replaces": kept.submission.replaces or "",
        "counted": int(kept.counted),
        "surplus": int(kept.surplus),
        "at": kept.at_ms,
    }
    of = EntrySubject(kept.standing.project, answer, sealer=_sealer(kept.standing))
    return record_entry(of, "answer", payload, kept.at_ms, nonce)


def _sealer(standing: SubmitContext) -> Sealer | None:
    """Open the key of whoever answers; it came with the standing, or is made this first time."""
    if standing.person is None:
        return None
    if standing.key is None or standing.wrapped is None:
        return key_for(standing.person)
    use = PersonKey.Use.WORK
    return open_key(standing.key, standing.person, use, bytes(standing.wrapped))


def _settle_task(cursor: CursorWrapper, kept: PendingAnswer, answer: int) -> None:
    """Step 5: end the lease, give the task its running label, close it when it has enough."""
    standing = kept.standing
    if kept.is_practice:
        cursor.execute(common.SET_PRACTISED, (kept.at_ms, kept.worker))
    elif kept.is_apart:
        if kept.earlier is None and not kept.lease.answered_before:
            label = label_of(kept.asked.schema, kept.values)
            settle_check(cursor, standing, CheckAnswer(answer, kept.worker, label), kept.at_ms)
    elif kept.counted:
        cursor.execute(common.READ_VOTES, (standing.task,))
        votes = [Vote(*row) for row in cursor.fetchall()]
        voice = voice_on(cursor, standing.task) if standing.models_vote else None
        weighed = weigh(kept.asked.schema, votes, voice)
        counted = standing.counted + int(kept.earlier is None)
        overlap, state = overlap_after(standing, counted, kept.other_live, weighed.sure)
        cursor.execute(
            common.WRITE_TASK_STATE,
            (counted, kept.other_live, overlap, state, *weighed[:2], standing.task),
        )
    elif kept.is_live:
        cursor.execute(common.WRITE_LIVE, (kept.other_live, standing.task))
    if kept.lease.taken_state != Lease.State.ANSWERED:
        lease = kept.lease.taken or kept.submission.lease
        borne = (kept.lease.severity, kept.standing.modality, kept.lease.dose)
        dose = settled_dose(*borne, kept.elapsed_ms, kept.submission.revealed)
        cursor.execute(common.SET_LEASE, (Lease.State.ANSWERED, kept.at_ms, "", dose, lease))


def _read_receipt(cursor: CursorWrapper, worker_id: int, key: str) -> SubmitResult | None:
    """Return what was said when an answer with this key came first, and its entry."""
    cursor.execute(common.READ_RECEIPT, (worker_id, key))
    row = cursor.fetchone()
    if row is None:
        return None
    answer, key, counted, surplus, replaced, piece_micro, currency, elapsed_ms, *entry = row
    project, hidden, at_ms = entry
    receipt = AnswerReceipt(
        answer,
        key,
        bool(counted),
        bool(surplus),
        replaced,
        repeated=True,
        piece_micro=piece_micro,
        currency=currency,
        elapsed_ms=elapsed_ms,
    )
    return SubmitResult(receipt, None if hidden is None else (project, bytes(hidden), at_ms))


HELD_SECONDS = 0.005


MOST_A_COMMIT = 8


def submit_answers(
    worker_id: int, given: Sequence[Submission], clock: Callable[[], int]
) -> list[AnswerReceipt | Refusal]:
    """Keep each answer that can be kept, in the order they were given.

    Args:
        worker_id: who answers.
        given: the answers; a refused one holds back no other.
        clock: gives the moment, in milliseconds since 1970 UTC.

    Returns:
        What became of each, in the same order.
    """
    waiting, told = iter(given), list[AnswerReceipt | Refusal]()
    while len(told) < len(given):
        with transaction.atomic():
            told += _some(worker_id, waiting, clock)
    return told


def _some(
    worker_id: int, waiting: Iterator[Submission], clock: Callable[[], int]
) -> list[AnswerReceipt | Refusal]:
    """Keep as many answers as one commit holds."""
    most = 1 if connection.vendor == "postgresql" else MOST_A_COMMIT
    began, told = time.perf_counter(), list[AnswerReceipt | Refusal]()
    for one in waiting:
        try:
            told.append(submit_answer(worker_id, one, clock()))
        except Refusal as refusal:
            told.append(refusal)
        if len(told) >= most or time.perf_counter() - began > HELD_SECONDS:
            break
    return told


type Loan = Lent | Refusal


def answer_and_lease(
    worker_id: int, submission: Submission, count: int, now_ms: int
) -> tuple[AnswerReceipt | Refusal, Loan]:
    """Keep an answer, then lend new tasks until the worker holds ``count``.

    Args:
        worker_id: who answers and asks.
        submission: the answer as it was sent.
        count: how many tasks to hold once it is kept, 1 to 20.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Returns:
        The receipt, or why the answer was refused; the tasks, or why none are lent.
    """
    try:
        check_count(count)
    except Refusal as refusal:
        return answer_or_refusal(worker_id, submission, now_ms), refusal
    refused: Refusal | None = None
    try:
        with transaction.atomic(), open_cursor() as cursor:
            taken = submit_in_transaction(cursor, worker_id, submission, now_ms)
            try:
                hand = allocate(cursor, worker_id, count, now_ms)
            except Refusal as refusal:
                refused = refusal
    except Refusal as refusal:
        return refusal, lease_or_refusal(worker_id, count, now_ms)
    return sign_receipt(taken), refused or complete_allocation(hand, count, now_ms)


def answer_or_refusal(
    worker_id: int, submission: Submission, now_ms: int
) -> AnswerReceipt | Refusal:
    """Keep an answer, or say why not, for a reply that says other things too."""
    try:
        return submit_answer(worker_id, submission, now_ms)
    except Refusal as refusal:
        return refusal


def lease_or_refusal(worker_id: int, count: int, now_ms: int) -> Loan:
    """Lend tasks, or say why not, for a reply that says other things too."""
    try:
        return lease_tasks(worker_id, count, now_ms)
    except Refusal as refusal:
        return refusal


def sign_receipt(taken: SubmitResult) -> AnswerReceipt:
    """Give the receipt with the log's promise: after the transaction, for nobody waits for it."""
    if taken.entry is None:
        return taken.receipt
    return replace(taken.receipt, promise=sign_promise(*taken.entry))
