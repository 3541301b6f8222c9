"""Give waiting entries their positions in project logs, and project logs in the platform log.

A batch is read and hashed outside any transaction and written in one: entries, tiles, the log's new
checkpoint and the position reached. If two processes run at once, the second finds that the log has
moved and writes nothing. A killed process leaves nothing incomplete: the same entries wait again.

A log that cannot be read, signed or written is held by itself for a minute at a time, while the
others go on. What the platform log does not take meanwhile, public entries and the ends of project
logs, it takes once it was mended. Nothing is signed that does not continue what was signed before.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from django.db import DatabaseError, transaction

from canut.actions.ledger.inclusion_promises import check_instance_key, check_key
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.log_names import origin_of
from canut.actions.ledger.rollback_detection import keep_end, record_rollback
from canut.actions.platform.row_faults import DATA_FAULTS, attempt, attempt_many
from canut.core.clock import MINUTE_MS
from canut.core.errors import BadProof
from canut.core.ledger.log import (
    Edge,
    append,
    checkpoint_entry,
    committed_entry,
    edge_root,
    open_entry,
)
from canut.core.proofs.checkpoint import (
    Checkpoint,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from canut.core.proofs.note import read_note, write_key
from canut.store.ledger.append import (
    Gain,
    at_once,
    emptied_after,
    keep_batch,
    move_logs,
    place_platform,
)
from canut.store.ledger.held_logs import (
    Batch,
    HeldLog,
    HeldPlatform,
    Position,
    batch_of,
    held_platform,
    position_of,
    positions_of,
    read_owed,
    with_owed,
)
from canut.store.ledger.logs import (
    PendingEntries,
    WaitingEntry,
    edge_of,
    logs_of,
    read_platform,
    read_waiting,
)
from canut.store.platform.transient_errors import as_transient
from canut.store.tables.ledger import Log, SequencerPosition

RELEASED = frozenset({"card", "export"})  # for all to read, in the log of all: it is witnessed
LOG, ALL, RETRY_MS = "log", "platform", MINUTE_MS


class _MovedError(Exception):
    """Another process has advanced a log since it was read."""


class _Public(NamedTuple):
    """An entry of the platform log: its id, again if a project's, and its text."""

    entry: int
    pending: int | None
    text: bytes


class _Part(NamedTuple):
    """What a project adds: to its log, and to the platform log."""

    project: int
    gain: Gain | None
    released: Sequence[_Public]


class _PlatformBatch(NamedTuple):
    """What the platform log is to take beside what projects add now.

    ``owed`` and ``left`` are what it owes before and after; ``problem`` says why it cannot be read,
    ``is_shut`` that it waits to be tried again.
    """

    owed: HeldPlatform | None
    left: HeldPlatform | None = None
    own: Sequence[WaitingEntry] = ()
    released: Sequence[WaitingEntry] = ()
    problem: Exception | None = None
    is_shut: bool = False

    @property
    def is_due(self) -> bool:
        """Return whether there is something to take, or to try again."""
        is_retry = self.owed is not None and not self.is_shut
        return bool(self.own) or self.problem is not None or is_retry


class _PlatformPart(NamedTuple):
    """What the platform log adds: to itself, positions of its own entries, public ones of projects.

    ``held`` is what it owes then; None if nothing.
    """

    gain: Gain | None
    places: Sequence[tuple[int, int]]
    released: int
    held: HeldPlatform | None


