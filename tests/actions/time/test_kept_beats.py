"""Beats kept before they were checked fail no reader: neither their person's nor the others."""

from datetime import date

import pytest
from django.db import DataError, connection

from canut.actions.time.day_view import day_as_data, day_of, hands_now, time_today
from canut.actions.time.hours_caps import hold_hours_of
from canut.actions.time.measure import (
    beats_of,
    measure_time,
    measured_many,
    stretches,
    time_by_day,
)
from canut.actions.time.retention import delete_expired, recompute_days
from canut.actions.time.task_times import keep_pace, worked
from canut.actions.time.time_caps import hold_excess
from canut.actions.time.usual_times import learn_usual_times
from canut.actions.time.working_hours import watch_hours
from canut.core.clock import DAY_MS, HOUR_MS
from canut.store.models import Beat, OpenPage, Person
from tests.support.factories import Made, answer_next, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
NOW_MS = 1_780_000_000_000
SURFACES = (
    *("item:²", "item:१२", "item:" + "9" * 40, "item:-1", "item:", "²", "item:1:2", "", ":", "/"),
    *("item:9223372036854775807", "item:\r7", "a\tb", "a\nb", "\u2028", "review:²", "item:12/3"),
)
ODD_FIELDS: tuple[dict[str, object], ...] = (
    {"mono_ms": 2**62},
    {"mono_ms": -(2**62)},
    {"seq": -(2**31)},
    {"seq": 2**31 - 1},
    {"media_ms": 2**31 - 1},
    {"media_ms": -1},
    {"buckets": [[2**31 - 1] * 5]},
    {"buckets": [[-1, -1, -1, -1, -1]]},
    {"buckets": [[10**30, 1, 0, 0, 0]]},
    {"buckets": [[2**62, 1, 0, 0, 0]]},
    {"buckets": [[0, 10**30, 0, 0, 0]]},
    {"buckets": []},
)


def keep_beat(made: Made, name: str, **fields: object) -> Person:
    """Keep one beat beside honest ones, and return whose they are."""
    person = made.worker.person
    assert person is not None
    OpenPage.objects.create(session=name, person=person, opened_ms=NOW_MS - HOUR_MS)
    for seq in range(3):
        beat: dict[str, object] = {
            "person": person, "project": made.project, "session": name, "seq": seq,
            "mono_ms": 15_000 * (seq + 1), "visible": True, "focused": True, "surface": "queue",
            "buckets": [[15 * seq + 3, 1, 0, 0, 0]], "previous": "",
            "received_ms": NOW_MS - HOUR_MS + 15_000 * (seq + 1),
        }  # fmt: skip
        Beat.objects.create(**beat | (fields if seq == 1 else {}))
    return person


def read_everywhere(made: Made, person: Person) -> None:
    """Read somebody's beats by each reader of kept beats."""
    begin_ms, end_ms = NOW_MS - DAY_MS, NOW_MS
    measure_time([person.pk], begin_ms, end_ms)
    time_by_day([person.pk], begin_ms, end_ms)
    stretches([person.pk], begin_ms, end_ms)
    measured_many(beats_of([person.pk], begin_ms, end_ms), begin_ms, end_ms)
    day_of(person, None, NOW_MS)
    day_as_data(person, date(2026, 5, 28), NOW_MS)
    hands_now(person.pk, NOW_MS)
    time_today(person, NOW_MS)
    watch_hours(person.pk, NOW_MS, at_once=True)
    worked(made.project, begin_ms, end_ms)
    hold_excess([person.pk], made.project.pk, begin_ms, end_ms, NOW_MS)
    learn_usual_times(made.project.pk, NOW_MS)
    hold_hours_of(person.pk, date(2026, 5, 25), NOW_MS)
    keep_pace(made.project, NOW_MS)
    recompute_days(NOW_MS)
    delete_expired(NOW_MS + 200 * DAY_MS)


def test_odd_surface_fails_no_reader() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker, now_ms=NOW_MS - HOUR_MS)
    for number, surface in enumerate(SURFACES):
        person = keep_beat(made, f"page-{number}", surface=surface)

    read_everywhere(made, person)


@pytest.mark.parametrize("fields", ODD_FIELDS, ids=str)
def test_odd_number_fails_no_reader(fields: dict[str, object]) -> None:
    made = make_project(tasks=2)
    answer_next(made.worker, now_ms=NOW_MS - HOUR_MS)

    read_everywhere(made, keep_beat(made, "page", **fields))


def test_end_of_a_text_within_a_surface_fails_no_reader() -> None:
    made = make_project(tasks=2)

    if connection.vendor == "sqlite":
        read_everywhere(made, keep_beat(made, "page", surface="item:\0 7"))
    else:  # which never kept such a text
        with pytest.raises((ValueError, DataError)):
            keep_beat(made, "page", surface="item:\0 7")
