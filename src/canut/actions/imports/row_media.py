"""Keep the pictures that the cells of a table name, and put their hashes in place of the names.

A cell becomes the hash of its picture, as the workbench shows it, and the name stays beside it in
a column of its own. A row whose picture is missing or cannot be shown is set aside, with its line
and column.
"""

from collections.abc import Iterator
from pathlib import Path

from canut.core.errors import BadInput, TooLarge
from canut.core.formats import Reading
from canut.core.formats.tables import images
from canut.core.formats.tables.rows import Problem, Row, RowBatch
from canut.core.formats.tables.table_media import Names
from canut.store.imports import bulk_rows
from canut.store.media.files import NewPictures

ROWS_TOGETHER = 200  # so many pictures are waited for at once
NAME_OF = "{column}.file"


class PicturesOfRows:
    """The pictures beside a table, kept once each.

    Args:
        project_id: whose they become.
        path: the zip or folder.
        reading: which of its files is the table, and which columns name pictures.
    """

    def __init__(self, project_id: int, path: Path, reading: Reading) -> None:
        self._columns = reading.media
        self._kept = NewPictures(project_id)
        self._known: dict[str, str | Problem] = {}
        self._names: Names | None = None
        self._files: images.Files | None = None
        if reading.media:
            self._names = Names(images.names_of(path), reading.inside)
            self._files = images.Files(path)

    def close(self) -> None:
        """Close the zip."""
        if self._files is not None:
            self._files.__exit__()

    def of(self, rows: RowBatch) -> Iterator[tuple[RowBatch, list[bulk_rows.NewMedia]]]:
        """Yield the rows with hashes in place of names, some at a time, and their new pictures.

        The pictures are in the storage for good when their rows are yielded.
        """
        if self._names is None:
            yield rows, []
            return
        problems = list(rows.problems)
        for start in range(0, max(len(rows.rows), 1), ROWS_TOGETHER):
            lines, some = rows.lines[start:][:ROWS_TOGETHER], rows.rows[start:][:ROWS_TOGETHER]
            media: list[bulk_rows.NewMedia] = []
            done = RowBatch([], [], problems, rows.bytes_read)
            for line, row in zip(lines, some, strict=True):
                problem = self._put(line, row, media)
                if problem is None:
                    done.lines.append(line)
                    done.rows.append(row)
                else:
                    done.problems.append(problem)
            self._kept.settle()
            yield done, media
            problems = []

    def _put(self, line: int, row: Row, media: list[bulk_rows.NewMedia]) -> Problem | None:
        """Put hashes in a row; a row without one of its pictures is a problem."""
        for column in self._columns:
            cell = row.get(column, "")
            if not cell.strip():
                continue
            found = self._hash_of(line, cell, media)
            if isinstance(found, Problem):
                return Problem(line, column, found.code, found.facts)
            row[column], row[NAME_OF.format(column=column)] = found, cell
        return None

    def _hash_of(self, line: int, cell: str, media: list[bulk_rows.NewMedia]) -> str | Problem:
        name = self._names.find(cell) if self._names else ""
        if not name or self._files is None:
            return Problem(line, "", "picture-not-beside", {"file": cell[:200]})
        if name not in self._known:
            self._known[name] = self._keep(self._files.read(line, name), media)
        return self._known[name]

    def _keep(
        self, read: images.ImageFile | Problem, media: list[bulk_rows.NewMedia]
    ) -> str | Problem:
        if isinstance(read, Problem):
            return read
        try:
            kept = self._kept.keep(read.content)
        except (BadInput, TooLarge) as refusal:
            return Problem(read.line, "", refusal.case, {**refusal.facts, "file": read.name})
        media.append(bulk_rows.NewMedia(self._kept.project_id, *kept))
        return kept.sha256
