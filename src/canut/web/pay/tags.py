"""Template tags of pay pages: dates, statuses, jurisdictions, cells of a statement."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from django import template

from canut.web.kit.formatting import NO_BREAK, duration, format_count, locale, money, with_first
from canut.web.pay import wording
from canut.web.pay.place_wording import parameter_name, value_in_words
from canut.web.pay.source_titles import source_title
from canut.web.pay.statement_words import RIGHT, RIGHT_WIDE, WIDE, day_word

register = template.Library()
for _filter in (
    parameter_name,
    source_title,
    value_in_words,
    wording.change_word,
    wording.confidence_word,
    wording.contribution_key_word,
    wording.contribution_word,
    wording.payment_word,
    wording.place_word,
    wording.status_word,
):
    register.filter(_filter.__name__, _filter)


@register.filter
def short_day(value: date) -> str:
    """Format a day with its weekday, short: ``jeu. 17 déc.``, ``Thu., Dec. 17``."""
    pattern = "EEE, MMM d" if _has_month_first() else "EEE d MMM"
    return with_first(format_date(value, format=pattern, locale=locale())).replace(" ", NO_BREAK)


@register.simple_tag
def days_of_period(first: date, last: date) -> str:
    """Format the days of a period, short: ``14 – 27 nov. 2026``, ``Nov. 14 – 27, 2026``."""
    is_one_month = (first.year, first.month) == (last.year, last.month)
    is_one_year = first.year == last.year
    if _has_month_first():
        starts = "MMM d" if is_one_year else "MMM d, y"
        ends = "d, y" if is_one_month else "MMM d, y"
    else:
        starts = "d" if is_one_month else "d MMM" if is_one_year else "d MMM y"
        ends = "d MMM y"
    begin = format_date(first, format=starts, locale=locale())
    end = format_date(last, format=ends, locale=locale())
    return with_first(f"{begin} – {end}").replace(" ", NO_BREAK).replace(f"–{NO_BREAK}", "– ")


def _has_month_first() -> bool:
    """Return whether the page's language writes the month before the day."""
    return locale().startswith("en")


@register.filter
def on_day(value: date) -> str:
    """Format a date with its year."""
    return day_word(value.isoformat())


@register.filter
def heads(head: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each column's name with its classes."""
    return [(name, _classes(side)) for name, side in head]


@register.filter
def sided(row: Sequence[str], head: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the cells of a row with the classes of their columns."""
    cells = [(cell, _classes(side)) for cell, (_name, side) in zip(row, head, strict=True)]
    if head[-1][1] == RIGHT:
        cells[-1] = (cells[-1][0], "r money")
    return cells


def _classes(side: str) -> str:
    return {RIGHT: "r", WIDE: "wide", RIGHT_WIDE: "r wide"}.get(side, "")


@register.simple_tag
def changed(value: int, field: str, currency: str) -> str:
    """Format a figure of a dry run in its own unit."""
    if field == "time_ms":
        return duration(value)
    return format_count(value) if field == "pieces" else money(value, currency)
