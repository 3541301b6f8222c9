"""Compare and merge what several people marked in one task: boxes, polygons, points, spans, sound.

Two answers are compared by pairing what they marked at least cost; what one of them alone marked
counts as far as can be. Several are merged by finding what means the same thing
(``quality.regions``), keeping what more than half of the weight marked, and letting each kind make
one of the members. Skills learned over a whole project are the matter of ``quality``.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np

from canut.core.arrays import Floats
from canut.core.kinds.shared.fields import FieldPath, Question, number_of, values_in
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
    """How a kind writes its things as vectors, makes one of several, and orders them.

    ``fuse`` leaves out the label; ``clash`` says whether two may not stand in one answer.
    """

    shape: Shape
    vector: Callable[[Thing], Sequence[float]]
    fuse: Callable[[Sequence[Thing], Sequence[float]], Thing]
    order: Callable[[Thing], tuple[object, ...]]
    clash: Callable[[Thing, Thing], bool]


class MergedAnswer(NamedTuple):
    """One answer made of several, and whose things each of its things was made of."""

    value: object
    members: list[list[Member]]


def set_distance(n_left: int, n_right: int, between: Callable[[int, int], float]) -> float:
    """Return how far apart two sets are, from a distance between their members: ``apart_of``."""
    table = [[between(one, other) for other in range(n_right)] for one in range(n_left)]
    return apart_of(np.array(table, dtype=np.float64).reshape(n_left, n_right))


def apart_of(table: Floats) -> float:
    """Return the mean distance of members paired at least cost, 1 for each that has no partner.

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
    """Return the table with 1 wherever labels differ."""
    one = np.array([str(each["label"]) for each in left], dtype=np.str_)
    other = np.array([str(each["label"]) for each in right], dtype=np.str_)
    differ = one[:, None] != other[None, :]
    return np.where(differ, 1.0, table)


def arranged(
    at: FieldPath, things: Sequence[Thing], order: Callable[[Thing], tuple[object, ...]]
) -> tuple[list[Thing], list[int]]:
    """Return things in their kind's order, and where each stood.

    Raises:
        BadAnswer: two are the same.
    """
    places = sorted(range(len(things)), key=lambda place: order(things[place]))
    for before, place in pairwise(places):
        if order(things[before]) == order(things[place]):
            at.of(max(before, place)).refuse("there already", "each one once", "twice")
    return [things[place] for place in places], places


def gather(question: Question, given: Fair, way: Way) -> MergedAnswer:
    """Make one list of things of several, and say what each was made of.

    Args:
        question: checked, with labels and limits.
        given: lists of things in normal form.
        way: how the kind does it.

    Returns:
        Things that this question accepts, in its order; where too few are agreed on, the heaviest
        of the others too, and where those clash, the answer nearest all.
    """
    answers, shares = [listed(each) for each in given.answers], given.shares
    if all(answer == answers[0] for answer in answers):
        everybody = [[(a, t) for a in given.order] for t in range(len(answers[0]))]
        return MergedAnswer(answers[0], everybody)
    found = _fused(question, answers, shares, way)
    half = math.fsum(shares) / 2
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    kept: list[tuple[Thing, list[Member]]] = []
    for weight, thing, members in found:
        is_wanted = weight > half or len(kept) < least
        if is_wanted and len(kept) < most and not any(way.clash(thing, t) for t, _ in kept):
            kept.append((thing, members))
    if len(kept) < least:
        best = _nearest(answers, shares, way)
        kept = [(thing, [(best, t)]) for t, thing in enumerate(answers[best])]
    kept.sort(key=lambda each: way.order(each[0]))
    own = [[(given.order[a], t) for a, t in members] for _, members in kept]
    return MergedAnswer([thing for thing, _ in kept], own)


def _fused(
    question: Question, answers: Sequence[Sequence[Thing]], shares: Sequence[float], way: Way
) -> list[tuple[float, Thing, list[Member]]]:
    """Return what was marked by any, heaviest first, and of whose things each is made."""
    known = values_in(question, "labels")
    found: list[tuple[float, Thing, list[Member]]] = []
    for members in _matched(answers, way, known):
        things = [answers[a][t] for a, t in members]
        weights = [shares[a] for a, _ in members]
        label = vote([str(each["label"]) for each in things], weights, known)
        fused = {"label": label, **way.fuse(things, weights)}
        found.append((math.fsum(weights), fused, members))
    return sorted(found, key=lambda each: (-each[0], way.order(each[1])))


def _matched(
    answers: Sequence[Sequence[Thing]], way: Way, known: Sequence[str]
) -> list[list[Member]]:
    """Return which things mean the same one."""
    rows = [(a, t) for a, answer in enumerate(answers) for t in range(len(answer))]
    if not rows:
        return []
    things = [answers[a][t] for a, t in rows]
    looked = np.array([(0, a) for a in range(len(answers))], dtype=np.int32)
    drawn = MarkedShapes(
        np.zeros(len(rows), dtype=np.int32),
        np.array([a for a, _ in rows], dtype=np.int32),
        np.array([known.index(str(each["label"])) for each in things], dtype=np.int32),
        np.array([way.vector(each) for each in things], dtype=np.float64),
        looked,
        1,
        len(answers),
        len(known),
    )
    groups: dict[int, list[Member]] = {}
    for row, group in zip(rows, match(drawn, way.shape, ALIKE_ENOUGH).tolist(), strict=True):
        groups.setdefault(group, []).append(row)
    return list(groups.values())


def _nearest(answers: Sequence[Sequence[Thing]], shares: Sequence[float], way: Way) -> int:
    """Return the answer nearest the others."""

    def between(one: int, other: int) -> float:
        left, right = answers[one], answers[other]
        rows = [np.array(way.vector(each), dtype=np.float64) for each in right]
        table = [
            [1 - float(way.shape.alike(np.array(way.vector(each)), row)) for row in rows]
            for each in left
        ]
        return apart_of(np.array(table).reshape(len(left), len(right)))

    return medoid(len(answers), between, shares)


def label_in(at: FieldPath, said: Mapping[str, object], question: Question) -> str:
    """Take one of the question's labels."""
    return at.of("label").one_of(said["label"], values_in(question, "labels"))


def listed(value: object) -> list[Thing]:
    """Return a checked list of things as what it is."""
    return cast("list[Thing]", value)
