"""Write the file an inspector takes along, and check one without an instance.

The file is a zip whose bytes follow from its contents: no clock, no order of the disk. Its manifest
names every file with its size and SHA-256; the SHA-256 of the manifest is the name of the whole and
is entered in the platform log. Tables never tell of fewer than ten people, unless an authority
asked for it in writing.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from canut.core.errors import BadProof, NotProven
from canut.core.formula_cells import safe_cell
from canut.core.proofs.canonical import canonical

SCHEMA = "canut.inspector-file/1"
MANIFEST = "manifest.json"
LEAST_PEOPLE = 10
MOST_BYTES = 20 * 2**20
MOST_FILES = 2_000
WHEN = (1980, 1, 1, 0, 0, 0)
UNDER = "<10"
MS_PER_HOUR, MICRO = 3_600_000, 1_000_000
LEVELS = (1, 3, 6)
"""In how many of the last six months a person had an hour of work or more."""


class InspectionScope(NamedTuple):
    """What the file is about.

    Args:
        first: its first day.
        last: its last day.
        place: only people who work there, such as ``FR``; all where empty.
        language: of its sentences, ``en`` or ``fr``.
        demand: the written demand of an authority, which lifts the limit of ten people; empty
            where there is none.
    """

    first: date
    last: date
    place: str = ""
    language: str = "en"
    demand: str = ""

    @property
    def least_people(self) -> int:
        """Return of how many people a row tells at least."""
        return 1 if self.demand else LEAST_PEOPLE


class PaidPart(NamedTuple):
    """One statement as the tables add it up: whose, where, when, and its sums."""

    person: int
    place: str
    status: str
    currency: str
    month: str
    time_ms: int
    gross_micro: int
    top_up_micro: int


class DecidedRow(NamedTuple):
    """One decision without the person: a random id, its kind, and how its appeal ended."""

    random_id: str
    person: int
    kind: str
    act: str
    system: str
    is_human: bool
    days_to_answer: str
    outcome: str


class CheckedFile(NamedTuple):
    """What a checked file says of itself."""

    sha256: str
    first: str
    last: str
    place: str
    n_files: int


def article_17(parts: Sequence[PaidPart], weeks: float, least: int) -> list[dict[str, str]]:
    """Count people, hours and income by place and status.

    Args:
        parts: statements of the period.
        weeks: length of the period.
        least: of how many people a row tells at least.

    Returns:
        One row for each place, status and currency. Time that nobody measured is no zero.
    """
    groups: dict[tuple[str, str, str], list[PaidPart]] = {}
    for part in parts:
        groups.setdefault((part.place, part.status, part.currency), []).append(part)
    rows = []
    for (place, status, currency), members in sorted(groups.items()):
        people = {part.person for part in members}
        row = {"place": place, "status": status, "currency": currency}
        if len(people) < least:
            rows.append(row | {"people": UNDER})
            continue
        ms = sum(part.time_ms for part in members)
        micro = sum(part.gross_micro for part in members)
        hours = ms / MS_PER_HOUR
        rows.append(
            row
            | {
                "people": str(len(people)),
                **_levels(members, least),
                "hours": f"{hours:.2f}" if ms else "not measured",
                "hours_per_week_each": f"{hours / len(people) / weeks:.3f}"
                if ms
                else "not measured",
                "income_each": f"{micro / MICRO / len(people):.2f}",
                "income_per_hour": f"{micro / MICRO / hours:.2f}" if ms else "not measured",
            }
        )
    return rows


def _levels(parts: Sequence[PaidPart], least: int) -> dict[str, str]:
    """Count who worked an hour or more in one, three and six months of the period."""
    months: dict[int, dict[str, int]] = {}
    for part in parts:
        by_month = months.setdefault(part.person, {})
        by_month[part.month] = by_month.get(part.month, 0) + part.time_ms
    active = [sum(ms >= MS_PER_HOUR for ms in by_month.values()) for by_month in months.values()]
    counts = {level: sum(number >= level for number in active) for level in LEVELS}
    return {
        f"people_active_{level}_of_6": str(count) if count == 0 or count >= least else UNDER
        for level, count in counts.items()
    }


def time_and_pay(parts: Sequence[PaidPart], least: int) -> list[dict[str, str]]:
    """Add up hours, pay and top-ups by place, month and currency."""
    groups: dict[tuple[str, str, str], list[PaidPart]] = {}
    for part in parts:
        groups.setdefault((part.place, part.month, part.currency), []).append(part)
    rows = []
    for (place, month, currency), members in sorted(groups.items()):
        people = len({part.person for part in members})
        row = {"place": place, "month": month, "currency": currency}
        if people < least:
            rows.append(row | {"people": UNDER})
            continue
        rows.append(
            row
            | {
                "people": str(people),
                "hours": f"{sum(part.time_ms for part in members) / MS_PER_HOUR:.2f}",
                "gross": f"{sum(part.gross_micro for part in members) / MICRO:.2f}",
                "top_ups": f"{sum(part.top_up_micro for part in members) / MICRO:.2f}",
            }
        )
    return rows


def decision_rows(decided: Sequence[DecidedRow], least: int) -> list[dict[str, str]]:
    """List decisions one a row; of kinds about fewer people, only that they are few."""
    people: dict[tuple[str, str, str], set[int]] = {}
    for row in decided:
        people.setdefault((row.kind, row.act, row.system), set()).add(row.person)
    few = {group for group, members in people.items() if len(members) < least}
    rows = [
        {
            "id": row.random_id,
            "kind": row.kind,
            "act": row.act,
            "system": row.system,
            "by_a_person": "yes" if row.is_human else "no",
            "days_to_answer": row.days_to_answer,
            "outcome": row.outcome,
        }
        for row in sorted(decided)
        if (row.kind, row.act, row.system) not in few
    ]
    return rows + [
        {"kind": kind, "act": act, "system": system, "outcome": f"{UNDER} people"}
        for kind, act, system in sorted(few)
    ]


def table_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write a CSV whose cells no spreadsheet runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode()


def pack(scope: InspectionScope, files: Mapping[str, bytes]) -> tuple[bytes, dict[str, Any]]:
    """Write the zip; return it with its manifest.

    Raises:
        NotProven: the file would be larger than 20 MB.
    """
    manifest = {
        "schema": SCHEMA,
        "from": scope.first.isoformat(),
        "to": scope.last.isoformat(),
        "place": scope.place,
        "language": scope.language,
        "demand": scope.demand,
        "files": {name: [len(files[name]), _sha256(files[name])] for name in sorted(files)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in [(MANIFEST, canonical(manifest)), *sorted(files.items())]:
            info = zipfile.ZipInfo(name, WHEN)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    if out.tell() > MOST_BYTES:
        raise NotProven(f"the file has {out.tell()} bytes; at most {MOST_BYTES}: ask for less")
    return out.getvalue(), manifest


def proof_index(
    documents: Mapping[str, bytes], proofs: Mapping[str, bytes]
) -> list[dict[str, str]]:
    """List each document with its SHA-256 and its proof; empty where no log holds it yet."""
    return [
        {
            "document": name,
            "sha256": _sha256(content),
            "proof": path if (path := proof_path(name)) in proofs else "",
        }
        for name, content in sorted(documents.items())
    ]


def proof_path(document: str) -> str:
    """Return where the proof of a document lies.

    Example:
        >>> proof_path("terms-fr.txt")
        'proof/terms-fr.tlog-proof'
    """
    return f"proof/{document.rpartition('.')[0]}.tlog-proof"


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 that names the whole file."""
    return _sha256(canonical(dict(manifest)))


