"""Compare and merge marked items of one task: boxes, polygons, points, spans, sound.

Two answers are compared by pairing their items at least cost; an unpaired item has distance 1.
Several answers are merged by matching the items that mean the same thing
(``quality.merging.regions``), selecting those with more than half of the weight, and letting each
kind fuse the members. Skills over a whole project are estimated in ``quality``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np

from canut.core.arrays import Floats
from canut.core.kinds.shared.fields import Question, QuestionPath, number_of, values_in
from canut.core.kinds.shared.merging import Fair, medoid, vote
from canut.core.quality.merging.assignment import assigned
from canut.core.quality.merging.regions import ALIKE_ENOUGH, MarkedShapes, match
from canut.core.quality.merging.shapes import Shape

DIGITS = 12
MOST_LABELS = 200
type Thing = dict[str, object]
type Member = tuple[int, int]
"""Which answer, and which of its things."""


class Way(NamedTuple):
    """How a kind encodes items as vectors, fuses several into one, and orders them.

    ``fuse`` omits the label; ``clash`` returns whether two items exclude each other.
    """

    shape: Shape
    vector: Callable[[Thing], Sequence[float]]
    fuse: Callable[[Sequence[Thing], Sequence[float]], Thing]
    order: Callable[[Thing], tuple[object, ...]]
    clash: Callable[[Thing, Thing], bool]


class MergedAnswer(NamedTuple):
    """A merged answer, and the sources of each of its items."""

    value: object
    members: list[list[Member]]


def set_distance(n_left: int, n_right: int, between: Callable[[int, int], float]) -> float:
    """Return the distance of two sets, 0 to 1, from a distance of their members: ``apart_of``."""
    table = [[between(row, column) for column in range(n_right)] for row in range(n_left)]
    return apart_of(np.array(table, dtype=np.float64).reshape(n_left, n_right))


def apart_of(table: Floats) -> float:
    """Return the mean distance of members paired at least cost; 1 for each unpaired one.

    Args:
        table: the distance of each member of one set from each of the other, from 0 to 1.

    Source:
        OSPA of order and cut-off 1, a metric where the distance between members is one:
        Schuhmacher, Vo and Vo (2008), https://doi.org/10.1109/TSP.2008.920469.

    Example:
        >>> apart_of(np.array([[0.5], [0.0]]))
        0.5
    """
    few, many = sorted(table.shape)
    if not few:
        return float(many > 0)
    wide = table if table.shape[0] == few else table.T
    paired: list[float] = wide[np.arange(few), assigned(wide)].tolist()
    mean: float = (math.fsum(paired) + many - few) / many
    return round(mean, DIGITS)


def labels_apart(left: Sequence[Thing], right: Sequence[Thing], table: Floats) -> Floats:
    """Return the table of distances, shape (n_left, n_right), with 1 wherever labels differ."""
    left_labels = np.array([str(each["label"]) for each in left], dtype=np.str_)
    right_labels = np.array([str(each["label"]) for each in right], dtype=np.str_)
    differ = left_labels[:, None] != right_labels[None, :]
    return np.where(differ, 1.0, table)


def arranged(
    at: QuestionPath, things: Sequence[Thing], order: Callable[[Thing], tuple[object, ...]]
) -> tuple[list[Thing], list[int]]:
    """Return items in their kind's order, and the original index of each.

    Raises:
        BadAnswer: two are the same.
    """
    places = sorted(range(len(things)), key=lambda place: order(things[place]))
    for before, place in pairwise(places):
        if order(things[before]) == order(things[place]):
            at.of(max(before, place)).refuse("there already", "each one once", "twice")
    return [things[place] for place in places], places


def gather(question: Question, votes: Fair, strategy: Way) -> MergedAnswer:
    """Merge several lists of items into one, and return the sources of each.

    Args:
        question: checked, with labels and limits.
        votes: lists of items in normal form, with weights.
        strategy: how the kind encodes, fuses and orders items.

    Returns:
        Items that this question accepts, in its order; if too few have a majority, the heaviest
        of the others too, and if those clash, the items of the medoid answer.
    """
    answers, shares = [listed(each) for each in votes.answers], votes.shares
    if all(answer == answers[0] for answer in answers):
        everybody = [[(a, t) for a in votes.order] for t in range(len(answers[0]))]
        return MergedAnswer(answers[0], everybody)
    fused = _fused(question, answers, shares, strategy)
    half = math.fsum(shares) / 2
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    selected: list[tuple[Thing, list[Member]]] = []
    for weight, item, members in fused:
        is_wanted = weight > half or len(selected) < least
        if (
            is_wanted
            and len(selected) < most
            and not any(strategy.clash(item, t) for t, _ in selected)
        ):
            selected.append((item, members))
    if len(selected) < least:
        best = _nearest(answers, shares, strategy)
        selected = [(item, [(best, t)]) for t, item in enumerate(answers[best])]
    selected.sort(key=lambda each: strategy.order(each[0]))
    own = [[(votes.order[a], t) for a, t in members] for _, members in selected]
    return MergedAnswer([item for item, _ in selected], own)


def _fused(
    question: Question, answers: Sequence[Sequence[Thing]], shares: Sequence[float], strategy: Way
) -> list[tuple[float, Thing, list[Member]]]:
    """Return the fused items, heaviest first, and the sources of each."""
    labels = values_in(question, "labels")
    groups: list[tuple[float, Thing, list[Member]]] = []
    for members in _matched(answers, strategy, labels):
        things = [answers[a][t] for a, t in members]
        weights = [shares[a] for a, _ in members]
        label = vote([str(each["label"]) for each in things], weights, labels)
        fused = {"label": label, **strategy.fuse(things, weights)}
        groups.append((math.fsum(weights), fused, members))
    return sorted(groups, key=lambda each: (-each[0], strategy.order(each[1])))


def _matched(
    answers: Sequence[Sequence[Thing]], strategy: Way, labels: Sequence[str]
) -> list[list[Member]]:
    """Return which items mean the same thing."""
    rows = [(a, t) for a, answer in enumerate(answers) for t in range(len(answer))]
    if not rows:
        return []
    things = [answers[a][t] for a, t in rows]
    looked = np.array([(0, a) for a in range(len(answers))], dtype=np.int32)
    marked = MarkedShapes(
        np.zeros(len(rows), dtype=np.int32),
        np.array([a for a, _ in rows], dtype=np.int32),
        np.array([labels.index(str(each["label"])) for each in things], dtype=np.int32),
        np.array([strategy.vector(each) for each in things], dtype=np.float64),
        looked,
        1,
        len(answers),
        len(labels),
    )
    groups: dict[int, list[Member]] = {}
    for row, group in zip(rows, match(marked, strategy.shape, ALIKE_ENOUGH).tolist(), strict=True):
        groups.setdefault(group, []).append(row)
    return list(groups.values())


def _nearest(answers: Sequence[Sequence[Thing]], shares: Sequence[float], strategy: Way) -> int:
    """Return the index of the answer nearest to the others."""

    def between(first: int, second: int) -> float:
        left, right = answers[first], answers[second]
        rows = [np.array(strategy.vector(each), dtype=np.float64) for each in right]
        table = [
            [1 - float(strategy.shape.alike(np.array(strategy.vector(each)), row)) for row in rows]
            for each in left
        ]
        return apart_of(np.array(table).reshape(len(left), len(right)))

    return medoid(len(answers), between, shares)


def label_in(at: QuestionPath, fields: Mapping[str, object], question: Question) -> str:
    """Return the checked label of an item."""
    return at.of("label").one_of(fields["label"], values_in(question, "labels"))


def listed(value: object) -> list[Thing]:
    """Cast a checked list of items to its type."""
    return cast("list[Thing]", value)
