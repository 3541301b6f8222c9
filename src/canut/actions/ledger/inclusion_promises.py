"""Sign, for whoever answered, the log's promise that the entry of their answer will be in it.

Signed after the answer was kept, with what is in memory: no statement, some 50 µs. The log's name
and key are read once a project. Where they cannot be, the answer is kept all the same, without a
receipt, and the log of errors says so once.
"""

import logging
import math
import time
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from canut.actions.ledger.log_keys import signer_of
from canut.core.errors import NotReady
from canut.core.ledger.receipt import Promiser
from canut.core.proofs.note import write_key
from canut.store.tables.ledger import Log

_log = logging.getLogger("canut.ledger")
UNSURE_SECONDS = 1.0
_promisers: dict[int, tuple[Promiser, float]] = {}


def sign_promise(project_id: int, commitment: bytes, at_ms: int) -> str | None:
    """Return the signed receipt of an answer's entry; none where the key cannot be used.

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


def origin_of(project_id: int | None) -> str:
    """Return the name of a project's log, or of that of all, whether or not it was begun."""
    log = Log.objects.filter(project=project_id).first()
    if log is not None:
        return log.origin
    where = urlsplit(settings.URL).netloc
    return f"{where}/log" + (f"/{project_id}" if project_id else "")


def check_key(log: Log) -> None:
    """Refuse to go on with a log under another key than it has.

    Raises:
        NotReady: it was signed with another key so far.
    """
    if log.key != write_key(signer_of(log.origin).key):
        raise NotReady(
            f"the log {log.origin} was signed with another key; bring back log.key or"
            " CANUT_LOG_KEY",
            code="log-key-other",
        )


def forget_promisers() -> None:
    """Forget what is in memory: another key, or another address, is in force."""
    _promisers.clear()
    _tell.cache_clear()


def _promiser(project_id: int) -> Promiser:
    """Return what signs for a project; until a log says which key is the one, for a second."""
    kept, until = _promisers.get(project_id, (None, 0.0))
    if kept is None or time.monotonic() > until:
        whole = Log.objects.filter(project=None).first()
        if whole is not None:
            check_key(whole)
        kept = Promiser(signer_of(origin_of(project_id)), "answer", str(project_id))
        until = time.monotonic() + UNSURE_SECONDS if whole is None else math.inf
        _promisers[project_id] = kept, until
    return kept


@lru_cache(maxsize=8)
def _tell(problem: str) -> None:
    _log.warning("answers get no receipts: %s", problem)
