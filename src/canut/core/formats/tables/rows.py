"""What every format gives and takes: rows of text, how a file is read, and what was set aside.

A cell is text, exactly as it was written: ``0007`` stays ``0007``, a 64-bit number loses nothing,
an empty cell is an empty text and ``NA`` is the text ``NA``. What a file does not say (a missing
key, a null) is left out of the row. What a cell means is decided by whoever uses it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from canut.core.errors import Fact

type Row = dict[str, str]

ROW_LIMIT_BYTES = 2**20
COLUMN_LIMIT = 1_000
COLUMN_NAME_LIMIT = 200
BATCH_ROWS = 2_000
BATCH_CHARACTERS = 2**20


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was set aside, or something to know about a file; words are in ``problems``.

    ``line`` is the first physical line of the record, counted from 1 (the row or the picture where
    a format has no lines), 0 when the whole file is meant.
    """

    line: int
    column: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


@dataclass(slots=True)
class RowBatch:
    """One batch of a file: good rows with their lines, and the rows set aside.

    ``bytes_read`` is how far into the file the batch ends, for progress.
    """

    lines: list[int]
    rows: list[Row]
    problems: list[Problem]
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, as found by ``sniff`` and perhaps corrected by a person.

    ``may_lack`` is how many of the last columns a row may leave out. ``inside`` is which file of a
    zip or folder is the table, ``media`` the columns whose cells name pictures beside it.
    """

    format: str
    columns: tuple[str, ...]
    encoding: str = "utf-8"
    separator: str = ","
    first_line: int = 1
    bytes_total: int = 0
    warnings: tuple[Problem, ...] = ()
    may_lack: int = 0
    inside: str = ""
    media: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values, to be kept with an import or in a form."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` gave."""
        plain = {name: kept[name] for name in cls.__slots__ if name in kept}
        plain["columns"] = tuple(plain["columns"])
        plain["media"] = tuple(plain.get("media", ()))
        plain["warnings"] = tuple(Problem(**warning) for warning in plain.get("warnings", ()))
        return cls(**plain)


def has_bad_bytes(text: str) -> bool:
    r"""Whether a text holds bytes that its encoding does not know, or half a character.

    >>> has_bad_bytes("été"), has_bad_bytes("\udce9t\udce9")
    (False, True)
    """
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def fault_of(line: int, cells: Iterable[tuple[str, str]]) -> Problem | None:
    """Say what makes a row of text impossible to keep: a zero, unknown bytes, its size."""
    size = 0
    for column, cell in cells:
        if "\0" in cell:
            return Problem(line, column, "zero-byte")
        if has_bad_bytes(cell):
            return Problem(line, column, "bad-byte")
        size += len(cell.encode())
    if size > ROW_LIMIT_BYTES:
        return Problem(line, "", "row-too-large", {"bytes": size, "limit": ROW_LIMIT_BYTES})
    return None
