"""Read ``observations.csv``: one figure a line, each cell checked, refused with its line.

What is wrong across lines, such as a total that is not the sum of its parts, is in ``checks``.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import NoReturn

from canut.core.errors import BadFile, BadInput, BadRow, TooLarge
from canut.core.formula_cells import safe_cell
from canut.core.outside_text import is_storable, read_day, read_decimal, read_whole
from canut.core.portrait.deposits.files import table_rows
from canut.core.portrait.deposits.observations import (
    AGE,
    CURRENCY,
    FLAGS,
    LONGEST_NOTE,
    MOST_OBSERVATIONS,
    PLACE,
    UNITS,
    CodeScheme,
    Concept,
    Measure,
    Observation,
    ObservationState,
    PlaceKind,
    Sex,
    WorkStatus,
)

COLUMNS = (
    "concept", "place", "place_kind", "occupation", "scheme", "sex", "age", "status", "period",
    "measure", "unit", "currency", "value", "low", "high", "level", "n", "weighted", "cv_flag",
    "state", "share_of", "note_en", "note_fr",
)  # fmt: skip
REQUIRED = ("concept", "place", "place_kind", "period", "measure", "unit", "value")
MOST_DIGITS = 6
OCCUPATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
SHARE_OF = re.compile(r"|people|hours|[A-Z]{2}(-[A-Z0-9]{1,3})?|WORLD|EU|[a-z_]{3,20}")
MAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
PHONE = re.compile(r"(?<![\d.,-])\+?\d{1,3}[ .-]?\(?\d{2,4}\)?[ .-]\d{3}[ .-]?\d{4}(?![\d.,-])")
PERSONAL = frozenset({
    "name", "first_name", "firstname", "last_name", "lastname", "surname", "full_name", "fullname",
    "nom", "prenom", "nom_complet", "email", "e_mail", "mail", "courriel", "adresse_courriel",
    "email_address", "phone", "telephone", "tel", "mobile", "phone_number", "phonenumber",
    "address", "adresse", "street", "postal_code", "code_postal", "ip", "ipaddr", "ip_address",
    "adresse_ip", "birth_date", "birthdate", "date_of_birth", "dob", "date_de_naissance",
    "naissance", "sin", "nas", "nir", "ssn", "passport", "username", "user_name", "user", "user_id",
    "userid", "worker", "worker_id", "workerid", "worker_name", "participant", "participant_id",
    "token", "deviceid", "device_id", "simserial", "subscriberid", "imei", "submitted_by",
    "latitude", "longitude", "gps", "geopoint",
})  # fmt: skip
_FOLD = str.maketrans("éèêëàâäîïôöùûüç", "eeeeaaaiioouuuc")


def read_table(path: Path, name: str, today: date) -> list[Observation]:
    """Read the figures of a file.

    Args:
        path: the file.
        name: what messages call it.
        today: no period may end after it.

    Raises:
        BadFile: it is no table, or a column is missing, unknown or about persons.
        BadRow: a cell cannot be meant; the refusal has its line and column.
        TooLarge: it has too many figures.
    """
    columns, rows = table_rows(path, name)
    check_columns(columns, name)
    for column in columns:
        if column not in COLUMNS:
            raise BadFile(
                f"{name} has a column {column!r}, which no figure has",
                code="deposit-column",
                file=name,
                column=column[:40],
            )
    for column in REQUIRED:
        if column not in columns:
            raise BadFile(
                f"{name} has no column {column!r}",
                code="deposit-column-gone",
                file=name,
                column=column,
            )
    observations: list[Observation] = []
    for line, row in rows:
        if len(observations) >= MOST_OBSERVATIONS:
            raise too_many(name)
        observations.append(_read_row(RowReader(name, line, row), today))
    return observations


def too_many(name: str) -> TooLarge:
    """Return the refusal of a file with more figures than are stored."""
    return TooLarge(
        f"{name} gives over {MOST_OBSERVATIONS} figures",
        code="deposit-rows",
        file=name,
        limit=MOST_OBSERVATIONS,
    )


def check_columns(columns: tuple[str, ...], name: str) -> None:
    """Refuse a table with a column about persons.

    Raises:
        BadFile: a column names people, or says how to reach them.
    """
    for column in columns:
        plain = re.sub(r"[^a-z0-9]+", "_", column.casefold().translate(_FOLD)).strip("_")
        if plain in PERSONAL:
            raise BadFile(
                f"{name} has a column {column!r} about persons; remove it, figures alone come here",
                code="deposit-personal",
                file=name,
                column=column[:40],
            )


class RowReader:
    """The cells of one line, read with their bounds and refused with their line."""

    def __init__(self, name: str, line: int, cells: Mapping[str, str]) -> None:
        self.name, self.line, self.cells = name, line, cells

    def refuse(self, column: str, expected: str) -> NoReturn:
        """Raise for a cell.

        Raises:
            BadRow: always.
        """
        cell = self.cells.get(column, "")
        raise BadRow(
            f"line {self.line} of {self.name}: {column} is {cell[:60]!r}; expected {expected}",
            code="deposit-cell",
            file=self.name,
            line=self.line,
            column=column[:40],
            seen=cell[:60] or "–",
        )

    def text(self, column: str, usual: str = "") -> str:
        """Return a cell without spaces around it; an empty one gives the usual."""
        text = self.cells.get(column, "").strip()
        self.check_text(column, text)
        return text or usual

    def check_text(self, column: str, text: str) -> None:
        """Refuse text that is long, cannot be stored, or says how to reach somebody.

        Raises:
            BadRow: it does.
        """
        if not is_storable(text):
            self.refuse(column, "text without U+0000")
        if len(text) > LONGEST_NOTE or MAIL.search(text) or PHONE.search(text):
            raise BadRow(
                f"line {self.line} of {self.name}: {column} is free text, or says how to reach"
                f" somebody; at most {LONGEST_NOTE} characters, no address and no number",
                code="deposit-personal-text",
                file=self.name,
                line=self.line,
                column=column[:40],
            )

    def choice[T: StrEnum](self, kind: type[T], column: str, usual: T | None = None) -> T:
        """Return a cell as one of the words of an enum."""
        text = self.text(column, usual or "")
        if text not in list(kind):
            self.refuse(column, f"one of {', '.join(kind)}")
        return kind(text)

    def matching(self, pattern: re.Pattern[str], column: str, expected: str, usual: str) -> str:
        """Return a cell that has a form."""
        text = self.text(column, usual)
        if not pattern.fullmatch(text):
            self.refuse(column, expected)
        return text

    def number(self, column: str, most: int = 10**15) -> Decimal | None:
        """Return a number of 0 or more with a decimal point; None where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        value = read_decimal(text, most)
        if value is None or value < 0 or decimals_of(value) > MOST_DIGITS:
            self.refuse(column, "a number of 0 or more, with a decimal point")
        return value

    def whole(self, column: str) -> int | None:
        """Return a whole number; None where the cell is empty."""
        text = self.text(column)
        value = read_whole(text) if text else None
        if text and value is None:
            self.refuse(column, "a whole number")
        return value


