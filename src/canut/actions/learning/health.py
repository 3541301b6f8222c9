"""Describe the health of a model: how right it is where nobody saw it, and where it is not.

Everything is measured on the hidden share, against how often people would repeat their own labels,
as a takeover is. What has too few answers says so instead of a figure.
Slices are fixed before anybody looks: columns with few values, length, import, week, how far people
agreed, and the model's own class; never the person, the place or the device of who answered.

Reads only.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from canut.actions.learning.slice_tasks import (
    AGREEMENT,
    CLASS,
    DERIVED,
    IMPORT,
    LENGTH,
    SliceTask,
    facts_of,
    text_of,
)
from canut.actions.learning.training_data import votes_of
from canut.core.arrays import Bools, Floats
from canut.core.clock import DAY_MS
from canut.core.learning.health import (
    CERTAIN,
    answers_needed,
    calibration_limit,
    confirm_fall,
    evidence_of_fall,
)
from canut.core.learning.measure import ShareInterval, wilson
from canut.core.learning.slices import (
    FEWEST,
    MOST_SLICES,
    SliceErrors,
    find_slices,
    slices_of_column,
    slices_of_number,
)
from canut.core.learning.takeover import people_again
from canut.core.quality.estimators.calibration import calibration_error
from canut.store.learning.health import HiddenTask, hidden_tasks_of
from canut.store.learning.loop import rule_of_loop
from canut.store.models import Trained

WEEK_MS = 7 * DAY_MS
PER_MILLE = 1_000
PROVEN_SLIPS = 2
MOST_BAR = 0.999  # of a share of 1, one slip would be proof of a fall
MOST_WEEKS = 12


class WeekScore(NamedTuple):
    """How often a model was right in one week: ``right`` of ``seen``, with its interval."""

    begin_ms: int
    right: int
    seen: int
    share: ShareInterval


class CalibrationScore(NamedTuple):
    """The error of a model's confidence, and what a well calibrated one stays under."""

    error: float
    limit: float

    @property
    def is_off(self) -> bool:
        """Whether the error is more than chance explains."""
        return self.error > self.limit


class ModelHealth(NamedTuple):
    """The health of one version on its hidden tasks.

    ``share``: None below ``FEWEST`` tasks, as are the rest. ``bar``: what the project asks, of how
    often people repeat themselves. ``evidence`` of a fall now, as a share of what confirms it, at
    most 1. ``is_fallen``: whether it was ever enough. ``slices``: all that were compared, most
    surprising first.
    ``to_confirm``: new answers that would confirm a repaired slice, with two slips.
    """

    seen: int
    right: int
    share: ShareInterval | None
    bar: float
    weeks: list[WeekScore]
    evidence: float | None
    is_fallen: bool
    calibration: CalibrationScore | None
    slices: list[SliceErrors]
    to_confirm: int

    @property
    def found(self) -> list[SliceErrors]:
        """The slices that are suspected."""
        return [each for each in self.slices if each.is_found]


def health_of(trained: Trained) -> ModelHealth:
    """Return the health of a version, from its newest hidden tasks."""
    rows = hidden_tasks_of(trained)
    bar = bar_of(trained, rows)
    is_right = np.array([row.label == row.proposed for row in rows], np.bool_)
    right, total = int(is_right.sum()), len(rows)
    is_known = total >= FEWEST
    needed = answers_needed(bar, PROVEN_SLIPS)
    if not is_known:
        return ModelHealth(
            total, right, None, bar, [], None,
            is_fallen=False, calibration=None, slices=[], to_confirm=needed,
        )  # fmt: skip
    evidence = float(evidence_of_fall(is_right, bar)[-1] / CERTAIN)
    return ModelHealth(
        total,
        right,
        wilson(right, total),
        bar,
        _weeks(rows, is_right),
        min(evidence, 1.0),
        confirm_fall(is_right, bar) is not None,
        _calibration(np.array([row.score for row in rows]), is_right, trained.pk),
        find_slices(slices_of(rows), ~is_right),
        needed,
    )


def worst_slice_of(trained: Trained) -> tuple[int, int, bool, int, SliceErrors | None]:
    """Return hidden tasks seen, those right, whether slices were sought, how many, and the worst.

    The worst is the suspected slice with the most errors beyond the rest's rate; None for none.
    """
    rows = hidden_tasks_of(trained)
    is_right = np.array([row.label == row.proposed for row in rows], np.bool_)
    right, total = int(is_right.sum()), len(rows)
    if total < FEWEST:
        return total, right, False, 0, None
    compared = find_slices(slices_of(rows), ~is_right)
    suspected = [each for each in compared if each.is_found]
    worst = max(suspected, key=lambda each: each.excess, default=None)
    return total, right, bool(compared), len(compared), worst


def bar_of(trained: Trained, rows: list[HiddenTask]) -> float:
    """Return the share to reach: a consensus of few answers has errors too."""
    asked_share = rule_of_loop(trained.project_id).bar_per_mille / PER_MILLE
    confidence = np.array([row.confidence for row in rows])
    votes = votes_of([row.task for row in rows], [row.label for row in rows])
    return min(asked_share * people_again(confidence, *votes), MOST_BAR)


def _weeks(rows: list[HiddenTask], is_right: Bools) -> list[WeekScore]:
    counts: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row, was_right in zip(rows, is_right.tolist(), strict=True):
        right, seen = counts[row.decided_ms // WEEK_MS]
        counts[row.decided_ms // WEEK_MS] = right + was_right, seen + 1
    newest = sorted(counts)[-MOST_WEEKS:]
    scores = [(week, *counts[week]) for week in newest]
    return [
        WeekScore(week * WEEK_MS, right, seen, wilson(right, seen)) for week, right, seen in scores
    ]


def _calibration(score: Floats, is_right: Bools, seed: int) -> CalibrationScore:
    error = calibration_error(score, is_right.astype(np.float64))
    return CalibrationScore(error, calibration_limit(score, np.random.default_rng(seed)))


def slices_of(rows: list[HiddenTask]) -> dict[str, Bools]:
    """Return the candidate slices, at most ``MOST_SLICES``, whatever the errors.

    Those that are not of a column of the import have a name that begins with ``@``.
    """
    facts = [facts_of(task_of(row)) for row in rows]
    columns = sorted({name for each in facts for name in each} - set(DERIVED))
    slices: dict[str, Bools] = {}
    for name in columns:
        slices |= slices_of_column(name, [text_of(each.get(name)) for each in facts])
    lengths = np.array([each[LENGTH] for each in facts], np.float64)
    slices |= slices_of_number(LENGTH, lengths)
    slices |= slices_of_column(CLASS, [text_of(each[CLASS]) for each in facts])
    slices |= slices_of_column(IMPORT, [text_of(each[IMPORT]) for each in facts])
    slices |= slices_of_number(AGREEMENT, np.array([each[AGREEMENT] for each in facts], np.float64))
    return dict(list(slices.items())[:MOST_SLICES])


def task_of(row: HiddenTask) -> SliceTask:
    """Return what a hidden task's kinds follow from."""
    return SliceTask(row.task, "", row.content, row.source, row.proposed, row.confidence)
