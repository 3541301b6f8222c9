"""Read a file of bonuses: who, how much, why; each line is right or refused with its reason."""

import csv
import io
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete, TooMany
from canut.core.money import MICRO
from canut.core.outside_text import read_decimal

MOST_LINES = 1_000
MOST_MICRO = 10_000 * MICRO
LONGEST_WORDS = 200
COLUMNS = ("participant", "amount", "reason")


class BonusLine(NamedTuple):
    """One usable line: its number counted from 1, who, micro-units, and the reason they read."""

    line: int
    participant: str
    micro: int
    words: str


class BonusRefusal(NamedTuple):
    """One line that pays nothing, and the code why: ``amount``, ``words``, ``who``, ``twice``."""

    line: int
    code: str
    text: str


def read_bonuses(text: str) -> tuple[list[BonusLine], list[BonusRefusal]]:
    """Read ``participant,amount,reason`` lines, with or without a header.

    Raises:
        Incomplete: ``bonus-empty``.
        TooMany: ``bonus-lines``.
        BadInput: ``bonus-columns``: a line does not have three columns.

    Example:
        >>> read_bonuses("p7,0.50,merci")[0]
        [BonusLine(line=1, participant='p7', micro=500000, words='merci')]
    """
    rows = list(csv.reader(io.StringIO(text.strip().lstrip("\ufeff"))))
    if rows and [cell.strip().lower() for cell in rows[0]] == list(COLUMNS):
        rows[0] = []
    if not any(rows):
        raise Incomplete("the file holds no bonus", code="bonus-empty", field="file")
    if len(rows) > MOST_LINES:
        raise TooMany(
            f"{len(rows)} lines; send at most {MOST_LINES}", code="bonus-lines", limit=MOST_LINES
        )
    lines: list[BonusLine] = []
    refusals: list[BonusRefusal] = []
    participants: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        if len(row) != len(COLUMNS):
            raise BadInput(
                f"line {number} has {len(row)} columns; write participant,amount,reason",
                code="bonus-columns",
                line=number,
            )
        participant, amount, words = (cell.strip() for cell in row)
        micro = _micro(amount)
        code = _fault(participant, micro, words, participants)
        if code or micro is None:
            refusals.append(BonusRefusal(number, code, participant[:60]))
        else:
            participants.add(participant)
            lines.append(BonusLine(number, participant, micro, words))
    return lines, refusals


def _fault(participant: str, micro: int | None, words: str, earlier: set[str]) -> str:
    if not participant:
        return "who"
    if participant in earlier:
        return "twice"
    if micro is None:
        return "amount"
    return "" if 0 < len(words) <= LONGEST_WORDS else "words"


def _micro(text: str) -> int | None:
    """Return an amount in micro-units; None if it is none, not above 0, or too much."""
    amount = read_decimal(text, MOST_MICRO // MICRO)
    micro = None if amount is None else amount * MICRO
    if micro is None or micro != micro.to_integral_value() or micro <= 0:
        return None
    return int(micro)
