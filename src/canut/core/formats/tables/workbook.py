"""Write rows as a workbook that Excel opens, as a stream: its rows are never all in memory.

Texts are written as texts (``0007``, ``=1+1``): nothing is read as a number, a date or a formula.
Numbers with more digits than Excel keeps are texts, too. After 1,048,576 rows, as many as a sheet
holds, another sheet begins with the same first row. A text longer than a cell holds ends with an
ellipsis; other formats hold it whole.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from canut.core.formats.tables.columns import Batch, Cell, FileColumn
from canut.core.formats.tables.zip_stream import stream_zip

MOST_ROWS = 1_048_576
LONGEST = 32_767
MOST_DIGITS = 10**15
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
END = b"</sheetData></worksheet>"


def stream_workbook(columns: Sequence[FileColumn], batches: Iterable[Batch]) -> Iterator[bytes]:
    """Yield the bytes of a workbook.

    Args:
        columns: names and kinds, in the order of the cells.
        batches: rows as sequences of cells; ``None`` is an empty cell.
    """
    yield from stream_zip(_parts(columns, batches))


def _parts(
    columns: Sequence[FileColumn], batches: Iterable[Batch]
) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """Yield the files of a workbook: its sheets first, since only then is their number known."""
    rows = _Rows(batches)
    number = 0
    while number == 0 or rows.has_more():
        number += 1
        yield f"xl/worksheets/sheet{number}.xml", _sheet(columns, rows)
    yield from _frame(number)


class _Rows:
    """The rows of all batches, given out up to as many as a sheet holds."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = iter(batches)
        self._waiting: Batch = ()

    def has_more(self) -> bool:
        """Return whether a row is left."""
        while not self._waiting:
            batch = next(self._batches, None)
            if batch is None:
                return False
            self._waiting = batch
        return True

    def batches(self, most: int) -> Iterator[Batch]:
        """Yield the next rows, batch by batch."""
        while most and self.has_more():
            batch, self._waiting = self._waiting[:most], self._waiting[most:]
            most -= len(batch)
            yield batch


def _sheet(columns: Sequence[FileColumn], rows: _Rows) -> Iterator[bytes]:
    heads = "".join([_text(column.name) for column in columns])
    yield f"{SHEET}<row>{heads}</row>".encode()
    for batch in rows.batches(MOST_ROWS - 1):
        yield "".join([f"<row>{''.join(map(_cell, row))}</row>" for row in batch]).encode()
    yield END


def _cell(value: Cell) -> str:
    """Return one cell as XML, of the type of its value."""
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if not math.isfinite(value) or abs(value) >= MOST_DIGITS:
        return _text(str(value))
    return f"<c><v>{value!r}</v></c>"


def _text(text: str) -> str:
    """Return a text as a cell that no reader takes for a number or a formula."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    plain = ESCAPED.sub("_x005F_", text)
    plain = ILLEGAL.sub(lambda match: f"_x{ord(match[0]):04X}_", plain)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'


def _frame(sheets: int) -> Iterator[tuple[str, bytes]]:
    """Yield what holds the sheets together."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
        f' ContentType="{TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f"{overrides}</Types>"
        ).encode(),
    )
    yield (
        "_rels/.rels",
        (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
    )
    names = "".join(
        f'<sheet name="{number}" sheetId="{number}" r:id="rId{number}"/>' for number in numbers
    )
    yield (
        "xl/workbook.xml",
        (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
        ).encode(),
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>'.encode(),
    )
