"""Keep the evidence of time, and the tasks of who is at work.

A beat says that a Canut page was open for fifteen seconds and how many events of each sort came in
each second: counts alone, never which key or where. Turning beats into paid time is for later; here
they are kept as they came, once each, and the leases of someone who was active run on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from canut.core.errors import BadInput
from canut.store.hot import dialect
from canut.store.labour import Beat
from canut.store.work import Worker

BEATS_LIMIT = 500
BUCKETS_LIMIT = 60
BUCKET_FIELDS = 5
LENGTHS = {"session": 36, "surface": 60, "previous": 64}
COUNT_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class BeatIn:
    """One beat as a page sends it.

    Args:
        session: random name of the page's life.
        seq: number of the beat in it, from 0.
        mono_ms: the page's own clock, which only runs forward.
        visible: whether the page could be seen.
        focused: whether it had the keyboard.
        surface: what was on it, such as ``item:12`` or ``instructions``.
        buckets: for each second with events: second, keys, pointers, touches, scrolls.
        media_ms: sound or picture played meanwhile.
        previous: SHA-256 of the beat before, in hexadecimal; empty for the first.
    """

    session: str
    seq: int
    mono_ms: int
    visible: bool
    focused: bool
    surface: str
    buckets: list[list[int]]
    media_ms: int = 0
    previous: str = ""

    @property
    def is_active(self) -> bool:
        """Whether someone did something on a page they could see."""
        return self.visible and (self.media_ms > 0 or any(any(b[1:]) for b in self.buckets))


def keep_beats(
    person_id: int, project_id: int | None, beats: Sequence[BeatIn], now_ms: int
) -> None:
    """Keep beats, each once however often it is sent, and renew the leases of who was active.

    Args:
        person_id: whose page it was.
        project_id: the project worked on; None elsewhere.
        beats: in any order.
        now_ms: the moment they came, in milliseconds since 1970 UTC.

    Raises:
        BadInput: too many beats at once, or one that is out of the format.
    """
    if len(beats) > BEATS_LIMIT:
        raise BadInput(
            f"{len(beats)} beats at once; send at most {BEATS_LIMIT}",
            code="beats-count",
            limit=BEATS_LIMIT,
        )
    for beat in beats:
        _check_beat(beat)
    if not beats:
        return
    rows = [
        Beat(
            person_id=person_id,
            project_id=project_id,
            session=beat.session,
            seq=beat.seq,
            mono_ms=beat.mono_ms,
            visible=beat.visible,
            focused=beat.focused,
            surface=beat.surface,
            buckets=beat.buckets,
            media_ms=beat.media_ms,
            previous=beat.previous,
            received_ms=now_ms,
        )
        for beat in beats
    ]
    with transaction.atomic():
        Beat.objects.bulk_create(rows, ignore_conflicts=True)
        if project_id is not None and any(beat.is_active for beat in beats):
            _renew_leases(person_id, project_id, now_ms)


def _check_beat(beat: BeatIn) -> None:
    """Refuse a beat that is not what the format says."""
    long = [name for name, limit in LENGTHS.items() if len(getattr(beat, name)) > limit]
    numbers = [beat.seq, beat.media_ms, *(n for bucket in beat.buckets for n in bucket)]
    is_right = (
        not long
        and beat.session
        and len(beat.buckets) <= BUCKETS_LIMIT
        and all(len(bucket) == BUCKET_FIELDS for bucket in beat.buckets)
        and all(0 <= number <= COUNT_LIMIT for number in numbers)
        and 0 <= beat.mono_ms < 2**53
    )
    if not is_right:
        raise BadInput(
            f"beat {beat.seq} is out of the format; buckets are at most {BUCKETS_LIMIT} lists of"
            f" {BUCKET_FIELDS} counts, texts at most {LENGTHS}",
            code="beat-malformed",
            seq=beat.seq,
        )


def _renew_leases(person_id: int, project_id: int, now_ms: int) -> None:
    """Let the tasks in the person's hands run on from now."""
    worker = (
        Worker.objects.filter(person_id=person_id, project_id=project_id)
        .values_list("id", "project__lease_seconds")
        .first()
    )
    if worker is not None:
        worker_id, lease_seconds = worker
        with connection.cursor() as cursor:
            dialect().renew_leases(cursor, worker_id, now_ms, now_ms + lease_seconds * 1000)
