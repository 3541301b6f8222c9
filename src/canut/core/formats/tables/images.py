"""List the media files of a folder, a zip or a single file, without trusting their names.

Other modules check the content of pictures; here are the limits for opening files. Nothing is ever
written under a name from a zip. Files that operating systems create (``__MACOSX``, ``.DS_Store``,
hidden files) are ignored silently.
"""

import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from canut.core.errors import BadFile, Fact, TooLarge
from canut.core.formats.tables.rows import Problem

ENTRY_LIMIT = 1_000_000
ZIP_RATIO_LIMIT = 100
PICTURE_LIMIT_BYTES = 64 * 2**20
LEFT_BEHIND = {"__macosx", "thumbs.db", "desktop.ini"}
SMALL_BYTES = 4096
BLOCK = 2**20
SYMBOLIC_LINK = 0o12
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others are opened without a limit
DIRECTORY_ENTRY, DIRECTORY_ENTRY_BYTES = b"PK\x01\x02", 46
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    ValueError,
    EOFError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One file with a picture's name: its number from 1, its name, its bytes."""

    line: int
    name: str
    content: bytes

    @property
    def folder(self) -> str:
        """The folder of the file; empty at the top level."""
        parent = str(PurePosixPath(self.name).parent)
        return "" if parent == "." else parent


