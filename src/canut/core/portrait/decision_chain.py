"""Build the chain of one decision from what was given to its task.

A model had a say where a person saw what it proposed, where it voted, or where it closed the task;
what it said unseen is no part of the decision. Who decided is told in ``decided``.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from canut.core.portrait.decision_roles import Actor, Did
from canut.core.portrait.decision_shares import Act, Chain


class ModelProposal(NamedTuple):
    """What a model said of a task.

    ``at_ms``: people who were lent the task from then on saw it, where ``is_shown``. ``has_vote``:
    it counts in the label whoever saw it; ``took_over``: it is the label, nobody was asked.
    ``is_hidden``: kept from people by a draw, so that what they say by themselves is known.
    """

    version: str
    label: str
    at_ms: int
    is_shown: bool = False
    has_vote: bool = False
    took_over: bool = False
    is_hidden: bool = False


class AnswerFact(NamedTuple):
    """One answer: what it says, its time, when its task was lent; ``is_audit``: of a closed task.

    ``version``: of the program that answered; empty for people.
    """

    label: str
    ms: int
    lent_ms: int
    is_simulated: bool = False
    is_audit: bool = False
    version: str = ""


class Look(StrEnum):
    """How a reviewer decided."""

    ACCEPTED = "accepted"
    CHOSEN = "chosen"
    CORRECTED = "corrected"


class Looked(NamedTuple):
    """One review."""

    how: Look
    ms: int
    is_simulated: bool = False


_LOOKED = {Look.ACCEPTED: Did.VERIFY, Look.CHOSEN: Did.ADJUDICATE, Look.CORRECTED: Did.CORRECT}


def chain_of(
    label: str,
    proposal: ModelProposal | None,
    given: Sequence[AnswerFact],
    looked: Sequence[Looked] = (),
    *,
    is_imitation: bool = False,
) -> Chain:
    """Tell what was done for a decision, in order.

    Args:
        label: the final one.
        proposal: what a model said; None where none did.
        given: every answer to the task, also those that do not count: they took time.
        looked: every review.
        is_imitation: people's answers are delivered as a machine's.

    Example:
        >>> said = ModelProposal("digits 2", "7", 1_000, is_shown=True)
        >>> chain = chain_of("7", said, [AnswerFact("7", 4_000, 2_000)])
        >>> [act.did.value for act in chain.acts], chain.is_kept
        (['prelabel', 'label'], True)
    """
    has_say = proposal is not None and (
        proposal.took_over or proposal.has_vote or any(_saw(proposal, one) for one in given)
    )
    acts = [Act(Did.PRELABEL, Actor.MODEL, 0, proposal.version)] if proposal and has_say else []
    acts += [_act(one, proposal, is_imitation=is_imitation) for one in given]
    acts += [Act(_LOOKED[one.how], _hand(one), one.ms) for one in looked]
    kept = has_say and proposal is not None and proposal.label == label
    return Chain(tuple(acts), is_kept=kept)


class Arms(NamedTuple):
    """People's answers to a proposal: ``kept`` of ``shown``, and ``same`` of ``unseen``."""

    shown: int
    kept: int
    unseen: int
    same: int


def arms_of(proposal: ModelProposal | None, given: Sequence[AnswerFact]) -> Arms:
    """Count the answers of people who saw a proposal, or from whom one was hidden by the draw."""
    if proposal is None or not (proposal.is_shown or proposal.is_hidden):
        return Arms(0, 0, 0, 0)
    since = [
        one.label == proposal.label
        for one in given
        if not one.version and not one.is_audit and one.lent_ms >= proposal.at_ms
    ]
    if proposal.is_hidden:
        return Arms(0, 0, len(since), sum(since))
    return Arms(len(since), sum(since), 0, 0)


def _saw(proposal: ModelProposal, given: AnswerFact) -> bool:
    return proposal.is_shown and not given.version and given.lent_ms >= proposal.at_ms


def _act(given: AnswerFact, proposal: ModelProposal | None, *, is_imitation: bool) -> Act:
    if given.version:
        return Act(Did.LABEL, Actor.MODEL, given.ms, given.version)
    did = Did.LABEL
    if given.is_audit:
        did = Did.VERIFY
    elif is_imitation:
        did = Did.IMPERSONATE
    elif proposal is not None and _saw(proposal, given) and given.label != proposal.label:
        did = Did.CORRECT
    return Act(did, _hand(given), given.ms)


def _hand(one: AnswerFact | Looked) -> Actor:
    return Actor.SIMULATED if one.is_simulated else Actor.HUMAN
