"""Open the files of a deposit: a folder, a zip, or several files, each checked against its hash.

Nothing is opened under a name that leads elsewhere, and no zip unpacks to more than is read.
"""

import hashlib
import zipfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from canut.core.errors import BadFile, TooLarge
from canut.core.formats import read, sniff
from canut.core.formats.tables.images import ImageFiles, names_of, open_zip
from canut.core.formats.tables.rows import Row
from canut.core.portrait.deposits.descriptor import DESCRIPTOR, LARGEST, MOST_RESOURCES

LARGEST_FILE = 256 * 2**20
MOST_ROWS = 500_000
BLOCK = 2**20
ZIP = ".zip"


@contextmanager
def package_files(paths: Sequence[Path]) -> Generator[dict[str, Path]]:
    """Yield the files of a package by name, for as long as they are needed.

    Args:
        paths: a folder, a zip with a description in it, or the files themselves.

    Raises:
        BadFile: there is no description, a name comes twice, or a zip cannot be read.
        TooLarge: there are too many files, or one is too long.
    """
    with TemporaryDirectory(prefix="canut-deposit-") as folder:
        files = _listed(paths, Path(folder))
        if DESCRIPTOR not in files:
            raise BadFile(
                f"there is no {DESCRIPTOR}; a deposit is described by it", code="deposit-files"
            )
        if len(files) > MOST_RESOURCES + 1:
            raise TooLarge(
                f"{len(files)} files; at most {MOST_RESOURCES} beside {DESCRIPTOR}",
                code="deposit-files-many",
                limit=MOST_RESOURCES,
            )
        for name, path in files.items():
            check_size(name, path.stat().st_size)
        yield files


def read_descriptor_bytes(path: Path) -> bytes:
    """Return the content of a description, and no more than one byte beyond what is read of it."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def check_hashes(files: Mapping[str, Path], hashes: Mapping[str, str]) -> None:
    """Check that every described file is there and is the one that was described.

    Raises:
        BadFile: a file is missing, is not described, or was changed.
    """
    for name in sorted({*files} - {*hashes, DESCRIPTOR}):
        raise BadFile(f"{name} is not described", code="deposit-file-extra", file=name)
    for name, expected in hashes.items():
        if name not in files:
            raise BadFile(f"{name} is described and not there", code="deposit-file-gone", file=name)
        if hash_of(files[name]) != expected:
            raise BadFile(
                f"{name} was changed since it was described; write its hash again",
                code="deposit-hash",
                file=name,
            )


def hash_of(path: Path) -> str:
    """Return the sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def check_size(name: str, size: int) -> None:
    """Raise if a file is longer than is read.

    Raises:
        TooLarge: it is.
    """
    if size > LARGEST_FILE:
        raise TooLarge(
            f"{name} has {size} bytes; at most {LARGEST_FILE}",
            code="deposit-large",
            file=name,
            limit=LARGEST_FILE // 1024,
        )


def table_rows(path: Path, name: str) -> tuple[tuple[str, ...], Iterable[tuple[int, Row]]]:
    """Return the columns of a table of text, and its rows with their lines.

    Separator and encoding are detected; a row that cannot be read is refused with its line.

    Raises:
        BadFile: it is no table of text, or a row of it cannot be read.
        TooLarge: it has too many rows.
    """
    reading = sniff(path)
    if reading.format != "csv":
        raise BadFile(f"{name} is no CSV file", code="deposit-no-table", file=name)
    return reading.columns, _rows(path, name)


def _rows(path: Path, name: str) -> Generator[tuple[int, Row]]:
    count = 0
    for batch in read(path, sniff(path)):
        problems = [problem for problem in batch.problems if problem.code != "row-empty"]
        if problems:
            raise BadFile(
                f"line {problems[0].line} of {name} cannot be read ({problems[0].code})",
                code="deposit-line",
                file=name,
                line=problems[0].line,
            )
        count += len(batch.rows)
        if count > MOST_ROWS:
            raise TooLarge(
                f"{name} has over {MOST_ROWS} rows", code="deposit-rows", file=name, limit=MOST_ROWS
            )
        yield from zip(batch.lines, batch.rows, strict=True)


@contextmanager
def members(path: Path, name: str) -> Generator[dict[str, Path]]:
    """Yield the files of a zip that is one file of a package, by the end of their names.

    Raises:
        BadFile: it is no zip, or cannot be read.
        TooLarge: it would unpack to too much.
    """
    if path.suffix.lower() != ZIP:
        raise BadFile(f"{name} is no zip", code="deposit-no-zip", file=name)
    with TemporaryDirectory(prefix="canut-deposit-") as folder:
        yield _unpacked(path, Path(folder))


def _listed(paths: Sequence[Path], folder: Path) -> dict[str, Path]:
    if len(paths) == 1 and paths[0].is_dir():
        return _once(
            path for path in sorted(paths[0].iterdir()) if path.is_file() and path.name[0] != "."
        )
    if len(paths) == 1 and paths[0].suffix.lower() == ZIP:
        return _unpacked(paths[0], folder)
    return _once(paths)


def _once(paths: Iterable[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            raise BadFile(f"there is no file {path.name}", code="deposit-file-gone", file=path.name)
        if path.name in files:
            raise BadFile(f"{path.name} comes twice", code="deposit-file-twice", file=path.name)
        files[path.name] = path
    return files


def _unpacked(path: Path, folder: Path) -> dict[str, Path]:
    check_size(path.name, path.stat().st_size)
    if not zipfile.is_zipfile(path):
        raise BadFile(f"{path.name} is no zip", code="deposit-no-zip", file=path.name)
    with open_zip(path) as archive:
        check_size(path.name, sum(entry.file_size for entry in archive.infolist()))
    names = names_of(path)
    if len(names) > MOST_RESOURCES + 1:
        raise TooLarge(
            f"{path.name} holds {len(names)} files; at most {MOST_RESOURCES}",
            code="deposit-files-many",
            limit=MOST_RESOURCES,
        )
    files: dict[str, Path] = {}
    with ImageFiles(path) as archive:
        for number, name in enumerate(names):
            short = PurePosixPath(name.replace("\\", "/")).name
            if short in files:
                raise BadFile(f"{short} comes twice", code="deposit-file-twice", file=short)
            files[short] = folder / str(number)
            with files[short].open("wb") as out:
                archive.copy(name, out)
            check_size(short, files[short].stat().st_size)
    return files
