"""The key a ledger's logs are signed with: from the environment, or a private file.

It is made once, when the first log is. Losing it is losing the log's name: whoever checks a card
knows the public half, so a log never goes on under another key without saying so.
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
    """Return what signs the log of this name: the instance's one secret under the log's name.

    Raises:
        NotReady: the key cannot be read, made or kept.
    """
    return Signer(origin, ED25519, _secret(settings.DATA / FILE, settings.LOG_KEY))


def forget_keys() -> None:
    """Forget what was read: another folder, or another key, is in force."""
    _secret.cache_clear()


@cache
def _secret(kept: Path, given: str) -> bytes:
    try:
        text = given or (kept.read_text() if kept.exists() else _made(kept))
        return read_signer(text.strip()).secret
    except OSError as failure:
        raise NotReady(
            f"the log's key cannot be kept in {kept}: {failure.strerror}", code="log-key"
        ) from failure
    except BadProof as problem:
        where = "CANUT_LOG_KEY" if given else kept
        raise NotReady(f"{where} holds no key of a log: {problem}", code="log-key") from problem


def _made(kept: Path) -> str:
    """Make the first key; where another process was faster, its key is the one."""
    if Log.objects.exists():
        raise NotReady(
            f"the key of the ledger's logs is gone from {kept}; bring it back from a copy",
            code="log-key",
        )
    text = write_signer(Signer("canut", ED25519, secrets.token_bytes(KEY_BYTES)))
    beside = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, kept)
    finally:
        beside.unlink()
    return kept.read_text()
