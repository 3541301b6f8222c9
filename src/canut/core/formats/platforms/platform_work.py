"""Work done on other platforms, as their files record it: worker, duration, status, pay.

Every reader yields the same ``WorkPiece``: one person's answers to one task. A missing value is
None; a cell that cannot be read is a problem with its line and column, and the rest of its row is
used. ``audit`` interprets the figures.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from canut.core.errors import Fact, Missing
from canut.core.formats.tables import csv, jsonl, parquet
from canut.core.formats.tables.rows import Problem, ReadOptions, Row
from canut.core.outside_text import FIRST_DAY, LAST_DAY, read_decimal, read_number

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
MOST_PARTS = 3  # hours, minutes, seconds


class Fate(StrEnum):
    """The status of a piece of work."""

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
class WorkPiece:
    """One person's answers to one task.

    Args:
        line: first line of its row in the file.
        assignment: id of the unit that is accepted and paid: several tasks of a page share it.
        task: the platform's id of the task.
        worker: the platform's id of the worker.
        answers: answer by question.
        fate: status of the work.
        seconds: duration of the assignment as the platform counted it, or None.
        pay_micro: price of the assignment, in millionths of the currency's unit.
        started_ms: start of the work, in milliseconds since 1970, UTC.
        ended_ms: submission of the work, in milliseconds since 1970, UTC.
        known: the requester's known answer by question.
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
    """One batch of a file: pieces of work, and the problems met."""

    pieces: list[WorkPiece]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class WorkColumns:
    """The column of each field; empty if absent. ``labels`` are the questions' columns."""

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
        """Raise if a column is not in the file.

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
    """The cells of one row; unreadable ones are noted as problems."""

    row: Row
    line: int
    problems: list[Problem]

    def note(self, column: str, code: str, **facts: Fact) -> None:
        """Note a cell that cannot be read."""
        self.problems.append(Problem(self.line, column, code, facts))

    def text(self, column: str) -> str:
        """Return a stripped cell; empty if absent."""
        return self.row.get(column, "").strip()

    def needed(self, column: str, code: str) -> str:
        """Return a mandatory cell, noting an empty one."""
        text = self.text(column)
        if not text:
            self.note(column, code)
        return text

    def seconds(self, column: str) -> float | None:
        """Parse a duration as seconds, or as minutes and seconds: ``41``, ``1:20``, ``0:01:20``."""
        text = self.text(column)
        if not text:
            return None
        parts = [read_number(part.strip().replace(",", ".")) for part in text.split(":")]
        numbers = [part for part in parts if part is not None and part >= 0]
        total = sum(part * 60.0**place for place, part in enumerate(reversed(numbers[:MOST_PARTS])))
        if len(numbers) < len(parts) or len(parts) > MOST_PARTS or not total < LONGEST_SECONDS:
            self.note(column, "bad-seconds", seen=text[:40])
            return None
        return total

    def pay(self, column: str) -> int | None:
        """Parse an amount into micro-units: ``$0.05``, ``0,05``."""
        text = self.text(column)
        if not text:
            return None
        plain = re.sub(r"[^\d.,eE+-]", "", text).replace(",", ".")
        amount = read_decimal(plain, MOST_MICRO // MICRO)
        if amount is None or amount < 0:
            self.note(column, "bad-pay", seen=text[:40])
            return None
        return int((amount * MICRO).to_integral_value())

    def moment_ms(self, column: str) -> int | None:
        """Parse a date and time into milliseconds since 1970."""
        text = self.text(column)
        if not text:
            return None
        moment = moment_of(text)
        if moment is None:
            self.note(column, "bad-date", seen=text[:40])
            return None
        return round(moment.timestamp() * 1000)

    def fate(self, column: str, seen_as: Mapping[str, Fate] = FATES) -> Fate:
        """Parse the status of the work; unknown words mean waiting."""
        text = self.text(column)
        fate = seen_as.get(text.lower())
        if fate is None:
            self.note(column, "status-unknown", seen=text[:40])
            return Fate.WAITING
        return fate


def moment_of(text: str) -> datetime | None:
    """Parse ``Wed Jul 08 12:00:00 PDT 2015`` or ISO 8601; without a zone it is UTC.

    Example:
        >>> moment_of("Wed Jul 08 12:00:00 PDT 2015").isoformat()
        '2015-07-08T12:00:00-07:00'
        >>> moment_of("8 juillet") is None
        True
    """
    match = _spoken(text)
    try:
        if match is None:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        else:
            month, day, hour, minute, second, zone, year = match.groups()
            at = MONTHS.index(month.lower()) + 1, int(day), int(hour), int(minute), int(second)
            moment = datetime(int(year), *at, tzinfo=_zone(zone))
    except (ValueError, KeyError, OverflowError):
        return None
    return moment if FIRST_DAY <= moment.date() <= LAST_DAY else None


def _zone(name: str) -> timezone:
    """Return a time zone by abbreviation, the American one if ambiguous, or by offset."""
    if name[0] in "+-":
        sign = -1 if name[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[-2:])))
    return timezone(timedelta(minutes=ZONES[name.upper()]))


ROW_READERS = {"csv": csv.read, "jsonl": jsonl.read, "parquet": parquet.read}


def rows_of(
    path: Path, reading: ReadOptions
) -> Iterator[tuple[list[tuple[int, Row]], list[Problem]]]:
    """Yield the rows of a file with their lines, batch by batch, and its problems."""
    for batch in ROW_READERS[reading.format](path, reading):
        yield list(zip(batch.lines, batch.rows, strict=True)), batch.problems


def read_columns(path: Path, reading: ReadOptions, columns: WorkColumns) -> Iterator[Pieces]:
    """Yield the pieces of work of any file, given its columns.

    Raises:
        Missing: the file has no such column.
    """
    columns.require(reading.columns)
    for rows, problems in rows_of(path, reading):
        batch = Pieces([], problems)
        for line, row in rows:
            cells = Cells(row, line, problems)
            piece = _piece_of(cells, columns)
            if piece is not None:
                batch.pieces.append(piece)
        yield batch


def _piece_of(cells: Cells, columns: WorkColumns) -> WorkPiece | None:
    task, worker = cells.needed(columns.task, "no-task"), cells.needed(columns.worker, "no-worker")
    if not (task and worker):
        return None
    answers = {name: text for name in columns.labels if (text := cells.text(name))}
    started_ms = cells.moment_ms(columns.started) if columns.started else None
    ended_ms = cells.moment_ms(columns.ended) if columns.ended else None
    seconds = cells.seconds(columns.seconds) if columns.seconds else None
    return WorkPiece(
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
