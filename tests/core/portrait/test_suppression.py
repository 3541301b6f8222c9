"""Somebody with a solver of linear programs learns nothing narrow of a cell that is kept back."""

from collections.abc import Mapping

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.portrait.disclosure.suppression import (
    KEPT_BACK,
    Grid,
    Place,
    ValueRange,
    inferable_range,
    protected,
    width,
    with_totals,
)

LEAST = 5
LEAKY = ((12, 3, 25), (8, 14, 18), (30, 22, 4))


def attacked(grid: Grid, told: Mapping[Place, ValueRange], place: Place) -> tuple[float, float]:
    """Solve for the least and the most a cell can be, as an outsider would."""
    optimize = pytest.importorskip("scipy.optimize")
    rows, columns = grid.shape
    cells = grid.places()
    sums = [[(r == row) * (1 if c < columns - 1 else -1) for r, c in cells] for row in range(rows)]
    sums += [[(c == at) * (1 if r < rows - 1 else -1) for r, c in cells] for at in range(columns)]
    bounds = [told.get(p, ValueRange(grid.at(p), grid.at(p))) for p in cells]
    found = []
    for way in (1, -1):
        aim = [way * (p == place) for p in cells]
        solved = optimize.linprog(aim, A_eq=sums, b_eq=[0] * len(sums), bounds=bounds)
        found.append(float("inf") if solved.status == 3 else way * solved.fun)
    return found[0], found[1]


def random_grid(seed: int) -> tuple[Grid, dict[Place, ValueRange]]:
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(1, 12)), int(rng.integers(1, 5))
    grid = with_totals(rng.geometric(1 / 40, shape).tolist())
    return grid, {p: ValueRange(0, 19) for p in grid.places() if grid.at(p) < 20}


def test_a_table_with_its_small_cells_alone_kept_back_gives_them_away() -> None:
    grid = with_totals(LEAKY)
    told = {(0, 1): KEPT_BACK, (2, 2): KEPT_BACK}

    assert attacked(grid, told, (0, 1)) == pytest.approx((3, 3))
    assert attacked(grid, told, (2, 2)) == pytest.approx((4, 4))


def test_the_least_that_closes_the_leak_is_kept_back() -> None:
    grid = with_totals(LEAKY)
    told = protected(grid, {(0, 1): KEPT_BACK, (2, 2): KEPT_BACK}, {}, LEAST)

    assert sum(grid.at(p) for p in told) - 3 - 4 == 47
    assert attacked(grid, told, (0, 1)) == pytest.approx((0, 25))
    assert attacked(grid, told, (2, 2)) == pytest.approx((1, 26))


@pytest.mark.parametrize("seed", range(24))
def test_no_hidden_cell_can_be_told_to_less_than_five(seed: int) -> None:
    grid, small = random_grid(seed)

    told = protected(grid, small, {}, LEAST)

    for place in told:
        low, high = attacked(grid, told, place)
        assert high - low >= LEAST - 1e-6, (place, low, high)


@pytest.mark.parametrize("seed", range(12))
def test_our_own_attack_finds_what_a_linear_program_finds(seed: int) -> None:
    grid, small = random_grid(seed)
    told = protected(grid, small, {}, LEAST)

    for place in told:
        low, high = inferable_range(grid, told, place)
        assert (low, float("inf") if high is None else high) == pytest.approx(
            attacked(grid, told, place)
        )


@pytest.mark.parametrize("seed", range(6))
def test_an_amount_is_never_told_closer_than_its_largest_part(seed: int) -> None:
    grid, small = random_grid(seed)
    need = {place: 3 * grid.at(place) + LEAST for place in small}

    told = protected(grid, dict.fromkeys(small, KEPT_BACK), need, LEAST)

    for place in small:
        low, high = attacked(grid, told, place)
        assert high - low >= need[place] - 1e-6


def test_a_table_without_small_cells_is_told_whole() -> None:
    assert protected(with_totals([[20, 30], [40, 50]]), {}, {}, LEAST) == {}


def test_of_two_rows_both_are_kept_back_or_the_total() -> None:
    grid = with_totals([[3], [50]])

    told = protected(grid, {(0, 0): ValueRange(0, 19), (0, 1): ValueRange(0, 19)}, {}, LEAST)

    assert all(width(inferable_range(grid, told, place)) >= LEAST for place in told)
    assert len(told) > 2


@pytest.mark.parametrize("band", [ValueRange(0, 2), ValueRange(4, None), ValueRange(0, 4)])
def test_a_band_that_protects_nobody_is_refused(band: ValueRange) -> None:
    with pytest.raises(BadInput, match="too narrow"):
        protected(with_totals([[3, 40], [50, 60]]), {(0, 0): band}, {}, LEAST)


@pytest.mark.parametrize("table", [[], [[]], [[1], [1, 2]], [[-1]]])
def test_what_is_no_table_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(BadInput, match="the table"):
        with_totals(table)
