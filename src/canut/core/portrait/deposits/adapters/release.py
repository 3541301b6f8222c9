"""Read the signed release of the Portrait of another instance.

Its bands stay bands: “at least 20” is a lower end without a value. Figures of simulated people are
those of nobody, and are not taken.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from canut.core.errors import BadFile, BadProof, NotProven, TooLarge
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.deposits.adapters.periods import read_period
from canut.core.portrait.deposits.adapters.settings import AT, place_of
from canut.core.portrait.deposits.observations import (
    CURRENCY,
    FEWEST,
    CodeScheme,
    Concept,
    Measure,
    Observation,
    PlaceKind,
)
from canut.core.portrait.deposits.table import OCCUPATION, file_named, step_of
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import open_release

LARGEST_RELEASE = 8 * 2**20
MEASURES = {
    CellMeasure.PEOPLE: (Measure.PEOPLE, "people"),
    CellMeasure.HOURS: (Measure.HOURS, "hours"),
    CellMeasure.PAY_BY_HOUR: (Measure.PAY_PER_HOUR, "currency_per_hour"),
}
TAKEN = frozenset({CellState.EXACT, CellState.ESTIMATED, CellState.AT_LEAST})
LEVEL = Decimal("0.95")


def read_portrait_release(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date
) -> list[Observation]:
    """Read the figures of a release.

    Raises:
        BadFile: it is no release, has only simulated people, or is of a quarter not over.
        NotProven: its signature does not hold.
        TooLarge: it is longer than is read.
    """
    own = AT.mapping(dict(settings), needed="kind file place")
    file, place = AT.text(own, "file"), place_of(AT.text(own, "place") or "?", "place")
    release = _opened(file_named(files, file), file)
    period = read_period(release.period)
    if period is None or period[1] > today or release.is_simulated:
        raise BadFile(
            f"{file} is of {release.period}, which is not over, or of simulated people",
            code="deposit-release",
            file=file,
        )
    heads = {cell.row: cell.low for cell in release.cells if cell.measure is CellMeasure.PEOPLE}
    return [
        _observation(cell, release, period, place, heads.get(cell.row))
        for cell in release.cells
        if cell.where is Where.HERE and cell.measure in MEASURES and cell.state in TAKEN
    ]


def _opened(path: Path, file: str) -> Release:
    with path.open("rb") as opened:
        raw = opened.read(LARGEST_RELEASE + 1)
    if len(raw) > LARGEST_RELEASE:
        raise TooLarge(
            f"{file} is over {LARGEST_RELEASE} bytes",
            code="deposit-large",
            file=file,
            limit=LARGEST_RELEASE // 1024,
        )
    try:
        release = open_release(raw).release
    except BadProof as problem:
        raise BadFile(
            f"{file} is no release of a Portrait ({problem})", code="deposit-release", file=file
        ) from problem
    except NotProven as problem:
        raise NotProven(f"{file}: {problem}", code="deposit-signature") from problem
    is_plain = CURRENCY.fullmatch(release.currency) and all(
        OCCUPATION.fullmatch(cell.row) for cell in release.cells
    )
    if not is_plain:
        raise BadFile(f"{file} names no currency or row", code="deposit-release", file=file)
    return release


def _observation(
    cell: Cell, release: Release, period: tuple[date, date], place: str, heads: Decimal | None
) -> Observation:
    measure, unit = MEASURES[cell.measure]
    is_all, is_estimate = cell.row == "ALL", cell.state is CellState.ESTIMATED
    value = cell.low if cell.state is CellState.AT_LEAST else cell.value
    return Observation(
        line=0,
        concept=Concept.CLICK,
        place=place,
        place_kind=PlaceKind.WORK,
        begin=period[0],
        end=period[1],
        measure=measure,
        unit=unit,
        value=value,
        occupation="all" if is_all else cell.row,
        scheme=CodeScheme.ALL if is_all else CodeScheme.CAN,
        currency=release.currency if measure is Measure.PAY_PER_HOUR else "",
        low=cell.low,
        high=cell.high if is_estimate else None,
        level=LEVEL if is_estimate else None,
        n=int(heads) if heads is not None else FEWEST,
        step=step_of(value),
    )
