"""Choose priors and stopping rules by crowds left out: ``python -m bench.quality.settling``.

``dawid-skene`` is fitted to the real crowds and to the made ones (``habits``) with several priors
and stopping rules, ``glad`` with several rules. Each real crowd is left out in turn and scored with
what is best on the others. Prints the tables of ``docs/en/quality/choosing.md``.
"""

from itertools import product

import numpy as np

from bench.quality.choosing import MADE_SEEDS, Known, crowds, nested
from bench.quality.fits import score
from bench.quality.sets import present_sets
from canut.core.arrays import Floats
from canut.core.quality.estimators import dawid_skene, glad
from canut.core.quality.estimators.dawid_skene import ConfusionPrior
from canut.core.quality.estimators.em import STOP, Convergence, Fitted, Run

PRIORS = ((1.0, 2.0), (1.0, 1.0), (0.5, 1.5), (0.5, 1.0), (0.3, 1.0), (0.1, 0.5), (0.02, 0.01))
GAINS = (1e-2, 3e-3, 1e-3, 1e-4, 1e-7)


def stop_at(gain: float) -> Convergence:
    """Stop at this relative gain; at the smallest where tables have settled too."""
    return Convergence(STOP.gain, 1.1e-4) if gain == STOP.gain else Convergence(gain, 1.0)


def accuracy(crowd: Known, fitted: Fitted) -> float:
    return float(score(fitted.posterior()[crowd.tasks], crowd.truth)["accuracy"])


def report(title: str, settings: list[str], real: Floats, made: Floats) -> None:
    """Print the mean of each setting, and what leaving out each real crowd comes to."""
    print(f"\n| {title} | {real.shape[1]} real crowds | Made crowds |\n| --- | --- | --- |")
    for setting, own, other in zip(settings, real.mean(axis=1), made.mean(axis=1), strict=True):
        print(f"| {setting} | {own:.4f} | {other:.4f} |")
    for name, weight in (("real", 0), ("real and made", 1)):
        left_out, chosen = nested(real, made * weight)
        counts = {settings[at]: chosen.count(at) for at in set(chosen)}
        print(f"\nnested, chosen by {name}: {left_out.mean():.4f}, {counts}")


def main() -> None:
    """Fit and print."""
    every = list(crowds(present_sets()))
    n_real = len(every) - MADE_SEEDS * 12
    tried = list(product(PRIORS, GAINS))
    scores = np.array(
        [
            [
                accuracy(
                    crowd,
                    dawid_skene.fit(crowd.rows, Run(stop=stop_at(gain)), ConfusionPrior(*prior)),
                )
                for crowd in every
            ]
            for prior, gain in tried
        ]
    )
    made = scores[:, n_real:].reshape(len(tried), -1, MADE_SEEDS).mean(axis=2)
    names = [f"{spread:g} + {diagonal:g}, gain {gain:g}" for (spread, diagonal), gain in tried]
    report("dawid-skene", names, scores[:, :n_real], made)
    scores = np.array(
        [
            [
                accuracy(crowd, glad.fit(crowd.rows, Run(stop=Convergence(gain, 1.0, 499))))
                for crowd in every
            ]
            for gain in GAINS
        ]
    )
    made = scores[:, n_real:].reshape(len(GAINS), -1, MADE_SEEDS).mean(axis=2)
    report("glad", [f"gain {gain:g}" for gain in GAINS], scores[:, :n_real], made)


if __name__ == "__main__":
    main()
