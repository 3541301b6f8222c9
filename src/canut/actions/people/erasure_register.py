"""Remember who was erased, so that a copy from before, once brought back, is erased again.

Somebody is known here by a mark, a hash that tells nothing of them. The list stands in the database
and in a file that only grows, in the data folder and beside the keys of copies: whichever survives
tells the others. Erasing again what a list names and the database does not know is
``replay_erasures``; it runs when a copy was brought back, after an upgrade, and each hour.
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
    """One erasure: whose, when, and when what pay law keeps went too; None while it stays."""

    mark: str
    at_ms: int
    pay_ms: int | None


def line_of(person: Person, now_ms: int, *, with_pay: bool) -> ErasureRecord:
    """Say that somebody is erased now."""
    return ErasureRecord(_mark(person), now_ms, now_ms if with_pay else None)


def keep_line(one: ErasureRecord) -> None:
    """Note that somebody was erased, in the caller's transaction."""
    row = Erased.objects.filter(mark=one.mark).first()
    held = merge_erasures(
        one, None if row is None else ErasureRecord(row.mark, row.at_ms, row.pay_ms)
    )
    Erased.objects.update_or_create(
        mark=one.mark, defaults={"at_ms": held.at_ms, "pay_ms": held.pay_ms}
    )


def lines_kept() -> list[ErasureRecord]:
    """List all erasures that the database knows of."""
    rows = Erased.objects.order_by("at_ms", "mark").values_list("mark", "at_ms", "pay_ms")
    return [ErasureRecord(*row) for row in rows]


def write_lists() -> None:
    """Add to the files what only the database knows; a folder not there now is tried next hour."""
    lines = lines_kept()
    kept = Fact.objects.filter(name=KEYS_FOLDERS).values_list("value", flat=True).first()
    for folder in [settings.DATA, *map(Path, json.loads(kept or "[]"))]:
        with contextlib.suppress(OSError):
            add_to_list(folder / FILE, lines)


def add_to_list(path: Path, lines: Iterable[ErasureRecord]) -> None:
    """Append what a list does not say yet; it is on the disk when this returns."""
    known = {one.mark: one for one in read_list(path)}
    new = [one for one in lines if _is_news(one, known.get(one.mark))]
    if not new:
        return
    said = "".join(
        f"{one.mark} {one.at_ms} {'-' if one.pay_ms is None else one.pay_ms}\n" for one in new
    )
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        file.write((b"\n" if is_cut else b"") + said.encode())
        os.fsync(descriptor)


def read_list(path: Path) -> list[ErasureRecord]:
    """Read a list, the last word of each mark; a line that was cut short says nothing."""
    found: dict[str, ErasureRecord] = {}
    text = path.read_text(errors="replace") if path.is_file() else ""
    for line in text.splitlines():
        matched = LINE.fullmatch(line)
        if matched:
            mark, at_ms, pay_ms = matched.groups()
            one = ErasureRecord(mark, int(at_ms), None if pay_ms == "-" else int(pay_ms))
            found[mark] = merge_erasures(one, found.get(mark))
    return list(found.values())


def merge_erasures(one: ErasureRecord, other: ErasureRecord | None) -> ErasureRecord:
    """Join what two lists say of one mark: the later of each."""
    if other is None:
        return one
    pays = [each.pay_ms for each in (one, other) if each.pay_ms is not None]
    return ErasureRecord(one.mark, max(one.at_ms, other.at_ms), max(pays, default=None))


class PendingErasure(NamedTuple):
    """Somebody to erase again, what the list says of it, and whether what pay law keeps goes."""

    person: Person
    line: ErasureRecord
    with_pay: bool


def people_to_erase() -> list[PendingErasure]:
    """Find whom the data folder's list names and the database has not erased since.

    Work of whoever went on after being erased, and was copied then, is not erased by what the
    database knows already. Whoever is not in it is noted all the same: its copies are to know.
    """
    known = {one.mark: one for one in lines_kept()}
    news = {
        one.mark: one
        for one in read_list(settings.DATA / FILE)
        if _is_news(one, known.get(one.mark))
    }
    if not news:
        return []
    whose = {number: news.pop(mark) for number, mark in marks() if mark in news}
    with transaction.atomic():
        for one in news.values():
            keep_line(one)
    people = Person.objects.filter(pk__in=whose).order_by("pk")
    return [
        PendingErasure(
            person, whose[person.pk], _pays(whose[person.pk], known.get(whose[person.pk].mark))
        )
        for person in people
    ]


def _pays(one: ErasureRecord, known: ErasureRecord | None) -> bool:
    """Say whether the list has a later erasure of pay than the database."""
    return one.pay_ms is not None and (known is None or one.pay_ms > (known.pay_ms or -1))


def _mark(person: Person) -> str:
    return mark_of(person.pk, _exact(person.created_at))


def _exact(made: datetime) -> str:
    return made.astimezone(UTC).isoformat(timespec="microseconds")


def _is_news(one: ErasureRecord, known: ErasureRecord | None) -> bool:
    return known is None or merge_erasures(one, known) != known


def marks() -> Iterator[tuple[int, str]]:
    """Say what everybody is known by in lists: their number here, and their mark.

    It reads two columns alone: before an upgrade others may be missing.
    """
    for number, made in Person.objects.order_by("pk").values_list("pk", "created_at").iterator():
        yield number, mark_of(number, _exact(made) if made else "")
