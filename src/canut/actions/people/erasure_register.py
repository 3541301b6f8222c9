"""Remember who was erased, so that a restored backup is erased again.

A person is identified by a mark, a hash that reveals nothing about them. The list is stored in the
database and in append-only files, in the data folder and beside the keys of backups: each copy
completes the others. Erasures missing from the database are repeated by ``replay_erasures`` after a
restore, after an upgrade, and every hour.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from canut.store.models import Erased, Person
from canut.store.operations.health import KEYS_FOLDERS
from canut.store.platform.person_keys import mark_of
from canut.store.tables.platform import Fact

FILE = "erased.txt"
LINE = re.compile(r"([0-9a-f]{64}) (\d{1,18}) (\d{1,18}|-)")
PRIVATE = 0o600


class ErasureRecord(NamedTuple):
    """One erasure: whose, when, and when pay records went too; None while they stay."""

    mark: str
    at_ms: int
    pay_ms: int | None


def line_of(person: Person, now_ms: int, *, with_pay: bool) -> ErasureRecord:
    """Return the record of an erasure now."""
    return ErasureRecord(_mark(person), now_ms, now_ms if with_pay else None)


def keep_line(record: ErasureRecord) -> None:
    """Record that a person was erased, in the caller's transaction."""
    row = Erased.objects.filter(mark=record.mark).first()
    merged = merge_erasures(
        record, None if row is None else ErasureRecord(row.mark, row.at_ms, row.pay_ms)
    )
    Erased.objects.update_or_create(
        mark=record.mark, defaults={"at_ms": merged.at_ms, "pay_ms": merged.pay_ms}
    )


def lines_kept() -> list[ErasureRecord]:
    """List all erasures that the database knows of."""
    rows = Erased.objects.order_by("at_ms", "mark").values_list("mark", "at_ms", "pay_ms")
    return [ErasureRecord(*row) for row in rows]


def write_lists() -> None:
    """Append missing erasures to the files; an absent folder is retried next hour."""
    lines = lines_kept()
    stored = Fact.objects.filter(name=KEYS_FOLDERS).values_list("value", flat=True).first()
    for folder in [settings.DATA, *map(Path, json.loads(stored or "[]"))]:
        with contextlib.suppress(OSError):
            add_to_list(folder / FILE, lines)


def add_to_list(path: Path, lines: Iterable[ErasureRecord]) -> None:
    """Append the missing records to a file, and sync it to disk."""
    existing = {record.mark: record for record in read_list(path)}
    new = [record for record in lines if _is_news(record, existing.get(record.mark))]
    if not new:
        return
    text = "".join(
        f"{record.mark} {record.at_ms} {'-' if record.pay_ms is None else record.pay_ms}\n"
        for record in new
    )
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        file.write((b"\n" if is_cut else b"") + text.encode())
        os.fsync(descriptor)


def read_list(path: Path) -> list[ErasureRecord]:
    """Read a list, the last record of each mark; a line that was cut short is ignored."""
    records: dict[str, ErasureRecord] = {}
    text = path.read_text(errors="replace") if path.is_file() else ""
    for line in text.splitlines():
        matched = LINE.fullmatch(line)
        if matched:
            mark, at_ms, pay_ms = matched.groups()
            record = ErasureRecord(mark, int(at_ms), None if pay_ms == "-" else int(pay_ms))
            records[mark] = merge_erasures(record, records.get(mark))
    return list(records.values())


def merge_erasures(first: ErasureRecord, second: ErasureRecord | None) -> ErasureRecord:
    """Merge two records of one mark: the later of each date."""
    if second is None:
        return first
    pays = [each.pay_ms for each in (first, second) if each.pay_ms is not None]
    return ErasureRecord(first.mark, max(first.at_ms, second.at_ms), max(pays, default=None))


class PendingErasure(NamedTuple):
    """A person to erase again, the record of it, and whether pay records go too."""

    person: Person
    line: ErasureRecord
    with_pay: bool


def people_to_erase() -> list[PendingErasure]:
    """Find people listed in the data folder whose erasure the database lacks.

    A person who worked again after an erasure is not erased by a record the database has already.
    A person missing from the database is recorded too, for the sake of its backups.
    """
    existing = {record.mark: record for record in lines_kept()}
    news = {
        record.mark: record
        for record in read_list(settings.DATA / FILE)
        if _is_news(record, existing.get(record.mark))
    }
    if not news:
        return []
    whose = {number: news.pop(mark) for number, mark in marks() if mark in news}
    with transaction.atomic():
        for record in news.values():
            keep_line(record)
    people = Person.objects.filter(pk__in=whose).order_by("pk")
    return [
        PendingErasure(
            person, whose[person.pk], _pays(whose[person.pk], existing.get(whose[person.pk].mark))
        )
        for person in people
    ]


def _pays(record: ErasureRecord, existing: ErasureRecord | None) -> bool:
    """Return whether the list has a later erasure of pay than the database."""
    return record.pay_ms is not None and (
        existing is None or record.pay_ms > (existing.pay_ms or -1)
    )


def _mark(person: Person) -> str:
    return mark_of(person.pk, _exact(person.created_at))


def _exact(created_at: datetime) -> str:
    return created_at.astimezone(UTC).isoformat(timespec="microseconds")


def _is_news(record: ErasureRecord, existing: ErasureRecord | None) -> bool:
    return existing is None or merge_erasures(record, existing) != existing


def marks() -> Iterator[tuple[int, str]]:
    """Yield everybody's id here and their mark in the lists.

    It reads two columns alone: before an upgrade others may be missing.
    """
    for number, created_at in (
        Person.objects.order_by("pk").values_list("pk", "created_at").iterator()
    ):
        yield number, mark_of(number, _exact(created_at) if created_at else "")