def decimals_of(value: Decimal) -> int:
    """Return the number of digits after the point; 0 for a number in powers of ten."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def step_of(value: Decimal | None) -> Decimal:
    """Return what a number was rounded to, judging by its digits.

    >>> step_of(Decimal("12.50")), step_of(Decimal("12"))
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(-decimals_of(value)) if value is not None else Decimal(1)


def _read_row(row: RowReader, today: date) -> Observation:
    begin, end = _period(row, today)
    measure, unit = row.choice(Measure, "measure"), row.text("unit")
    currency = row.text("currency")
    if unit not in UNITS[measure] or bool(currency) != (measure is Measure.PAY_PER_HOUR):
        raise refuse_unit(row, measure, unit)
    if currency and not CURRENCY.fullmatch(currency):
        row.refuse("currency", "three letters, such as CAD")
    state = row.choice(ObservationState, "state", ObservationState.NORMAL)
    value = row.number("value")
    if (value is None) != (state is ObservationState.MISSING):
        row.refuse("value", "a number, or state M where it is missing")
    low, high, level = row.number("low"), row.number("high"), row.number("level", most=1)
    _check_interval(row, value, low, high, level)
    if measure is Measure.SHARE and any(end is not None and end > 1 for end in (value, low, high)):
        raise refuse_unit(row, measure, unit)
    occupation = row.matching(OCCUPATION, "occupation", "a code, or all", "all")
    scheme = row.choice(CodeScheme, "scheme", CodeScheme.ALL)
    if (occupation == "all") != (scheme is CodeScheme.ALL):
        row.refuse("scheme", "can, noc, esco or isco, with a code; all without one")
    return Observation(
        line=row.line,
        concept=row.choice(Concept, "concept"),
        place=row.matching(PLACE, "place", "an ISO 3166 code, such as CA-QC", ""),
        place_kind=row.choice(PlaceKind, "place_kind"),
        begin=begin,
        end=end,
        measure=measure,
        unit=unit,
        value=value,
        occupation=occupation,
        scheme=scheme,
        sex=row.choice(Sex, "sex", Sex.ALL),
        age=row.matching(AGE, "age", "all, unknown, 15-24 or 65+", "all"),
        status=row.choice(WorkStatus, "status", WorkStatus.ALL),
        currency=currency,
        low=low,
        high=high,
        level=level,
        n=row.whole("n"),
        is_weighted=_is_true(row, "weighted"),
        flag=_flag(row),
        state=state,
        note_en=row.text("note_en"),
        note_fr=row.text("note_fr"),
        share_of=_share_of(row, measure),
        step=step_of(value),
    )


