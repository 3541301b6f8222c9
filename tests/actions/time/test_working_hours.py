"""Hours are watched as measured, and nothing is offered while a rest is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.actions.time.retention import recompute_days
from canut.actions.time.working_hours import watch_hours
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import HOUR_MS, MINUTE_MS, to_ms
from canut.core.time.working_hours import WorkedHours
from canut.store.models import Beat, Decision, OpenPage, PayLine, Protection
from canut.store.protection.exposure import worked_ms
from tests.support.factories import NOW_MS, make_project

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)  # NOW_MS is noon UTC, seven in the morning in Montreal
LEASE_MS = 900_000


def sit(person: int, begin_ms: int, hours: float, surface: str = "queue") -> None:
    """Let somebody be at a page for a while, a key pressed in every beat."""
    session = f"{surface}-{begin_ms}"
    OpenPage.objects.create(session=session, person_id=person, opened_ms=begin_ms)
    Beat.objects.bulk_create(
        Beat(
            person_id=person,
            session=session,
            seq=seq,
            mono_ms=15_000 * (seq + 1),
            visible=True,
            focused=True,
            surface=surface,
            buckets=[[15 * seq, 1, 0, 0, 0]],
            previous="",
            received_ms=begin_ms + 15_000 * (seq + 1),
        )
        for seq in range(int(hours * 240))
    )


def watch(person: int, now_ms: int) -> WorkedHours | None:
    """Count the days, then look at the hours."""
    recompute_days(to_ms(datetime.fromtimestamp(now_ms / 1000, UTC)))
    return watch_hours(person, now_ms)


def test_who_has_worked_ten_hours_today_is_offered_nothing_until_midnight() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    for start in (0, 4.5, 9):  # a meal in between
        sit(person, NOW_MS + int(start * HOUR_MS), 3.4)
    now = NOW_MS + int(12.5 * HOUR_MS)

    hours = watch(person, now)
    lent = lease_tasks(made.worker.pk, 1, now)

    decision = Decision.objects.get()
    midnight = NOW_MS + 17 * HOUR_MS
    assert hours is not None
    assert 10 * HOUR_MS <= hours.day_ms <= int(10.2 * HOUR_MS)
    assert (lent.tasks, lent.left) == ([], False)
    assert lent.held_back is not None
    assert (lent.held_back.why, lent.held_back.back_ms) == ("day", midnight)
    assert (decision.system, decision.rule) == ("hours", "hours/2")
    assert "at 0:00" in decision.text_en
    assert "0\u00a0h\u00a000" in decision.text_fr
    assert lease_tasks(made.worker.pk, 1, midnight).tasks != []


def test_what_is_in_hand_when_the_limit_comes_may_be_finished_and_is_paid() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    (held,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    Protection.objects.create(person_id=person, rest_until_ms=NOW_MS + HOUR_MS, rest_why="day")

    again = lease_tasks(made.worker.pk, 3, NOW_MS + 1000).tasks
    receipt = submit(made.worker.pk, Submission(held.lease, "a", {"q": "oui"}), NOW_MS + 9000)

    assert [task.lease for task in again] == [held.lease]
    assert receipt.counted
    assert PayLine.objects.get().elapsed_ms == 9000


def test_meal_is_due_after_five_hours_and_pauses_are_over_by_themselves() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    sit(person, NOW_MS, 5.1)
    now = NOW_MS + int(5.1 * HOUR_MS)

    watch(person, now)
    due = lease_tasks(made.worker.pk, 1, now)
    after = lease_tasks(made.worker.pk, 1, now + 31 * MINUTE_MS)

    assert due.held_back is not None
    assert due.held_back.why == "meal"
    assert after.tasks != []


def test_paid_break_is_worked_time_and_a_pause_of_the_stretch() -> None:
    made = make_project(tasks=3)
    person = made.worker.person_id or 0
    sit(person, NOW_MS, 3)
    sit(person, NOW_MS + 3 * HOUR_MS, 0.6, "break")
    sit(person, NOW_MS + int(3.6 * HOUR_MS), 3)

    hours = watch(person, NOW_MS + int(6.6 * HOUR_MS))

    assert hours is not None
    assert hours.stop is None
    assert abs(hours.day_ms - 6 * HOUR_MS - 5 * MINUTE_MS) <= MINUTE_MS


def test_hours_are_looked_at_every_five_minutes_and_days_add_up_over_a_week() -> None:
    made = make_project(tasks=1)
    person = made.worker.person_id or 0
    sit(person, NOW_MS - 24 * HOUR_MS, 2)
    watch(person, NOW_MS - 20 * HOUR_MS)
    sit(person, NOW_MS, 1)

    first = watch(person, NOW_MS + 2 * HOUR_MS)
    soon = watch_hours(person, NOW_MS + 2 * HOUR_MS + 299_000)

    assert soon is None
    assert first is not None
    assert abs(first.week_ms - 3 * HOUR_MS) <= MINUTE_MS
    assert Protection.objects.get().week_ms == first.week_ms


def test_worked_time_of_a_day_is_what_was_measured_on_it() -> None:
    made = make_project(tasks=1)
    person = made.worker.person_id or 0
    sit(person, NOW_MS, 1)

    recompute_days(to_ms(datetime.fromtimestamp(NOW_MS / 1000 + 7200, UTC)))

    found = [worked_ms(person, TODAY + timedelta(days=n)) for n in (-1, 0, 1)]

    assert found[0] == found[2] == 0
    assert abs(found[1] - HOUR_MS) <= MINUTE_MS


def test_task_is_never_taken_from_who_is_at_work_and_a_late_answer_is_paid() -> None:
    """R42: time limits can be extended, by nothing more than going on."""
    made = make_project(tasks=1, workers=2)
    person = made.worker.person_id or 0
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    now = NOW_MS

    OpenPage.objects.create(
        session="page", person_id=person, project=made.project, opened_ms=NOW_MS
    )

    for seq in range(60):  # ten hours, a key every ten minutes
        now += 600_000
        beat = BeatIn(
            session="page",
            seq=seq,
            mono_ms=now - NOW_MS,
            visible=True,
            focused=True,
            surface=f"item:{lent.lease}",
            buckets=[[(now - NOW_MS) // 1000, 1, 0, 0, 0]],
        )
        keep_beats(person, [beat], now)
        assert lease_tasks(made.workers[1].pk, 1, now).tasks == []

    receipt = submit(
        made.worker.pk, Submission(lent.lease, "late", {"q": "oui"}), now + 10 * LEASE_MS
    )
    assert receipt.counted
    assert receipt.piece_micro > 0
