"""Set a person's e-mail address once they have confirmed it.

A new address gets one e-mail with a link; the address is stored only when the same person, signed
in, opens it. The link itself carries the person, the new address and the one it replaces, so it
works once, for three days. Where no mail is sent, the operator prints the link.
"""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from canut.actions.people.email_notices import email_language
from canut.core.errors import BadInput, Conflict, Forbidden, NotReady
from canut.core.operations.email_texts import EmailKind, letter
from canut.store.models import Person

SALT = "canut.actions.people.email_verification"
SECONDS = 3 * 86_400


def offer_address(person: Person, address: str, password: str) -> bool:
    """Send a confirmation to an address; an empty one is removed at once.

    Returns:
        Whether an e-mail was sent.

    Raises:
        Forbidden: the password is not theirs: an address can be used to get a new one.
        BadInput: this is no address.
        Conflict: no mail leaves this instance.
        NotReady: the mail server does not take the letter.
    """
    if person.has_named_themselves and not person.check_password(password):
        raise Forbidden("this is not the password of the account", code="password-wrong")
    address = address.strip()
    if address.lower() == person.email.lower():
        return False
    if not address:
        _keep(person, "")
        return False
    if not settings.SENDS_MAIL:
        raise Conflict(
            "no mail is sent from here; the operator prints the link", code="address-unasked"
        )
    link = address_link(person, address)
    email = letter(EmailKind.ADDRESS, link, "", email_language(person))
    try:
        EmailMessage(email.subject, email.text, to=[address]).send()
    except OSError as failure:
        raise NotReady(f"the letter did not leave: {failure}", code="address-letter") from failure
    return True


def address_link(person: Person, address: str) -> str:
    """Return the link that confirms a person's address.

    Raises:
        BadInput: this is no address.
    """
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(f"{address!r} is no mail address", code="mail-address") from None
    token = signing.dumps([person.pk, address, person.email], salt=SALT)
    return f"{settings.URL.rstrip('/')}/account/mail?confirm={token}"


def address_in(token: str, person: Person) -> str:
    """Return the address that a link confirms.

    Raises:
        BadInput: the link has ended, was used, or is somebody else's.
    """
    try:
        whose, address, before = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        whose, address, before = 0, "", ""
    if whose != person.pk or before != person.email:
        raise BadInput("this link has ended, was used or is not yours", code="address-link")
    return str(address)


def confirm_address(person: Person, token: str) -> str:
    """Set the address of a link; return it. See ``address_in`` for refusals."""
    address = address_in(token, person)
    _keep(person, address)
    return address


@transaction.atomic
def _keep(person: Person, address: str) -> None:
    person.email = address
    person.save(update_fields=["email"])
