"""Judge the default where some labels are known: ``python -m bench.quality.known``.

From each real crowd gold tasks are drawn several times; accuracy and calibration are judged on the
tasks that were not drawn. Two more errors tell how much of the calibration error could be won: that
of confidence which is right as often as it says (``perfect``), and that of the same method on truth
drawn from the calibrated chances themselves (``reachable``). Prints tables of
``docs/en/quality/choosing.md``.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from bench.quality.__main__ import about
from bench.quality.choosing import Known, crowds, draw_from
from bench.quality.fits import score
from bench.quality.sets import present_sets
from canut.core.arrays import Bools, Codes, Floats
from canut.core.quality.estimators import auto
from canut.core.quality.estimators.calibration import calibrate, calibration_error
from canut.core.quality.estimators.em import Fitted, Run
from canut.core.quality.estimators.sampling import take_tasks
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import Gold

A_THIRD = 10**6  # more than three times as many tasks as any crowd has: see ``draws``
GOLD, DRAWS, SEED = (0, 10, 20, 100, 200, 300, 600, A_THIRD), 8, 7
BINS, OF_PERFECT = 15, 10


class Members(NamedTuple):
    """What does not depend on gold: the models' chances of the tasks that are known.

    Args:
        rows: the answers to the tasks that are known.
        truth: label of each; -1 is a label that nobody gave.
        fits: the models, whose chances are kept.
        labels: label of each task by each model, shape (n_models, n_tasks).
        shares: how often each model is right on simulated crowds.
        is_sound: whether each has not collapsed.
    """

    rows: AnswersByTask
    truth: Codes
    fits: list[Fitted]
    labels: Codes
    shares: dict[str, float]
    is_sound: Bools


def _chances_in(chances: Floats, _: AnswersByTask, first: int, last: int) -> Floats:
    return chances[first:last]


def prepare(crowd: Known) -> Members:
    """Fit the models once and keep the chances of the tasks that are known."""
    fits = auto.fit_members(crowd.rows, Run(2))
    shares, _ = auto.judge_members(draw_from(crowd), Run(2), 0)
    every = [fitted.posterior() for fitted in fits]
    is_sound = ~np.array([auto.has_collapsed(each.mean(axis=0), crowd.rows) for each in every])
    order = np.argsort(crowd.tasks)
    rows = take_tasks(crowd.rows, np.isin(np.arange(crowd.rows.n_tasks), crowd.tasks))
    fits = [
        Fitted(at.model, rows, chances=partial(_chances_in, each[crowd.tasks[order]]))
        for at, each in zip(fits, every, strict=True)
    ]
    labels = np.array([each.decide()[0] for each in fits])
    return Members(rows, crowd.truth[order], fits, labels, shares, is_sound)


def mean_of(members: Members, given: Codes) -> Fitted:
    """Return the mean of the models, weighed with the labels of the tasks given; kept as well."""
    hits = (members.labels[:, given] == members.truth[given]).sum(axis=1).tolist()
    weights = auto.weigh(members.shares, hits, members.is_sound)
    mean = auto.average(members.fits, weights)
    return Fitted("auto", members.rows, chances=partial(_chances_in, mean.posterior()))


def draws(n_tasks: int, n_gold: int) -> Iterator[tuple[Codes, Codes]]:
    """Yield gold tasks and the others; of fewer than three times as many, a third is drawn."""
    rng = np.random.default_rng([SEED, n_gold])
    for _ in range(DRAWS if n_gold else 1):
        order = rng.permutation(n_tasks).astype(np.int32)
        n_given = min(n_gold, n_tasks // 3)
        yield np.sort(order[:n_given]), order[n_given:]


def with_gold(mean: Fitted, gold_tasks: Codes, truth: Codes) -> Floats:
    """Return the calibrated chances; a gold label that nobody gave is left out, as in ``infer``."""
    gold_tasks = gold_tasks[truth[gold_tasks] >= 0]
    return calibrate(
        mean, Gold(gold_tasks, truth[gold_tasks], 0) if len(gold_tasks) else None
    ).posterior()


def error_of_equal_bins(chances: Floats, truth: Codes) -> float:
    """Return the calibration error over bins of equally many tasks."""
    best = chances.max(axis=1)
    right = (chances.argmax(axis=1) == truth).astype(float)
    order = np.argsort(best.round(9), kind="stable")
    gaps = [abs(float((best - right)[part].sum())) for part in np.array_split(order, BINS)]
    return sum(gaps) / len(truth)


def judge(members: Members, n_gold: int) -> Floats:
    """Return the mean over draws of what ``COLUMNS`` names."""
    rng = np.random.default_rng(SEED)
    without = mean_of(members, np.empty(0, dtype=np.int32)).posterior()
    lines = []
    for gold, others in draws(len(members.truth), n_gold):
        mean = mean_of(members, gold)
        chances = with_gold(mean, gold, members.truth)[others]
        truth = members.truth[others]
        scores = score(chances, truth)
        alone = [score(fitted.posterior()[others], truth)["accuracy"] for fitted in members.fits]
        lines.append(
            (
                scores["accuracy"],
                score(without[others], truth)["accuracy"],
                max(alone) - scores["accuracy"],
                scores["ece"],
                error_if_perfect(chances.max(axis=1), rng),
                error_reached(mean, members.truth, (gold, others), rng),
                error_of_equal_bins(chances, truth),
                scores["nll"],
            )
        )
    return np.mean(lines, axis=0)


def error_if_perfect(confidence: Floats, rng: np.random.Generator) -> float:
    """Return the mean error of confidence that is right as often as it says."""
    errors = [
        calibration_error(confidence, (rng.random(len(confidence)) < confidence).astype(np.float64))
        for _ in range(OF_PERFECT)
    ]
    return float(np.mean(errors))


def error_reached(
    mean: Fitted, truth: Codes, split: tuple[Codes, Codes], rng: np.random.Generator
) -> float:
    """Return the error on truth that is drawn from the chances, calibrated with all labels."""
    gold, others = split
    every: Codes = np.arange(len(truth), dtype=np.int32)
    chances = with_gold(mean, every, truth)
    below = (chances.cumsum(axis=1) <= rng.random(len(truth))[:, None]).sum(axis=1)
    simulated: Codes = np.minimum(below, chances.shape[1] - 1).astype(np.int32)
    return float(score(with_gold(mean, gold, simulated)[others], simulated[others])["ece"])


COLUMNS = (
    "Accuracy",
    "Without them, same tasks",
    "Worst regret",
    "Calibration error",
    "If perfect",
    "Reachable",
    "Error, bins of equally many",
    "NLL",
)


def main() -> None:
    """Measure and print."""
    names = present_sets()
    by_crowd = []
    for crowd in crowds(names):
        if crowd.name not in names:
            break
        members = prepare(crowd)
        by_crowd.append([judge(members, n_gold) for n_gold in GOLD])
        errors = (f"{line[3]:.3f} ({line[4]:.3f})" for line in by_crowd[-1])
        print(crowd.name, *errors, flush=True)
    figures = np.array(by_crowd)
    print("\n| Gold tasks |", " | ".join(COLUMNS), "|\n|---" + "|---" * len(COLUMNS) + "|")
    for at, n_gold in enumerate(GOLD):
        line = figures[:, at].mean(axis=0)
        line[2] = figures[:, at, 2].max()
        amount = "a third" if n_gold == A_THIRD else n_gold
        print(f"| {amount} |", " | ".join(f"{figure:.4f}" for figure in line), "|")
    print("", about(0.0), sep="\n")


if __name__ == "__main__":
    main()
