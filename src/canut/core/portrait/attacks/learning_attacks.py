"""Attack the hours of lessons and practice: derive what is suppressed from everything published.

Every published sum is an equation over the hours of each place and activity. A sum of few people is
disclosed if the equations determine it, whatever code suppressed it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from canut.core.portrait.attacks.split_attacks import place_hours
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.measured import ALL_PLACES, OTHER_PLACES, Figures
from canut.core.portrait.places_of_work import PlacedWork

type Floats = NDArray[np.float64]
type Amounts = dict[int, int]
type Cell = tuple[str, str]
"""A published place and an activity."""

LEARNING = ("lesson", "practice")
POOLED = {"learning.hours": ("lesson",), "learning.practice": ("practice",)}
TRAINING_OF_ALL = "time.training"


def activity_sums(placed: Sequence[PlacedWork]) -> dict[str, Amounts]:
    """Add up the time of each real person behind the hours of lessons and of practice."""
    sums: dict[str, Amounts] = {}
    for name, activities in POOLED.items():
        rows = [row for row in placed if row.activity in activities and not row.is_simulated]
        sums[name] = summed({row.person: row.time_ms} for row in rows)
    return sums


def withstands_learning(
    placed: Sequence[PlacedWork], figures: Figures, home: str, *, is_home_told: bool
) -> bool:
    """Check that no sum of few people follows from the published ones.

    Args:
        placed: measured work, real and simulated.
        figures: outside the table.
        home: the place of the table.
        is_home_told: whether the table tells the training of ``home``.
    """
    cells = _cells(placed, figures)
    if not cells:
        return True
    keys = list(cells)
    equations = [
        _row(keys, summands) for summands in _published(keys, figures, home if is_home_told else "")
    ]
    for summands in _targets(keys):
        amounts = summed(cells[key] for key in summands)
        if not is_safe_sum(amounts.values()) and _follows(equations, _row(keys, summands)):
            return False
    return True


def _cells(placed: Sequence[PlacedWork], figures: Figures) -> dict[Cell, Amounts]:
    cells: dict[Cell, Amounts] = {}
    for row in placed:
        if not row.is_simulated:
            is_named = place_hours(row.place) in figures.by_name
            key = (row.place if is_named else OTHER_PLACES), row.activity
            people = cells.setdefault(key, {})
            people[row.person] = people.get(row.person, 0) + row.time_ms
    return cells


def _published(keys: Sequence[Cell], figures: Figures, told_home: str) -> Iterator[list[Cell]]:
    """Yield the cells that each published figure adds up."""
    for place in {place for place, _activity in keys}:
        if figures.get(place_hours(place)).is_known:
            yield [key for key in keys if key[0] == place]
    if figures.get(place_hours(ALL_PLACES)).is_known:
        yield list(keys)
    for key in keys:
        if figures.get(f"activity.{key[0]}.{key[1]}").is_known:
            yield [key]
    for name, activities in POOLED.items():
        if figures.get(name).is_known:
            yield [key for key in keys if key[1] in activities]
    if figures.get(TRAINING_OF_ALL).is_known:
        yield [key for key in keys if key[1] in LEARNING]
    yield [key for key in keys if key[0] == told_home and key[1] in LEARNING]


def _targets(keys: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Yield what somebody would learn: one cell, or lessons and practice of one place."""
    yield from ([key] for key in keys)
    for place in {place for place, _activity in keys}:
        yield [key for key in keys if key[0] == place and key[1] in LEARNING]


def _row(keys: Sequence[Cell], summands: Sequence[Cell]) -> Floats:
    return np.array([float(key in summands) for key in keys])


def _follows(equations: Sequence[Floats], target: Floats) -> bool:
    """Return whether a sum is a combination of the published ones."""
    if not equations or not target.any():
        return False
    matrix = np.array(equations)
    rank = np.linalg.matrix_rank(matrix)
    return bool(np.linalg.matrix_rank(np.vstack([matrix, target])) == rank)
