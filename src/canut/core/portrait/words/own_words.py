"""Check what a worker writes about a trade for the Portrait, and list why it may be refused.

A text is printed without a name, unless the person asks for one, and never of a trade in which so
few people work here that they would be recognised. Reads nothing.
"""

from dataclasses import dataclass

from canut.core.decisions.explanations import Sentence
from canut.core.errors import BadInput
from canut.core.messages import message
from canut.core.portrait.deposits.table import MAIL, PHONE

LONGEST_WORDS = 600
FEWEST_IN_TRADE = 10
"""Under so many people in a trade, whoever wrote about it would be recognised."""
LONGEST_EVIDENCE = 1_000
REASONS = ("names-somebody", "says-how-to-reach", "client-secret", "insults", "off-subject")
"""The only reasons to refuse a text; that it is hard on somebody is none."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A text about a trade: in which language, and under which name; empty for none."""

    trade: str
    language: str
    text: str
    name: str = ""


def check_words(text: str) -> str:
    """Return a text that may be printed.

    Raises:
        BadInput: ``words-reach``: it holds an e-mail address or a telephone number.
    """
    if MAIL.search(text) or PHONE.search(text):
        raise BadInput(
            "the text says how to reach somebody; leave addresses and numbers out",
            code="words-reach",
            field="text",
        )
    return text


def may_be_printed(people: int) -> bool:
    """Return whether a text about a trade of so many people shows nobody.

    >>> may_be_printed(9), may_be_printed(10)
    (False, True)
    """
    return people >= FEWEST_IN_TRADE


def reason_in_words(reason: str) -> Sentence:
    """Return why a text is refused, as the end of a sentence.

    Raises:
        BadInput: ``words-reason``: it is none of the reasons.
    """
    if reason not in REASONS:
        raise BadInput(
            f"{reason!r} is no reason to refuse a text; expected one of {', '.join(REASONS)}",
            code="words-reason",
            field="reason",
        )
    message_id = f"words.reason_{reason.replace('-', '_')}"
    return Sentence(message("en", message_id), message("fr", message_id))
