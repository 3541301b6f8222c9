"""Measure people's working time from stored heartbeats. Reads only.

Reads beats with what they were on and hands them to ``core.time.activity``.
Whole pages are measured, also where they reach beyond the window, and what is credited is then cut
to it: so a window's time never depends on where it begins. Where beats are no longer kept, their
intervals stand in for them. Claims that were granted are added, time held back is left out.

Measure the time of many people at once, as closing a pay period needs it.

The same time as ``measuring`` gives, from the same beats, without an object for any of them: a test
holds the two together. Some hundred people are in memory at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length

from canut.core.arrays import Bools, Codes, Counts
from canut.core.errors import BadInput
from canut.core.time.activity import CreditedTime, Interval, intervals_of, measure
from canut.core.time.beat_columns import Packed, unpacked
from canut.core.time.beats import (
    PLATFORM,
    UNKNOWN,
    BeatColumns,
    Session,
    Sessions,
    Surface,
    Surfaces,
    columns_of,
)
from canut.core.time.beats import Beat as CoreBeat
from canut.core.time.breaks import BREAK_MS, with_breaks_cut
from canut.core.time.claims import outside
from canut.core.time.silence_allowance import BASE_MS, LEAST_MS, MOST_MS, WORD_MS
from canut.core.time.spans import merge_spans
from canut.core.time.surfaces import SORTS, Sort, lease_of, sort_of, surface
from canut.store.people.work_terms import zone_of
from canut.store.sql import beat_lines as beats
from canut.store.tables.projects import QuestionVersion
from canut.store.tables.time import Beat, Credited, CreditedUntil, OpenPage
from canut.store.tables.work import Lease
from canut.store.time.worked_time import Counted, granted, uncounted_time

LATE_MS = 10 * 86_400_000


LETTERS_A_WORD = 6


CLAIM = "claim"


DATA_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, BadInput)
"""What measuring raises where what is stored of somebody cannot be read; never the database's."""


@dataclass(frozen=True, slots=True)
class DayTime:
    """Time of a person on one sort of surface of a project, on one local day of theirs."""

    person: int
    project: int | None
    day: date
    surface: str
    ms: int


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """One interval of a person's time: where, and in one word why it ended there."""

    person: int
    project: int | None
    surface: str
    begin_ms: int
    end_ms: int
    why: str
    allowance_ms: int

    @property
    def ms(self) -> int:
        """How long it is."""
        return self.end_ms - self.begin_ms


class TimeEvidence(NamedTuple):
    """Everything time is measured from, by name; surfaces are ``project/surface``, 0 for none."""

    beats: list[CoreBeat]
    sessions: dict[str, Session]
    surfaces: dict[str, Surface]


