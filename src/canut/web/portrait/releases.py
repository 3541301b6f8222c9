"""The calendar of releases, and what each correction changed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from canut.actions.portrait.inputs import Quarter, quarter_named
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import read_release
from canut.store.portrait.drawings import whole_releases
from canut.store.tables.portrait import PortraitRelease

AHEAD, QUARTERS = 5, 4
MONTHS_A_QUARTER = 3
NAMED_FIGURES = 6


class Correction(NamedTuple):
    """An edition that replaced another of the same quarter.

    Args:
        period: in words.
        figures: names of some figures that changed.
        n_changed: how many changed in all.
    """

    period: str
    stored: PortraitRelease
    edition: int
    replaced: int
    figures: tuple[str, ...]
    n_changed: int


def coming_quarters(today: date) -> list[tuple[str, date]]:
    """List the quarter that runs and the next four, each with the first day of its release."""
    index = today.year * QUARTERS + (today.month - 1) // MONTHS_A_QUARTER
    quarters = [
        quarter_named(f"{at // QUARTERS}Q{at % QUARTERS + 1}") for at in range(index, index + AHEAD)
    ]
    return [(quarter.name, _day_after(quarter)) for quarter in quarters]


def corrections(voice: PortraitLanguage) -> list[Correction]:
    """List every correction, newest first, with the figures that differ."""
    return list(_corrections(voice))[::-1]


def _corrections(voice: PortraitLanguage) -> Iterator[Correction]:
    before: tuple[PortraitRelease, Release] | None = None
    for stored in whole_releases():
        release = read_release(stored.content.encode())
        if before is not None and before[0].period == stored.period:
            changed = _changed(before[1], release)
            yield Correction(
                voice.period(stored.period),
                stored,
                stored.edition,
                before[0].edition,
                tuple(changed[:NAMED_FIGURES]),
                len(changed),
            )
        before = (stored, release)


def _changed(earlier: Release, later: Release) -> list[str]:
    """Name the figures that are not the same in two editions."""
    sides = [
        {cell.key: (cell.state, cell.value, cell.low, cell.high) for cell in release.cells}
        | {fig.name: (fig.state, fig.value, fig.low, fig.high) for fig in release.figures}
        for release in (earlier, later)
    ]
    names = dict.fromkeys((*sides[0], *sides[1]))
    return [name for name in names if sides[0].get(name) != sides[1].get(name)]


def _day_after(quarter: Quarter) -> date:
    return quarter.last + timedelta(days=1)
