"""Take an answer and lend the next tasks in one transaction: what a workbench does all day.

One trip, one commit, one wait for the disk. The two remain what they are alone (``answers``,
``leases``): an answer that is refused does not keep tasks from being lent, nor does a refused loan
touch the answer. Since the number asked for is what the person is to hold afterwards, the same
request sent again lends no more.
"""

from django.db import transaction

from canut.actions.work.answers import Submission, submit_answer, take_answer
from canut.actions.work.leases import Lent, check_count, lease_tasks, lend_in, look_further
from canut.actions.work.receipts import Receipt, sign_receipt
from canut.core.errors import Refusal
from canut.store.sql.raw_cursor import open_cursor

type Loan = Lent | Refusal


def answer_and_lease(
    worker_id: int, submission: Submission, count: int, now_ms: int
) -> tuple[Receipt | Refusal, Loan]:
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
            taken = take_answer(cursor, worker_id, submission, now_ms)
            try:
                hand = lend_in(cursor, worker_id, count, now_ms)
            except Refusal as refusal:
                refused = refusal
    except Refusal as refusal:
        return refusal, lease_or_refusal(worker_id, count, now_ms)
    return sign_receipt(taken), refused or look_further(hand, count, now_ms)


def answer_or_refusal(worker_id: int, submission: Submission, now_ms: int) -> Receipt | Refusal:
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
