"""Store uploaded files in the data folder until their import is published or discarded.

A file named by a command is read where it is and never deleted; only files in this folder belong to
the instance.

A large file can arrive in parts, so that a broken connection costs one part and not the whole. The
sender first states name and size and gets a token; each part states its offset. Received bytes stay
for a week, and the sender can ask for the progress and continue, also from another page. Parts are
appended one at a time under a lock of the file: a repeated part is refused with the current offset,
never written twice. A complete file moves to the uploads under the same token.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from django.conf import settings

from canut.core.errors import BadInput, Conflict, Missing, TooLarge
from canut.store.models import Person
from canut.store.platform.synced_file import SyncedWriter

LONGEST_NAME = 100


def keep_upload(name: str, chunks: Iterable[bytes]) -> str:
    """Store one uploaded file and return its token; see ``upload_at``.

    Raises:
        TooLarge: it is over the upload limit; nothing is kept.
    """
    return keep_uploads([(name, chunks)])


def keep_uploads(files: Iterable[tuple[str, Iterable[bytes]]]) -> str:
    """Store one or several uploaded files, and return their token.

    Raises:
        BadInput: there is none.
        TooLarge: together they are over the upload limit; nothing is kept.
    """
    token = secrets.token_hex(16)
    folder = uploads_folder() / token
    folder.mkdir(parents=True, mode=0o700)
    try:
        _write(files, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return token


def _write(files: Iterable[tuple[str, Iterable[bytes]]], folder: Path) -> None:
    remaining, number = settings.UPLOAD_LIMIT_BYTES, 0
    for number, (name, chunks) in enumerate(files, 1):
        with SyncedWriter(folder / _plain(name, number, folder), "xb") as out:
            for chunk in chunks:
                remaining -= len(chunk)
                if remaining < 0:
                    raise TooLarge(
                        f"the file is over {settings.UPLOAD_LIMIT_BYTES} bytes; split it, or "
                        "import it by command",
                        code="upload-too-large",
                        limit=settings.UPLOAD_LIMIT_BYTES,
                    )
                out.write(chunk)
    if not number:
        raise BadInput("no file was sent; choose one", code="upload-empty")


def upload_at(token: str) -> Path:
    """Return the path of an upload: the file, or the folder of several.

    Raises:
        Missing: it is no longer kept.
    """
    if re.fullmatch(r"[0-9a-f]{32}", token) and (folder := uploads_folder() / token).is_dir():
        files = list(folder.iterdir())
        return files[0] if len(files) == 1 else folder
    raise Missing("this file is no longer kept; send it again", code="file-lost")


def forget_upload(path: Path) -> None:
    """Delete an upload; a path outside the uploads folder is left alone."""
    root, inside = uploads_folder().resolve(), path.resolve()
    if inside != root and inside.is_relative_to(root):
        shutil.rmtree(root / inside.relative_to(root).parts[0], ignore_errors=True)


def forget_old_uploads(in_use: Iterable[str], now_seconds: float | None = None) -> int:
    """Delete uploads older than a week, except the paths ``in_use``; return how many."""
    now = time.time() if now_seconds is None else now_seconds
    needed = {Path(path).parts[-2] for path in in_use if len(Path(path).parts) > 1}
    needed |= {Path(path).name for path in in_use}
    root, removed = uploads_folder(), 0
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name not in needed and now - folder.stat().st_mtime > 7 * 86_400:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def uploads_folder() -> Path:
    """Return the folder of uploads; each lies in a folder named by its token."""
    return Path(settings.DATA) / "imports"


def name_on_disk(name: str) -> str:
    """Return a safe file name, without any path."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w.\- ()]", "_", last)[-LONGEST_NAME:].lstrip(".") or "file"


def _plain(name: str, number: int, folder: Path) -> str:
    """Return a safe name that no other file here has."""
    plain = name_on_disk(name)
    return plain if not (folder / plain).exists() else f"{number}-{plain}"


BLOCK = 2**20


MOST_UNFINISHED = 8  # of one person; the oldest gives way


KEPT_SECONDS = 7 * 86_400


ABOUT, BYTES = "about.json", "bytes"


class Stream(Protocol):
    """A source of the bytes of a part."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, empty at the end."""
        ...


class Arrived(NamedTuple):
    """The progress of a file: its size, and how many bytes have arrived."""

    token: str
    offset: int
    size: int


