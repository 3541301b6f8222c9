"""Links by which an authority gets an inspector's file once, without an account.

The token is shown to its maker once and stored as its hash. The file is sent once, within thirty
days; every opening is stored, and shown to whoever oversees the instance.
"""

import hashlib
import secrets

from django.db import transaction

from canut.actions.participation.inspector_files import check_scope
from canut.core.clock import DAY_MS, Ms
from canut.core.errors import BadInput, Forbidden, Missing
from canut.core.participation.inspector_file import InspectionScope
from canut.store.tables.participation import InspectionLink, InspectionOpening
from canut.store.tables.people import Membership, Person, Role

LINK_DAYS = 30
AUTHORITY_LENGTH = 200
TOKEN_BYTES = 32
MAKERS = (Role.OPERATOR, Role.REPRESENTATIVE)


@transaction.atomic
def make_link(scope: InspectionScope, authority: str, by: Person, now_ms: Ms) -> str:
    """Store a link and return its token, which is shown once.

    Raises:
        Forbidden: the person neither runs the instance nor represents its workers.
        BadInput: no authority is named, or the days or the demand cannot be used.
    """
    offices = Membership.objects.filter(person=by, role__in=MAKERS, ended_at=None)
    if not offices.exists():
        raise Forbidden(
            "operators and representatives make a link for an authority", code="inspect-maker"
        )
    check_scope(scope)
    name = " ".join(authority.split())
    if not 0 < len(name) <= AUTHORITY_LENGTH:
        raise BadInput(
            f"the authority's name has {len(name)} characters; write 1 to {AUTHORITY_LENGTH}",
            code="inspect-authority",
            limit=AUTHORITY_LENGTH,
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    InspectionLink.objects.create(
        token_hash=_hash(token),
        authority=name,
        first_day=scope.first,
        last_day=scope.last,
        place=scope.place,
        language=scope.language,
        demand=scope.demand,
        made_by=by,
        made_ms=now_ms,
        expires_ms=now_ms + LINK_DAYS * DAY_MS,
    )
    return token


@transaction.atomic
def open_link(token: str, now_ms: Ms) -> InspectionLink:
    """Return the link of a token and store that it was opened, used or expired or not.

    Raises:
        Missing: there is no such link.
    """
    link = InspectionLink.objects.filter(token_hash=_hash(token)).first()
    if link is None:
        raise Missing("there is no such link")
    outcome = InspectionOpening.Outcome.SHOWN
    if not is_usable(link, now_ms):
        outcome = InspectionOpening.Outcome.REFUSED
    InspectionOpening.objects.create(link=link, at_ms=now_ms, outcome=outcome)
    return link


@transaction.atomic
def use_link(token: str, now_ms: Ms) -> InspectionLink | None:
    """Use a link up and return it; None where it was used before or has expired.

    Raises:
        Missing: there is no such link.
    """
    link = InspectionLink.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if link is None:
        raise Missing("there is no such link")
    usable = is_usable(link, now_ms)
    outcome = InspectionOpening.Outcome.SENT if usable else InspectionOpening.Outcome.REFUSED
    InspectionOpening.objects.create(link=link, at_ms=now_ms, outcome=outcome)
    if not usable:
        return None
    link.used_ms = now_ms
    link.save(update_fields=["used_ms"])
    return link


def note_sent(link: InspectionLink, sha256: str) -> None:
    """Store which file a link sent."""
    InspectionLink.objects.filter(pk=link.pk).update(sha256=sha256)


def is_usable(link: InspectionLink, now_ms: Ms) -> bool:
    """Return whether a link still sends its file."""
    return link.used_ms is None and now_ms < link.expires_ms


def scope_of(link: InspectionLink) -> InspectionScope:
    """Return the scope of the file that a link sends."""
    return InspectionScope(link.first_day, link.last_day, link.place, link.language, link.demand)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
