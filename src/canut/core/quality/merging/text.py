"""Merge several people's texts of one source: transcriptions, translations.

``rover`` aligns the texts word by word and votes at each position. ``medoid_texts`` chooses the one
text nearest to the others, so that the result is a text that a person wrote. People whose texts are
far from the result count less in the next round. Words are compared without case and punctuation,
and the result keeps the spelling of the originals.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats, kernel
from canut.core.errors import ShapeError
from canut.core.quality.merging.distances import (
    LEAST_ERROR,
    Medoids,
    medoids_by_distance,
    rows_by_task,
    weight_of,
)

EMPTY = ""
PAIR, SKIP, INSERT = 0, 1, 2
CLOSE = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Rows (task, worker, text).

    Args:
        task: code of the task, shape (n_answers,).
        worker: code of the worker, shape (n_answers,).
        text: the written texts.
        n_tasks: number of tasks.
        n_workers: number of workers.

    Raises:
        ShapeError: the columns do not fit together.
    """

    task: Codes
    worker: Codes
    text: Sequence[str]
    n_tasks: int
    n_workers: int

    def __post_init__(self) -> None:
        """Raise if the columns do not fit together."""
        if len(self.text) != len(self.task):
            raise ShapeError(f"{len(self.text)} texts for {len(self.task)} answers; give one each")
        self.answers()

    def answers(self) -> Answers:
        """Return the rows with one label per row."""
        rows = np.arange(len(self.task), dtype=np.int32)
        return Answers(self.task, self.worker, rows, self.n_tasks, self.n_workers, len(rows))


class TextFit(NamedTuple):
    """The text of each task, empty where there are none, and each worker's mean error.

    ``support`` is the mean share of weight of the chosen words, from 0 to 1; it is not a
    probability. ``error`` is the mean word error rate of a worker's texts against the result,
    shrunk to the overall mean, shape (n_workers,).
    """

    text: list[str]
    support: Floats
    error: Floats


@kernel
def edits(first: Codes, second: Codes) -> int:
    """Return the edit distance, in words, of two sequences of word codes.

    Args:
        first: word codes, shape (n,).
        second: word codes, shape (m,).
    """
    above = np.arange(len(second) + 1)
    for row in range(len(first)):
        corner = above[0]
        above[0] = row + 1
        for column in range(len(second)):
            replaced = corner + (first[row] != second[column])
            corner = above[column + 1]
            above[column + 1] = min(replaced, corner + 1, above[column] + 1)
    return int(above[len(second)])


@kernel
def _path(replace: Floats, skip: Floats) -> Codes:
    """Align words with slots at least cost; return the steps from the end.

    Steps: 0 pair, 1 skip, 2 insert. ``replace``, shape (n_slots, n_words), is the cost of word j in
    slot i; ``skip``, shape (n_slots,), that of an empty slot i; a new slot costs 1.
    """
    n_slots, n_words = replace.shape
    cost = np.zeros((n_slots + 1, n_words + 1))
    for slot in range(n_slots):
        cost[slot + 1, 0] = cost[slot, 0] + skip[slot]
    for word in range(n_words):
        cost[0, word + 1] = cost[0, word] + 1.0
    for slot in range(n_slots):
        for word in range(n_words):
            cost[slot + 1, word + 1] = min(
                cost[slot, word] + replace[slot, word],
                cost[slot, word + 1] + skip[slot],
                cost[slot + 1, word] + 1.0,
            )
    steps = np.empty(n_slots + n_words, dtype=np.int32)
    slot, word, n_steps = n_slots, n_words, 0
    while slot > 0 or word > 0:
        here = cost[slot, word]
        if slot > 0 and word > 0 and here == cost[slot - 1, word - 1] + replace[slot - 1, word - 1]:
            steps[n_steps] = 0
            slot -= 1
            word -= 1
        elif slot > 0 and here == cost[slot - 1, word] + skip[slot - 1]:
            steps[n_steps] = 1
            slot -= 1
        else:
            steps[n_steps] = 2
            word -= 1
        n_steps += 1
    return steps[:n_steps]


def words_of(text: str) -> list[str]:
    """Return the words of a text normalised for comparison: no case, no punctuation.

    Example:
        >>> words_of("“It’s HALF past ten,” she said.")
        ["it's", 'half', 'past', 'ten', 'she', 'said']
    """
    return [word for word, _ in _words(text)]


def _words(text: str) -> list[tuple[str, str]]:
    """Return each word, normalised and as written."""
    words: list[tuple[str, str]] = []
    for word in unicodedata.normalize("NFC", text).split():
        straight = word.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        letters = (c for c in straight if c == "'" or unicodedata.category(c)[0] != "P")
        if bare := "".join(letters).strip("'"):
            words.append((bare, word))
    return words


