"""The key that signs the ledger's logs: from the environment, or a private file.

The key is created with the first log. Losing it means losing the log's name: readers of cards know
the public key, so a log never changes its key silently.
"""

import contextlib
import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from canut.core.errors import BadProof, NotReady
from canut.core.proofs.note import ED25519, Signer, read_signer, write_signer
from canut.core.proofs.signing import KEY_BYTES
from canut.store.tables.ledger import Log

FILE = "log.key"


def signer_of(origin: str) -> Signer:
    """Return the signer of the log of this name: one secret for the instance.

    Raises:
        NotReady: the key cannot be read, made or kept.
    """
    return Signer(origin, ED25519, _secret(settings.DATA / FILE, settings.LOG_KEY))


def forget_keys() -> None:
    """Clear the cache, after a change of folder or key."""
    _secret.cache_clear()


@cache
def _secret(path: Path, from_environment: str) -> bytes:
    try:
        text = from_environment or (path.read_text("utf-8") if path.exists() else _made(path))
        return read_signer(text.strip()).secret
    except OSError as failure:
        raise NotReady(
            f"the log's key cannot be kept in {path}: {failure.strerror}", code="log-key"
        ) from failure
    except BadProof as problem:
        where = "CANUT_LOG_KEY" if from_environment else path
        raise NotReady(f"{where} holds no key of a log: {problem}", code="log-key") from problem


def _made(path: Path) -> str:
    """Create the first key; if another process was faster, use its key."""
    if Log.objects.exists():
        raise NotReady(
            f"the key of the ledger's logs is gone from {path}; bring it back from a copy",
            code="log-key",
        )
    text = write_signer(Signer("canut", ED25519, secrets.token_bytes(KEY_BYTES)))
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()
    return path.read_text("utf-8")
