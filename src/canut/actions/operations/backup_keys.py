"""Store people's keys separately from backups, with a retention of their own.

A backup contains no keys, wrapped or not: its encrypted fields cannot be opened. The keys go into a
second file, wrapped, with the list of erased people, for ``KEEP_KEYS_DAYS`` days; the next backup
deletes older files. A later keys file also opens an older backup, without the people erased since.
The last line is the SHA-256 of the lines before, so that a truncated file is refused.
"""

import contextlib
import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from canut.actions.people.erasure_register import FILE as LIST
from canut.actions.people.erasure_register import (
    ErasureRecord,
    lines_kept,
    marks,
    read_list,
    write_lists,
)
from canut.actions.platform.instance_facts import keep_fact
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadFile, NotReady
from canut.core.json_depth import load_json
from canut.core.outside_text import read_whole
from canut.store.models import PersonKey
from canut.store.operations.health import KEYS_FOLDERS
from canut.store.platform.person_keys import KEYS_TABLE, open_key
from canut.store.tables.platform import Fact, under

FORMAT = "canut-keys/1"
FOLDER, SUFFIX = "keys", ".keys"
PRIVATE = 0o600
AT_ONCE = 500


class WrappedKey(NamedTuple):
    """One wrapped key, and the mark of its person."""

    mark: str
    id: int
    use: str
    under: str
    wrapped: bytes

    def fields(self) -> dict[str, Any]:
        """Return the fields of its row, except the person."""
        return {name: value for name, value in self._asdict().items() if name != "mark"}


class Keys(NamedTuple):
    """The content of a keys file."""

    made_at: str
    rows: list[WrappedKey]
    erased: list[ErasureRecord]


def path_of_keys(copy: Path, chosen: Path | None) -> Path:
    """Return the path of a backup's keys file: never beside the backup itself."""
    folder = settings.BACKUP_KEYS or copy.parent / FOLDER
    return chosen or Path(folder) / f"{copy.stem}{SUFFIX}"


