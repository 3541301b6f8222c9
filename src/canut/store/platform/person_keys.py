"""Keys of people: what is kept about somebody is sealed under theirs, so it goes when the key goes.

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
    """A key that was unwrapped, and its number."""

    id: int
    key: bytes


class OpenedEntry(NamedTuple):
    """What an entry committed to."""

    payload: str
    nonce: bytes


def wrapper() -> bytes:
    """Return the key that wraps the others."""
    return _derived(settings.SECRET_KEY)


def bound(number: int, person: int, use: str) -> bytes:
    """Return what a wrapped key is bound to."""
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
    """Open the keys of some people, those who have one."""
    rows = PersonKey.objects.filter(person__in=list(people), use=use, under=under())
    return {one.person: _opened(one) for one in rows}


def sealers_numbered(numbers: Iterable[int]) -> dict[int, Sealer]:
    """Open keys by their numbers, those that are there and wrapped by the secret in force."""
    rows = PersonKey.objects.filter(pk__in=set(numbers), under=under())
    return {one.pk: _opened(one) for one in rows}


def open_entries(entries: Iterable[EntryPending | PlatformEntry]) -> dict[int, OpenedEntry]:
    """Open what entries committed to, by their numbers; those erased are not among them.

    Raises:
        NotReady: one is damaged, or sealed for another entry.
    """
    rows = list(entries)
    keys = sealers_numbered(one.sealed_by for one in rows if one.sealed_by is not None)
    found: dict[int, OpenedEntry] = {}
    for one in rows:
        if one.sealed is None:
            if one.nonce:
                found[one.pk] = OpenedEntry(one.payload, bytes(one.nonce))
        elif one.sealed_by in keys:
            found[one.pk] = _open_entry(one, bytes(one.sealed), keys[one.sealed_by])
    return found


def shut() -> tuple[int, int]:
    """Count the entries, and the accounts, that do not open for their keys are not here."""
    here = PersonKey.objects.filter(under=under()).values("pk")
    found = [
        rows.objects.exclude(sealed_by=None).exclude(sealed_by__in=here).count()
        for rows in (EntryPending, PlatformEntry, BankDetails)
    ]
    return found[0] + found[1], found[2]


def mark_of(person: int, created: str) -> str:
    """Return what somebody is known by in the list of those erased.

    Args:
        person: their number here.
        created: when their account was made, to the microsecond, so that a number given again after
            a copy was brought back is somebody else.

    Example:
        >>> mark_of(7, "2026-11-25T12:00:00.000001+00:00")[:8]
        '63a5d1a5'
    """
    return hashlib.sha256(f"{MARK}/{person}/{created}".encode()).hexdigest()


def _open_entry(one: EntryPending | PlatformEntry, sealed: bytes, by: Sealer) -> OpenedEntry:
    try:
        text = unseal(by.key, sealed, bytes(one.commitment))
    except BadProof as problem:
        raise NotReady(
            f"what entry {one.pk} commits to is damaged; bring it back from a copy",
            code="entry-damaged",
        ) from problem
    return OpenedEntry(text[NONCE_BYTES:].decode(), text[:NONCE_BYTES])


def _opened(one: PersonKey) -> Sealer:
    return open_key(one.pk, one.person, one.use, bytes(one.wrapped))


@lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=LABEL)
    return derived.derive(secret.encode())
