"""Hand a person their whole record, and keep one they bring from elsewhere.

The zip holds ``record.json``, which can be brought to another instance, and a CSV a table. The same
record gives the same bytes. What is in it is decided in ``store.records``, its form in
``core.labour.record``.
"""

import hashlib
import io
import zipfile

from django.conf import settings
from django.db import transaction

from canut.core.errors import Conflict
from canut.core.formats.writing import Column, Kind, stream_rows
from canut.core.labour.record import IN_ZIP, TABLES, Record, read_record, write_record
from canut.store.models import Person
from canut.store.records import BroughtRecord, record_of

LONG_AGO = (1980, 1, 1, 0, 0, 0)
KINDS: dict[type, Kind] = {int: "whole", str: "text", bool: "yes-no"}
FORMS = {"zip": "application/zip", "json": "application/json"}


def record_file(person: Person, form: str, now_ms: int) -> bytes:
    """Return a person's whole record as a file.

    Args:
        person: whose.
        form: ``json`` or ``zip``.
        now_ms: when, in milliseconds since 1970 UTC.
    """
    record = whole_record(person, now_ms)
    return write_record(record) if form == "json" else packed(record)


def whole_record(person: Person, now_ms: int) -> Record:
    """Gather a person's whole record, under this instance's name."""
    return record_of(person, str(settings.URL), now_ms)


def packed(record: Record) -> bytes:
    """Return a record as a zip of its JSON and a CSV a table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(zipfile.ZipInfo(IN_ZIP, LONG_AGO), write_record(record))
        for name, columns in TABLES.items():
            heads = [Column(column, KINDS[kind]) for column, kind in columns.items()]
            rows = [[row.get(column) for column in columns] for row in record.rows(name)]
            table = b"".join(stream_rows("csv", heads, [rows], for_excel=True))
            whole.writestr(zipfile.ZipInfo(f"{name}.csv", LONG_AGO), table)
    return out.getvalue()


@transaction.atomic
def bring_record(person: Person, content: bytes, now_ms: int) -> BroughtRecord:
    """Keep a record somebody brings from elsewhere, to show beside their work here.

    Raises:
        BadFile: it is no record.
        TooLarge: it is over 64 MiB.
        Conflict: they brought this very record before.
    """
    record = read_record(content)
    text = write_record(record)
    sha256 = hashlib.sha256(text).hexdigest()
    if BroughtRecord.objects.filter(person=person, sha256=sha256).exists():
        raise Conflict("this record is here already", code="record-here")
    first, last = record.span_ms or (None, None)
    return BroughtRecord.objects.create(
        person=person,
        instance=record.instance,
        sha256=sha256,
        content=text.decode(),
        answers=len(record.rows("answers")),
        projects=len(record.rows("projects")),
        elapsed_ms=record.elapsed_ms,
        pay=record.pay_by_currency(),
        first_ms=first,
        last_ms=last,
        at_ms=now_ms,
    )
