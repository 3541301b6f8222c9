"""A price opens when at most one in four people, and hours, would need a top-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.pilot import PilotPerson, PilotReason, judge, reach_of
from canut.core.pay.price import TaskTime

FLOOR = 16_600_000
MINUTE = 60_000


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def person(who: int, seconds_each: int, pieces: int = 100, floor: int = FLOOR) -> PilotPerson:
    return PilotPerson(who, pieces, pieces * seconds_each * 1000, cad(floor))


people_tried = st.lists(
    st.builds(
        PilotPerson,
        who=st.integers(0, 50),
        pieces=st.integers(0, 300),
        time_ms=st.integers(0, 3 * HOUR_MS),
        floor=st.integers(0, 60_000_000).map(cad),
    ),
    min_size=1,
    max_size=14,
)
times_of_tasks = st.none() | st.builds(
    TaskTime, *(st.just(9), st.just(3)), st.integers(1, 500_000), st.just(1), st.just(1)
)


def test_one_in_four_people_short_may_open_and_two_in_four_may_not() -> None:
    quick = [person(1, 10), person(2, 10), person(3, 10)]

    one = judge(cad(60_000), [*quick, person(4, 20)], None)
    two = judge(cad(60_000), [*quick[:2], person(3, 20, 10), person(4, 20, 10)], None)

    assert one.people_short == 1
    assert PilotReason.PEOPLE not in one.reasons
    assert (two.people_short, two.reasons) == (2, (PilotReason.PEOPLE,))


def test_few_people_with_many_hours_short_keep_it_shut() -> None:
    people = [*(person(who, 10, 10) for who in range(9)), person(9, 20, 100)]

    verdict = judge(cad(60_000), people, None)

    assert verdict.reasons == (PilotReason.HOURS,)
    assert verdict.people_share == pytest.approx(0.1)
    assert verdict.hours_share == pytest.approx(2000 / 2900)


def test_price_below_the_floor_at_the_time_half_the_tasks_take_keeps_it_shut() -> None:
    people = [person(who, 10) for who in range(4)]
    slow_half = TaskTime(400, 4, 20_000, 40_000, 4_000_000)

    verdict = judge(cad(60_000), people, slow_half)

    assert verdict.reasons == (PilotReason.TYPICAL,)
    assert verdict.proposed == cad(92_223)
    assert verdict.proposed_hourly is not None
    assert verdict.proposed_hourly.micro >= FLOOR


@given(people_tried, st.integers(0, 2_000_000), times_of_tasks)
def test_proposed_price_may_open_and_no_smaller_one_may(
    people: list[PilotPerson], micro: int, time: TaskTime | None
) -> None:
    verdict = judge(cad(micro), people, time)

    if verdict.proposed is not None:
        assert judge(verdict.proposed, people, time).may_open
        if not verdict.may_open and verdict.proposed.micro:
            assert not judge(cad(verdict.proposed.micro - 1), people, time).may_open


@given(people_tried, st.integers(0, 2_000_000), st.integers(0, 2_000_000), times_of_tasks)
def test_higher_price_never_shuts_what_a_lower_one_opens(
    people: list[PilotPerson], micro: int, more: int, time: TaskTime | None
) -> None:
    lower = judge(cad(micro), people, time)
    higher = judge(cad(micro + more), people, time)

    assert higher.may_open or not lower.may_open
    assert higher.people_short <= lower.people_short


@given(people_tried, st.integers(0, 2_000_000))
def test_everybody_is_set_beside_their_own_floor_and_their_own_time(
    people: list[PilotPerson], micro: int
) -> None:
    verdict = judge(cad(micro), people, None)

    due = sorted(-(-one.floor.micro * one.time_ms // HOUR_MS) for one in people)
    reached = sorted(one.pieces * micro + one.top_up.micro for one in verdict.outcomes)
    assert len(verdict.outcomes) == len(people)
    assert all(have >= owed for have, owed in zip(reached, due, strict=True))


def test_time_without_any_answer_can_be_priced_by_nobody() -> None:
    verdict = judge(cad(60_000), [PilotPerson(1, 0, MINUTE, cad(FLOOR))], None)

    assert verdict.proposed is None
    assert verdict.proposed_hourly is None
    assert not verdict.may_open


def test_floor_in_another_currency_is_refused() -> None:
    with pytest.raises(BadInput):
        judge(cad(1), [PilotPerson(1, 1, 1, Money(1, "EUR"))], None)


@pytest.mark.parametrize("numbers", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_person_with_less_than_nothing_is_refused(numbers: tuple[int, int, int]) -> None:
    pieces, time_ms, floor = numbers

    with pytest.raises(BadInput):
        PilotPerson(1, pieces, time_ms, cad(floor))


@pytest.mark.parametrize(
    ("answers", "invited", "tasks", "people", "wanted", "is_enough"),
    [
        ([5] * 5, 40, 100, 5, 5, True),
        ([5] * 4 + [4], 40, 100, 4, 5, False),
        ([5, 6, 20], 3, 100, 3, 3, True),
        ([5, 6], 3, 100, 2, 3, False),
        ([2, 2], 2, 2, 2, 2, True),
        ([], 0, 100, 0, 1, False),
    ],
)
def test_pilot_is_over_with_five_people_or_everybody_invited(
    answers: list[int], invited: int, tasks: int, people: int, wanted: int, *, is_enough: bool
) -> None:
    reach = reach_of(answers, invited, tasks, is_used_up=False)

    assert (reach.people, reach.wanted, reach.is_enough) == (people, wanted, is_enough)


@pytest.mark.parametrize(("done", "may"), [(2, False), (3, True), (4, True), (5, False)])
def test_three_of_five_may_be_judged_without_the_others(done: int, *, may: bool) -> None:
    reach = reach_of([5] * done, 20, 100, is_used_up=False)

    assert reach.may_be_judged is may
    assert reach_of([5] * done, 20, 100, is_used_up=False, settled=3).is_enough is (done >= 3)


def test_pilot_whose_tasks_are_used_up_is_over_once_somebody_did_their_part() -> None:
    assert reach_of([5], 10, 5, is_used_up=True).is_enough
    assert not reach_of([1], 10, 5, is_used_up=True).is_enough
