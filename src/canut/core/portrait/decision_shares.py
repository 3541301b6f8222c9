"""Attribute each final decision to people and machines, and count the time it took.

A decision is untouched only if no person took part in it; "made by a machine" alone would hide
reviewers. Seconds of labels are charged to every decision of every model trained on them. Hours
created and hours displaced are separate figures; nothing here subtracts them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.clock import HOUR_MS, SECOND_MS
from canut.core.errors import BadInput
from canut.core.portrait.counts import LEVEL, IntervalEstimate, difference, share
from canut.core.portrait.decision_roles import BEFORE, Actor, DecisionOutcome, Did

DISPLACED_DRAWS, FEWEST_TIMES = 2_000, 10


class DecisionAct(NamedTuple):
    """One act for a decision; ``version`` names the model, and is empty for people."""

    did: Did
    actor: Actor
    ms: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTrail:
    """All acts for one final decision.

    Args:
        acts: in order.
        is_kept: the final label is the model's proposal; False without a proposal.

    Raises:
        BadInput: a model without version, people with one, or a time below 0.
    """

    acts: tuple[DecisionAct, ...]
    is_kept: bool = False

    def __post_init__(self) -> None:
        """Raise if an act cannot be traced to its source."""
        for act in self.acts:
            if (act.actor is Actor.MODEL) != bool(act.version) or act.ms < 0:
                raise BadInput(
                    f"{act.did} by {act.actor}, version {act.version!r}, {act.ms} ms; a model has "
                    "its version, hands have none, and no time is below 0"
                )


def outcome_of(chain: DecisionTrail) -> DecisionOutcome:
    """Return who decided; training, guidelines and gold do not count as part of a decision."""
    own = [act for act in chain.acts if act.did not in BEFORE]
    hands = [act for act in own if act.actor is not Actor.MODEL]
    if len(hands) == len(own) or any(act.did is Did.IMPERSONATE for act in hands):
        return DecisionOutcome.HUMAN
    if not hands:
        return DecisionOutcome.UNTOUCHED
    if not chain.is_kept:
        return DecisionOutcome.CORRECTED
    looked = all(act.did is Did.VERIFY for act in hands)
    return DecisionOutcome.AUDITED if looked else DecisionOutcome.ACCEPTED


class Shares(NamedTuple):
    """Who decided, as shares with their intervals for other such decisions.

    ``by_machine``: misleading if reported alone. ``is_simulated``: some people are simulated.
    """

    counts: Mapping[DecisionOutcome, int]
    of: Mapping[DecisionOutcome, IntervalEstimate]
    by_machine: IntervalEstimate
    untouched: IntervalEstimate
    touched: IntervalEstimate
    is_simulated: bool


def effective_decisions(counts: Mapping[DecisionOutcome, int], by_model: Iterable[int]) -> float:
    """Return how many independent decisions would tell as much.

    Decisions of one model err together: each model is one cluster, each task of people another.

    Args:
        counts: decisions by outcome.
        by_model: of those, the decisions of each model.

    Example:
        >>> counts = {DecisionOutcome.HUMAN: 300, DecisionOutcome.UNTOUCHED: 700}
        >>> round(effective_decisions(counts, [400, 300]), 2)
        4.0
    """
    clusters = [*by_model]
    people = max(0, sum(counts.values()) - sum(clusters))
    squares = people + sum(size * size for size in clusters)
    return (people + sum(clusters)) ** 2 / squares if squares else 0.0


def shares_of(
    counts: Mapping[DecisionOutcome, int],
    *,
    is_simulated: bool = False,
    by_model: Iterable[int] = (),
) -> Shares:
    """Turn counts by outcome into shares.

    Args:
        counts: decisions by outcome.
        is_simulated: whether some people are simulated.
        by_model: the decisions of each model, which are not independent of each other.

    Raises:
        BadInput: there are none.
    """
    total = sum(counts.values())
    machine = counts.get(DecisionOutcome.UNTOUCHED, 0) + counts.get(DecisionOutcome.AUDITED, 0)
    untouched = counts.get(DecisionOutcome.UNTOUCHED, 0)
    factor = max(1.0, effective_decisions(counts, by_model)) / total if total else 1.0

    def part(count: int) -> IntervalEstimate:
        estimate = share(count * factor, total * factor)
        return estimate._replace(value=count / total)

    return Shares(
        counts=counts,
        of={outcome: part(counts.get(outcome, 0)) for outcome in DecisionOutcome},
        by_machine=part(machine),
        untouched=part(untouched),
        touched=part(total - untouched),
        is_simulated=is_simulated,
    )


class Acceptance(NamedTuple):
    """How often people keep a pre-label shown to them, and give the same label unseen.

    ``anchoring``: the first minus the second, the effect of showing them.
    """

    shown: IntervalEstimate
    unseen: IntervalEstimate
    anchoring: IntervalEstimate


def acceptance(n_kept: int, n_shown: int, n_same: int, n_unseen: int) -> Acceptance:
    """Compare answers to pre-labels shown with those to pre-labels hidden at random.

    Raises:
        BadInput: one of the two groups is empty.
    """
    with_label, blind = share(n_kept, n_shown), share(n_same, n_unseen)
    return Acceptance(with_label, blind, difference(with_label, blind))


class SourceWeight(NamedTuple):
    """One source of a decision: how often it is right, and whether it said the final answer."""

    source: str
    accuracy: float
    agrees: bool


class EvidenceShares(NamedTuple):
    """The share of the evidence of each source, and the confidence of the decision."""

    of: Mapping[str, float]
    posterior: float


def evidence(sources: Sequence[SourceWeight]) -> EvidenceShares:
    """Split the evidence for a decision among its sources; a disagreeing source has none.

    Args:
        sources: sources independent given the truth, between two choices.

    Raises:
        BadInput: no source supports the decision, or an accuracy is not strictly within 0 and 1.

    Source:
        Log-odds of independent sources add up, so Shapley's shares are the terms.
    """
    if any(not 0 < source.accuracy < 1 for source in sources):
        raise BadInput("an accuracy must be above 0 and below 1")
    weights = [log(source.accuracy / (1 - source.accuracy)) for source in sources]
    towards = [w if source.agrees else -w for source, w in zip(sources, weights, strict=True)]
    for_it = sum(w for w in towards if w > 0)
    if not for_it:
        raise BadInput("no source speaks for the decision; its evidence cannot be shared out")
    shares: dict[str, float] = {}
    for source, weight in zip(sources, towards, strict=True):
        shares[source.source] = shares.get(source.source, 0.0) + max(weight, 0.0) / for_it
    return EvidenceShares(shares, 1 / (1 + exp(-sum(towards))))


class Labels(NamedTuple):
    """Some labels: the time they took, and the models trained on them."""

    name: str
    ms: int
    used_by: frozenset[str]


class Charged(NamedTuple):
    """Seconds of labels per decision, by model version; and those not charged yet."""

    seconds: Mapping[str, Fraction]
    uncharged: Fraction


def embodied(labels: Iterable[Labels], decisions: Mapping[str, int]) -> Charged:
    """Spread the seconds of labels evenly over the decisions of every model trained on them.

    Args:
        labels: each set once.
        decisions: number of decisions of each model version.

    Raises:
        BadInput: a version is not among the decisions, or a number is below 0.
    """
    if min(decisions.values(), default=0) < 0:
        raise BadInput(f"decisions are {dict(decisions)}; expected none below 0")
    borne, uncharged = dict.fromkeys(decisions, Fraction()), Fraction()
    for batch in labels:
        unknown = sorted(batch.used_by - set(decisions))
        if unknown or batch.ms < 0:
            raise BadInput(f"labels {batch.name}: {batch.ms} ms, used by unknown models {unknown}")
        bearers = sum(decisions[version] for version in batch.used_by)
        seconds = Fraction(batch.ms, SECOND_MS)
        if not bearers:
            uncharged += seconds
            continue
        for version in batch.used_by:
            borne[version] += seconds / bearers
    return Charged(borne, uncharged)


def marginal(audit_ms: int, decisions: int) -> Fraction | None:
    """Return seconds of upkeep per automated decision; None if there was none."""
    return Fraction(audit_ms, SECOND_MS * decisions) if decisions else None


class Hours(NamedTuple):
    """Hours created and displaced; no difference, on purpose.

    ``created``: measured, so without an interval. ``displaced``: what people would have taken for
    the decisions of machines, with its interval; None where nobody's time for one is known.
    """

    created: Mapping[str, float]
    displaced: IntervalEstimate | None


class TaskTimes(NamedTuple):
    """Times of people for decisions about as certain as some decisions of machines.

    Args:
        human_ms: time of people for one decision, one value per decision, in milliseconds.
        untouched: number of decisions of machines alone that are about as certain.
    """

    human_ms: Sequence[int]
    untouched: int


def created_and_displaced(
    created_ms: Mapping[str, Sequence[int]],
    strata: Sequence[TaskTimes],
    rng: np.random.Generator,
) -> Hours:
    """Add up the hours automation created, and estimate the hours it displaced.

    Times are skewed to the right, so a count is multiplied by their mean: the median would leave
    hours out. Machines take the easy tasks, so the times are those of tasks about as certain.

    Args:
        created_ms: by kind of work (label, verify, train, maintain), each person's time.
        strata: decisions of machines and times of people, by how certain the task is; machines'
            decisions of a stratum with under ten times of people take the mean of all.
        rng: for the draws.

    Raises:
        BadInput: no time of people is known.
    """
    every_ms = [ms for stratum in strata for ms in stratum.human_ms]
    if not every_ms:
        raise BadInput("nobody's time for a decision is known; hours displaced cannot be told")
    value, samples = 0.0, np.zeros(DISPLACED_DRAWS)
    for stratum in strata:
        if stratum.untouched:
            is_enough = len(stratum.human_ms) >= FEWEST_TIMES
            own_ms = np.array(stratum.human_ms if is_enough else every_ms, np.float64)
            value += float(own_ms.mean()) * stratum.untouched / HOUR_MS
            samples += _drawn(own_ms, rng).mean(axis=1) * stratum.untouched / HOUR_MS
    created = {kind: sum(times) / HOUR_MS for kind, times in created_ms.items()}
    return Hours(created, _between(value, samples))


def _drawn(values: Floats, rng: np.random.Generator) -> Floats:
    samples: Floats = values[rng.integers(0, len(values), (DISPLACED_DRAWS, len(values)))]
    return samples


def _between(value: float, samples: Floats) -> IntervalEstimate:
    low, high = np.quantile(samples, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return IntervalEstimate(value, min(value, float(low)), max(value, float(high)))
