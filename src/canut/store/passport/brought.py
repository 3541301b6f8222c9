"""Read the credentials somebody brought from elsewhere, and their draft for recognition."""

import json
from typing import Any, NamedTuple

from canut.core.proofs.sealed import unseal
from canut.store.platform.person_keys import sealers_numbered
from canut.store.tables.passport import BroughtCredential, RecognitionDraft
from canut.store.tables.people import Person


class BroughtDocument(NamedTuple):
    """A credential from elsewhere with its text."""

    row: BroughtCredential
    document: dict[str, Any]


def brought_of(person: Person) -> list[BroughtDocument]:
    """List what a person brought, newest first; one whose key was destroyed is left out."""
    rows = list(BroughtCredential.objects.filter(person=person).order_by("-id"))
    sealers = sealers_numbered({row.sealed_by for row in rows})
    return [
        BroughtDocument(
            row,
            json.loads(unseal(sealers[row.sealed_by].key, bytes(row.sealed), brought_bond(row))),
        )
        for row in rows
        if row.sealed_by in sealers
    ]


def brought_bond(row: BroughtCredential) -> bytes:
    """Return what a brought credential's sealed text is bound to: its own hash."""
    return b"brought " + row.sha256.encode()


def draft_of(person: Person) -> dict[str, Any]:
    """Return what somebody wrote so far for a recognition of skills; empty at first."""
    row = RecognitionDraft.objects.filter(person=person).first()
    sealer = sealers_numbered({row.sealed_by}).get(row.sealed_by) if row else None
    if row is None or sealer is None:
        return {}
    draft: dict[str, Any] = json.loads(unseal(sealer.key, bytes(row.sealed), draft_bond(person)))
    return draft


def draft_bond(person: Person) -> bytes:
    """Return what a draft's sealed text is bound to: whose it is."""
    return b"recognition %d" % person.pk
