"""What an opening must say, and why one may be taken down. Reads nothing.

Pay, its currency and how to apply are always said. Openings are listed by date, the same for
everybody: nothing of the reader changes what is shown.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from canut.core.decisions.explanations import Sentence
from canut.core.errors import BadInput, Incomplete
from canut.core.messages import message
from canut.core.participation.message_deadlines import plain_text
from canut.core.pathways.pathways import TARGETS, shipped_table
from canut.core.portrait.deposits.table import MAIL

LONGEST_TITLE, LONGEST_TEXT, LONGEST_PLACE, LONGEST_APPLY = 120, 1_000, 120, 300
LONGEST_DAYS = 183
MOST_HOURS = 60
MOST_MICRO = 10**13
PERIODS = ("hour", "month", "year")
CURRENCY_LETTERS = 3
REASONS = ("pay-unclear", "not-a-job", "asks-money", "excludes-people", "out-of-date")
"""The only reasons to take an opening of a client down."""


@dataclass(frozen=True, slots=True)
class OpeningTerms:
    """An opening as it is published.

    Args:
        low_micro: lowest pay, in micro-units of the currency, for the time of ``per``.
        high_micro: highest pay.
        hours_week: hours a week.
        apply_to: an e-mail or a web address.
        until: last day on which it is shown.
    """

    occupation: str
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str
    place: str
    low_micro: int
    high_micro: int
    currency: str
    per: str
    hours_week: int
    apply_to: str
    until: date


def check_opening(terms: OpeningTerms, today: date) -> OpeningTerms:
    """Return an opening with its texts cleaned.

    Args:
        terms: as typed.
        today: the day.

    Raises:
        Incomplete: a title, the place or the way to apply is empty.
        TooLarge: a text is too long.
        BadInput: ``opening-occupation``, ``opening-pay``, ``opening-hours``, ``opening-apply`` or
            ``opening-until``.
    """
    if terms.occupation not in (*TARGETS, *shipped_table().origins):
        _refuse("opening-occupation", "occupation", terms.occupation, "an occupation of the list")
    if not 0 < terms.low_micro <= terms.high_micro <= MOST_MICRO:
        _refuse("opening-pay", "low", terms.low_micro, "a pay above 0, the lowest first")
    if terms.per not in PERIODS or not _is_currency(terms.currency):
        _refuse("opening-pay", "currency", terms.currency, "a currency, by hour, month or year")
    if not 1 <= terms.hours_week <= MOST_HOURS:
        _refuse("opening-hours", "hours_week", terms.hours_week, f"1 to {MOST_HOURS} hours")
    if not today <= terms.until <= today + timedelta(days=LONGEST_DAYS):
        _refuse("opening-until", "until", terms.until, f"a day within {LONGEST_DAYS} days")
    apply_to = _needed(terms.apply_to, LONGEST_APPLY, "apply_to")
    if not MAIL.fullmatch(apply_to) and not is_address(apply_to):
        _refuse("opening-apply", "apply_to", apply_to, "an e-mail, or an address with https://")
    return OpeningTerms(
        terms.occupation,
        _needed(terms.title_en, LONGEST_TITLE, "title_en"),
        _needed(terms.title_fr, LONGEST_TITLE, "title_fr"),
        _optional(terms.text_en),
        _optional(terms.text_fr),
        _needed(terms.place, LONGEST_PLACE, "place"),
        terms.low_micro,
        terms.high_micro,
        terms.currency,
        terms.per,
        terms.hours_week,
        apply_to,
        terms.until,
    )


def is_address(text: str) -> bool:
    """Return whether a text is a web address that a page may link to.

    >>> is_address("https://example.org/jobs/1"), is_address("javascript:alert(1)")
    (True, False)
    """
    scheme, _, rest = text.partition("://")
    return scheme == "https" and "." in rest and not set(rest) & set(' "<>')


def reason_in_words(reason: str) -> Sentence:
    """Return why an opening is taken down, as the end of a sentence.

    Raises:
        BadInput: ``opening-reason``: it is none of the reasons.
    """
    if reason not in REASONS:
        raise BadInput(
            f"{reason[:20]!r} is no reason; expected one of {', '.join(REASONS)}",
            code="opening-reason",
            field="reason",
        )
    message_id = f"openings.reason_{reason.replace('-', '_')}"
    return Sentence(message("en", message_id), message("fr", message_id))


def _is_currency(text: str) -> bool:
    return len(text) == CURRENCY_LETTERS and text.isascii() and text.isupper()


def _needed(text: str, most: int, field: str) -> str:
    if not text.strip():
        raise Incomplete(f"{field} is empty; write it", code="opening-unsaid", field=field)
    return " ".join(plain_text(text, most).split())


def _optional(text: str) -> str:
    return plain_text(text, LONGEST_TEXT) if text.strip() else ""


def _refuse(code: str, field: str, seen: object, expected: str) -> None:
    raise BadInput(f"{field} is {str(seen)[:40]!r}; expected {expected}", code=code, field=field)
