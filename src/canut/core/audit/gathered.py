"""Collect the pieces of a file into columns: assignments, prices, times and answers.

An assignment is counted once, whatever its number of tasks. If one person answered one question of
one task several times, the last answer counts, and the others are counted as replaced.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from canut.core.answers import NamedAnswers, code, keep_last
from canut.core.errors import BadInput
from canut.core.formats.platforms.platform_work import Fate, Pieces, WorkPiece
from canut.core.formats.tables.rows import Problem


@dataclass(frozen=True, slots=True)
class Assignment:
    """Work assigned and paid as one unit; see ``formats.work.Piece``."""

    worker: int
    line: int
    fate: Fate
    seconds: float | None
    pay_micro: int | None
    started_ms: int | None
    ended_ms: int | None


@dataclass(slots=True)
class Question:
    """Every answer to one question, by name, in the order of the file, and known labels."""

    tasks: list[str] = field(default_factory=list[str])
    workers: list[int] = field(default_factory=list[int])
    labels: list[str] = field(default_factory=list[str])
    known: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class QuestionAnswers:
    """Answers to one question as codes; ``replaced`` counts those one person repeated."""

    named: NamedAnswers
    known: dict[str, str]
    replaced: int


@dataclass(slots=True)
class WorkFile:
    """The collected contents of a file of work.

    ``workers`` are the platform's names, which are personal data, in the order they first appear;
    ``first_line`` is where.
    """

    rows: int = 0
    workers: dict[str, int] = field(default_factory=dict[str, int])
    first_line: list[int] = field(default_factory=list[int])
    assignments: list[Assignment] = field(default_factory=list[Assignment])
    questions: dict[str, Question] = field(default_factory=dict[str, Question])
    problems: list[Problem] = field(default_factory=list[Problem])

    def said(self, question: str) -> QuestionAnswers:
        """Return the answers to one question as codes, with labels sorted by name."""
        answers = self.questions[question]
        named = code(answers.tasks, answers.workers, answers.labels, sorted(set(answers.labels)))
        last_answers = keep_last(named.answers)
        replaced = len(named.answers) - len(last_answers)
        return QuestionAnswers(named._replace(answers=last_answers), answers.known, replaced)


def gather(batches: Iterable[Pieces]) -> WorkFile:
    """Collect the pieces of a file.

    Raises:
        BadInput: no row of the file describes any work.
    """
    work = WorkFile()
    people_of_assignments: set[tuple[str, int]] = set()
    for batch in batches:
        work.problems += batch.problems
        work.rows += len(batch.pieces)
        for piece in batch.pieces:
            worker = work.workers.setdefault(piece.worker, len(work.workers))
            if worker == len(work.first_line):
                work.first_line.append(piece.line)
            if (piece.assignment, worker) not in people_of_assignments:
                people_of_assignments.add((piece.assignment, worker))
                work.assignments.append(_assignment(piece, worker))
            _take_answers(work, piece, worker)
    if not work.rows:
        first = work.problems[0] if work.problems else None
        where = f"; the first problem is on line {first.line}: {first.code}" if first else ""
        raise BadInput(f"no row of the file tells of any work{where}", code="nothing-good")
    return work


def _assignment(piece: WorkPiece, worker: int) -> Assignment:
    return Assignment(
        worker,
        piece.line,
        piece.fate,
        piece.seconds,
        piece.pay_micro,
        piece.started_ms,
        piece.ended_ms,
    )


def _take_answers(work: WorkFile, piece: WorkPiece, worker: int) -> None:
    """Add submitted answers, rejected ones too: a rejection is one person's view."""
    if piece.fate is Fate.RETURNED:
        return
    for name, label in piece.answers.items():
        question = work.questions.setdefault(name, Question())
        question.tasks.append(piece.task)
        question.workers.append(worker)
        question.labels.append(label)
    for name, label in piece.known.items():
        work.questions.setdefault(name, Question()).known[piece.task] = label


def is_a_choice(question: QuestionAnswers) -> bool:
    """Return whether a question's answers look like choices among few, not free text.

    Few means at most 50 different answers, each given three times on average.
    """
    answers = question.named.answers
    different = len(np.unique(answers.label))
    return different <= MOST_CHOICES and len(answers) >= LEAST_TIMES * different


MOST_CHOICES = 50
LEAST_TIMES = 3
