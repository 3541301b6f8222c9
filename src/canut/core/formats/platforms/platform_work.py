"""What files of other platforms tell of work done: who did what, how long it took, what came of it.

Every reader gives the same ``Piece``: one person's answers to one task. What a file does not say
is None, and a cell that cannot be read is a problem with its line and column while the rest of its
row is kept. What the figures mean is decided in ``audit``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from canut.core.errors import Fact, Missing
from canut.core.formats.tables import csv, jsonl, parquet
from canut.core.formats.tables.rows import Problem, Reading, Row

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "BST": 60,
    "IST": 330,
    "CET": 60,
    "CEST": 120,
    "AST": -240,
    "ADT": -180,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
    "JST": 540,
    "AEST": 600,
    "AEDT": 660,
    "WEST": 60,
    "EET": 120,
    "EEST": 180,
}
_spoken = re.compile(
    r"(?:[a-z]{3},? )?([a-z]{3}) +(\d\d?) (\d\d):(\d\d):(\d\d) ([a-z]{1,4}|[+-]\d\d:?\d\d) (\d{4})",
    re.IGNORECASE,
).fullmatch
MICRO = 1_000_000
LONGEST_SECONDS = 10**8
MOST_MICRO = 10**15


class Fate(StrEnum):
    """What came of a piece of work."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAITING = "waiting"
    RETURNED = "returned"


FATES = {
    **dict.fromkeys(("approved", "accepted", "paid", "+", "yes", "true", "1"), Fate.ACCEPTED),
    **dict.fromkeys(("rejected", "refused", "-", "no", "false", "0"), Fate.REJECTED),
    **dict.fromkeys(("submitted", "waiting", "awaiting review", ""), Fate.WAITING),
    **dict.fromkeys(("skipped", "expired", "returned", "active", "timed-out"), Fate.RETURNED),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One person's answers to one task.

    Args:
        line: first line of its row in the file.
        assignment: what was lent and paid as one: several tasks of a page share it.
        task: which task, by the platform's name.
        worker: who, by the platform's name.
        answers: for each question, what was said.
        fate: what came of it.
        seconds: how long the assignment took, as the platform counted; None where it does not say.
        pay_micro: price of the assignment, in millionths of the currency's unit.
        started_ms: when it was taken, in milliseconds since 1970, UTC.
        ended_ms: when it was handed in.
        known: for each question, the answer the requester knew.
    """

    line: int
    assignment: str
    task: str
    worker: str
    answers: Mapping[str, str]
    fate: Fate
    seconds: float | None = None
    pay_micro: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    known: Mapping[str, str] = field(default_factory=dict[str, str])


class Pieces(NamedTuple):
    """One batch of a file: pieces, and what could not be read."""

    pieces: list[Piece]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class WorkColumns:
    """Which column says what; empty where none does. ``labels`` are the questions' columns."""

    task: str
    worker: str
    labels: tuple[str, ...]
    seconds: str = ""
    started: str = ""
    ended: str = ""
    pay: str = ""
    status: str = ""
    assignment: str = ""

    def require(self, there: tuple[str, ...]) -> None:
        """Refuse a column that the file does not have.

        Raises:
            Missing: always then; it names those there are.
        """
        single = (self.task, self.worker, self.seconds, self.started, self.ended, self.pay)
        for name in (*single, self.status, self.assignment, *self.labels):
            if name and name not in there:
                raise Missing(
                    f"the file has no column {name!r}; it has: {', '.join(there[:40])}",
                    code="column-unknown",
                    column=name,
                )


@dataclass(slots=True)
class Cells:
    """The cells of one row, read one by one; what cannot be read is noted."""

    row: Row
    line: int
    problems: list[Problem]

    def note(self, column: str, code: str, **facts: Fact) -> None:
        """Note a cell that cannot be read."""
        self.problems.append(Problem(self.line, column, code, facts))

    def text(self, column: str) -> str:
        """Return a cell without the space around it; empty where there is none."""
        return self.row.get(column, "").strip()

    def needed(self, column: str, code: str) -> str:
        """Return a cell without which the row is of no use, noting an empty one."""
        text = self.text(column)
        if not text:
            self.note(column, code)
        return text

    def seconds(self, column: str) -> float | None:
        """Read a time as seconds, or as minutes and seconds: ``41``, ``1:20``, ``0:01:20``."""
        text = self.text(column)
        if not text:
            return None
        try:
            parts = [float(part.replace(",", ".")) for part in text.split(":")]
        except ValueError:
            parts = []
        total = sum(part * 60.0**place for place, part in enumerate(reversed(parts)))
        if not parts or min(parts) < 0 or not total < LONGEST_SECONDS:
            self.note(column, "bad-seconds", seen=text[:40])
            return None
        return total

    def pay(self, column: str) -> int | None:
        """Read an amount in micro-units: ``$0.05``, ``0,05``."""
        text = self.text(column)
        if not text:
            return None
        plain = re.sub(r"[^\d.,eE+-]", "", text).replace(",", ".")
        try:
            micro = Decimal(plain) * MICRO
        except InvalidOperation:
            micro = Decimal("NaN")
        if not micro.is_finite() or not 0 <= micro <= MOST_MICRO:
            self.note(column, "bad-pay", seen=text[:40])
            return None
        return int(micro.to_integral_value())

    def moment_ms(self, column: str) -> int | None:
        """Read a date and time, in milliseconds since 1970."""
        text = self.text(column)
        if not text:
            return None
        moment = moment_of(text)
        if moment is None:
            self.note(column, "bad-date", seen=text[:40])
            return None
        return round(moment.timestamp() * 1000)

    def fate(self, column: str, seen_as: Mapping[str, Fate] = FATES) -> Fate:
        """Read what came of the work; unknown words wait for an answer."""
        text = self.text(column)
        fate = seen_as.get(text.lower())
        if fate is None:
            self.note(column, "status-unknown", seen=text[:40])
            return Fate.WAITING
        return fate


def moment_of(text: str) -> datetime | None:
    """Read ``Wed Jul 08 12:00:00 PDT 2015`` or ISO 8601; without a zone it is taken as UTC.

    Example:
        >>> moment_of("Wed Jul 08 12:00:00 PDT 2015").isoformat()
        '2015-07-08T12:00:00-07:00'
        >>> moment_of("8 juillet") is None
        True
    """
    said = _spoken(text)
    try:
        if said is None:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        month, day, hour, minute, second, zone, year = said.groups()
        at = MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second)
        return datetime(int(year), *at, tzinfo=_zone(zone))
    except (ValueError, KeyError, OverflowError):
        return None


