"""What a letter by mail says: that something is there to read, and where; FR and EN.

No letter holds an amount, a name or a reason: mail is read on the way, and left on shared screens.
What it speaks of stands in the pages, for whoever gets no mail.
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a letter is about."""

    STATEMENT = "statement"
    PAYMENT = "payment"
    DECISION = "decision"
    APPEAL = "appeal"
    MESSAGE = "message"
    ADDRESS = "address"
    INVITATION = "invitation"


class Email(NamedTuple):
    """One letter, ready to send."""

    subject: str
    text: str


class EmailText(NamedTuple):
    """Subject and sentence in one language."""

    subject: str
    sentence: str


SAID: dict[Kind, tuple[EmailText, EmailText]] = {
    Kind.STATEMENT: (
        EmailText("A pay statement is ready", "Your statement of a pay period is there to read."),
        EmailText("Un relevé de paie est prêt", "Votre relevé d’une période de paie est à lire."),
    ),
    Kind.PAYMENT: (
        EmailText(
            "A payment was sent to you",
            "Money is on its way to you. Say on the page whether it came.",
        ),
        EmailText(
            "Un paiement vous a été envoyé",
            "De l’argent est en route vers vous. Dites sur la page s’il est arrivé.",
        ),
    ),
    Kind.DECISION: (
        EmailText(
            "A decision about your work",
            "A decision about your work was taken. Its reasons are there to read, and you can "
            "appeal to a human.",
        ),
        EmailText(
            "Une décision sur votre travail",
            "Une décision sur votre travail a été prise. Ses raisons sont à lire, et vous pouvez "
            "faire un recours auprès d’un humain.",
        ),
    ),
    Kind.APPEAL: (
        EmailText("Your appeal was answered", "Somebody answered your appeal."),
        EmailText("Réponse à votre recours", "Quelqu’un a répondu à votre recours."),
    ),
    Kind.MESSAGE: (
        EmailText("You have an answer", "Somebody answered your message."),
        EmailText("Vous avez une réponse", "Quelqu’un a répondu à votre message."),
    ),
    Kind.ADDRESS: (
        EmailText(
            "Is this address yours?",
            "Somebody gave this address for an account of Canut. If it was you, open the link "
            "within three days, signed in; else do nothing, and nothing more comes.",
        ),
        EmailText(
            "Cette adresse est-elle la vôtre\u202f?",
            "Quelqu’un a donné cette adresse pour un compte de Canut. Si c’est vous, ouvrez le "
            "lien d’ici trois jours, une fois connecté\u202f; sinon ne faites rien, et rien "
            "d’autre ne viendra.",
        ),
    ),
    Kind.INVITATION: (
        EmailText(
            "You are invited",
            "Somebody invites you to take part. The page says what it is, for whom and what it "
            "pays, before you say anything.",
        ),
        EmailText(
            "Une invitation pour vous",
            "Quelqu’un vous invite à participer. La page dit de quoi il s’agit, pour qui et ce "
            "qu’on y gagne, avant que vous disiez quoi que ce soit.",
        ),
    ),
}
CLOSING = (
    "You get this letter because this address is on your account; take it off there: {account}",
    (
        "Vous recevez ce courriel car cette adresse est sur votre compte\u202f; ôtez-la là\u00a0: "
        "{account}"
    ),
)


def letter(kind: Kind, url: str, account: str, *, in_french: bool) -> Email:
    r"""Write a letter.

    Args:
        kind: what it is about.
        url: where what it speaks of stands.
        account: where the address is taken off; empty where there is no account.
        in_french: else it is in English.

    Example:
        >>> letter(Kind.APPEAL, "https://c.example/decisions/", "", in_french=False).subject
        'Canut: Your appeal was answered'
    """
    said = SAID[kind][in_french]
    text = f"{said.sentence}\n\n{url}\n"
    if account:
        text += f"\n-- \n{CLOSING[in_french].format(account=account)}\n"
    name = "Canut\u00a0: " if in_french else "Canut: "
    return Email(name + said.subject, text)


def device_of(user_agent: str) -> str:
    """Say in two words from what somebody signs in, as they would recognise it.

    Example:
        >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        'Firefox, Linux'
        >>> device_of("curl/8.1")
        ''
    """
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS", "CrOS": "ChromeOS"}
    found = [
        next((names.get(one, one) for one in known if one in user_agent), "")
        for known in (browsers, systems)
    ]
    return ", ".join(one for one in found if one)
