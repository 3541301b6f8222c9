"""Keep spreadsheets from running a cell of a CSV as a formula.

Spreadsheets read the full-width signs of East Asian keyboards like the ASCII ones. Every writer of
CSV takes its rule from here.
"""

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULA = "^[-=+@\t\r\uff1d\uff0b\uff0d\uff20]"
NUMBER = "^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$"
"""A text that is a number, which stays as it is."""
_number = re.compile(NUMBER).fullmatch


def safe_cell(text: str) -> str:
    """Return the text of a cell, with an apostrophe before what would run as a formula.

    Example:
        >>> safe_cell("=1+1"), safe_cell("-3"), safe_cell("-3+cmd"), safe_cell("@x")
        ("'=1+1", '-3', "'-3+cmd", "'@x")
    """
    return "'" + text if text.startswith(FORMULA_STARTS) and not _number(text) else text
