"""Judge how early the fits of the default may stop: ``python -m bench.quality.stopping_early``.

The rich model, the fits to simulated crowds and the models of the mean stop at other gains than the
shipped ones, one line of the table at a time; each real crowd is judged with several seeds. Prints
the table "Stopping early" of ``docs/en/quality/choosing.md``, with the former rule beside each
line. ``--only 1 12`` measures these lines alone.
"""

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from bench.quality.__main__ import about
from bench.quality.choosing import SHIPPED, Known, crowds, draw_from, mixed
from bench.quality.fits import score
from bench.quality.sets import present_sets
from canut.core.arrays import Floats
from canut.core.quality.estimators import auto
from canut.core.quality.estimators.em import Convergence, Run
from canut.core.quality.estimators.simulation import Habits, learn_habits
from canut.core.quality.tables.answers_by_task import AnswersByTask


class Stops(NamedTuple):
    """Where fits stop.

    Args:
        rich: relative gain at which the rich model stops.
        simulated: rule of the fits to simulated crowds.
        members: rule of the four models of the mean.
    """

    rich: float
    simulated: Convergence
    members: Convergence


class Line(NamedTuple):
    """A line of the table: what stops earlier, where, and the number of seeds."""

    name: str
    stops: Stops
    seeds: int


def early(gain: float) -> Convergence:
    """Stop at this relative gain, wherever the tables are."""
    return Convergence(gain, 1.0, 100)


FORMER = Stops(1e-6, Convergence(1e-6, 1e-3, 100), Convergence(1e-6, 1e-3))
SHIPPED_STOPS = Stops(auto.ROUGH.gain, auto.ROUGH, auto.OF_A_MEAN)
ALL = Stops(1e-5, early(1e-5), early(1e-5))
LINES = (
    *(
        Line(f"the rich model at {gain:g}", FORMER._replace(rich=gain), seeds)
        for gain, seeds in ((1e-5, 8), (1e-4, 5), (1e-3, 5))
    ),
    *(
        Line(f"simulated fits at {gain:g}", FORMER._replace(simulated=early(gain)), seeds)
        for gain, seeds in ((1e-5, 8), (3e-5, 8), (1e-4, 5), (1e-3, 5))
    ),
    Line("both, and the four models, at 1e-05", ALL, 8),
    Line("the same, but the rich model at 3e-05", ALL._replace(rich=3e-5), 8),
    Line("the same, but simulated fits at 3e-05", ALL._replace(simulated=early(3e-5)), 8),
    Line(
        "the rich model and simulated fits at 3e-05, the four models at 1e-05",
        Stops(3e-5, early(3e-5), early(1e-5)),
        8,
    ),
    Line("as shipped", SHIPPED_STOPS, 8),
)


@contextmanager
def stopping_at(stops: Stops) -> Generator[None]:
    """Let the default stop at these places."""

    def learn(rows: AnswersByTask, strength: float, _gain: float) -> Habits:
        return learn_habits(rows, strength, stops.rich)

    with (
        patch.object(auto, "learn_habits", learn),
        patch.object(auto, "ROUGH", stops.simulated),
        patch.object(auto, "OF_A_MEAN", stops.members),
    ):
        yield


def accuracies(crowd: Known, stops: Stops, seeds: int) -> Floats:
    """Return the accuracy of the default on one crowd, shape (seeds,)."""
    with stopping_at(stops):
        fits = auto.fit_members(crowd.rows, Run(2))
        chances = {each.model: each.posterior()[crowd.tasks] for each in fits}
        collapsed = {
            each.model
            for each in fits
            if auto.has_collapsed(each.posterior().mean(axis=0), crowd.rows)
        }
        draw = draw_from(crowd)
        shares = [auto.judge_members(draw, Run(2), seed)[0] for seed in range(seeds)]
    return np.array(
        [
            score(mixed(chances, each, SHIPPED, collapsed), crowd.truth)["accuracy"]
            for each in shares
        ]
    )


def row_of(line: Line, own: Floats, former: Floats) -> str:
    """Return a line of the table in Markdown.

    Args:
        line: what was measured.
        own: its accuracies, shape (n_crowds, seeds).
        former: those of the former rule, shape (n_crowds, at least as many seeds).
    """
    former = former[:, : line.seeds]
    return (
        f"| {line.name} | {line.seeds} | {own.mean():.4f} | {deviation(own):.4f} | "
        f"{former.mean():.4f}, {deviation(former):.4f} |"
    )


def deviation(by_seed: Floats) -> float:
    """Return the mean over crowds of the standard deviation from seed to seed.

    Args:
        by_seed: accuracies, shape (n_crowds, seeds).
    """
    return float(by_seed.std(axis=1).mean())


def main() -> None:
    """Measure the lines and print them."""
    parser = argparse.ArgumentParser(prog="bench.quality.stopping_early", description=__doc__)
    parser.add_argument(
        "--only", type=int, nargs="*", metavar="LINE", help="number of each line, from 1"
    )
    options = parser.parse_args()
    names = present_sets()
    real = [crowd for crowd in crowds(names) if crowd.name in names]
    lines = [LINES[number - 1] for number in options.only or range(1, len(LINES) + 1)]
    most = max(line.seeds for line in lines)
    former = np.array([accuracies(crowd, FORMER, most) for crowd in real])
    print("| What stops earlier | Seeds | Mean | Deviation | Formerly, same seeds |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for line in lines:
        own = np.array([accuracies(crowd, line.stops, line.seeds) for crowd in real])
        print(row_of(line, own, former), flush=True)
    print("", about(0.0), sep="\n")


if __name__ == "__main__":
    main()
