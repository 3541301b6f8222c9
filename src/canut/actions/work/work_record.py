"""Export a person's whole work record, and store one imported from elsewhere.

The zip holds ``record.json``, which can be imported into another instance, and one CSV per table.
The same record gives the same bytes. Its content is read in ``store.work.work_record``, its format
is in ``core.work.work_record``.
"""

import hashlib
import io
import zipfile
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.utils.module_loading import import_string

from canut.actions.time.measure import time_by_day
from canut.core.clock import DAY_MS
from canut.core.errors import Conflict, Missing
from canut.core.formats.tables.columns import FileColumn, Kind
from canut.core.formats.tables.writing import BOM, stream_rows
from canut.core.work.work_record import IN_ZIP, TABLES, Record, read_record, write_record
from canut.store.models import Person, Project
from canut.store.tables.work import BroughtRecord
from canut.store.work.work_record import record_of

LONG_AGO = (1980, 1, 1, 0, 0, 0)
KINDS: dict[type, Kind] = {int: "whole", str: "text", bool: "yes-no"}
BEATS_DAYS = 120
HANDED_FOR = timedelta(days=7)
_SIGNER = TimestampSigner(salt="canut.record")
FORMS = {"zip": "application/zip", "json": "application/json", "pdf": "application/pdf"}


def record_file(person: Person, form: str, now_ms: int) -> bytes:
    """Return a person's whole record as a file; ``web`` makes the PDF, as it needs words.

    Args:
        person: whose.
        form: ``json`` or ``zip``.
        now_ms: when, in milliseconds since 1970 UTC.
    """
    record = whole_record(person, now_ms)
    return write_record(record) if form == "json" else zip_record(record)


def whole_record(person: Person, now_ms: int) -> Record:
    """Collect a person's whole record of this instance, with the time of each day.

    Wings above this one add their own tables, by the setting ``RECORD_TABLES``.
    """
    record = record_of(person, str(settings.URL), now_ms)
    slugs = dict(Project.objects.filter(workers__person=person).values_list("id", "slug"))
    begin_ms = now_ms - BEATS_DAYS * DAY_MS
    record.tables["time"] = [
        {
            "project": slugs.get(row.project or 0),
            "day": row.day.isoformat(),
            "surface": row.surface,
            "ms": row.ms,
        }
        for row in time_by_day([person.pk], begin_ms, now_ms)
    ]
    for path in settings.RECORD_TABLES:
        record.tables.update(import_string(path)(person, now_ms))
    return record


def create_share_token(person: Person) -> str:
    """Return a token that gives its holder this person's record for a week."""
    return _SIGNER.sign(str(person.pk)).replace(":", ".")


def handed_over(token: str, now_ms: int) -> bytes:
    """Return the record of a share token, as a zip.

    Raises:
        Missing: no such token, or older than a week.
    """
    try:
        number = int(_SIGNER.unsign(token.replace(".", ":"), max_age=HANDED_FOR))
    except (BadSignature, ValueError):
        raise Missing("no record is handed over here, or no longer") from None
    person = Person.objects.filter(id=number).first()
    if person is None:
        raise Missing("no record is handed over here, or no longer")
    return record_file(person, "zip", now_ms)


def zip_record(record: Record) -> bytes:
    """Return a record as a zip of its JSON and one CSV per table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(zipfile.ZipInfo(IN_ZIP, LONG_AGO), write_record(record))
        for name, columns in TABLES.items():
            heads = [FileColumn(column, KINDS[kind]) for column, kind in columns.items()]
            rows = [[row.get(column) for column in columns] for row in record.rows(name)]
            table = BOM + b"".join(stream_rows("csv", heads, [rows]))
            whole.writestr(zipfile.ZipInfo(f"{name}.csv", LONG_AGO), table)
    return out.getvalue()


@transaction.atomic
def bring_record(person: Person, content: bytes, now_ms: int) -> BroughtRecord:
    """Store a record imported from elsewhere, shown beside the work done here.

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
