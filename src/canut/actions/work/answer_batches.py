"""Submit several answers of one worker, each kept or refused by itself.

SQLite has one writer and a commit waits for the disk several times as long as an answer takes, so
waiting answers share a commit, for no longer than a writer may hold the lock. On PostgreSQL each
answer has its own commit, so that nobody holds two tasks locked at once.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction

from canut.actions.work.submission import AnswerReceipt, Submission, submit_or_refusal
from canut.core.errors import Refusal

HELD_SECONDS = 0.005
MOST_A_COMMIT = 8


def submit_batch(
    worker_id: int, submissions: Sequence[Submission], clock: Callable[[], int]
) -> list[AnswerReceipt | Refusal]:
    """Store each answer that can be stored, in their order.

    Args:
        worker_id: who answers.
        submissions: the answers; a refused one stops no other.
        clock: returns the moment, in milliseconds since 1970 UTC.

    Returns:
        The receipt or the refusal of each, in the same order.
    """
    queue, results = iter(submissions), list[AnswerReceipt | Refusal]()
    while len(results) < len(submissions):
        with transaction.atomic():
            results += _submit_chunk(worker_id, queue, clock)
    return results


def _submit_chunk(
    worker_id: int, queue: Iterator[Submission], clock: Callable[[], int]
) -> list[AnswerReceipt | Refusal]:
    """Store as many answers of the queue as one commit holds."""
    most = 1 if connection.vendor == "postgresql" else MOST_A_COMMIT
    start, results = time.perf_counter(), list[AnswerReceipt | Refusal]()
    for submission in queue:
        results.append(submit_or_refusal(worker_id, submission, clock()))
        if len(results) >= most or time.perf_counter() - start > HELD_SECONDS:
            break
    return results
