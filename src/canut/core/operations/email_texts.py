"""The texts of e-mails: that something is there to read, and its address.

No letter holds an amount, a name or a reason: mail is read on the way, and left on shared screens.
What it speaks of stands in the pages, for whoever gets no mail. The words are in the catalogue:
``email.KIND.subject`` and ``email.KIND.sentence``.
"""

from enum import StrEnum
from typing import NamedTuple

from canut.core.messages import message


class EmailKind(StrEnum):
    """The subject of an e-mail."""

    STATEMENT = "statement"
    PAYMENT = "payment"
    DECISION = "decision"
    APPEAL = "appeal"
    MESSAGE = "message"
    LAW = "law"
    ADDRESS = "address"
    INVITATION = "invitation"
    TERMS_WAIT = "terms-wait"
    TIME_WAITS = "time-waits"
    REJECTION_WAITS = "reject-waits"
    APPEAL_WAITS = "appeal-waits"
    TIME_LIMIT = "time-limit"
    WITHDRAWAL = "withdrawal"
    DRAFT = "draft"
    DESTINATION = "destination"
    INCIDENT = "incident"
    NEXT_PART = "next-part"


class Email(NamedTuple):
    """One e-mail, ready to send."""

    subject: str
    text: str


def letter(kind: EmailKind, url: str, account: str, language: str) -> Email:
    r"""Compose an e-mail.

    Args:
        kind: what it is about.
        url: where what it speaks of stands.
        account: where the address is taken off; empty where there is no account.
        language: of the person who reads it.

    Example:
        >>> letter(EmailKind.APPEAL, "https://c.example/decisions/", "", "en").subject
        'Canut: Your appeal has an answer'
    """
    text = f"{message(language, f'email.{kind}.sentence')}\n\n{url}\n"
    if account:
        text += f"\n-- \n{message(language, 'email.closing', account=account)}\n"
    return Email(message(language, f"email.{kind}.subject"), text)


def device_of(user_agent: str) -> str:
    """Name the browser and system a person signs in from, as they would recognise them.

    Example:
        >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        'Firefox, Linux'
        >>> device_of("curl/8.1")
        ''
    """
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS", "CrOS": "ChromeOS"}
    names_found = [
        next((names.get(name, name) for name in known_names if name in user_agent), "")
        for known_names in (browsers, systems)
    ]
    return ", ".join(name for name in names_found if name)
