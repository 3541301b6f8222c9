"""Find rows that duplicate tasks the project already has.

Earlier published imports are read once, in batches, into the same digests that find duplicates
within a file. A row is a duplicate if it has the id of a task or, where one of the two files has no
id column, the same content in any order of columns. Pictures are compared by their bytes. Imports
that are read but not published do not count.

Reads only.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from canut.core.formats.tables.row_hashes import RowHashes, hashes_of
from canut.core.formats.tables.rows import BATCH_ROWS, Problem, Row
from canut.store.tables.tasks import Import, Task

AT_ONCE = 100  # a row may have a mebibyte
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, str]).decode


def published_before(source: Import, id_column: str | None) -> "PublishedRowIndex | None":
    """Index what the project published before this import; None if nothing."""
    published = (Import.State.PUBLISHING, Import.State.PUBLISHED)
    others = Import.objects.filter(project_id=source.project_id, state__in=published)
    kind = others.filter if source.format == "images" else others.exclude
    earlier = list(kind(format="images").exclude(id=source.id).order_by("id"))
    return PublishedRowIndex(earlier, id_column) if earlier else None


class PublishedRowIndex:
    """The tasks of earlier imports, numbered from the first row of the first one.

    Args:
        imports: those that were published, in their order.
        id_column: names each row of the new file; tasks with ids of their own are known by them.
    """

    def __init__(self, imports: Sequence[Import], id_column: str | None) -> None:
        self._id_column = id_column
        self._by_id, self._by_content = RowHashes(), RowHashes()
        self._names: list[str] = []
        self._starts: list[int] = []
        end = 0
        for source in imports:
            self._names.append(source.name)
            self._starts.append(end)
            end += self._note(source, end)

    def problems(
        self, lines: Sequence[int], rows: Sequence[Row], ids: Sequence[str]
    ) -> dict[int, Problem]:
        """Return the rows that are tasks already, by line."""
        contents = hashes_of(map(_encode, rows))
        positions, _ = self._by_content.lines_of(contents)
        here = {
            lines[at]: self._problem("task-already", lines[at], "", int(positions[at]))
            for at in positions.nonzero()[0].tolist()
        }
        if self._id_column is not None:
            positions, same = self._by_id.lines_of(hashes_of(map(str.encode, ids)), contents)
            for at in positions.nonzero()[0].tolist():
                code = "task-already" if same[at] else "id-already"
                column, position = self._id_column, int(positions[at])
                here[lines[at]] = self._problem(code, lines[at], column, position)
        return here

    def picture(self, line: int, name: str, sha256: str) -> Problem | None:
        """Return the problem of a picture that is a task already."""
        positions, _ = self._by_content.lines_of(hashes_of([sha256.encode()]))
        if not positions[0]:
            return None
        same = self._problem("picture-already", line, "file", int(positions[0]))
        return replace(same, facts={**same.facts, "file": name})

    def _problem(self, code: str, line: int, column: str, place: int) -> Problem:
        earlier, row = self._where(place)
        return Problem(line, column, code, {"earlier": earlier, "line": row})

    def _where(self, place: int) -> tuple[str, int]:
        """Return the file and the row of a task."""
        number = bisect_right(self._starts, place - 1) - 1
        return self._names[number], place - self._starts[number]

    def _note(self, source: Import, start: int) -> int:
        """Index the tasks of an import and return its last row."""
        has_ids = source.reading.get("options", {}).get("id_column") is not None
        last = 0
        while True:
            rows: list[int] = []
            ids: list[str] = []
            contents = hashes_of(_contents(source, last, rows, ids))
            if not rows:
                return last
            places = [start + row for row in rows]
            if has_ids and self._id_column is not None and source.format != "images":
                self._by_id.first_lines(hashes_of(map(str.encode, ids)), places, contents)
            else:
                self._by_content.first_lines(contents, places)
            last = rows[-1]


def _contents(source: Import, after: int, rows: list[int], ids: list[str]) -> Iterator[bytes]:
    """Yield the encoded content of an import's next tasks; collect their rows and ids."""
    tasks = Task.objects.filter(source=source, row__gt=after).order_by("row")
    records = tasks.values_list("row", "key", "data")[:BATCH_ROWS]
    for row, key, data in records.iterator(AT_ONCE):
        rows.append(row)
        ids.append(key)
        decoded = _decode(data)
        yield decoded["image"].encode() if source.format == "images" else _encode(decoded)
