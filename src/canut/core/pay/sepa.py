"""What the European Payments Council asks of a credit transfer in euros, beyond ISO 20022.

Texts are reduced to the SEPA alphabet, and a day of payment is one on which TARGET settles.
``payment_file`` writes the file.

Source:
    EPC, SEPA Credit Transfer, customer-to-PSP implementation guidelines, 2025.
"""

import re
import unicodedata
from datetime import date, timedelta

from canut.core.places.holidays import easter

LONGEST_NAME, FRIDAY = 70, 5
NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
LETTERS = str.maketrans(
    {
        "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l",
        "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i",
        "’": "'", "\u2018": "'", "–": "-", "—": "-", "\u2011": "-", "&": "+", "_": "-",
    }
)  # fmt: skip
FIXED_CLOSINGS = {(1, 1), (5, 1), (12, 25), (12, 26)}


def sepa_text(text: str, longest: int) -> str:
    """Reduce a text to the SEPA alphabet: letters without accents, digits, some signs.

    Returns:
        At most ``longest`` characters; empty where no character of the text has a place.

    Example:
        >>> sepa_text("Noémie Lœwe-Ñandú", 70)
        'Noemie Loewe-Nandu'
    """
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS))
    reduced = NOT_SEPA.sub("", "".join(" " if letter.isspace() else letter for letter in plain))
    single = re.sub(r"/{2,}", "/", re.sub(r" {2,}", " ", reduced)).strip(" /")
    return single[:longest].strip(" /")


def has_letters(text: str) -> bool:
    """Return whether a text is still a name in the SEPA alphabet."""
    return any(letter.isalpha() for letter in sepa_text(text, LONGEST_NAME))


def settlement_day(day: date) -> date:
    """Return the first day from this one on which TARGET settles payments.

    Source:
        European Central Bank, TARGET closing days: weekends, 1 January, Good Friday, Easter Monday,
        1 May, 25 and 26 December.

    Example:
        >>> settlement_day(date(2026, 4, 3))
        datetime.date(2026, 4, 7)
    """
    while _is_closing(day):
        day += timedelta(days=1)
    return day


def _is_closing(day: date) -> bool:
    sunday = easter(day.year)
    moving = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    is_weekend = day.isoweekday() > FRIDAY
    return is_weekend or (day.month, day.day) in FIXED_CLOSINGS or day in moving
