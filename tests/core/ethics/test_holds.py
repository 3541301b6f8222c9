"""A hold ends by the reviewer, the council, time, or a signed override, and by nothing else."""

from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from canut.core.clock import DAY_MS
from canut.core.errors import Conflict, Forbidden, Incomplete, Refusal
from canut.core.ethics.authority import POWERS, EthicsAct, Office, check_authority
from canut.core.ethics.holds import (
    LONGEST_DAYS,
    NEVER_OVERRIDDEN,
    AppealState,
    Ground,
    Hold,
    HoldState,
    advance_hold,
    answer_point,
    appeal_hold,
    begin_hold,
    check_reasons,
    has_new_facts,
    lift_hold,
    override_hold,
    read_lines,
    renew_hold,
    settle_appeal,
)
from canut.core.ethics.office import hour_of_review, is_protected, is_recalled
from canut.core.ethics.opening import (
    OPENS,
    OpeningFacts,
    OpeningRule,
    Verdict,
    answer_due_ms,
    opening_rule,
)

STEPS = ("renew", "answer", "lift", "appeal", "council-lifts", "council-keeps", "override", "wait")
moves = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 9 * DAY_MS)), min_size=1, max_size=14
)
grounds = st.sets(st.sampled_from(Ground), min_size=1, max_size=3)


def take(hold: Hold, step: str, now_ms: int) -> Hold:
    """Take one step of a hold's life, as the acts do."""
    point = min(set(range(hold.points)) - hold.answered, default=0)
    acts = {
        "renew": lambda: renew_hold(hold, now_ms),
        "answer": lambda: answer_point(hold, point, now_ms),
        "lift": lambda: lift_hold(hold, now_ms),
        "appeal": lambda: appeal_hold(hold, now_ms),
        "council-lifts": lambda: settle_appeal(hold, 2, 1, now_ms),
        "council-keeps": lambda: settle_appeal(hold, 1, 1, now_ms),
        "override": lambda: override_hold(hold, now_ms),
        "wait": lambda: advance_hold(hold, now_ms),
    }
    return acts[step]()


@given(moves, grounds, st.integers(1, 3))
def test_every_way_out_of_a_hold_is_a_lift_a_council_vote_its_end_or_an_override(
    steps: list[tuple[str, int]], named: set[Ground], points: int
) -> None:
    hold, now_ms = begin_hold(named, points, 0), 0
    for step, later_ms in steps:
        now_ms += later_ms
        before = advance_hold(hold, now_ms)
        try:
            hold = take(hold, step, now_ms)
        except Refusal:
            hold = before
        if not before.stops:
            assert hold == before  # what is over stays over
            continue
        # Days: a hold never holds by itself beyond 28, and beyond 14 only where renewed.
        if hold.state is HoldState.HELD:
            assert now_ms < (LONGEST_DAYS if hold.is_renewed else 14) * DAY_MS
        if hold.state is HoldState.LAPSED:
            assert hold.is_renewed
            assert now_ms >= LONGEST_DAYS * DAY_MS
        if hold.stops:
            continue
        ways = {
            HoldState.LIFTED: step == "lift" and before.is_answered,
            HoldState.COUNCIL: step == "council-lifts" and before.appeal is AppealState.OPEN,
            HoldState.ENDED: not before.is_renewed and now_ms >= 14 * DAY_MS,
            HoldState.OVERRIDDEN: step == "override"
            and before.state is HoldState.LAPSED
            and before.appeal is not AppealState.OPEN
            and not named & NEVER_OVERRIDDEN,
        }
        assert ways[hold.state]


@pytest.mark.parametrize("ground", sorted(NEVER_OVERRIDDEN))
def test_no_override_for_minors_illegality_or_exposure_however_long_it_lasts(
    ground: Ground,
) -> None:
    hold = renew_hold(begin_hold([ground, Ground.PAY], 1, 0), DAY_MS)

    for days in (1, 29, 400):
        with pytest.raises(Forbidden) as refused:
            override_hold(hold, days * DAY_MS)
        assert refused.value.case == "ethics-no-override"

    assert advance_hold(hold, 400 * DAY_MS).state is HoldState.LAPSED


