"""Decide whether a marker is calibrated: five anchors before marking, one text in ten afterwards.

An anchor is an invented answer with reference marks. A round of training is five of them, with 18
of 20 criteria within one level of the reference. Later anchors stand among the cases; over the last
20 of the round, under 80 % within one level ask for a new round. Every text is paid alike.
"""

import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from canut.core.lessons.lesson import CRITERIA, Anchor, Lesson

ROUND_ANCHORS = 5
LEAST_NEAR = 18
ONE_IN = 10
WINDOW = 20
LEAST_PERCENT = 80
NEAR = 1
PERCENT = 100


class AnchorMark(NamedTuple):
    """The levels given to one anchor, beside its reference."""

    levels: Sequence[int]
    reference: Sequence[int]
    is_training: bool
    round: int


class CalibrationState(StrEnum):
    """Whether a marker may mark a lesson's cases."""

    UNTRAINED = "untrained"
    CALIBRATED = "calibrated"
    PAUSED = "paused"


class Calibration(NamedTuple):
    """Where a marker stands in one lesson.

    Args:
        state: whether they may mark.
        round: the round of training they are in, or that the next anchor begins.
        marked: anchors of that round they marked already.
        near: criteria within one level, of the last full round or of the window.
        of: criteria that ``near`` is counted on.
    """

    state: CalibrationState
    round: int
    marked: int
    near: int
    of: int


def near_criteria(levels: Sequence[int], reference: Sequence[int]) -> int:
    """Return how many criteria are within one level of the reference.

    Example:
        >>> near_criteria([3, 2, 0, 1], [2, 2, 2, 0])
        3
    """
    return sum(abs(level - right) <= NEAR for level, right in zip(levels, reference, strict=True))


def calibration(marks: Sequence[AnchorMark]) -> Calibration:
    """Return where a marker stands, from all their anchors of one lesson, oldest first."""
    number = max((mark.round for mark in marks), default=1)
    of_round = [mark for mark in marks if mark.round == number]
    training = [mark for mark in of_round if mark.is_training]
    near, of = _count(training)
    if len(training) < ROUND_ANCHORS:
        return Calibration(CalibrationState.UNTRAINED, number, len(training), near, of)
    if near < LEAST_NEAR:
        return Calibration(CalibrationState.UNTRAINED, number + 1, 0, near, of)
    window = of_round[-WINDOW:]
    near, of = _count(window)
    if len(window) == WINDOW and near * PERCENT < LEAST_PERCENT * of:
        return Calibration(CalibrationState.PAUSED, number + 1, 0, near, of)
    return Calibration(CalibrationState.CALIBRATED, number, ROUND_ANCHORS, near, of)


def _count(marks: Sequence[AnchorMark]) -> tuple[int, int]:
    """Return how many criteria are within one level, and of how many."""
    return sum(near_criteria(mark.levels, mark.reference) for mark in marks), CRITERIA * len(marks)


def training_anchors(lesson: Lesson, language: str) -> tuple[Anchor, ...]:
    """Return the five anchors of a round; of the other language where this one has fewer.

    Returns:
        Nothing where the lesson ships fewer than five in each language.
    """
    anchors = lesson.case.anchors
    for wanted in (language, *sorted({anchor.language for anchor in anchors} - {language})):
        own = [anchor for anchor in anchors if anchor.language == wanted]
        if len(own) >= ROUND_ANCHORS:
            return tuple(own[:ROUND_ANCHORS])
    return ()


def hidden_anchor(
    secret: bytes, marker: int, lesson: Lesson, marked: int, language: str
) -> Anchor | None:
    """Return the anchor that a marker's next text is, or None where it is a case.

    One text in each ten is an anchor; which one only the secret tells.

    Args:
        secret: of the instance.
        marker: id of the person.
        lesson: whose case.
        marked: texts they marked in this lesson, anchors of training left out.
        language: of the case whose turn it would be.
    """
    anchors = [anchor for anchor in lesson.case.anchors if anchor.language == language]
    anchors = anchors[ROUND_ANCHORS:] or anchors
    if not anchors:
        return None
    block, position = divmod(marked, ONE_IN)
    text = f"{marker} {lesson.id} {block}".encode()
    digest = hmac.digest(secret, text, hashlib.sha256)
    if digest[0] % ONE_IN != position:
        return None
    return anchors[digest[1] % len(anchors)]
