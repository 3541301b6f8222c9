"""Submit one answer: check the lease, store answer, pay line and ledger entry, settle the task.

Three doors do the same for each answer: ``submit`` takes one, ``submit_and_lease`` one together
with a request for the next tasks, ``answer_batches.submit_batch`` several.

An answer is stored in one transaction of five steps in a fixed order, one function each: validate
and classify it, insert it, insert its pay line, append its ledger entry, settle its task. The same
key returns the same receipt and changes nothing. An answer counts when its lease is live, or when
the task still has room; otherwise it is surplus: paid, not counted. A correction is a new answer
that replaces the earlier one.

``submit_and_lease`` is what a workbench does all day: one transaction, one commit, one wait for the
disk. A refused answer does not stop the lease, and a refused lease does not touch the answer. The
count is what the worker holds afterwards, so a repeated request leases no more (see ``leases``).

The log's promise in a receipt is signed after the commit, so that no transaction waits for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_answer
from canut.actions.ledger.inclusion_promises import sign_promise
from canut.actions.platform.person_keys import key_for
from canut.actions.protection.exposure import settled_dose
from canut.actions.tasks.answer_bounds import check_places
from canut.actions.tasks.consensus import Vote, overlap_after, weigh
from canut.actions.tasks.gold_checks import CheckAnswer, label_of, settle_check
from canut.actions.work.leases import (
    LeaseResult,
    allocate,
    check_count,
    complete_allocation,
    lease_tasks,
    read_last,
)
from canut.core.errors import BadInput, Conflict, Incomplete, LeaseGone, Missing, Refusal, TooLate
from canut.core.kinds import check_values
from canut.core.kinds.shared.fields import canonical_json
from canut.store.learning.prelabels import voice_on
from canut.store.platform.person_keys import Sealer, open_key
from canut.store.sql import common, dialect
from canut.store.sql.common import Earlier, LeaseNow
from canut.store.sql.dialect import SubmissionNow, SubmitContext, WorkerNow
from canut.store.sql.raw_cursor import execute_later, open_cursor, run_last
from canut.store.sql.version_cache import CachedQuestion, CachedRate, question_version, rate_version
from canut.store.tables.platform import PersonKey
from canut.store.tables.tasks import APART, TaskState
from canut.store.tables.work import Lease, Worker

KEY_LENGTH = 36
CORRECTABLE = 10
# Of one worker to one task, after the first answer: what a client in trouble may send late.
MOST_SURPLUS = 6
SKEW_MS = 60_000  # how far the clocks of servers may be apart; more, and a clock was set back


@dataclass(frozen=True, slots=True)
class Submission:
    """An answer as submitted.

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


class Worth(NamedTuple):
    """What an answer is worth: whether it counts, its price, its time.

    ``at_ms``: now, or the worker's previous answer if another clock put that later; so no second
    of a worker is counted twice. An answer that lies far ahead was given before a clock was set
    back: it holds up nothing.
    """

    counted: bool
    surplus: bool
    piece_micro: int
    elapsed_ms: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """An answer not stored yet, with all inputs of the following steps."""

    worker_id: int
    submission: Submission
    context: SubmitContext
    lease: LeaseNow
    rows_of_votes: list[tuple[Any, ...]]
    corrected: Earlier | None
    question: CachedQuestion
    rate: CachedRate
    values: str
    worth: Worth

    @property
    def is_practice(self) -> bool:
        """Return whether the task is for practice: paid, never counted."""
        return self.context.task_state == TaskState.State.PRACTICE

    @property
    def is_apart(self) -> bool:
        """Return whether no answer to the task counts: practice, gold or an audit."""
        return self.context.task_state in APART

    @property
    def is_live(self) -> bool:
        """Return whether the worker holds the task now."""
        return self.lease.taken_state == Lease.State.LIVE

    @property
    def other_live(self) -> int:
        """Return how many others hold the task now."""
        return self.context.live - int(self.is_live and not self.is_apart)

    @property
    def votes(self) -> list[Vote]:
        """Return the counted answers of the task, this one among them, as they are once stored."""
        (_own, _no_values, *known_of_worker), *others = self.rows_of_votes
        replaced = self.corrected and self.corrected.answer
        votes = [Vote(*row) for answer, *row in others if answer != replaced]
        return [*votes, Vote(self.values, *known_of_worker)]


