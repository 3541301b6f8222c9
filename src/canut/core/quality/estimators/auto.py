"""Choose the model that suits these answers, and record the reason.

No model is best for every crowd. Without gold, four different models are fitted and their tempered
chances averaged, each weighted by how well it predicts held-out answers. If workers share errors so
much that confusion tables mislead, weighted votes are used instead. With enough gold, another model
is chosen if it is significantly more often right on gold.
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


class EstimatorChoice(NamedTuple):
    """The chosen model, and the scores it was compared by.

    Args:
        model: the chosen model.
        default: the choice without gold: the mean, or weighted votes.
        weight: weight of each model in the mean; empty for weighted votes.
        score: mean log-chance of held-out answers under each model; empty if too few.
        held_out: number of held-out answers.
        correlation: correlation of errors between people, given their accuracy.
        known: number of gold tasks.
        right: share of gold tasks each model labels correctly; empty if too few to choose by.
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
        """The rule that chose: ``gold``, ``mean`` (of models) or ``together`` (shared errors)."""
        if self.model != self.default:
            return "gold"
        return "mean" if self.weight else "together"

    @property
    def why(self) -> str:
        """Describe the reason in one sentence."""
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
            gold_note = f"on {self.known} gold tasks no other is significantly more often right"
        else:
            gold_note = f"{self.known} gold tasks, fewer than {ENOUGH_GOLD}, chose nothing"
        return f"{reason}; {gold_note}"


def choose(
    rows: AnswersByTask, run: Run, keys: NameKeys, gold: Gold | None, seed: int
) -> tuple[Fitted, EstimatorChoice]:
    """Fit the candidate models; return the chosen fit and the reason.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        keys: keys of the names of tasks and workers, for the held-out answers.
        gold: known truth of some tasks.
        seed: seed of the held-out answers.

    Returns:
        The fit over all rows, and the scores and reason of the choice.
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
    """Fit the four models that are averaged; the last is the majority vote."""
    spam = mace.fit(rows, run)
    return [
        mace_dawid_skene.refine(spam, run),
        spam,
        pooled.fit(rows, run),
        weighted.fit(rows, run),
    ]


def _without_gold(
    members: Sequence[Fitted], run: Run, keys: NameKeys, seed: int
) -> tuple[Fitted, EstimatorChoice]:
    """Average the models, or take weighted votes where workers share their errors."""
    sharing = measure_sharing(members[1], run)
    correlation = float(sharing.correlation)
    if correlation - ERRORS * sharing.error > SHARED:
        votes = estimate(members[-1].model, members[-1].rows, run)
        return votes, EstimatorChoice(votes.model, votes.model, {}, {}, 0, correlation, 0, {})
    weight = np.full(len(members), 1 / len(members))
    names = [member.model for member in members]
    if run.engine:
        few, of_tasks = run.engine.sample(seed)
        few_keys = NameKeys(of_tasks, keys.worker)
    else:
        few, few_keys = sample(members[0].rows, keys, seed)
    local_run = replace(run, engine=None)
    split = hold_out(few, few_keys, seed)
    score: dict[str, float] = {}
    if split is not None:
        log_scores = np.array(
            [foretell(candidate, split) for candidate in _members(split.kept, local_run)]
        )
        weight = np.exp(SHARPNESS * (log_scores - log_scores.max()))
        weight /= weight.sum()
        score = dict(zip(names, log_scores.tolist(), strict=True))
    mean = average(members, weight)
    return mean, EstimatorChoice(
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
    """Return the weighted mean of the models' chances; models with tables are tempered first.

    Args:
        members: fits to the same rows.
        weight: weight of each member, shape (n_members,), with sum 1.

    Returns:
        A fit whose chances, shape (n_tasks, n_labels), are the weighted mean of the members'.
    """
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
    mean = np.zeros((last - first, rows.n_labels))
    for member, share in zip(members, weight, strict=True):
        mean += share * replace(member, rows=rows).posterior(first, last)
    return mean


def _by_gold(
    default: Fitted, choice: EstimatorChoice, others: Sequence[Fitted], gold: Gold, run: Run
) -> tuple[Fitted, EstimatorChoice]:
    """Choose another model where it is significantly more often right on gold."""
    right = _right(default, gold, run)
    shares = {default.model: float(right.mean())}
    best, best_score = default, SIGNIFICANT
    for candidate in others:
        candidate_right = _right(candidate, gold, run)
        shares[candidate.model] = float(candidate_right.mean())
        score = (candidate_right.sum() - right.sum()) / np.sqrt(
            max((candidate_right != right).sum(), 1)
        )
        if score > best_score:
            best, best_score = candidate, float(score)
    return best, choice._replace(model=best.model, right=shares)


def _right(fitted: Fitted, gold: Gold, run: Run) -> Bools:
    label, sure = np.empty_like(gold.label), np.empty(len(gold.label))
    pick(chances_of(fitted, gold, run), SLACK, label, sure)
    return np.asarray(label == gold.label)
