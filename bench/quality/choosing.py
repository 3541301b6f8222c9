"""Judge the default on crowds it was not chosen by: ``python -m bench.quality.choosing``.

A candidate is a set of models, a temperature, one or more strengths of the rich model's prior, and
the worth of simulated truth. Each real crowd is left out in turn; the candidate with the best mean
accuracy over the other real crowds and the made ones (``habits``) is scored on it. The best single
model is chosen in the same way. Prints the tables of ``docs/en/quality/choosing.md``; ``--json
FILE`` keeps the accuracies of all candidates.
"""

import argparse
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.quality.__main__ import about
from bench.quality.fits import score
from bench.quality.habits import HABITS
from bench.quality.sets import keys_of, present_sets, read_sets, truth_of
from canut.core.arrays import Codes, Floats
from canut.core.quality.estimators import auto
from canut.core.quality.estimators.calibration import (
    DOUBT_OF_MEAN,
    USUAL_OF_MEAN,
    USUAL_OF_TABLES,
)
from canut.core.quality.estimators.em import Run, tempered
from canut.core.quality.estimators.register import SHARES, estimate
from canut.core.quality.estimators.sampling import NameKeys, sample, take_workers
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange, by_activity

SINGLE = (
    "majority",
    "weighted",
    "one-coin",
    "mace",
    "dawid-skene",
    "dawid-skene-pooled",
    "mace-dawid-skene",
)
TABLES = ("dawid-skene-pooled", "mace-dawid-skene")
MEMBERS = (
    ("weighted", *TABLES),
    ("one-coin", *TABLES),
    ("majority", "one-coin", *TABLES),
    ("weighted", "one-coin", *TABLES),
    ("majority", "weighted", "one-coin", *TABLES),
    ("weighted", "mace", *TABLES),
    ("weighted", "one-coin", "mace", *TABLES),
    SINGLE,
)
TEMPERATURES, WORTHS = (1.5, 2.0, USUAL_OF_TABLES), (0.0, 20.0, 30.0, 40.0, 80.0)
STRENGTHS = ((3.0,), (5.0,), (10.0,), auto.STRENGTHS)
SEEDS, MADE_SEEDS, RESAMPLES = 3, 2, 5_000


class Known(NamedTuple):
    """A crowd of known truth: its answers, the tasks that are known, and their labels."""

    name: str
    rows: AnswersByTask
    tasks: Codes
    truth: Codes


class Candidate(NamedTuple):
    """Settings of the default, or a single model (``members`` has one)."""

    members: tuple[str, ...]
    temperature: float
    strengths: tuple[float, ...]
    worth: float


SHIPPED = Candidate(("weighted", "one-coin", *TABLES), USUAL_OF_TABLES, auto.STRENGTHS, auto.WORTH)


def crowds(names: list[str]) -> Iterator[Known]:
    """Yield the real crowds, then the made ones, each habit twice."""
    for name, crowd in read_sets(names):
        rows, _ = arrange(by_activity(crowd.answers)[0], "last")
        yield Known(name, rows, *truth_of(crowd))
    for habit, seed in product(HABITS, range(MADE_SEEDS)):
        made = HABITS[habit](seed)
        rows, _ = arrange(by_activity(made.answers)[0], "last")
        yield Known(f"{habit} {seed}", rows, np.arange(rows.n_tasks, dtype=np.int32), made.truth)


def draw_from(crowd: Known) -> auto.Draw:
    """Return a function that draws whole tasks of a crowd, by a seed, as the default does."""
    keys = keys_of(crowd.rows)

    def draw(of_seed: int) -> tuple[AnswersByTask, NameKeys]:
        few, few_keys = sample(crowd.rows, keys, of_seed)
        few, former = take_workers(few)
        return few, NameKeys(few_keys.task, few_keys.worker[former])

    return draw


