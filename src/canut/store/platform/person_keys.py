"""Encryption keys of people: deleting a key erases the data sealed under it.

Each person has one key for their work and one for their pay, which the law asks to keep longer.
They are wrapped by a key derived from the instance's secret, and bound to whose they are: a wrapped
key moved to another person does not open. Nothing unwrapped is kept, in memory neither: each use
reads the row, so a key is used by no process once its row is gone. Numbers of keys are random, for
a key of one past must not be taken for another's after a copy was brought back.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from canut.core.errors import BadProof, NotReady
from canut.core.proofs.sealed import KEY_BYTES, unseal
from canut.store.tables.ledger import EntryPending, PlatformEntry
from canut.store.tables.pay import BankDetails
from canut.store.tables.platform import PersonKey, under

KEYS_TABLE = "store_personkey"


LABEL = b"canut/person-keys/v1"


MARK = "canut/person/v1"


NONCE_BYTES = 32


class Sealer(NamedTuple):
    """An unwrapped key and its id."""

    id: int
    key: bytes


class OpenedEntry(NamedTuple):
    """The opening of an entry's commitment."""

    payload: str
    nonce: bytes


def wrapper() -> bytes:
    """Return the key that wraps people's keys."""
    return _derived(settings.SECRET_KEY)


def bound(number: int, person: int, use: str) -> bytes:
    """Return the associated data of a wrapped key."""
    return f"canut/person-key/v1/{number}/{person}/{use}".encode()


def open_key(number: int, person: int, use: str, wrapped: bytes) -> Sealer:
    """Unwrap a key.

    Raises:
        NotReady: it is not this person's, or damaged.
    """
    try:
        key = unseal(wrapper(), wrapped, bound(number, person, use))
    except BadProof as problem:
        raise NotReady(
            f"the key of person {person} in the database is not theirs or is damaged; bring the"
            " keys back from a copy",
            code="person-key",
        ) from problem
    return Sealer(number, key)


def sealers_of(people: Iterable[int], use: str) -> dict[int, Sealer]:
    """Unwrap the keys of some people, if they have one."""
    rows = PersonKey.objects.filter(person__in=list(people), use=use, under=under())
    return {key.person: _opened(key) for key in rows}


def sealers_numbered(numbers: Iterable[int]) -> dict[int, Sealer]:
    """Unwrap keys by id, if they exist and the current secret wraps them."""
    rows = PersonKey.objects.filter(pk__in=set(numbers), under=under())
    return {key.pk: _opened(key) for key in rows}


def open_entries(entries: Iterable[EntryPending | PlatformEntry]) -> dict[int, OpenedEntry]:
    """Open the commitments of entries by id; erased ones are left out.

    Raises:
        NotReady: one is damaged, or sealed for another entry.
    """
    rows = list(entries)
    keys = sealers_numbered(entry.sealed_by for entry in rows if entry.sealed_by is not None)
    opened: dict[int, OpenedEntry] = {}
    for entry in rows:
        if entry.sealed is None:
            if entry.nonce:
                opened[entry.pk] = OpenedEntry(entry.payload, bytes(entry.nonce))
        elif entry.sealed_by in keys:
            opened[entry.pk] = _open_entry(entry, bytes(entry.sealed), keys[entry.sealed_by])
    return opened


def shut() -> tuple[int, int]:
    """Count the entries, and the accounts, whose keys are missing here."""
    here = PersonKey.objects.filter(under=under()).values("pk")
    counts = [
        rows.objects.exclude(sealed_by=None).exclude(sealed_by__in=here).count()
        for rows in (EntryPending, PlatformEntry, BankDetails)
    ]
    return counts[0] + counts[1], counts[2]


def mark_of(person: int, created: str) -> str:
    """Return a person's pseudonym in the list of erased people.

    Args:
        person: their number here.
        created: when their account was made, to the microsecond, so that a number given again after
            a copy was brought back is somebody else.

    Example:
        >>> mark_of(7, "2026-11-25T12:00:00.000001+00:00")[:8]
        'f529ed3b'
    """
    return hashlib.sha256(f"{MARK}/{person}/{created}".encode()).hexdigest()


def _open_entry(entry: EntryPending | PlatformEntry, sealed: bytes, by: Sealer) -> OpenedEntry:
    try:
        text = unseal(by.key, sealed, bytes(entry.commitment))
    except BadProof as problem:
        raise NotReady(
            f"what entry {entry.pk} commits to is damaged; bring it back from a copy",
            code="entry-damaged",
        ) from problem
    return OpenedEntry(text[NONCE_BYTES:].decode(), text[:NONCE_BYTES])


def _opened(key: PersonKey) -> Sealer:
    return open_key(key.pk, key.person, key.use, bytes(key.wrapped))


@lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=LABEL)
    return derived.derive(secret.encode())
