"""Merge typed spans of a text that several people marked.

Every token is a question: which type, or none. The workers' tables are estimated over all tokens
(``dawid_skene``), so that a worker's typical omissions and confusions are taken into account.
Adjacent tokens of one type form one span, unless most of those who marked them began another.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.estimators.dawid_skene import dawid_skene
from canut.core.quality.estimators.vote import majority

LOOK = ("task", "worker")


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Rows (task, worker, type, begin, end), and which worker read which text.

    Args:
        task: code of the text, shape (n_spans,).
        worker: code of the worker, shape (n_spans,).
        kind: code of the type, below ``n_kinds``, shape (n_spans,).
        begin: the first token, from 0.
        end: the token after the last.
        read: every (task, worker) that answered, even without a span, shape (n_reads, 2).
        length: number of tokens of each text, shape (n_tasks,).
        n_workers: number of workers.
        n_kinds: number of types.

    Raises:
        BadInput: a span is empty, leaves its text, overlaps another of the same person, or is of
            somebody who did not read the text.
        ShapeError: the columns do not fit together.
    """

    task: Codes
    worker: Codes
    kind: Codes
    begin: Codes
    end: Codes
    read: Codes
    length: Codes
    n_workers: int
    n_kinds: int

    def __post_init__(self) -> None:
        """Raise if the spans do not fit the texts."""
        n_tasks = len(self.length)
        Answers(self.task, self.worker, self.kind, n_tasks, self.n_workers, self.n_kinds)
        if self.read.shape != (len(self.read), len(LOOK)):
            raise ShapeError(f"read has shape {self.read.shape}; give (task, worker) rows")
        nothing = np.zeros(len(self.read), dtype=np.int32)
        Answers(self.read[:, 0], self.read[:, 1], nothing, n_tasks, self.n_workers, 1)
        if self.begin.shape != self.task.shape or self.end.shape != self.task.shape:
            raise ShapeError("begin and end need one number for each span")
        outside = (self.begin < 0) | (self.begin >= self.end) | (self.end > self.length[self.task])
        if outside.any():
            row = int(np.flatnonzero(outside)[0])
            raise BadInput(
                f"span {row} goes from {self.begin[row]} to before {self.end[row]}, but its text "
                f"has {self.length[self.task[row]]} tokens"
            )

    @property
    def first(self) -> Counts:
        """Index of each text's first token across all texts, shape (n_tasks,)."""
        counted = np.cumsum(self.length, dtype=np.int64)
        return counted - self.length


class FoundSpans(NamedTuple):
    """The spans of all texts, ordered by text and position.

    ``confidence`` is the mean probability of a span's tokens; ``accuracy`` the expected share of
    each worker's tokens that are right, shape (n_workers,), of all tokens, marked or not.
    """

    task: Codes
    kind: Codes
    begin: Codes
    end: Codes
    confidence: Floats
    accuracy: Floats


def token_answers(marked: Marked) -> Answers:
    """Return one answer per token and reader: 0 for none, else the type plus 1.

    Returns:
        Tokens as tasks, numbered across all texts; n_kinds + 1 labels.

    Raises:
        BadInput: two spans of one person overlap, or their author did not read the text.
    """
    task, worker = np.unique(marked.read, axis=0).T
    length = marked.length[task].astype(np.int64)
    begins = np.cumsum(length) - length
    within = np.arange(int(length.sum())) - np.repeat(begins, length)
    token = np.repeat(marked.first[task], length) + within
    label = np.zeros(len(token), dtype=np.int32)
    wide = max(marked.n_workers, 1)
    pair = task.astype(np.int64) * wide + worker
    of_span = marked.task.astype(np.int64) * wide + marked.worker
    at = np.searchsorted(pair, of_span)
    for row in range(len(of_span)):
        if at[row] == len(pair) or pair[at[row]] != of_span[row]:
            raise BadInput(f"span {row} is of who did not read its text; add that row to read")
        here = slice(begins[at[row]] + marked.begin[row], begins[at[row]] + marked.end[row])
        if label[here].any():
            raise BadInput(f"span {row} overlaps another of the same person; keep one of them")
        label[here] = marked.kind[row] + 1
    n_tokens = int(marked.length.sum())
    reader = np.repeat(worker, length).astype(np.int32)
    return Answers(
        token.astype(np.int32), reader, label, n_tokens, marked.n_workers, marked.n_kinds + 1
    )


