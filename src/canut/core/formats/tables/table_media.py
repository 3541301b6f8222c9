"""A table with media files in one zip or folder: find the table, and the cells that name files.

A cell names a file by its path from the table's folder, by its path from the root, or by its last
component if that is unique. Names in cells are only looked up among existing names; they are never
opened as paths.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from canut.core.errors import BadFile
from canut.core.formats.tables.images import ImageFiles
from canut.core.formats.tables.rows import Row

TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})


def table_among(names: Sequence[str]) -> str:
    """Return which of these files is the table; empty if none is.

    Raises:
        BadFile: there are several candidates.

    Example:
        >>> table_among(["a/tasks.csv", "a/1.png"]), table_among(["1.png"])
        ('a/tasks.csv', '')
    """
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in TABLES]
    if len(tables) > 1:
        raise BadFile(
            f"there are {len(tables)} tables ({', '.join(tables[:5])}); leave that of the tasks",
            code="tables-several",
            seen=len(tables),
            names=", ".join(tables[:5]),
        )
    return tables[0] if tables else ""


@contextmanager
def unpacked(path: Path, table: str) -> Generator[Path]:
    """Yield the table as a temporary file.

    Raises:
        BadFile: it cannot be read, is locked or grows too much.
    """
    if path.is_dir():
        yield path / table
        return
    with TemporaryDirectory(prefix="canut-table-") as folder:
        out = Path(folder) / "table"
        with ImageFiles(path) as files, out.open("wb") as file:
            files.copy(table, file)
        yield out


class MediaNames:
    """The files next to a table, looked up by the text of cells.

    Args:
        names: every file of the zip or folder.
        table: which of them is the table.
    """

    def __init__(self, names: Iterable[str], table: str) -> None:
        self._names = {name for name in names if name != table}
        self._folder = str(PurePosixPath(table).parent)
        self._last: dict[str, str] = {}
        for name in self._names:
            last = PurePosixPath(name).name
            self._last[last] = "" if last in self._last else name

    def find(self, cell: str) -> str:
        """Return the file a cell names, empty if there is none.

        >>> MediaNames(["t/a.csv", "t/img/1.png", "2.png"], "t/a.csv").find("img/1.png")
        't/img/1.png'
        """
        plain = cell.strip().replace("\\", "/").removeprefix("./")
        beside = plain if self._folder == "." else f"{self._folder}/{plain}"
        for name in (beside, plain):
            if name in self._names:
                return name
        return self._last.get(PurePosixPath(plain).name, "") if plain else ""

    def columns(self, columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
        """Return the columns whose cells name files, judging from these rows.

        At least half of the cells must; the others become problems when the table is read.
        """
        media_columns: list[str] = []
        for column in columns:
            cells = [cell for row in rows if (cell := row.get(column, "").strip())]
            named = sum(bool(self.find(cell)) for cell in cells)
            if named and 2 * named >= len(cells):
                media_columns.append(column)
        return tuple(media_columns)
