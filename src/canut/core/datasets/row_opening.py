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
from canut.core.ledger.log import read_entry
from canut.core.outside_text import read_whole
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.strict import read_canonical

VERSION = 1
COLUMNS = ("task", "author_kind", "question_version", "values")
MOST_ROWS = 10_000
LAST_VERSION = 999_999_999
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
            "v": int(version),
            "card": str(digest),
            "seed": str(seed),
            "count": int(count),
            "rows": list(listed),
            "erased": list(erased),
            "questions": dict(questions),
            **rest,
        } if not rest and version == VERSION and _is_whole(version):
            rows = [_row(item) for item in cast("list[object]", listed)]
        case _:
            raise BadProof("this is no opening of rows of version 1")
    if digest != sha256(card).hexdigest():
        raise NotProven("the opening is of another bundle")
    lines = files.read(ANSWERS).split(b"\n")[:-1]
    try:
        chosen = draw_rows(card, seed, len(lines), count)
    except BadInput as problem:
        raise BadProof(str(problem)) from problem
    if not all(_is_whole(number) for number in (count, *cast("list[object]", erased))):
        raise BadProof("a row of the opening is not understood")
    if sorted([*(row.row for row in rows), *cast("list[int]", erased)]) != chosen:
        raise NotProven("the opening leaves out a row that the seed draws, or holds another")
    if len({row.entry for row in rows}) != len(rows):
        raise NotProven("the opening shows two rows by the same entry")
    schemas = _schemas(card, cast("dict[str, object]", questions))
    entries = _entries(files.read(ENTRIES), {row.entry for row in rows})
    for row in rows:
        _check_row(row, lines[row.row], entries.get(row.entry, b""), schemas)
    facts = {"opened": len(rows), "drawn": len(chosen), "seed": seed}
    text = f"{len(rows)} of {len(chosen)} rows drawn by the seed {seed!a} are answers of the log"
    verdict_lines = [VerdictLine(Grade.PROVEN, text, "opened", facts)]
    if erased:
        text = f"{len(erased)} drawn rows are of people who were erased: they cannot be opened"
        verdict_lines.append(VerdictLine(None, text, "not-opened", {"count": len(erased)}))
    return verdict_lines


def label_of_text(schema: Mapping[str, object], values: str) -> str:
    """Return the label of an answer by the text of its values, without the rules of its kind.

    All readers have this rule: several questions, or none that was answered, have the whole text as
    their label; one question has its answer, a text as it is and anything else as it is written. Of
    a comparison without reasons the label is the choice alone. The values were checked when they
    were logged.

    Args:
        schema: the question, as its version holds it.
        values: the answers by question, as canonical JSON.

    Raises:
        BadProof: the values are not those of this question.

    Example:
        >>> label_of_text({"questions": [{"id": "q", "kind": "choice"}]}, '{"q":["a","b"]}')
        '["a","b"]'
    """
    answers = _read_object(values)
    match schema:
        case {"questions": [{"id": str(name), "kind": str(kind), **question}]} if answers:
            head = json.dumps({name: 0}, ensure_ascii=False, separators=(",", ":"))[:-2]
        case {"questions": list()}:
            return values
        case _:
            raise BadProof("the opening holds a question that is none")
    if set(answers) != {name} or not values.startswith(head):
        raise BadProof("the opening holds an answer to another question")
    is_pair = kind == "pair" or (kind == "chat" and question.get("mode") == "compare")
    match answers[name]:
        case str(text):
            return text
        case {"choice": str(text)} if is_pair and not question.get("reasons"):
            return text
        case _:
            return values[len(head) : -1]


def _check_row(
    opened: OpenedRow, line: bytes, entry: bytes, schemas: Mapping[int, Mapping[str, object]]
) -> None:
    """Check that a row of the data is what its entry committed to."""
    match read_canonical(opened.payload.encode()):
        case {"task": int(task), "author": str(author), "q": int(version), "values": str(values)}:
            answer = (task, author, version, values)
        case _:
            raise BadProof(f"row {opened.row} of the opening holds no answer")
    if not entry or not (_is_whole(task) and _is_whole(version)):
        raise BadProof(f"row {opened.row} of the opening holds no answer")
    logged = read_entry(entry)
    hidden = commitment(opened.payload.encode(), bytes.fromhex(opened.nonce))
    if logged.kind != ANSWER or logged.commitment != hidden:
        raise NotProven(f"row {opened.row} is opened by another payload than was logged")
    row = _read_object(line.decode())
    if tuple(row.get(name) for name in COLUMNS) != answer:
        raise NotProven(f"row {opened.row} of the data is not the answer that was logged")
    schema = schemas.get(version)
    if schema is None:
        raise BadProof(f"the opening holds no question of row {opened.row}")
    if row.get("label") != label_of_text(schema, values):
        raise NotProven(f"row {opened.row} of the data has another label than was logged")


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _read_object(text: str) -> dict[str, object]:
    """Read an object in which a number may be a fraction."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadProof(f"not JSON: {problem}") from problem
    if not isinstance(value, dict):
        raise BadProof("an answer of the opening is no object")
    return cast("dict[str, object]", value)


def _schemas(card: bytes, questions: Mapping[str, object]) -> dict[int, Mapping[str, object]]:
    """Return the questions by version; the hash of each is on the card."""
    figures = json.loads(card)["credentialSubject"]["figures"]
    hashes = figures["instructions"].get("value", [])
    schemas: dict[int, Mapping[str, object]] = {}
    for number, text in questions.items():
        version = read_whole(number, LAST_VERSION)
        if not isinstance(text, str) or version is None:
            raise BadProof("the opening holds a question that is none")
        digest = sha256(text.encode()).hexdigest()
        if not isinstance(hashes, list) or digest not in cast("list[object]", hashes):
            raise NotProven("the opening holds a question whose hash is not on the card")
        schema = _read_object(text).get("schema")
        if not isinstance(schema, dict):
            raise BadProof("the opening holds a question that is none")
        schemas[version] = cast("dict[str, object]", schema)
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
        } if not rest and _NONCE.fullmatch(nonce) and _is_whole(row) and _is_whole(entry):
            return OpenedRow(row, entry, nonce, payload)
        case _:
            raise BadProof("a row of the opening is not understood")
