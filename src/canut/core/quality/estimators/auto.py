"""Choose how to infer for this crowd, and say why.

No model is best for every crowd. Without gold, four that differ are fitted, and their tempered
chances averaged, each weighed by how well it foretells answers held out; unless people are wrong
together so much that tables of errors mislead, where votes are weighed instead. With enough gold,
another model takes over where it gets significantly more of the gold right.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.quality.estimators import (
    dawid_skene,
    mace,
    mace_dawid_skene,
    one_coin,
    pooled,
    vote,
    weighted,
)
from canut.core.quality.estimators.calibration import chances_of
from canut.core.quality.estimators.em import SLACK, Fitted, Run
from canut.core.quality.estimators.error_correlation import measure_sharing
from canut.core.quality.estimators.held_out import NameKeys, foretell, hold_out, sample
from canut.core.quality.estimators.kernels import pick
from canut.core.quality.estimators.register import estimate
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import Gold

TEMPERATURE = 3.4
SHARPNESS = 10.0
SHARED = 0.09
ERRORS = 2.0
ENOUGH_GOLD = 50
SIGNIFICANT = 2.0


class Choice(NamedTuple):
    """Which model was taken, and by what it was compared with others.

    Args:
        model: the one taken.
        default: the one taken without gold: the mean, or votes weighed.
        weight: of each model in the mean; empty where votes are weighed.
        score: mean log-chance each gave to the answers held out; empty where too few are.
        held_out: how many answers that is.
        correlation: how far people are right and wrong together, beyond who they are.
        known: how many gold tasks there are.
        right: share of them that each model has right; empty where they are too few to choose by.
    """

    model: str
    default: str
    weight: dict[str, float]
    score: dict[str, float]
    held_out: int
    correlation: float
    known: int
    right: dict[str, float]

    @property
    def rule(self) -> str:
        """What decided: ``gold``, ``mean`` (of models) or ``together`` (people are wrong so)."""
        if self.model != self.default:
            return "gold"
        return "mean" if self.weight else "together"

    @property
    def why(self) -> str:
        """The reason in a sentence."""
        if self.rule == "gold":
            return (
                f"right on {self.right[self.model]:.1%} of {self.known} gold tasks, the default on "
                f"{self.right[self.default]:.1%}"
            )
        if self.rule == "mean":
            named = ", ".join(f"{model} {weight:.2f}" for model, weight in self.weight.items())
            held_out = f"{self.held_out} answers held out weigh them"
            none = "too few answers to hold any out"
            reason = f"the mean of {named}; {held_out if self.held_out else none}"
        else:
            reason = (
                f"people are right and wrong together (correlation {self.correlation:.2f} beyond "
                "who they are), so that tables of errors would mislead"
            )
        if self.right:
            told = f"on {self.known} gold tasks no other is significantly more often right"
        else:
            told = f"{self.known} gold tasks, fewer than {ENOUGH_GOLD}, chose nothing"
        return f"{reason}; {told}"


def choose(
    rows: AnswersByTask, run: Run, keys: NameKeys, gold: Gold | None, seed: int
) -> tuple[Fitted, Choice]:
    """Fit the candidates and return the one chosen, and why.

    Args:
        rows: the answers, arranged.
        run: threads and stopping.
        keys: of the names, for what is held out.
        gold: known truth of some tasks.
        seed: of what is held out.
    """
    members = _members(rows, run)
    default, choice = _without_gold(members, run, keys, seed)
    if gold is None:
        return default, choice
    choice = choice._replace(known=len(gold.task))
    if choice.known < ENOUGH_GOLD:
        return default, choice
    others = [*members, vote.fit(rows), dawid_skene.fit(rows, run), one_coin.fit(rows, run)]
    return _by_gold(default, choice, others, gold, run)


def _members(rows: AnswersByTask, run: Run) -> list[Fitted]:
    """Fit the four models that are averaged; the last is the vote."""
    spam = mace.fit(rows, run)
    return [
        mace_dawid_skene.refine(spam, run),
        spam,
        pooled.fit(rows, run),
        weighted.fit(rows, run),
    ]


def _without_gold(
    members: Sequence[Fitted], run: Run, keys: NameKeys, seed: int
) -> tuple[Fitted, Choice]:
    """Average the models, or weigh votes where people are wrong together."""
    sharing = measure_sharing(members[1], run)
    correlation = float(sharing.correlation)
    if correlation - ERRORS * sharing.error > SHARED:
        votes = estimate(members[-1].model, members[-1].rows, run)
        return votes, Choice(votes.model, votes.model, {}, {}, 0, correlation, 0, {})
    weight = np.full(len(members), 1 / len(members))
    names = [member.model for member in members]
    if run.engine:
        few, of_tasks = run.engine.sample(seed)
        few_keys = NameKeys(of_tasks, keys.worker)
    else:
        few, few_keys = sample(members[0].rows, keys, seed)
    here = replace(run, engine=None)
    split = hold_out(few, few_keys, seed)
    score: dict[str, float] = {}
    if split is not None:
        found = np.array([foretell(one, split) for one in _members(split.kept, here)])
        weight = np.exp(SHARPNESS * (found - found.max()))
        weight /= weight.sum()
        score = dict(zip(names, found.tolist(), strict=True))
    mean = average(members, weight)
    return mean, Choice(
        mean.model,
        mean.model,
        dict(zip(names, weight.tolist(), strict=True)),
        score,
        0 if split is None else len(split.cell),
        correlation,
        0,
        {},
    )


def average(members: Sequence[Fitted], weight: Floats) -> Fitted:
    """Return the weighted mean of models' chances, those with tables tempered first."""
    softened = [
        member if member.tables is None else replace(member, temperature=TEMPERATURE)
        for member in members
    ]
    first = members[0]
    return Fitted(
        "auto",
        first.rows,
        chances=partial(_mean, softened, weight),
        trace=first.trace,
        converged=all(member.converged for member in members),
        workers=partial(_first, first),
    )


def _first(fitted: Fitted) -> Fitted:
    return fitted


def _mean(
    members: Sequence[Fitted], weight: Floats, rows: AnswersByTask, first: int, last: int
) -> Floats:
    found = np.zeros((last - first, rows.n_labels))
    for member, part in zip(members, weight, strict=True):
        found += part * replace(member, rows=rows).posterior(first, last)
    return found


def _by_gold(
    default: Fitted, choice: Choice, others: Sequence[Fitted], gold: Gold, run: Run
) -> tuple[Fitted, Choice]:
    """Take another model where it is right more often on gold than chance explains."""
    right = _right(default, gold, run)
    shares = {default.model: float(right.mean())}
    best, best_score = default, SIGNIFICANT
    for other in others:
        mine = _right(other, gold, run)
        shares[other.model] = float(mine.mean())
        score = (mine.sum() - right.sum()) / np.sqrt(max((mine != right).sum(), 1))
        if score > best_score:
            best, best_score = other, float(score)
    return best, choice._replace(model=best.model, right=shares)


def _right(fitted: Fitted, gold: Gold, run: Run) -> Bools:
    label, sure = np.empty_like(gold.label), np.empty(len(gold.label))
    pick(chances_of(fitted, gold, run), SLACK, label, sure)
    return np.asarray(label == gold.label)
