"""Gather the pieces of a file into columns: who did what, when, for how much, and every answer.

An assignment is counted once however many tasks it holds. Of several answers of one person to one
question of one task the last stands, and how many were replaced is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from canut.core.answers import NamedAnswers, code, keep_last
from canut.core.errors import BadInput
from canut.core.formats.platforms.platform_work import Fate, Piece, Pieces
from canut.core.formats.tables.rows import Problem


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was lent and paid as one; see ``formats.work.Piece``."""

    worker: int
    line: int
    fate: Fate
    seconds: float | None
    pay_micro: int | None
    started_ms: int | None
    ended_ms: int | None


@dataclass(slots=True)
class Question:
    """Every answer to one question, by name, in the order of the file, and what was known."""

    tasks: list[str] = field(default_factory=list[str])
    workers: list[int] = field(default_factory=list[int])
    labels: list[str] = field(default_factory=list[str])
    known: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class QuestionAnswers:
    """The answers to one question as codes; ``replaced`` counts those given anew by one person."""

    named: NamedAnswers
    known: dict[str, str]
    replaced: int


@dataclass(slots=True)
class WorkFile:
    """A file of work, gathered.

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
        """Return the answers to one question as codes, labels in the order of their names."""
        asked = self.questions[question]
        named = code(asked.tasks, asked.workers, asked.labels, sorted(set(asked.labels)))
        kept = keep_last(named.answers)
        replaced = len(named.answers) - len(kept)
        return QuestionAnswers(named._replace(answers=kept), asked.known, replaced)


def gather(batches: Iterable[Pieces]) -> WorkFile:
    """Gather the pieces of a file.

    Raises:
        BadInput: no row of the file tells of any work.
    """
    found = WorkFile()
    seen: set[tuple[str, int]] = set()
    for batch in batches:
        found.problems += batch.problems
        found.rows += len(batch.pieces)
        for piece in batch.pieces:
            worker = found.workers.setdefault(piece.worker, len(found.workers))
            if worker == len(found.first_line):
                found.first_line.append(piece.line)
            if (piece.assignment, worker) not in seen:
                seen.add((piece.assignment, worker))
                found.assignments.append(_assignment(piece, worker))
            _take_answers(found, piece, worker)
    if not found.rows:
        first = found.problems[0] if found.problems else None
        where = f"; the first problem is on line {first.line}: {first.code}" if first else ""
        raise BadInput(f"no row of the file tells of any work{where}", code="nothing-good")
    return found


def _assignment(piece: Piece, worker: int) -> Assignment:
    return Assignment(
        worker,
        piece.line,
        piece.fate,
        piece.seconds,
        piece.pay_micro,
        piece.started_ms,
        piece.ended_ms,
    )


def _take_answers(found: WorkFile, piece: Piece, worker: int) -> None:
    """Keep answers that were handed in, rejected ones too: a rejection is one person's view."""
    if piece.fate is Fate.RETURNED:
        return
    for name, label in piece.answers.items():
        question = found.questions.setdefault(name, Question())
        question.tasks.append(piece.task)
        question.workers.append(worker)
        question.labels.append(label)
    for name, label in piece.known.items():
        found.questions.setdefault(name, Question()).known[piece.task] = label


def is_a_choice(said: QuestionAnswers) -> bool:
    """Say whether a question's answers look like choices among few, not free text.

    Few means at most 50 different answers, each given three times on average.
    """
    answers = said.named.answers
    different = len(np.unique(answers.label))
    return different <= MOST_CHOICES and len(answers) >= LEAST_TIMES * different


MOST_CHOICES = 50
LEAST_TIMES = 3
