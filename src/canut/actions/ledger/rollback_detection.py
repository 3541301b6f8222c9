"""Detect that the database was restored to an older state, and record it in the log.

A file beside the database holds the last checkpoint that this machine signed. If the log is now
shorter, or has another history, the earlier checkpoint is written into it as a public entry, which
explains receipts that no longer fit. After a restore into an empty folder there is no such file:
the restore and the age of the backup are recorded instead. The log continues; nothing is hidden.
Witnesses, who remember by themselves, refuse such a log.
"""

import contextlib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canut.actions.ledger.entries import record_fact
from canut.core.errors import BadProof
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint
from canut.core.proofs.merkle import tree_root
from canut.core.proofs.note import read_note
from canut.core.proofs.tiles import Tile, node_reader
from canut.store.ledger.logs import read_tile
from canut.store.tables.ledger import Log

FILE = "log.end"
BEHIND = "log.behind"
BROUGHT, LONGEST = "log.brought-back", 40
_seen: dict[Path, int] = {}  # sizes this process has checked, by file


def record_rollback(now_ms: int) -> bool:
    """Write the checkpoint published before into the log, if the log does not continue it.

    Raises:
        BadProof: the log itself is damaged; it was not brought back.
        Missing: its tiles are gone.
    """
    path = _path()
    log = Log.objects.filter(project=None).first()
    if log is None or _seen.get(path) == log.size:
        return False
    _tell_if_brought_back(log, now_ms)
    published = _kept(path)
    if published is None or published.origin != log.origin or _continues(log, published):
        _seen[path] = log.size
        return False
    _check_whole(log)
    facts = {"shown": published.size, "root": published.root.hex(), "here": log.size}
    with transaction.atomic():
        record_fact(None, BEHIND, facts, now_ms)
    keep_end(log, log.checkpoint, log.size)
    return True


def keep_end(log: Log, checkpoint: str, size: int) -> None:
    """Store the signed checkpoint in a file, before it is published.

    Where the folder cannot be written nothing is lost but this memory; witnesses have theirs.
    """
    path = _path()
    beside = path.with_name(f"{FILE}.{log.pk}.new")
    with contextlib.suppress(OSError):
        beside.write_text(checkpoint, encoding="utf-8")
        beside.replace(path)
        _seen[path] = size


def note_brought_back(folder: Path, made_at: str) -> None:
    """Record that a backup was restored, so that the log says so when it continues."""
    (folder / BROUGHT).write_text(made_at, encoding="utf-8")


def _tell_if_brought_back(log: Log, now_ms: int) -> None:
    note = Path(settings.DATA) / BROUGHT
    if not note.is_file():
        return
    with transaction.atomic():
        facts = {"copy": note.read_text(encoding="utf-8")[:LONGEST], "here": log.size}
        record_fact(None, BEHIND, facts, now_ms)
    note.unlink(missing_ok=True)


def forget_ends() -> None:
    """Clear what this process has checked."""
    _seen.clear()


def _kept(path: Path) -> Checkpoint | None:
    try:
        return read_checkpoint(read_note(path.read_bytes()).text)
    except (OSError, BadProof):
        return None


def _continues(log: Log, published: Checkpoint) -> bool:
    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    if published.size > log.size:
        return False
    return tree_root(node_reader(read, log.size), published.size) == published.root


def _check_whole(log: Log) -> None:
    """Raise if the tiles of a log do not lead to its own end: it would accuse nobody rightly."""
    if not log.size:
        return

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    end = read_checkpoint(read_note(log.checkpoint.encode()).text)
    root = tree_root(node_reader(read, log.size), log.size)
    if (end.size, end.root) != (log.size, root):
        raise BadProof(f"the tiles of the log {log.origin} do not lead to its own checkpoint")


def _path() -> Path:
    return Path(settings.DATA) / FILE