def test_hold_is_renewed_once_and_appealed_once() -> None:
    hold = renew_hold(begin_hold([Ground.CONSENT], 1, 0), 13 * DAY_MS)
    with pytest.raises(Conflict, match="renewed"):
        renew_hold(hold, 20 * DAY_MS)
    appealed = settle_appeal(appeal_hold(hold, 14 * DAY_MS), 1, 1, 21 * DAY_MS)

    assert appealed.appeal is AppealState.UPHELD  # a tie leaves it in force
    with pytest.raises(Conflict, match="appealed"):
        appeal_hold(appealed, 22 * DAY_MS)
    with pytest.raises(Conflict, match="still votes"):
        settle_appeal(appeal_hold(hold, 14 * DAY_MS), 3, 0, 20 * DAY_MS)


def test_reasons_have_three_lines_and_facts_are_new() -> None:
    with pytest.raises(Incomplete) as short:
        check_reasons("One.\n\nTwo.")
    assert short.value.case == "ethics-reasons"
    assert read_lines(" a \n\nb") == ("a", "b")
    with pytest.raises(Incomplete):
        read_lines("x\n" * 13)
    assert not has_new_facts(["The  same Fact"], ["the same fact", "other"])
    assert has_new_facts(["the same fact", "new"], ["the same fact"])
    with pytest.raises(Incomplete):
        begin_hold([], 1, 0)
    with pytest.raises(Incomplete):
        begin_hold([Ground.PAY], 0, 0)


def facts(**fields: Any) -> OpeningFacts:
    usual: dict[str, Any] = {
        "risk": 2, "is_held": False, "was_cleared": False, "reviewers": 2, "council": 3,
        "is_asked": True, "verdict": None, "unanswered": 0, "words_for": 0, "words_against": 0,
        "due_ms": 10,
    }  # fmt: skip
    return OpeningFacts(**(usual | fields))


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"risk": 1}, OpeningRule.FREE),
        ({"risk": 0, "is_held": True}, OpeningRule.HELD),
        ({"was_cleared": True}, OpeningRule.CLEARED),
        ({"was_cleared": True, "is_held": True}, OpeningRule.HELD),
        ({"is_asked": False}, OpeningRule.UNASKED),
        ({}, OpeningRule.WAITS_OPINION),
        ({"due_ms": 5}, OpeningRule.IN_SILENCE),
        ({"due_ms": None}, OpeningRule.WAITS_OPINION),
        ({"verdict": Verdict.GO}, OpeningRule.CLEARED),
        ({"verdict": Verdict.CHANGE, "unanswered": 1}, OpeningRule.WAITS_CHANGE),
        ({"verdict": Verdict.CHANGE}, OpeningRule.CLEARED),
        ({"risk": 0, "verdict": Verdict.CHANGE, "unanswered": 1}, OpeningRule.WAITS_CHANGE),
        ({"reviewers": 0}, OpeningRule.WAITS_WORDS),
        ({"reviewers": 0, "words_for": 1}, OpeningRule.WAITS_WORDS),
        ({"reviewers": 0, "words_for": 2}, OpeningRule.BY_WORDS),
        ({"reviewers": 0, "words_for": 2, "words_against": 2}, OpeningRule.WAITS_WORDS),
        ({"reviewers": 0, "council": 1, "words_for": 1}, OpeningRule.BY_WORDS),
        ({"reviewers": 0, "council": 0, "is_asked": False}, OpeningRule.NOBODY),
    ],
)
def test_hard_project_waits_for_whom_its_instance_has(
    fields: dict[str, object], rule: OpeningRule
) -> None:
    assert opening_rule(facts(**fields), 7) is rule
    assert (rule in OPENS) == (not str(rule).startswith(("waits", "held", "unasked")))


def test_opinion_is_due_in_five_working_days() -> None:
    friday = 1_764_338_400_000
    assert answer_due_ms(friday, ZoneInfo("America/Toronto")) - friday == 7 * DAY_MS


def test_table_of_powers_names_every_act_once_and_nobody_else_may() -> None:
    assert sorted(power.act for power in POWERS) == sorted(EthicsAct)
    for power in POWERS:
        for office in Office:
            if office in power.by:
                check_authority(power.act, [office])
            else:
                with pytest.raises(Forbidden):
                    check_authority(power.act, [office])
    with pytest.raises(Forbidden):
        check_authority(EthicsAct.OVERRIDE, [])


def test_recall_takes_two_thirds_and_a_quorum_and_pay_takes_one_and_a_half_floors() -> None:
    assert [is_recalled(yes, no, 0, 12) for yes, no in ((2, 1), (4, 2), (3, 2), (2, 0))] == [
        True, True, False, False,
    ]  # fmt: skip
    assert hour_of_review(0, 16_600_001) == 24_900_002
    assert is_protected(0, 364 * DAY_MS)
    assert not is_protected(0, 365 * DAY_MS)
