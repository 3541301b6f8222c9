"""Files that people send, kept under the data folder until their import is published or discarded.

A file that a command names is read where it is and never removed; only what lies here is ours.
"""

import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from django.conf import settings

from canut.core.errors import BadInput, Missing, TooLarge
from canut.store.platform.synced_file import Steady

LONGEST_NAME = 100


def keep_upload(name: str, chunks: Iterable[bytes]) -> str:
    """Keep one sent file and return its token; see ``upload_at``.

    Raises:
        TooLarge: it is over the upload limit; nothing is kept.
    """
    return keep_uploads([(name, chunks)])


def keep_uploads(files: Iterable[tuple[str, Iterable[bytes]]]) -> str:
    """Keep several sent files, or one, and return their token.

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
    left, number = settings.UPLOAD_LIMIT_BYTES, 0
    for number, (name, chunks) in enumerate(files, 1):
        with Steady(folder / _plain(name, number, folder), "xb") as out:
            for chunk in chunks:
                left -= len(chunk)
                if left < 0:
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
    """Return where an upload is: the file, or the folder when several were sent.

    Raises:
        Missing: it is no longer kept.
    """
    if re.fullmatch(r"[0-9a-f]{32}", token) and (folder := uploads_folder() / token).is_dir():
        files = list(folder.iterdir())
        return files[0] if len(files) == 1 else folder
    raise Missing("this file is no longer kept; send it again", code="file-lost")


def forget_upload(path: Path) -> None:
    """Remove an upload; a path that is not ours is left alone."""
    root, inside = uploads_folder().resolve(), path.resolve()
    if inside != root and inside.is_relative_to(root):
        shutil.rmtree(root / inside.relative_to(root).parts[0], ignore_errors=True)


def forget_old_uploads(in_use: Iterable[str], now_seconds: float | None = None) -> int:
    """Remove uploads older than a week that no import in ``in_use`` (their paths) still needs."""
    now = time.time() if now_seconds is None else now_seconds
    kept = {Path(path).parts[-2] for path in in_use if len(Path(path).parts) > 1}
    kept |= {Path(path).name for path in in_use}
    root, removed = uploads_folder(), 0
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name not in kept and now - folder.stat().st_mtime > 7 * 86_400:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def uploads_folder() -> Path:
    """Return where uploads lie, each in a folder named by its token."""
    return Path(settings.DATA) / "imports"


def name_on_disk(name: str) -> str:
    """Return a name that cannot lead anywhere."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[^\w.\- ()]", "_", last)[-LONGEST_NAME:].lstrip(".") or "file"


def _plain(name: str, number: int, folder: Path) -> str:
    """Return such a name that no other file here has."""
    plain = name_on_disk(name)
    return plain if not (folder / plain).exists() else f"{number}-{plain}"
