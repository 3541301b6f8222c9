"""A large file that arrives in parts, so that a broken connection costs one part and not the whole.

Whoever sends first says name and size and gets a token; each part says where it begins. What has
arrived stays for a week, and the sender asks how far it is and goes on from there, also from
another page. Parts are appended one at a time under a lock of the file: a part that was sent twice
is refused with where the file stands, never written twice. A file that is whole moves to the
uploads, where an import finds it by the same token.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from django.conf import settings

from canut.actions.platform.uploads import name_on_disk, uploads_folder
from canut.core.errors import BadInput, Conflict, Missing, TooLarge
from canut.store.models import Person

BLOCK = 2**20
MOST_UNFINISHED = 8  # of one person; the oldest gives way
KEPT_SECONDS = 7 * 86_400
ABOUT, BYTES = "about.json", "bytes"


class Stream(Protocol):
    """Where the bytes of a part come from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...


class Arrived(NamedTuple):
    """How far a file is: of so many bytes, so many are here."""

    token: str
    offset: int
    size: int


def begin_parts(person: Person, name: str, size: int) -> Arrived:
    """Make room for a file that will arrive in parts.

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
    """Return how far a file is; one that is whole has all its bytes.

    Raises:
        Missing: ``file-lost``: this person sends no such file.
    """
    folder = _of(person, token)
    size = int(_about(folder)["size"])
    bytes_there = folder / BYTES
    return Arrived(token, bytes_there.stat().st_size if bytes_there.exists() else size, size)


def take_part(person: Person, token: str, offset: int, stream: Stream) -> Arrived:
    """Append a part. What arrives before the connection breaks stays.

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
            room = size - there
            there += _write(file, block[:room])
            if len(block) > room:
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
    """Remove files that nobody went on sending for a week; returns how many."""
    old = [f for f in _all() if now_seconds - _changed(f) > KEPT_SECONDS]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


@contextmanager
def _locked(folder: Path) -> Iterator[int | None]:
    """Lend the file to one sender at a time; nothing when it is whole and gone."""
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


def _write(file: int, block: bytes) -> int:
    written = 0
    while written < len(block):
        written += os.write(file, block[written:])
    return written


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
    found: dict[str, int | str] = json.loads((folder / ABOUT).read_text())
    return found


def _folder() -> Path:
    return Path(settings.DATA) / "arriving"
