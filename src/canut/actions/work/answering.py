"""Keep several answers of one worker at once: each by itself, several to a commit on SQLite.

A commit waits for the disk several times as long as an answer takes. SQLite has one writer, so
answers that wait one after the other share a commit, for no longer than a writer may hold the lock.
PostgreSQL lets the commits of many wait together; there each answer has its own, so that nobody
holds two tasks at once.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction

from canut.actions.work.answers import Submission, submit_answer
from canut.actions.work.receipts import Receipt
from canut.core.errors import Refusal

HELD_SECONDS = 0.005
MOST_A_COMMIT = 8


def submit_answers(
    worker_id: int, given: Sequence[Submission], clock: Callable[[], int]
) -> list[Receipt | Refusal]:
    """Keep each answer that can be kept, in the order they were given.

    Args:
        worker_id: who answers.
        given: the answers; a refused one holds back no other.
        clock: gives the moment, in milliseconds since 1970 UTC.

    Returns:
        What became of each, in the same order.
    """
    waiting, told = iter(given), list[Receipt | Refusal]()
    while len(told) < len(given):
        with transaction.atomic():
            told += _some(worker_id, waiting, clock)
    return told


def _some(
    worker_id: int, waiting: Iterator[Submission], clock: Callable[[], int]
) -> list[Receipt | Refusal]:
    """Keep as many answers as one commit holds."""
    most = 1 if connection.vendor == "postgresql" else MOST_A_COMMIT
    began, told = time.perf_counter(), list[Receipt | Refusal]()
    for one in waiting:
        try:
            told.append(submit_answer(worker_id, one, clock()))
        except Refusal as refusal:
            told.append(refusal)
        if len(told) >= most or time.perf_counter() - began > HELD_SECONDS:
            break
    return told
