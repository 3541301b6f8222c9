"""A7: somebody solves a table of places and occupations for what its totals leave."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.disclosure.suppression import (
    KEPT_BACK,
    Grid,
    Place,
    disclosed_remainders,
    inferable_range,
    protected,
    width,
    with_totals,
)
from canut.core.portrait.privacy import cells_here
from tests.core.portrait.attacks.scenes import scene_of, worker
from tests.core.portrait.test_suppression import attacked

LEAST = 5
type Parts = dict[Place, dict[int, int]]


def places_and_occupations(seed: int) -> tuple[Grid, Parts, dict[Place, int]]:
    """Draw people of some places and occupations; return the table, its parts, what is hidden."""
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    parts: Parts = {}
    for number, place in enumerate(product(range(shape[0]), range(shape[1]))):
        count = int(rng.integers(1, 45))
        hours = rng.lognormal(2, 1, count).astype(int) + 1
        parts[place] = {1000 * number + n: int(hour) for n, hour in enumerate(hours)}
    grid = with_totals([[sum(parts[r, c].values()) for c in range(shape[1])]
                        for r in range(shape[0])])  # fmt: skip
    return (
        grid,
        parts,
        {
            cell: max(LEAST, *amounts.values())
            for cell, amounts in cells_of(grid, parts).items()
            if not is_safe_sum(amounts.values())
        },
    )


def cells_of(grid: Grid, parts: Parts) -> dict[Place, Mapping[int, int]]:
    """Return who has what in every cell, totals included."""
    rows, columns = grid.shape
    return {
        (row, column): summed(
            amounts
            for (r, c), amounts in parts.items()
            if row in {r, rows - 1} and column in {c, columns - 1}
        )
        for row, column in grid.places()
    }


@pytest.mark.parametrize("seed", range(12))
def test_no_place_or_occupation_kept_back_is_solved_for_by_a_linear_program(seed: int) -> None:
    grid, parts, need = places_and_occupations(seed)

    told = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST, parts)

    for place in told:
        low, high = attacked(grid, told, place)
        assert high - low >= need.get(place, LEAST) - 1e-6, (place, low, high)


@pytest.mark.parametrize("seed", range(12))
def test_no_total_less_its_published_places_is_of_few_or_of_one(seed: int) -> None:
    grid, parts, need = places_and_occupations(seed)

    told = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST, parts)

    everybody, (rows, columns) = cells_of(grid, parts), grid.shape
    lines = [([(r, c) for c in range(columns - 1)], (r, columns - 1)) for r in range(rows)]
    lines += [([(r, c) for r in range(rows - 1)], (rows - 1, c)) for c in range(columns)]
    for cells, total in lines:
        if total not in told:
            left = summed(everybody[cell] for cell in cells if cell in told)
            assert is_safe_sum(left.values()), (total, len(left))


def test_two_small_places_of_one_occupation_are_not_told_together() -> None:
    small = {(0, 0): dict.fromkeys(range(6), 10), (1, 0): dict.fromkeys(range(10, 17), 10)}
    parts = small | {(2, 0): dict.fromkeys(range(20, 60), 10)}
    grid = with_totals([[60], [70], [400]])
    need = {(row, column): 10 for row in (0, 1) for column in (0, 1)}

    alone = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST)
    together = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST, parts)

    assert disclosed_remainders(grid, alone, parts)
    assert disclosed_remainders(grid, together, parts) == []
    assert len(together) > len(alone)
    assert all(width(inferable_range(grid, together, cell)) >= 10 for cell in need)


def test_a_release_whose_total_leaves_few_people_is_not_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = scene_of(worker(person, 5.0) for person in range(45))
    work = [row._replace(row="CAN-VERIF") if row.person > 39 else row for row in scene.known.work]
    monkeypatch.setattr("canut.core.portrait.privacy._leaking", lambda _p, hidden, _a: hidden)
    cells = cells_here(work, np.random.default_rng(7))
    shown = {cell.row: cell.state for cell in cells if cell.measure is CellMeasure.HOURS}

    assert shown == {"CAN-ANNOT": CellState.EXACT, "CAN-VERIF": CellState.HIDDEN,
                     "ALL": CellState.EXACT}  # fmt: skip
    made, known = replace(scene.release, cells=cells), replace(scene.known, work=work)
    assert Attack.MARGINS in successful_attacks(made, known)
