"""A bundle whose rows open to answers of its log, and openings of it, good and forged."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from canut.core.datasets.bundle import CARD
from canut.core.datasets.card import CardFigure, Grade
from canut.core.datasets.row_opening import OpenedRow, RowDraw, draw_rows, write_opening
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.writing import stream_parquet
from canut.core.ledger.log import committed_entry
from canut.core.proofs.canonical import canonical, commitment
from tests.core.ledger.bundles import PROJECT, Memory, make_bundle

SEED, COUNT, ROWS = "a-word-of-the-auditor", 6, 9
QUESTIONS = {
    "1": json.dumps(
        {
            "instructions": "Choisir.",
            "schema": {"questions": [{"id": "réponse", "kind": "choice", "multiple": True}]},
        }
    ),
    "2": json.dumps(
        {"instructions": "", "schema": {"questions": [{"id": "q", "kind": "pair"}]}},
    ),
    "3": json.dumps(
        {
            "instructions": "",
            "schema": {"questions": [{"id": "a", "kind": "number"}, {"id": "b", "kind": "text"}]},
        }
    ),
}
VALUES = {
    1: ('{"réponse":["chat","d\\"ours"]}', '["chat","d\\"ours"]'),
    2: ('{"q":{"choice":"tie"}}', "tie"),
    3: ('{"a":0.5,"b":"<é\u2028>"}', '{"a":0.5,"b":"<é\u2028>"}'),
}
COLUMNS = (
    FileColumn("task", "whole"),
    FileColumn("author_kind"),
    FileColumn("label"),
    FileColumn("values"),
    FileColumn("question_version", "whole"),
)

type Change = Callable[[dict[str, Any]], None]


def version_of(row: int) -> int:
    """Return the version of the question that a row answers."""
    return row % 3 + 1


def payload_of(row: int) -> bytes:
    """Return what the log committed to for a row."""
    version = version_of(row)
    answer = {"v": 1, "t": "answer", "task": row // 2, "q": version, "author": "human", "ms": 9_000}
    return canonical(answer | {"values": VALUES[version][0], "w": f"{row:032x}"})


def nonce_of(row: int) -> bytes:
    """Return the nonce of a row's entry."""
    return sha256(b"nonce %d" % row).digest()


def opened_bundle(labels: dict[int, str] | None = None) -> Memory:
    """Make a bundle of nine rows; ``labels`` were changed before it was logged."""
    rows: list[tuple[Cell, ...]] = [
        (
            row // 2,
            "human",
            (labels or {}).get(row, VALUES[version_of(row)][1]),
            VALUES[version_of(row)][0],
            version_of(row),
        )
        for row in range(ROWS)
    ]
    hashes = [sha256(text.encode()).hexdigest() for text in QUESTIONS.values()]
    hidden = [commitment(payload_of(row), nonce_of(row)) for row in range(ROWS)]
    return make_bundle(
        entries=[committed_entry("answer", PROJECT, each) for each in hidden],
        answers=ROWS,
        tables={f"data/answers.{form}": content for form, content in _forms(rows).items()},
        figures={"instructions": CardFigure(hashes, Grade.ASSERTED)},
    )


def _forms(rows: Sequence[tuple[Cell, ...]]) -> dict[str, bytes]:
    columns = list(COLUMNS)
    return {
        "csv": b"".join(stream_rows("csv", columns, [rows])),
        "jsonl": b"".join(stream_rows("jsonl", columns, [rows])),
        "parquet": b"".join(stream_parquet(columns, [rows], codec="gzip")),
    }


def opening_of(bundle: Memory, erased: Sequence[int] = (), count: int = COUNT) -> bytes:
    """Open the rows that the seed draws, but for those of people who were erased."""
    card = bundle.files[CARD]
    drawn = draw_rows(card, SEED, ROWS, count)
    rows = [
        OpenedRow(row, row, nonce_of(row).hex(), payload_of(row).decode())
        for row in drawn
        if row not in erased
    ]
    gone = [row for row in drawn if row in erased]
    return write_opening(RowDraw(card, SEED, count), rows, gone, QUESTIONS)


def row_left_out(opening: dict[str, Any]) -> None:
    """Show one row fewer than was drawn."""
    opening["rows"].pop()


def row_of_nobody_drawn(opening: dict[str, Any]) -> None:
    """Claim that a row that was not drawn is of an erased person."""
    opening["erased"].append(ROWS)


def fewer_asked_for(opening: dict[str, Any]) -> None:
    """Say that fewer rows were asked for."""
    opening["count"] -= 1


def another_seed(opening: dict[str, Any]) -> None:
    """Say that another seed was chosen."""
    opening["seed"] = "x"


def entry_twice(opening: dict[str, Any]) -> None:
    """Show two rows by one entry."""
    opening["rows"][1]["entry"] = opening["rows"][0]["entry"]


def entry_of_nobody(opening: dict[str, Any]) -> None:
    """Name an entry that the log does not have."""
    opening["rows"][0]["entry"] = ROWS + 90


def another_nonce(opening: dict[str, Any]) -> None:
    """Open a row with another nonce."""
    opening["rows"][0]["nonce"] = "0" * 64


def another_payload(opening: dict[str, Any]) -> None:
    """Open a row to another answer than was logged."""
    payload = json.loads(opening["rows"][0]["payload"])
    opening["rows"][0]["payload"] = canonical(payload | {"ms": 0}).decode()


def rows_exchanged(opening: dict[str, Any]) -> None:
    """Show two rows by each other's entries."""
    rows = opening["rows"]
    for name in ("entry", "nonce", "payload"):
        rows[0][name], rows[1][name] = rows[1][name], rows[0][name]


def another_question(opening: dict[str, Any]) -> None:
    """Hold a question that is not that of the card."""
    opening["questions"]["1"] += " "


def question_left_out(opening: dict[str, Any]) -> None:
    """Hold no question of some rows."""
    opening["questions"] = {}


def another_bundle(opening: dict[str, Any]) -> None:
    """Be of another card."""
    opening["card"] = "0" * 64


def of_a_later_version(opening: dict[str, Any]) -> None:
    """Be of a version nobody reads."""
    opening["v"] = 2


def number_that_is_none(opening: dict[str, Any]) -> None:
    """Give true where a number should be."""
    opening["erased"].append(True)


def word_for_a_row(opening: dict[str, Any]) -> None:
    """Give a text where a number should be."""
    opening["erased"].append("a")


FORGED: dict[Change, str] = {
    row_left_out: "the opening leaves out a row that the seed draws, or holds another",
    row_of_nobody_drawn: "the opening leaves out a row that the seed draws, or holds another",
    fewer_asked_for: "the opening leaves out a row that the seed draws, or holds another",
    another_seed: "the opening leaves out a row that the seed draws, or holds another",
    entry_twice: "the opening shows two rows by the same entry",
    another_nonce: "row {first} is opened by another payload than was logged",
    another_payload: "row {first} is opened by another payload than was logged",
    rows_exchanged: "row {first} of the data is not the answer that was logged",
    another_question: "the opening holds a question whose hash is not on the card",
    another_bundle: "the opening is of another bundle",
}
"""What is refused, and in which words."""
UNREADABLE = (
    entry_of_nobody,
    question_left_out,
    of_a_later_version,
    number_that_is_none,
    word_for_a_row,
)


def changed(opening: bytes, change: Change) -> bytes:
    """Change an opening as somebody would who means to be believed."""
    document = json.loads(opening)
    change(document)
    return canonical(document)


def first_row(opening: bytes) -> int:
    """Return the number of the first opened row."""
    number: int = json.loads(opening)["rows"][0]["row"]
    return number
