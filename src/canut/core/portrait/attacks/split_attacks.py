"""Attack the hours by place: their splits by status, currency, client and protection.

Everything is added up again from the rows of people, without the code that suppressed parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.measured import ALL_PLACES, OTHER_PLACES, Figures
from canut.core.portrait.place_splits import SPLITS, is_disclosing
from canut.core.portrait.places_of_work import PlacedWork

type Amounts = dict[int, int]
type Splits = dict[str, dict[str, Amounts]]
"""The time of each person by split and part, of one place."""


def place_hours(place: str) -> str:
    """Name the figure of all hours of a place."""
    return f"place.{place}.{CellMeasure.HOURS}"


def place_sums(placed: Sequence[PlacedWork], figures: Figures) -> dict[str, Amounts]:
    """Add up the time of each real person by published place, and in all places."""
    times: dict[str, Amounts] = {}
    for row in placed:
        if not row.is_simulated:
            for place in (_published_place(row, figures), ALL_PLACES):
                _add(times.setdefault(place, {}), row)
    return times


def published_splits(placed: Sequence[PlacedWork], figures: Figures) -> Iterator[Mapping[int, int]]:
    """Yield the amounts behind every published part of a split."""
    for place, splits in _split_sums(placed, figures).items():
        for _name, parts in _published(place, splits, figures):
            yield from parts


def withstands_splits(placed: Sequence[PlacedWork], figures: Figures) -> bool:
    """Check what a published place leaves without its parts, and what two splits tell together."""
    times = place_sums(placed, figures)
    for place, splits in _split_sums(placed, figures).items():
        if not figures.get(place_hours(place)).is_known:
            continue
        whole = times[place]
        for name, parts in splits.items():
            kept_back = [
                amounts
                for part, amounts in parts.items()
                if not figures.get(f"{name}.{place}.{part}").is_known
            ]
            if not is_safe_sum(summed(kept_back).values()):
                return False
        for (_, first), (_, second) in combinations(_published(place, splits, figures), 2):
            if any(is_disclosing(split, other, whole) for split in first for other in second):
                return False
    return True


def _published(
    place: str, splits: Splits, figures: Figures
) -> list[tuple[str, list[Mapping[int, int]]]]:
    """List the amounts of the published parts of each split of a place."""
    return [
        (
            name,
            [
                amounts
                for part, amounts in parts.items()
                if figures.get(f"{name}.{place}.{part}").is_known
            ],
        )
        for name, parts in splits.items()
    ]


def _split_sums(placed: Sequence[PlacedWork], figures: Figures) -> dict[str, Splits]:
    sums: dict[str, Splits] = {}
    for row in placed:
        if row.is_simulated:
            continue
        splits = sums.setdefault(_published_place(row, figures), {})
        for name in SPLITS:
            _add(splits.setdefault(name, {}).setdefault(row.part_of(name), {}), row)
    return sums


def _published_place(row: PlacedWork, figures: Figures) -> str:
    """Return under which name a place is published; those without a name are others."""
    return row.place if place_hours(row.place) in figures.by_name else OTHER_PLACES


def _add(amounts: Amounts, row: PlacedWork) -> None:
    amounts[row.person] = amounts.get(row.person, 0) + row.time_ms
