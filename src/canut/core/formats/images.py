"""List the pictures of a folder, of a zip or of one file, without believing any name.

What a picture holds is checked by whoever keeps it; here are the limits of what may be opened at
all. Nothing is ever written under a name found in a zip. Files that systems leave behind
(``__MACOSX``, ``.DS_Store``, hidden ones) are passed over in silence.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from canut.core.errors import BadFile, Fact, TooLarge
from canut.core.formats.rows import Problem

ENTRY_LIMIT = 1_000_000
ZIP_RATIO_LIMIT = 100
PICTURE_LIMIT_BYTES = 64 * 2**20
LEFT_BEHIND = {"__macosx", "thumbs.db", "desktop.ini"}
SMALL_BYTES = 4096
SYMBOLIC_LINK = 0o12


@dataclass(frozen=True, slots=True)
class Picture:
    """One file that says it is a picture: its place in the list, from 1, its name, its bytes."""

    line: int
    name: str
    content: bytes

    @property
    def folder(self) -> str:
        """The folder it lies in, empty at the top."""
        parent = str(PurePosixPath(self.name).parent)
        return "" if parent == "." else parent


def names_of(path: Path) -> list[str]:
    """List the files, in the order people count (2 before 10).

    Raises:
        BadFile: a zip that cannot be read, or nothing to read.
        TooLarge: more than a million files.
    """
    if path.is_dir():
        names = [
            str(PurePosixPath(file.relative_to(path))) for file in path.rglob("*") if _is_file(file)
        ]
    elif zipfile.is_zipfile(path):
        with _opened(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    else:
        names = [path.name]
    if len(names) > ENTRY_LIMIT:
        raise TooLarge(
            f"{len(names)} files, at most {ENTRY_LIMIT} can be imported at once; split them",
            code="files-too-many",
            seen=len(names),
            limit=ENTRY_LIMIT,
        )
    wanted = [name for name in names if not _is_left_behind(name)]
    if not wanted:
        raise BadFile("there is no file here; choose a folder with pictures", code="folder-empty")
    return sorted(wanted, key=_counted)


def pictures(path: Path, names: list[str]) -> Iterator[Picture | Problem]:
    """Yield the bytes of each file, or why they cannot be had."""
    if path.is_dir():
        root = path.resolve()
        for line, name in enumerate(names, 1):
            yield _from_folder(root, line, name)
    elif zipfile.is_zipfile(path):
        with _opened(path) as archive:
            for line, name in enumerate(names, 1):
                yield _from_zip(archive, line, name)
    else:
        yield _from_folder(path.parent.resolve(), 1, path.name)


def _from_folder(root: Path, line: int, name: str) -> Picture | Problem:
    try:
        file = (root / name).resolve()
        if not file.is_relative_to(root):
            return Problem(line, "file", "unsafe-name", {"file": name})
        size = file.stat().st_size
        if size > PICTURE_LIMIT_BYTES:
            return _too_large(line, name, size)
        return Picture(line, name, file.read_bytes())
    except OSError as error:
        return Problem(line, "file", "unreadable", {"file": name, "reason": str(error.strerror)})


def _from_zip(archive: zipfile.ZipFile, line: int, name: str) -> Picture | Problem:
    entry = archive.getinfo(name)
    if _is_unsafe(name) or (entry.external_attr >> 28) == SYMBOLIC_LINK:
        return Problem(line, "file", "unsafe-name", {"file": name})
    if entry.flag_bits & 1:
        return Problem(line, "file", "zip-locked", {"file": name})
    if entry.file_size > PICTURE_LIMIT_BYTES:
        return _too_large(line, name, entry.file_size)
    if entry.file_size > max(SMALL_BYTES, ZIP_RATIO_LIMIT * entry.compress_size):
        return Problem(line, "file", "zip-ratio", {"file": name, "limit": ZIP_RATIO_LIMIT})
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        return Problem(line, "file", "unreadable", {"file": name, "reason": str(error)[:200]})
    return Picture(line, name, content)


def _too_large(line: int, name: str, size: int) -> Problem:
    facts: dict[str, Fact] = {"file": name, "bytes": size, "limit": PICTURE_LIMIT_BYTES}
    return Problem(line, "file", "picture-too-large", facts)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise BadFile(
            f"the zip cannot be opened ({error}); make it again", code="zip-damaged"
        ) from error


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:
        return False


def _is_left_behind(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return any(part.startswith(".") or part.lower() in LEFT_BEHIND for part in parts)


def _is_unsafe(name: str) -> bool:
    r"""Whether a name leads out of its folder on any system.

    >>> [_is_unsafe(n) for n in ("a/b.png", "../b.png", "/b.png", "c:b.png", "a\\..\\b.png")]
    [False, True, True, True, True]
    """
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ":" in plain[:2] or ".." in plain.split("/") or "\0" in plain


def _counted(name: str) -> tuple[tuple[str, int], ...]:
    """Sort names as people count: ``img2`` before ``img10``."""
    parts = re.findall(r"(\D*)(\d{0,18})", name)
    return tuple((text.casefold(), int(number or -1)) for text, number in parts)
