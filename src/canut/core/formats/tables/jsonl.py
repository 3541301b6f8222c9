"""Read JSON lines: one object per line.

Numbers keep their original digits, nested values become JSON text, and ``true`` stays ``true``; a
null or a missing key is omitted from the row. Labels of Ground Truth manifests are read as the
names of their classes. A line that is not an object becomes a problem with the position of the
error.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Never

from canut.core.errors import BadFile, Fact
from canut.core.formats.tables.manifests import label_columns, name_classes
from canut.core.formats.tables.rows import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    COLUMN_LIMIT,
    COLUMN_NAME_LIMIT,
    ROW_LIMIT_BYTES,
    Problem,
    ReadOptions,
    Row,
    RowBatch,
    fault_of,
)
from canut.core.json_depth import check_depth

SAMPLE_LINES = 1_000
BOM = b"\xef\xbb\xbf"


class _Number(str):
    """A number with its original digits."""

    __slots__ = ()


class _BadObjectError(ValueError):
    """An object that cannot become a row, with the code of the problem."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _BadObjectError("key-twice")
    return mapping


def _constant(_name: str) -> Never:
    raise _BadObjectError("bad-number")


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_constant
).decode


def text_of(value: object) -> str:
    """Return a JSON value as the text of a cell.

    >>> text_of(["a", {"b": None}])
    '["a",{"b":null}]'
    """
    if isinstance(value, str):
        return str(value)
    return _nested(value)


def _nested(value: object) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_nested, value)) + "]"
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{_nested(key)}:{_nested(item)}" for key, item in value.items()) + "}"
        )
    return json.dumps(value, ensure_ascii=False)


def read(path: Path, reading: ReadOptions) -> Iterator[RowBatch]:
    """Yield the rows of a file in batches, in constant memory."""
    positions = {name: number for number, name in enumerate(reading.columns)}
    labels = label_columns(reading.columns)
    with path.open("rb") as file:
        batch, size = RowBatch([], [], [], 0), 0
        for line, content in _lines(file):
            size += len(content)
            row = _row_of(line, content)
            if isinstance(row, Problem):
                batch.problems.append(row)
            elif row is not None:
                if labels:
                    name_classes(row, labels)
                batch.lines.append(line)
                batch.rows.append(_in_order(row, positions))
            if len(batch.lines) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                batch.bytes_read = file.tell()
                yield batch
                batch, size = RowBatch([], [], [], 0), 0
        batch.bytes_read = file.tell()
        yield batch


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the keys of the first thousand lines, in order of appearance.

    Raises:
        BadFile: none of them holds an object.
    """
    columns: dict[str, None] = {}
    with path.open("rb") as file:
        for line, content in _lines(file):
            row = _row_of(line, content)
            if isinstance(row, dict):
                columns.update(dict.fromkeys(row))
            if line >= SAMPLE_LINES:
                break
    if not columns:
        raise BadFile(
            "none of the first lines holds a JSON object; write one object a line",
            code="jsonl-no-object",
        )
    return tuple(columns)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield numbered lines; a line over the limit is cut to one byte more than it."""
    number = 0
    while content := file.readline(ROW_LIMIT_BYTES + 2):
        number += 1
        if len(content) > ROW_LIMIT_BYTES + 1:
            while not content.endswith(b"\n") and (chunk := file.readline(ROW_LIMIT_BYTES)):
                content = content[: ROW_LIMIT_BYTES + 1] + chunk[-1:]
        yield number, content.removeprefix(BOM) if number == 1 else content


def _row_of(line: int, content: bytes) -> Row | Problem | None:
    """Parse one line: return a row, its problem, or None if it is blank."""
    if len(content) > ROW_LIMIT_BYTES + 1:
        return Problem(line, "", "row-too-large", {"limit": ROW_LIMIT_BYTES})
    code, facts = "not-an-object", dict[str, Fact]()
    try:
        check_depth(content)
        text = content.decode()
        value = None if text.isspace() else _decode(text)
        if isinstance(value, dict):
            return _checked(line, value, may_hide="\\u" in text)
        if text.isspace():
            return None
    except UnicodeDecodeError:
        code = "bad-byte"
    except json.JSONDecodeError as error:
        code, facts = "bad-json", {"character": error.colno}
    except _BadObjectError as error:
        code = str(error)
    except RecursionError:
        code = "too-deep"
    return Problem(line, "", code, facts)


def _checked(line: int, value: dict[str, Any], *, may_hide: bool) -> Row | Problem:
    row: Row = {
        name: cell if type(cell) is str else text_of(cell)
        for name, cell in value.items()
        if cell is not None
    }
    if not row:
        return Problem(line, "", "row-empty")
    if len(row) > COLUMN_LIMIT:
        return Problem(line, "", "too-many-keys", {"seen": len(row), "limit": COLUMN_LIMIT})
    for name in row:
        if not name or len(name) > COLUMN_NAME_LIMIT:
            return Problem(line, "", "bad-key", {"limit": COLUMN_NAME_LIMIT})
    if may_hide and (fault := fault_of(line, [*row.items(), ("", "".join(row))])):
        return fault
    return row


def _in_order(row: Row, place: dict[str, int]) -> Row:
    """Sort the keys in the order of the columns, so that equal rows encode equally."""
    last = len(place)
    return {name: row[name] for name in sorted(row, key=lambda name: (place.get(name, last), name))}
