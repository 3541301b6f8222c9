"""Format figures as text: money, time, shares, intervals, in the page's language.

Nothing is decided here and nothing rounded in anybody's favour: exact amounts come in as integer
micro-units or milliseconds, and go out as a person in Canada reads them, with no-break spaces.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from math import floor

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone

from canut.core.clock import HOUR_MS, MINUTE_MS
from canut.core.money import Money, rounded_up
from canut.core.outside_text import read_decimal
from canut.web.kit.languages import is_french, language_now, locale_of
from canut.web.kit.messages import message_now

PATTERNS = {
    "fr_CA": {"time": "H 'h' mm", "date": "d MMMM y", "day": "EEEE d MMMM"},
    "en_CA": {"time": "H:mm", "date": "MMMM d, y", "day": "EEEE, MMMM d"},
}
"""How Canada writes hours and days; every other locale does as CLDR says it does."""
FIRST_OF_MONTH = re.compile(r"(?<![\d,.])1(?=[ \u00a0\u202f\u2009]?(?:[^\W\d_]|–))")
"""The first of a month within a French date, which has no hour."""
MICRO = 1_000_000
KIB = 1024
PERCENT = 100
TINY = 1e-9  # 0.29 * 100 is 28.999…
NO_BREAK = "\u00a0"


def locale() -> str:
    """Return babel's name for the page's language."""
    return locale_of(language_now().locale)


def without_accents(text: str) -> str:
    """Return a text without accents and capitals, as people type it in a search."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def alphabetical(name: str) -> tuple[str, str]:
    """Return the key that sorts names as a dictionary does: Égypte before Espagne."""
    return without_accents(name), name


def money(micro: int, currency: str) -> str:
    """Format a total, rounded half-even to the currency's minor unit."""
    return format_currency(Decimal(micro) / MICRO, currency, locale=locale())


def earnings(micro: int, currency: str) -> str:
    """Format what a worker earned so far, or what is needed at most, rounded up to the cent."""
    return money(rounded_up(Money(micro, currency)).micro, currency)


def price(micro: int, currency: str) -> str:
    """Format a price with all its decimals: a piece may cost less than a cent."""
    return format_currency(
        Decimal(micro) / MICRO, currency, locale=locale(), decimal_quantization=False
    )


def typed_amount(micro: int) -> str:
    """Format an amount for an input, without currency or thousands separators: ``0,05``."""
    return format_decimal(Decimal(micro) / MICRO, "0.######", locale=locale())


def format_count(number: int) -> str:
    """Format a count with thousands separators."""
    return format_decimal(number, locale=locale())


def duration(milliseconds: int) -> str:
    """Format a duration in its two largest units: ``2 h 34``, ``2 min 10``, ``41 s``.

    The remainder is dropped, never rounded up.
    """
    seconds = milliseconds // 1000
    hours, minutes = milliseconds // HOUR_MS, milliseconds // MINUTE_MS % 60
    if hours:
        words = f"{format_count(hours)} h {minutes:02}"
    elif minutes:
        words = f"{minutes} min {seconds % 60:02}"
    else:
        words = f"{seconds} s"
    return words.replace(" ", NO_BREAK)


def whole_time(milliseconds: int) -> str:
    """Format a duration to the second, so that it can be multiplied: ``3 h 12 min 05 s``.

    The remainder is dropped, never rounded up.
    """
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        words = f"{format_count(hours)} h {minutes:02} min {seconds % 60:02} s"
    elif minutes:
        words = f"{minutes} min {seconds % 60:02} s"
    else:
        words = f"{seconds} s"
    return words.replace(" ", NO_BREAK)


def task_time(milliseconds: int) -> str:
    """Format the time of a task: ``4,3 s`` under a minute, else as ``duration`` does."""
    if milliseconds >= MINUTE_MS:
        return duration(milliseconds)
    seconds = format_decimal(Decimal(milliseconds) / 1000, "0.#", locale=locale())
    return f"{seconds}{NO_BREAK}s"


def tenths(number: float) -> str:
    """Format a number with one decimal: ``4,6``."""
    return format_decimal(number, "#,##0.0", locale=locale())


def share(fraction: float | Decimal | None) -> str:
    """Format a share as a percentage with one decimal; None is shown as unknown."""
    if fraction is None:
        return message_now("common.unknown")
    return format_percent(fraction, format=_percent("0.0"), locale=locale())


def percent_of(text: str) -> str:
    """Format a percentage that a document writes with a point: ``90.9`` as ``90,9 %``."""
    number = read_decimal(text, most=PERCENT)
    return text if number is None else share(number / PERCENT)


