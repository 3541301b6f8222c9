"""Store heartbeats, and renew the leases of active people.

A heartbeat says that a Canut page was open for fifteen seconds and how many events of each kind
came in each second: counts only, never which key or where, and only on a page listed in
``core.time.surfaces``. Each page has its session name from this server; heartbeats under another
name are refused. Paid time is computed in ``measure``; here heartbeats are stored once each, the
day's hours are added up roughly, and the leases of active people are renewed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Subquery

from canut.core.errors import BadInput, Forbidden
from canut.core.time.beat_clock import BEAT_MS
from canut.core.time.surfaces import SORTS, is_surface, lease_of, sort_of
from canut.store.sql import beats as hot
from canut.store.sql import dialect
from canut.store.sql.raw_cursor import open_cursor
from canut.store.tables.people import Person
from canut.store.tables.time import OpenPage, UsualTime

BEATS_LIMIT = 500
BUCKETS_LIMIT = 60
BUCKET_FIELDS = 5
LENGTHS = {"session": 36, "surface": 60, "previous": 64}
COUNT_LIMIT = 2**31 - 1
_encode = msgspec.json.encode
HOME_ZONE = "America/Toronto"
PAGE = "page"


@dataclass(frozen=True, slots=True)
class BeatIn:
    """One heartbeat as a page sends it.

    Args:
        session: name of the page's life, of ``open_page``.
        seq: number of the beat in it, from 0.
        mono_ms: the page's own clock, which only runs forward.
        visible: whether the page could be seen.
        focused: whether it had the keyboard.
        surface: what was on it, such as ``item:12`` or ``instructions``.
        buckets: for each second with events: second, keys, pointers, touches, scrolls.
        media_ms: how long sound or video played during it.
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
    def plays_unseen(self) -> bool:
        """Return whether something played while the page could not be seen."""
        return self.media_ms > 0 and not self.visible

    @property
    def is_active(self) -> bool:
        """Return whether the person was active on a visible page."""
        return self.visible and (self.media_ms > 0 or any(any(b[1:]) for b in self.buckets))


def open_page(person_id: int, project_id: int | None, now_ms: int) -> str:
    """Register a page that may send heartbeats; return its session name.

    Args:
        person_id: whose page it is.
        project_id: the project worked on; None elsewhere.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    learnt = UsualTime.objects.filter(project=project_id).values("silence_ms")[:1]
    person = Person.objects.filter(id=person_id).values_list("assistive_ms", Subquery(learnt))
    assistive_ms, silence_ms = person.first() or (None, None)
    page = OpenPage.objects.create(
        session=str(uuid.uuid4()),
        person_id=person_id,
        project_id=project_id,
        opened_ms=now_ms,
        assistive=assistive_ms is not None,
        silence_ms=silence_ms,
    )
    return page.session


def keep_beats(
    person_id: int, beats: Sequence[BeatIn], now_ms: int, project_id: int | None = None
) -> None:
    """Insert heartbeats, ignoring duplicates, and renew the leases of active people.

    A heartbeat counts for the project its page was given out for, and as a task only under the
    person's own lease there. What plays on a hidden page counts for twice the length of the task's
    sounds, all its pages together. A lease that is gone with its task counts as a page of the
    project.

    Args:
        person_id: whose page it was.
        beats: in any order.
        now_ms: the moment they came, in milliseconds since 1970 UTC.
        project_id: the project they were sent to; None where pages of any project send.

    Raises:
        BadInput: too many beats at once, or one that is out of the format or the list.
        Forbidden: a page, task or project that these beats cannot be of; nothing is kept then.
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
    with transaction.atomic(), open_cursor() as cursor:
        lease_by_surface = {beat.surface: lease_of(beat.surface) for beat in beats}
        context = hot.context_of(
            cursor,
            person_id,
            (beat.session for beat in beats),
            (lease for lease in lease_by_surface.values() if lease is not None),
            plays_unseen=any(beat.plays_unseen for beat in beats),
        )
        pages = context.pages
        _refuse_foreign(person_id, project_id, beats, context)
        bounded = _within_sounds(beats, context)
        rows = [
            _row(
                person_id, pages[beat.session].project, beat,
                _surface(lease_by_surface[beat.surface], beat.surface, context), now_ms,
            )
            for beat in bounded
        ]  # fmt: skip
        inserted = hot.insert_beats(cursor, rows)
        if inserted:
            worked = _worked(pages, beats, now_ms)
            if worked:
                hot.add_worked(cursor, person_id, worked, now_ms)
        active = {
            pages[beat.session].project for beat in bounded if beat.is_active or beat.plays_unseen
        }
        for project in sorted(project for project in active if project is not None):
            _renew_leases(cursor, person_id, project, now_ms)