def find_spans(marked: Marked) -> FoundSpans:
    """Estimate each token's type, and join tokens into spans.

    Raises:
        BadInput: nobody read anything; or as ``token_answers``.

    Source:
        Rodrigues, Pereira and Ribeiro (2014), https://doi.org/10.1007/s10994-013-5411-2, tokens
        taken as independent.
    """
    answers = token_answers(marked)
    if not len(answers):
        raise BadInput("nobody read any token; give at least one answer", code="no-answers")
    fit = dawid_skene(answers)
    has_answers = np.bincount(answers.task, minlength=answers.n_tasks) > 0
    label = np.where(has_answers, fit.label, 0)
    return _spans(marked, label, fit.confidence, fit.accuracy)


def majority_spans(marked: Marked) -> FoundSpans:
    """Give each token the type most readers gave, trusting all equally.

    Raises:
        BadInput: as ``find_spans``.
    """
    answers = token_answers(marked)
    vote = majority(answers)
    everybody = np.ones(marked.n_workers)
    return _spans(marked, np.maximum(vote.label, 0), vote.share, everybody)


def _spans(marked: Marked, label: Codes, confidence: Floats, accuracy: Floats) -> FoundSpans:
    first = marked.first
    text = np.repeat(np.arange(len(marked.length), dtype=np.int32), marked.length)
    n_tokens = len(text)
    opened = _opened(marked, label, accuracy)
    new = np.ones(n_tokens, dtype=np.bool_)
    new[1:] = (text[1:] != text[:-1]) | (label[1:] != label[:-1]) | opened[1:]
    begin = np.flatnonzero(new)
    end = np.append(begin[1:], n_tokens)
    marks = label[begin] > 0
    begin, end = begin[marks], end[marks]
    counted = np.concatenate([[0.0], np.cumsum(confidence)])
    sure = (counted[end] - counted[begin]) / np.maximum(end - begin, 1)
    task = text[begin]
    return FoundSpans(
        task,
        (label[begin] - 1).astype(np.int32),
        (begin - first[task]).astype(np.int32),
        (end - first[task]).astype(np.int32),
        np.clip(sure, 0, 1),
        accuracy,
    )


def _opened(marked: Marked, label: Codes, accuracy: Floats) -> np.ndarray:
    """Return at which tokens most of those who marked them began a span."""
    n_tokens = len(label)
    weight = accuracy[marked.worker]
    begin = marked.first[marked.task] + marked.begin
    end = marked.first[marked.task] + marked.end
    agrees = label[begin] == marked.kind + 1
    began = np.bincount(begin[agrees], weight[agrees], minlength=n_tokens)
    covers = np.zeros(n_tokens + 1)
    for kind in range(marked.n_kinds):
        own = marked.kind == kind
        steps = np.bincount(begin[own], weight[own], minlength=n_tokens + 1)
        steps -= np.bincount(end[own], weight[own], minlength=n_tokens + 1)
        here = np.append(label == kind + 1, [False])
        covers[here] = np.cumsum(steps)[here]
    opened = (covers[:-1] > 0) & (2 * began > covers[:-1])
    return np.asarray(opened)


def span_f1(estimated: FoundSpans, true: FoundSpans, length: Codes) -> float:
    """Return the F1 score of token types.

    Args:
        estimated: estimated spans.
        true: reference spans.
        length: number of tokens of each text, shape (n_texts,).

    Returns:
        From 0 to 1.
    """
    tokens = []
    for spans in (estimated, true):
        first = np.cumsum(length, dtype=np.int64) - length
        label = np.zeros(int(length.sum()), dtype=np.int64)
        for task, kind, begin, end in zip(*spans[:4], strict=True):
            label[first[task] + begin : first[task] + end] = kind + 1
        tokens.append(label)
    right = int(((tokens[0] == tokens[1]) & (tokens[1] > 0)).sum())
    return 2 * right / max(int((tokens[0] > 0).sum() + (tokens[1] > 0).sum()), 1)
