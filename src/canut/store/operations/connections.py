"""Try what an instance depends on beyond its database: storage, mail server, folder of copies.

Each is tried as it is used: a small file is written, read and deleted again, the mail server is
spoken to without a message. A result is the problem in the words of the system, empty for none.
"""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend

from canut.core.errors import Refusal
from canut.core.operations.findings import GIB
from canut.store.media.blobs import storage
from canut.store.media.files import key_of
from canut.store.models import Media
from canut.store.operations.mail_settings import mail_server, mail_written_to
from canut.store.people.email_notices import MAIL_FAILED

LAST_FILE = "last-backup-file"
"""The fact of the last copy: its path, and how many bytes were written."""
MOST_SECONDS = 15.0
FILES_LOOKED_AT, OBJECTS_LOOKED_AT = 5_000, 500
MOST_LETTERS = 200


def storage_facts() -> dict[str, Any]:
    """Return where pictures and sounds are stored, and why nothing can be written there."""
    where = str(settings.MEDIA_STORAGE).partition("?")[0] or str(settings.MEDIA_ROOT)
    return {"storage": where, "storage_problem": _within_time(_try_storage)}


def media_facts() -> dict[str, Any]:
    """Look at the newest pictures and sounds: whether each is stored, and as long as it was.

    What cannot be looked at in time counts as there: a bucket that does not answer is a finding of
    its own.
    """
    there = Media.objects.filter(size_bytes__gt=0)  # 0: withdrawn, the file is deleted
    most = OBJECTS_LOOKED_AT if settings.MEDIA_STORAGE else FILES_LOOKED_AT
    newest = there.order_by("-id").values_list("project_id", "sha256", "size_bytes")[:most]
    sizes = {key_of(project_id, sha256): size for project_id, sha256, size in newest}
    lost: list[str] = []

    def look() -> None:
        found = storage().sizes([*sizes])
        lost.extend(key for key, size in zip(sizes, found, strict=True) if size != sizes[key])

    _within_time(look)
    return {"media_lost": len(lost), "media_first": lost[0] if lost else ""}


def mail_facts(facts: dict[str, str]) -> dict[str, Any]:
    """Return the mail server, why it does not answer, and when the last message failed.

    Args:
        facts: of the instance, by name.
    """
    failed = json.loads(facts.get(MAIL_FAILED, "{}"))
    return {
        "mail_server": mail_server(),
        "mail_written_to": mail_written_to(),
        "mail_problem": _within_time(_try_mail) if settings.SENDS_MAIL else "",
        "mail_failed_at": _moment(failed["at_ms"]) if failed else "",
        "mail_failure": str(failed.get("problem", "")),
    }


def copy_facts(facts: dict[str, str]) -> dict[str, Any]:
    """Return what can be seen of the folder of copies, and of the last copy.

    Args:
        facts: of the instance, by name.
    """
    folder, last = str(settings.BACKUP_FOLDER), json.loads(facts.get(LAST_FILE, "{}"))
    path = Path(last.get("path", ""))
    is_there = bool(last) and path.is_file()
    return {
        "backup_folder": folder,
        "backup_folder_problem": _try_folder(Path(folder)) if folder else "",
        "copy_gone": str(path) if last and not is_there else "",
        "copy_damaged": str(path) if is_there and path.stat().st_size != last["bytes"] else "",
    }


def _within_time(attempt: Callable[[], None]) -> str:
    """Return the problem of an attempt; that it takes too long is one."""
    pool = ThreadPoolExecutor(1, "doctor")
    try:
        pool.submit(attempt).result(timeout=MOST_SECONDS)
    except TooLong:
        return f"no answer within {MOST_SECONDS:.0f} s"
    except Exception as failure:  # noqa: BLE001 - botocore and smtplib share no class of their own
        return _described(failure)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return ""


def _described(failure: Exception) -> str:
    text = failure.strerror if isinstance(failure, OSError) and failure.strerror else str(failure)
    words = " ".join((text or type(failure).__name__).split())
    return words[:MOST_LETTERS] if not isinstance(failure, Refusal) else str(failure)


def _try_storage() -> None:
    """Write, read and delete a small file where pictures and sounds are stored."""
    if not settings.MEDIA_STORAGE and not Path(settings.MEDIA_ROOT).exists():
        _raise_unwritable(nearest_folder(Path(settings.MEDIA_ROOT)))
        return
    content, key = secrets.token_bytes(16), f"doctor/{secrets.token_hex(8)}"
    there = storage()
    there.write(key, content, "application/octet-stream")
    there.settle()
    try:
        if there.read(key) != content:
            raise OSError("what was read is not what was written")
    finally:
        there.remove(key)
        if not settings.MEDIA_STORAGE:
            (Path(settings.MEDIA_ROOT) / "doctor").rmdir()


def _try_mail() -> None:
    """Speak to the mail server, and sign in where a name is set; nothing is sent."""
    backend = mailers.default
    if isinstance(backend, EmailBackend):
        backend.open()
        backend.close()


def _try_folder(folder: Path) -> str:
    """Return why copies cannot be written into a folder; empty if they can."""
    there = nearest_folder(folder)
    try:
        if any(path.is_file() for path in (folder, *folder.parents)):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        _raise_unwritable(there)
    except OSError as failure:
        return _described(failure)
    free = shutil.disk_usage(there).free
    return f"{free // 2**20} MiB are free" if free < GIB // 16 else ""


def _raise_unwritable(folder: Path) -> None:
    probe = folder / f".canut-{secrets.token_hex(8)}"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    probe.unlink()


def nearest_folder(folder: Path) -> Path:
    """Return the folder, or its nearest existing parent."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
