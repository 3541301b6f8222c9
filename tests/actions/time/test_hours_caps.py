"""Time beyond the hours of a day or a week is held once, on every kind of page."""

from datetime import date, timedelta

import pytest

from canut.actions.decisions.automated_systems import switch_system
from canut.actions.time.claims import grant_time, refuse_time
from canut.actions.time.hours_caps import hold_over_hours
from canut.actions.time.measure import credited_intervals
from canut.actions.time.retention import recompute_days
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from canut.store.models import Claim, Decision, Person, PolicyChange
from tests.support.factories import make_person, make_project
from tests.support.payroll import moment, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
DAY = date(2026, 4, 22)
NEXT_MS = moment(DAY + timedelta(days=1), 3)


def worked(
    person: Person, hours: float, surface: str = "queue", project: int | None = None
) -> None:
    """Let somebody work on the day from 1:00 on, and have their days measured."""
    work_hours(person, project, moment(DAY, 1), round(hours * HOUR_MS), surface=surface)
    recompute_days(NEXT_MS)


def counted_ms(person: Person) -> int:
    begin_ms = moment(DAY, 0)
    return sum(item.ms for item in credited_intervals([person.pk], begin_ms, begin_ms + DAY_MS))


@pytest.mark.parametrize("surface", ["queue", "account", "instructions", "appeals", "pay"])
def test_every_kind_of_page_is_held_above_ten_hours_a_day(surface: str) -> None:
    person = make_person()
    worked(person, 20, surface)

    assert hold_over_hours(NEXT_MS) == 1

    claim = Claim.objects.get()
    assert (claim.kind, claim.why, claim.state) == ("held", "hours", "pending")
    assert (claim.pending_ms, counted_ms(person)) == (10 * HOUR_MS, 10 * HOUR_MS)
    decision = Decision.objects.get()
    assert (decision.kind, decision.code, decision.made_by) == (
        "time_held",
        "time-over-hours",
        None,
    )
    assert "600 min are beyond 10" in decision.text_en


def test_day_is_looked_at_once_it_is_over() -> None:
    person = make_person()
    worked(person, 20)

    assert hold_over_hours(moment(DAY, 22)) == 0
    assert hold_over_hours(NEXT_MS) == 1


def test_each_project_is_held_apart() -> None:
    made, person = make_project(), make_person()
    work_hours(person, None, moment(DAY, 1), 9 * HOUR_MS, surface="queue")
    work_hours(person, made.project.pk, moment(DAY, 10), 3 * HOUR_MS)
    work_hours(person, None, moment(DAY, 14), HOUR_MS, surface="account")
    recompute_days(NEXT_MS)

    assert hold_over_hours(NEXT_MS) == 2

    claims = Claim.objects.order_by("begin_ms").values_list("project", flat=True)
    assert list(claims) == [made.project.pk, None]
    assert counted_ms(person) == 10 * HOUR_MS


def test_what_was_decided_is_not_held_again() -> None:
    person = make_person()
    worked(person, 20)
    hold_over_hours(NEXT_MS)
    grant_time(Claim.objects.get().pk, by=make_person(), words="", now_ms=NEXT_MS)

    assert hold_over_hours(NEXT_MS + HOUR_MS) == 0
    assert counted_ms(person) == 20 * HOUR_MS


def test_what_comes_late_is_held_beside_what_was_refused() -> None:
    person = make_person()
    worked(person, 20)
    hold_over_hours(NEXT_MS)
    words = "You were away."
    refuse_time(Claim.objects.get().pk, by=make_person(), words=words, now_ms=NEXT_MS)
    late_ms = NEXT_MS + 3 * DAY_MS
    work_hours(person, None, moment(DAY, 0), HOUR_MS, received_ms=late_ms)
    recompute_days(late_ms)

    assert hold_over_hours(late_ms) == 1

    assert Claim.objects.latest("id").pending_ms == HOUR_MS
    assert counted_ms(person) == 10 * HOUR_MS


def test_usual_day_and_one_of_ten_hours_are_left_alone() -> None:
    usual, long = make_person(), make_person()
    worked(usual, 8)
    worked(long, 10)

    assert hold_over_hours(NEXT_MS) == 0


def test_tasks_in_hand_at_the_limit_may_be_finished() -> None:
    made, person = make_project(), make_person()
    work_hours(person, made.project.pk, moment(DAY, 1), 10 * HOUR_MS)
    work_hours(person, made.project.pk, moment(DAY, 11), 20 * MINUTE_MS, surface="item:7")
    recompute_days(NEXT_MS)

    assert hold_over_hours(NEXT_MS) == 0
    assert counted_ms(person) == 10 * HOUR_MS + 20 * MINUTE_MS


def test_limit_that_was_agreed_on_holds_from_its_day_on() -> None:
    person = make_person()
    PolicyChange.objects.create(
        name="hours_day", new=8 * 60, reason="As heard together", by=person, proposed_ms=1,
        state="in_force", agreed=1, takes_effect_ms=moment(DAY, 0), settled_ms=1,
    )  # fmt: skip
    worked(person, 9)

    assert hold_over_hours(NEXT_MS) == 1
    assert counted_ms(person) == 8 * HOUR_MS


def test_limits_that_are_switched_off_hold_nothing() -> None:
    person = make_person()
    worked(person, 20)
    switch_system("caps", on=False, by=make_person(), reason="They catch the slow.", now_ms=NEXT_MS)

    assert hold_over_hours(NEXT_MS) == 0
    assert counted_ms(person) == 20 * HOUR_MS