def refuse_unit(row: RowReader, measure: Measure, unit: str) -> BadRow:
    """Return the refusal of a unit that does not fit its measure."""
    return BadRow(
        f"line {row.line} of {row.name}: {measure} in {unit!r}; expected"
        f" {' or '.join(UNITS[measure])}, a currency for pay alone, a share from 0 to 1",
        code="deposit-unit",
        file=row.name,
        line=row.line,
        measure=measure.value,
        seen=unit[:40] or "–",
        expected=", ".join(UNITS[measure]),
    )


def check_period(row: RowReader, begin: date, end: date, today: date) -> None:
    """Refuse a period that is not over.

    Raises:
        BadRow: it ends after today.
    """
    if begin > end:
        row.refuse("period", "a first day that is not after the last")
    if end > today:
        raise BadRow(
            f"line {row.line} of {row.name}: the period ends on {end}, which is to come",
            code="deposit-future",
            file=row.name,
            line=row.line,
            day=end.isoformat(),
        )


def write_table(observations: Iterable[Observation]) -> bytes:
    """Write figures as ``observations.csv``, which ``read_table`` reads."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in observations:
        cells = {
            **{name: str(getattr(item, name) or "") for name in COLUMNS if hasattr(item, name)},
            **{name: _written(getattr(item, name)) for name in ("value", "low", "high", "level")},
            "n": "" if item.n is None else str(item.n),
            "weighted": "true" if item.is_weighted else "false",
            "cv_flag": item.flag,
        }
        writer.writerow([safe_cell(cells[name]) for name in COLUMNS])
    return out.getvalue().encode()


def _written(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _period(row: RowReader, today: date) -> tuple[date, date]:
    first, _, last = row.text("period").partition("/")
    begin, end = read_day(first), read_day(last)
    if begin is None or end is None:
        row.refuse("period", "first and last day: 2026-01-01/2026-12-31; never a bare year")
    check_period(row, begin, end, today)
    return begin, end


def _check_interval(
    row: RowReader,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    level: Decimal | None,
) -> None:
    ends = (low, high, level)
    if low is not None and high is None and level is None:
        if value != low:
            row.refuse("low", "the value itself where there is no high: at least so much")
        return
    if any(end is None for end in ends) and any(end is not None for end in ends):
        row.refuse("level", "low, high and level together, or none of them")
    if low is None or high is None:
        return
    if value is None or not low <= value <= high:
        row.refuse("low", "low, then value, then high")


def _is_true(row: RowReader, column: str) -> bool:
    text = row.text(column, "false").casefold()
    if text not in {"true", "false"}:
        row.refuse(column, "true or false")
    return text == "true"


def _flag(row: RowReader) -> str:
    text = row.text("cv_flag")
    if text not in FLAGS:
        row.refuse("cv_flag", "a letter from A to F")
    return text


def _share_of(row: RowReader, measure: Measure) -> str:
    text = row.matching(SHARE_OF, "share_of", "people, hours, a place or a concept", "")
    if bool(text) != (measure is Measure.SHARE):
        row.refuse("share_of", "of what it is a share, for shares alone")
    if text and text.islower() and text not in {*Concept, "people", "hours"}:
        row.refuse("share_of", "people, hours, a place or a concept")
    return text


def file_named(names: Mapping[str, Path], name: str) -> Path:
    """Return the path of a file that a description names.

    Raises:
        BadInput: the package has no such file.
    """
    if name not in names:
        raise BadInput(
            f"the package has no file {name!r}", code="deposit-file-gone", file=name[:60]
        )
    return names[name]