def _refuse_foreign(
    person_id: int, project_id: int | None, beats: Sequence[BeatIn], context: hot.BeatContext
) -> None:
    """Raise if a heartbeat names a page, a project or a task that is not its own."""
    pages = context.pages
    foreign = {beat.session for beat in beats} - pages.keys()
    if foreign:
        raise Forbidden(
            f"{len(foreign)} of these pages were not given to this person, or too long ago;"
            " open the page again",
            code="beat-session",
        )
    projects = {pages[beat.session].project for beat in beats}
    if project_id is not None and projects != {project_id}:
        raise Forbidden(
            f"pages of projects {sorted(projects - {project_id}, key=str)} beat at the address of"
            f" project {project_id}; send each page's beats to its own project",
            code="beat-project",
        )
    for beat in beats:
        lease = lease_of(beat.surface) or 0
        holder = context.leases.get(lease)
        is_own = holder is None or holder[:2] == (person_id, pages[beat.session].project)
        if not is_own or lease > context.newest_lease:
            raise Forbidden(
                f"lease {lease} was not given to this person in the project of this page; beats"
                " name the lease of the task in view",
                code="beat-lease",
                lease=lease,
            )


def _within_sounds(beats: Sequence[BeatIn], context: hot.BeatContext) -> list[BeatIn]:
    """Cut what played on hidden pages to what the task's sounds leave, in order."""
    left_ms = {lease: holder.unseen_ms for lease, holder in context.leases.items()}
    bounded: list[BeatIn] = []
    for beat in sorted(beats, key=lambda sent: (sent.session, sent.seq)):
        if not beat.plays_unseen:
            bounded.append(beat)
            continue
        lease = lease_of(beat.surface) or 0
        media_ms = min(beat.media_ms, left_ms.get(lease, 0))
        left_ms[lease] = left_ms.get(lease, 0) - media_ms
        bounded.append(replace(beat, media_ms=media_ms))
    return bounded


def _surface(lease: int | None, surface: str, context: hot.BeatContext) -> str:
    """Return what a heartbeat counts as: a page of its project where the task is gone."""
    return surface if lease is None or lease in context.leases else PAGE


def _row(
    person_id: int, project_id: int | None, beat: BeatIn, surface: str, now_ms: int
) -> tuple[hot.Value, ...]:
    """Return a heartbeat as its columns."""
    return (
        person_id, project_id, beat.session, beat.seq, beat.mono_ms, beat.visible, beat.focused,
        surface, _encode(beat.buckets).decode(), beat.media_ms, beat.previous, now_ms,
    )  # fmt: skip


def _worked(
    pages: Mapping[str, hot.OwnPage], beats: Sequence[BeatIn], now_ms: int
) -> dict[str, int]:
    """Add up roughly, by local day, how long visible pages were open."""
    days: dict[str, int] = {}
    before: dict[str, int] = {}
    for beat in sorted(beats, key=lambda sent: (sent.session, sent.mono_ms)):
        length = min(beat.mono_ms - before.get(beat.session, 0), BEAT_MS)
        before[beat.session] = beat.mono_ms
        if not beat.visible or not SORTS[sort_of(beat.surface)].is_counted or length <= 0:
            continue
        page = pages[beat.session]
        at = min(now_ms, page.opened_ms + beat.mono_ms) / 1000
        day = datetime.fromtimestamp(at, UTC).astimezone(_zone(page.zone)).date().isoformat()
        days[day] = days.get(day, 0) + length
    return days


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name or HOME_ZONE)


def _check_beat(beat: BeatIn) -> None:
    """Refuse a heartbeat that does not match the format."""
    long = [name for name, limit in LENGTHS.items() if len(getattr(beat, name)) > limit]
    numbers = [beat.seq, beat.media_ms, *(n for bucket in beat.buckets for n in bucket)]
    is_right = (
        not long
        and beat.session
        and len(beat.buckets) <= BUCKETS_LIMIT
        and all(len(bucket) == BUCKET_FIELDS for bucket in beat.buckets)
        and all(0 <= number <= COUNT_LIMIT for number in numbers)
        and 0 <= beat.mono_ms < 2**53
        and is_surface(beat.surface)
    )
    if not is_right:
        raise BadInput(
            f"beat {beat.seq} is out of the format; buckets are at most {BUCKETS_LIMIT} lists of"
            f" {BUCKET_FIELDS} counts, texts at most {LENGTHS}, surfaces one of {sorted(SORTS)},"
            " as item or item:12",
            code="beat-malformed",
            seq=beat.seq,
        )


def _renew_leases(cursor: CursorWrapper, person_id: int, project_id: int, now_ms: int) -> None:
    """Renew the leases a person holds, counted from now."""
    worker = hot.find_worker(cursor, person_id, project_id)
    if worker is not None:
        worker_id, lease_seconds = worker
        dialect().renew_leases(cursor, worker_id, now_ms, now_ms + lease_seconds * 1000)
