"""Arrange answers for the kernels: sorted by task, one number each, duplicates resolved.

One answer is one cell of its worker's table: ``worker * n_labels + label``. Labels are numbered in
``coded_answers``.
"""

from typing import Literal, NamedTuple

import numpy as np

from canut.core.answers import Answers, require_answers
from canut.core.arrays import Codes, Counts, kernel_or
from canut.core.errors import BadInput

type Duplicates = Literal["last", "first", "error", "all"]
MOST_CELLS = 2**31 - 1


class AnswersByTask(NamedTuple):
    """Answers by task: those of task t are ``cell[start[t]:start[t + 1]]``."""

    start: Counts
    cell: Codes
    n_workers: int
    n_labels: int

    @property
    def n_tasks(self) -> int:
        """Number of tasks, including those without answers."""
        return len(self.start) - 1

    @property
    def worker(self) -> Codes:
        """Worker of each answer, shape (n_answers,)."""
        return self.cell // self.n_labels

    @property
    def label(self) -> Codes:
        """Label of each answer, shape (n_answers,)."""
        return self.cell % self.n_labels

    @property
    def task(self) -> Codes:
        """Task of each answer, shape (n_answers,)."""
        return np.repeat(np.arange(self.n_tasks, dtype=np.int32), np.diff(self.start))


def _place_whole(task: Codes, cell: Codes, free: Counts, placed: Codes) -> None:
    del free
    placed[:] = cell[np.argsort(task, kind="stable")]


@kernel_or(_place_whole)
def _place(task: Codes, cell: Codes, free: Counts, placed: Codes) -> None:
    """Write each answer to the next free row of its task."""
    for row in range(task.shape[0]):
        place = free[task[row]]
        placed[place] = cell[row]
        free[task[row]] = place + 1


def _settle_whole(
    start: Counts, cell: Codes, latest: Counts, n_labels: int, *, keeps_last: bool
) -> int:
    task = np.repeat(np.arange(len(start) - 1), np.diff(start))
    pair = task * len(latest) + cell // n_labels
    order = np.argsort(pair, kind="stable")
    is_first = np.diff(pair[order], prepend=-1) != 0
    kept = order[is_first]
    counting = order[np.append(is_first[1:], np.True_)] if keeps_last else kept
    by_row = np.argsort(kept)
    kept, counting = kept[by_row], counting[by_row]
    cell[: len(kept)] = cell[counting]
    np.cumsum(np.bincount(task[kept], minlength=len(start) - 1), out=start[1:])
    return len(kept)


@kernel_or(_settle_whole)
def _settle(start: Counts, cell: Codes, latest: Counts, n_labels: int, *, keeps_last: bool) -> int:
    """Reduce to one answer per task and worker, in place; return how many remain.

    ``latest`` starts as -1 for each worker, and then holds the row of their latest answer.
    """
    n_rows = 0
    first = start[0]
    for task in range(start.shape[0] - 1):
        begin = n_rows
        last = start[task + 1]
        for row in range(first, last):
            worker = cell[row] // n_labels
            position = latest[worker]
            if position >= begin:
                if keeps_last:
                    cell[position] = cell[row]
            else:
                latest[worker] = n_rows
                cell[n_rows] = cell[row]
                n_rows += 1
        first = last
        start[task + 1] = n_rows
    return n_rows


def arrange(answers: Answers, duplicates: Duplicates = "all") -> tuple[AnswersByTask, int]:
    """Sort answers by task and resolve duplicates of one worker and task.

    Args:
        answers: at least one.
        duplicates: which of several answers of one worker to one task counts; ``all`` counts each.

    Returns:
        The rows, and the number of answers excluded.

    Raises:
        BadInput: there are no answers, too many cells, or one is repeated under ``error``.
    """
    require_answers(answers)
    n_labels = answers.n_labels
    if answers.n_workers * n_labels > MOST_CELLS:
        raise BadInput(
            f"{answers.n_workers} workers times {n_labels} labels are more than {MOST_CELLS}; "
            "labels like free text are not for this model"
        )
    start = np.zeros(answers.n_tasks + 1, dtype=np.int64)
    np.cumsum(np.bincount(answers.task, minlength=answers.n_tasks), out=start[1:])
    cell = answers.worker * np.int32(n_labels)
    cell += answers.label
    placed = np.empty_like(cell)
    _place(answers.task, cell, start[:-1].copy(), placed)
    rows = AnswersByTask(start, placed, answers.n_workers, n_labels)
    if duplicates == "all":
        return rows, 0
    if duplicates == "error":
        refuse_repeated(find_repeated(answers))
        return rows, 0
    latest = np.full(answers.n_workers, -1, dtype=np.int64)
    n_rows = _settle(start, placed, latest, n_labels, keeps_last=duplicates == "last")
    return rows._replace(cell=placed[:n_rows]), len(answers) - n_rows


class Repeated(NamedTuple):
    """The first row with a duplicate task and worker, its predecessor, and the number of them."""

    second: int
    former: int
    times: int


def find_repeated(answers: Answers) -> Repeated | None:
    """Find where a worker answers one task twice."""
    pair = answers.task.astype(np.int64) * answers.n_workers + answers.worker
    order = np.argsort(pair, kind="stable")
    again = np.flatnonzero(np.diff(pair[order]) == 0)
    if not len(again):
        return None
    later = order[again + 1]
    return Repeated(int(later.min()), int(order[again[later.argmin()]]), len(again))


def refuse_repeated(repeated: Repeated | None) -> None:
    """Raise if a worker answers one task twice.

    Raises:
        BadInput: with the numbers of both rows, counted from 1.
    """
    if repeated:
        raise BadInput(
            f"row {repeated.second + 1} repeats the task and worker of row {repeated.former + 1}, "
            f"and {repeated.times} rows do so in all; say which one counts with duplicates: "
            "last, first or all",
            row=repeated.second + 1,
        )


def by_activity(answers: Answers) -> tuple[Answers, Codes]:
    """Renumber workers, busiest first, so that the most used tables are adjacent.

    Returns:
        The answers, and the former number of each worker.
    """
    times = np.bincount(answers.worker, minlength=answers.n_workers)
    former = np.argsort(-times, kind="stable").astype(np.int32)
    if (former[:-1] < former[1:]).all():
        return answers, former
    number = np.empty_like(former)
    number[former] = np.arange(len(former), dtype=np.int32)
    renumbered = Answers(
        answers.task,
        number[answers.worker],
        answers.label,
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )
    return renumbered, former
