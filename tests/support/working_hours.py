"""Time as pages report it: minutes of work on a surface, beat by beat."""

from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.work.leases import lease_tasks
from canut.core.time.surfaces import lease_of
from canut.store.models import Beat, Lease, Worker

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BEAT_MS = 15_000


def work(
    person: int, project: int | None, surface: str, begin_ms: int, minutes: float, *, sent: int = 40
) -> int:
    """Work for some minutes with a key in each beat, then leave the page; returns when it ended.

    A task that nobody lent is written under its page afterwards, as before leases were checked.
    """
    session = open_page(person, project, begin_ms)
    lease = lease_of(surface)
    own = Lease.objects.filter(id=lease or 0, worker__person=person, project=project)
    is_lent = lease is None or own.exists()
    last = round(minutes * MINUTE / BEAT_MS)
    waiting: list[BeatIn] = []
    for n in range(1, last + 1):
        beat = BeatIn(
            session=session,
            seq=n,
            mono_ms=n * BEAT_MS,
            visible=n < last,
            focused=True,
            surface=surface if is_lent else "page",
            buckets=[[n * 15 - 1, 1, 0, 0, 0]],
        )
        waiting.append(beat)
        if len(waiting) == sent or n == last:
            keep_beats(person, waiting, begin_ms + n * BEAT_MS)
            waiting = []
    if not is_lent:
        Beat.objects.filter(session=session).update(surface=surface)
    return begin_ms + last * BEAT_MS


def do_tasks(worker: Worker, lengths: list[float], begin_ms: int) -> int:
    """Work on lent tasks for so many minutes each, one after the other; returns when it ended."""
    at = begin_ms
    lent = lease_tasks(worker.pk, min(20, len(lengths)), begin_ms).tasks
    for task, minutes in zip(lent, lengths, strict=False):
        at = work(worker.person_id or 0, worker.project_id, f"item:{task.lease}", at, minutes)
    return at
