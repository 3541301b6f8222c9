"""What a statement costs its projects adds up to what was paid, to the micro-unit."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canut.core.pay.statement_costs import by_largest_remainder, costs_of


def statement(on_top: int, *earned: tuple[int, int, int]) -> dict[str, Any]:
    """Make what ``costs_of`` reads of a statement: pieces, hours and top-up of each project."""
    projects = [
        {
            "number": number,
            "pieces": 2,
            "time_ms": 1000,
            "by_hour_micro": hours,
            "top_up_micro": top_up,
            "earned_micro": pieces + hours + top_up,
            "surfaces": {},
        }
        for number, (pieces, hours, top_up) in enumerate(earned)
    ]
    worked = sum(pieces + hours + top_up for pieces, hours, top_up in earned)
    pay = {"worked_micro": worked, "gross_micro": worked + on_top // 2}
    return {"projects": projects, "pay": pay | {"employer_micro": on_top - on_top // 2}}


parts = st.tuples(*[st.integers(0, 10**9)] * 3)


@given(st.integers(0, 10**9), st.lists(parts, min_size=1, max_size=5))
def test_projects_together_cost_gross_pay_and_what_the_employer_owes(
    on_top: int, earned: list[tuple[int, int, int]]
) -> None:
    found = statement(on_top, *earned)

    costs = costs_of(found)

    pay = found["pay"]
    assert sum(one.micro for one in costs) == pay["gross_micro"] + pay["employer_micro"]
    assert [(c.pieces_micro, c.hours_micro, c.top_up_micro) for c in costs] == earned


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_shares_add_up_and_none_is_a_micro_unit_off_its_part(
    total: int, weights: list[int]
) -> None:
    found = by_largest_remainder(total, weights)

    whole = sum(weights)
    assert sum(found) == total
    if whole:
        assert all(
            abs(part * whole - total * weight) < whole
            for part, weight in zip(found, weights, strict=True)
        )


def test_micro_units_left_go_to_the_largest_remainders_first_ones_first() -> None:
    found = by_largest_remainder(5, [10, 4, 4])

    assert found == [3, 1, 1]
    assert by_largest_remainder(2, [1, 1, 1]) == [1, 1, 0]


def test_contributions_go_by_what_was_earned_where() -> None:
    costs = costs_of(statement(9, (2_000, 0, 0), (0, 500, 500)))

    assert [one.on_top_micro for one in costs] == [6, 3]
