"""Build the chain of one decision from the answers and reviews of its task.

A model took part if a person saw its proposal, if it voted, or if it closed the task; a proposal
nobody saw is no part of the decision. Who decided is computed in ``decision_shares``.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from canut.core.portrait.decision_roles import Actor, Did
from canut.core.portrait.decision_shares import DecisionAct, DecisionTrail


class ModelProposal(NamedTuple):
    """A model's label for a task.

    ``at_ms``: people who leased the task from then on saw it, if ``is_shown``. ``has_vote``:
    it counts in the label, seen or not; ``took_over``: it is the label, without answers.
    ``is_hidden``: hidden from people at random, to measure their answers without it.
    """

    version: str
    label: str
    at_ms: int
    is_shown: bool = False
    has_vote: bool = False
    took_over: bool = False
    is_hidden: bool = False


class AnswerFact(NamedTuple):
    """One answer: label, time, when its task was leased; ``is_audit``: of a closed task.

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
    answers: Sequence[AnswerFact],
    looked: Sequence[Looked] = (),
    *,
    is_imitation: bool = False,
) -> DecisionTrail:
    """List everything done for a decision, in order.

    Args:
        label: the final label.
        proposal: the model's label; None if there is none.
        answers: every answer to the task, also those that do not count, since they took time.
        looked: every review.
        is_imitation: people's answers are delivered as a machine's.

    Example:
        >>> said = ModelProposal("digits 2", "7", 1_000, is_shown=True)
        >>> chain = chain_of("7", said, [AnswerFact("7", 4_000, 2_000)])
        >>> [act.did.value for act in chain.acts], chain.is_kept
        (['prelabel', 'label'], True)
    """
    has_say = proposal is not None and (
        proposal.took_over or proposal.has_vote or any(_saw(proposal, answer) for answer in answers)
    )
    acts = (
        [DecisionAct(Did.PRELABEL, Actor.MODEL, 0, proposal.version)]
        if proposal and has_say
        else []
    )
    acts += [_act(answer, proposal, is_imitation=is_imitation) for answer in answers]
    acts += [DecisionAct(_LOOKED[answer.how], _hand(answer), answer.ms) for answer in looked]
    is_kept = has_say and proposal is not None and proposal.label == label
    return DecisionTrail(tuple(acts), is_kept=is_kept)


class Arms(NamedTuple):
    """Answers to a proposal: ``kept`` of ``shown`` agree, and ``same`` of ``unseen``."""

    shown: int
    kept: int
    unseen: int
    same: int


def arms_of(proposal: ModelProposal | None, answers: Sequence[AnswerFact]) -> Arms:
    """Count answers of people who saw a proposal, or from whom it was hidden at random."""
    if proposal is None or not (proposal.is_shown or proposal.is_hidden):
        return Arms(0, 0, 0, 0)
    since = [
        answer.label == proposal.label
        for answer in answers
        if not answer.version and not answer.is_audit and answer.lent_ms >= proposal.at_ms
    ]
    if proposal.is_hidden:
        return Arms(0, 0, len(since), sum(since))
    return Arms(len(since), sum(since), 0, 0)


def _saw(proposal: ModelProposal, answer: AnswerFact) -> bool:
    return proposal.is_shown and not answer.version and answer.lent_ms >= proposal.at_ms


def _act(answer: AnswerFact, proposal: ModelProposal | None, *, is_imitation: bool) -> DecisionAct:
    if answer.version:
        return DecisionAct(Did.LABEL, Actor.MODEL, answer.ms, answer.version)
    did = Did.LABEL
    if answer.is_audit:
        did = Did.VERIFY
    elif is_imitation:
        did = Did.IMPERSONATE
    elif proposal is not None and _saw(proposal, answer) and answer.label != proposal.label:
        did = Did.CORRECT
    return DecisionAct(did, _hand(answer), answer.ms)


def _hand(work: AnswerFact | Looked) -> Actor:
    return Actor.SIMULATED if work.is_simulated else Actor.HUMAN
