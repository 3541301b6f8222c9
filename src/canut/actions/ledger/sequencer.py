"""Give waiting entries their positions in project logs, and project logs in the platform log.

A batch is read and hashed outside any transaction and written in one: entries, tiles, the log's new
checkpoint and the position reached. If two processes run at once, the second finds that the log has
moved and writes nothing. A killed process leaves nothing incomplete: the same entries wait again.
"""

import json
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from canut.actions.ledger.inclusion_promises import check_key, origin_of
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.rollback_detection import keep_end, record_rollback
from canut.core.ledger.log import append, checkpoint_entry, committed_entry, edge_root, open_entry
from canut.core.proofs.checkpoint import Checkpoint, sign_checkpoint
from canut.core.proofs.note import write_key
from canut.store.ledger.append import (
    Gain,
    at_once,
    emptied_after,
    keep_batch,
    move_logs,
    place_platform,
)
from canut.store.ledger.logs import WaitingEntry, edge_of, logs_of, read_platform, read_waiting
from canut.store.tables.ledger import Log, SequencerPosition

RELEASED = frozenset({"card", "export"})  # for all to read, in the log of all: it is witnessed


class _MovedError(Exception):
    """Another process has advanced a log since it was read."""


def sequence(now_ms: int, most: int | None = None) -> int:
    """Append waiting entries, up to ``most``; return how many got positions.

    Left out, ``most`` is what ``store.ledger.append`` says a database takes at once.

    Raises:
        NotReady: the key cannot be read, or is another than the log was signed with so far.
    """
    most = at_once() if most is None else most
    record_rollback(now_ms)
    position, _ = SequencerPosition.objects.get_or_create(pk=1)
    waiting = read_waiting(position, most, now_ms)
    own = read_platform(most)
    if not waiting.waiting and not own and list(map(list, waiting.behind)) == position.behind:
        return 0
    gains = _of_projects(waiting.waiting)
    released = [item for item in waiting.waiting if item.kind in RELEASED]
    places: list[tuple[int, int]] = []
    if gains or own or released:
        public = [*own, *released]
        bodies = [_body(item) for item in public]
        bodies += [checkpoint_entry(str(item.log.project_id), _end(item)) for item in gains]
        pending: list[int | None] = [None] * len(own)
        pending += [item.id for item in released]
        pending += [None] * len(gains)
        gains.append(_gain(log_of(None), bodies, pending))
        places = [(gains[-1].first + at, item.id) for at, item in enumerate(own)]
    try:
        with emptied_after(len(waiting.waiting)), transaction.atomic():
            is_first = SequencerPosition.objects.filter(pk=1, until=position.until)
            if not is_first.update(until=waiting.until, behind=waiting.behind):
                return 0
            _keep(gains, now_ms)
            place_platform(places)
    except _MovedError:
        return 0
    if gains:
        end = gains[-1]
        keep_end(end.log, end.checkpoint, end.edge.size)
    return len(waiting.waiting) + len(own)


def log_of(project_id: int | None) -> Log:
    """Return the log of a project, or the platform log, created if needed.

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


def _of_projects(waiting: Sequence[WaitingEntry]) -> list[Gain]:
    """Return what the logs of projects gain, in order of their first entry."""
    by_project: dict[int | None, list[WaitingEntry]] = defaultdict(list)
    for entry in waiting:
        if entry.kind not in RELEASED:
            by_project[entry.project].append(entry)
    logs = logs_of(by_project)
    gains = []
    for project, entries in by_project.items():
        log = logs.get(project)
        if log is None:
            log = log_of(project)
        else:
            check_key(log)
        gains.append(
            _gain(log, [_body(entry) for entry in entries], [entry.id for entry in entries])
        )
    return gains


def _body(entry: WaitingEntry) -> bytes:
    project = str(entry.project or "")
    if not entry.facts:
        return committed_entry(entry.kind, project, entry.commitment)
    return open_entry(entry.kind, project, json.loads(entry.facts))


def _gain(log: Log, bodies: Sequence[bytes], pending: Sequence[int | None]) -> Gain:
    batch = append(edge_of(log), bodies)
    at_end = Checkpoint(log.origin, batch.edge.size, edge_root(batch.edge))
    signed = sign_checkpoint(at_end, signer_of(log.origin))
    return Gain(log, batch.first, bodies, pending, batch.tiles, batch.edge, signed)


def _keep(gains: Sequence[Gain], now_ms: int) -> None:
    if not move_logs(gains, now_ms):
        raise _MovedError
    keep_batch(gains)


def _end(gain: Gain) -> Checkpoint:
    return Checkpoint(gain.log.origin, gain.edge.size, edge_root(gain.edge))
