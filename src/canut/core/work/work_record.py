"""A person's work record as one document: its contents, its writer and its reader.

It contains what one person did, earned, wrote and was told, and no other person's name. Tables are
lists of plain rows with named columns, so that another platform, or a spreadsheet, can import them.
A record from elsewhere is read strictly, and treated as a claim of its sender.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, cast

from canut.core.clock import day_begin
from canut.core.errors import BadFile, TooLarge
from canut.core.json_depth import load_json
from canut.core.outside_text import LAST_DAY, is_storable, read_day

SCHEMA = "canut.record/1"
IN_ZIP = "record.json"
LARGEST = 64 * 2**20

type Cell = str | int | bool | None
type Row = dict[str, Cell]

WHOLE, TEXT, YES_NO = int, str, bool
MOST_WHOLE = 2**53
MOST_MS = day_begin(LAST_DAY, UTC)
"""Moments and durations beyond it have no calendar day."""
TABLES: dict[str, dict[str, type]] = {
    "roles": {"role": TEXT, "of": TEXT, "since_ms": WHOLE, "ended_ms": WHOLE},
    "projects": {
        "project": TEXT,
        "title": TEXT,
        "organisation": TEXT,
        "worker": TEXT,
        "joined_ms": WHOLE,
        "left_ms": WHOLE,
        "accuracy_thousandths": WHOLE,
        "agreed": WHOLE,
        "compared": WHOLE,
    },
    "time": {"project": TEXT, "day": TEXT, "surface": TEXT, "ms": WHOLE},
    "answers": {
        "answer": WHOLE,
        "project": TEXT,
        "task": WHOLE,
        "kind": TEXT,
        "question_version": WHOLE,
        "answered_ms": WHOLE,
        "elapsed_ms": WHOLE,
        "counted": YES_NO,
        "surplus": YES_NO,
        "replaces": WHOLE,
    },
    "drafts": {"project": TEXT, "task": WHOLE, "from": TEXT, "text": TEXT, "at_ms": WHOLE},
    "pay_lines": {
        "answer": WHOLE,
        "project": TEXT,
        "rate_version": WHOLE,
        "piece_micro": WHOLE,
        "currency": TEXT,
        "elapsed_ms": WHOLE,
        "time_basis": TEXT,
        "at_ms": WHOLE,
    },
    "reviews": {
        "project": TEXT,
        "task": WHOLE,
        "kind": TEXT,
        "piece_micro": WHOLE,
        "currency": TEXT,
        "elapsed_ms": WHOLE,
        "at_ms": WHOLE,
    },
    "adjustments": {
        "answer": WHOLE,
        "project": TEXT,
        "piece_micro": WHOLE,
        "currency": TEXT,
        "reason": TEXT,
        "at_ms": WHOLE,
    },
    "decisions": {
        "decision": WHOLE,
        "project": TEXT,
        "answer": WHOLE,
        "kind": TEXT,
        "code": TEXT,
        "by_a_person": YES_NO,
        "system": TEXT,
        "rule": TEXT,
        "text_en": TEXT,
        "text_fr": TEXT,
        "at_ms": WHOLE,
        "undone_ms": WHOLE,
    },
    "appeals": {
        "decision": WHOLE,
        "text": TEXT,
        "outcome": TEXT,
        "reply": TEXT,
        "filed_ms": WHOLE,
        "answered_ms": WHOLE,
    },
    "ratings": {
        "project": TEXT,
        "tos_violation": YES_NO,
        "broken": YES_NO,
        "reward_micro": WHOLE,
        "currency": TEXT,
        "time_seconds": WHOLE,
        "pending_days": WHOLE,
        "comm": TEXT,
        "rejected": TEXT,
        "recommend": TEXT,
        "text": TEXT,
        "at_ms": WHOLE,
    },
    "messages": {
        "thread": WHOLE,
        "project": TEXT,
        "task": WHOLE,
        "mine": YES_NO,
        "from": TEXT,
        "text": TEXT,
        "at_ms": WHOLE,
    },
    "pathways": {"target": TEXT, "followed_ms": WHOLE},
    "requester_names": {"organisation": TEXT, "name": TEXT},
    "bonuses": {
        "project": TEXT,
        "micro": WHOLE,
        "currency": TEXT,
        "reason": TEXT,
        "at_ms": WHOLE,
    },
    "ethics": {"what": TEXT, "project": TEXT, "verdict": TEXT, "text": TEXT, "at_ms": WHOLE},
    "destinations": {
        "moment": TEXT,
        "asked_ms": WHOLE,
        "answered_ms": WHOLE,
        "occupation": TEXT,
        "better": TEXT,
        "helped": TEXT,
    },
    "pools": {"organisation": TEXT, "since_ms": WHOLE},
    "qualifications": {
        "organisation": TEXT,
        "name": TEXT,
        "value": WHOLE,
        "reason": TEXT,
        "at_ms": WHOLE,
        "ended_ms": WHOLE,
        "end_reason": TEXT,
    },
    "qualification_requests": {
        "organisation": TEXT,
        "name": TEXT,
        "words": TEXT,
        "at_ms": WHOLE,
        "outcome": TEXT,
        "settled_ms": WHOLE,
        "reason": TEXT,
    },
    "qualification_tests": {
        "organisation": TEXT,
        "name": TEXT,
        "answers": TEXT,
        "started_ms": WHOLE,
        "submitted_ms": WHOLE,
        "points": WHOLE,
        "value": WHOLE,
    },
    "prescreening": {"question": TEXT, "answer": TEXT, "said_ms": WHOLE},
    "participations": {
        "project": TEXT,
        "participant": TEXT,
        "begun_ms": WHOLE,
        "returned_ms": WHOLE,
        "code": TEXT,
        "meaning": TEXT,
        "declared_ms": WHOLE,
        "withdrawn_ms": WHOLE,
        "deleted_ms": WHOLE,
    },
    "top_ups": {
        "project": TEXT,
        "micro": WHOLE,
        "currency": TEXT,
        "time_ms": WHOLE,
        "sent_ms": WHOLE,
        "state": TEXT,
    },
    "reading_pool": {"languages": TEXT, "since_ms": WHOLE},
    "readings": {
        "project": TEXT,
        "text": TEXT,
        "version": WHOLE,
        "begun_ms": WHOLE,
        "answered_ms": WHOLE,
        "answers": TEXT,
    },
    "reading_marks": {"reading": WHOLE, "question": WHOLE, "is_right": YES_NO, "at_ms": WHOLE},
    "comparisons": {
        "project": TEXT,
        "subject": TEXT,
        "arm": TEXT,
        "joined_ms": WHOLE,
        "left_ms": WHOLE,
        "asked_usual": YES_NO,
        "strain": WHOLE,
        "uses_aid": YES_NO,
        "access_failed": YES_NO,
    },
    "terms_of_use": {"version": TEXT, "language": TEXT, "sha256": TEXT, "accepted_ms": WHOLE},
    "working_terms": {
        "number": WHOLE,
        "place": TEXT,
        "zone": TEXT,
        "status": TEXT,
        "at_ms": WHOLE,
    },
    "terms_changes": {
        "change": WHOLE,
        "status": TEXT,
        "place": TEXT,
        "from_ms": WHOLE,
        "state": TEXT,
        "reason": TEXT,
        "confirmed_ms": WHOLE,
        "objection": TEXT,
        "contested_ms": WHOLE,
        "decision": TEXT,
        "decided_ms": WHOLE,
        "at_ms": WHOLE,
    },
    "place_words": {"place": TEXT, "at_ms": WHOLE},
    "brought": {"instance": TEXT, "sha256": TEXT, "answers": WHOLE, "at_ms": WHOLE},
    "shown": {
        "skill": TEXT,
        "level": WHOLE,
        "rule_version": WHOLE,
        "n": WHOLE,
        "right": WHOLE,
        "low_thousandths": WHOLE,
        "first_ms": WHOLE,
        "last_ms": WHOLE,
    },
    "lessons": {
        "lesson": TEXT,
        "version": WHOLE,
        "minutes": WHOLE,
        "auto_thousandths": WHOLE,
        "case_halves": WHOLE,
        "mastered": YES_NO,
        "at_ms": WHOLE,
    },
    "attestations": {
        "type": TEXT,
        "of": TEXT,
        "level": WHOLE,
        "number": TEXT,
        "made_ms": WHOLE,
        "expires_ms": WHOLE,
        "revoked_ms": WHOLE,
    },
    "credentials_brought": {
        "sha256": TEXT,
        "name": TEXT,
        "issuer": TEXT,
        "standing": TEXT,
        "at_ms": WHOLE,
    },
}
"""A reader takes the tables it knows and leaves others: a record may gain tables, and one without
them is read with those tables empty."""


@dataclass(frozen=True)
class Record:
    """The work record of one person.

    Args:
        instance: address of the instance that made it.
        made_ms: time of creation, milliseconds since 1970 UTC.
        person: the person's ``name``, ``language`` and ``since_ms`` there.
        tables: rows by table; an absent table is empty.
    """

    instance: str
    made_ms: int
    person: Row
    tables: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table."""
        return self.tables.get(table, [])

    def pay_by_currency(self) -> dict[str, int]:
        """Add up pieces of answers and reviews, and adjustments, in micro-units."""
        sums: dict[str, int] = {}
        paid = [*self.rows("pay_lines"), *self.rows("reviews"), *self.rows("adjustments")]
        for row in paid:
            currency = str(row["currency"])
            sums[currency] = sums.get(currency, 0) + int(row["piece_micro"] or 0)
        return sums

    @property
    def elapsed_ms(self) -> int:
        """Return the time of all pay lines, in milliseconds."""
        return sum(int(row["elapsed_ms"] or 0) for row in self.rows("pay_lines"))

    @property
    def span_ms(self) -> tuple[int, int] | None:
        """Return when the first and last answers came, in milliseconds; None without answers."""
        moments = [int(row["answered_ms"] or 0) for row in self.rows("answers")]
        return (min(moments), max(moments)) if moments else None


