"""Write a file of credits for a Canadian bank by Standard 005 of Payments Canada.

Records have a fixed width of 1,464 characters: a header A, credits C with six segments each, a
trailer Z. Not every field was read in an official text; ``is_confirmed`` says which were. A bank's
own validator has to take the first file before one is sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from canut.core.errors import BadInput, Incomplete
from canut.core.pay.payment_file import Order, Transfer, check_account, is_canadian
from canut.core.pay.sepa import sepa_text

RECORD, SEGMENTS, MOST_NUMBER, MICRO_PER_CENT = 1464, 6, 9999, 10_000
NUMBER, CENTRE = re.compile(r"[A-Za-z0-9]{1,10}"), re.compile(r"[0-9]{5}")
PAYROLL = "200"


@dataclass(frozen=True, slots=True)
class FixedField:
    """A field of a record: its width, and whether an official text was read for it.

    Args:
        is_number: filled with zeros on the left; otherwise with spaces on the right.
    """

    name: str
    width: int
    is_number: bool = False
    is_confirmed: bool = False


HEADER = (
    FixedField("type", 1, is_confirmed=True),
    FixedField("count", 9, is_number=True, is_confirmed=True),
    FixedField("originator", 10, is_confirmed=True),
    FixedField("file_number", 4, is_number=True, is_confirmed=True),
    FixedField("created", 6, is_confirmed=True),
    FixedField("centre", 5, is_number=True, is_confirmed=True),
    FixedField("blank", 20, is_confirmed=True),
    FixedField("currency", 3, is_confirmed=True),
)
SEGMENT = (
    FixedField("code", 3),
    FixedField("cents", 10, is_number=True, is_confirmed=True),
    FixedField("due", 6, is_confirmed=True),
    FixedField("bank", 9, is_number=True, is_confirmed=True),
    FixedField("account", 12, is_confirmed=True),
    FixedField("trace", 22, is_number=True),
    FixedField("stored_code", 3, is_number=True),
    FixedField("short_name", 15),
    FixedField("payee", 30),
    FixedField("long_name", 30),
    FixedField("originator", 10),
    FixedField("reference", 19),
    FixedField("return_bank", 9, is_number=True),
    FixedField("return_account", 12),
    FixedField("sundry", 15),
    FixedField("blank", 22),
    FixedField("settlement", 2),
    FixedField("invalid", 11, is_number=True),
)
TRAILER = (
    FixedField("type", 1),
    FixedField("count", 9, is_number=True),
    FixedField("originator", 10),
    FixedField("file_number", 4, is_number=True),
    FixedField("debit_cents", 14, is_number=True),
    FixedField("debits", 8, is_number=True),
    FixedField("credit_cents", 14, is_number=True),
    FixedField("credits", 8, is_number=True),
    FixedField("corrections", 44, is_number=True),
)


@dataclass(frozen=True, slots=True)
class Originator:
    """What the bank gave whoever pays.

    Args:
        number: the originator's identification, of at most 10 characters.
        centre: the bank's data centre, of 5 digits.

    Raises:
        Incomplete: one of them is missing or malformed.
    """

    number: str
    centre: str

    def __post_init__(self) -> None:
        """Raise unless both are as a bank gives them."""
        if not (NUMBER.fullmatch(self.number) and CENTRE.fullmatch(self.centre)):
            raise Incomplete(
                "the originator number and data centre are missing or malformed; your bank gives"
                " them",
                code="originator-unknown",
            )


def cpa_file(order: Order, originator: Originator, file_number: int) -> bytes:
    """Write an order as a file of credits of Standard 005, in ASCII with a line each record.

    ``file_number`` is one more than the last file's; it begins again after 9999.

    Raises:
        Incomplete: the payer's account is not a Canadian one.
        BadInput: another currency than CAD, an account of another country, or an amount over 10
            digits of cents.
    """
    number = (file_number - 1) % MOST_NUMBER + 1
    if not is_canadian(order.payer):
        raise Incomplete("Standard 005 pays from a Canadian account", code="payer-not-canadian")
    accounts = (order.payer, *(transfer.to for transfer in order.transfers))
    for account in accounts:
        check_account(account)
    if order.total.currency != "CAD" or not all(map(is_canadian, accounts)):
        raise BadInput("Standard 005 pays CAD between Canadian accounts", code="bad-order")
    head = {"originator": originator.number, "file_number": str(number)}
    first = {
        "type": "A",
        "count": "1",
        "created": _julian(order.made_at.date()),
        "centre": originator.centre,
        "currency": "CAD",
    }
    records = [_layout(HEADER, head | first)]
    segments = [_segment(order, transfer, originator) for transfer in order.transfers]
    for begin in range(0, len(segments), SEGMENTS):
        start = {"type": "C", "count": str(len(records) + 1)}
        body = "".join(segments[begin : begin + SEGMENTS])
        records.append(_layout(HEADER[:4], head | start) + body)
    last = {
        "type": "Z",
        "count": str(len(records) + 1),
        "credit_cents": str(sum(_cents(transfer) for transfer in order.transfers)),
        "credits": str(len(order.transfers)),
    }
    records.append(_layout(TRAILER, head | last))
    return "".join(f"{record:<{RECORD}}\r\n" for record in records).encode("ascii")


def _segment(order: Order, transfer: Transfer, originator: Originator) -> str:
    payer = order.payer
    values = {
        "code": PAYROLL,
        "cents": str(_cents(transfer)),
        "due": _julian(order.pay_day),
        "bank": transfer.to.bank,
        "account": transfer.to.number,
        "short_name": _plain(payer.holder, 15),
        "payee": _plain(transfer.to.holder, 30),
        "long_name": _plain(payer.holder, 30),
        "originator": originator.number,
        "reference": _plain(transfer.reference, 19),
        "return_bank": payer.bank,
        "return_account": payer.number,
    }
    return _layout(SEGMENT, values)


def _layout(fields: Sequence[FixedField], values: Mapping[str, str]) -> str:
    """Lay values out at their widths; a field without a value is of zeros or spaces."""
    cells: list[str] = []
    for field in fields:
        text = values.get(field.name, "")
        if len(text) > field.width:
            raise BadInput(
                f"{field.name} has {len(text)} characters; at most {field.width}", code="bad-order"
            )
        cells.append(text.rjust(field.width, "0") if field.is_number else text.ljust(field.width))
    return "".join(cells)


def _cents(transfer: Transfer) -> int:
    cents, finer = divmod(transfer.amount.micro, MICRO_PER_CENT)
    if finer:
        raise BadInput(f"{transfer.amount.decimal} is finer than a cent", code="bad-order")
    return cents


def _julian(day: date) -> str:
    """Format a day as a zero, the year's last two digits and the day of the year."""
    return f"0{day:%y%j}"


def _plain(text: str, longest: int) -> str:
    return sepa_text(text, longest).upper()
