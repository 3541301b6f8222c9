"""Invite a list of contacts: one link each, letters sent and shown, contacts erased on time.

Each line gets its own invitation, which lets in one person. E-mails are sent by the scheduler,
some at a time, with retries; links for phones are sent by the requester. At the stated time the
addresses, the letters and the refused lines are erased; who joined stays, as any worker. Who asks
for no more letters is remembered as a keyed digest, for the organisation alone.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from canut.actions.people.accounts import create_invitation, invitation_token
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS, MINUTE_MS, Ms, from_ms
from canut.core.errors import BadInput, Incomplete, Missing
from canut.core.messages import message
from canut.core.operations.email_texts import EmailKind, letter
from canut.core.recruiting.contact_lists import PHONE, ContactList, read_contacts
from canut.store.recruiting.lists import (
    due_contacts,
    invited_addresses,
    lists_to_erase,
    unwelcome_digests,
)
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.crowd import ContactRefusal, InvitedContact, InvitedList

LEAST_DAYS, MOST_DAYS = 1, 90
MOST_AT_ONCE = 20
MOST_TRIES = 8
LONGEST_NAME = 120
_SIGNER = Signer(salt="canut.invited-contact")
State = InvitedContact.State


@dataclass(frozen=True, slots=True)
class ListIn:
    """A list to invite.

    Args:
        name: to tell it from others.
        content: the CSV file.
        days: after how many days the contacts are erased, and their links end.
        language: of the letters, ``fr`` or ``en``.
    """

    name: str
    content: bytes
    days: int
    language: str


@transaction.atomic
def invite_list(project: Project, list_in: ListIn, *, by: Person, now_ms: Ms) -> InvitedList:
    """Store a list and give each usable line its own link; letters are sent soon after.

    Raises:
        Incomplete: ``list-name``, or the file holds no address.
        BadInput: ``list-days``, ``list-language``, or the file cannot be read.
        TooLarge, TooMany: raised by ``read_contacts``.
    """
    name = list_in.name.strip()
    if not name:
        raise Incomplete("give the list a name", code="list-name", field="name")
    if not LEAST_DAYS <= list_in.days <= MOST_DAYS:
        raise BadInput(
            f"the contacts would be kept {list_in.days} days; choose {LEAST_DAYS} to {MOST_DAYS}",
            code="list-days",
            limit=MOST_DAYS,
        )
    if list_in.language not in {"en", "fr"}:
        raise BadInput(f"no letters in {list_in.language!r}; choose en or fr", code="list-language")
    contact_list = _read(project, list_in.content)
    erase_ms = now_ms + list_in.days * DAY_MS
    invited = InvitedList.objects.create(
        project=project,
        name=name[:LONGEST_NAME],
        language=list_in.language,
        refusals=[refusal._asdict() for refusal in contact_list.refusals],
        by=by,
        at_ms=now_ms,
        erase_ms=erase_ms,
    )
    for contact in contact_list.contacts:
        is_phone = contact.channel == PHONE
        InvitedContact.objects.create(
            contacts=invited,
            line=contact.line,
            channel=contact.channel,
            address=contact.address,
            invitation=_own_link(project, by, erase_ms, f"{name} {contact.line}", now_ms),
            state=State.BY_HAND if is_phone or not settings.SENDS_MAIL else State.WAITING,
            due_ms=None if is_phone or not settings.SENDS_MAIL else now_ms,
        )
    return invited


def send_invited(now_ms: Ms) -> int:
    """Send the letters that are due; a failure waits longer each time, up to eight tries."""
    if not settings.SENDS_MAIL:
        return 0
    due = due_contacts(now_ms, MOST_AT_ONCE)
    return attempt_each("invited-contact", due, lambda number: _send(number, now_ms))


def erase_contacts(now_ms: Ms) -> int:
    """Erase the contacts of lists whose time is over; return of how many lists."""
    return attempt_each(
        "invited-list", lists_to_erase(now_ms), lambda number: erase_list(number, now_ms)
    )


@transaction.atomic
def erase_list(number: int, now_ms: Ms) -> bool:
    """Erase addresses, letters and refused lines of a list, and end its unused links.

    Doing it twice changes nothing; return whether it was done now.
    """
    invited = InvitedList.objects.select_for_update().filter(pk=number, erased_ms=None).first()
    if invited is None:
        return False
    rows = InvitedContact.objects.filter(contacts=invited)
    Invitation.objects.filter(contact__in=rows, uses=0, revoked_at=None).update(
        revoked_at=from_ms(now_ms)
    )
    rows.filter(state=State.WAITING).update(state=State.FAILED)
    rows.update(address="", letter="", due_ms=None)
    invited.refusals = [
        {"line": refusal["line"], "code": refusal["code"], "text": "", "other": refusal["other"]}
        for refusal in invited.refusals
    ]
    invited.erased_ms = now_ms
    invited.save(update_fields=["refusals", "erased_ms"])
    return True


def refusal_token(contact: InvitedContact) -> str:
    """Return what follows ``/invited/`` in the link that ends all letters."""
    return _SIGNER.sign(str(contact.pk)).replace(":", ".")


def read_refusal_token(token: str) -> InvitedContact:
    """Return the contact of a link that ends all letters.

    Raises:
        Missing: ``contact-unknown``: no link of ours, or the contact is erased.
    """
    try:
        number = int(_SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        number = 0
    rows = InvitedContact.objects.select_related("contacts__project__organisation", "invitation")
    contact = rows.filter(pk=number).exclude(address="").first()
    if contact is None:
        raise Missing(
            "this address is erased already, or the link is not ours", code="contact-unknown"
        )
    return contact


@transaction.atomic
def refuse_letters(token: str, now_ms: Ms) -> None:
    """End all letters of an organisation to an address, and erase it from every list of it.

    Raises:
        Missing: raised by ``read_refusal_token``.
    """
    contact = read_refusal_token(token)
    organisation = contact.contacts.project.organisation_id
    ContactRefusal.objects.get_or_create(
        organisation_id=organisation,
        digest=_digest(organisation, contact.address),
        defaults={"at_ms": now_ms},
    )
    same = InvitedContact.objects.filter(
        contacts__project__organisation=organisation, address__iexact=contact.address
    )
    Invitation.objects.filter(contact__in=same, uses=0, revoked_at=None).update(
        revoked_at=from_ms(now_ms)
    )
    same.update(state=State.REFUSED, address="", letter="", due_ms=None)


def own_address(invitation: Invitation) -> str:
    """Return the whole address of an invitation."""
    path = reverse("join", args=[invitation_token(invitation)])
    return f"{settings.URL.rstrip('/')}{path}"


def _own_link(project: Project, by: Person, end_ms: Ms, note: str, now_ms: Ms) -> Invitation:
    return create_invitation(
        project,
        Role.WORKER,
        by=by,
        expires_at=from_ms(end_ms),
        max_uses=1,
        note=note,
        now_ms=now_ms,
    )


def _read(project: Project, content: bytes) -> ContactList:
    """Read a list, refusing who was invited already or asked for no more letters."""
    earlier = invited_addresses(project.pk)
    organisation = project.organisation_id
    digests = {
        contact.address: _digest(organisation, contact.address)
        for contact in read_contacts(content).contacts
    }
    unwelcome = unwelcome_digests(organisation, digests.values())

    def why_refused(address: str) -> str:
        if digests[address] in unwelcome:
            return "unwelcome"
        return "invited" if address.lower() in earlier else ""

    return read_contacts(content, why_refused)


def _digest(organisation: int, address: str) -> str:
    """Return a keyed digest of an address, which differs between organisations."""
    text = f"{organisation} {address.lower()}"
    return salted_hmac("canut.contact-refusal", text, algorithm="sha256").hexdigest()


@transaction.atomic
def _send(number: int, now_ms: Ms) -> bool:
    """Send one letter; return whether the mail server took it."""
    rows = InvitedContact.objects.select_for_update(of=("self",)).select_related(
        "contacts__project__organisation", "invitation"
    )
    contact = rows.filter(pk=number, due_ms__lte=now_ms).first()
    if contact is None:
        return False
    email = letter(
        EmailKind.INVITATION, own_address(contact.invitation), "", contact.contacts.language
    )
    stop = f"{settings.URL.rstrip('/')}{reverse('invited_no', args=[refusal_token(contact)])}"
    closing = message(
        contact.contacts.language,
        "email.invited-closing",
        organisation=contact.contacts.project.organisation.name,
        until=from_ms(contact.contacts.erase_ms).date().isoformat(),
        address=stop,
    )
    text = f"{email.text}\n-- \n{closing}\n"
    contact.tries += 1
    try:
        EmailMessage(email.subject, text, to=[contact.address]).send()
    except OSError:
        is_over = contact.tries >= MOST_TRIES
        contact.due_ms = None if is_over else now_ms + MINUTE_MS * 2**contact.tries
        contact.state = State.FAILED if is_over else State.WAITING
    else:
        contact.state, contact.due_ms, contact.sent_ms = State.SENT, None, now_ms
        contact.letter = f"{email.subject}\n\n{text}"
    contact.save(update_fields=["tries", "due_ms", "state", "sent_ms", "letter"])
    return contact.state == State.SENT