def names_of(path: Path) -> list[str]:
    """List the file names in natural order (2 before 10).

    Raises:
        BadFile: a zip that cannot be read, or nothing to read.
        TooLarge: more than a million files, or a zip that would grow more than a hundred times.
    """
    if path.is_dir():
        names = [
            str(PurePosixPath(file.relative_to(path))) for file in path.rglob("*") if _is_file(file)
        ]
    elif zipfile.is_zipfile(path):
        with open_zip(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        names = [entry.filename for entry in entries]
        _refuse_bomb(path, entries)
    else:
        names = [path.name]
    _refuse_many(len(names))
    listed = [name for name in names if not _is_left_behind(name)]
    if not listed:
        raise BadFile("there is no file here; choose a folder with pictures", code="folder-empty")
    return sorted(listed, key=_counted)


def pictures(path: Path, names: list[str]) -> Iterator[ImageFile | Problem]:
    """Yield the bytes of each file, or the problem with it."""
    with ImageFiles(path) as files:
        for line, name in enumerate(names, 1):
            yield files.read(line, name)


class ImageFiles:
    """The files of a folder, of a zip, or one file; a context manager.

    Args:
        path: the folder, the zip or the file.

    Raises:
        BadFile: a zip that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._root = (path if path.is_dir() else path.parent).resolve()
        is_zip = not path.is_dir() and zipfile.is_zipfile(path)
        self._archive = open_zip(path) if is_zip else None

    def __enter__(self) -> Self:
        """Return the files."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the zip."""
        if self._archive is not None:
            self._archive.close()

    def read(self, line: int, name: str) -> ImageFile | Problem:
        """Return the bytes of a file, or the problem with it."""
        if self._archive is None:
            return _from_folder(self._root, line, name)
        return _from_zip(self._archive, line, name)

    def copy(self, name: str, out: BinaryIO) -> None:
        """Copy a file of any size, block by block.

        Raises:
            BadFile: its path leaves the folder, it is encrypted, expands too much, or is damaged.
        """
        if self._archive is None:
            target = (self._root / name).resolve()
            problem = None if target.is_relative_to(self._root) else _unsafe(0, name)
            entry = None
        else:
            target, entry = self._root, self._archive.getinfo(name)
            problem = _fault_of(entry, 0, name)
        if problem is not None:
            raise BadFile(
                f"{name} in the zip cannot be opened ({problem.code}); make the zip again",
                code=f"table-{problem.code}",
                **problem.facts,
            )
        try:
            with (
                self._archive.open(entry)
                if self._archive is not None and entry is not None
                else target.open("rb") as file
            ):
                shutil.copyfileobj(file, out, BLOCK)
        except ZIP_ERRORS as error:
            raise BadFile(
                f"{name} in the zip cannot be read ({error}); make the zip again",
                code="zip-damaged",
            ) from error


def _from_folder(root: Path, line: int, name: str) -> ImageFile | Problem:
    try:
        file = (root / name).resolve()
        if not file.is_relative_to(root):
            return _unsafe(line, name)
        size = file.stat().st_size
        if size > PICTURE_LIMIT_BYTES:
            return _too_large(line, name, size)
        return ImageFile(line, name, file.read_bytes())
    except OSError as error:
        return Problem(line, "file", "unreadable", {"file": name, "reason": str(error.strerror)})


def _from_zip(archive: zipfile.ZipFile, line: int, name: str) -> ImageFile | Problem:
    entry = archive.getinfo(name)
    if problem := _fault_of(entry, line, name):
        return problem
    if entry.file_size > PICTURE_LIMIT_BYTES:
        return _too_large(line, name, entry.file_size)
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except ZIP_ERRORS as error:
        return Problem(line, "file", "unreadable", {"file": name, "reason": str(error)[:200]})
    return ImageFile(line, name, content)


def _fault_of(entry: zipfile.ZipInfo, line: int, name: str) -> Problem | None:
    """Return the problem of a zip entry that must not be opened, or None."""
    if _is_unsafe(name) or (entry.external_attr >> 28) == SYMBOLIC_LINK:
        return _unsafe(line, name)
    if entry.flag_bits & 1:
        return Problem(line, "file", "zip-locked", {"file": name})
    if entry.compress_type not in METHODS:
        return Problem(line, "file", "zip-method", {"file": name})
    if entry.file_size > max(SMALL_BYTES, ZIP_RATIO_LIMIT * entry.compress_size):
        return Problem(line, "file", "zip-ratio", {"file": name, "limit": ZIP_RATIO_LIMIT})
    return None


def _unsafe(line: int, name: str) -> Problem:
    return Problem(line, "file", "unsafe-name", {"file": name})


def _too_large(line: int, name: str, size: int) -> Problem:
    facts: dict[str, Fact] = {"file": name, "bytes": size, "limit": PICTURE_LIMIT_BYTES}
    return Problem(line, "file", "picture-too-large", facts)


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raise if the entries of a zip share bytes and expand too much in total."""
    size = path.stat().st_size
    opened = sum(entry.file_size for entry in entries if _fault_of(entry, 0, "") is None)
    if opened > max(2**20, ZIP_RATIO_LIMIT * size):
        raise TooLarge(
            f"the zip has {size} bytes and would grow to {opened}, more than "
            f"{ZIP_RATIO_LIMIT} times; it was not opened",
            code="zip-grows",
            bytes=opened,
            limit=ZIP_RATIO_LIMIT,
        )


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip and list its entries.

    Raises:
        BadFile: ``zip-damaged``: its directory cannot be read.
        TooLarge: ``files-too-many``: its directory has more than a million entries.
    """
    try:
        _refuse_long_directory(path)
        return zipfile.ZipFile(path)
    except ZIP_ERRORS as error:
        raise BadFile(
            f"the zip cannot be opened ({error}); make it again", code="zip-damaged"
        ) from error


def _refuse_long_directory(path: Path) -> None:
    """Raise if the directory of a zip is too long to be loaded, whatever count the zip states."""
    if path.stat().st_size < DIRECTORY_ENTRY_BYTES * ENTRY_LIMIT:
        return
    entries, end = 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            entries += (end + block).count(DIRECTORY_ENTRY)
            end = block[1 - len(DIRECTORY_ENTRY) :]
    _refuse_many(entries)


def _refuse_many(files: int) -> None:
    if files > ENTRY_LIMIT:
        raise TooLarge(
            f"{files} files, at most {ENTRY_LIMIT} can be imported at once; split them",
            code="files-too-many",
            seen=files,
            limit=ENTRY_LIMIT,
        )


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:
        return False


def _is_left_behind(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return any(part.startswith(".") or part.lower() in LEFT_BEHIND for part in parts)


def _is_unsafe(name: str) -> bool:
    r"""Return whether a name leads out of its folder on any system.

    >>> [_is_unsafe(n) for n in ("a/b.png", "../b.png", "/b.png", "c:b.png", "a\\..\\b.png")]
    [False, True, True, True, True]
    """
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ":" in plain[:2] or ".." in plain.split("/") or "\0" in plain


def _counted(name: str) -> tuple[tuple[str, int], ...]:
    """Return the key of the natural order: ``img2`` before ``img10``."""
    parts = re.findall(r"(\D*)(\d{0,18})", name)
    return tuple((text.casefold(), int(number or -1)) for text, number in parts)
