"""People who answer tasks at a pace: beats as the workbench sends them, answers, a pay slip."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime

from canut.actions.pay.periods import close_period, make_period
from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import to_ms
from canut.store.models import Media, Period, Project, Task, Worker
from tests.support.factories import make_person
from tests.support.payroll import moment

BEAT_MS = 15_000
MINUTE = 60_000
FIRST, LAST = date(2026, 5, 25), date(2026, 6, 7)  # one of the fortnights that are checked
WORKED = date(2026, 6, 3)
CLOSING = datetime(2026, 6, 8, 13, tzinfo=UTC)
FLOOR_MICRO = 16_600_000


def touched(session: str, surface: str, begin: int, ms: int, every_ms: int) -> list[BeatIn]:
    """Return the beats of a page touched so often, from one time of its clock on."""
    beats: list[BeatIn] = []
    since = begin
    for end in [*range(begin + BEAT_MS, begin + ms, BEAT_MS), begin + ms]:
        signs = [at for at in range(since, end) if (at - begin) % every_ms == every_ms - 1]
        if end == begin + ms:
            signs.append(end - 1)
        buckets = [[second, 0, 0, 1, 0] for second in sorted({at // 1000 for at in signs})]
        beats.append(
            BeatIn(
                session=session,
                seq=end // 1000,
                mono_ms=end,
                visible=True,
                focused=True,
                surface=surface,
                buckets=buckets,
            )
        )
        since = end
    return beats


def answer_tasks(
    worker: Worker, count: int, ms_each: int, begin_ms: int, *, touch_every_ms: int = BEAT_MS
) -> int:
    """Answer tasks that take so long each, on one page; return when the last was answered."""
    person = worker.person_id or 0
    session = open_page(person, worker.project_id, begin_ms)
    mono = 0
    for _ in range(count):
        (task,) = lease_tasks(worker.pk, 1, begin_ms + mono).tasks
        beats = touched(session, f"item:{task.lease}", mono, ms_each, touch_every_ms)
        mono += ms_each
        keep_beats(person, beats, begin_ms + mono, worker.project_id)
        answer = Submission(task.lease, secrets.token_hex(16), {"q": "oui"})
        submit(worker.pk, answer, begin_ms + mono)
    return begin_ms + mono


def hold(project: Project, medium: str, duration_ms: int | None) -> None:
    """Let every task of a project hold one picture, or one sound of this length."""
    sha256 = secrets.token_hex(32)
    Media.objects.create(
        project=project,
        sha256=sha256,
        content_type=medium,
        width=0 if duration_ms else 800,
        height=0 if duration_ms else 600,
        size_bytes=1_000,
        duration_ms=duration_ms,
    )
    Task.objects.filter(project=project).update(data=f'{{"text":"{sha256}"}}')


def close() -> Period:
    """Close the period in which all of this is worked."""
    due = make_period(FIRST, LAST, to_ms(CLOSING))
    return close_period(due.pk, make_person(), to_ms(CLOSING))


def hour(of: int) -> int:
    """Return an hour of the day of work, in milliseconds since 1970 UTC."""
    return moment(WORKED, of)


def wages(minutes: float) -> int:
    """Return what so many minutes bring at the floor, in micro-units."""
    return round(FLOOR_MICRO * minutes / 60)


def sounds(
    session: str, lease: int, begin: int, lengths: Sequence[tuple[int, int]]
) -> list[BeatIn]:
    """Return the beats of a hidden page: for each, its length and how long of it sound played."""
    beats: list[BeatIn] = []
    for ms, media_ms in lengths:
        begin += ms
        beats.append(
            BeatIn(
                session=session,
                seq=begin // 1000,
                mono_ms=begin,
                visible=False,
                focused=False,
                surface=f"item:{lease}",
                buckets=[],
                media_ms=media_ms,
            )
        )
    return beats
