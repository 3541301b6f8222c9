from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from canut.actions.people.access_log import note_opening
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.time.claims import ClaimIn, claim_time
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.day_view import day_as_data, day_of
from canut.actions.time.measure import credited_intervals, stretches, time_by_day
from canut.actions.time.retention import delete_expired, recompute_days
from canut.core.clock import to_ms
from canut.core.places.parameters import Status
from canut.store.models import (
    Beat,
    Credited,
    CreditedUntil,
    OpenPage,
    Person,
    RecordOpening,
    WorkedDay,
)
from canut.store.people.retention_register import RETENTION
from tests.support.claims import have_been_here
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.working_hours import DAY, HOUR, MINUTE, work

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=110)
OWNERS = {"person", "worker"}
ABOUT_PEOPLE = {"Worker", "Membership", "InvitationUse"}  # the account itself


def test_totals_of_a_day_are_the_same_before_and_after_its_beats_go() -> None:
    made = make_project()
    assert made.worker.person
    person = made.worker.person
    for n in range(3):
        work(person.pk, made.project.pk, f"item:{n}", NOW_MS + n * HOUR, 10 + n)
    work(person.pk, None, "pay", NOW_MS + 5 * MINUTE, 10)
    work(person.pk, None, "queue", NOW_MS + DAY, 4)
    have_been_here(person, made.project.pk, NOW_MS - HOUR)
    given = ClaimIn(made.project.pk, NOW_MS - HOUR, NOW_MS - HOUR + 5 * MINUTE)
    claim_time(person, given, NOW_MS)
    window = [person.pk], NOW_MS - DAY, NOW_MS + 2 * DAY
    before = stretches(*window), credited_intervals(*window), time_by_day(*window)

    gone = delete_expired(to_ms(LATER))

    after = stretches(*window), credited_intervals(*window), time_by_day(*window)
    assert (gone, Beat.objects.count()) == (40 + 44 + 48 + 40 + 16, 0)
    assert Credited.objects.count() == len(before[0])
    assert after == before
    assert not OpenPage.objects.exists()


def test_beats_that_can_still_be_contested_stay() -> None:
    person = make_person()
    work(person.pk, None, "queue", NOW_MS, 2)

    gone = delete_expired(to_ms(NOW + timedelta(days=105)))

    assert (gone, Beat.objects.count(), Credited.objects.count()) == (0, 8, 0)


def test_page_that_beats_on_past_the_limit_keeps_its_beats_and_no_minute_counts_twice() -> None:
    person = make_person()
    limit = NOW_MS + 4 * DAY - 7 * HOUR  # midnight in Montreal, 106 days before LATER
    work(person.pk, None, "queue", limit - 30 * MINUTE, 60)
    window = [person.pk], limit - DAY, limit + DAY
    before = sum(one.ms for one in credited_intervals(*window))

    delete_expired(to_ms(LATER))

    assert CreditedUntil.objects.get().until_ms == limit
    assert Beat.objects.count() == 240
    assert sum(one.ms for one in credited_intervals(*window)) == before
    assert len(stretches(*window)) == 2


def test_letting_go_twice_is_letting_go_once() -> None:
    person = make_person()
    work(person.pk, None, "queue", NOW_MS, 2)
    delete_expired(to_ms(LATER))

    delete_expired(to_ms(LATER + timedelta(days=1)))

    assert Credited.objects.count() == 1


def test_day_is_shown_after_its_beats_went_with_nothing_to_compute_from() -> None:
    person = make_person()
    work(person.pk, None, "queue", NOW_MS, 2)
    delete_expired(to_ms(LATER))

    day = day_of(person, NOW.date(), to_ms(LATER))
    data = day_as_data(person, NOW.date(), to_ms(LATER))

    assert day.total_ms == 2 * MINUTE
    assert (len(day.rows), day.rows[0].why) == (1, "closed")
    assert (data["beats"], len(data["intervals"])) == ([], 1)


