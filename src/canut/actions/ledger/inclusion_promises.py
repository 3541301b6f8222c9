"""Sign the log's promise to include the entry of an answer, as a receipt for its worker.

Signing happens after the answer is stored, from memory, in some 50 µs. The log's name and key are
cached per project. If they cannot be read, the answer is stored without a receipt, and the error is
logged once.
"""

import logging
import math
import time
from functools import lru_cache

from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.log_names import origin_of
from canut.core.errors import BadProof, NotProven, NotReady
from canut.core.ledger.receipt import Promiser
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.note import write_key
from canut.store.tables.ledger import Log

_log = logging.getLogger("canut.ledger")
UNSURE_SECONDS = 1.0
_promisers: dict[int, tuple[Promiser, float]] = {}


def sign_promise(project_id: int, commitment: bytes, at_ms: int) -> str | None:
    """Return the signed receipt of an answer's entry; None if the key cannot be used.

    Args:
        project_id: whose log it will be in.
        commitment: what the entry commits with, 32 bytes.
        at_ms: the moment of the entry, in milliseconds since 1970 UTC.
    """
    try:
        return _promiser(project_id).sign(commitment, at_ms)
    except NotReady as problem:
        _tell(str(problem))
        return None


def check_key(log: Log) -> None:
    """Refuse to continue a log under another key than it has.

    Raises:
        NotReady: it was signed with another key so far.
    """
    if log.key != write_key(signer_of(log.origin).key):
        raise NotReady(
            f"the log {log.origin} was signed with another key; bring back log.key or"
            " CANUT_LOG_KEY",
            code="log-key-other",
        )


def check_instance_key(log: Log) -> None:
    """Refuse where this instance has another key than the log; a damaged row is not refused.

    The row is damaged where the log's last end was signed with this very key.

    Raises:
        NotReady: it was signed with another key so far.
    """
    try:
        check_key(log)
    except NotReady:
        try:
            open_checkpoint(log.checkpoint.encode(), (signer_of(log.origin).key,))
        except (BadProof, NotProven):
            pass
        else:
            return
        raise


def forget_promisers() -> None:
    """Clear the cache, after a change of key or name."""
    _promisers.clear()
    _tell.cache_clear()


def _promiser(project_id: int) -> Promiser:
    """Return a project's signer; cached for a second until the log has its key."""
    cached, until = _promisers.get(project_id, (None, 0.0))
    if cached is None or time.monotonic() > until:
        whole = Log.objects.filter(project=None).first()
        if whole is not None:
            check_instance_key(whole)
        cached = Promiser(signer_of(origin_of(project_id)), "answer", str(project_id))
        until = time.monotonic() + UNSURE_SECONDS if whole is None else math.inf
        _promisers[project_id] = cached, until
    return cached


@lru_cache(maxsize=8)
def _tell(problem: str) -> None:
    _log.warning("answers get no receipts: %s", problem)
