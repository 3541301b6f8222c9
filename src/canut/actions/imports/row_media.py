"""Store the pictures named in the cells of a table, and replace the names by hashes.

A cell is replaced by the hash of its picture; the name stays in a column of its own. A row whose
picture is missing or cannot be displayed is rejected, with its line and column.
"""

from collections.abc import Iterator
from pathlib import Path

from canut.core.errors import BadInput, TooLarge
from canut.core.formats import ReadOptions
from canut.core.formats.tables import images
from canut.core.formats.tables.rows import Problem, Row, RowBatch
from canut.core.formats.tables.table_media import MediaNames
from canut.store.imports import bulk_rows
from canut.store.media.files import NewPictures, WithdrawnMedia

ROWS_TOGETHER = 200  # rows whose pictures are stored together
NAME_OF = "{column}.file"


class PicturesOfRows:
    """The pictures beside a table, stored once each.

    Args:
        project_id: whose they become.
        path: the zip or folder.
        reading: which of its files is the table, and which columns name pictures.
        withdrawn: pictures and sounds that do not come in again.
    """

    def __init__(
        self,
        project_id: int,
        path: Path,
        reading: ReadOptions,
        withdrawn: WithdrawnMedia | None = None,
    ) -> None:
        self._columns = reading.media
        self._kept = NewPictures(project_id, withdrawn)
        self._known: dict[str, str | Problem] = {}
        self._names: MediaNames | None = None
        self._files: images.ImageFiles | None = None
        if reading.media:
            self._names = MediaNames(images.names_of(path), reading.inside)
            self._files = images.ImageFiles(path)

    def close(self) -> None:
        """Close the zip."""
        if self._files is not None:
            self._files.__exit__()

    def of(self, rows: RowBatch) -> Iterator[tuple[RowBatch, list[bulk_rows.NewMedia]]]:
        """Yield the rows with hashes for names, in chunks, with their new pictures.

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
        """Replace names by hashes in a row; return a problem if a picture is missing."""
        for column in self._columns:
            cell = row.get(column, "")
            if not cell.strip():
                continue
            hash_or_problem = self._hash_of(line, cell, media)
            if isinstance(hash_or_problem, Problem):
                return Problem(line, column, hash_or_problem.code, hash_or_problem.facts)
            row[column], row[NAME_OF.format(column=column)] = hash_or_problem, cell
        return None

    def _hash_of(self, line: int, cell: str, media: list[bulk_rows.NewMedia]) -> str | Problem:
        name = self._names.find(cell) if self._names else ""
        if not name or self._files is None:
            return Problem(line, "", "picture-not-beside", {"file": cell[:200]})
        if name not in self._known:
            self._known[name] = self._keep(self._files.read(line, name), media)
        return self._known[name]

    def _keep(
        self, image: images.ImageFile | Problem, media: list[bulk_rows.NewMedia]
    ) -> str | Problem:
        if isinstance(image, Problem):
            return image
        try:
            stored = self._kept.keep(image.content)
        except (BadInput, TooLarge) as refusal:
            return Problem(image.line, "", refusal.case, {**refusal.facts, "file": image.name})
        media.append(bulk_rows.NewMedia(self._kept.project_id, *stored))
        return stored.sha256
