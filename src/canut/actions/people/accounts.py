"""Manage accounts, roles and invitations.

People join by an invitation link, a one-time link, or the operator's command; there is no open
registration. Links are signed, so the database stores nothing that grants access.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypedDict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from canut.actions.people.names import name_newcomer
from canut.actions.people.terms_of_use import accept_terms
from canut.actions.people.work_terms import check_joining
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.store.models import (
    Invitation,
    InvitationUse,
    Membership,
    OneTimeLink,
    Organisation,
    Person,
    Project,
    Role,
    Worker,
)
from canut.store.participation.policies import terms_in_force
from canut.store.work.qualifications import unmet_qualification

LINK_LIFE = timedelta(hours=24)
BY_LINK = "invite-"
MOST_NAMESAKES = 10
"""How the sign-in name of an account begins whose person chose none."""
UNDECIDED = "undecided"
"""What ``Worker.barred`` says of who joins without a qualification; no decision says so yet."""
_SIGNER = Signer(salt="canut.invitation")


class InvitationFields(TypedDict):
    """The fields of an invitation, besides its project and role."""

    by: Person
    expires_at: datetime
    max_uses: int
    note: str
    now_ms: Ms


@transaction.atomic
def add_operator(
    username: str,
    password: str | None,
    organisation_name: str,
    now_ms: Ms,
    *,
    shown_name: str = "",
) -> Person:
    """Create an operator account, and its organisation if it is new.

    Args:
        username: to sign in.
        password: None for an account that is entered in another way.
        organisation_name: which runs this instance.
        now_ms: the moment.
        shown_name: what others read; empty for the username.

    Raises:
        BadInput: the name is taken or the password too weak; facts say which.
    """
    person = _new_person(username, password, now_ms)
    if shown_name:
        person.shown_name = shown_name
        person.save(update_fields=["shown_name"])
    organisation = Organisation.objects.filter(
        name=organisation_name, kind=Organisation.Kind.OPERATOR
    ).first() or Organisation.objects.create(
        name=organisation_name, kind=Organisation.Kind.OPERATOR, created_at=from_ms(now_ms)
    )
    add_member(person, Role.OPERATOR, now_ms, organisation=organisation)
    add_member(person, Role.REQUESTER, now_ms, organisation=organisation)
    return person


@transaction.atomic
def add_person(username: str, shown_name: str, now_ms: Ms, *, simulated: bool = False) -> Person:
    """Create an account without a password; a simulated person is marked as such.

    Raises:
        BadInput: the name is taken.
    """
    person = _new_person(username, None, now_ms)
    person.shown_name, person.is_simulated = shown_name, simulated
    person.save(update_fields=["shown_name", "is_simulated"])
    return person


@transaction.atomic
def add_member(
    person: Person,
    role: Role,
    now_ms: Ms,
    *,
    organisation: Organisation | None = None,
    project: Project | None = None,
) -> Membership:
    """Give a role in an organisation or project; an existing role changes nothing.

    Raises:
        Forbidden: nobody is made a representative but by an election.
    """
    check_given(role)
    existing = Membership.objects.filter(
        person=person, role=role, organisation=organisation, project=project, ended_at=None
    ).first()
    return existing or Membership.objects.create(
        person=person,
        role=role,
        organisation=organisation,
        project=project,
        created_at=from_ms(now_ms),
    )


@transaction.atomic
def end_membership(membership: Membership, now_ms: Ms, *, by: Person | None = None) -> None:
    """End a role; a worker who leaves gets no more tasks, their answers and pay stay.

    Links made before do not bring the person back, unless they wished to leave.

    Args:
        membership: the role.
        now_ms: the moment, in milliseconds since 1970 UTC.
        by: who ends it, or the person themselves if they wish to leave; None for a job, a command
            or a program.

    Raises:
        Forbidden: a representative is not dismissed; their term ends or they resign.
    """
    now = from_ms(now_ms)
    check_given(membership.role)
    Membership.objects.filter(id=membership.id, ended_at=None).update(ended_at=now, ended_by=by)
    if membership.role == Role.WORKER and membership.project_id:
        Worker.objects.filter(
            project_id=membership.project_id, person_id=membership.person_id
        ).update(ended_at=now)


@transaction.atomic
def join_as_worker(project: Project, person: Person, now_ms: Ms) -> Worker:
    """Return the person's worker in the project, created under a fresh random id.

    A program's answers are a model's, unless it stands for simulated people.

    Raises:
        BadInput, Incomplete: their work terms cannot be paid in this project, as ``check_payable``.
    """
    check_joining(project, person, now_ms)
    add_member(person, Role.WORKER, now_ms, project=project)
    kind = Worker.Kind.MODEL if person.is_service else Worker.Kind.HUMAN
    if person.is_simulated:
        kind = Worker.Kind.SIMULATED
    worker, is_new = Worker.objects.get_or_create(
        project=project,
        person=person,
        defaults={
            "kind": kind,
            "public_id": secrets.token_hex(6),
            "created_at": from_ms(now_ms),
            "barred": UNDECIDED if unmet_qualification(project.pk, person.pk) else "",
        },
    )
    if not is_new and worker.ended_at is not None:
        worker.ended_at = None
        worker.save(update_fields=["ended_at"])
    return worker


@transaction.atomic
def make_one_time_link(person: Person, leads_to: str, now_ms: Ms) -> str:
    """Return a token that signs this person in once within 24 hours; stored as a hash."""
    now = from_ms(now_ms)
    if not leads_to.startswith("/") or leads_to.startswith("//"):
        raise BadInput(f"a one-time address leads to a page of this site, not to {leads_to!r}")
    token = secrets.token_urlsafe(24)
    OneTimeLink.objects.create(
        person=person,
        token_hash=_hash(token),
        leads_to=leads_to,
        created_at=now,
        expires_at=now + LINK_LIFE,
    )
    return token


def find_account(name: str) -> Person:
    """Return whose name this is: to sign in, else what the page People calls them.

    Somebody who came by a link has no name to sign in with: "Slack 4", or what they wished to be
    called. Two people of one name are told apart by their username alone.

    Raises:
        Missing: nobody has that name.
        Conflict: several people are called so; the refusal lists their usernames.
    """
    person = Person.objects.filter(username__iexact=name.strip()).first()
    if person is not None:
        return person
    active = Person.objects.filter(is_active=True, is_service=False)
    called = Q(shown_name__iexact=name.strip()) | Q(shown_name="", known_as__iexact=name.strip())
    people = list(active.filter(called).order_by("created_at", "pk")[:MOST_NAMESAKES])
    if not people:
        raise Missing(f"nobody signs in as {name!r}", code="person-unknown", name=name)
    if len(people) > 1:
        names = ", ".join(f"{each.username} (since {each.created_at:%Y-%m-%d})" for each in people)
        raise Conflict(f"several people are called {name!r}; choose by username: {names}")
    return people[0]


@transaction.atomic
def create_reset_token(username: str, now_ms: Ms) -> str:
    """Return a token for a lost password: it leads to choosing a new one.

    The old password ends at once, and with it every session that was opened with it.

    Raises:
        Missing: nobody has that name.
    """
    person = Person.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if person is None:
        raise Missing(f"nobody signs in as {username!r}", code="person-unknown", name=username)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return make_one_time_link(person, "/account/name", now_ms)


@transaction.atomic
def open_one_time_link(token: str, now_ms: Ms) -> tuple[Person, str]:
    """Use a one-time link; return whom it signs in and the page it leads to.

    Raises:
        Missing: no such address, used already, or too old.
    """
    now = from_ms(now_ms)
    used = OneTimeLink.objects.filter(
        token_hash=_hash(token), used_at=None, expires_at__gt=now, person__is_active=True
    ).update(used_at=now)
    if not used:
        raise Missing(
            "this address was used already or is older than a day; ask for another",
            code="one-time-link-gone",
        )
    link = OneTimeLink.objects.select_related("person").get(token_hash=_hash(token))
    return link.person, link.leads_to


@transaction.atomic
def create_invitation(  # noqa: PLR0913 - each is a field of the form
    project: Project,
    role: Role,
    *,
    by: Person,
    expires_at: datetime,
    max_uses: int,
    note: str,
    now_ms: Ms,
) -> Invitation:
    """Create a link that gives ``role`` in the project to at most ``max_uses`` people.

    A link for reviewers is made by ``reviews.create_reviewer_invitation``, which locks the money.

    Raises:
        BadInput: it would never open, or opens for too many.
        Conflict: ``project-ended``: nobody can work in a closed project.
        Forbidden: nobody is made a representative but by an election.
    """
    now = from_ms(now_ms)
    check_given(role)
    if role == Role.WORKER and project.state == Project.State.CLOSED:
        raise Conflict("the project is closed; nobody can work in it", code="project-ended")
    limit = 10_000
    if not 1 <= max_uses <= limit:
        raise BadInput(
            f"max_uses is {max_uses}; it must be between 1 and {limit}",
            code="invitation-uses",
            limit=limit,
        )
    if expires_at <= now:
        raise BadInput("expires_at is in the past; choose a later time", code="invitation-past")
    return Invitation.objects.create(
        project=project,
        role=role,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
        max_uses=max_uses,
        note=note[:120],
    )


@transaction.atomic
def rename_invitation(invitation: Invitation, name: str) -> None:
    """Name a link, for those who made it to tell apart the people who come by it."""
    Invitation.objects.filter(id=invitation.id).update(note=name.strip()[:120])


@transaction.atomic
def revoke_invitation(invitation: Invitation, now_ms: Ms) -> None:
    """Revoke the link for good; people who joined by it stay."""
    Invitation.objects.filter(id=invitation.id, revoked_at=None).update(revoked_at=from_ms(now_ms))


def check_given(role: str) -> None:
    """Raise ``Forbidden`` for the role that only an election gives."""
    if role == Role.REPRESENTATIVE:
        raise Forbidden(
            "representatives are elected; nobody else gives that role or takes it",
            code="by-ballot-only",
        )


def invitation_token(invitation: Invitation) -> str:
    """Return what follows ``/join/`` in the link: the signed id."""
    return _SIGNER.sign(str(invitation.id)).replace(":", ".")


def read_invitation(token: str, now_ms: Ms) -> Invitation:
    """Return the invitation of a link.

    Raises:
        Missing: not a link of ours.
        Conflict: revoked, expired or used up, or to work in a project that was closed; the code
            says which.
    """
    try:
        number = int(_SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        raise Missing("this is not an invitation of ours", code="invitation-unknown") from None
    invitation = (
        Invitation.objects.select_related("project", "project__organisation")
        .filter(id=number)
        .first()
    )
    if invitation is None:
        raise Missing("this is not an invitation of ours", code="invitation-unknown")
    if invitation.revoked_at is not None:
        raise Conflict("this invitation was withdrawn", code="invitation-revoked")
    if invitation.expires_at <= from_ms(now_ms):
        raise Conflict("this invitation has ended", code="invitation-expired")
    if invitation.uses >= invitation.max_uses:
        raise Conflict("this invitation was used by everyone it was for", code="invitation-used-up")
    if invitation.role == Role.WORKER and invitation.project.state == Project.State.CLOSED:
        raise Conflict("the project of this invitation is closed", code="invitation-closed")
    return invitation


def check_not_removed(invitation: Invitation, person: Person) -> None:
    """Refuse a link from before this person was removed from its project or organisation.

    A link that gives a role the person still has leads back to their work.

    Raises:
        Forbidden: ``invitation-before-removal``: only a link made after the removal lets them in.
    """
    project = invitation.project
    within = Q(project=project) | Q(organisation=project.organisation_id)
    memberships = Membership.objects.filter(within, person=person)
    removals = memberships.filter(ended_at__gte=invitation.created_at)
    removals = removals.exclude(role=Role.REPRESENTATIVE).exclude(ended_by=person)
    has_role = memberships.filter(project=project, role=invitation.role, ended_at=None)
    if removals.exists() and not has_role.exists():
        raise Forbidden(
            "this person was removed after the invitation was made; a new one lets them in",
            code="invitation-before-removal",
        )


@transaction.atomic
def accept_invitation(
    token: str, person: Person | None, language: str, now_ms: Ms, *, nickname: str = ""
) -> Person:
    """Admit the person who opened the link, creating an account without password if needed.

    Joining accepts the terms of use in force, which the page names; this is recorded.

    Args:
        token: what follows ``/join/`` in the link.
        person: who is signed in; None for somebody new.
        language: of the page.
        now_ms: the moment, in milliseconds since 1970 UTC.
        nickname: what a new person wishes to be called; empty is called by the link.

    Raises:
        Missing, Conflict: as ``read_invitation``.
        Forbidden: as ``check_not_removed``.
    """
    invitation = read_invitation(token, now_ms)
    if person is not None:
        check_not_removed(invitation, person)
    if person is None:
        person = Person(username=f"{BY_LINK}{secrets.token_hex(6)}", language=language[:2])
        person.set_unusable_password()
        person.save()
    if not InvitationUse.objects.filter(invitation=invitation, person=person).exists():
        free = Invitation.objects.filter(id=invitation.id, uses__lt=F("max_uses"), revoked_at=None)
        if not free.update(uses=F("uses") + 1):
            raise Conflict(
                "this invitation was used by everyone it was for", code="invitation-used-up"
            )
        InvitationUse.objects.create(invitation=invitation, person=person, used_at=from_ms(now_ms))
        if not (person.shown_name or person.known_as):
            name_newcomer(person, invitation, nickname)
        side = "fr" if language.startswith("fr") else "en"  # what the page shows of the terms
        accept_terms(person, terms_in_force(now_ms), side, now_ms)
    if invitation.role == Role.WORKER:
        join_as_worker(invitation.project, person, now_ms)
    else:
        add_member(person, Role(invitation.role), now_ms, project=invitation.project)
    return person


@transaction.atomic
def name_oneself(person: Person, username: str, password: str) -> None:
    """Give a nameless account a name and a password, so that its owner can sign in again.

    Raises:
        Forbidden: the account has a password already; changing it asks for the old one.
        BadInput: the name is taken or the password too weak.
    """
    if person.has_named_themselves:
        raise Forbidden("this account has a password already", code="already-named")
    _check_name(username, except_for=person)
    _check_password(password, person)
    person.username, person.shown_name = username, person.shown_name or username
    person.set_password(password)
    person.save()


def _new_person(username: str, password: str | None, now_ms: Ms) -> Person:
    _check_name(username, except_for=None)
    person = Person(username=username, shown_name=username)
    if password is None:
        person.set_unusable_password()
    else:
        _check_password(password, person)
        person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise BadInput(f"the name {username!r} is taken", code="name-taken") from None
    person.created_at = from_ms(now_ms)  # saving a new row wrote the time of the system
    person.save(update_fields=["created_at"])
    return person


def _check_name(username: str, except_for: Person | None) -> None:
    if not username.strip():
        raise Incomplete("a name is needed", field="username")
    longest = 60
    if len(username) > longest or not all(c.isalnum() or c in "-_.@+" for c in username):
        raise BadInput(
            f"{username!r}: letters, digits and . - _ @ + only, at most {longest}", code="name-form"
        )
    same_name = Person.objects.filter(username__iexact=username)
    if except_for is not None:
        same_name = same_name.exclude(id=except_for.id)
    if same_name.exists():
        raise BadInput(f"the name {username!r} is taken", code="name-taken")


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise BadInput(" ".join(weak.messages), code="weak-password") from None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
