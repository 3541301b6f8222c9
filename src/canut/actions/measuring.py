"""Measure people's active time from the beats that were kept.

Reads beats with what they were on and hands them to ``core.labour.activity``; nothing is kept here.
Whole pages are measured, also where they reach beyond the window, and what is credited is then cut
to it: so a window's time never depends on where it begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models.functions import Length

from canut.core.labour.activity import Interval, Measured, intervals_of, measure
from canut.core.labour.allowance import allowance_ms
from canut.core.labour.beats import Beat as CoreBeat
from canut.core.labour.beats import Columns, Session, Surface, columns_of
from canut.core.labour.exposure import POLICY
from canut.store.labour import Beat, OpenPage
from canut.store.terms import terms_of
from canut.store.work import Lease

LATE_MS = 10 * 86_400_000
LETTERS_A_WORD = 6
ITEMS = frozenset({"item", "practice"})
UNCOUNTED = frozenset({"pause"})
RESTS = {"break": POLICY.break_ms}  # nobody is to touch anything in a break to be paid for it
HOME_ZONE = "America/Toronto"


@dataclass(frozen=True, slots=True)
class DayTime:
    """Time of a person on one sort of surface of a project, on one local day of theirs."""

    person: int
    project: int | None
    day: date
    surface: str
    ms: int


def measured(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> tuple[Columns, Measured]:
    """Measure what these people did between two moments.

    Args:
        person_ids: whose time.
        begin_ms: milliseconds since 1970 UTC.
        end_ms: the first millisecond after the window; beats may have come up to ten days later.
    """
    came = Beat.objects.filter(
        person__in=person_ids, received_ms__gte=begin_ms, received_ms__lt=end_ms + LATE_MS
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
    columns = columns_of(beats, sessions, _surfaces({beat.surface for beat in beats}))
    return columns, _within(measure(*columns[:3]), begin_ms, end_ms)


def time_by_day(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> list[DayTime]:
    """Add up measured time by person, project, sort of surface and local day."""
    columns, found = measured(person_ids, begin_ms, end_ms)
    zones = {person: zone_of(person, end_ms) for person in person_ids}
    sums: dict[tuple[int, int | None, date, str], int] = {}
    for person, project, interval in intervals(columns, found):
        for day, ms in by_local_day(interval.begin_ms, interval.end_ms, zones[person]):
            key = person, project, day, kind_of(interval.surface)
            sums[key] = sums.get(key, 0) + ms
    return [DayTime(*key, ms) for key, ms in sorted(sums.items(), key=lambda one: str(one[0]))]


def intervals(columns: Columns, found: Measured) -> Iterator[tuple[int, int | None, Interval]]:
    """Yield each credited interval with its person and project; surfaces as beats name them."""
    for person, project, one in zip(
        found.person, found.project, intervals_of(columns, found), strict=True
    ):
        of = None if project < 0 else int(project)
        yield int(person), of, one._replace(surface=one.surface.partition("/")[2])


def kind_of(surface: str) -> str:
    """Return the sort of a surface: ``item`` of ``item:12``."""
    return surface.partition(":")[0]


def zone_of(person_id: int, at_ms: int) -> ZoneInfo:
    """Return the time zone somebody's days go by."""
    terms = terms_of(person_id, at_ms)
    return ZoneInfo(terms.zone if terms else HOME_ZONE)


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
    leases = [int(name.partition(":")[2]) for name in names if _is_lease(name)]
    letters = dict(Lease.objects.filter(id__in=leases).values_list("id", Length("task__data")))
    found: dict[str, Surface] = {}
    for name in names:
        project, _, surface = name.partition("/")
        kind = kind_of(surface)
        n_letters = letters.get(int(surface.partition(":")[2]), 0) if _is_lease(name) else 0
        found[name] = Surface(
            project=int(project) or None,
            is_item=kind in ITEMS,
            is_counted=kind not in UNCOUNTED,
            allowance_ms=max(allowance_ms(words=n_letters // LETTERS_A_WORD), RESTS.get(kind, 0)),
        )
    return found


def _is_lease(name: str) -> bool:
    kind, _, number = name.partition("/")[2].partition(":")
    return kind == "item" and number.isdigit()


def _within(found: Measured, begin_ms: int, end_ms: int) -> Measured:
    """Cut credited intervals to the window."""
    begin, end = found.begin.clip(begin_ms, end_ms), found.end.clip(begin_ms, end_ms)
    stays = end > begin
    return Measured(
        found.person[stays],
        found.project[stays],
        found.session[stays],
        found.surface[stays],
        begin[stays],
        end[stays],
        found.why[stays],
        found.allowance[stays],
    )
