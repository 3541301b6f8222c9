from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import (
    APPEAL_DAYS,
    NOTICE_DAYS,
    REJECTION_DAYS,
    SCORE_DAYS,
    appeal_due,
    is_rejectable,
    is_won_by_waiting,
    score_expires,
    scores_fresh_since,
    takes_effect,
    time_left,
)

MOMENTS = st.integers(0, 10**13)


@given(MOMENTS)
def test_answer_is_rejectable_to_the_last_millisecond_of_seven_days(answered: int) -> None:
    last = answered + REJECTION_DAYS * DAY_MS

    assert is_rejectable(answered, last)
    assert not is_rejectable(answered, last + 1)


@given(MOMENTS)
def test_appeal_is_won_one_millisecond_after_fourteen_days(at: int) -> None:
    due = appeal_due(at)

    assert due == at + APPEAL_DAYS * DAY_MS
    assert not is_won_by_waiting(due, due)
    assert is_won_by_waiting(due, due + 1)


def test_notice_comes_before_effect_but_for_safety() -> None:
    assert takes_effect(5, is_safety=False) == 5 + NOTICE_DAYS * DAY_MS
    assert takes_effect(5, is_safety=True) == 5


def test_score_lives_six_months() -> None:
    assert 182 <= SCORE_DAYS <= 184
    assert score_expires(0) == SCORE_DAYS * DAY_MS
    assert scores_fresh_since(score_expires(7)) == 7


def test_what_is_left_counts_a_begun_hour_and_never_less_than_nothing() -> None:
    assert time_left(DAY_MS + 1, 0) == (1, 1)
    assert time_left(0, 5).is_over
