from datetime import UTC, date, datetime

import pytest

from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.time.measure import intervals, measure_time, time_by_day
from canut.actions.work.leases import lease_tasks
from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.core.places.parameters import Status
from canut.core.time.surfaces import SORTS
from canut.store.models import Beat, OpenPage
from canut.store.people.work_terms import terms_of
from tests.support.factories import make_person, make_project

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60_000, 3_600_000
# 22:00 in Montreal
LATE_MS = int(datetime(2026, 7, 1, 2, 0, tzinfo=UTC).timestamp() * 1000)


def work(person: int, project: int | None, surface: str, begin_ms: int, minutes: int) -> None:
    """Send four beats a minute, each with a key pressed in its first second."""
    session = f"{surface}-{begin_ms}"[:36]
    OpenPage.objects.create(
        session=session, person_id=person, project_id=project, opened_ms=begin_ms
    )
    for seq in range(4 * minutes):
        end = 15_000 * (seq + 1)
        beat = BeatIn(
            session=session,
            seq=seq,
            mono_ms=end,
            visible=True,
            focused=True,
            surface="page" if surface.startswith("item:") else surface,  # nobody lent item 1
            buckets=[[15 * seq, 1, 0, 0, 0]],
        )
        keep_beats(person, [beat], begin_ms + end)
    Beat.objects.filter(session=session).update(surface=surface)


def test_time_on_tasks_is_measured_under_their_project() -> None:
    made = make_project(tasks=1)
    lease = lease_tasks(made.worker.pk, 1, LATE_MS).tasks[0].lease
    person = made.worker.person_id or 0

    work(person, made.project.pk, f"item:{lease}", LATE_MS, 10)

    columns, found = measure_time([person], LATE_MS, LATE_MS + HOUR)
    (one,) = intervals(columns, found)
    assert one[:2] == (person, made.project.pk)
    assert (one[2].begin_ms, one[2].surface) == (LATE_MS, f"item:{lease}")
    assert 9 * MINUTE < one[2].end_ms - LATE_MS <= 10 * MINUTE


def test_time_goes_by_the_days_of_where_the_person_works() -> None:
    person = make_person()
    place = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE)
    set_terms(person, place, by=person, now_ms=to_ms(datetime(2026, 1, 1, tzinfo=UTC)))
    midnight = LATE_MS + 2 * HOUR

    work(person.pk, None, "queue", midnight - 5 * MINUTE, 10)

    days = time_by_day([person.pk], midnight - HOUR, midnight + HOUR)
    assert [(one.day, one.surface, one.project) for one in days] == [
        (date(2026, 6, 30), "queue", None),
        (date(2026, 7, 1), "queue", None),
    ]
    assert days[0].ms == 5 * MINUTE


def test_time_of_a_window_does_not_depend_on_where_it_begins() -> None:
    person = make_person()
    work(person.pk, None, "queue", LATE_MS, 10)

    halves = [
        sum(one.ms for one in time_by_day([person.pk], begin, begin + 5 * MINUTE))
        for begin in (LATE_MS, LATE_MS + 5 * MINUTE)
    ]

    whole = sum(one.ms for one in time_by_day([person.pk], LATE_MS, LATE_MS + HOUR))
    assert sum(halves) == whole


def test_terms_in_force_are_those_of_the_day() -> None:
    person = make_person()
    for year, status in ((2025, Status.SELF_EMPLOYED), (2026, Status.EMPLOYEE)):
        given = TermsIn("CA-QC", "America/Toronto", status)
        set_terms(person, given, by=person, now_ms=to_ms(datetime(year, 1, 1, tzinfo=UTC)))

    held = [
        terms_of(person.pk, int(datetime(y, 6, 1, tzinfo=UTC).timestamp() * 1000))
        for y in (2024, 2025, 2026)
    ]

    assert [one and one.status for one in held] == ["self_employed", "self_employed", "employee"]


@pytest.mark.parametrize(
    ("place", "zone", "pace"),
    [("Quebec", "America/Toronto", 1000), ("CA-QC", "Mars/Base", 1000), ("CA-QC", "UTC", 900)],
)
def test_terms_that_cannot_be_meant_are_refused(place: str, zone: str, pace: int) -> None:
    person = make_person()

    with pytest.raises(BadInput):
        given = TermsIn(place, zone, Status.EMPLOYEE, pace_granted=pace)
        set_terms(person, given, by=person, now_ms=to_ms(datetime(2026, 1, 1, tzinfo=UTC)))


# named here, so that a sort that leaves the list is missed
EVERY_SORT = (
    *("item", "practice", "queue", "why", "instructions", "break", "pause"),
    *("time", "pay", "messages", "appeals", "review", "account", "page"),
    *("lesson", "marking", "ethics", "reading", "test"),
)


def test_every_sort_of_page_is_tried() -> None:
    assert set(EVERY_SORT) >= set(SORTS)


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_every_sort_of_page_adds_its_seconds_but_a_pause_of_ones_own(sort: str) -> None:
    person = make_person()
    name = "item:1" if sort == "item" else sort

    work(person.pk, None, name, LATE_MS, 3)

    total = sum(one.ms for one in time_by_day([person.pk], LATE_MS, LATE_MS + HOUR))
    assert (total > 2 * MINUTE) is (sort != "pause")


def test_reading_long_instructions_in_silence_counts() -> None:
    made = make_project()
    made.question.instructions = "mot " * 900
    made.question.save()
    person = made.worker.person_id or 0
    session = open_page(person, made.project.pk, LATE_MS)
    ends = range(15_000, 481_000, 15_000)
    beats = [
        BeatIn(session, n, end, visible=end < 480_000, focused=True, surface="instructions",
               buckets=[])
        for n, end in enumerate(ends)
    ]  # fmt: skip

    keep_beats(person, beats, LATE_MS + 480_000)

    (one,) = time_by_day([person], LATE_MS, LATE_MS + HOUR)
    assert (one.surface, one.ms) == ("instructions", 380_000)
