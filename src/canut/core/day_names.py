"""Write a day in words, in English and in French, for texts that are written outside a page.

Pages format days by CLDR (``web.kit.formatting``); this gives the same words: ``March 1, 2027``,
``1er mars 2027``.
"""

from datetime import date

MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


def day_in(language: str, day: date, *, with_year: bool = True) -> str:
    """Write a day in words of a language.

    Args:
        language: ``fr``, or English for any other.
        day: the day.
        with_year: whether its year is written.

    >>> day_in("en", date(2027, 3, 1)), day_in("fr", date(2027, 3, 1))
    ('March 1, 2027', '1er mars 2027')
    >>> day_in("en", date(2027, 3, 1), with_year=False)
    'March 1'
    """
    if language == "fr":
        year = f" {day.year}" if with_year else ""
        return f"{day.day}{'er' if day.day == 1 else ''} {MONTHS['fr'][day.month - 1]}{year}"
    year = f", {day.year}" if with_year else ""
    return f"{MONTHS['en'][day.month - 1]} {day.day}{year}"
