"""Choose how to infer for this crowd, and say why.

No model is best for every crowd. Without gold, four that differ are fitted, and their tempered
chances averaged, each weighed by how well it foretells answers held out; unless people are wrong
together so much that tables of errors mislead, where votes are weighed instead. With enough gold,
another model takes over where it gets significantly more of the gold right.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.quality import dawid_skene, mace, mace_dawid_skene, one_coin, pooled, vote, weighted
from canut.core.quality.calibration import chances_of
from canut.core.quality.em import SLACK, Fitted, Run
from canut.core.quality.estimators import estimate
from canut.core.quality.held_out import NameKeys, foretell, hold_out, sample
from canut.core.quality.kernels import pick
from canut.core.quality.reading import Gold
from canut.core.quality.rows import Rows
from canut.core.quality.sharing import measure_sharing

TEMPERATURE = 3.4
SHARPNESS = 10.0
SHARED = 0.09
ERRORS = 2.0
ENOUGH_GOLD = 50
SIGNIFICANT = 2.0


def choose(
    rows: Rows, run: Run, keys: NameKeys, gold: Gold | None, seed: int
) -> tuple[Fitted, str]:
    """Fit the candidates and return the one chosen, and why.

    Args:
        rows: the answers, arranged.
        run: threads and stopping.
        keys: of the names, for what is held out.
        gold: known truth of some tasks.
        seed: of what is held out.
    """
    members = _members(rows, run)
    default, why = _without_gold(members, run, keys, seed)
    if gold is None or len(gold.task) < ENOUGH_GOLD:
        known = 0 if gold is None else len(gold.task)
        return default, f"{why}; {known} gold tasks, fewer than {ENOUGH_GOLD}, chose nothing"
    others = [*members, vote.fit(rows), dawid_skene.fit(rows, run), one_coin.fit(rows, run)]
    return _by_gold(default, why, others, gold, run)


def _members(rows: Rows, run: Run) -> list[Fitted]:
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
) -> tuple[Fitted, str]:
    """Average the models, or weigh votes where people are wrong together."""
    sharing = measure_sharing(members[1], run)
    if sharing.correlation - ERRORS * sharing.error > SHARED:
        return estimate(members[-1].model, members[-1].rows, run), (
            f"people are right and wrong together (correlation {sharing.correlation:.2f} beyond "
            "who they are), so that tables of errors would mislead"
        )
    weight = np.full(len(members), 1 / len(members))
    if run.engine:
        few, of_tasks = run.engine.sample(seed)
        few_keys = NameKeys(of_tasks, keys.worker)
    else:
        few, few_keys = sample(members[0].rows, keys, seed)
    here = replace(run, engine=None)
    split = hold_out(few, few_keys, seed)
    told = "too few answers to hold any out"
    if split is not None:
        score = np.array([foretell(one, split) for one in _members(split.kept, here)])
        weight = np.exp(SHARPNESS * (score - score.max()))
        weight /= weight.sum()
        told = f"{len(split.cell)} answers held out weigh them"
    named = ", ".join(f"{m.model} {w:.2f}" for m, w in zip(members, weight, strict=True))
    return average(members, weight), f"the mean of {named}; {told}"


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


def _mean(members: Sequence[Fitted], weight: Floats, rows: Rows, first: int, last: int) -> Floats:
    found = np.zeros((last - first, rows.n_labels))
    for member, part in zip(members, weight, strict=True):
        found += part * replace(member, rows=rows).posterior(first, last)
    return found


def _by_gold(
    default: Fitted, why: str, others: Sequence[Fitted], gold: Gold, run: Run
) -> tuple[Fitted, str]:
    """Take another model where it is right more often on gold than chance explains."""
    known = len(gold.task)
    right = _right(default, gold, run)
    best, best_score = default, SIGNIFICANT
    for other in others:
        mine = _right(other, gold, run)
        score = (mine.sum() - right.sum()) / np.sqrt(max((mine != right).sum(), 1))
        if score > best_score:
            best, best_score = other, float(score)
    if best is default:
        return default, f"{why}; on {known} gold tasks no other is significantly more often right"
    share = _right(best, gold, run).mean()
    return best, f"right on {share:.1%} of {known} gold tasks, the default on {right.mean():.1%}"


def _right(fitted: Fitted, gold: Gold, run: Run) -> Bools:
    label, sure = np.empty_like(gold.label), np.empty(len(gold.label))
    pick(chances_of(fitted, gold, run), SLACK, label, sure)
    return np.asarray(label == gold.label)
