"""Who did the work: what each final decision owes to people and to machines, and what that took.

A decision is untouched only when nobody had a hand in it; "made by a machine" alone would hide
those who looked. Seconds of labels are charged to every decision of every model that learnt from
them, to the last one. Hours created and hours displaced stand side by side; nothing here takes one
from the other.
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
from canut.core.portrait.counts import DRAWS, LEVEL, IntervalEstimate, difference, share
from canut.core.portrait.decision_roles import BEFORE, Actor, DecisionOutcome, Did


class Act(NamedTuple):
    """One thing done; ``version`` names the model, and is empty for hands."""

    did: Did
    actor: Actor
    ms: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """All that was done for one final decision.

    Args:
        acts: in order.
        is_kept: the final answer is what the model had said; False where none had.

    Raises:
        BadInput: a model without version, or hands with one, or a time below 0.
    """

    acts: tuple[Act, ...]
    is_kept: bool = False

    def __post_init__(self) -> None:
        """Refuse acts nobody could trace."""
        for act in self.acts:
            if (act.actor is Actor.MODEL) != bool(act.version) or act.ms < 0:
                raise BadInput(
                    f"{act.did} by {act.actor}, version {act.version!r}, {act.ms} ms; a model has "
                    "its version, hands have none, and no time is below 0"
                )


def outcome_of(chain: Chain) -> DecisionOutcome:
    """Say who decided; training, guidelines and gold were before, and are not hands on this one."""
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
    """Who decided, as shares with their intervals.

    ``by_machine``: what would mislead if told alone. ``is_simulated``: some hands are the demo's.
    """

    counts: Mapping[DecisionOutcome, int]
    of: Mapping[DecisionOutcome, IntervalEstimate]
    by_machine: IntervalEstimate
    untouched: IntervalEstimate
    touched: IntervalEstimate
    is_simulated: bool


def shares_of(counts: Mapping[DecisionOutcome, int], *, is_simulated: bool = False) -> Shares:
    """Turn counts by outcome into shares.

    Raises:
        BadInput: there are none.
    """
    total = sum(counts.values())
    machine = counts.get(DecisionOutcome.UNTOUCHED, 0) + counts.get(DecisionOutcome.AUDITED, 0)
    untouched = counts.get(DecisionOutcome.UNTOUCHED, 0)
    return Shares(
        counts=counts,
        of={one: share(counts.get(one, 0), total) for one in DecisionOutcome},
        by_machine=share(machine, total),
        untouched=share(untouched, total),
        touched=share(total - untouched, total),
        is_simulated=is_simulated,
    )


class Acceptance(NamedTuple):
    """How often pre-labels are kept when shown, and how often people say the same unseen.

    ``anchoring``: the first less the second; what showing them changes.
    """

    shown: IntervalEstimate
    unseen: IntervalEstimate
    anchoring: IntervalEstimate


def acceptance(kept: int, shown: int, same: int, unseen: int) -> Acceptance:
    """Compare pre-labels shown with those hidden on a random part.

    Raises:
        BadInput: one of the two parts is empty.
    """
    seen, blind = share(kept, shown), share(same, unseen)
    return Acceptance(seen, blind, difference(seen, blind))


class SourceWeight(NamedTuple):
    """One source of a decision: how often it is right, and whether it said the final answer."""

    source: str
    accuracy: float
    agrees: bool


class EvidenceShares(NamedTuple):
    """What share of the evidence each source brought, and how sure it makes the decision."""

    of: Mapping[str, float]
    posterior: float


def evidence(said: Sequence[SourceWeight]) -> EvidenceShares:
    """Share out the evidence for a decision; a source that disagreed brought none.

    Args:
        said: independent given the truth; two choices.

    Raises:
        BadInput: nobody speaks for the decision, or an accuracy is not strictly within 0 and 1.

    Source:
        Log-odds of independent sources add up, so Shapley's shares are the terms.
    """
    if any(not 0 < one.accuracy < 1 for one in said):
        raise BadInput("an accuracy must be above 0 and below 1")
    weights = [log(one.accuracy / (1 - one.accuracy)) for one in said]
    towards = [w if one.agrees else -w for one, w in zip(said, weights, strict=True)]
    for_it = sum(w for w in towards if w > 0)
    if not for_it:
        raise BadInput("no source speaks for the decision; its evidence cannot be shared out")
    brought: dict[str, float] = {}
    for one, weight in zip(said, towards, strict=True):
        brought[one.source] = brought.get(one.source, 0.0) + max(weight, 0.0) / for_it
    return EvidenceShares(brought, 1 / (1 + exp(-sum(towards))))


class Labels(NamedTuple):
    """Some labels: the time they took, and the models that learnt from them."""

    name: str
    ms: int
    used_by: frozenset[str]


class Charged(NamedTuple):
    """Seconds of labels by decision, by model version; and what no decision bears yet."""

    seconds: Mapping[str, Fraction]
    uncharged: Fraction


def embodied(labels: Iterable[Labels], decisions: Mapping[str, int]) -> Charged:
    """Spread the seconds of labels evenly over every decision of every model that used them.

    Args:
        labels: each set once.
        decisions: made by each model version.

    Raises:
        BadInput: a version is not among the decisions, or a number is below 0.
    """
    if min(decisions.values(), default=0) < 0:
        raise BadInput(f"decisions are {dict(decisions)}; expected none below 0")
    borne, uncharged = dict.fromkeys(decisions, Fraction()), Fraction()
    for one in labels:
        unknown = sorted(one.used_by - set(decisions))
        if unknown or one.ms < 0:
            raise BadInput(f"labels {one.name}: {one.ms} ms, used by unknown models {unknown}")
        bearers = sum(decisions[version] for version in one.used_by)
        seconds = Fraction(one.ms, SECOND_MS)
        if not bearers:
            uncharged += seconds
            continue
        for version in one.used_by:
            borne[version] += seconds / bearers
    return Charged(borne, uncharged)


def marginal(audit_ms: int, decisions: int) -> Fraction | None:
    """Return seconds of upkeep by automated decision; None when there was none."""
    return Fraction(audit_ms, SECOND_MS * decisions) if decisions else None


class Hours(NamedTuple):
    """Both readings, each with its interval; there is no field for a difference, on purpose."""

    created: Mapping[str, IntervalEstimate]
    displaced: IntervalEstimate


def created_and_displaced(
    created_ms: Mapping[str, Sequence[int]],
    human_ms: Sequence[int],
    untouched: int,
    rng: np.random.Generator,
) -> Hours:
    """Say how many hours automation made, and how many it took the place of.

    Args:
        created_ms: by kind of work (label, verify, train, maintain), each person's time.
        human_ms: what people take for one decision, one each.
        untouched: decisions in which nobody had a hand.
        rng: for the draws.

    Raises:
        BadInput: nobody's time for a decision is known.
    """
    if not human_ms:
        raise BadInput("nobody's time for a decision is known; hours displaced cannot be told")
    taken = np.array(human_ms, np.float64)
    medians = np.median(_drawn(taken, rng), axis=1) * untouched / HOUR_MS
    middle = float(np.median(taken)) * untouched / HOUR_MS
    return Hours(
        created={kind: _summed(times, rng) for kind, times in created_ms.items()},
        displaced=_between(middle, medians),
    )


def _summed(times: Sequence[int], rng: np.random.Generator) -> IntervalEstimate:
    """Sum people's hours; the interval is for another such group of people."""
    if not times:
        return IntervalEstimate(0.0, 0.0, 0.0)
    hours = np.array(times, np.float64) / HOUR_MS
    return _between(float(hours.sum()), _drawn(hours, rng).sum(axis=1))


def _drawn(values: Floats, rng: np.random.Generator) -> Floats:
    draws = max(1, min(DRAWS, 20_000_000 // len(values)))
    drawn: Floats = values[rng.integers(0, len(values), (draws, len(values)))]
    return drawn


def _between(value: float, drawn: Floats) -> IntervalEstimate:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return IntervalEstimate(value, min(value, float(low)), max(value, float(high)))