@dataclass(frozen=True, slots=True)
class AnswerReceipt:
    """The result of a submission; ``repeated``: it had been stored before.

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


class SubmitResult(NamedTuple):
    """The result of a submission, and its ledger entry to be promised.

    ``entry``: project, commitment and moment; None where the entry cannot be found again.
    ``worker``: who may be leased the next task, the answer stored; None where that must be read.
    """

    receipt: AnswerReceipt
    entry: tuple[int, bytes, int] | None
    worker: WorkerNow | None = None


def submit(worker_id: int, submission: Submission, now_ms: int) -> AnswerReceipt:
    """Store an answer and all that goes with it, or nothing.

    Args:
        worker_id: who answers.
        submission: the answer as it was sent.
        now_ms: the moment, in milliseconds since 1970 UTC, by the server's clock.

    Raises:
        BadInput: the key is empty or too long, or there is no such version of the question.
        BadAnswer: the question does not allow this answer.
        LeaseGone: the task was never leased to this worker.
        Missing: the answer to correct is not one of this worker's to this task.
        TooLate: the answer can no longer be corrected.
        Conflict: this worker has answered the task several times already.
        Incomplete: the project has no question or no rate.
    """
    with transaction.atomic(), open_cursor() as cursor:
        result = submit_in_transaction(cursor, worker_id, submission, now_ms)
        run_last(cursor)
    return sign_receipt(result)


def submit_in_transaction(
    cursor: CursorWrapper,
    worker_id: int,
    submission: Submission,
    now_ms: int,
    *,
    leases_next: bool = False,
) -> SubmitResult:
    """Submit an answer in the open transaction; what it raises undoes all of it.

    ``leases_next``: whether the worker is to be leased tasks in the same transaction.
    """
    _check_key(submission.key)
    loaded = _load_context(cursor, worker_id, submission, now_ms if leases_next else None)
    if loaded is None:
        return _replay(cursor, worker_id, submission)
    pending = _prepare(cursor, worker_id, submission, loaded, now_ms)
    answer = _keep_answer(cursor, pending)
    _keep_pay_line(cursor, pending, answer)
    commitment = _record_answer(cursor, pending, answer, fresh_nonce())
    _settle_task(cursor, pending, answer)
    worth = pending.worth
    receipt = AnswerReceipt(
        answer,
        submission.key,
        worth.counted,
        worth.surplus,
        submission.replaces,
        repeated=False,
        piece_micro=worth.piece_micro,
        currency=pending.rate.currency,
        elapsed_ms=worth.elapsed_ms,
    )
    entry = pending.context.project, commitment, worth.at_ms
    return SubmitResult(receipt, entry, _worker_after(pending, loaded.worker))


def _worker_after(pending: PendingAnswer, worker: WorkerNow | None) -> WorkerNow | None:
    """Return the worker as they are once their answer is stored; None where it changes more.

    An ordinary answer to a live lease ends it; caps count that answer as they counted the lease.
    """
    if worker is None or pending.is_apart or pending.corrected is not None or not pending.is_live:
        return None
    ended = pending.lease.taken
    return worker._replace(held=[lease for lease in worker.held if lease.lease != ended])


def _check_key(key: str) -> None:
    """Refuse a key that is empty or too long."""
    if not 0 < len(key) <= KEY_LENGTH:
        raise BadInput(
            f"the answer's key has {len(key)} characters; make one of 1 to {KEY_LENGTH}",
            code="answer-key",
            limit=KEY_LENGTH,
        )


def _load_context(
    cursor: CursorWrapper, worker_id: int, submission: Submission, next_ms: int | None
) -> SubmissionNow | None:
    """Lock and return worker, project and task with the lease; None where no new answer fits.

    That is where the worker never had the lease, or sent an answer with this key before.
    """
    loaded = dialect().read_submission(cursor, worker_id, submission.lease, submission.key, next_ms)
    return loaded if loaded is not None and loaded.lease.same_key is None else None


def _replay(cursor: CursorWrapper, worker_id: int, submission: Submission) -> SubmitResult:
    """Return the result that this key got when it first came.

    Raises:
        LeaseGone: the worker sent no answer with this key, so the lease is what is wrong.
    """
    cursor.execute(common.READ_RECEIPT, (worker_id, submission.key))
    row = cursor.fetchone()
    if row is None:
        raise LeaseGone(
            f"lease {submission.lease} is not one of yours; ask for tasks again",
            lease=submission.lease,
        )
    answer, key, counted, surplus, replaced, piece_micro, currency, elapsed_ms, *entry = row
    project, commitment, at_ms = entry
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
    has_entry = commitment is not None
    return SubmitResult(receipt, (project, bytes(commitment), at_ms) if has_entry else None)


def _prepare(
    cursor: CursorWrapper,
    worker_id: int,
    submission: Submission,
    loaded: SubmissionNow,
    now_ms: int,
) -> PendingAnswer:
    """Step 1: validate the answer and classify it; nothing is written before the next step."""
    context, lease, votes, _worker = loaded
    corrected = _find_corrected(cursor, worker_id, submission, context)
    _refuse_flood(lease, corrected)
    question, rate = _versions(context, submission.question_version)
    values = _validate(context, question, submission)
    worth = _classify(context, lease, corrected, rate, now_ms)
    return PendingAnswer(
        worker_id, submission, context, lease, votes, corrected, question, rate, values, worth
    )


def _find_corrected(
    cursor: CursorWrapper, worker_id: int, submission: Submission, context: SubmitContext
) -> Earlier | None:
    """Return the answer to correct, the last of its line of corrections; None if it is new."""
    if submission.replaces is None:
        return None
    corrected = common.read_earlier(
        cursor, worker_id, context.task, submission.replaces, CORRECTABLE
    )
    if corrected is None:
        raise Missing(
            f"you gave this task no answer with the key {submission.replaces!r}; "
            "send this one as a new one",
            code="answer-unknown",
        )
    if context.exported_ms is not None:
        raise TooLate(
            "the task was exported; ask the requester to change it", code="correction-after-export"
        )
    if not corrected.is_recent:
        raise TooLate(
            f"you have answered {CORRECTABLE} tasks since; only the last {CORRECTABLE} can be"
            " corrected",
            code="correction-too-old",
            limit=CORRECTABLE,
        )
    return corrected


def _refuse_flood(lease: LeaseNow, corrected: Earlier | None) -> None:
    """Refuse another answer to a task that the worker has answered several times."""
    if corrected is None and lease.answers_before > MOST_SURPLUS:
        raise Conflict(
            f"you answered this task {lease.answers_before} times already; correct an answer",
            code="answer-surplus",
            limit=MOST_SURPLUS,
        )


def _versions(context: SubmitContext, number: int | None) -> tuple[CachedQuestion, CachedRate]:
    """Return the answered version of the question and the current rate."""
    number = context.question_version if number is None else number
    if number is None or context.rate is None:
        field = "question" if number is None else "rate"
        raise Incomplete(f"the project has no {field} yet; set one", field=field)
    return question_version(context.project, number), rate_version(context.rate)


def _validate(context: SubmitContext, question: CachedQuestion, submission: Submission) -> str:
    """Check the values against question and task; return them as canonical JSON."""
    values = canonical_json(check_values(question.schema, submission.values))
    check_places(context.task, question.schema, submission.values)
    return values


def _classify(
    context: SubmitContext,
    lease: LeaseNow,
    corrected: Earlier | None,
    rate: CachedRate,
    now_ms: int,
) -> Worth:
    """Decide whether an answer counts, what it is paid and how long it took."""
    if corrected is not None:  # also where the task became gold since: its answers stay counted
        counted, surplus = corrected.counted, corrected.surplus
    elif context.task_state in APART:
        counted = surplus = False
    elif lease.answered_before:
        counted, surplus = False, True
    else:
        others = context.live - int(lease.taken_state == Lease.State.LIVE)
        counted = context.counted + others < context.overlap
        surplus = not counted
    is_unpaid = context.is_own_staff or context.kind == Worker.Kind.MODEL
    is_free = is_unpaid or lease.answered_before or corrected is not None
    last_ms = lease.last_answered_ms or 0
    if last_ms > now_ms + SKEW_MS:
        last_ms = 0
    at_ms = max(now_ms, last_ms)
    elapsed_ms = at_ms - max(lease.lent_ms, last_ms)
    return Worth(
        counted,
        surplus,
        0 if is_free else rate.piece_micro,
        max(0, min(elapsed_ms, lease.longest_ms)),
        at_ms,
    )


def _keep_answer(cursor: CursorWrapper, pending: PendingAnswer) -> int:
    """Step 2: store the answer; the corrected one stays, uncounted. Return its id."""
    context, worth, corrected = pending.context, pending.worth, pending.corrected
    if corrected is not None:
        execute_later(cursor, common.UNCOUNT_ANSWER, (False, False, corrected.answer))
    return dialect().keep_answer(
        cursor,
        pending.lease.number,
        (
            context.task,
            pending.worker_id,
            context.project,
            pending.question.id,
            pending.lease.taken or pending.submission.lease,
            pending.values,
            context.kind,
            pending.submission.key,
            worth.counted,
            worth.surplus,
            corrected and corrected.answer,
            worth.elapsed_ms,
            worth.at_ms,
        ),
    )


def _keep_pay_line(cursor: CursorWrapper, pending: PendingAnswer, answer: int) -> None:
    """Step 3: store the pay line: the piece price once, the time always.

    No line lies in a closed period, which pays nothing more: the clock was set back, or ran ahead
    when the period was closed.
    """
    rate, worth = pending.rate, pending.worth
    execute_later(
        cursor,
        common.KEEP_PAY_LINE,
        (
            answer,
            pending.worker_id,
            pending.context.project,
            rate.id,
            worth.piece_micro,
            rate.currency,
            worth.elapsed_ms,
            max(worth.at_ms, pending.context.paid_until_ms),
        ),
        independent=True,
    )


def _record_answer(
    cursor: CursorWrapper, pending: PendingAnswer, answer: int, nonce: bytes
) -> bytes:
    """Step 4: write the pending entry: integers and texts, the worker by their random id.

    The payload holds whole numbers and texts, and the worker by their random id.
    """
    context, submission, worth = pending.context, pending.submission, pending.worth
    payload = {
        "v": 1,
        "t": "answer",
        "p": context.slug,
        "w": context.public_id,
        "task": context.task,
        "q": pending.question.number,
        "values": pending.values,
        "author": context.kind,
        "ms": worth.elapsed_ms,
        "micro": worth.piece_micro,
        "currency": pending.rate.currency,
        "rate": pending.rate.number,
        "key": submission.key,
        "replaces": submission.replaces or "",
        "counted": int(worth.counted),
        "surplus": int(worth.surplus),
        "at": worth.at_ms,
    }
    subject = EntrySubject(context.project, answer, sealer=_sealer(context))
    return record_answer(cursor, subject, payload, worth.at_ms, nonce)


def _sealer(context: SubmitContext) -> Sealer | None:
    """Open the worker's key; it was read with the lease, or is created the first time."""
    if context.person is None:
        return None
    if context.key is None or context.wrapped is None:
        return key_for(context.person)
    use = PersonKey.Use.WORK
    return open_key(context.key, context.person, use, bytes(context.wrapped))


