"""Make one text of several that people wrote of the same thing: transcriptions, translations.

``rover`` lines the texts up word by word and lets people vote at each place; ``medoid_texts`` picks
the one text nearest the others, so that what comes out was written by somebody. People whose texts
are far from what comes out count less the next round. Words are compared without case and
punctuation; what comes out keeps how they were written.
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
    """Rows (task, worker, what they wrote).

    Args:
        task: which task, shape (n_answers,).
        worker: who wrote.
        text: what they wrote.
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
        """Refuse columns that do not fit together."""
        if len(self.text) != len(self.task):
            raise ShapeError(f"{len(self.text)} texts for {len(self.task)} answers; give one each")
        self.answers()

    def answers(self) -> Answers:
        """Return the rows with one label a row."""
        rows = np.arange(len(self.task), dtype=np.int32)
        return Answers(self.task, self.worker, rows, self.n_tasks, self.n_workers, len(rows))


class TextFit(NamedTuple):
    """The text of each task, empty where nobody wrote; and of each worker, their mean error.

    ``support`` is the mean share of weight behind the words chosen, from 0 to 1; it is no
    probability. ``error`` is the mean word error rate of a worker's texts against what came out,
    shrunk to that of everybody, shape (n_workers,).
    """

    text: list[str]
    support: Floats
    error: Floats


@kernel
def edits(one: Codes, other: Codes) -> int:
    """Count the fewest insertions, deletions and replacements that turn one into the other."""
    above = np.arange(len(other) + 1)
    for row in range(len(one)):
        corner = above[0]
        above[0] = row + 1
        for column in range(len(other)):
            replaced = corner + (one[row] != other[column])
            corner = above[column + 1]
            above[column + 1] = min(replaced, corner + 1, above[column] + 1)
    return int(above[len(other)])


@kernel
def _path(replace: Floats, skip: Floats) -> Codes:
    """Line words up with places at least cost; return, from the end, 0 pair, 1 skip, 2 insert.

    ``replace`` is what word j costs at place i, ``skip`` what leaving place i empty costs; a new
    place costs 1.
    """
    n_places, n_words = replace.shape
    cost = np.zeros((n_places + 1, n_words + 1))
    for place in range(n_places):
        cost[place + 1, 0] = cost[place, 0] + skip[place]
    for word in range(n_words):
        cost[0, word + 1] = cost[0, word] + 1.0
    for place in range(n_places):
        for word in range(n_words):
            cost[place + 1, word + 1] = min(
                cost[place, word] + replace[place, word],
                cost[place, word + 1] + skip[place],
                cost[place + 1, word] + 1.0,
            )
    steps = np.empty(n_places + n_words, dtype=np.int32)
    place, word, taken = n_places, n_words, 0
    while place > 0 or word > 0:
        here = cost[place, word]
        if (
            place > 0
            and word > 0
            and here == cost[place - 1, word - 1] + replace[place - 1, word - 1]
        ):
            steps[taken] = 0
            place -= 1
            word -= 1
        elif place > 0 and here == cost[place - 1, word] + skip[place - 1]:
            steps[taken] = 1
            place -= 1
        else:
            steps[taken] = 2
            word -= 1
        taken += 1
    return steps[:taken]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, no punctuation.

    Example:
        >>> words_of("“It’s HALF past ten,” she said.")
        ["it's", 'half', 'past', 'ten', 'she', 'said']
    """
    return [word for word, _ in _words(text)]


def _words(text: str) -> list[tuple[str, str]]:
    """Return each word as compared and as written."""
    found: list[tuple[str, str]] = []
    for written in unicodedata.normalize("NFC", text).split():
        straight = written.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        kept = (c for c in straight if c == "'" or unicodedata.category(c)[0] != "P")
        if bare := "".join(kept).strip("'"):
            found.append((bare, written))
    return found


def word_errors(reference: str, said: str) -> tuple[int, int]:
    """Return the word errors of a text against a reference, and the reference's words.

    Example:
        >>> word_errors("then it is settled", "so it settled")
        (2, 4)
    """
    codes = _coded([reference, said])
    return edits(codes[0], codes[1]), len(codes[0])


def _coded(texts: Sequence[str]) -> list[Codes]:
    numbers: dict[str, int] = {}
    return [
        np.array([numbers.setdefault(word, len(numbers)) for word in words_of(text)], np.int32)
        for text in texts
    ]


def medoid_texts(texts: Texts) -> TextFit:
    """Return, for each task, the text nearest the others', careful people counting more.

    Raises:
        BadInput: there are no answers.
    """
    found = _medoids(texts)
    chosen = [texts.text[int(row)] if row >= 0 else "" for row in found.row]
    return TextFit(chosen, 1 - found.distance, found.error)


def _medoids(texts: Texts) -> Medoids:
    coded = _coded(texts.text)

    def apart(one: int, other: int) -> float:
        longest = max(len(coded[one]), len(coded[other]))
        return edits(coded[one], coded[other]) / longest if longest else 0.0

    return medoids_by_distance(texts.answers(), apart)


def rover(texts: Texts) -> TextFit:
    """Line texts up word by word and take, at each place, the word with most weight behind it.

    A text weighs more where its writer is close to others elsewhere, and where it is itself.

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
    found = _medoids(texts)
    far = np.where(np.isnan(found.apart), 0.0, found.apart)
    weight = weight_of(found.error)[texts.worker] / (far + LEAST_ERROR) ** CLOSE
    weight = np.round(weight / weight.max(), 9)  # sums in another order are the same draw
    text, support = [""] * texts.n_tasks, np.zeros(texts.n_tasks)
    for rows in rows_by_task(texts.answers()):
        task = int(texts.task[rows[0]])
        numbers = [int(row) for row in rows]
        order = sorted(numbers, key=lambda row: (-weight[row], texts.text[row]))
        places = _Places()
        for row in order:
            places.add(_words(texts.text[row]), float(weight[row]))
        text[task], support[task] = places.voted()
    return TextFit(text, support, found.error)


