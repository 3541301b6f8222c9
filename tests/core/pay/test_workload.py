"""What a project may come to pay for is counted by what it is for, and reviews have their cost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.price import Declared
from canut.core.pay.required_funds import need_before_pilot
from canut.core.pay.workload import (
    Looks,
    Workload,
    audit_answers,
    gold_answers,
    look_time,
    need_of_looks,
)

FLOOR = Money(18_000_000, "CAD")


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def looks(*, per_mille: int = 100, known: int = 0, look_ms: int = 40_000) -> Looks:
    return Looks(200, per_mille, 1, known, cad(0), None, look_ms)


def test_answers_are_those_of_tasks_and_beside_them_practice_gold_and_audits() -> None:
    asked = Workload(100, 3, 3, more=4, practice=10, gold=15, audits=2)

    assert (asked.regular, asked.answers) == (304, 331)


def test_answers_paid_already_beyond_what_is_asked_are_never_left_out() -> None:
    asked = Workload(10, 1, 1, practice=2, counted=14, beside=5)

    assert asked.answers == 14 + 5


def test_until_sure_is_counted_by_its_cap_and_likely_is_less() -> None:
    asked = Workload(100, 2, 9, practice=5, likely_hundredths=464)

    assert (asked.answers, asked.likely, asked.likely_each) == (905, 469, 4.64)
    assert asked.is_until_sure


@given(st.integers(0, 10**6), st.integers(0, 500), st.integers(0, 1000))
def test_gold_is_at_most_each_once_a_person_and_a_little_over_one_in_twenty(
    regular: int, gold: int, people: int
) -> None:
    found = gold_answers(regular, gold, people)

    assert found <= gold * people
    assert 19 * found <= 1.25 * regular + 19


def test_audits_are_a_share_of_the_tasks() -> None:
    assert [audit_answers(1000, share) for share in (0, 1, 50, 1000)] == [0, 1, 50, 1000]


def test_reviews_cost_their_share_by_time_by_floor_half_as_long_again() -> None:
    need = need_of_looks(looks(), FLOOR)

    assert need.looks.count == 20
    assert need.total == cad(20 * 18_000_000 * 60 // 3600)  # 60 s each, at 18 an hour


def test_measured_reviews_are_not_made_longer_and_their_price_counts() -> None:
    made = Looks(200, 100, 2, 0, cad(150_000), None, 40_000, is_measured=True)

    need = need_of_looks(made, FLOOR)

    assert (need.looks.count, need.pay, need.top_up) == (40, cad(6_000_000), cad(40 * 50_000))


def test_hours_of_reviews_are_paid_before_the_floor_adds_to_them() -> None:
    made = Looks(100, 100, 1, 0, cad(0), cad(9_000_000), 40_000)

    need = need_of_looks(made, FLOOR)

    assert (need.hours, need.top_up) == (cad(1_500_000), cad(1_500_000))


def test_reviews_known_of_are_never_left_out() -> None:
    assert looks(per_mille=0, known=7).count == 7


def test_reviews_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(BadInput):
        looks(per_mille=1001)
    with pytest.raises(BadInput):
        looks(look_ms=-1)


def test_ten_reviews_say_how_long_one_takes() -> None:
    assert look_time(30_000, [1_000] * 9, 5_000) == (30_000, False)
    assert look_time(30_000, [1_000] * 10, 5_000) == (1_000, True)


@given(st.integers(0, 500), st.integers(0, 1000), st.integers(0, 120_000))
def test_need_with_reviews_is_the_need_without_and_reviews_with_what_goes_on_top(
    answers: int, per_mille: int, look_ms: int
) -> None:
    price = Declared(cad(0), 20_000, cad(100_000))
    rate = Decimal("0.2")
    bare = need_before_pilot(answers, price, FLOOR, rate)

    whole = bare.covering(Workload(answers, 1, 1), looks(per_mille=per_mille, look_ms=look_ms))

    reviews = whole.reviews.total.micro if whole.reviews else 0
    assert abs(whole.total.micro - bare.total.micro - reviews * 1.2) <= 2


def test_likely_need_is_less_by_the_answers_that_are_spared() -> None:
    price = Declared(cad(0), 20_000, cad(100_000))
    bare = need_before_pilot(900, price, None, Decimal(0))

    need = bare.covering(Workload(100, 2, 9, likely_hundredths=450), None)

    assert (need.total, need.likely) == (cad(90_000_000), cad(45_000_000))
    assert bare.likely is None