def whole_share(fraction: float | None) -> str:
    """Format a share as a whole percentage, rounded down: 79.6 % is not yet 80 %."""
    if fraction is None:
        return message_now("common.unknown")
    return format_percent(floor(100 * fraction + TINY) / 100, format=_percent("0"), locale=locale())


def _percent(digits: str) -> str:
    """Return the locale's percentage format with a number of decimals."""
    usual: str = Locale.parse(locale()).percent_formats[None].pattern
    return usual.replace("#,##0", f"#,##{digits}")


def decimal_of(value: float | None) -> str:
    """Format a number with two decimals; None is shown as unknown."""
    return (
        message_now("common.unknown")
        if value is None
        else format_decimal(value, "0.00", locale=locale())
    )


def chance_of(value: float) -> str:
    """Format a small probability with three decimals: ``0,001``."""
    return format_decimal(value, "0.000", locale=locale())


def interval(low: float, high: float) -> str:
    """Format an interval of shares as percentages without the sign: ``[96,1 – 98,0]``."""
    ends = (format_decimal(100 * end, format="0.0", locale=locale()) for end in (low, high))
    return f"[{f'{NO_BREAK}–{NO_BREAK}'.join(ends)}]"


def weighed(thousandths: int) -> str:
    """Format a dose of exposure with one decimal, never rounded down: ``12,3``."""
    return format_decimal(-(-thousandths // 100) / Decimal(10), "0.0", locale=locale())


def size(octets: int) -> str:
    """Format a file size in a suitable unit."""
    is_small = octets < KIB
    amount = float(octets)
    units = [
        message_now("page.formatting.bytes"),
        message_now("page.formatting.kib"),
        message_now("page.formatting.mib"),
        message_now("page.formatting.gib"),
    ]
    while amount >= KIB and len(units) > 1:
        amount /= KIB
        units.pop(0)
    decimals = "#,##0" if is_small else "#,##0.#"
    return f"{format_decimal(amount, format=decimals, locale=locale())}{NO_BREAK}{units[0]}"


def moment(value: datetime | int) -> str:
    """Format a date and time, from a datetime or epoch milliseconds."""
    if isinstance(value, int):
        value = datetime.fromtimestamp(value / 1000, tz=timezone.get_current_timezone())
    here = timezone.localtime(value)
    time = PATTERNS.get(locale(), {}).get("time", "short")
    hour = format_time(here, format=time, locale=locale()).replace(" ", NO_BREAK)
    return f"{calendar_day(here)}, {hour}"


def short_moment(value: int) -> str:
    """Format epoch milliseconds for a narrow column: the time today, else the day and month."""
    here = timezone.localtime(datetime.fromtimestamp(value / 1000, tz=UTC))
    if here.date() == timezone.localdate():
        time = PATTERNS.get(locale(), {}).get("time", "short")
        text = format_time(here, format=time, locale=locale())
    else:
        text = with_first(format_skeleton("MMMd", here, locale=locale()))
    return text.replace(" ", NO_BREAK)


def day_and_hour(value: int) -> str:
    """Format a day of this year and its hour, from epoch milliseconds."""
    here = timezone.localtime(datetime.fromtimestamp(value / 1000, tz=UTC))
    time = PATTERNS.get(locale(), {}).get("time", "short")
    hour = format_time(here, format=time, locale=locale()).replace(" ", NO_BREAK)
    return f"{with_first(format_skeleton('MMMd', here, locale=locale()))}, {hour}"


def day_span(first: date, last: date) -> str:
    """Format some days in a row: ``16 – 30 novembre``; with the year where it is not today's."""
    skeleton = "MMMd" if first.year == last.year == timezone.localdate().year else "yMMMd"
    return with_first(format_interval(first, last, skeleton, locale=locale()))


def with_first(text: str) -> str:
    """Return a French date with its first of a month as one writes it: ``1er mai 2026``."""
    return FIRST_OF_MONTH.sub("1er", text) if is_french() else text


def calendar_day(value: date | int) -> str:
    """Format a date, from a date or epoch milliseconds: ``1er mai 2026``."""
    if isinstance(value, int):
        value = datetime.fromtimestamp(value / 1000, tz=timezone.get_current_timezone())
    pattern = PATTERNS.get(locale(), {}).get("date", "long")
    return with_first(format_date(value, format=pattern, locale=locale()))


def month_name(value: date) -> str:
    """Format the month of a day: ``octobre 2026``."""
    return format_skeleton("yMMMM", value, locale=locale())


def day(value: datetime) -> str:
    """Format a date with its weekday: ``mercredi 25 novembre``."""
    here, own = timezone.localtime(value), PATTERNS.get(locale())
    if own is None:
        return with_first(format_skeleton("MMMMEEEEd", here, locale=locale()))
    return with_first(format_date(here, format=own["day"], locale=locale()))