def judge(crowd: Known, strengths: tuple[float, ...], seed: int) -> dict[str, float]:
    """Return how often each single model is right on crowds simulated after this one."""
    shares: dict[str, list[float]] = {model: [] for model in SINGLE}
    for simulated in auto.simulate_crowds(draw_from(crowd), seed, strengths):
        if auto.has_collapsed(simulated.shares, simulated.rows):
            continue
        for model in SINGLE:
            label, _ = estimate(model, simulated.rows, Run(stop=auto.ROUGH)).decide()
            shares[model].append(float((label == simulated.truth).mean()))
    return {model: float(np.mean(each)) if each else 0.0 for model, each in shares.items()}


def mixed(
    chances: dict[str, Floats], shares: dict[str, float], candidate: Candidate, collapsed: set[str]
) -> Floats:
    """Return the mean of the models' chances with the weights of a candidate."""
    members = [model for model in candidate.members if model not in collapsed]
    members = members or list(candidate.members)
    worth = candidate.worth * np.array([shares[model] for model in members])
    weight = np.exp(worth - worth.max())
    weight /= weight.sum()
    parts = [
        chances[model]
        if model in {*SHARES, "one-coin"}
        else tempered(chances[model], candidate.temperature)
        for model in members
    ]
    return np.asarray(sum(part * share for part, share in zip(parts, weight, strict=True)))


def candidates() -> list[Candidate]:
    """List all candidates; without simulation the strength does not matter."""
    return [
        Candidate(*settings)
        for settings in product(MEMBERS, TEMPERATURES, STRENGTHS, WORTHS)
        if settings[3] or settings[2] == auto.STRENGTHS
    ]


def measure(crowd: Known, every: list[Candidate]) -> dict[str, Any]:
    """Score single models and candidates on one crowd; a candidate's is the mean over seeds."""
    fits = {model: estimate(model, crowd.rows, Run(2)) for model in SINGLE}
    alone = {model: fitted.posterior()[crowd.tasks] for model, fitted in fits.items()}
    fits |= {fitted.model: fitted for fitted in auto.fit_members(crowd.rows, Run(2))}
    chances = {model: fitted.posterior()[crowd.tasks] for model, fitted in fits.items()}
    collapsed = {
        model
        for model, fitted in fits.items()
        if auto.has_collapsed(fitted.posterior().mean(axis=0), crowd.rows)
    }
    shares = {
        (strengths, seed): judge(crowd, strengths, seed)
        for strengths in STRENGTHS
        for seed in range(SEEDS if strengths == auto.STRENGTHS else 1)
    }
    by_seed = {
        candidate: [
            score(mixed(chances, of_seed, candidate, collapsed), crowd.truth)["accuracy"]
            for (strengths, _), of_seed in shares.items()
            if strengths == candidate.strengths
        ]
        for candidate in every
    }
    shipped = mixed(chances, shares[auto.STRENGTHS, 0], SHIPPED, collapsed)
    doubted = tempered(shipped, USUAL_OF_MEAN) * (1 - DOUBT_OF_MEAN)
    doubted += DOUBT_OF_MEAN / crowd.rows.n_labels
    return {
        "single": {m: score(alone[m], crowd.truth)["accuracy"] for m in SINGLE},
        "candidates": [float(np.mean(by_seed[candidate])) for candidate in every],
        "seeds": by_seed[SHIPPED],
        "ece": score(doubted, crowd.truth)["ece"],
        "shares": shares[auto.STRENGTHS, 0],
    }


def nested(real: Floats, made: Floats) -> tuple[Floats, list[int]]:
    """Score each real crowd with what is best on all the others.

    Args:
        real: accuracies, shape (n_candidates, n_real).
        made: accuracies, shape (n_candidates, n_made); may be empty.

    Returns:
        Accuracy on each real crowd, shape (n_real,), and the candidate chosen without it.
    """
    total = real.sum(axis=1) + made.sum(axis=1)
    chosen = [int(np.argmax(total - real[:, at])) for at in range(real.shape[1])]
    return real[chosen, np.arange(real.shape[1])], chosen


