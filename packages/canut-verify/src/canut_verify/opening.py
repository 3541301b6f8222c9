"""Rows that an auditor's seed drew and the operator opened: whether they are answers of the log."""

import json
import re
from hashlib import sha256
from typing import Any

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import read_entry
from canut_verify.documents import parse
from canut_verify.folder import ANSWERS, CARD, ENTRIES, Bundle, Line

FIELDS = {"v", "card", "seed", "count", "rows", "erased", "questions"}
ROW = {"row", "entry", "nonce", "payload"}
COLUMNS = ("task", "author_kind", "question_version", "values")
SEED = re.compile(r"[\x21-\x7e]{1,200}")
MOST, NUMBERS = 10_000, 1 << 64

type Json = dict[str, Any]


def check_opening(bundle: Bundle, raw: bytes) -> list[Line]:
    """Check an opening of a bundle that was checked before."""
    card = bundle.read(CARD)
    opening = _parsed(raw)
    if opening["card"] != sha256(card).hexdigest():
        raise RefusedError("the opening is of another bundle")
    lines = bundle.read(ANSWERS).split(b"\n")[:-1]
    rows, erased = opening["rows"], opening["erased"]
    drawn = _drawn(card, opening["seed"], len(lines), opening["count"])
    if sorted([*(one["row"] for one in rows), *erased]) != drawn:
        raise RefusedError("the opening leaves out a row that the seed draws, or holds another")
    if len({one["entry"] for one in rows}) != len(rows):
        raise RefusedError("the opening shows two rows by the same entry")
    schemas = _schemas(card, opening["questions"])
    entries = _entries(bundle.read(ENTRIES), {one["entry"] for one in rows})
    for one in rows:
        _check(one, lines[one["row"]], entries.get(one["entry"], b""), schemas)
    told = {"opened": len(rows), "drawn": len(drawn), "seed": opening["seed"]}
    lost: list[Line] = [("", "not-opened", {"count": len(erased)})] if erased else []
    return [("PROVEN", "opened", told), *lost]


def label_of(schema: Json, values: str) -> str:
    """Say what label an answer has: of one question its answer, of several the whole text."""
    answers, questions = _object(values), schema.get("questions")
    if not isinstance(questions, list):
        raise UnreadableError("the opening holds a question that is none")
    if len(questions) != 1 or not answers:
        return values
    question = questions[0]
    name = question.get("id") if isinstance(question, dict) else None
    if not isinstance(name, str) or not isinstance(question.get("kind"), str):
        raise UnreadableError("the opening holds a question that is none")
    head = "{" + json.dumps(name, ensure_ascii=False) + ":"
    if set(answers) != {name} or not values.startswith(head):
        raise UnreadableError("the opening holds an answer to another question")
    answer = answers[name]
    compares = question["kind"] == "pair" or (
        question["kind"] == "chat" and question.get("mode") == "compare"
    )
    if isinstance(answer, str):
        return answer
    if isinstance(answer, dict) and compares and not question.get("reasons"):
        choice = answer.get("choice")
        if isinstance(choice, str):
            return choice
    return values[len(head) : -1]


def _check(one: Json, line: bytes, entry: bytes, schemas: dict[int, Json]) -> None:
    """Check that a row of the data is what its entry hides."""
    number = one["row"]
    payload = parse(one["payload"].encode())
    answer = [payload.get(name) for name in ("task", "author", "q", "values")]
    values = str(answer[3])
    if not entry or [type(each) for each in answer] != [int, str, int, str]:
        raise UnreadableError(f"row {number} of the opening holds no answer")
    logged = read_entry(entry)
    hidden = b"canut/commit/v1\x00" + bytes.fromhex(one["nonce"]) + one["payload"].encode()
    if logged["t"] != "answer" or logged.get("c") != sha256(hidden).hexdigest():
        raise RefusedError(f"row {number} is opened by another payload than was logged")
    row = _object(line.decode())
    if [row.get(name) for name in COLUMNS] != answer:
        raise RefusedError(f"row {number} of the data is not the answer that was logged")
    if answer[2] not in schemas:
        raise UnreadableError(f"the opening holds no question of row {number}")
    if row.get("label") != label_of(schemas[answer[2]], values):
        raise RefusedError(f"row {number} of the data has another label than was logged")


def _drawn(card: bytes, seed: str, rows: int, count: int) -> list[int]:
    """Draw different rows: 64 bits at a time, without the last numbers that would favour some."""
    if not SEED.fullmatch(seed) or not 1 <= count <= MOST:
        raise UnreadableError("a seed has 1 to 200 signs without spaces; 1 to 10000 rows are drawn")
    head = sha256(b"canut/draw/v1\x00" + sha256(card).digest() + seed.encode()).digest()
    chosen: set[int] = set()
    step = 0
    while len(chosen) < min(count, rows):
        number = int.from_bytes(sha256(head + step.to_bytes(8)).digest()[:8])
        step += 1
        if number < NUMBERS - NUMBERS % rows:
            chosen.add(number % rows)
    return sorted(chosen)


def _schemas(card: bytes, questions: Json) -> dict[int, Json]:
    hashes = parse(card)["credentialSubject"]["figures"]["instructions"].get("value")
    schemas: dict[int, Json] = {}
    for number, text in questions.items():
        if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,9}", number):
            raise UnreadableError("the opening holds a question that is none")
        digest = sha256(text.encode()).hexdigest()
        if not isinstance(hashes, list) or digest not in hashes:
            raise RefusedError("the opening holds a question whose hash is not on the card")
        schema = _object(text).get("schema")
        if not isinstance(schema, dict):
            raise UnreadableError("the opening holds a question that is none")
        schemas[int(number)] = schema
    return schemas


def _entries(raw: bytes, wanted: set[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = index = 0
    while at < len(raw):
        begin = at + 2
        at = begin + int.from_bytes(raw[at:begin])
        if index in wanted:
            found[index] = raw[begin:at]
        index += 1
    return found


def _parsed(raw: bytes) -> Json:
    opening = parse(raw)
    if set(opening) != FIELDS or opening["v"] is True or opening["v"] != 1:
        raise UnreadableError("no opening of rows of version 1")
    texts = isinstance(opening["card"], str) and isinstance(opening["seed"], str)
    lists = isinstance(opening["rows"], list) and isinstance(opening["erased"], list)
    if not texts or not lists or not isinstance(opening["questions"], dict):
        raise UnreadableError("no opening of rows of version 1")
    for one in opening["rows"]:
        is_row = isinstance(one, dict) and set(one) == ROW
        if not is_row or type(one["row"]) is not int or type(one["entry"]) is not int:
            raise UnreadableError("a row of the opening is not understood")
        is_nonce = isinstance(one["nonce"], str) and re.fullmatch(r"[0-9a-f]{64}", one["nonce"])
        if not is_nonce or not isinstance(one["payload"], str):
            raise UnreadableError("a row of the opening is not understood")
    if any(type(one) is not int for one in [opening["count"], *opening["erased"]]):
        raise UnreadableError("a row of the opening is not understood")
    return opening


def _object(text: str) -> Json:
    """Read an object in which a number may be a fraction."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as why:
        raise UnreadableError(f"not JSON: {why}") from why
    if not isinstance(value, dict):
        raise UnreadableError("an answer of the opening is no object")
    return value
