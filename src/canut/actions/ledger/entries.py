"""Append to the ledger, in the transaction of what is recorded.

An entry waits here with its payload and nonce; it gets its position in the log later, in
``sequencer``. The content about a person is committed to, never published, and waits encrypted
under their key; a fact about the operator is public.
"""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from canut.actions.platform.person_keys import sealed_for
from canut.core.errors import BadInput
from canut.core.ledger.log import open_entry
from canut.core.proofs.canonical import NONCE_BYTES, canonical, commitment
from canut.store.platform.person_keys import Sealer
from canut.store.sql import common
from canut.store.sql.raw_cursor import execute_later, open_cursor
from canut.store.tables.ledger import PlatformEntry


def fresh_nonce() -> bytes:
    """Return a new random nonce for one entry."""
    return secrets.token_bytes(NONCE_BYTES)


class EntrySubject(NamedTuple):
    """The subject of an entry: the project whose log it goes to, or None.

    It may belong to an answer, or, without a project, to a statement. ``sealer`` is the key of the
    person concerned; None if there is none.
    """

    project: int | None
    answer: int | None = None
    statement: int | None = None
    sealer: Sealer | None = None


class Hidden(NamedTuple):
    """The stored form of an entry's content: open, or sealed under a key."""

    payload: str
    nonce: bytes
    commitment: bytes
    sealed_by: int | None
    sealed: bytes | None


def hide(payload: Mapping[str, object], nonce: bytes, sealer: Sealer | None) -> Hidden:
    """Commit to a payload, and seal it with its nonce if it is about a person.

    Raises:
        BadInput: it cannot be written as canonical JSON.
    """
    text = canonical(payload)
    hidden = commitment(text, nonce)
    if sealer is None:
        return Hidden(text.decode(), nonce, hidden, None, None)
    return Hidden("", b"", hidden, sealer.id, sealed_for(sealer, nonce + text, hidden))


def record_entry(
    of: EntrySubject | int | None,
    kind: str,
    payload: Mapping[str, object],
    now_ms: int,
    nonce: bytes,
) -> bytes:
    """Write one pending entry in the caller's transaction; return its commitment.

    Args:
        of: whose log it belongs to, a project's number; none for that of all.
        kind: the type of entry, such as ``answer``.
        payload: texts and whole numbers.
        now_ms: the moment, in milliseconds since 1970 UTC.
        nonce: 32 fresh random bytes; they keep the commitment from being guessed.

    Raises:
        BadInput: a payload that cannot be written as canonical JSON, or a nonce of another length.
    """
    subject = of if isinstance(of, EntrySubject) else EntrySubject(of)
    hidden = _checked_hide(payload, nonce, subject.sealer)
    _keep(subject, kind, hidden, now_ms)
    return hidden.commitment


def record_answer(
    cursor: CursorWrapper,
    subject: EntrySubject,
    payload: Mapping[str, object],
    now_ms: int,
    nonce: bytes,
) -> bytes:
    """Write the pending entry of an answer with the next statement of a cursor.

    Args:
        cursor: of the answer's transaction.
        subject: the project and the answer.
        payload: texts and whole numbers.
        now_ms: the moment, in milliseconds since 1970 UTC.
        nonce: 32 fresh random bytes.

    Returns:
        The commitment.

    Raises:
        BadInput: as ``record_entry`` raises it.
    """
    hidden = _checked_hide(payload, nonce, subject.sealer)
    columns = _columns(subject, "answer", hidden, now_ms)
    execute_later(cursor, common.KEEP_ENTRY, columns, independent=True)
    return hidden.commitment


def _checked_hide(payload: Mapping[str, object], nonce: bytes, sealer: Sealer | None) -> Hidden:
    if len(nonce) != NONCE_BYTES:
        raise BadInput(f"the nonce has {len(nonce)} bytes; expected {NONCE_BYTES} random ones")
    return hide(payload, nonce, sealer)


def _columns(subject: EntrySubject, kind: str, hidden: Hidden, now_ms: int) -> tuple[Any, ...]:
    """Return the values of ``common.KEEP_ENTRY``."""
    whose = (hidden.sealed_by, hidden.sealed)
    return (subject.project, kind, *hidden[:3], now_ms, subject.answer, *whose)


def record_fact(
    project_id: int | None, kind: str, facts: Mapping[str, object], now_ms: int
) -> None:
    """Write one pending public entry: never anything about a person.

    Args:
        project_id: whose log it belongs to; none for that of all.
        kind: the type of entry, such as ``price.set``.
        facts: texts and whole numbers about who runs the platform, or hashes of what is long.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: no facts, or more than an entry holds.
    """
    open_entry(kind, str(project_id or ""), facts)
    _keep(
        EntrySubject(project_id),
        kind,
        Hidden(canonical(facts).decode(), b"", b"", None, None),
        now_ms,
    )


def _keep(of: EntrySubject, kind: str, hidden: Hidden, now_ms: int) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is written in the transaction of what it records; open one")
    if of.project is None:
        PlatformEntry.objects.create(
            type=kind, created_ms=now_ms, statement=of.statement, **hidden._asdict()
        )
        return
    with open_cursor() as cursor:
        cursor.execute(common.KEEP_ENTRY, _columns(of, kind, hidden, now_ms))
