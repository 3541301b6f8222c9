"""Template tags of pay pages: days, statuses, places, the cells of a statement."""

from collections.abc import Iterator, Sequence
from datetime import date

from django import template
from django.utils.translation import gettext as _

from canut.web import pay_words
from canut.web.paper import day_word
from canut.web.shown import duration, money, whole

register = template.Library()
for _filter in (
    pay_words.change_word,
    pay_words.contribution_word,
    pay_words.parameter_word,
    pay_words.payment_word,
    pay_words.place_word,
    pay_words.status_word,
):
    register.filter(_filter.__name__, _filter)


@register.filter
def on_day(value: date) -> str:
    """Write a day with its year."""
    return day_word(value.isoformat())


@register.filter
def said(text: str) -> str:
    """Say a sentence that is kept in English in the page's language."""
    return _(text)


@register.filter
def sided(row: Sequence[str], head: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Give each cell of a row the side and the name of its column."""
    for cell, (name, side) in zip(row, head, strict=True):
        yield cell, side, name


@register.simple_tag
def changed(value: int, what: str, currency: str) -> str:
    """Write a figure of a dry run in its own unit."""
    if what == "time_ms":
        return duration(value)
    return whole(value) if what == "pieces" else money(value, currency)