def sequence(now_ms: int, most: int | None = None) -> int:
    """Append waiting entries, up to ``most``; return how many got positions.

    Left out, ``most`` is what ``store.ledger.append`` says a database takes at once.

    Raises:
        NotReady: the key cannot be read, or is another than the logs were signed with.
    """
    most = at_once() if most is None else most
    position, _ = SequencerPosition.objects.get_or_create(pk=1)
    platform = _platform_batch(position, most, now_ms)
    pending = read_waiting(position, most, now_ms)
    batch = with_owed(batch_of(pending, most, now_ms), platform.released)
    behind = _behind(pending, batch.held, platform.owed)
    if not batch.entries and not platform.is_due and list(map(list, behind)) == position.behind:
        return 0
    whole = _platform_log() if batch.entries or platform.is_due else None
    parts = _parts_of(batch)
    adds = _PlatformPart(None, (), 0, platform.owed)
    if whole is not None:
        adds = _add_platform(whole, platform, parts, pending.until, now_ms)
    held = batch.held | _held_now(batch, parts, now_ms)
    behind = _behind(pending, held, adds.held)
    gains = [part.gain for part in parts if part.gain is not None]
    gains += [adds.gain] if adds.gain is not None else []
    try:
        with emptied_after(len(batch.entries)), transaction.atomic():
            is_first = SequencerPosition.objects.filter(pk=1, until=position.until)
            if not is_first.update(until=pending.until, behind=behind):
                return 0
            _keep(gains, now_ms)
            place_platform(adds.places)
    except _MovedError:
        return 0
    except DatabaseError as failure:
        if as_transient(failure) is not None or not _hold_unwritable(position, gains, now_ms):
            raise
        return sequence(now_ms, most)
    if adds.gain is not None:
        keep_end(adds.gain.log, adds.gain.checkpoint, adds.gain.edge.size)
    logged = sum(len(part.gain.bodies) for part in parts if part.gain is not None)
    return logged + adds.released + len(adds.places)


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


def _platform_log() -> Log:
    """Return the platform log, damaged or not.

    Raises:
        NotReady: this instance has another key than its logs, or none.
    """
    log = Log.objects.filter(project=None).first()
    if log is None:
        return log_of(None)
    check_instance_key(log)
    return log


def _platform_batch(position: SequencerPosition, most: int, now_ms: int) -> _PlatformBatch:
    owed = held_platform(position.behind)
    if owed is not None and owed.retry_ms > now_ms:
        return _PlatformBatch(owed, owed, is_shut=True)
    problem = _look_back(now_ms)
    released, left = ((), None) if owed is None else read_owed(owed, position.until, most)
    return _PlatformBatch(owed, left, read_platform(most), released, problem)


def _look_back(now_ms: int) -> Exception | None:
    """Record that the database was brought back; return why the platform log cannot be read."""
    try:
        record_rollback(now_ms)
    except DATA_FAULTS as problem:
        return problem
    return None


def _behind(
    pending: PendingEntries, held: Mapping[int, HeldLog], platform: HeldPlatform | None
) -> list[Position]:
    """Return what the sequencer stores of entries that it passed over."""
    return [*pending.behind, *positions_of(held.values()), *position_of(platform)]


def _add_platform(
    log: Log, batch: _PlatformBatch, parts: Sequence[_Part], until: int, now_ms: int
) -> _PlatformPart:
    """Return what the platform log adds, or hold it: what it does not take now, it owes."""
    owed = batch.owed or HeldPlatform(now_ms, until + 1, now_ms)
    if not batch.is_shut:
        adds = attempt(LOG, ALL, partial(_take_in, log, batch, parts, now_ms))
        if adds is not None:
            return adds
        owed = owed._replace(retry_ms=now_ms + RETRY_MS)
    first = min([owed.first, *(body.entry for part in parts for body in part.released)])
    held = owed._replace(since_ms=min(owed.since_ms, now_ms), first=first)
    return _PlatformPart(None, (), 0, held)