def word_errors(reference: str, text: str) -> tuple[int, int]:
    """Return the word errors of a text against a reference, and the reference's length in words.

    Example:
        >>> word_errors("then it is settled", "so it settled")
        (2, 4)
    """
    codes = _coded([reference, text])
    return edits(codes[0], codes[1]), len(codes[0])


def _coded(texts: Sequence[str]) -> list[Codes]:
    numbers: dict[str, int] = {}
    return [
        np.array([numbers.setdefault(word, len(numbers)) for word in words_of(text)], np.int32)
        for text in texts
    ]


def medoid_texts(texts: Texts) -> TextFit:
    """Return for each task the text nearest to the others, weighted by worker skill.

    Raises:
        BadInput: there are no answers.
    """
    medoids = _medoids(texts)
    chosen = [texts.text[int(row)] if row >= 0 else "" for row in medoids.row]
    return TextFit(chosen, 1 - medoids.distance, medoids.error)


def _medoids(texts: Texts) -> Medoids:
    coded = _coded(texts.text)

    def apart(first: int, second: int) -> float:
        longest = max(len(coded[first]), len(coded[second]))
        return edits(coded[first], coded[second]) / longest if longest else 0.0

    return medoids_by_distance(texts.answers(), apart)


def rover(texts: Texts) -> TextFit:
    """Align texts word by word and choose at each position the word with most weight.

    A text weighs more if its author is close to the others on other tasks, and on this one.

    Raises:
        BadInput: there are no answers.

    Source:
        Fiscus (1997), https://doi.org/10.1109/ASRU.1997.659110, weighed by worker and text.

    Example:
        >>> codes = np.zeros(3, np.int32), np.arange(3, dtype=np.int32)
        >>> said = ["then it settled", "Then it is settled", "den it is settled"]
        >>> rover(Texts(*codes, said, 1, 3)).text
        ['Then it is settled']
    """
    medoids = _medoids(texts)
    far = np.where(np.isnan(medoids.apart), 0.0, medoids.apart)
    weight = weight_of(medoids.error)[texts.worker] / (far + LEAST_ERROR) ** CLOSE
    weight = np.round(weight / weight.max(), 9)  # sums in another order tie alike
    text, support = [""] * texts.n_tasks, np.zeros(texts.n_tasks)
    for rows in rows_by_task(texts.answers()):
        task = int(texts.task[rows[0]])
        numbers = [int(row) for row in rows]
        order = sorted(numbers, key=lambda row: (-weight[row], texts.text[row]))
        places = _Places()
        for row in order:
            places.add(_words(texts.text[row]), float(weight[row]))
        text[task], support[task] = places.voted()
    return TextFit(text, support, medoids.error)


@dataclass(slots=True)
class _Places:
    """Aligned words: at each position, the weight of each word and of each spelling."""

    behind: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    written: list[dict[tuple[str, str], float]] = field(
        default_factory=list[dict[tuple[str, str], float]]
    )
    total: float = 0.0

    def add(self, words: Sequence[tuple[str, str]], weight: float) -> None:
        """Align one more text with those already added."""
        replace = np.array(
            [[1 - at.get(bare, 0.0) / self.total for bare, _ in words] for at in self.behind]
        ).reshape(len(self.behind), len(words))
        skip = np.array([1 - at.get(EMPTY, 0.0) / self.total for at in self.behind])
        behind: list[dict[str, float]] = []
        spellings: list[dict[tuple[str, str], float]] = []
        slot = word = 0
        for step in _path(replace, skip)[::-1].tolist():
            at = self.behind[slot] if step != INSERT else {EMPTY: self.total}
            spelling = self.written[slot] if step != INSERT else {}
            entry = words[word] if step != SKIP else (EMPTY, EMPTY)
            at[entry[0]] = at.get(entry[0], 0.0) + weight
            spelling[entry] = spelling.get(entry, 0.0) + weight
            behind.append(at)
            spellings.append(spelling)
            slot += step != INSERT
            word += step != SKIP
        self.behind, self.written, self.total = behind, spellings, self.total + weight

    def voted(self) -> tuple[str, float]:
        """Return the text of most weight, and the mean share of that weight."""
        words: list[str] = []
        shares: list[float] = []
        for at, spelling in zip(self.behind, self.written, strict=True):
            bare = max(at, key=lambda each: (at[each], each))
            if bare != EMPTY:
                words.append(
                    max((w for w in spelling if w[0] == bare), key=lambda w: (spelling[w], w))[1]
                )
            shares.append(at[bare] / self.total)
        return " ".join(words), float(np.mean(shares)) if shares else 1.0
