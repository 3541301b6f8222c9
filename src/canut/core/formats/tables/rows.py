"""Types shared by all formats: rows of text, how a file is read, and its problems.

A cell is text, exactly as written: ``0007`` stays ``0007``, a 64-bit number loses nothing, an empty
cell is an empty text and ``NA`` is the text ``NA``. A missing key or a null is omitted from the
row. The caller interprets the cells.
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
    """A row that was set aside, or a warning about a file; texts are in ``problems``.

    ``line`` is the row as a spreadsheet numbers it, the header being 1; the line, row or picture
    counted from 1 in other formats; 0 when the whole file is meant.
    """

    line: int
    column: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


@dataclass(slots=True)
class RowBatch:
    """One batch of a file: valid rows with their lines, and the rows set aside.

    ``bytes_read`` is how far into the file the batch ends, for progress.
    """

    lines: list[int]
    rows: list[Row]
    problems: list[Problem]
    bytes_read: int


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file, as detected by ``sniff`` and possibly corrected by a person.

    ``may_lack`` is the number of last columns a row may omit. ``inside`` is the path of the table
    in a zip or folder, ``media`` the columns whose cells name media files next to it.
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
        """Return plain values, for storage with an import or in a form."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        """Build a reading from the values of ``as_json``."""
        plain = {name: stored[name] for name in cls.__slots__ if name in stored}
        plain["columns"] = tuple(plain["columns"])
        plain["media"] = tuple(plain.get("media", ()))
        plain["warnings"] = tuple(Problem(**warning) for warning in plain.get("warnings", ()))
        return cls(**plain)


def has_bad_bytes(text: str) -> bool:
    r"""Return whether a text has undecodable bytes or a lone surrogate.

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
    """Return the problem of a row that cannot be stored: zero byte, bad bytes, size."""
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
