"""Amounts of money as programs write them: text with at most two decimals, no currency.

They are read in the currency of the key and never converted.
"""

import re
from decimal import ROUND_DOWN, Decimal

from canut.core.money import MICRO, MOST_UNITS
from canut.core.outside_text import read_decimal
from canut.core.turk.refusals import invalid

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{0,2})?")
CENT = Decimal("0.01")


def read_amount(text: str, member: str) -> int:
    """Return an amount in micro-units.

    Args:
        text: as sent: ``2``, ``0.5`` and ``0.50`` are all right.
        member: the name of the member, for the error.

    Raises:
        TurkError: it has a sign, an exponent or more than two decimals.

    Example:
        >>> read_amount("0.5", "Reward")
        500000
    """
    amount = read_decimal(text.rstrip("."), MOST_UNITS)
    if amount is None or not AMOUNT.fullmatch(text):
        raise invalid(
            f"Value '{text[:40]}' at '{member}' must be an amount with at most two decimals, "
            "such as 0.50"
        )
    return int(amount * MICRO)


def write_amount(micro: int) -> str:
    """Return an amount as programs read it, rounded down to two decimals.

    Example:
        >>> write_amount(1_239_999)
        '1.23'
    """
    return str((Decimal(micro) / MICRO).quantize(CENT, rounding=ROUND_DOWN))