def _zone(name: str) -> timezone:
    """Return a zone by its abbreviation, an American one where several go by it, or its offset."""
    if name[0] in "+-":
        sign = -1 if name[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[-2:])))
    return timezone(timedelta(minutes=ZONES[name.upper()]))


ROW_READERS = {"csv": csv.read, "jsonl": jsonl.read, "parquet": parquet.read}


def rows_of(path: Path, reading: Reading) -> Iterator[tuple[list[tuple[int, Row]], list[Problem]]]:
    """Yield the rows of a file with their lines, a batch at a time, and those set aside."""
    for batch in ROW_READERS[reading.format](path, reading):
        yield list(zip(batch.lines, batch.rows, strict=True)), batch.problems


def read_columns(path: Path, reading: Reading, columns: WorkColumns) -> Iterator[Pieces]:
    """Yield the pieces of any file of rows whose columns somebody has named.

    Raises:
        Missing: the file has no such column.
    """
    columns.require(reading.columns)
    for rows, problems in rows_of(path, reading):
        found = Pieces([], problems)
        for line, row in rows:
            cells = Cells(row, line, problems)
            piece = _piece_of(cells, columns)
            if piece is not None:
                found.pieces.append(piece)
        yield found


def _piece_of(cells: Cells, columns: WorkColumns) -> Piece | None:
    task, worker = cells.needed(columns.task, "no-task"), cells.needed(columns.worker, "no-worker")
    if not (task and worker):
        return None
    answers = {name: text for name in columns.labels if (text := cells.text(name))}
    started_ms = cells.moment_ms(columns.started) if columns.started else None
    ended_ms = cells.moment_ms(columns.ended) if columns.ended else None
    seconds = cells.seconds(columns.seconds) if columns.seconds else None
    return Piece(
        line=cells.line,
        assignment=cells.text(columns.assignment) or f"line {cells.line}",
        task=task,
        worker=worker,
        answers=answers,
        fate=cells.fate(columns.status) if columns.status else Fate.ACCEPTED,
        seconds=elapsed(started_ms, ended_ms) if seconds is None else seconds,
        pay_micro=cells.pay(columns.pay) if columns.pay else None,
        started_ms=started_ms,
        ended_ms=ended_ms,
    )


def elapsed(started_ms: int | None, ended_ms: int | None) -> float | None:
    """Return the seconds between two moments; None where one is missing or they are reversed."""
    if started_ms is None or ended_ms is None or ended_ms < started_ms:
        return None
    return (ended_ms - started_ms) / 1000