def interval(differences: Floats) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean over crowds."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.quantile(differences[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def report(scores: dict[str, Any], names: list[str], every: list[Candidate]) -> None:
    """Print the tables of the page."""
    by_name = [scores[name] for name in names]
    singles = np.array([[each["single"][m] for each in by_name] for m in SINGLE])
    real = np.array([each["candidates"] for each in by_name]).T
    made_names = [name for name in scores if name not in names]
    by_habit = np.array([scores[name]["candidates"] for name in made_names]).T
    by_habit = by_habit.reshape(len(every), -1, MADE_SEEDS).mean(axis=2)
    made_singles = np.array([[scores[n]["single"][m] for n in made_names] for m in SINGLE])
    made_singles = made_singles.reshape(len(SINGLE), -1, MADE_SEEDS).mean(axis=2)
    best, majority = singles.max(axis=0), singles[0]
    print(
        "\n| Chosen | Default, nested | Best single, nested | Difference | 95 % interval | "
        "Worst regret | Most under majority |\n|---|---|---|---|---|---|---|"
    )
    whole = list(range(len(every)))
    worths = [at for at in whole if every[at]._replace(worth=SHIPPED.worth) == SHIPPED]
    for title, with_made, among in (
        ("everything, 17 real crowds", 0, whole),
        ("everything, 17 real and 12 made crowds", 1, whole),
        ("the worth of simulated truth, 17 real crowds", 0, worths),
        ("the worth, 17 real and 12 made crowds", 1, worths),
    ):
        own, chosen = nested(real[among], by_habit[among] * with_made)
        other, _ = nested(singles, made_singles * with_made)
        low, high = interval(own - other)
        print(
            f"| {title} | {own.mean():.4f} | {other.mean():.4f} | {(own - other).mean():+.4f} | "
            f"{low:+.4f} to {high:+.4f} | {(best - own).max():.3f} | {(majority - own).max():.3f} |"
        )
        print("chosen:", {str(every[among[at]]): chosen.count(at) for at in set(chosen)})
    at = every.index(SHIPPED)
    shipped = real[at]
    low, high = interval(shipped - singles[-1])
    by_seed = np.mean([each["seeds"] for each in by_name], axis=0).round(4).tolist()
    ece = np.mean([each["ece"] for each in by_name])
    print(
        f"\nshipped: {shipped.mean():.4f}, over mace-dawid-skene {low:+.4f} to {high:+.4f}; "
        f"worst regret {(best - shipped).max():.3f}; most under majority "
        f"{(majority - shipped).max():.3f}; ECE without gold {ece:.4f}; by seed {by_seed}"
    )
    own, _ = nested(real, by_habit)
    print("\n| Crowd |", " | ".join(SINGLE), "| auto | nested | ECE |\n|---" + "|---" * 10 + "|")
    for number, name in enumerate(names):
        cells = [f"{value:.3f}" for value in (*singles[:, number], shipped[number], own[number])]
        print(f"| {name} |", " | ".join(cells), f"| {by_name[number]['ece']:.3f} |")
    means = [f"{value:.4f}" for value in (*singles.mean(axis=1), shipped.mean(), own.mean())]
    print("| **mean** |", " | ".join(means), "| |")
    print("\n| Habit |", " | ".join(SINGLE), "| auto |\n|---" + "|---" * 8 + "|")
    for number, habit in enumerate(HABITS):
        cells = [f"{value:.3f}" for value in (*made_singles[:, number], by_habit[at, number])]
        print(f"| {habit} |", " | ".join(cells), "|")


def main() -> None:
    """Measure, print, and keep when asked to."""
    parser = argparse.ArgumentParser(prog="bench.quality.choosing")
    parser.add_argument("--json", type=Path, help="keep the scores in this file")
    options = parser.parse_args()
    names = present_sets()
    every = candidates()
    scores: dict[str, Any] = {}
    for crowd in crowds(names):
        scores[crowd.name] = measure(crowd, every)
        print(crowd.name, scores[crowd.name]["single"], flush=True)
    report(scores, names, every)
    print("", about(0.0), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(scores))


if __name__ == "__main__":
    main()
