"""Append to the ledger, inside the transaction of what is recorded.

Here an entry waits with its payload and its salt; numbering the entries and hashing them into the
log happens later, outside any answer.
"""

from collections.abc import Mapping

from django.db import connection

from canut.core.errors import BadInput
from canut.core.proofs.canonical import NONCE_BYTES, canonical, commitment
from canut.store.hot import both
from canut.store.hot.direct import open_cursor


def record_entry(
    project_id: int, kind: str, payload: Mapping[str, object], now_ms: int, nonce: bytes
) -> None:
    """Write one pending entry in the caller's transaction.

    Args:
        project_id: whose log it belongs to.
        kind: the type of entry, such as ``answer``.
        payload: texts and whole numbers.
        now_ms: the moment, in milliseconds since 1970 UTC.
        nonce: 32 fresh random bytes; they keep the commitment from being guessed.

    Raises:
        BadInput: a payload that cannot be written as canonical JSON, or a nonce of another length.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is written in the transaction of what it records; open one")
    if len(nonce) != NONCE_BYTES:
        raise BadInput(f"the nonce has {len(nonce)} bytes; expected {NONCE_BYTES} random ones")
    text = canonical(payload)
    with open_cursor() as cursor:
        cursor.execute(
            both.KEEP_ENTRY,
            (project_id, kind, text.decode(), nonce, commitment(text, nonce), now_ms),
        )
