"""Measure people's active time from stored heartbeats, and select what counts.

Reads beats with what they were on and hands them to ``core.time.activity``.
Whole pages are measured, also where they reach beyond the window, and what is credited is then cut
to it: so a window's time never depends on where it begins. Where beats are no longer kept, their
intervals stand in for them. Claims that were granted are added, time held back is left out.

Measure the time of many people at once, as closing a pay period needs it.

The same time as ``measuring`` gives, from the same beats, without an object for any of them: a test
holds the two together. Some hundred people are in memory at a time.

Reads only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from canut.core.arrays import Bools, Codes, Counts
from canut.core.clock import DAY_MS, HOUR_MS, from_ms, to_ms
from canut.core.errors import BadInput
from canut.core.time.activity import CreditedInterval, CreditedTime, intervals_of, measure
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
from canut.core.time.silence_allowance import (
    BASE_MS,
    LEAST_MS,
    LOOK_UP_MS,
    MOST_MS,
    PICTURE_MS,
    WORD_MS,
    PageContent,
)
from canut.core.time.spans import merge_spans
from canut.core.time.surfaces import SORTS, Sort, lease_of, sort_of, surface
from canut.store.people.work_terms import zone_of
from canut.store.sql import beat_lines as beats
from canut.store.tables.time import Beat, Credited, CreditedUntil, OpenPage
from canut.store.time.worked_time import Counted, granted, uncounted_time

LATE_MS = 10 * DAY_MS


LETTERS_A_WORD = 6


CLAIM = "claim"


DATA_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, BadInput)
"""What measuring raises where what is stored of somebody cannot be read; never the database's."""


@dataclass(frozen=True, slots=True)
class DayTime:
    """Time of a person on one kind of surface of a project, on one local day of theirs."""

    person: int
    project: int | None
    day: date
    surface: str
    ms: int


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """One interval of a person's time: where, and one word for why it ended."""

    person: int
    project: int | None
    surface: str
    begin_ms: int
    end_ms: int
    why: str
    allowance_ms: int

    @property
    def ms(self) -> int:
        """Return its length."""
        return self.end_ms - self.begin_ms


class ProjectContent(NamedTuple):
    """What a project's pages hold: its practice task, and the words of its instructions.

    ``sends_out``: some version of its instructions names a web address.
    """

    practice: PageContent
    words: int
    sends_out: bool


class TimeEvidence(NamedTuple):
    """The inputs of measured time, by name; surfaces are ``project/surface``, 0 for none."""

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
    credited = with_breaks_cut(measure(*columns[:3]), breaks_in(columns))
    return columns, clip_intervals(credited, begin_ms, end_ms)


