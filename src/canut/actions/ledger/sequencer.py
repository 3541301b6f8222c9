"""Give waiting entries their positions in project logs, and project logs in the platform log.

A batch is read and hashed outside any transaction and written in one: entries, tiles, the log's new
checkpoint and the position reached. If two processes run at once, the second finds that the log has
moved and writes nothing. A killed process leaves nothing incomplete: the same entries wait again.

A project's log that cannot be read, signed or written is held by itself for a minute at a time,
while the others go on. The platform log takes the checkpoints of all: without it nothing goes on.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from django.db import DatabaseError, transaction

from canut.actions.ledger.inclusion_promises import check_key, origin_of
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.rollback_detection import keep_end, record_rollback
from canut.actions.platform.row_faults import attempt, attempt_many
from canut.core.clock import MINUTE_MS
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
from canut.store.ledger.held_logs import Batch, HeldLog, batch_of, positions_of
from canut.store.ledger.logs import WaitingEntry, edge_of, logs_of, read_platform, read_waiting
from canut.store.platform.transient_errors import as_transient
from canut.store.tables.ledger import Log, SequencerPosition

RELEASED = frozenset({"card", "export"})  # for all to read, in the log of all: it is witnessed
LOG, RETRY_MS = "log", MINUTE_MS


class _MovedError(Exception):
    """Another process has advanced a log since it was read."""


class _Public(NamedTuple):
    """An entry of the platform log: its id, again if a project's, and its text."""

    entry: int
    pending: int | None
    text: bytes


class _Part(NamedTuple):
    """What a project adds: the number of entries, to its log, and to the platform log."""

    project: int
    entries: int
    gain: Gain | None
    released: Sequence[_Public]


def sequence(now_ms: int, most: int | None = None) -> int:
    """Append waiting entries, up to ``most``; return how many got positions.

    Left out, ``most`` is what ``store.ledger.append`` says a database takes at once.

    Raises:
        NotReady: the key cannot be read, or is another than the platform log was signed with.
    """
    most = at_once() if most is None else most
    record_rollback(now_ms)
    position, _ = SequencerPosition.objects.get_or_create(pk=1)
    pending = read_waiting(position, most, now_ms)
    batch = batch_of(pending, most, now_ms)
    own = read_platform(most)
    behind = [*pending.behind, *positions_of(batch.held.values())]
    if not batch.entries and not own and list(map(list, behind)) == position.behind:
        return 0
    whole = log_of(None) if batch.entries or own else None
    parts = _parts_of(batch)
    held = batch.held | _held_now(batch, parts, now_ms)
    behind = [*pending.behind, *positions_of(held.values())]
    gains = [part.gain for part in parts if part.gain is not None]
    public = [*_readable(own), *(body for part in parts for body in part.released)]
    places: list[tuple[int, int]] = []
    if whole is not None and (gains or public):
        bodies = [body.text for body in public]
        bodies += [checkpoint_entry(str(gain.log.project_id), _end(gain)) for gain in gains]
        numbers = [*(body.pending for body in public), *([None] * len(gains))]
        gains.append(_gain(whole, bodies, numbers))
        places = [
            (gains[-1].first + at, body.entry)
            for at, body in enumerate(public)
            if body.pending is None
        ]
    try:
        with emptied_after(len(batch.entries)), transaction.atomic():
            is_first = SequencerPosition.objects.filter(pk=1, until=position.until)
            if not is_first.update(until=pending.until, behind=behind):
                return 0
            _keep(gains, now_ms)
            place_platform(places)
    except _MovedError:
        return 0
    except DatabaseError as failure:
        if as_transient(failure) is not None or not _hold_unwritable(position, gains, now_ms):
            raise
        return sequence(now_ms, most)
    if gains:
        end = gains[-1]
        keep_end(end.log, end.checkpoint, end.edge.size)
    return sum(part.entries for part in parts) + len(places)


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


def _parts_of(batch: Batch) -> list[_Part]:
    """Return what each project adds, in order of their first entry; left out what cannot be."""
    by_project: dict[int, list[WaitingEntry]] = defaultdict(list)
    for entry in batch.entries:
        by_project[entry.project or 0].append(entry)
    act = partial(_compute_parts, by_project)
    if batch.is_retry:
        parts = [attempt(LOG, project, partial(_one_part, act, project)) for project in by_project]
        return [part for part in parts if part is not None]
    return attempt_many(LOG, list(by_project), act)


def _one_part(act: Callable[[Sequence[int]], list[_Part]], project: int) -> _Part:
    (part,) = act([project])
    return part


def _compute_parts(
    by_project: Mapping[int, Sequence[WaitingEntry]], projects: Sequence[int]
) -> list[_Part]:
    logs = logs_of(
        project
        for project in projects
        if any(entry.kind not in RELEASED for entry in by_project[project])
    )
    parts: list[_Part] = []
    for project in projects:
        entries = by_project[project]
        logged = [entry for entry in entries if entry.kind not in RELEASED]
        released = [_Public(e.id, e.id, _body(e)) for e in entries if e.kind in RELEASED]
        gain = None
        if logged:
            log = logs.get(project)
            if log is None:
                log = log_of(project)
            else:
                check_key(log)
            bodies = [_body(entry) for entry in logged]
            gain = _gain(log, bodies, [entry.id for entry in logged])
        parts.append(_Part(project, len(entries), gain, released))
    return parts


def _held_now(batch: Batch, parts: Sequence[_Part], now_ms: int) -> dict[int, HeldLog]:
    """Return the logs of a batch that could not go on."""
    computed = {part.project for part in parts}
    first: dict[int, int] = {}
    for entry in batch.entries:
        project = entry.project or 0
        if project not in computed:
            first[project] = min(entry.id, first.get(project, entry.id))
    return {project: HeldLog(project, entry, now_ms + RETRY_MS) for project, entry in first.items()}


def _hold_unwritable(position: SequencerPosition, gains: Sequence[Gain], now_ms: int) -> bool:
    """Hold the logs that the database refuses to write; return whether there are any."""
    held = [
        HeldLog(project, min(filter(None, gain.pending)), now_ms + RETRY_MS)
        for gain in gains
        if (project := gain.log.project_id) is not None
        and not attempt(LOG, project, partial(_is_writable, gain, now_ms))
    ]
    projects = {-log.project for log in held}
    others = [row for row in position.behind if row[0] not in projects]
    unmoved = SequencerPosition.objects.filter(pk=1, until=position.until)
    unmoved.update(behind=[*others, *positions_of(held)])
    return bool(held)


def _is_writable(gain: Gain, now_ms: int) -> bool:
    """Write a batch and undo it."""
    with transaction.atomic():
        move_logs([gain], now_ms)
        keep_batch([gain])
        transaction.set_rollback(True)
    return True


def _readable(own: Sequence[WaitingEntry]) -> list[_Public]:
    """Return the platform's own entries, without those that cannot be read."""
    by_id = {entry.id: entry for entry in own}
    return attempt_many(
        "platform-entry",
        list(by_id),
        lambda ids: [_Public(entry, None, _body(by_id[entry])) for entry in ids],
    )


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
