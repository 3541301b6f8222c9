"""Keep a credential from elsewhere for its holder, and ask its issuer about it when they wish.

It is listed and nothing more: it counts in no level, and nobody here signs it again. Only the hosts
that the credential names are called, when its holder presses the button that names them.
"""

import hashlib
from collections.abc import Callable

from django.db import transaction

from canut.actions.integrations.http_client import HttpLimits, HttpResult, get
from canut.actions.passport.issuer import passport_secret
from canut.actions.platform.person_keys import key_for, sealed_for
from canut.core.errors import BadInput, BadProof, Conflict, Missing, TooMany
from canut.core.passport.brought import (
    did_address,
    is_key_of_host,
    is_revoked,
    issuer_of,
    judge_brought,
    read_brought,
    status_of,
    write_brought,
)
from canut.core.proofs.signing import public_of
from canut.store.passport.brought import BroughtDocument, brought_bond, brought_of
from canut.store.tables.passport import BroughtCredential
from canut.store.tables.people import Person

MOST_BROUGHT = 100
LIMITS = HttpLimits(seconds=8.0, kept=512 * 1024)
Standing = BroughtCredential.Standing

type Fetch = Callable[[str], HttpResult]


def fetch_public(url: str) -> HttpResult:
    """Get a public https address; no redirect is followed, and no address inside a network."""
    return get(url, {"Accept": "application/json, application/vc+jwt"}, LIMITS)


@transaction.atomic
def bring_credential(person: Person, content: bytes, now_ms: int) -> BroughtCredential:
    """Keep a credential that was made elsewhere.

    Raises:
        BadFile: it is none, or was changed after it was signed.
        Conflict: it is here already.
        TooMany: a hundred are here.
    """
    document = read_brought(content)
    judge_brought(document, public_of(passport_secret()), now_ms)
    text = write_brought(document)
    sha256 = hashlib.sha256(text).hexdigest()
    own = BroughtCredential.objects.filter(person=person)
    if own.filter(sha256=sha256).exists():
        raise Conflict("this credential is here already", code="brought-here")
    if own.count() >= MOST_BROUGHT:
        raise TooMany(
            f"{MOST_BROUGHT} credentials were brought; delete one",
            code="brought-full",
            limit=MOST_BROUGHT,
        )
    sealer = key_for(person.pk)
    row = BroughtCredential(person=person, sha256=sha256, sealed_by=sealer.id, at_ms=now_ms)
    row.sealed = sealed_for(sealer, text, brought_bond(row))
    row.save()
    return row


def ask_issuer(
    person: Person, number: int, now_ms: int, fetch: Fetch = fetch_public
) -> BroughtCredential:
    """Ask the hosts a credential names whether the key is theirs and whether it was revoked.

    Args:
        person: whose.
        number: of the credential.
        now_ms: when, milliseconds since 1970 UTC.
        fetch: gets an address.

    Raises:
        Missing: the person brought no such credential.
        BadInput: it names no host that could be asked.
    """
    row, document = own_brought(person, number)
    if not judge_brought(document, public_of(passport_secret()), now_ms).hosts:
        raise BadInput("this credential names no host to ask", code="brought-no-host")
    row.host_confirmed = _is_key_of_host(document, fetch)
    row.standing = _standing(document, now_ms, fetch)
    row.standing_ms = now_ms
    row.save(update_fields=["host_confirmed", "standing", "standing_ms"])
    return row


def delete_brought(person: Person, number: int) -> None:
    """Delete a credential that was brought.

    Raises:
        Missing: the person brought no such credential.
    """
    rows = BroughtCredential.objects.filter(person=person, pk=number)
    if not rows.delete()[0]:
        raise Missing(f"you brought no credential {number}")


def own_brought(person: Person, number: int) -> BroughtDocument:
    """Return a credential somebody brought.

    Raises:
        Missing: the person brought no such credential.
    """
    for brought in brought_of(person):
        if brought.row.pk == number:
            return brought
    raise Missing(f"you brought no credential {number}")


def _is_key_of_host(document: dict[str, object], fetch: Fetch) -> bool:
    address = did_address(issuer_of(document))
    if not address:
        return False
    reply = fetch(address)
    return not reply.error and is_key_of_host(document, reply.response)


def _standing(document: dict[str, object], now_ms: int, fetch: Fetch) -> str:
    address, _index = status_of(document)
    if not address:
        return Standing.UNREAD
    reply = fetch(address)
    try:
        if reply.error:
            return Standing.UNREAD
        return Standing.REVOKED if is_revoked(reply.response, document, now_ms) else Standing.HOLDS
    except BadProof:
        return Standing.UNREAD
