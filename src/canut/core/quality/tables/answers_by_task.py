"""Arrange answers for the kernels: sorted by task, each one number, repeated ones settled.

What a worker said of a task is one cell of that worker's table: ``worker * n_labels + label``.
Which label a cell stands for elsewhere is decided in ``reading``.
"""

from typing import Literal, NamedTuple

import numpy as np

from canut.core.answers import Answers, require_answers
from canut.core.arrays import Codes, Counts, kernel
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
        """Number of tasks, with those nobody answered."""
        return len(self.start) - 1

    @property
    def worker(self) -> Codes:
        """Who gave each answer."""
        return self.cell // self.n_labels

    @property
    def label(self) -> Codes:
        """What each answer says."""
        return self.cell % self.n_labels

    @property
    def task(self) -> Codes:
        """What each answer is about."""
        return np.repeat(np.arange(self.n_tasks, dtype=np.int32), np.diff(self.start))


@kernel
def _place(task: Codes, cell: Codes, free: Counts, placed: Codes) -> None:
    """Put each answer at its task's next free place."""
    for row in range(task.shape[0]):
        place = free[task[row]]
        placed[place] = cell[row]
        free[task[row]] = place + 1


@kernel
def _settle(start: Counts, cell: Codes, seen: Counts, n_labels: int, *, keeps_last: bool) -> int:
    """Keep one answer a task and worker, in place; return how many are left.

    ``seen`` is -1 for each worker, and then where their latest answer lies.
    """
    kept = 0
    first = start[0]
    for task in range(start.shape[0] - 1):
        begin = kept
        last = start[task + 1]
        for row in range(first, last):
            worker = cell[row] // n_labels
            place = seen[worker]
            if place >= begin:
                if keeps_last:
                    cell[place] = cell[row]
            else:
                seen[worker] = kept
                cell[kept] = cell[row]
                kept += 1
        first = last
        start[task + 1] = kept
    return kept


def arrange(answers: Answers, duplicates: Duplicates = "all") -> tuple[AnswersByTask, int]:
    """Sort answers by task and settle those one worker gave twice to one task.

    Args:
        answers: at least one.
        duplicates: which of several answers of one worker to one task counts; ``all`` counts each.

    Returns:
        The rows, and the number of answers set aside.

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
    seen = np.full(answers.n_workers, -1, dtype=np.int64)
    kept = _settle(start, placed, seen, n_labels, keeps_last=duplicates == "last")
    return rows._replace(cell=placed[:kept]), len(answers) - kept


class Repeated(NamedTuple):
    """The first row that repeats the task and worker of another, which, and how many rows do so."""

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


def refuse_repeated(found: Repeated | None) -> None:
    """Refuse answers in which a worker answers one task twice.

    Raises:
        BadInput: with the numbers of both rows, counted from 1.
    """
    if found:
        raise BadInput(
            f"row {found.second + 1} repeats the task and worker of row {found.former + 1}, and "
            f"{found.times} rows do so in all; say which one counts with duplicates: last, first "
            "or all",
            row=found.second + 1,
        )


def by_activity(answers: Answers) -> tuple[Answers, Codes]:
    """Number workers anew, the busiest first, so that the tables most used lie side by side.

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
