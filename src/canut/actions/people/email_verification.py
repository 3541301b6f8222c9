"""Keep a person's mail address once they have shown that they read what comes there.

Whoever gives an address has one letter sent to it, with a link; only when that is opened by the
same person, signed in, is the address kept. Until then nothing of it is kept, and nothing else is
sent to it. The link says itself whose it is, to which address, and which one it replaces: so it
works once, for three days. Where no mail leaves, whoever runs the instance prints it.
"""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from canut.actions.people.email_notices import reads_french
from canut.core.errors import BadInput, Conflict, Forbidden, NotReady
from canut.core.operations.email_texts import Kind, letter
from canut.store.models import Person

SALT = "canut.actions.people.email_verification"
SECONDS = 3 * 86_400


def offer_address(person: Person, address: str, password: str) -> bool:
    """Ask at an address whether it is theirs; an empty one is taken off at once.

    Returns:
        Whether a letter left.

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
            "no mail leaves here; whoever runs the instance prints the link", code="address-unasked"
        )
    link = address_link(person, address)
    told = letter(Kind.ADDRESS, link, "", in_french=reads_french(person))
    try:
        EmailMessage(told.subject, told.text, to=[address]).send()
    except OSError as failure:
        raise NotReady(f"the letter did not leave: {failure}", code="address-letter") from failure
    return True


def address_link(person: Person, address: str) -> str:
    """Return the link by which a person shows that an address is theirs.

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
    """Return the address that a link is about.

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
    """Keep the address of a link; return it. See ``address_in`` for refusals."""
    address = address_in(token, person)
    _keep(person, address)
    return address


@transaction.atomic
def _keep(person: Person, address: str) -> None:
    person.email = address
    person.save(update_fields=["email"])