def write_keys(path: Path, now_ms: Ms) -> int:
    """Write all keys and the erased people's marks into a file, private to its owner.

    Returns:
        How many keys.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows, erased = list(_rows()), lines_kept()
    first = {
        "format": FORMAT,
        "made_at": from_ms(now_ms).astimezone(UTC).isoformat(timespec="seconds"),
        "keys": len(rows),
        "erased": len(erased),
    }
    lines = [json.dumps(first)]
    lines += [
        f"{row.mark} {row.id} {row.use} {row.under} {b64encode(row.wrapped).decode()}"
        for row in rows
    ]
    lines += [f"{row.mark} {row.at_ms} {row.pay_ms or '-'}" for row in erased]
    text = "".join(f"{line}\n" for line in lines).encode()
    unfinished = path.with_name(f"{path.name}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as out:
        out.write(text + f"sha256 {hashlib.sha256(text).hexdigest()}\n".encode())
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(path)
    return len(rows)


def read_keys(path: Path) -> Keys:
    """Read a keys file, complete or not at all.

    Raises:
        BadFile: it is none, was cut short or changed.
    """
    try:
        return _read(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as failure:
        raise BadFile(
            f"{path} is no keys file made by canut backup, or was cut short or changed",
            code="keys-unreadable",
            name=path.name,
        ) from failure


def _read(text: bytes) -> Keys:
    body, _, last = text.removesuffix(b"\n").rpartition(b"\n")
    body += b"\n"
    first, *lines = body.decode().splitlines()
    header = load_json(first)
    is_whole = last == f"sha256 {hashlib.sha256(body).hexdigest()}".encode()
    if (
        not is_whole
        or header["format"] != FORMAT
        or len(lines) != header["keys"] + header["erased"]
    ):
        raise ValueError
    rows = [_row(line) for line in lines[: header["keys"]]]
    return Keys(str(header["made_at"]), rows, [_line(line) for line in lines[header["keys"] :]])


def bring_keys(keys: Keys) -> int:
    """Store the keys of people in the database; ignore the others.

    Returns:
        How many.

    Raises:
        NotReady: a key does not belong to the person it names.
    """
    whose = {mark: number for number, mark in marks()}
    rows = [
        PersonKey(person=whose[mark], **fields)
        for mark, fields in ((key_row.mark, key_row.fields()) for key_row in keys.rows)
        if mark in whose
    ]
    for key_row in rows:
        if key_row.under == under():
            open_key(key_row.pk, key_row.person, key_row.use, bytes(key_row.wrapped))
    with transaction.atomic():
        PersonKey.objects.bulk_create(rows, AT_ONCE, ignore_conflicts=True)
    return len(rows)


def keep_apart(path: Path, now_ms: Ms) -> list[str]:
    """After a backup: record the keys' folder, update erasure lists, delete old key files.

    Returns:
        The names of the files that were deleted.
    """
    folders = sorted({*known_folders(), str(path.parent)})
    keep_fact(KEYS_FOLDERS, json.dumps(folders))
    write_lists()
    oldest = from_ms(now_ms) - timedelta(days=settings.KEEP_KEYS_DAYS)
    deleted: list[str] = []
    for folder in folders:
        for file in sorted(Path(folder).glob(f"*{SUFFIX}")):
            made_at = _made_at(file)
            if file != path and made_at is not None and made_at < oldest:
                with contextlib.suppress(OSError):
                    file.unlink()
                    deleted.append(file.name)
    return deleted


def known_folders() -> list[str]:
    """List the folders that keys were written into."""
    stored = Fact.objects.filter(name=KEYS_FOLDERS).values_list("value", flat=True).first()
    folders: list[str] = json.loads(stored) if stored else []
    return folders


def erased_beside(copy: Path, keys: Path | None, extra: tuple[Path, ...]) -> list[ErasureRecord]:
    """Collect the erasures listed near a backup and its keys."""
    near = {copy.parent, copy.parent / FOLDER, *([keys.parent] if keys else [])}
    if settings.BACKUP_KEYS:
        near.add(Path(settings.BACKUP_KEYS))
    lists = [*(folder / LIST for folder in sorted(near)), *extra]
    return [line for path in lists for line in read_list(path)]


def _rows() -> Iterator[WrappedKey]:
    whose = dict(marks())
    for key_row in PersonKey.objects.order_by("pk").iterator():
        if key_row.person in whose:
            yield WrappedKey(
                whose[key_row.person],
                key_row.pk,
                key_row.use,
                key_row.under,
                bytes(key_row.wrapped),
            )


def _row(line: str) -> WrappedKey:
    mark, number, use, key_id, wrapped = line.split(" ")
    return WrappedKey(
        mark, _whole(number), PersonKey.Use(use).value, key_id, b64decode(wrapped, validate=True)
    )


def _line(line: str) -> ErasureRecord:
    mark, at_ms, pay_ms = line.split(" ")
    return ErasureRecord(mark, _whole(at_ms), None if pay_ms == "-" else _whole(pay_ms))


def _whole(text: str) -> int:
    number = read_whole(text)
    if number is None:
        raise ValueError(f"{text[:40]!r} is no number")
    return number


def _made_at(path: Path) -> datetime | None:
    """Return the creation time stored in a keys file; None if it is no keys file."""
    try:
        with path.open("rb") as file:
            header = load_json(file.readline(1000))
        made_at = datetime.fromisoformat(header["made_at"])
        return made_at if header["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def has_keys_table() -> bool:
    """Return whether the database is recent enough to store people's keys."""
    return KEYS_TABLE in connection.introspection.table_names()


def missing(count: int, looked: Path) -> NotReady:
    """Build the refusal to restore without keys, naming what would be lost."""
    return NotReady(
        f"the keys of this copy ({count}) are not in {looked}. Give their file, or one of a later"
        " day, with --keys FILE. Or go on with --without-keys: then nobody can read again what"
        " ledger entries about people hold, nor where they are paid. Answers, labels, pay lines,"
        " statements, logs, proofs and cards need no keys.",
        code="keys-absent",
    )
