"""Forecast at half of the answers what all of them give, on crowds whose truth is known.

The real crowds chose the settings of the curve (``BIAS``, ``DOUBT_AHEAD``), so their table says how
it fits them; made crowds with other seeds than 0 to 7 chose nothing.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.quality.habits import HABITS
from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.quality.estimators.auto import average, choose, fit_members
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import RUN
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.measures.learning_curve import (
    MOST_ANSWERS,
    OUTER,
    Scorer,
    at_depth,
    lack_of,
    measure_curve,
    take_answers,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange
from tests.core.quality.crowds import read

MOST_LABELS = 40
KNOWN = 50


class Foresight(NamedTuple):
    """What was said at half of the answers, and what was so; shares of right labels.

    ``told`` and ``told_gain`` are each a forecast with its 95 % interval.
    """

    depth: float
    real_half: float
    real_all: float
    told: tuple[float, float, float]
    told_gain: tuple[float, float, float]

    @property
    def error(self) -> float:
        """How far the forecast is from the real share of all answers."""
        return self.told[0] - self.real_all

    @property
    def error_of_gain(self) -> float:
        """How far the forecast gain is from the real one."""
        return self.told_gain[0] - (self.real_all - self.real_half)

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the real share."""
        return self.told[1] <= self.real_all <= self.told[2]

    @property
    def is_gain_covered(self) -> bool:
        """Whether the interval of the gain holds the real one."""
        return self.told_gain[1] <= self.real_all - self.real_half <= self.told_gain[2]


def foresee(answers: Answers, truth: Codes, known_count: int, seed: int) -> Foresight | None:
    """Forecast at half of the answers; None where half is too few to measure a curve.

    Args:
        answers: all of them.
        truth: label of each task, -1 where it is not known, shape (n_tasks,).
        known_count: number of tasks whose label the curve is told.
        seed: of the half, and of the known labels.
    """
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(len(answers)), answers.task))
    rows, _ = arrange(_some(answers, order))
    counts = np.diff(rows.start)
    place = np.arange(len(rows.cell)) - np.repeat(rows.start[:-1], counts)
    half_counts = np.maximum((counts + np.arange(rows.n_tasks) % 2) // 2, 1)
    half = take_answers(rows, place < np.repeat(half_counts, counts))
    if lack_of(np.diff(half.start)):
        return None
    known_labels = np.full(rows.n_tasks, -1, dtype=np.int32)
    revealed = rng.permutation(np.flatnonzero(truth >= 0))[:known_count]
    known_labels[revealed] = truth[revealed]
    of_half = estimator(half)
    curve = measure_curve(half, rng.permutation(len(half.cell)), of_half, known_labels, seed)
    then = at_depth(curve.laws, len(rows.cell) / rows.n_tasks, curve.depth)
    gain = then - at_depth(curve.laws, curve.depth, curve.depth)
    return Foresight(
        curve.depth,
        _right(of_half(half), truth),
        _right(estimator(rows)(rows), truth),
        (float(then[0]), *np.percentile(then[1:], OUTER).tolist()),
        (float(gain[0]), *np.percentile(gain[1:], OUTER).tolist()),
    )


def estimator(rows: AnswersByTask) -> Scorer:
    """Return what fits parts of these answers, with the weights that ``auto`` gives its models."""
    keys = NameKeys(key_names(list(range(rows.n_tasks))), key_names(list(range(rows.n_workers))))
    weights = choose(rows, RUN, keys, None, 0)[1].weight

    def chances_of(part: AnswersByTask) -> Floats:
        return calibrate(average(fit_members(part, RUN), weights), None).posterior()

    return chances_of


def bounded(answers: Answers, truth: Codes, seed: int) -> tuple[Answers, Codes]:
    """Return whole tasks, drawn by chance, with at most as many answers as a curve takes."""
    counts = np.bincount(answers.task, minlength=answers.n_tasks)
    order = np.random.default_rng(seed).permutation(answers.n_tasks)
    tasks = np.sort(order[np.cumsum(counts[order]) <= MOST_ANSWERS])
    number = np.full(answers.n_tasks, -1, dtype=np.int32)
    number[tasks] = np.arange(len(tasks), dtype=np.int32)
    rows = np.flatnonzero(number[answers.task] >= 0)
    people, worker = np.unique(answers.worker[rows], return_inverse=True)
    few = Answers(
        number[answers.task[rows]],
        worker.astype(np.int32),
        answers.label[rows],
        len(tasks),
        len(people),
        answers.n_labels,
    )
    return few, truth[tasks]


def _some(answers: Answers, rows: np.ndarray) -> Answers:
    return Answers(
        answers.task[rows],
        answers.worker[rows],
        answers.label[rows],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )


def _right(chances: Floats, truth: Codes) -> float:
    is_known = truth >= 0
    return float((chances.argmax(axis=1) == truth)[is_known].mean())


def summary(outcomes: list[Foresight]) -> str:
    """Describe many forecasts: mean absolute errors, and shares of intervals that hold."""
    return (
        f"{len(outcomes)} crowds: share {np.mean([abs(each.error) for each in outcomes]):.3f} off, "
        f"{np.mean([each.is_covered for each in outcomes]):.2f} in the interval; gain "
        f"{np.mean([abs(each.error_of_gain) for each in outcomes]):.3f} off, "
        f"{np.mean([each.is_gain_covered for each in outcomes]):.2f} in the interval"
    )


def main() -> None:
    """Print a line for each real crowd, worst first, and the summary of real and made ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=9)
    options = parser.parse_args()
    for known_labels in (0, KNOWN):
        rows: list[tuple[str, Foresight]] = []
        for folder in sorted(options.folder.iterdir()):
            if not (folder / "labels.csv").exists() or not (folder / "gold.csv").exists():
                continue
            try:
                crowd = read(folder)
            except KeyError:
                continue  # a set without labels of a list
            if crowd.answers.n_labels > MOST_LABELS:
                continue
            number = {str(label): code for code, label in enumerate(crowd.labels)}
            truth = np.array(
                [number.get(crowd.gold.get(str(task), ""), -1) for task in crowd.tasks], np.int32
            )
            outcome = foresee(*bounded(crowd.answers, truth, 1), known_labels, 1)
            if outcome is None:
                print(f"{folder.name}: too few answers per task at half")
            else:
                rows.append((folder.name, outcome))
        for name, each in sorted(rows, key=lambda row: -abs(row[1].error)):
            print(
                f"| {name} | {each.depth:.1f} | {each.real_half:.3f} | {each.real_all:.3f} | "
                f"{each.told[0]:.3f} | {each.told[1]:.3f}–{each.told[2]:.3f} | "
                f"{each.real_all - each.real_half:+.3f} | {each.told_gain[0]:+.3f} |"
            )
        print(known_labels, "known, real:", summary([each for _name, each in rows]))
        of_habits = [
            foresee(*HABITS[habit](2_000 + seed), known_labels, seed)
            for habit in HABITS
            for seed in range(options.seeds)
        ]
        measured = [each for each in of_habits if each]
        print(
            known_labels,
            "known, made:",
            len(of_habits) - len(measured),
            "refused;",
            summary(measured),
        )


if __name__ == "__main__":
    main()
