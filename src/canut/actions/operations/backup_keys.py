"""Keep the keys of people apart from the copies they open, for a time of their own.

A copy of the data holds no key, wrapped or not: what is sealed in it does not open. Their keys
go into a second file, wrapped, with the list of those erased, for ``KEEP_KEYS_DAYS`` days: the next
backup deletes what is older. A file of a later day serves an older copy as well, and
better: whoever was erased meanwhile is not in it. The last line is the SHA-256 of those before, so
a file cut short is refused.
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
from canut.core.errors import BadFile, NotReady
from canut.store.models import PersonKey
from canut.store.operations.health import KEYS_FOLDERS
from canut.store.platform.person_keys import KEYS_TABLE, open_key
from canut.store.tables.platform import Fact, under

FORMAT = "canut-keys/1"
FOLDER, SUFFIX = "keys", ".keys"
PRIVATE = 0o600
AT_ONCE = 500


class WrappedKey(NamedTuple):
    """One wrapped key, and the mark of whose it is."""

    mark: str
    id: int
    use: str
    under: str
    wrapped: bytes

    def fields(self) -> dict[str, Any]:
        """Return what the table keeps of it, but for whose it is."""
        return {name: value for name, value in self._asdict().items() if name != "mark"}


class Keys(NamedTuple):
    """What a keys file holds."""

    made_at: str
    rows: list[WrappedKey]
    erased: list[ErasureRecord]


def path_of_keys(copy: Path, given: Path | None) -> Path:
    """Say where the keys of a copy are written, or expected: never beside the copy itself."""
    folder = settings.BACKUP_KEYS or copy.parent / FOLDER
    return given or Path(folder) / f"{copy.stem}{SUFFIX}"


def write_keys(path: Path, now: datetime) -> int:
    """Write all keys and the list of those erased into a file, private to its owner.

    Returns:
        How many keys.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows, erased = list(_rows()), lines_kept()
    first = {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "keys": len(rows),
        "erased": len(erased),
    }
    lines = [json.dumps(first)]
    lines += [
        f"{one.mark} {one.id} {one.use} {one.under} {b64encode(one.wrapped).decode()}"
        for one in rows
    ]
    lines += [f"{one.mark} {one.at_ms} {one.pay_ms or '-'}" for one in erased]
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
    """Read a keys file, whole or not at all.

    Raises:
        BadFile: it is none, was cut short or changed.
    """
    try:
        return _read(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise BadFile(
            f"{path} is no keys file made by canut backup, or was cut short or changed",
            code="keys-unreadable",
            name=path.name,
        ) from failure


def _read(text: bytes) -> Keys:
    body, _, last = text.removesuffix(b"\n").rpartition(b"\n")
    body += b"\n"
    first, *lines = body.decode().splitlines()
    told = json.loads(first)
    is_whole = last == f"sha256 {hashlib.sha256(body).hexdigest()}".encode()
    if not is_whole or told["format"] != FORMAT or len(lines) != told["keys"] + told["erased"]:
        raise ValueError
    rows = [_row(line) for line in lines[: told["keys"]]]
    return Keys(str(told["made_at"]), rows, [_line(line) for line in lines[told["keys"] :]])


def bring_keys(keys: Keys) -> int:
    """Keep the keys of whoever is in the database; the others' belong to nobody here.

    Returns:
        How many.

    Raises:
        NotReady: one is not the key of whom it says.
    """
    whose = {mark: number for number, mark in marks()}
    rows = [
        PersonKey(person=whose[mark], **fields)
        for mark, fields in ((one.mark, one.fields()) for one in keys.rows)
        if mark in whose
    ]
    for one in rows:
        if one.under == under():
            open_key(one.pk, one.person, one.use, bytes(one.wrapped))
    with transaction.atomic():
        PersonKey.objects.bulk_create(rows, AT_ONCE, ignore_conflicts=True)
    return len(rows)


def keep_apart(path: Path, now: datetime) -> list[str]:
    """After a backup: note where keys lie, tell those folders who was erased, delete old files.

    Returns:
        The names of the files that were deleted.
    """
    folders = sorted({*known_folders(), str(path.parent)})
    keep_fact(KEYS_FOLDERS, json.dumps(folders))
    write_lists()
    oldest = now - timedelta(days=settings.KEEP_KEYS_DAYS)
    gone: list[str] = []
    for folder in folders:
        for one in sorted(Path(folder).glob(f"*{SUFFIX}")):
            made = _made_at(one)
            if one != path and made is not None and made < oldest:
                with contextlib.suppress(OSError):
                    one.unlink()
                    gone.append(one.name)
    return gone


def known_folders() -> list[str]:
    """List the folders that keys were written into."""
    kept = Fact.objects.filter(name=KEYS_FOLDERS).values_list("value", flat=True).first()
    folders: list[str] = json.loads(kept) if kept else []
    return folders


def erased_beside(copy: Path, keys: Path | None, given: tuple[Path, ...]) -> list[ErasureRecord]:
    """Gather what lists near a copy and its keys say of those erased."""
    near = {copy.parent, copy.parent / FOLDER, *([keys.parent] if keys else [])}
    if settings.BACKUP_KEYS:
        near.add(Path(settings.BACKUP_KEYS))
    lists = [*(folder / LIST for folder in sorted(near)), *given]
    return [line for one in lists for line in read_list(one)]


def _rows() -> Iterator[WrappedKey]:
    whose = dict(marks())
    for one in PersonKey.objects.order_by("pk").iterator():
        if one.person in whose:
            yield WrappedKey(whose[one.person], one.pk, one.use, one.under, bytes(one.wrapped))


def _row(line: str) -> WrappedKey:
    mark, number, use, told, wrapped = line.split(" ")
    return WrappedKey(
        mark, int(number), PersonKey.Use(use).value, told, b64decode(wrapped, validate=True)
    )


def _line(line: str) -> ErasureRecord:
    mark, at_ms, pay_ms = line.split(" ")
    return ErasureRecord(mark, int(at_ms), None if pay_ms == "-" else int(pay_ms))


def _made_at(path: Path) -> datetime | None:
    """Return when a keys file says it was made; None where it is none of ours."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.readline(1000))
        made = datetime.fromisoformat(told["made_at"])
        return made if told["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def has_keys_table() -> bool:
    """Say whether the database is of an age that keeps keys of people."""
    return KEYS_TABLE in connection.introspection.table_names()


def missing(count: int, looked: Path) -> NotReady:
    """Refuse to bring a copy back without its keys unless that is said, telling what is lost."""
    return NotReady(
        f"the keys of this copy ({count}) are not in {looked}. Give their file, or one of a later"
        " day, with --keys FILE. Or go on with --without-keys: then nobody can read again what"
        " ledger entries about people hold, nor where they are paid. Answers, labels, pay lines,"
        " statements, logs, proofs and cards need no keys.",
        code="keys-absent",
    )
