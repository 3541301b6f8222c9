"""Write the period of a figure in words: a year, a quarter, a month, or two days."""

from calendar import monthrange
from datetime import date

from canut.core.portrait.language import PortraitLanguage

QUARTER = 3
YEAR = 12


def period_words(begin: date, end: date, voice: PortraitLanguage) -> str:
    """Return a period in words.

    >>> voice = PortraitLanguage("fr")
    >>> period_words(date(2025, 1, 1), date(2025, 12, 31), voice)
    '2025'
    >>> period_words(date(2025, 4, 1), date(2025, 6, 30), voice)
    'T2 2025'
    >>> period_words(date(2025, 4, 3), date(2025, 6, 30), voice)
    '2025-04-03 – 2025-06-30'
    """
    is_whole = begin.day == 1 and end.day == monthrange(end.year, end.month)[1]
    months = 12 * (end.year - begin.year) + end.month - begin.month + 1
    if is_whole and months == YEAR and begin.month == 1:
        return str(begin.year)
    if is_whole and months == QUARTER and begin.month % QUARTER == 1:
        return voice.period(f"{begin.year}-Q{end.month // QUARTER}")
    if is_whole and months == 1:
        return voice.period(f"{begin:%Y-%m}")
    return f"{begin} – {end}" if begin != end else str(begin)