def begin_parts(person: Person, name: str, size: int) -> Arrived:
    """Create a file that will arrive in parts.

    Raises:
        BadInput: ``upload-empty``: the size is not one.
        TooLarge: ``upload-too-large``.
    """
    if size <= 0:
        raise BadInput(f"the size is {size}; a file has at least one byte", code="upload-empty")
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise TooLarge(
            f"the file has {size} bytes, at most {settings.UPLOAD_LIMIT_BYTES} are taken; split it",
            code="upload-too-large",
            limit=settings.UPLOAD_LIMIT_BYTES,
        )
    _make_room(person)
    token = secrets.token_hex(16)
    folder = _folder() / token
    folder.mkdir(parents=True, mode=0o700)
    (folder / BYTES).touch(0o600)
    about = {"name": name_on_disk(name), "size": size, "person": person.pk}
    (folder / ABOUT).write_text(json.dumps(about))
    return Arrived(token, 0, size)


def parts_so_far(person: Person, token: str) -> Arrived:
    """Return the progress of a file; a complete one has all its bytes.

    Raises:
        Missing: ``file-lost``: this person sends no such file.
    """
    folder = _of(person, token)
    size = int(_about(folder)["size"])
    bytes_there = folder / BYTES
    return Arrived(token, bytes_there.stat().st_size if bytes_there.exists() else size, size)


def take_part(person: Person, token: str, offset: int, stream: Stream) -> Arrived:
    """Append a part. Bytes received before a broken connection stay.

    Args:
        person: who sends it.
        token: which file.
        offset: where the part begins; it must be where the file stands.
        stream: its bytes.

    Raises:
        Missing: ``file-lost``.
        Conflict: ``upload-offset``, with where the file stands: go on from there.
        TooLarge: ``upload-longer``: more came than was said; what is over is not kept.
    """
    folder = _of(person, token)
    about = _about(folder)
    size = int(about["size"])
    with _locked(folder) as file:
        there = size if file is None else os.fstat(file).st_size
        if file is None or offset != there:
            raise Conflict(
                f"the part begins at {offset} but the file stands at {there}; go on from there",
                code="upload-offset",
                offset=there,
            )
        os.lseek(file, there, os.SEEK_SET)
        while block := stream.read(BLOCK):
            space = size - there
            there += _write_parts(file, block[:space])
            if len(block) > space:
                raise TooLarge(
                    f"more than the {size} bytes that were announced; begin again",
                    code="upload-longer",
                    size=size,
                )
        if there == size:
            os.fsync(file)
            _finish(folder, token, str(about["name"]))
    return Arrived(token, there, size)


def forget_old_parts(now_seconds: float) -> int:
    """Delete files without a new part for a week; return how many."""
    old = [f for f in _all() if now_seconds - _changed(f) > KEPT_SECONDS]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


@contextmanager
def _locked(folder: Path) -> Iterator[int | None]:
    """Lock the file for one sender at a time; None when it is complete."""
    try:
        file = os.open(folder / BYTES, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file if (folder / BYTES).exists() else None
    finally:
        os.close(file)


def _write_parts(file: int, block: bytes) -> int:
    count = 0
    while count < len(block):
        count += os.write(file, block[count:])
    return count


def _finish(folder: Path, token: str, name: str) -> None:
    there = uploads_folder() / token
    there.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / BYTES).replace(there / name)


def _of(person: Person, token: str) -> Path:
    folder = _folder() / token
    is_there = re.fullmatch(r"[0-9a-f]{32}", token) and (folder / ABOUT).is_file()
    if not is_there or _about(folder)["person"] != person.pk:
        raise Missing("no such file is being sent; begin again", code="file-lost")
    return folder


def _make_room(person: Person) -> None:
    own = [f for f in _all() if (f / BYTES).exists() and _about(f)["person"] == person.pk]
    for folder in sorted(own, key=_changed)[: max(0, len(own) - MOST_UNFINISHED + 1)]:
        shutil.rmtree(folder, ignore_errors=True)


def _changed(folder: Path) -> float:
    there = folder / BYTES
    return (there if there.exists() else folder).stat().st_mtime


def _all() -> list[Path]:
    root = _folder()
    return [f for f in root.iterdir() if (f / ABOUT).is_file()] if root.is_dir() else []


def _about(folder: Path) -> dict[str, int | str]:
    facts: dict[str, int | str] = json.loads((folder / ABOUT).read_text("utf-8"))
    return facts


def _folder() -> Path:
    return Path(settings.DATA) / "arriving"
