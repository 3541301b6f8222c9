"""Give each waiting entry its place in its project's log, and each log its place in the one of all.

A batch is read and hashed outside any transaction and written in one: entries, tiles, the log's new
end and how far waiting entries were taken. Should two processes be at it, the second finds that the
log has moved and writes nothing. One that is killed leaves nothing half done: the same entries wait
again.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from canut.actions.log_keys import signer_of
from canut.core.errors import NotReady
from canut.core.ledger.log import (
    Batch,
    append,
    checkpoint_entry,
    committed_entry,
    edge_root,
    open_entry,
)
from canut.core.proofs.checkpoint import Checkpoint, sign_checkpoint
from canut.core.proofs.note import write_key
from canut.store.ledger import EntryPending, Log, Taken
from canut.store.logs import Waiting, edge_of, keep_batch, move_log, read_waiting

RELEASED = frozenset({"card", "export"})  # for all to read, in the log of all: it is witnessed
BATCH = 1_000  # on SQLite others wait to write meanwhile: some 15 ms


class _MovedError(Exception):
    """Another process has moved a log since it was read."""


class _Grown(NamedTuple):
    """A log, what it is to gain, and its new checkpoint."""

    log: Log
    entries: Sequence[tuple[bytes, int | None]]
    batch: Batch
    checkpoint: Checkpoint


def sequence(now_ms: int, most: int = BATCH) -> int:
    """Take in what waits, up to ``most`` entries; returns how many got their places.

    Raises:
        NotReady: the key cannot be read, or is another than the log was signed with so far.
    """
    taken, _ = Taken.objects.get_or_create(pk=1)
    read = read_waiting(taken, most, now_ms)
    if not read.waiting and list(map(list, read.behind)) == taken.behind:
        return 0
    grown = [_grown(log, entries) for log, entries in _by_log(read.waiting)]
    shown: list[tuple[bytes, int | None]] = [
        (checkpoint_entry(str(one.log.project_id), one.checkpoint), None) for one in grown
    ]
    shown += _released(read.waiting)
    if shown:
        grown.append(_grown(log_of(None), shown))
    try:
        with transaction.atomic():
            is_first = Taken.objects.filter(pk=1, until=taken.until)
            if not is_first.update(until=read.until, behind=read.behind):
                return 0
            for one in grown:
                _keep(one, now_ms)
    except _MovedError:
        return 0
    return len(read.waiting)


def log_of(project_id: int | None) -> Log:
    """Return the log of a project, or the one of all; made where there is none yet.

    Raises:
        NotReady: it was signed with another key so far.
    """
    log = Log.objects.filter(project=project_id).first()
    if log is None:
        where = urlsplit(settings.URL).netloc
        origin = f"{where}/log" + (f"/{project_id}" if project_id else "")
        key = write_key(signer_of(origin).key)
        log, _ = Log.objects.get_or_create(
            origin=origin, defaults={"project_id": project_id, "key": key}
        )
    if log.key != write_key(signer_of(log.origin).key):
        raise NotReady(
            f"the log {log.origin} was signed with another key; bring back log.key or"
            " CANUT_LOG_KEY",
            code="log-key-other",
        )
    return log


def _by_log(waiting: Sequence[Waiting]) -> list[tuple[Log, list[tuple[bytes, int | None]]]]:
    entries: dict[int, list[tuple[bytes, int | None]]] = defaultdict(list)
    for one in waiting:
        if one.kind in RELEASED:
            continue
        body = committed_entry(one.kind, str(one.project), one.commitment)
        entries[one.project].append((body, one.id))
    return [(log_of(project), found) for project, found in entries.items()]


def _released(waiting: Sequence[Waiting]) -> list[tuple[bytes, int | None]]:
    """Write what was released as entries anyone can read: a file's hash tells of nobody."""
    ids = [one.id for one in waiting if one.kind in RELEASED]
    if not ids:
        return []
    rows = EntryPending.objects.filter(id__in=ids).order_by("id")
    return [
        (open_entry(one.type, str(one.project_id), json.loads(one.payload)), one.pk) for one in rows
    ]


def _grown(log: Log, entries: Sequence[tuple[bytes, int | None]]) -> _Grown:
    batch = append(edge_of(log), [body for body, _ in entries])
    at_end = Checkpoint(log.origin, batch.edge.size, edge_root(batch.edge))
    return _Grown(log, entries, batch, at_end)


def _keep(grown: _Grown, now_ms: int) -> None:
    signed = sign_checkpoint(grown.checkpoint, signer_of(grown.log.origin))
    if not move_log(grown.log, grown.batch.edge, signed, now_ms):
        raise _MovedError
    numbered = enumerate(grown.entries, grown.batch.first)
    rows = [(place, body, pending) for place, (body, pending) in numbered]
    keep_batch(grown.log, rows, grown.batch.tiles)