def measure_time(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> tuple[BeatColumns, CreditedTime]:
    """Measure what these people did between two moments.

    Args:
        person_ids: whose time.
        begin_ms: milliseconds since 1970 UTC.
        end_ms: the first millisecond after the window.
        came_ms: until when beats may have come; ten days after the window where it is not said.
    """
    evidence = evidence_of(person_ids, begin_ms, end_ms, came_ms)
    columns = columns_of(*evidence)
    found = with_breaks_cut(measure(*columns[:3]), breaks_in(columns))
    return columns, clip_intervals(found, begin_ms, end_ms)


def evidence_of(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> TimeEvidence:
    """Gather the beats of whole pages that were open in a window, with what they were on."""
    until_ms = end_ms + LATE_MS if came_ms is None else came_ms
    came = Beat.objects.filter(
        person__in=person_ids, received_ms__gte=begin_ms, received_ms__lt=until_ms
    )
    pages = came.values_list("session", flat=True).distinct()
    rows = list(
        Beat.objects.filter(session__in=list(pages), person__in=person_ids).values_list(
            "person", "project", "session", "seq", "mono_ms", "received_ms", "surface", "buckets",
            "media_ms", "visible",
        )
    )  # fmt: skip
    opened = {
        page.session: page for page in OpenPage.objects.filter(session__in={row[2] for row in rows})
    }
    beats = [CoreBeat(*row[2:6], f"{row[1] or 0}/{row[6]}", *row[7:]) for row in rows]
    sessions: dict[str, Session] = {}
    for row in rows:
        page = opened.get(row[2])
        since, assistive = (page.opened_ms, page.assistive) if page else (None, False)
        sessions[row[2]] = Session(row[0], since, assistive)
    return TimeEvidence(beats, sessions, _surfaces({beat.surface for beat in beats}))


def breaks_in(columns: BeatColumns) -> Bools:
    """Say which surfaces, by code, are a paid break."""
    sorts = [SORTS.get(kind_of(name.partition("/")[2])) for name in columns.surface_names]
    return np.array([sort is not None and sort.is_break for sort in sorts], dtype=np.bool_)


def time_by_day(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> list[DayTime]:
    """Add up time that counts by person, project, sort of surface and local day.

    Claims that were granted stand under ``claim``; time held back is left out until it is granted.
    """
    zones = {person: zone_of(person, end_ms) for person in person_ids}
    sums: dict[tuple[int, int | None, date, str], int] = {}
    for one in credited_intervals(person_ids, begin_ms, end_ms, came_ms):
        for day, ms in by_local_day(one.begin_ms, one.end_ms, zones[one.person]):
            key = one.person, one.project, day, kind_of(one.surface)
            sums[key] = sums.get(key, 0) + ms
    return [DayTime(*key, ms) for key, ms in sorted(sums.items(), key=lambda one: str(one[0]))]


def credited_intervals(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> list[TimeInterval]:
    """List the time that counts: credited and not held back, then claims that were granted."""
    credited = stretches(person_ids, begin_ms, end_ms, came_ms)
    without = _spans(uncounted_time(person_ids, begin_ms, end_ms))
    found = [
        replace(one, begin_ms=begin, end_ms=end)
        for one in credited
        for begin, end in outside(
            (one.begin_ms, one.end_ms), without.get((one.person, one.project), [])
        )
    ]
    taken: dict[int, list[tuple[int, int]]] = {}
    for one in credited:
        taken.setdefault(one.person, []).append((one.begin_ms, one.end_ms))
    for claim in granted(person_ids, begin_ms, end_ms):
        spans = merge_spans(taken.get(claim.person, []))
        for begin, end in outside((claim.begin_ms, claim.end_ms), spans):
            found.append(TimeInterval(claim.person, claim.project, CLAIM, begin, end, CLAIM, 0))
        taken[claim.person] = [*spans, (claim.begin_ms, claim.end_ms)]
    return found


def stretches(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> list[TimeInterval]:
    """List what is credited, whether its beats are still kept or not; by person, then time."""
    until = dict(
        CreditedUntil.objects.filter(person__in=person_ids, until_ms__gt=begin_ms).values_list(
            "person", "until_ms"
        )
    )
    found = [
        TimeInterval(
            row.person_id, row.project_id, row.surface, max(row.begin_ms, begin_ms),
            min(row.end_ms, end_ms), row.why, row.allowance_ms,
        )
        for row in Credited.objects.filter(
            person__in=list(until), begin_ms__lt=end_ms, end_ms__gt=begin_ms
        )
    ]  # fmt: skip
    first = min((until.get(person, begin_ms) for person in person_ids), default=begin_ms)
    read = measure_time(person_ids, min(first, end_ms), end_ms, came_ms)
    for person, project, one in intervals(*read):
        begin = max(one.begin_ms, until.get(person, begin_ms))
        if one.end_ms > begin:
            found.append(
                TimeInterval(
                    person, project, one.surface, begin, one.end_ms, one.why.name.lower(),
                    one.allowance_ms,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.person, one.begin_ms, one.end_ms))


def intervals(
    columns: BeatColumns, found: CreditedTime
) -> Iterator[tuple[int, int | None, Interval]]:
    """Yield each credited interval with its person and project; surfaces as beats name them."""
    for person, project, one in zip(
        found.person, found.project, intervals_of(columns, found), strict=True
    ):
        of = None if project < 0 else int(project)
        yield int(person), of, one._replace(surface=one.surface.partition("/")[2])


def kind_of(surface: str) -> str:
    """Return the sort of a surface: ``item`` of ``item:12``."""
    return sort_of(surface)


def by_local_day(begin_ms: int, end_ms: int, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
    """Cut a stretch of time at local midnights; yield each day with its milliseconds."""
    at = begin_ms
    while at < end_ms:
        day = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone).date()
        next_day = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        until = min(end_ms, int(next_day.timestamp() * 1000))
        yield day, until - at
        at = until


def _surfaces(names: set[str]) -> dict[str, Surface]:
    """Say of each surface whose work it is, and how long a silence may be on it."""
    lease_by_name = {name: lease_of(name.partition("/")[2]) for name in names}
    leases = [lease for lease in lease_by_name.values() if lease is not None]
    letters = dict(Lease.objects.filter(id__in=leases).values_list("id", Length("task__data")))
    told = told_of({int(name.partition("/")[0]) for name in names} - {0})
    found: dict[str, Surface] = {}
    for name in names:
        number, _, shown = name.partition("/")
        project, kind, words = int(number), kind_of(shown), None
        lease = lease_by_name[name]
        if lease is not None:
            words = letters.get(lease, 0) // LETTERS_A_WORD
        elif kind == "instructions" and project in told:
            words = max(SORTS[kind].words, told[project] // LETTERS_A_WORD)
        found[name] = surface(kind, project or None, words)
    return found


def told_of(project_ids: set[int]) -> dict[int, int]:
    """Return how many letters the instructions of projects have."""
    versions = QuestionVersion.objects.filter(project=OuterRef("project")).order_by("-number")
    found = QuestionVersion.objects.filter(
        project__in=project_ids, id=Subquery(versions.values("id")[:1])
    )
    return dict(found.values_list("project", Length("instructions")))


def _spans(
    rows: Iterator[Counted],
) -> Mapping[tuple[int, int | None], list[tuple[int, int]]]:
    """Gather spans by person and project, merged."""
    found: dict[tuple[int, int | None], list[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault((row.person, row.project), []).append((row.begin_ms, row.end_ms))
    return {key: merge_spans(spans) for key, spans in found.items()}


def clip_intervals(found: CreditedTime, begin_ms: int, end_ms: int) -> CreditedTime:
    """Cut credited intervals to the window."""
    begin, end = found.begin.clip(begin_ms, end_ms), found.end.clip(begin_ms, end_ms)
    stays = end > begin
    return CreditedTime(
        found.person[stays],
        found.project[stays],
        found.session[stays],
        found.surface[stays],
        begin[stays],
        end[stays],
        found.why[stays],
        found.allowance[stays],
    )


MARGIN_MS = 12 * 3_600_000


BATCH = 50_000


ITEM, INSTRUCTIONS = "item", "instructions"


class Many(NamedTuple):
    """Credited intervals of many people, with what their surfaces stand for."""

    measured: CreditedTime
    kind: Codes
    kinds: list[str]


def beats_of(
    people: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> bytes:
    """Read the beats from which ``measured_many`` measures; arguments as of ``measure_time``."""
    until_ms = end_ms + LATE_MS if came_ms is None else came_ms
    return beats.lines_of(people, begin_ms - MARGIN_MS, until_ms)


def measured_many(text: bytes, begin_ms: int, end_ms: int) -> Many:
    """Measure what people did between two moments, from their beats as ``beats_of`` reads them."""
    packed = unpacked(text)
    begun = [
        name.partition("/")[2]
        for name, least in zip(packed.sessions, packed.least, strict=True)
        if least > 0
    ]
    earlier = beats.lines_before(begun, begin_ms - MARGIN_MS) if begun else b""
    if earlier:
        packed = unpacked(text + earlier)
    kinds = sorted(set(packed.kind))
    code = {name: number for number, name in enumerate(kinds)}
    kind = np.array([code[name] for name in packed.kind], dtype=np.int32)
    surfaces, is_break = _packed_surfaces(packed, kind, kinds)
    found = with_breaks_cut(measure(packed.beats, _sessions(packed), surfaces), is_break)
    return Many(clip_intervals(found, begin_ms, end_ms), kind, kinds)


def _sessions(packed: Packed) -> Sessions:
    """Say when each page was given out, and whether silence counts twice there."""
    names = [name.partition("/")[2] for name in packed.sessions]
    pages = {name: (opened, aid) for name, opened, aid in beats.pages_of(names)}
    found = [pages.get(name, (UNKNOWN, False)) for name in names]
    return Sessions(
        person=packed.person,
        opened=np.array([opened for opened, _ in found], dtype=np.int64),
        assistive=np.array([bool(aid) for _, aid in found], dtype=np.bool_),
    )


def _packed_surfaces(packed: Packed, kind: Codes, kinds: Sequence[str]) -> tuple[Surfaces, Bools]:
    """Say of each surface whose work it is, how long a silence may be, and what is a break."""
    sorts = [SORTS.get(name, Sort(is_item=True)) for name in kinds] or [Sort()]
    is_break = np.array([one.is_break for one in sorts], dtype=np.bool_)[kind]
    words = np.array([one.words for one in sorts], dtype=np.int64)[kind]
    of = np.array([*kinds, ""], dtype=np.str_)[kind]
    lent = (of == ITEM) & (packed.number >= 0)
    words[lent] = _letters(packed.number[lent]) // LETTERS_A_WORD
    told = told_of({int(one) for one in np.unique(packed.project)} - {0})
    for project, letters in told.items():
        rows = (of == INSTRUCTIONS) & (packed.project == project)
        words[rows] = np.maximum(words[rows], letters // LETTERS_A_WORD)
    allowance = np.clip(BASE_MS + WORD_MS * words, LEAST_MS, MOST_MS)
    surfaces = Surfaces(
        project=np.where(packed.project == 0, PLATFORM, packed.project),
        is_item=np.array([one.is_item for one in sorts], dtype=np.bool_)[kind] & ~is_break,
        is_counted=np.array([one.is_counted for one in sorts], dtype=np.bool_)[kind],
        allowance=np.where(is_break, BREAK_MS, allowance),
        grace=np.where(is_break, BREAK_MS, 0).astype(np.int64),
    )
    return surfaces, is_break


def _letters(leases: Counts) -> Counts:
    """Return how many letters the task of each lease has; 0 where it is gone."""
    wanted = np.unique(leases)
    found = np.zeros(len(wanted), np.int64)
    for at in range(0, len(wanted), BATCH):
        rows = beats.lengths_of(wanted[at : at + BATCH].tolist())
        if rows:
            ids, letters = np.array(rows, dtype=np.int64).T
            found[np.searchsorted(wanted, ids)] = letters
    return found[np.searchsorted(wanted, leases)]