@dataclass(slots=True)
class _Places:
    """Words lined up: at each place, the weight behind each word, and how it was written."""

    behind: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    written: list[dict[tuple[str, str], float]] = field(
        default_factory=list[dict[tuple[str, str], float]]
    )
    total: float = 0.0

    def add(self, words: Sequence[tuple[str, str]], weight: float) -> None:
        """Line one more text up with those there are."""
        replace = np.array(
            [[1 - at.get(bare, 0.0) / self.total for bare, _ in words] for at in self.behind]
        ).reshape(len(self.behind), len(words))
        skip = np.array([1 - at.get(EMPTY, 0.0) / self.total for at in self.behind])
        behind: list[dict[str, float]] = []
        written: list[dict[tuple[str, str], float]] = []
        place = word = 0
        for step in _path(replace, skip)[::-1].tolist():
            at = self.behind[place] if step != INSERT else {EMPTY: self.total}
            how = self.written[place] if step != INSERT else {}
            said = words[word] if step != SKIP else (EMPTY, EMPTY)
            at[said[0]] = at.get(said[0], 0.0) + weight
            how[said] = how.get(said, 0.0) + weight
            behind.append(at)
            written.append(how)
            place += step != INSERT
            word += step != SKIP
        self.behind, self.written, self.total = behind, written, self.total + weight

    def voted(self) -> tuple[str, float]:
        """Return the text with most weight behind it, and the mean share of that weight."""
        said: list[str] = []
        shares: list[float] = []
        for at, how in zip(self.behind, self.written, strict=True):
            bare = max(at, key=lambda each: (at[each], each))
            if bare != EMPTY:
                said.append(max((w for w in how if w[0] == bare), key=lambda w: (how[w], w))[1])
            shares.append(at[bare] / self.total)
        return " ".join(said), float(np.mean(shares)) if shares else 1.0
