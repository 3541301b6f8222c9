"""What a closed project keeps, and until when."""

from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import APPEAL_DAYS, CONTEST_DAYS
from canut.core.money import Money
from canut.core.pay.fund_release import (
    Clawback,
    RetainedFunds,
    answers_until,
    reviews_until,
    still_taken,
)


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def test_parts_add_up() -> None:
    kept = RetainedFunds(cad(1), cad(20), cad(300), 0, None, 0)

    assert kept.total == cad(321)


def test_what_nobody_appealed_is_kept_as_long_as_an_appeal_may_come_and_be_won() -> None:
    assert Clawback(cad(1), 0).until_ms == (CONTEST_DAYS + APPEAL_DAYS) * DAY_MS


def test_what_is_appealed_is_kept_until_the_appeal_must_be_answered() -> None:
    assert Clawback(cad(1), 0, appeal_ms=5 * DAY_MS).until_ms == (5 + APPEAL_DAYS) * DAY_MS


@given(st.lists(st.integers(0, 200)), st.integers(0, 400))
def test_nothing_is_let_go_before_its_clock_has_run_out(days: list[int], today: int) -> None:
    taken = [Clawback(cad(1), day * DAY_MS) for day in days]

    left = still_taken(taken, today * DAY_MS)

    assert len(left) == sum(today <= day + CONTEST_DAYS + APPEAL_DAYS for day in days)


def test_answers_are_waited_for_ten_days_and_reviews_ninety() -> None:
    assert (answers_until(0), reviews_until(0)) == (10 * DAY_MS, 90 * DAY_MS)
