"""Read a daily file of the Online Labour Index, and give one figure a month.

The index counts projects offered on platforms, not people: nobody is in it. Days of a month are
averaged; the month ``base`` is 100 where one is named, otherwise the file holds an index already.

Source:
    Columns as a program of the index's authors reads them: date, count, status (OLIdata files);
    timestamp, country, occupation, num_workers (files of workers, by their codebook of 2020). The
    columns of later editions are to verify. The index ended in 2024, to verify.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from canut.core.errors import BadFile
from canut.core.outside_text import read_day
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
from canut.core.portrait.deposits.observations import Measure, Observation
from canut.core.portrait.deposits.table import RowReader, check_columns, file_named

DAY_COLUMNS = ("date", "timestamp")
DAY_LENGTH = len("2016-05-01")
TENTH = Decimal("0.1")
HUNDRED = Decimal(100)

type Group = tuple[tuple[str, str], ...]


def read_online_labour_index(
    files: Mapping[str, Path], settings: Mapping[str, object], today: date
) -> list[Observation]:
    """Read an index by month from a daily file.

    Raises:
        BadFile: a setting is wrong, a column is missing, or the base month has no day.
        BadRow: a line cannot be read.
    """
    chosen = read_settings(settings, allowed="base value_column")
    if chosen.measure is not Measure.INDEX:
        AT.refuse("measure", chosen.measure.value, "index: the file counts projects, not people")
    value_column = AT.text(settings, "value_column") or "count"
    base = AT.text(settings, "base")
    columns, rows = table_rows(file_named(files, chosen.file), chosen.file)
    check_columns(columns, chosen.file)
    day_column = next((name for name in DAY_COLUMNS if name in columns), "")
    if not day_column or value_column not in columns:
        raise BadFile(
            f"{chosen.file} has no column {value_column if day_column else 'date'!r}",
            code="deposit-column-gone",
            file=chosen.file,
            column=value_column[:40] if day_column else "date",
        )
    check_known_columns(chosen, columns, chosen.file)
    days: defaultdict[Group, defaultdict[date, Decimal]] = defaultdict(_no_days)
    lines: dict[Group, RowReader] = {}
    for line, cells in rows:
        row, words = RowReader(chosen.file, line, cells), chosen.words(cells)
        if words is None or not chosen.takes(cells):
            continue
        day, count = read_day(row.text(day_column)[:DAY_LENGTH]), row.number(value_column)
        if day is None or count is None:
            row.refuse(day_column if day is None else value_column, "a day, and a number")
        group = tuple(sorted(words.items()))
        lines.setdefault(group, row)
        days[group][day] += count
    return [
        item
        for group, by_day in days.items()
        for item in _months(lines[group], by_day, base, chosen, today)
    ]


def _no_days() -> defaultdict[date, Decimal]:
    return defaultdict(Decimal)


def _months(
    row: RowReader, by_day: Mapping[date, Decimal], base: str, settings: TableSettings, today: date
) -> list[Observation]:
    months: defaultdict[str, list[date]] = defaultdict(list)
    for day in sorted(by_day):
        months[f"{day:%Y-%m}"].append(day)
    means = {
        month: sum((by_day[day] for day in of_month), Decimal(0)) / len(of_month)
        for month, of_month in months.items()
    }
    if base and not means.get(base):
        raise BadFile(
            f"{row.name} has no day in the base month {base}",
            code="deposit-base",
            file=row.name,
            seen=base[:20],
        )
    divisor = means[base] / HUNDRED if base else Decimal(1)
    observations: list[Observation] = []
    for month, of_month in months.items():
        whole = read_period(month)
        begin, end = of_month[0], of_month[-1]
        if whole and of_month[0] <= whole[0] and of_month[-1] >= whole[1]:
            begin, end = whole
        reading = Reading(begin, end, (means[month] / divisor).quantize(TENTH), TENTH)
        item = observe(row, settings, reading, settings.place, today)
        if item is not None:
            observations.append(item)
    return observations