def evidence_of(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> TimeEvidence:
    """Collect the heartbeats of whole pages open in a window, with their surfaces."""
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
        sessions[row[2]] = (
            Session(row[0], page.opened_ms, page.assistive, page.silence_ms or 0)
            if page
            else Session(row[0])
        )
    return TimeEvidence(beats, sessions, _surfaces({beat.surface for beat in beats}))


def breaks_in(columns: BeatColumns) -> Bools:
    """Return which surfaces, by code, are a paid break."""
    sorts = [SORTS.get(kind_of(name.partition("/")[2])) for name in columns.surface_names]
    return np.array([sort is not None and sort.is_break for sort in sorts], dtype=np.bool_)


def time_by_day(
    person_ids: Sequence[int],
    begin_ms: int,
    end_ms: int,
    came_ms: int | None = None,
    zone: ZoneInfo | None = None,
) -> list[DayTime]:
    """Add up counted time by person, project, kind of surface and local day.

    Claims that were granted stand under ``claim``; time held back is left out until it is granted.
    The days are those of ``zone``, or of each person's own.
    """
    zones = {person: zone or zone_of(person, end_ms) for person in person_ids}
    sums: dict[tuple[int, int | None, date, str], int] = {}
    for item in credited_intervals(person_ids, begin_ms, end_ms, came_ms):
        for day, ms in by_local_day(item.begin_ms, item.end_ms, zones[item.person]):
            key = item.person, item.project, day, kind_of(item.surface)
            sums[key] = sums.get(key, 0) + ms
    return [DayTime(*key, ms) for key, ms in sorted(sums.items(), key=lambda pair: str(pair[0]))]


def credited_intervals(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> list[TimeInterval]:
    """List the time that counts: credited and not capped, then granted claims."""
    credited = stretches(person_ids, begin_ms, end_ms, came_ms)
    without = _spans(uncounted_time(person_ids, begin_ms, end_ms))
    counted = [
        replace(interval, begin_ms=begin, end_ms=end)
        for interval in credited
        for begin, end in outside(
            (interval.begin_ms, interval.end_ms),
            without.get((interval.person, interval.project), []),
        )
    ]
    covered: dict[int, list[tuple[int, int]]] = {}
    for interval in credited:
        covered.setdefault(interval.person, []).append((interval.begin_ms, interval.end_ms))
    for claim in granted(person_ids, begin_ms, end_ms):
        spans = merge_spans(covered.get(claim.person, []))
        for begin, end in outside((claim.begin_ms, claim.end_ms), spans):
            counted.append(TimeInterval(claim.person, claim.project, CLAIM, begin, end, CLAIM, 0))
        covered[claim.person] = [*spans, (claim.begin_ms, claim.end_ms)]
    return counted


def stretches(
    person_ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> list[TimeInterval]:
    """List credited time, with or without its heartbeats stored; by person, then time."""
    until = dict(
        CreditedUntil.objects.filter(person__in=person_ids, until_ms__gt=begin_ms).values_list(
            "person", "until_ms"
        )
    )
    rows = [
        TimeInterval(
            row.person_id, row.project_id, row.surface, max(row.begin_ms, begin_ms),
            min(row.end_ms, end_ms), row.why, row.allowance_ms,
        )
        for row in Credited.objects.filter(
            person__in=list(until), begin_ms__lt=end_ms, end_ms__gt=begin_ms
        )
    ]  # fmt: skip
    first = min((until.get(person, begin_ms) for person in person_ids), default=begin_ms)
    measured = measure_time(person_ids, min(first, end_ms), end_ms, came_ms)
    for person, project, item in intervals(*measured):
        begin = max(item.begin_ms, until.get(person, begin_ms))
        if item.end_ms > begin:
            rows.append(
                TimeInterval(
                    person, project, item.surface, begin, item.end_ms, item.why.name.lower(),
                    item.allowance_ms,
                )
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row.person, row.begin_ms, row.end_ms))


def intervals(
    columns: BeatColumns, credited: CreditedTime
) -> Iterator[tuple[int, int | None, CreditedInterval]]:
    """Yield each credited interval with person and project; surfaces as sent by pages."""
    for person, project, interval in zip(
        credited.person, credited.project, intervals_of(columns, credited), strict=True
    ):
        of = None if project < 0 else int(project)
        yield int(person), of, interval._replace(surface=interval.surface.partition("/")[2])


def kind_of(surface: str) -> str:
    """Return the kind of a surface: ``item`` of ``item:12``."""
    return sort_of(surface)


def by_local_day(begin_ms: int, end_ms: int, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
    """Split a stretch of time at local midnights; yield each day with its milliseconds."""
    at = begin_ms
    while at < end_ms:
        day = from_ms(at).astimezone(zone).date()
        next_day = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        until = min(end_ms, to_ms(next_day))
        yield day, until - at
        at = until


def _surfaces(names: set[str]) -> dict[str, Surface]:
    """Return each surface with its project and the silence allowed on it."""
    lease_by_name = {name: lease_of(name.partition("/")[2]) for name in names}
    leases = [lease for lease in lease_by_name.values() if lease is not None]
    tasks = {row[0]: _content(*row[1:]) for row in _task_rows(leases)}
    projects = _project_contents({int(name.partition("/")[0]) for name in names} - {0})
    surfaces: dict[str, Surface] = {}
    for name in names:
        number, _, page = name.partition("/")
        project, kind, content = int(number), kind_of(page), None
        own, lease = projects.get(project), lease_by_name[name]
        if lease is not None:
            content = tasks.get(lease, PageContent())
        elif own and kind == INSTRUCTIONS:
            content = PageContent(max(SORTS[kind].words, own.words))
        elif own and kind == PRACTICE:
            content = own.practice
        if own and own.sends_out and kind in {ITEM, PRACTICE}:
            usual = PageContent(SORTS[kind].words)
            content = (usual if content is None else content)._replace(sends_out=True)
        surfaces[name] = surface(kind, project or None, content)
    return surfaces


def _content(letters: int, media_ms: int, pictures: int, sends_out: object) -> PageContent:
    return PageContent(letters // LETTERS_A_WORD, media_ms, pictures, bool(sends_out))


def _task_rows(leases: Sequence[int]) -> list[tuple[int, int, int, int, bool]]:
    """Return what the task of each lease holds, some thousand at a time."""
    return [
        row
        for at in range(0, len(leases), BATCH)
        for row in beats.task_contents(leases[at : at + BATCH])
    ]


def _project_contents(project_ids: set[int]) -> dict[int, ProjectContent]:
    """Return what the practice task and the instructions of projects hold."""
    contents: dict[int, ProjectContent] = {}
    for row in beats.project_contents(sorted(project_ids)):
        project, letters, sends_out = row[0], row[5], row[6]
        shown = _content(*row[1:5])
        words = max(SORTS[PRACTICE].words, shown.words)
        contents[project] = ProjectContent(
            shown._replace(words=words), letters // LETTERS_A_WORD, bool(sends_out)
        )
    return contents


def _spans(
    rows: Iterator[Counted],
) -> Mapping[tuple[int, int | None], list[tuple[int, int]]]:
    """Group spans by person and project, merged."""
    groups: dict[tuple[int, int | None], list[tuple[int, int]]] = {}
    for row in rows:
        groups.setdefault((row.person, row.project), []).append((row.begin_ms, row.end_ms))
    return {key: merge_spans(spans) for key, spans in groups.items()}


def clip_intervals(credited: CreditedTime, begin_ms: int, end_ms: int) -> CreditedTime:
    """Clip credited intervals to the window."""
    begin, end = credited.begin.clip(begin_ms, end_ms), credited.end.clip(begin_ms, end_ms)
    stays = end > begin
    return CreditedTime(
        credited.person[stays],
        credited.project[stays],
        credited.session[stays],
        credited.surface[stays],
        begin[stays],
        end[stays],
        credited.why[stays],
        credited.allowance[stays],
    )


MARGIN_MS = 12 * HOUR_MS


BATCH = 50_000


ITEM, INSTRUCTIONS, PRACTICE = "item", "instructions", "practice"


class Many(NamedTuple):
    """Credited intervals of many people, with the kinds of their surfaces."""

    measured: CreditedTime
    kind: Codes
    kinds: list[str]


def beats_of(
    people: Sequence[int], begin_ms: int, end_ms: int, came_ms: int | None = None
) -> bytes:
    """Read the heartbeats that ``measured_many`` measures; arguments as ``measure_time``."""
    until_ms = end_ms + LATE_MS if came_ms is None else came_ms
    return beats.lines_of(people, begin_ms - MARGIN_MS, until_ms)


def measured_many(text: bytes, begin_ms: int, end_ms: int) -> Many:
    """Measure what people did between two moments, from the rows of ``beats_of``."""
    packed = unpacked(text)
    open_before = [
        name.partition("/")[2]
        for name, least in zip(packed.sessions, packed.least, strict=True)
        if least > 0
    ]
    earlier = beats.lines_before(open_before, begin_ms - MARGIN_MS) if open_before else b""
    if earlier:
        packed = unpacked(text + earlier)
    kinds = sorted(set(packed.kind))
    code = {name: number for number, name in enumerate(kinds)}
    kind = np.array([code[name] for name in packed.kind], dtype=np.int32)
    surfaces, is_break = _packed_surfaces(packed, kind, kinds)
    credited = with_breaks_cut(measure(packed.beats, _sessions(packed), surfaces), is_break)
    return Many(clip_intervals(credited, begin_ms, end_ms), kind, kinds)


def _sessions(packed: Packed) -> Sessions:
    """Return when each page was opened, and how much silence counts there."""
    names = [name.partition("/")[2] for name in packed.sessions]
    by_name = {row[0]: row[1:] for row in beats.pages_of(names)}
    pages = [by_name.get(name, (UNKNOWN, False, 0)) for name in names]
    return Sessions(
        person=packed.person,
        opened=np.array([page[0] for page in pages], dtype=np.int64),
        assistive=np.array([bool(page[1]) for page in pages], dtype=np.bool_),
        silence=np.array([page[2] for page in pages], dtype=np.int64),
    )


def _packed_surfaces(packed: Packed, kind: Codes, kinds: Sequence[str]) -> tuple[Surfaces, Bools]:
    """Return the surfaces with the silence allowed on each, and which are breaks."""
    sorts = [SORTS.get(name, Sort(is_item=True)) for name in kinds] or [Sort()]
    is_break = np.array([item.is_break for item in sorts], dtype=np.bool_)[kind]
    words = np.array([item.words for item in sorts], dtype=np.int64)[kind]
    of = np.array([*kinds, ""], dtype=np.str_)[kind]
    look_ms, sends_out = np.zeros(len(words), np.int64), np.zeros(len(words), np.bool_)
    is_leased = (of == ITEM) & (packed.number >= 0)
    letters, media_ms, pictures, addresses = _task_columns(packed.number[is_leased])
    words[is_leased] = letters // LETTERS_A_WORD
    look_ms[is_leased] = 2 * media_ms + PICTURE_MS * pictures
    sends_out[is_leased] = addresses > 0
    projects = _project_contents({int(item) for item in np.unique(packed.project)} - {0})
    for project, own in projects.items():
        is_own = packed.project == project
        rows = is_own & (of == INSTRUCTIONS)
        words[rows] = np.maximum(words[rows], own.words)
        rows = is_own & (of == PRACTICE)
        words[rows] = own.practice.words
        look_ms[rows] = 2 * own.practice.media_ms + PICTURE_MS * own.practice.pictures
        sends_out[rows] = own.practice.sends_out
        sends_out |= is_own & ((of == ITEM) | (of == PRACTICE)) & own.sends_out
    grace = LOOK_UP_MS * sends_out.astype(np.int64)
    allowance = np.clip(BASE_MS + WORD_MS * words + look_ms + grace, LEAST_MS, MOST_MS)
    surfaces = Surfaces(
        project=np.where(packed.project == 0, PLATFORM, packed.project),
        is_item=np.array([item.is_item for item in sorts], dtype=np.bool_)[kind] & ~is_break,
        is_counted=np.array([item.is_counted for item in sorts], dtype=np.bool_)[kind],
        allowance=np.where(is_break, BREAK_MS, allowance),
        grace=np.where(is_break, BREAK_MS, grace).astype(np.int64),
    )
    return surfaces, is_break


def _task_columns(leases: Counts) -> Counts:
    """Return what the task of each lease holds; 0 if it is deleted.

    Returns:
        Letters, milliseconds of sound, pictures and whether it names a web address, shape
        (4, n_leases).
    """
    distinct = np.unique(leases)
    counts = np.zeros((4, len(distinct)), np.int64)
    for at in range(0, len(distinct), BATCH):
        rows = beats.task_contents(distinct[at : at + BATCH].tolist())
        if rows:
            columns = np.array(rows, dtype=np.int64).T
            counts[:, np.searchsorted(distinct, columns[0])] = columns[1:]
    return counts[:, np.searchsorted(distinct, leases)]
