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

from django.db import transaction

from canut.actions.landmarks import keep_end, tell_if_behind
from canut.actions.log_keys import signer_of
from canut.actions.promises import check_key, origin_of
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
from canut.store.ledger import Log, Taken
from canut.store.logs import (
    Waiting,
    at_once,
    edge_of,
    keep_batch,
    move_log,
    place_platform,
    read_platform,
    read_waiting,
)

RELEASED = frozenset({"card", "export"})  # for all to read, in the log of all: it is witnessed


class _MovedError(Exception):
    """Another process has moved a log since it was read."""


class _Grown(NamedTuple):
    """A log, what it is to gain, and its new checkpoint."""

    log: Log
    entries: Sequence[tuple[bytes, int | None]]
    batch: Batch
    checkpoint: Checkpoint


def sequence(now_ms: int, most: int | None = None) -> int:
    """Take in what waits, up to ``most`` entries; returns how many got their places.

    Left out, ``most`` is what ``store.logs`` says a database takes at once.

    Raises:
        NotReady: the key cannot be read, or is another than the log was signed with so far.
    """
    most = at_once() if most is None else most
    tell_if_behind(now_ms)
    taken, _ = Taken.objects.get_or_create(pk=1)
    read = read_waiting(taken, most, now_ms)
    own = read_platform(most)
    if not read.waiting and not own and list(map(list, read.behind)) == taken.behind:
        return 0
    grown = [_grown(log, entries) for log, entries in _by_log(read.waiting)]
    released = [one for one in read.waiting if one.kind in RELEASED]
    places: list[tuple[int, int]] = []
    if grown or own or released:
        shown: list[tuple[bytes, int | None]] = [(_body(one), None) for one in own]
        shown += [(_body(one), one.id) for one in released]
        shown += [
            (checkpoint_entry(str(one.log.project_id), one.checkpoint), None) for one in grown
        ]
        grown.append(_grown(log_of(None), shown))
        first = grown[-1].batch.first
        places = [(first + at, one.id) for at, one in enumerate(own)]
    try:
        with transaction.atomic():
            is_first = Taken.objects.filter(pk=1, until=taken.until)
            if not is_first.update(until=read.until, behind=read.behind):
                return 0
            for one in grown:
                _keep(one, now_ms)
            place_platform(places)
    except _MovedError:
        return 0
    if grown:
        end = grown[-1]
        signed = sign_checkpoint(end.checkpoint, signer_of(end.log.origin))
        keep_end(end.log, signed, end.checkpoint.size)
    return len(read.waiting) + len(own)


def log_of(project_id: int | None) -> Log:
    """Return the log of a project, or the one of all; made where there is none yet.

    Raises:
        NotReady: it was signed with another key so far.
    """
    log = Log.objects.filter(project=project_id).first()
    if log is None:
        origin = origin_of(project_id)
        key = write_key(signer_of(origin).key)
        log, _ = Log.objects.get_or_create(
            origin=origin, defaults={"project_id": project_id, "key": key}
        )
    check_key(log)
    return log


def _by_log(waiting: Sequence[Waiting]) -> list[tuple[Log, list[tuple[bytes, int | None]]]]:
    entries: dict[int | None, list[tuple[bytes, int | None]]] = defaultdict(list)
    for one in waiting:
        if one.kind in RELEASED:
            continue
        entries[one.project].append((_body(one), one.id))
    return [(log_of(project), found) for project, found in entries.items()]


def _body(one: Waiting) -> bytes:
    project = str(one.project or "")
    if not one.facts:
        return committed_entry(one.kind, project, one.commitment)
    return open_entry(one.kind, project, json.loads(one.facts))


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
