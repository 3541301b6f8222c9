"""Average several models, each weighted by how often it is right on simulated crowds like this one.

No model is best for every crowd, and predicting answers well is not being right. So a rich model
is fitted to the answers (``simulation``), crowds with known truth are drawn from it, and every
model is judged there. Gold tasks count beside the simulated ones, as answers to the same question.

A fit may collapse: a label takes all tasks of another one, and all who gave that are held to err. A
model whose labels nearly never are what people often give is left out, and so is such a simulated
crowd, where that model would look best.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import compress
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Floats, kernel_or
from canut.core.quality.estimators import mace_dawid_skene, one_coin, pooled, weighted
from canut.core.quality.estimators.calibration import USUAL_OF_TABLES, chances_of
from canut.core.quality.estimators.em import (
    FEW_ROWS,
    MANY_BYTES,
    SLACK,
    STOP,
    Convergence,
    FitOf,
    Fitted,
    Run,
    count_votes_of,
    pick,
    side_by_side,
    tempered,
)
from canut.core.quality.estimators.kernels import Tally
from canut.core.quality.estimators.sampling import (
    MOST_ROWS,
    NameKeys,
    sample,
    take_workers,
)
from canut.core.quality.estimators.simulation import (
    Habits,
    SimulatedCrowd,
    learn_habits,
    simulate,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import Gold

type Draw = Callable[[int], tuple[AnswersByTask, NameKeys]]

MEMBERS: tuple[str, ...] = ("mace-dawid-skene", "dawid-skene-pooled", "one-coin", "weighted")
TEMPERED = {"mace-dawid-skene", "dawid-skene-pooled"}  # many cells, each of few answers
FITS = mace_dawid_skene.fit, pooled.fit, one_coin.fit, weighted.fit
STRENGTHS = (3.0, 10.0)  # no single belief in how alike people are decides
WORTH = 30.0
EACH_GOLD = 0.5
ENOUGH_ROWS = 200
MOST_ROUNDS = 3
OFTEN, NEARLY_NEVER = 0.02, 0.1
OF_A_MEAN = Convergence(3e-6, 1.0)  # the last digits of a part do not move the mean
ROUGH = Convergence(3e-5, 1.0, 100)  # to rank the models and to draw crowds


class EstimatorChoice(NamedTuple):
    """The weights of the models in the mean, and the scores they come from.

    Args:
        model: name of the fit, ``auto``.
        weight: weight of each model in the mean, but of those left out; they sum to 1.
        score: share of the simulated tasks each model labels correctly; empty if too few answers.
        simulated: number of simulated tasks.
        known: number of gold tasks.
        right: share of gold tasks each model labels correctly; empty without gold.
    """

    model: str
    weight: dict[str, float]
    score: dict[str, float]
    simulated: int
    known: int
    right: dict[str, float]

    @property
    def rule(self) -> str:
        """What weighs the models: ``gold``, ``simulated`` crowds alone, or nothing: ``equal``."""
        if self.known:
            return "gold"
        return "simulated" if self.score else "equal"

    @property
    def why(self) -> str:
        """Describe the reason in one sentence."""
        named = ", ".join(f"{model} {weight:.2f}" for model, weight in self.weight.items())
        left_out = " and ".join(model for model in self.score if model not in self.weight)
        if left_out:
            named += f"; {left_out} left out, for nearly never finding a common answer right"
        if self.score:
            best = max(self.score, key=self.score.__getitem__)
            simulated = (
                f"weighed by {self.simulated} simulated tasks, where {best} is right most often "
                f"({self.score[best]:.1%})"
            )
        else:
            simulated = "too few answers to simulate a crowd like this one"
        gold = "no gold task"
        if self.known:
            best = max(self.right, key=self.right.__getitem__)
            gold = f"{best} right on most of {self.known} gold tasks ({self.right[best]:.1%})"
        return f"the mean of {named}; {simulated}; {gold}"


class JudgedCrowd(NamedTuple):
    """How the members did on one simulated crowd.

    Args:
        number: of the crowd among those of its belief.
        belief: index of the belief in ``STRENGTHS``.
        n_tasks: number of its tasks.
        shares: share of the tasks each member labels correctly.
    """

    number: int
    belief: int
    n_tasks: int
    shares: list[float]


class MemberFit(NamedTuple):
    """A fit of a member of the mean.

    Args:
        fitted: the fit.
        shares: share of the tasks of a sample that have each label, shape (n_labels,).
        chances: tempered chances of all tasks, shape (n_tasks, n_labels), if these are few.
    """

    fitted: Fitted
    shares: Floats
    chances: Floats | None


class MeanParts(NamedTuple):
    """The tempered members, their weights, and the mean for these rows if it is computed."""

    members: Sequence[Fitted]
    weight: Floats
    rows: AnswersByTask
    mean: Floats | None


def choose(
    rows: AnswersByTask, run: Run, keys: NameKeys, gold: Gold | None, seed: int
) -> tuple[Fitted, EstimatorChoice]:
    """Fit the models, weigh them on simulated crowds and on gold, and return their mean.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        keys: keys of the names of tasks and workers, for what is drawn.
        gold: known truth of some tasks.
        seed: seed of the simulated crowds.

    Returns:
        The fit over all rows, and the weights and their reason.
    """
    few, _ = run.engine.sample(seed) if run.engine else sample(rows, keys, seed)
    fits, score, simulated = _fit_and_judge(rows, few, run, partial(_sample, rows, run, keys), seed)
    members = [fitted for fitted, _, _ in fits]
    right: dict[str, float] = {}
    n_gold = 0 if gold is None else len(gold.task)
    hits = [0] * len(MEMBERS)
    if gold is not None and n_gold:
        hits = [int(_is_right(member, gold, run).sum()) for member in members]
        right = {model: hit / n_gold for model, hit in zip(MEMBERS, hits, strict=True)}
    of_answers = _shares_of_answers(few)
    is_sound = ~np.array([_misses_common_label(each.shares, of_answers) for each in fits])
    weights = weigh(score, hits, is_sound | (len(few.cell) < ENOUGH_ROWS))
    fitted = average(members, weights, [each.chances for each in fits])
    return fitted, EstimatorChoice(fitted.model, weights, score, simulated, n_gold, right)


def weigh(score: Mapping[str, float], hits: Sequence[int], is_sound: Bools) -> dict[str, float]:
    """Return the weight of each model in the mean, by simulated and by gold tasks.

    Args:
        score: share of the simulated tasks each model labels correctly; empty if too few answers.
        hits: number of gold tasks each model of ``MEMBERS`` labels correctly, in their order.
        is_sound: whether a model has not collapsed, shape (n_models,); if none is, all take part.

    Returns:
        Weights by name, with sum 1; without models that have collapsed.
    """
    is_in = is_sound if is_sound.any() else np.ones(len(MEMBERS), dtype=bool)
    evidence = WORTH * np.array([score.get(model, 0.0) for model in MEMBERS])
    evidence += EACH_GOLD * np.array(hits)
    weight = np.exp(evidence - evidence[is_in].max()) * is_in
    shares = (weight / weight.sum()).tolist()
    return {model: shares[at] for at, model in enumerate(MEMBERS) if is_in[at]}


def fit_members(rows: AnswersByTask, run: Run) -> list[Fitted]:
    """Fit the models of ``MEMBERS``, in their order.

    Args:
        rows: the answers, arranged.
        run: settings of the fits; they stop earlier than a model that stands alone.
    """
    return [fit() for fit in _member_fits(rows, run)]


def _member_fits(rows: AnswersByTask, run: Run) -> list[FitOf]:
    """Return the fits of ``MEMBERS``; few counts of votes are counted once, for all of them."""
    if run.stop == STOP:
        run = replace(run, stop=OF_A_MEAN)
    if rows.n_workers * rows.n_labels**2 * 8 > MANY_BYTES:
        return [partial(fit, rows, run) for fit in FITS]
    votes = count_votes_of(rows, run)
    fits: list[FitOf] = [
        partial(fit, rows, run, total=Tally(votes.classes.copy(), votes.cells.copy()))
        for fit in (mace_dawid_skene.fit, pooled.fit, one_coin.fit)
    ]
    return [*fits, partial(weighted.fit, rows, run, votes)]


def _fit_and_judge(
    rows: AnswersByTask, few: AnswersByTask, run: Run, draw: Draw, seed: int
) -> tuple[list[MemberFit], dict[str, float], int]:
    """Return the members, the share of tasks of a sample with each label, what the judging says.

    Many answers occupy all threads in each pass. Few do not: members and simulated crowds of each
    belief are done side by side. The results are the same.
    """
    fits = _member_fits(rows, run)
    if len(rows.cell) >= FEW_ROWS or run.engine:
        members = [_fit_member(fit, few, with_chances=False) for fit in fits]
        return members, *judge_members(draw, run, seed)
    longest, *others = [partial(_fit_member, fit, few, with_chances=True) for fit in fits]
    jobs: list[Callable[[], MemberFit | list[JudgedCrowd]]] = [
        longest,
        *_judges(draw, run, seed),
        *others,
    ]
    done = side_by_side(jobs, run.threads)
    members = [each for each in done if isinstance(each, MemberFit)]
    return members, *_scores([each for each in done if not isinstance(each, MemberFit)])


def _fit_member(fit: FitOf, few: AnswersByTask, *, with_chances: bool) -> MemberFit:
    """Return a fit, the share of tasks of a sample with each label, and the chances of all."""
    fitted = fit()
    of_few = replace(fitted, rows=few).posterior()
    shares = np.einsum("tk->k", of_few) / len(of_few)  # in a third of the time of ``mean``
    if not with_chances:
        return MemberFit(fitted, shares, None)
    chances = of_few if few is fitted.rows else fitted.posterior()
    return MemberFit(fitted, shares, tempered(chances, _temperature(fitted.model)))


def has_collapsed(held: Floats, rows: AnswersByTask) -> bool:
    """Return whether a label that people often give is nearly never the one of a task.

    Where all tasks of a real crowd are known, each common label is true for at least .36 of the
    tasks that its share of the answers would be. Few answers tell nothing.

    Args:
        held: share of the tasks that have each label, shape (n_labels,).
        rows: the answers, arranged.
    """
    if len(rows.cell) < ENOUGH_ROWS:
        return False
    return _misses_common_label(held, _shares_of_answers(rows))


def _count_labels_whole(cell: Codes, n_labels: int, counts: Floats) -> None:
    counts += np.bincount(cell % n_labels, minlength=n_labels)


@kernel_or(_count_labels_whole)
def _count_labels(cell: Codes, n_labels: int, counts: Floats) -> None:
    """Add the number of answers with each label."""
    every = np.uint32(n_labels)  # dividing 32 bits without a sign is quicker
    for row in range(cell.shape[0]):
        counts[np.uint32(cell[row]) % every] += 1.0


def _shares_of_answers(rows: AnswersByTask) -> Floats:
    counts = np.zeros(rows.n_labels)
    _count_labels(rows.cell, rows.n_labels, counts)
    return counts / max(len(rows.cell), 1)


def _misses_common_label(held: Floats, of_answers: Floats) -> bool:
    is_common = of_answers >= OFTEN
    return bool((held[is_common] < NEARLY_NEVER * of_answers[is_common]).any())


def _sample(
    rows: AnswersByTask, run: Run, keys: NameKeys, seed: int
) -> tuple[AnswersByTask, NameKeys]:
    """Draw whole tasks, here or from the shards; number the workers among them anew."""
    if run.engine:
        few, of_tasks = run.engine.sample(seed)
    else:
        few, (of_tasks, _) = sample(rows, keys, seed)
    few, former = take_workers(few)
    return few, NameKeys(of_tasks, keys.worker[former])


def judge_members(draw: Draw, run: Run, seed: int) -> tuple[dict[str, float], int]:
    """Return how often each model is right on crowds that are simulated after these rows.

    Each crowd has its own sample of tasks, so that no weight hangs on one sample.

    Args:
        draw: returns whole tasks and the keys of their names, by a seed.
        run: settings of the fits.
        seed: seed of the crowds.

    Returns:
        Share of right labels of each model, and the number of simulated tasks; nothing and 0 where
        there are too few answers, one label only, or no simulated crowd that is like the real one.
    """
    return _scores(side_by_side(_judges(draw, run, seed), 1 if run.engine else run.threads))


def _judges(draw: Draw, run: Run, seed: int) -> list[Callable[[], list[JudgedCrowd]]]:
    """Return a job for each belief, which judges the members on its simulated crowds."""
    return [partial(_judge_some, draw, run, seed, belief) for belief in range(len(STRENGTHS))]


def _judge_some(draw: Draw, run: Run, seed: int, belief: int) -> list[JudgedCrowd]:
    rough = Run(stop=ROUGH, precise=run.precise)
    judged: list[JudgedCrowd] = []
    for number, crowd in enumerate(simulate_crowds(draw, seed, belief=belief)):
        if has_collapsed(crowd.shares, crowd.rows):
            continue
        fits = fit_members(crowd.rows, rough)
        shares = [_share_right(member, crowd.truth) for member in fits]
        judged.append(JudgedCrowd(number, belief, crowd.rows.n_tasks, shares))
    return judged


def _share_right(fitted: Fitted, truth: Codes) -> float:
    return np.count_nonzero(fitted.decide()[0] == truth) / len(truth)


def _scores(parts: Sequence[list[JudgedCrowd]]) -> tuple[dict[str, float], int]:
    """Return the mean share of right labels of each model, and the number of tasks."""
    judged = sorted(each for part in parts for each in part)
    if not judged:
        return {}, 0
    shares = np.mean([each.shares for each in judged], axis=0).tolist()
    return dict(zip(MEMBERS, shares, strict=True)), sum(each.n_tasks for each in judged)


def simulate_crowds(
    draw: Draw, seed: int, strengths: Sequence[float] = STRENGTHS, belief: int | None = None
) -> Iterator[SimulatedCrowd]:
    """Yield simulated crowds, more where answers are few; none where they are too few.

    Args:
        draw: returns whole tasks and the keys of their names, by a seed.
        seed: seed of the samples and of the crowds.
        strengths: of the prior of the rich model, see ``learn_habits``; each has as many crowds.
        belief: yield the crowds of the strength with this index alone.
    """
    first = seed * MOST_ROUNDS * len(strengths)
    rows, keys = draw(first)
    if len(rows.cell) < ENOUGH_ROWS or rows.n_labels == 1:
        return
    n_rounds = min(max(MOST_ROWS // (len(strengths) * len(rows.cell)), 1), MOST_ROUNDS)
    is_whole = len(rows.cell) < MOST_ROWS // 2
    learnt: dict[float, Habits] = {}
    for crowd_seed in range(first, first + n_rounds * len(strengths)):
        if belief not in (None, crowd_seed % len(strengths)):
            continue
        strength = strengths[crowd_seed % len(strengths)]
        if not is_whole and crowd_seed > first:
            rows, keys = draw(crowd_seed)
        if not is_whole or strength not in learnt:
            learnt[strength] = learn_habits(rows, strength, ROUGH.gain)
        yield simulate(rows, learnt[strength], keys, crowd_seed)


def average(
    members: Sequence[Fitted],
    weights: Mapping[str, float],
    chances: Sequence[Floats | None] | None = None,
) -> Fitted:
    """Return the weighted mean of the models' chances; those of ``TEMPERED`` are tempered first.

    Args:
        members: fits of the models of ``MEMBERS`` to the same rows, in their order.
        weights: weight of models by name, with sum 1; those not named are left out.
        chances: tempered chances of each member, shape (n_tasks, n_labels), where they are known.

    Returns:
        A fit whose chances, shape (n_tasks, n_labels), are the weighted mean of the members'.

    Source:
        Weights as of Hoeting et al. (1999), https://doi.org/10.1214/ss/1009212519, with simulated
        truth in place of the likelihood of the answers.
    """
    is_in = [model in weights for model in MEMBERS]
    softened = [
        replace(member, temperature=_temperature(member.model))
        for member in compress(members, is_in)
    ]
    weight = np.array([weights[model] for model in compress(MEMBERS, is_in)])
    first = members[0]
    parts = [part for part in compress(chances or (), is_in) if part is not None]
    mean = _sum_of(parts, weight) if len(parts) == len(weight) else None
    return Fitted(
        "auto",
        first.rows,
        chances=partial(_mean, MeanParts(softened, weight, first.rows, mean)),
        trace=first.trace,
        converged=all(member.converged for member in members),
        workers=partial(_first, first),
    )


def _first(fitted: Fitted) -> Fitted:
    return fitted


def _temperature(model: str) -> float:
    return USUAL_OF_TABLES if model in TEMPERED else 1.0


def _mean(parts: MeanParts, rows: AnswersByTask, first: int, last: int) -> Floats:
    """Return the mean of the members' chances, which may be computed for the rows of the fits."""
    if parts.mean is not None and rows is parts.rows:
        return parts.mean[first:last].copy()
    members = (replace(member, rows=rows).posterior(first, last) for member in parts.members)
    return _sum_of(members, parts.weight)


def _sum_of(parts: Iterable[Floats], weight: Floats) -> Floats:
    first, *others = [share * part for share, part in zip(weight, parts, strict=True)]
    for other in others:
        first += other
    return np.asarray(first)


def _is_right(fitted: Fitted, gold: Gold, run: Run) -> Bools:
    label: Codes = np.empty_like(gold.label)
    pick(chances_of(fitted, gold, run), SLACK, label, np.empty(len(label)))
    return np.asarray(label == gold.label)