def _settle_task(cursor: CursorWrapper, pending: PendingAnswer, answer: int) -> None:
    """Step 5: end the lease, update the running label, close the task when complete."""
    context, lease, worth = pending.context, pending.lease, pending.worth
    if pending.is_practice:
        execute_later(cursor, common.SET_PRACTISED, (worth.at_ms, pending.worker_id))
    elif pending.is_apart:
        if pending.corrected is None and not lease.answered_before:
            label = label_of(pending.question.schema, pending.values)
            check = CheckAnswer(answer, pending.worker_id, label)
            settle_check(cursor, context, check, worth.at_ms)
    elif worth.counted:
        voice = voice_on(cursor, context.task) if context.models_vote else None
        weighed = weigh(pending.question.schema, pending.votes, voice)
        counted = context.counted + int(pending.corrected is None)
        overlap, state = overlap_after(context, counted, pending.other_live, weighed.sure)
        execute_later(
            cursor,
            common.WRITE_TASK_STATE,
            (counted, pending.other_live, overlap, state, *weighed[:2], context.task),
            independent=True,
        )
    elif pending.is_live:
        execute_later(cursor, common.WRITE_LIVE, (pending.other_live, context.task))
    if lease.taken_state != Lease.State.ANSWERED:
        reserved = (lease.severity, context.modality, lease.dose)
        dose = settled_dose(*reserved, worth.elapsed_ms, pending.submission.revealed)
        ended = lease.taken or pending.submission.lease
        settled_lease = (Lease.State.ANSWERED, worth.at_ms, "", dose, ended)
        execute_later(cursor, common.SET_LEASE, settled_lease, independent=True)


