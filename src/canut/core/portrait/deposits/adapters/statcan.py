"""Read a full table of Statistics Canada: a zip with PID.csv and PID_MetaData.csv.

English files have commas and decimal points, French ones semicolons and decimal commas. A value is
multiplied by its scalar factor; the sign of quality beside it stays. A value that is kept back,
or is not available, is missing, not 0.

Source:
    Statistics Canada, Full Table Download (CSV) User Guide, version 2.0 of April 2022, and
    Standard table symbols. The names of the French columns and of the scalar factors are to verify.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from canut.core.errors import BadFile
from canut.core.outside_text import LARGEST, read_decimal
from canut.core.portrait.deposits.adapters.countries import CANADA
from canut.core.portrait.deposits.adapters.periods import read_period
from canut.core.portrait.deposits.adapters.settings import (
    Reading,
    TableSettings,
    check_known_columns,
    observe,
    read_settings,
)
from canut.core.portrait.deposits.files import members, table_rows
from canut.core.portrait.deposits.observations import (
    FLAGS,
    MOST_OBSERVATIONS,
    Measure,
    Observation,
    ObservationState,
)
from canut.core.portrait.deposits.table import (
    RowReader,
    check_columns,
    file_named,
    refuse_unit,
    step_of,
    too_many,
)

DATA_FILE = re.compile(r"([0-9]{6,12})\.csv", re.IGNORECASE)
HIDDEN = frozenset({"x", "F", ".", "..", "..."})
STATES = {"p": ObservationState.PROVISIONAL}
SCALES = {
    word: Decimal(10) ** power
    for power, words in enumerate((
        ("units", "unités"),
        ("tens", "dizaines"),
        ("hundreds", "centaines"),
        ("thousands", "milliers"),
        ("tens of thousands", "dizaines de milliers"),
        ("hundreds of thousands", "centaines de milliers"),
        ("millions",),
        ("tens of millions", "dizaines de millions"),
        ("hundreds of millions", "centaines de millions"),
        ("billions", "milliards"),
    ))
    for word in words
}  # fmt: skip
PERCENT = frozenset({"percent", "percentage", "pourcentage", "pour cent"})
UNITS_OF = {
    Measure.PEOPLE: frozenset({"persons", "number", "personnes", "nombre"}),
    Measure.HOURS: frozenset({"hours", "heures"}),
    Measure.PAY_PER_HOUR: frozenset({"dollars", "current dollars", "dollars courants"}),
    Measure.SHARE: PERCENT,
}


class Names(NamedTuple):
    """The columns of a table in one language."""

    period: str
    place: str
    value: str
    scale: str
    unit: str

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns every full table has."""
        return (self.period, self.place, self.value, self.scale, self.unit)


STATUS = ("STATUS", "STATUT")
ENGLISH = Names("REF_DATE", "GEO", "VALUE", "SCALAR_FACTOR", "UOM")
FRENCH = Names("PÉRIODE DE RÉFÉRENCE", "GÉO", "VALEUR", "FACTEUR SCALAIRE", "UNITÉ DE MESURE")


def read_statcan(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date
) -> list[Observation]:
    """Read the figures that a depositor takes from a full table.

    Raises:
        BadFile: the zip has not both files, or a column is missing.
        BadRow: a value, a period or a unit of a line cannot be read.
    """
    chosen = read_settings(settings)
    with members(file_named(files, chosen.file), chosen.file) as inside:
        name = _data_file(inside, chosen.file)
        columns, rows = table_rows(inside[name], name)
        check_columns(columns, name)
        names = next(
            (language for language in (ENGLISH, FRENCH) if {*language.required} <= {*columns}), None
        )
        if names is None:
            raise BadFile(
                f"{name} has not the columns of a full table: {', '.join(ENGLISH.required)}",
                code="deposit-column-gone",
                file=name,
                column=ENGLISH.value,
            )
        check_known_columns(chosen, columns, name)
        observations: list[Observation] = []
        for line, cells in rows:
            if not chosen.takes(cells):
                continue
            item = _read_row(RowReader(name, line, cells), names, chosen, today)
            if item is not None:
                observations.append(item)
            if len(observations) > MOST_OBSERVATIONS:
                raise too_many(name)
    return observations


def _data_file(inside: Mapping[str, Path], zip_name: str) -> str:
    by_fold = {name.casefold(): name for name in inside}
    for name in inside:
        number = DATA_FILE.fullmatch(name)
        if number and f"{number[1]}_metadata.csv" in by_fold:
            return name
    raise BadFile(
        f"{zip_name} holds no PID.csv with its PID_MetaData.csv; take the zip of the full table",
        code="deposit-statcan",
        file=zip_name,
    )


def _read_row(
    row: RowReader, names: Names, settings: TableSettings, today: date
) -> Observation | None:
    period = read_period(row.text(names.period))
    if period is None:
        row.refuse(names.period, "a year, a month or a day")
    value, step, flag = _value(row, names, settings)
    is_hidden = value is None
    state = ObservationState.MISSING if is_hidden else STATES.get(flag, ObservationState.NORMAL)
    reading = Reading(*period, value, step, flag, state)
    return observe(row, settings, reading, CANADA.get(row.text(names.place), ""), today)


def _value(
    row: RowReader, names: Names, settings: TableSettings
) -> tuple[Decimal | None, Decimal, str]:
    """Return a value in its unit, what it was rounded to, and its sign of quality."""
    flag = next((text for name in STATUS if (text := row.text(name))), "")
    if flag not in FLAGS:
        row.refuse(STATUS[0], "a standard symbol of Statistics Canada")
    text = row.text(names.value)
    if names is FRENCH:
        text = text.replace(",", ".")
    if not text or flag in HIDDEN:
        return None, Decimal(1), flag or ".."
    number = read_decimal(text, LARGEST)
    if number is None or number < 0:
        row.refuse(names.value, "a number of 0 or more")
    unit, scale = row.text(names.unit).casefold(), SCALES.get(row.text(names.scale).casefold())
    if scale is None:
        row.refuse(names.scale, "a scalar factor, such as thousands")
    is_index = settings.measure is Measure.INDEX and ("=100" in unit or unit in {"index", "indice"})
    if not is_index and unit not in UNITS_OF.get(settings.measure, frozenset()):
        raise refuse_unit(row, settings.measure, row.text(names.unit))
    if unit in PERCENT:
        scale /= 100
    return number * scale, step_of(number) * scale, flag
