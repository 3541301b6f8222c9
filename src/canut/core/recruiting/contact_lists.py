"""Read a list of e-mail addresses and phone numbers, and say of each line why it is refused.

A list is a CSV file of one or more columns. The column is found by its name, or is the first one.
Nothing is guessed: a line that is neither an address nor an international number is refused.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete, TooLarge, TooMany

MOST_LINES = 1_000
MOST_BYTES = 200_000
LONGEST_ADDRESS = 254
EMAIL, PHONE = "email", "phone"
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("email", "e-mail", "mail", "courriel", "adresse"), EMAIL),
    **dict.fromkeys(("phone", "telephone", "téléphone", "mobile", "tel"), PHONE),
}
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_BETWEEN = re.compile(r"[\s().\-/\u00a0\u202f]+")


class ContactLine(NamedTuple):
    """One usable line: its number in the file, counted from 1, and the address."""

    line: int
    channel: str
    address: str


class LineRefusal(NamedTuple):
    """One line that invites nobody, and the code of the reason.

    Codes: ``empty``, ``not-an-address``, ``too-long``, ``twice`` (``other`` is the first line),
    ``invited``: by an earlier list, ``unwelcome``: asked for no more letters.
    """

    line: int
    code: str
    text: str
    other: int = 0


class ContactList(NamedTuple):
    """A file as read: whom it invites, and what was refused, both in the order of the file."""

    contacts: tuple[ContactLine, ...]
    refusals: tuple[LineRefusal, ...]


def normal_address(text: str) -> tuple[str, str] | None:
    """Return the channel and the normal form of an address; None if it is neither.

    Example:
        >>> normal_address(" Ana@Example.ORG ")
        ('email', 'Ana@example.org')
        >>> normal_address("+1 (514) 555-01 23")
        ('phone', '+15145550123')
        >>> normal_address("514 555 0123") is None
        True
    """
    stripped = text.strip()
    if _EMAIL.fullmatch(stripped):
        name, _, host = stripped.rpartition("@")
        return EMAIL, f"{name}@{host.lower()}"
    digits = _BETWEEN.sub("", stripped)
    return (PHONE, digits) if _PHONE.fullmatch(digits) else None


def read_contacts(content: bytes, why_refused: Callable[[str], str] = lambda _: "") -> ContactList:
    """Read a list, line by line.

    Args:
        content: the file; UTF-8, columns apart by comma, semicolon or tabulator.
        why_refused: returns the code why an address is refused, empty if it is not.

    Raises:
        TooLarge: ``list-bytes``.
        BadInput: ``list-encoding``: the file is not UTF-8.
        TooMany: ``list-lines``.
        Incomplete: ``list-empty``.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(
            f"the list has {len(content)} bytes; at most {MOST_BYTES} are read",
            code="list-bytes",
            limit=MOST_BYTES,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadInput(
            f"byte {fault.start} of the list is not UTF-8; save it as “CSV UTF-8”",
            code="list-encoding",
            at=fault.start,
        ) from None
    rows = _cells(text)
    if not any(cell for _line, cell in rows):
        raise Incomplete("the list holds no address", code="list-empty", field="file")
    if len(rows) > MOST_LINES:
        raise TooMany(
            f"the list has {len(rows)} lines; split it into lists of {MOST_LINES}",
            code="list-lines",
            limit=MOST_LINES,
        )
    return _sort(rows, why_refused)


def _cells(text: str) -> list[tuple[int, str]]:
    """Return the cell of each line that holds the address, with the line's number."""
    head = text.split("\n", 1)[0]
    apart = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=apart)
    column: int | None = None
    cells: list[tuple[int, str]] = []
    for row in reader:
        if column is None:
            names = [cell.strip().lower() for cell in row]
            column = next((at for at, name in enumerate(names) if name in COLUMNS), None)
            if column is not None:
                continue
            column = next((at for at, cell in enumerate(row) if normal_address(cell)), 0)
        cells.append((reader.line_num, row[column].strip() if column < len(row) else ""))
    while cells and not cells[-1][1]:
        cells.pop()
    return cells


def _sort(rows: list[tuple[int, str]], why_refused: Callable[[str], str]) -> ContactList:
    contacts: list[ContactLine] = []
    refusals: list[LineRefusal] = []
    first_lines: dict[str, int] = {}
    for line, text in rows:
        excerpt = text[:LONGEST_ADDRESS]
        normal = normal_address(text) if len(text) <= LONGEST_ADDRESS else None
        if normal is None:
            code = "not-an-address" if text else "empty"
            code = "too-long" if len(text) > LONGEST_ADDRESS else code
            refusals.append(LineRefusal(line, code, excerpt))
            continue
        channel, address = normal
        identity = address.lower()
        if identity in first_lines:
            refusals.append(LineRefusal(line, "twice", excerpt, first_lines[identity]))
            continue
        first_lines[identity] = line
        code = why_refused(address)
        if code:
            refusals.append(LineRefusal(line, code, excerpt))
        else:
            contacts.append(ContactLine(line, channel, address))
    return ContactList(tuple(contacts), tuple(refusals))
