"""Template tags of pay pages: days, statuses, places, the cells of a statement."""

from collections.abc import Sequence
from datetime import date

from django import template

from canut.web.kit.formatting import duration, format_count, money
from canut.web.pay import wording
from canut.web.pay.place_wording import parameter_name, value_in_words
from canut.web.pay.statement_layout import RIGHT, WIDE, day_word

register = template.Library()
for _filter in (
    parameter_name,
    value_in_words,
    wording.change_word,
    wording.contribution_word,
    wording.payment_word,
    wording.place_word,
    wording.status_word,
):
    register.filter(_filter.__name__, _filter)


@register.filter
def on_day(value: date) -> str:
    """Write a day with its year."""
    return day_word(value.isoformat())


@register.filter
def heads(head: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give each column its name and its classes."""
    return [(name, _classes(side)) for name, side in head]


@register.filter
def sided(row: Sequence[str], head: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give each cell of a row the classes of its column; the last one, of money, has its rule."""
    cells = [(cell, _classes(side)) for cell, (_name, side) in zip(row, head, strict=True)]
    if head[-1][1] == RIGHT:
        cells[-1] = (cells[-1][0], "r money")
    return cells


def _classes(side: str) -> str:
    return {RIGHT: "r", WIDE: "wide"}.get(side, "")


@register.simple_tag
def changed(value: int, what: str, currency: str) -> str:
    """Write a figure of a dry run in its own unit."""
    if what == "time_ms":
        return duration(value)
    return format_count(value) if what == "pieces" else money(value, currency)
