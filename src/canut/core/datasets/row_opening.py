"""Open rows of a bundle that an auditor's seed drew, and check that they are answers of the log.

The log holds commitments. To open a row is to hand the auditor its payload and nonce, and the
question it answers, whose hash is on the card. Whoever chooses the seed after the bundle is written
decides which rows are drawn. An opening tells who answered by a random id: it is for the auditor
alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, cast

from canut.core.datasets.bundle import ANSWER, ANSWERS, CARD, ENTRIES, VerdictLine
from canut.core.datasets.card import Grade
from canut.core.datasets.log_recount import LENGTH_BYTES
from canut.core.datasets.manifest import BundleFiles
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.kinds import Schema, label_of_values
from canut.core.ledger.log import read_entry
from canut.core.outside_text import read_whole
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.strict import read_canonical

VERSION = 1
MOST_ROWS = 10_000
_DRAW = b"canut/draw/v1\0"
_SEED = re.compile(r"[\x21-\x7e]{1,200}")
_NONCE = re.compile(r"[0-9a-f]{64}")
_NUMBERS = 2**64


class RowDraw(NamedTuple):
    """What rows are drawn by: the card's bytes, the auditor's seed, and how many are asked for."""

    card: bytes
    seed: str
    asked_rows: int


class OpenedRow(NamedTuple):
    """One row: its number from 0, the index of its entry, and what opens the commitment."""

    row: int
    entry: int
    nonce: str
    payload: str


def draw_rows(card: bytes, seed: str, row_count: int, count: int) -> list[int]:
    """Draw different rows by a seed, ascending; all rows where there are no more than asked for.

    Args:
        card: the card of the bundle, so that a seed draws other rows of another bundle.
        seed: printable ASCII without spaces, at most 200 characters.
        row_count: rows of the table.
        count: how many to draw, at most 10,000.

    Raises:
        BadInput: no such seed, or a count that cannot be drawn.

    Example:
        >>> draw_rows(b"card", "seed", 1_000, 3)
        [360, 618, 753]
    """
    if not _SEED.fullmatch(seed) or not 1 <= count <= MOST_ROWS:
        raise BadInput(f"a seed has 1 to 200 signs without spaces; 1 to {MOST_ROWS} rows are drawn")
    head = sha256(_DRAW + sha256(card).digest() + seed.encode()).digest()
    chosen: set[int] = set()
    step = 0
    while len(chosen) < min(count, row_count):
        number = int.from_bytes(sha256(head + step.to_bytes(8)).digest()[:8])
        step += 1
        if number < _NUMBERS - _NUMBERS % row_count:
            chosen.add(number % row_count)
    return sorted(chosen)


def write_opening(
    draw: RowDraw,
    rows: Sequence[OpenedRow],
    erased: Sequence[int],
    questions: Mapping[str, str],
) -> bytes:
    """Write an opening.

    Args:
        draw: the bundle and the seed.
        rows: the opened ones.
        erased: drawn rows of people whose content was erased.
        questions: each version of the question by its number, as the JSON its hash is of.
    """
    document = {
        "v": VERSION,
        "card": sha256(draw.card).hexdigest(),
        "seed": draw.seed,
        "count": draw.asked_rows,
        "rows": [row._asdict() for row in rows],
        "erased": list(erased),
        "questions": dict(questions),
    }
    return canonical(document)


def check_opening(files: BundleFiles, raw: bytes) -> list[VerdictLine]:
    """Check an opening against a bundle that was verified before.

    Raises:
        BadProof: no opening.
        NotProven: a drawn row is missing, or is not the answer that was logged.
    """
    card = files.read(CARD)
    match read_canonical(raw):
        case {
            "v": 1,
            "card": str(digest),
            "seed": str(seed),
            "count": int(count),
            "rows": list(listed),
            "erased": list(erased),
            "questions": dict(questions),
            **rest,
        } if not rest:
            rows = [_row(item) for item in cast("list[object]", listed)]
        case _:
            raise BadProof("this is no opening of rows of version 1")
    if digest != sha256(card).hexdigest():
        raise NotProven("the opening is of another bundle")
    lines = files.read(ANSWERS).splitlines()
    try:
        chosen = draw_rows(card, seed, len(lines), count)
    except BadInput as problem:
        raise BadProof(str(problem)) from problem
    if sorted([*(row.row for row in rows), *cast("list[int]", erased)]) != chosen:
        raise NotProven("the opening leaves out a row that the seed draws, or holds another")
    if len({row.entry for row in rows}) != len(rows):
        raise NotProven("the opening shows two rows by the same entry")
    schemas = _schemas(card, cast("dict[str, object]", questions))
    entries = _entries(files.read(ENTRIES), {row.entry for row in rows})
    for row in rows:
        _check_row(row, json.loads(lines[row.row]), entries.get(row.entry, b""), schemas)
    facts = {"opened": len(rows), "drawn": len(chosen), "seed": seed}
    text = f"{len(rows)} of {len(chosen)} rows drawn by the seed {seed!a} are answers of the log"
    verdict_lines = [VerdictLine(Grade.PROVEN, text, "opened", facts)]
    if erased:
        text = f"{len(erased)} drawn rows are of people who were erased: they cannot be opened"
        verdict_lines.append(VerdictLine(None, text, "not-opened", {"count": len(erased)}))
    return verdict_lines


def _check_row(
    opened: OpenedRow, row: Mapping[str, object], entry: bytes, schemas: Mapping[int, Schema]
) -> None:
    """Check that a row of the data is what its entry committed to."""
    payload = read_canonical(opened.payload.encode())
    if not isinstance(payload, dict) or not entry:
        raise BadProof(f"row {opened.row} of the opening holds no answer")
    answer = cast("dict[str, object]", payload)
    logged = read_entry(entry)
    hidden = commitment(opened.payload.encode(), bytes.fromhex(opened.nonce))
    if logged.kind != ANSWER or logged.commitment != hidden:
        raise NotProven(f"row {opened.row} is opened by another payload than was logged")
    version, values = answer.get("q"), json.loads(str(answer.get("values")))
    same = (
        (row["task"], answer.get("task")),
        (row["author_kind"], answer.get("author")),
        (row["question_version"], version),
        (json.loads(str(row["values"])), values),
    )
    if any(in_data != in_log for in_data, in_log in same):
        raise NotProven(f"row {opened.row} of the data is not the answer that was logged")
    schema = schemas.get(version) if isinstance(version, int) else None
    if schema is None:
        raise BadProof(f"the opening holds no question of row {opened.row}")
    if row["label"] != label_of_values(schema, values):
        raise NotProven(f"row {opened.row} of the data has another label than was logged")


def _schemas(card: bytes, questions: Mapping[str, object]) -> dict[int, Schema]:
    """Return the questions by version; the hash of each is on the card."""
    figures = json.loads(card)["credentialSubject"]["figures"]
    hashes = figures["instructions"].get("value", [])
    schemas: dict[int, Schema] = {}
    for number, text in questions.items():
        version = read_whole(number)
        if not isinstance(text, str) or version is None:
            raise BadProof("the opening holds a question that is none")
        if sha256(text.encode()).hexdigest() not in hashes:
            raise NotProven("the opening holds a question whose hash is not on the card")
        schemas[version] = json.loads(text)["schema"]
    return schemas


def _entries(raw: bytes, indexes: set[int]) -> dict[int, bytes]:
    """Return some entries of the log by their index."""
    entries: dict[int, bytes] = {}
    index = offset = 0
    while offset < len(raw):
        begin = offset + LENGTH_BYTES
        offset = begin + int.from_bytes(raw[offset:begin])
        if index in indexes:
            entries[index] = raw[begin:offset]
        index += 1
    return entries


def _row(document: object) -> OpenedRow:
    match document:
        case {
            "row": int(row),
            "entry": int(entry),
            "nonce": str(nonce),
            "payload": str(payload),
            **rest,
        } if not rest and _NONCE.fullmatch(nonce):
            return OpenedRow(row, entry, nonce, payload)
        case _:
            raise BadProof("a row of the opening is not understood")