def submit_and_lease(
    worker_id: int,
    submission: Submission,
    count: int,
    now_ms: int,
    loaded: Collection[int] = (),
) -> tuple[AnswerReceipt | Refusal, LeaseResult | Refusal]:
    """Store an answer, then lease new tasks until the worker holds ``count``.

    Args:
        worker_id: who answers and asks for tasks.
        submission: the answer as it was sent.
        count: how many tasks to hold afterwards, 1 to 20.
        now_ms: the moment, in milliseconds since 1970 UTC.
        loaded: leases whose tasks the caller has; they are not read again.

    Returns:
        The receipt, or why the answer was refused; the tasks, or why none are leased.
    """
    try:
        check_count(count)
    except Refusal as refusal:
        return submit_or_refusal(worker_id, submission, now_ms), refusal
    lease_refusal: Refusal | None = None
    try:
        with transaction.atomic(), open_cursor() as cursor:
            result = submit_in_transaction(cursor, worker_id, submission, now_ms, leases_next=True)
            try:
                allocation = allocate(cursor, result.worker or worker_id, count, now_ms)
            except Refusal as refusal:
                lease_refusal = refusal
            else:
                tasks = read_last(cursor, allocation, loaded)
    except Refusal as refusal:
        return refusal, lease_or_refusal(worker_id, count, now_ms, loaded)
    receipt = sign_receipt(result)
    return receipt, lease_refusal or complete_allocation(allocation, count, now_ms, loaded, tasks)


def submit_or_refusal(
    worker_id: int, submission: Submission, now_ms: int
) -> AnswerReceipt | Refusal:
    """Store an answer; return its receipt, or the refusal instead of raising it."""
    try:
        return submit(worker_id, submission, now_ms)
    except Refusal as refusal:
        return refusal


def lease_or_refusal(
    worker_id: int, count: int, now_ms: int, loaded: Collection[int] = ()
) -> LeaseResult | Refusal:
    """Lease tasks; return them or the refusal."""
    try:
        return lease_tasks(worker_id, count, now_ms, loaded)
    except Refusal as refusal:
        return refusal


def sign_receipt(result: SubmitResult) -> AnswerReceipt:
    """Return the receipt with the signed inclusion promise; called after the commit."""
    if result.entry is None:
        return result.receipt
    return replace(result.receipt, promise=sign_promise(*result.entry))
