"""Forecast at half of the answers what all of them give, on crowds whose truth is known.

The real crowds chose the settings of the curve (``BIAS``, ``DOUBT_AHEAD``), so their table says how
it fits them; made crowds with other seeds than 0 to 7 chose nothing. How single models are softened
was chosen on seeds 2,000 and 2,001. Real crowds of two labels stand for one choice of several.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bench.quality.habits import HABITS, Crowd, several_choices
from bench.quality.sets import (
    OF_TWO_LABELS,
    ORDERED,
    keys_of,
    present_sets,
    read_sets,
    truth_by_task,
)
from canut.actions.quality.curves import OF_CHOICES, OF_SCALES, fitting
from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.quality.estimators.auto import average, choose, fit_members
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import RUN
from canut.core.quality.measures.learning_curve import (
    MOST_ANSWERS,
    OUTER,
    Judged,
    Scorer,
    at_depth,
    lack_of,
    measure_curves,
    take_answers,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange

KNOWN = 50
HEADS = (
    *("crowd", "answers per task at half", "right at half", "right at all"),
    *("forecast, no known label", f"forecast, {KNOWN} known", "real gain", "forecast gain"),
)
HABITS_OF_SCALES = ("graded", "reversed scale")
FIRST_SEED, FIRST_OF_OTHERS = 2_000, 2_100

type ScorerOf = Callable[[AnswersByTask], Scorer]


class Foresight(NamedTuple):
    """What was forecast at half of the answers, and what was so; shares of right labels.

    ``forecast`` and ``forecast_gain`` are each a share with its 95 % interval.
    """

    depth: float
    real_half: float
    real_all: float
    forecast: tuple[float, float, float]
    forecast_gain: tuple[float, float, float]

    @property
    def error(self) -> float:
        """How far the forecast is from the real share of all answers."""
        return self.forecast[0] - self.real_all

    @property
    def error_of_gain(self) -> float:
        """How far the forecast gain is from the real one."""
        return self.forecast_gain[0] - (self.real_all - self.real_half)

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the real share."""
        return self.forecast[1] <= self.real_all <= self.forecast[2]

    @property
    def is_gain_covered(self) -> bool:
        """Whether the interval of the gain holds the real one."""
        return self.forecast_gain[1] <= self.real_all - self.real_half <= self.forecast_gain[2]


def foresee(
    answers: Answers, truth: Codes, known_count: int, seed: int, scorer_of: ScorerOf | None = None
) -> Foresight | None:
    """Forecast at half of the answers of one crowd; see ``foresee_choices``.

    Args:
        answers: all of them.
        truth: label of each task, -1 where it is not known, shape (n_tasks,).
        known_count: number of tasks whose label the curve is given.
        seed: of the half, and of the known labels.
        scorer_of: what fits parts of some answers; ``estimator`` by default.
    """
    return foresee_choices([Crowd(answers, truth)], known_count, seed, scorer_of or estimator)


