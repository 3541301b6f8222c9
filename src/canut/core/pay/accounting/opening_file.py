"""Read pay of the year from before Canut, from a CSV with one line for each person.

Every line is checked, and every problem named with its line, its column and what to do; whoever
reads the file keeps nothing of it while there is one. ``year_to_date`` of the actions uses the
balances for yearly limits.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from canut.core.errors import BadFile
from canut.core.formula_cells import safe_cell
from canut.core.money import MICRO, minor_decimals
from canut.core.outside_text import read_decimal, read_whole

MOST_LINES = 5_000
MOST_BYTES = 2 * 1024 * 1024
MOST_PROBLEMS = 100
MOST_AMOUNT = 100_000_000
LONGEST_SEEN = 40
HEAD = ("person", "name", "currency")
AMOUNTS = ("gross", "vacation", "net")


class OpeningProblem(NamedTuple):
    """One problem of the file: its line, its column, what stands there, and what was expected."""

    line: int
    column: str
    code: str
    seen: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class OpeningPerson:
    """What is known of a person whose pay is brought in.

    Args:
        name: as it stands here.
        currency: that of their place.
        contributions: by name and payer (``qpp/employee``), the most of a year in micro-units; None
            where there is no limit.
    """

    name: str
    currency: str
    contributions: Mapping[str, int | None] = field(default_factory=dict[str, "int | None"])


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """What one person was paid this year before Canut, in micro-units."""

    person: int
    currency: str
    gross_micro: int
    vacation_micro: int
    net_micro: int
    contributed: Mapping[str, int]


def column_of(key: str) -> str:
    """Return the column of a contribution: ``qpp_employee`` of ``qpp/employee``."""
    return key.replace("/", "_")


def opening_template(people: Mapping[int, OpeningPerson]) -> bytes:
    """Write the file to fill in: a line for each person, empty amounts."""
    keys = sorted({key for person in people.values() for key in person.contributions})
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*HEAD, *AMOUNTS, *map(column_of, keys)])
    for number, person in sorted(people.items()):
        empty = [""] * (len(AMOUNTS) + len(keys))
        table.writerow([number, safe_cell(person.name), person.currency, *empty])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read_openings(
    content: bytes, people: Mapping[int, OpeningPerson]
) -> tuple[list[OpeningLine], list[OpeningProblem]]:
    """Read and check a file; lines without any amount are left out.

    Args:
        content: of the file, in UTF-8 or as Excel writes it, with commas or semicolons.
        people: who may be in it, by number.

    Raises:
        BadFile: it is no such table, or too long.
    """
    rows = list(_rows(content))
    if not rows:
        raise BadFile("the file is empty; expected a line of columns", code="opening-empty")
    head = [cell.strip().lower() for cell in rows[0][1]]
    columns = {*HEAD, *AMOUNTS}
    columns |= {column_of(key) for person in people.values() for key in person.contributions}
    problems = [
        OpeningProblem(1, name, "missing-column", "")
        for name in (*HEAD, *AMOUNTS)
        if name not in head
    ]
    problems += [
        OpeningProblem(1, name[:LONGEST_SEEN], "unknown-column", name[:LONGEST_SEEN])
        for name in head
        if name not in columns or head.count(name) > 1
    ]
    lines: list[OpeningLine] = []
    if problems:
        return [], problems
    for number, cells in rows[1:]:
        if len(cells) > len(head):
            problems.append(OpeningProblem(number, "", "too-many-cells", str(len(cells))))
            continue
        fields = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        amounts = [fields.get(name, "") for name in head if name not in HEAD]
        if not any(amounts):
            continue
        line, own = check_opening(fields, people, number)
        if line is not None and any(line.person == other.person for other in lines):
            own.append(OpeningProblem(number, "person", "twice", fields["person"]))
        problems += own
        if line is not None:
            lines.append(line)
        if len(problems) >= MOST_PROBLEMS:
            break
    if not lines and not problems:
        problems.append(OpeningProblem(1, "gross", "nothing", ""))
    return lines, problems


def check_opening(
    fields: Mapping[str, str], people: Mapping[int, OpeningPerson], line: int = 0
) -> tuple[OpeningLine | None, list[OpeningProblem]]:
    """Check one person's amounts, as they are typed.

    Args:
        fields: by column; the name may be missing.
        people: who may be meant.
        line: of the file; 0 where there is none.
    """
    number = read_whole(fields.get("person", ""))
    person = people.get(number) if number is not None else None
    if number is None or person is None:
        seen = fields.get("person", "")[:LONGEST_SEEN]
        return None, [OpeningProblem(line, "person", "unknown-person", seen)]
    problems: list[OpeningProblem] = []
    name = fields.get("name", "")
    if name not in {"", person.name, safe_cell(person.name)}:
        problems.append(
            OpeningProblem(line, "name", "other-name", name[:LONGEST_SEEN], person.name)
        )
    currency = fields.get("currency", "") or person.currency
    if currency.upper() != person.currency:
        seen = currency[:LONGEST_SEEN]
        problems.append(OpeningProblem(line, "currency", "other-currency", seen, person.currency))
    micro: dict[str, int] = {}
    for column in (*AMOUNTS, *map(column_of, person.contributions)):
        amount = _amount(fields.get(column, ""), person.currency)
        if isinstance(amount, str):
            seen = fields.get(column, "")[:LONGEST_SEEN]
            problems.append(OpeningProblem(line, column, amount, seen))
        else:
            micro[column] = amount
    foreign = {name for name, text in fields.items() if text} - {*HEAD, *AMOUNTS}
    foreign -= {column_of(key) for key in person.contributions}
    problems += [
        OpeningProblem(line, column, "not-theirs", fields[column][:LONGEST_SEEN])
        for column in sorted(foreign)
    ]
    if problems:
        return None, problems
    contributed = {key: micro[column_of(key)] for key in person.contributions}
    problems = [*_sums(person, micro, contributed, line)]
    if problems:
        return None, problems
    opening = OpeningLine(
        person=number,
        currency=person.currency,
        gross_micro=micro["gross"],
        vacation_micro=micro["vacation"],
        net_micro=micro["net"],
        contributed=contributed,
    )
    return opening, []


def _sums(
    person: OpeningPerson, micro: Mapping[str, int], contributed: Mapping[str, int], line: int
) -> Iterator[OpeningProblem]:
    """Yield what cannot be together: parts over their whole, contributions over their limit."""
    gross = micro["gross"]
    if not gross:
        yield OpeningProblem(line, "gross", "no-gross", "0")
    for key, most in person.contributions.items():
        if most is not None and contributed[key] > most:
            yield OpeningProblem(
                line, column_of(key), "over-maximum", _plain(contributed[key]), _plain(most)
            )
    if micro["vacation"] > gross:
        yield OpeningProblem(
            line, "vacation", "over-gross", _plain(micro["vacation"]), _plain(gross)
        )
    withheld = sum(amount for key, amount in contributed.items() if key.endswith("/employee"))
    if micro["net"] > gross - withheld:
        at_most = _plain(max(0, gross - withheld))
        yield OpeningProblem(line, "net", "net-too-high", _plain(micro["net"]), at_most)


def _amount(text: str, currency: str) -> int | str:
    """Return an amount in micro-units, or the code of its problem."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return "empty"
    amount = read_decimal(plain, MOST_AMOUNT)
    if amount is None:
        return "not-a-number"
    if amount < 0:
        return "below-zero"
    coins = amount.scaleb(minor_decimals(currency))
    if coins != coins.to_integral_value():
        return "too-fine"
    return int(amount * MICRO)


def _plain(micro: int) -> str:
    return f"{Decimal(micro) / MICRO:.2f}"


def _rows(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the lines of a table that hold anything, with their numbers.

    Raises:
        BadFile: it cannot be read, or is too long.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(
            f"the file has {len(content)} bytes; at most {MOST_BYTES}",
            code="opening-long",
            most=MOST_LINES,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MOST_LINES:
                raise BadFile(
                    f"the file has over {MOST_LINES} lines; split it",
                    code="opening-long",
                    most=MOST_LINES,
                )
            yield table.line_num, cells
    except csv.Error as problem:
        raise BadFile(
            f"line {table.line_num} is no line of a CSV ({problem})",
            code="opening-csv",
            line=table.line_num,
        ) from problem
