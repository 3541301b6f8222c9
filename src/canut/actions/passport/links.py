"""Share chosen credentials by a link that ends, and end it earlier.

The token is random and not kept: only its hash is. Each opening is counted and told to the holder.
"""

import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Missing, TooMany
from canut.store.passport.credentials import link_of_token
from canut.store.tables.passport import PassportCredential, PassportLink
from canut.store.tables.people import Person

DAYS = (1, 7, 30, 90)
LONGEST_AUDIENCE = 120
MOST_OPEN = 20
TOKEN_BYTES = 24


@transaction.atomic
def make_link(
    person: Person, numbers: Iterable[int], days: int, audience: str, now_ms: int
) -> tuple[PassportLink, str]:
    """Make a link to some of one's credentials; return it and its token, shown this once.

    Raises:
        BadInput: no credential of theirs is chosen, another number of days, or a long audience.
        TooMany: twenty links are open.
    """
    chosen = PassportCredential.objects.filter(
        person=person, pk__in=list(numbers), withdrawn_ms=None
    )
    if not chosen.exists():
        raise BadInput("no credential is chosen", code="link-empty", field="credentials")
    if days not in DAYS:
        raise BadInput(f"a link lasts {DAYS} days, not {days}", code="link-days", field="days")
    audience = " ".join(audience.split())
    if len(audience) > LONGEST_AUDIENCE:
        raise BadInput(
            f"{len(audience)} characters; at most {LONGEST_AUDIENCE}",
            code="link-audience",
            field="audience",
            limit=LONGEST_AUDIENCE,
        )
    open_now = PassportLink.objects.filter(person=person, ended_ms=None, until_ms__gt=now_ms)
    if open_now.count() >= MOST_OPEN:
        raise TooMany(f"{MOST_OPEN} links are open; end one", code="link-many", limit=MOST_OPEN)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = PassportLink.objects.create(
        person=person,
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        audience=audience,
        made_ms=now_ms,
        until_ms=now_ms + days * DAY_MS,
    )
    link.credentials.set(chosen)
    return link, token


def open_link(token: str, now_ms: int) -> PassportLink:
    """Open a link and count it.

    Raises:
        Missing: there is no such link, or it has ended.
    """
    link = link_of_token(token, now_ms)
    if link is None:
        raise Missing("nothing is shown here, or no longer")
    PassportLink.objects.filter(pk=link.pk).update(openings=F("openings") + 1, opened_ms=now_ms)
    return link


def end_link(person: Person, number: int, now_ms: int) -> None:
    """End one's link at once.

    Raises:
        Missing: the person has no such link.
    """
    ended = PassportLink.objects.filter(person=person, pk=number)
    if not ended.exists():
        raise Missing(f"you have no link {number}")
    ended.filter(ended_ms=None).update(ended_ms=now_ms)
