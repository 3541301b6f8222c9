"""No figure about fewer than ten people is shown, and none can be taken back by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.participation.group_disclosure import (
    FEWEST,
    PersonGroup,
    disclosed,
    per_mille,
    spread,
)


def groups(*people: int) -> list[PersonGroup]:
    return [PersonGroup(str(place), many, {"hours": many}) for place, many in enumerate(people)]


def test_small_group_is_hidden_with_a_second_one_where_the_total_is_shown() -> None:
    found = disclosed(groups(40, 3, 12))

    assert [one.is_hidden for one in found] == [False, True, True]
    assert found[1].figures == {}


def test_small_group_is_hidden_alone_where_there_is_no_total() -> None:
    found = disclosed(groups(40, 3, 12), with_total=False)

    assert [one.is_hidden for one in found] == [False, True, False]


def test_two_small_groups_that_are_few_together_hide_a_third() -> None:
    found = disclosed(groups(40, 3, 4, 12))

    assert [one.is_hidden for one in found] == [False, True, True, True]


def test_two_small_groups_that_are_enough_together_hide_no_other() -> None:
    found = disclosed(groups(40, 5, 5))

    assert [one.is_hidden for one in found] == [False, True, True]


@given(st.lists(st.integers(0, 40), max_size=8))
def test_what_is_hidden_is_ten_people_or_everybody(people: list[int]) -> None:
    found = disclosed(groups(*people))

    hidden = [people[place] for place, one in enumerate(found) if one.is_hidden]
    shown_people = [one.people for one in found if one.people]
    assert all(many >= FEWEST for many in shown_people)
    assert not hidden or not shown_people or (len(hidden) > 1 and sum(hidden) >= FEWEST)


@given(st.lists(st.integers(0, 100), max_size=30))
def test_middle_and_lowest_tenth_are_figures_somebody_has(figures: list[int]) -> None:
    found = spread(figures)

    assert (found is None) == (len(figures) < FEWEST)
    assert found is None or (
        found.lowest_decile in figures
        and found.middle in figures
        and found.lowest_decile <= found.middle
    )


def test_share_of_few_people_is_not_said() -> None:
    said = [per_mille(1, 4, people) for people in (9, 10)]

    assert [*said, per_mille(0, 0, 50)] == [None, 250, None]


def test_group_of_fewer_than_nobody_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        disclosed(groups(-1))

    assert refused.value.case == "bad-group"