def changed_files(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """List the files that differ between two manifests."""
    old, new = before["files"], after["files"]
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def check_file(content: bytes) -> CheckedFile:
    """Check every file of a zip against its manifest.

    Raises:
        BadProof: it is no such zip.
        NotProven: a file differs, is missing, or is not named; it is said which.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            size = sum(info.file_size for info in infos)
            if len(names) > MOST_FILES or size > 10 * MOST_BYTES or len(set(names)) < len(names):
                raise BadProof("this zip holds too much, or a name twice")
            files = {name: archive.read(name) for name in names}
        manifest = json.loads(files.pop(MANIFEST))
        named = {name: (int(size), str(sha)) for name, (size, sha) in manifest["files"].items()}
        about = CheckedFile(
            manifest_digest(manifest),
            str(manifest["from"]),
            str(manifest["to"]),
            str(manifest["place"]),
            len(named),
        )
        schema = manifest["schema"]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as problem:
        raise BadProof(f"this is no inspector's file ({problem})") from problem
    if schema != SCHEMA:
        raise BadProof(f"the schema is {schema!r}; expected {SCHEMA!r}")
    wrong = [
        name
        for name in sorted(files.keys() | named.keys())
        if name not in files
        or name not in named
        or named[name] != (len(files[name]), _sha256(files[name]))
    ]
    if wrong:
        raise NotProven(f"not as the manifest says: {', '.join(wrong[:20])}")
    return about


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
