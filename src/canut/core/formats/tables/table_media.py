"""A table with its pictures, in one zip or folder: which file is the table, which cells name files.

A cell names a file by its path from the table's folder, from the top, or by its last part where
only one file ends so. The names people write are looked up among the names there are: none is ever
opened as it is written.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from canut.core.errors import BadFile
from canut.core.formats.tables.images import Files
from canut.core.formats.tables.rows import Row

TABLES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})


def table_among(names: Sequence[str]) -> str:
    """Return which of these files is the table; empty where none is.

    Raises:
        BadFile: there are several, and nobody can say which one is meant.

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
    """Lend the table as a file of its own, as long as the block runs.

    Raises:
        BadFile: it cannot be read, is locked or grows too much.
    """
    if path.is_dir():
        yield path / table
        return
    with TemporaryDirectory(prefix="canut-table-") as folder:
        out = Path(folder) / "table"
        with Files(path) as files, out.open("wb") as file:
            files.copy(table, file)
        yield out


class Names:
    """The files beside a table, found by what cells call them.

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
        """Return the file a cell means, empty where there is none.

        >>> Names(["t/a.csv", "t/img/1.png", "2.png"], "t/a.csv").find("img/1.png")
        't/img/1.png'
        """
        plain = cell.strip().replace("\\", "/").removeprefix("./")
        beside = plain if self._folder == "." else f"{self._folder}/{plain}"
        for name in (beside, plain):
            if name in self._names:
                return name
        return self._last.get(PurePosixPath(plain).name, "") if plain else ""

    def columns(self, columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
        """Return the columns whose cells name files, as far as these rows show.

        Half of them must: those that name none are told row by row when the table is read.
        """
        found: list[str] = []
        for column in columns:
            cells = [cell for row in rows if (cell := row.get(column, "").strip())]
            named = sum(bool(self.find(cell)) for cell in cells)
            if named and 2 * named >= len(cells):
                found.append(column)
        return tuple(found)