def write_record(record: Record) -> bytes:
    """Write a record as JSON; equal records give equal bytes.

    Example:
        >>> one = Record("here", 1, {"name": "Nadia", "language": "fr", "since_ms": 0})
        >>> read_record(write_record(one)).person["name"]
        'Nadia'
    """
    tables = {
        name: [{column: row.get(column) for column in columns} for row in record.rows(name)]
        for name, columns in TABLES.items()
    }
    whole = {
        "schema": SCHEMA,
        "instance": record.instance,
        "made_ms": record.made_ms,
        "person": record.person,
        "tables": tables,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read_record(content: bytes) -> Record:
    """Read a record from its JSON, or from the zip archive that contains it.

    Raises:
        BadFile: this is not a record, or a row has unexpected columns or types.
        TooLarge: it is over 64 MiB.
    """
    if len(content) > LARGEST:
        raise TooLarge(f"a record of {len(content)} bytes", code="too-large", limit=LARGEST)
    text = _unzipped(content) if content[:2] == b"PK" else content
    try:
        document: object = load_json(text)
    except (ValueError, RecursionError):
        raise _not_a_record("it is no JSON") from None
    whole = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    if whole.get("schema") != SCHEMA:
        raise _not_a_record(f"its schema is not {SCHEMA}")
    person, tables = whole.get("person"), whole.get("tables")
    if not isinstance(person, dict) or not isinstance(tables, dict):
        raise _not_a_record("it has no person or no tables")
    _check_cells("person", cast("Row", person), {"name": str, "language": str, "since_ms": int})
    return Record(
        instance=_of(whole, "instance", str)[:200],
        made_ms=_of(whole, "made_ms", int),
        person=cast("Row", person),
        tables={
            name: _rows(name, columns, cast("dict[str, Any]", tables).get(name, []))
            for name, columns in TABLES.items()
        },
    )


def _of[T: str | int](whole: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = whole.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or not _may_be(name, value):
        raise _not_a_record(f"{name} is {value!r:.80}")
    return value


def _rows(name: str, columns: Mapping[str, type], value: object) -> list[Row]:
    if not isinstance(value, list):
        raise _not_a_record(f"{name} is no list")
    rows = cast("Sequence[object]", value)
    for row in rows:
        if not isinstance(row, dict):
            raise _not_a_record(f"a row of {name} is no object")
        _check_cells(name, cast("Row", row), columns)
    return [{column: row.get(column) for column in columns} for row in cast("Sequence[Row]", rows)]


def _check_cells(name: str, row: Row, columns: Mapping[str, type]) -> None:
    for column, kind in columns.items():
        value = row.get(column)
        is_right = value is None or type(value) is kind
        if not is_right or not _may_be(column, value):
            raise _not_a_record(f"{column} of {name} is {value!r:.80}")


def _may_be(column: str, value: Cell) -> bool:
    """Return whether a cell can be stored, added up and shown."""
    if isinstance(value, str):
        return is_storable(value) and (column != "day" or read_day(value) is not None)
    most = MOST_MS if column.endswith("ms") else MOST_WHOLE
    return value is None or abs(value) <= most


def _unzipped(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if packed.getinfo(IN_ZIP).file_size > LARGEST:
                raise TooLarge("a record over its limit", code="too-large", limit=LARGEST)
            with packed.open(IN_ZIP) as inside:
                text = inside.read(LARGEST + 1)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise _not_a_record(f"the zip holds no {IN_ZIP}") from None
    if len(text) > LARGEST:
        raise TooLarge("a record over its limit", code="too-large", limit=LARGEST)
    return text


def _not_a_record(why: str) -> BadFile:
    return BadFile(f"this is not a work record: {why}", code="not-a-record")
