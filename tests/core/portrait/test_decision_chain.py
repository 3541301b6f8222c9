"""What was given to a task becomes the chain of its decision: who saw what had a say."""

import pytest

from canut.core.portrait.decision_chain import (
    AnswerFact,
    Look,
    Looked,
    ModelProposal,
    arms_of,
    chain_of,
)
from canut.core.portrait.decision_roles import DecisionOutcome, Did
from canut.core.portrait.decision_shares import outcome_of

SAID = ModelProposal("digits 2", "7", 1_000, is_shown=True)
BEFORE, AFTER = 500, 2_000


@pytest.mark.parametrize(
    ("proposal", "given", "looked", "label", "outcome"),
    [
        (None, [AnswerFact("7", 9, AFTER)], [], "7", DecisionOutcome.HUMAN),
        (SAID, [AnswerFact("7", 9, AFTER)], [], "7", DecisionOutcome.ACCEPTED),
        (SAID, [AnswerFact("1", 9, AFTER)], [], "1", DecisionOutcome.CORRECTED),
        (SAID, [AnswerFact("7", 9, BEFORE)], [], "7", DecisionOutcome.HUMAN),
        (
            SAID._replace(is_shown=False, is_hidden=True),
            [AnswerFact("7", 9, AFTER)],
            [],
            "7",
            DecisionOutcome.HUMAN,
        ),
        (
            SAID._replace(is_shown=False, has_vote=True),
            [AnswerFact("7", 9, BEFORE)],
            [],
            "7",
            DecisionOutcome.ACCEPTED,
        ),
        (SAID._replace(took_over=True), [], [], "7", DecisionOutcome.UNTOUCHED),
        (
            SAID._replace(took_over=True),
            [AnswerFact("7", 9, AFTER, is_audit=True)],
            [],
            "7",
            DecisionOutcome.AUDITED,
        ),
        (
            SAID._replace(took_over=True),
            [],
            [Looked(Look.ACCEPTED, 5)],
            "7",
            DecisionOutcome.AUDITED,
        ),
        (
            SAID._replace(took_over=True),
            [],
            [Looked(Look.CORRECTED, 5)],
            "1",
            DecisionOutcome.CORRECTED,
        ),
    ],
)
def test_who_decided_is_told_by_who_saw_what(
    proposal: ModelProposal | None,
    given: list[AnswerFact],
    looked: list[Looked],
    label: str,
    outcome: DecisionOutcome,
) -> None:
    chain = chain_of(label, proposal, given, looked)

    assert outcome_of(chain) is outcome


def test_people_who_do_the_work_of_a_machine_are_named() -> None:
    chain = chain_of(
        "7", SAID._replace(took_over=True), [AnswerFact("7", 9, AFTER)], is_imitation=True
    )

    assert [act.did for act in chain.acts] == [Did.PRELABEL, Did.IMPERSONATE]
    assert outcome_of(chain) is DecisionOutcome.HUMAN


def test_reviews_are_told_apart() -> None:
    looked = [Looked(how, 5) for how in Look]

    acts = chain_of("7", None, [AnswerFact("7", 9, AFTER)], looked).acts

    assert [act.did for act in acts] == [Did.LABEL, Did.VERIFY, Did.ADJUDICATE, Did.CORRECT]


def test_no_time_is_lost_in_a_chain() -> None:
    given = [AnswerFact("7", 9, BEFORE), AnswerFact("1", 4, AFTER, is_simulated=True)]

    acts = chain_of("7", SAID, given, [Looked(Look.CHOSEN, 2)]).acts

    assert sum(act.ms for act in acts) == 15


def test_each_arm_counts_only_who_was_lent_the_task_since() -> None:
    given = [AnswerFact("7", 9, BEFORE), AnswerFact("7", 9, AFTER), AnswerFact("1", 9, AFTER)]

    shown = arms_of(SAID, given)
    hidden = arms_of(SAID._replace(is_shown=False, is_hidden=True), given)

    assert shown == (2, 1, 0, 0)
    assert hidden == (0, 0, 2, 1)