def test_what_else_has_an_end_goes_too() -> None:
    person, by = make_person(), make_person()
    note_opening(person, by, "time_review_one", "why", to_ms(NOW - timedelta(days=731)))
    note_opening(person, by, "time_review_one", "why", NOW_MS)
    Session.objects.create(session_key="a", session_data="", expire_date=NOW - timedelta(days=1))
    Session.objects.create(session_key="b", session_data="", expire_date=NOW + timedelta(days=1))

    delete_expired(NOW_MS)

    assert RecordOpening.objects.get().at_ms == NOW_MS
    assert Session.objects.get().session_key == "b"


def test_hours_of_days_are_made_exact_within_ten_minutes() -> None:
    person = make_person()
    for _ in range(2):  # two tabs at once
        work(person.pk, None, "queue", NOW_MS - HOUR, 20, sent=4)
    WorkedDay.objects.update(ms=5 * HOUR)

    run_daily_upkeep(NOW_MS)

    assert WorkedDay.objects.get().ms == 20 * MINUTE


def test_days_no_beat_came_for_are_left_as_they_are() -> None:
    person = make_person()
    work(person.pk, None, "queue", NOW_MS - HOUR, 20)
    recompute_days(NOW_MS)
    WorkedDay.objects.update(ms=5)

    measured = recompute_days(to_ms(NOW + timedelta(minutes=10)))

    assert (measured, WorkedDay.objects.get().ms) == (0, 5)


def test_work_kept_offline_for_days_goes_to_the_days_it_was_done() -> None:
    person = make_person()
    begin = NOW_MS - 3 * DAY
    work(person.pk, None, "queue", begin, 20)
    Beat.objects.update(received_ms=NOW_MS)
    WorkedDay.objects.all().delete()

    recompute_days(NOW_MS)

    days = dict(WorkedDay.objects.values_list("day", "ms"))
    assert [f"{day:%d}" for day, ms in days.items() if ms] == ["22"]


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("America/Toronto", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),
        ("America/Toronto", datetime(2026, 3, 8, 5, tzinfo=UTC), 23),
        ("Pacific/Auckland", datetime(2026, 11, 24, 11, tzinfo=UTC), 24),
    ],
)
def test_day_begins_and_ends_at_midnight_where_one_works_also_when_clocks_change(
    zone: str, start: datetime, hours: int
) -> None:
    person = make_person()
    set_terms(person, TermsIn("CA-QC", zone, Status.EMPLOYEE), by=person, now_ms=to_ms(start))
    begin = int(start.timestamp() * 1000)
    work(person.pk, None, "queue", begin - 10 * MINUTE, 20)
    work(person.pk, None, "queue", begin + hours * HOUR - 10 * MINUTE, 20)
    recompute_days(to_ms(start + timedelta(days=2)))

    shown = day_of(person, (start + timedelta(hours=14)).date(), to_ms(start + timedelta(days=2)))

    assert (shown.begin_ms, shown.end_ms - shown.begin_ms) == (begin, hours * HOUR)
    assert shown.total_ms == 20 * MINUTE
    assert WorkedDay.objects.get(day=shown.day).ms == 20 * MINUTE


def test_opening_somebodys_record_again_within_the_hour_is_once() -> None:
    person, by = make_person(), make_person()
    for minutes in (0, 59, 61):
        note_opening(person, by, "page", "why", to_ms(NOW + timedelta(minutes=minutes)))
    note_opening(person, person, "page", "why", NOW_MS)

    assert RecordOpening.objects.count() == 2


def test_every_table_about_people_says_how_long_it_keeps_them() -> None:
    listed = {name for kept in RETENTION for name in kept.tables}
    tables = [one for one in apps.get_app_config("store").get_models() if one is not Person]

    silent = [
        table.__name__
        for table in tables
        for name in OWNERS
        if isinstance(getattr(table, name, None), ForwardManyToOneDescriptor)
    ]

    assert sorted(set(silent) - listed - ABOUT_PEOPLE) == []
