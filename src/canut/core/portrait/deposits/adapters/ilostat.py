"""Read a CSV file of ILOSTAT, one line a country, sex, class and period.

Numbers of people are in thousands there and the file does not say so: the depositor names the
multiplier. A status of ILOSTAT stays beside its figure.

Source:
    Columns as programs that read ILOSTAT's files name them: ref_area, source, indicator, sex,
    classif1, classif2, time, obs_value, obs_status. The letters of obs_status are to verify.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.outside_text import LARGEST, read_decimal
from canut.core.portrait.deposits.adapters.countries import COUNTRIES
from canut.core.portrait.deposits.adapters.periods import read_period
from canut.core.portrait.deposits.adapters.settings import (
    AT,
    Reading,
    TableSettings,
    check_known_columns,
    observe,
    read_settings,
)
from canut.core.portrait.deposits.files import table_rows
from canut.core.portrait.deposits.observations import (
    MOST_OBSERVATIONS,
    Measure,
    Observation,
    ObservationState,
)
from canut.core.portrait.deposits.table import (
    RowReader,
    check_columns,
    file_named,
    step_of,
    too_many,
)

REQUIRED = ("ref_area", "indicator", "time", "obs_value")
SEX = {"SEX_T": "all", "SEX_F": "woman", "SEX_M": "man", "SEX_O": "other"}
STATES = {
    "": ObservationState.NORMAL,
    "A": ObservationState.NORMAL,
    "B": ObservationState.BREAK,
    "E": ObservationState.ESTIMATED,
    "P": ObservationState.PROVISIONAL,
}
LARGEST_MULTIPLIER = 1_000_000


def read_ilostat(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date
) -> list[Observation]:
    """Read the figures that a depositor takes from a file of ILOSTAT.

    Raises:
        BadFile: a setting is wrong, or the file lacks a column.
        BadRow: a line cannot be read.
    """
    chosen = read_settings(settings, needed="multiplier")
    multiplier = read_decimal(AT.text(settings, "multiplier"), LARGEST_MULTIPLIER)
    if multiplier is None or multiplier <= 0:
        AT.refuse("multiplier", settings["multiplier"], 'a number in quotes, "1000" for thousands')
        return []
    columns, rows = table_rows(file_named(files, chosen.file), chosen.file)
    check_columns(columns, chosen.file)
    for column in REQUIRED:
        if column not in columns:
            raise BadFile(
                f"{chosen.file} has no column {column!r}",
                code="deposit-column-gone",
                file=chosen.file,
                column=column,
            )
    check_known_columns(chosen, columns, chosen.file)
    observations: list[Observation] = []
    for line, cells in rows:
        item = _read_row(RowReader(chosen.file, line, cells), chosen, multiplier, today)
        if item is not None:
            observations.append(item)
        if len(observations) > MOST_OBSERVATIONS:
            raise too_many(chosen.file)
    return observations


def _read_row(
    row: RowReader, settings: TableSettings, multiplier: Decimal, today: date
) -> Observation | None:
    place = COUNTRIES.get(row.text("ref_area"), "")
    if not settings.takes(row.cells) or not (place or "place" in settings.fields):
        return None
    sex = row.text("sex", "SEX_T")
    if "sex" not in settings.fields and SEX.get(sex) != "all":
        return None
    period = read_period(row.text("time"))
    if period is None:
        row.refuse("time", "a year, a quarter or a month, such as 2025, 2025Q3, 2025M09")
    value, step = _value(row, settings.measure, multiplier)
    status = row.text("obs_status")
    state = STATES.get(status, ObservationState.NORMAL)
    is_explained = status in STATES
    reading = Reading(
        *period,
        value,
        step,
        "",
        ObservationState.MISSING if value is None else state,
        "" if is_explained else f"Status given by ILOSTAT: {status}",
        "" if is_explained else f"Statut indiqué par ILOSTAT : {status}",
    )
    return observe(row, settings, reading, place, today)


def _value(row: RowReader, measure: Measure, multiplier: Decimal) -> tuple[Decimal | None, Decimal]:
    text = row.text("obs_value")
    if not text:
        return None, Decimal(1)
    number = read_decimal(text, LARGEST)
    if number is None or number < 0:
        row.refuse("obs_value", "a number of 0 or more")
    value = number * multiplier
    if measure is Measure.PEOPLE:
        return value.to_integral_value(), max(step_of(number) * multiplier, Decimal(1))
    return value, step_of(number) * multiplier
