"""Names of occupations and skills, and openings, in the language of the page."""

from typing import NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.pathways.pathways import skill_name
from canut.core.portrait.reading import shipped_occupations
from canut.store.models import Opening
from canut.web.kit.formatting import calendar_day, money
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now

PERIODS = {
    Opening.Per.HOUR: "page.openings.per_hour",
    Opening.Per.MONTH: "page.openings.per_month",
    Opening.Per.YEAR: "page.openings.per_year",
}


class OpeningView(NamedTuple):
    """An opening on a page."""

    row: Opening
    title: str
    text: str
    occupation: str
    pay: str
    until: str
    is_mail: bool


def in_language(name: Bilingual) -> str:
    """Return a name in the language of the page."""
    return name.fr if two_sided() == "fr" else name.en


def occupation_names() -> dict[str, str]:
    """Return the name of each occupation of the Portrait, by key."""
    is_french = two_sided() == "fr"
    return {row.key: row.label.fr if is_french else row.label.en for row in shipped_occupations()}


def skill_in_words(key: str) -> str:
    """Return the name of a skill, of the passport or learned outside."""
    return in_language(skill_name(key))


def pay_range(low_micro: int, high_micro: int, currency: str, per: str) -> str:
    """Return a range of pay in words, with the time it is for."""
    what_for = message_now(PERIODS[Opening.Per(per)])
    low = money(low_micro, currency)
    if low_micro == high_micro:
        return message_now("page.openings.exactly", low=low, per=what_for)
    high = money(high_micro, currency)
    return message_now("page.openings.range", low=low, high=high, per=what_for)


def opening_view(row: Opening) -> OpeningView:
    """Put an opening into words."""
    is_french = two_sided() == "fr"
    return OpeningView(
        row,
        row.title_fr if is_french else row.title_en,
        row.text_fr if is_french else row.text_en,
        occupation_names().get(row.occupation, row.occupation),
        pay_range(row.low_micro, row.high_micro, row.currency, row.per),
        calendar_day(row.until),
        "://" not in row.apply_to,
    )