def foresee_choices(
    choices: Sequence[Crowd], known_count: int, seed: int, scorer_of: ScorerOf
) -> Foresight | None:
    """Forecast at half of the answers; None where half is too few to measure a curve.

    Args:
        choices: the same people and tasks, one crowd for each choice of a question.
        known_count: number of tasks whose labels the curve is given.
        seed: of the half, and of the known labels.
        scorer_of: what fits parts of some answers.
    """
    rng = np.random.default_rng(seed)
    first = choices[0].answers
    order = np.lexsort((rng.random(len(first)), first.task))
    whole = [arrange(_some(choice.answers, order))[0] for choice in choices]
    counts = np.diff(whole[0].start)
    place = np.arange(len(first)) - np.repeat(whole[0].start[:-1], counts)
    half_counts = np.maximum((counts + np.arange(len(counts)) % 2) // 2, 1)
    halves = [take_answers(rows, place < np.repeat(half_counts, counts)) for rows in whole]
    if lack_of(np.diff(halves[0].start)):
        return None
    revealed = rng.permutation(np.flatnonzero(choices[0].truth >= 0))[:known_count]
    scorers = [scorer_of(half) for half in halves]
    judged = [
        Judged(half, scorer, _only(choice.truth, revealed))
        for half, scorer, choice in zip(halves, scorers, choices, strict=True)
    ]
    curve = measure_curves(judged, rng.permutation(len(halves[0].cell)), seed)
    then = at_depth(curve.laws, len(first) / len(counts), curve.depth)
    gain = then - at_depth(curve.laws, curve.depth, curve.depth)
    right_of_half = [
        _right(scorer(half), choice.truth)
        for scorer, half, choice in zip(scorers, halves, choices, strict=True)
    ]
    right_of_all = [
        _right(scorer_of(rows)(rows), choice.truth)
        for rows, choice in zip(whole, choices, strict=True)
    ]
    return Foresight(
        curve.depth,
        float(np.mean(right_of_half)),
        float(np.mean(right_of_all)),
        (float(then[0]), *np.percentile(then[1:], OUTER).tolist()),
        (float(gain[0]), *np.percentile(gain[1:], OUTER).tolist()),
    )


def estimator(rows: AnswersByTask) -> Scorer:
    """Return what fits parts of these answers, with the weights that ``auto`` gives its models."""
    weights = choose(rows, RUN, keys_of(rows), None, 0)[1].weight

    def chances_of(part: AnswersByTask) -> Floats:
        return calibrate(average(fit_members(part, RUN), weights), None).posterior()

    return chances_of


def ordinal_estimator(rows: AnswersByTask) -> Scorer:
    """Return what a scale is fitted by; it learns nothing of these answers beforehand."""
    del rows
    return fitting(OF_SCALES)


def choice_estimator(rows: AnswersByTask) -> Scorer:
    """Return what each of several choices is fitted by; it learns nothing beforehand."""
    del rows
    return fitting(OF_CHOICES)


def _only(truth: Codes, tasks: Counts) -> Codes:
    known_labels = np.full(len(truth), -1, dtype=np.int32)
    known_labels[tasks] = truth[tasks]
    return known_labels


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


def foresee_sets(
    names: Sequence[str], known_count: int, scorer_of: ScorerOf
) -> dict[str, Foresight]:
    """Return what was forecast of each real crowd; those with too few answers at half are named."""
    forecasts: dict[str, Foresight] = {}
    for name, crowd in read_sets(list(names)):
        answers, truth = bounded(crowd.answers, truth_by_task(crowd), 1)
        outcome = foresee(answers, truth, known_count, 1, scorer_of)
        if outcome is None:
            print(f"{name}: too few answers per task at half")
        else:
            forecasts[name] = outcome
    return forecasts


def table(without: Mapping[str, Foresight], revealed: Mapping[str, Foresight]) -> str:
    """Return a Markdown table of real crowds of one kind, the worst forecast first.

    Args:
        without: what was forecast of each crowd without a known label.
        revealed: the same with ``KNOWN`` known labels.
    """
    lines = [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
    for name, each in sorted(without.items(), key=lambda row: -abs(row[1].error)):
        cells = [
            *(name, f"{each.depth:.1f}", f"{each.real_half:.3f}", f"{each.real_all:.3f}"),
            *map(_with_interval, (each.forecast, revealed[name].forecast)),
            f"{each.real_all - each.real_half:+.3f}",
            f"{each.forecast_gain[0]:+.3f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _with_interval(forecast: tuple[float, float, float]) -> str:
    share, low, high = forecast
    return f"{share:.3f} ({low:.3f}–{high:.3f})"


def foresee_made(known_count: int, seeds: int) -> dict[str, list[Foresight | None]]:
    """Return what was forecast of made crowds, by the kind of question."""
    return {
        "one choice": [
            foresee(*HABITS[habit](FIRST_SEED + seed), known_count, seed)
            for habit in HABITS
            for seed in range(seeds)
        ],
        "scale": [
            foresee(*HABITS[habit](FIRST_OF_OTHERS + seed), known_count, seed, ordinal_estimator)
            for habit in HABITS_OF_SCALES
            for seed in range(seeds)
        ],
        "several choices": [
            foresee_choices(
                several_choices(FIRST_OF_OTHERS + seed, has_hard_tasks=is_hard),
                known_count,
                seed,
                choice_estimator,
            )
            for is_hard in (False, True)
            for seed in range(seeds)
        ],
    }


def main() -> None:
    """Print a table of real crowds for each kind, worst first, then summaries with made ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=9, help="made crowds of each habit")
    options = parser.parse_args()
    present = present_sets()
    ordered = [name for name in ORDERED if name in present]
    of_two = [name for name in OF_TWO_LABELS if name in present]
    kinds: list[tuple[str, list[str], ScorerOf]] = [
        ("one choice", present, estimator),
        ("scale", ordered, ordinal_estimator),
        ("several choices", of_two, choice_estimator),
    ]
    real: dict[str, list[dict[str, Foresight]]] = {}
    for kind, names, scorer_of in kinds:
        real[kind] = [foresee_sets(names, count, scorer_of) for count in (0, KNOWN)]
        print(f"\n{kind}:\n\n{table(*real[kind])}\n", flush=True)
    for known_count in (0, KNOWN):
        crowds_by_kind = foresee_made(known_count, options.seeds)
        for kind, forecasts in real.items():
            outcomes = list(forecasts[known_count > 0].values())
            if outcomes:
                print(f"{known_count} known, {kind}, public: {summary(outcomes)}")
            measured = [each for each in crowds_by_kind[kind] if each]
            refused = len(crowds_by_kind[kind]) - len(measured)
            print(f"{known_count} known, {kind}, made: {refused} refused; {summary(measured)}")


if __name__ == "__main__":
    main()