def _take_in(log: Log, batch: _PlatformBatch, parts: Sequence[_Part], now_ms: int) -> _PlatformPart:
    """Return what the platform log adds: public entries, and the ends of project logs."""
    if batch.problem is not None:
        raise batch.problem
    released = [body for part in parts for body in part.released]
    ends = [(part.project, _end(part.gain)) for part in parts if part.gain is not None]
    if batch.owed is not None:
        others = _moved_since(batch.owed.since_ms, {project for project, _ in ends})
        ends += attempt_many(LOG, others, _signed_ends)
    public = [*_readable(batch.own), *released]
    left = batch.left and batch.left._replace(since_ms=now_ms)
    if not public and not ends:
        return _PlatformPart(None, (), 0, left)
    bodies = [body.text for body in public]
    bodies += [
        checkpoint_entry(str(project), end._replace(origin=f"{log.origin}/{project}"))
        for project, end in ends
    ]
    gain = _gain(log, bodies, [*(body.pending for body in public), *([None] * len(ends))])
    if batch.owed is not None:
        _is_writable(gain, now_ms)
    places = [
        (gain.first + at, body.entry) for at, body in enumerate(public) if body.pending is None
    ]
    return _PlatformPart(gain, places, len(released), left)


def _moved_since(since_ms: int, projects: Collection[int]) -> list[int]:
    """Return the projects, but these, whose logs were signed since a moment."""
    logs = Log.objects.filter(project__isnull=False, size__gt=0, signed_ms__gte=since_ms)
    numbers = logs.order_by("id").values_list("project_id", flat=True)
    return [number for number in numbers if number is not None and number not in projects]


def _signed_ends(projects: Sequence[int]) -> list[tuple[int, Checkpoint]]:
    """Return the ends of project logs, as they were signed."""
    logs = logs_of(projects)
    return [
        (project, open_checkpoint(log.checkpoint.encode(), (signer_of(log.origin).key,))[0])
        for project in projects
        if (log := logs.get(project)) is not None
    ]


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
            bodies = [_body(entry) for entry in logged]
            gain = _gain(log, bodies, [entry.id for entry in logged])
        parts.append(_Part(project, gain, released))
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
    unwritable = [
        gain
        for gain in gains
        if not attempt(LOG, gain.log.project_id or ALL, partial(_is_writable, gain, now_ms))
    ]
    logs_held = [
        HeldLog(project, min(filter(None, gain.pending)), now_ms + RETRY_MS)
        for gain in unwritable
        if (project := gain.log.project_id) is not None
    ]
    platform = None
    if len(logs_held) < len(unwritable):
        owed = held_platform(position.behind)
        platform = HeldPlatform(now_ms, position.until + 1, now_ms) if owed is None else owed
        platform = platform._replace(retry_ms=now_ms + RETRY_MS)
    rows = [*positions_of(logs_held), *position_of(platform)]
    logs = {row[0] for row in rows}
    others = [row for row in position.behind if row[0] not in logs]
    unmoved = SequencerPosition.objects.filter(pk=1, until=position.until)
    unmoved.update(behind=[*others, *rows])
    return bool(unwritable)


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
    batch = append(_intact_edge(log), bodies)
    at_end = Checkpoint(log.origin, batch.edge.size, edge_root(batch.edge))
    signed = sign_checkpoint(at_end, signer_of(log.origin))
    return Gain(log, batch.first, bodies, pending, batch.tiles, batch.edge, signed)


def _intact_edge(log: Log) -> Edge:
    """Return where a log ends; raise if its row is damaged, so that nothing false is signed.

    Raises:
        BadProof: it does not end where its last checkpoint says, or its key is another.
    """
    edge = edge_of(log)
    check_key(log)
    if log.size:
        end = read_checkpoint(read_note(log.checkpoint.encode()).text)
        if (end.origin, end.size, end.root) != (log.origin, log.size, edge_root(edge)):
            raise BadProof(f"the log {log.origin} does not end where its checkpoint says")
    return edge


def _keep(gains: Sequence[Gain], now_ms: int) -> None:
    if not move_logs(gains, now_ms):
        raise _MovedError
    keep_batch(gains)


def _end(gain: Gain) -> Checkpoint:
    return Checkpoint(gain.log.origin, gain.edge.size, edge_root(gain.edge))
