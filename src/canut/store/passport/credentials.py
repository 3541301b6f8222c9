"""Read credentials, status lists and links."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from canut.core.proofs.sealed import unseal
from canut.store.platform.person_keys import sealers_numbered
from canut.store.tables.passport import PassportCredential, PassportLink, StatusList
from canut.store.tables.people import Person


def credentials_of(person: Person) -> list[PassportCredential]:
    """List a person's credentials, newest first, without their text."""
    rows = PassportCredential.objects.filter(person=person).defer("sealed")
    return list(rows.order_by("-id"))


def own_credential(person: Person, number: int) -> PassportCredential | None:
    """Return one of a person's own credentials, or None."""
    return PassportCredential.objects.filter(person=person, pk=number).first()


def holding_among(person: Person, numbers: Iterable[int]) -> list[PassportCredential]:
    """List a person's own credentials among some numbers that were not taken back, oldest first."""
    rows = PassportCredential.objects.filter(person=person, pk__in=list(numbers), withdrawn_ms=None)
    return list(rows.order_by("id"))


def documents_of(credentials: Iterable[PassportCredential]) -> list[dict[str, Any]]:
    """Open credentials with their holder's key; one whose key was destroyed is left out."""
    rows = list(credentials)
    sealers = sealers_numbered({row.sealed_by for row in rows})
    return [
        json.loads(unseal(sealers[row.sealed_by].key, bytes(row.sealed), bound_to(row)))
        for row in rows
        if row.sealed_by in sealers
    ]


def bound_to(credential: PassportCredential) -> bytes:
    """Return what a credential's sealed text is bound to: its own number."""
    return b"credential " + credential.number.bytes


def links_of(person: Person) -> list[PassportLink]:
    """List a person's links, newest first, with what each shows."""
    rows = PassportLink.objects.filter(person=person).prefetch_related("credentials")
    return list(rows.order_by("-id"))


def credentials_shown(link: PassportLink) -> list[PassportCredential]:
    """List what a link shows, newest first."""
    return list(link.credentials.order_by("-id"))


def link_of_token(token: str, now_ms: int) -> PassportLink | None:
    """Return the link of a token that has not ended, or None."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    link = PassportLink.objects.filter(token_sha256=digest, ended_ms=None).first()
    return link if link and link.until_ms > now_ms else None


def status_bits(number: int) -> bytes | None:
    """Return which places of a status list are revoked; None where there is no such list."""
    bits = StatusList.objects.filter(pk=number).values_list("revoked", flat=True).first()
    return None if bits is None else bytes(bits)
