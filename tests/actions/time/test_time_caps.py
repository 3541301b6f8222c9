from datetime import timedelta

import pytest

from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.time.claims import grant_time, refuse_time
from canut.actions.time.measure import credited_intervals, time_by_day
from canut.actions.time.time_caps import hold_excess, hold_last_fortnight
from canut.core.clock import to_ms
from canut.core.places.parameters import Status
from canut.core.time.claims import FORTNIGHT_MS, fortnight
from canut.store.models import Claim, Decision, PolicyChange, UsualTime
from tests.support.factories import NOW, NOW_MS, Made, make_person, make_project
from tests.support.working_hours import DAY, HOUR, MINUTE, work

pytestmark = pytest.mark.django_db
BEGIN, END = fortnight(NOW_MS - FORTNIGHT_MS)


def usual(made: Made, minutes: float = 1) -> None:
    """Make a length of task usual in a project."""
    ms = round(minutes * MINUTE)
    UsualTime.objects.create(
        project=made.project, n_items=100, median_ms=ms, mean_ms=ms, at_ms=NOW_MS
    )


def thirty_tasks(made: Made, last_minutes: float) -> int:
    """Do twenty-nine tasks of a minute and one of so many; returns the person."""
    person = made.worker.person_id or 0
    for n in range(29):
        work(person, made.project.pk, f"item:{n}", BEGIN + n * HOUR, 1)
    work(person, made.project.pk, "item:29", BEGIN + 40 * HOUR, last_minutes)
    return person


def total(person: int) -> int:
    return sum(one.ms for one in credited_intervals([person], BEGIN, END))


def test_time_far_above_the_usual_is_held_back_from_its_end_and_says_why() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)

    (claim,) = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    decision = Decision.objects.get()
    assert (claim.kind, claim.state, claim.decision) == ("held", "pending", decision)
    assert (decision.kind, decision.system) == ("time_held", "caps")
    assert claim.due_ms == NOW_MS + 7 * DAY
    last = BEGIN + 40 * HOUR + 20 * MINUTE
    assert max(end for _, end in claim.pending) == last
    assert total(person) == 49 * MINUTE - claim.pending_ms
    assert claim.pending_ms > 10 * MINUTE


def test_time_near_the_usual_is_left_alone() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 3)

    assert hold_excess([person], made.project.pk, BEGIN, END, NOW_MS) == []
    assert total(person) == 32 * MINUTE


def test_before_anything_is_usual_time_is_trusted() -> None:
    made = make_project()
    person = thirty_tasks(made, 60)

    assert hold_excess([person], made.project.pk, BEGIN, END, NOW_MS) == []


def test_fortnight_is_looked_at_once_whatever_became_of_it() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    (claim,) = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)
    grant_time(claim.pk, by=make_person(), words="", now_ms=NOW_MS)

    again = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    assert again == []
    assert total(person) == 49 * MINUTE


def test_time_held_back_and_refused_stays_out() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    (claim,) = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    refuse_time(claim.pk, by=make_person(), words="La personne dit s’être absentée.", now_ms=NOW_MS)

    assert total(person) == 49 * MINUTE - claim.pending_ms


def test_fortnight_that_ended_is_looked_at_by_itself() -> None:
    made = make_project()
    usual(made)
    thirty_tasks(made, 20)

    held = hold_last_fortnight(NOW_MS)

    assert (held, Claim.objects.count()) == (1, 1)
    assert hold_last_fortnight(to_ms(NOW + timedelta(days=1))) == 0


def test_who_was_granted_more_time_has_more_room() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    assert made.worker.person
    given = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE, pace_granted=2500)
    set_terms(made.worker.person, given, by=make_person(), now_ms=to_ms(NOW - timedelta(days=60)))

    (claim,) = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    assert claim.pending_ms == (20 * 60 - 12.5 * 60) * 1000


def cap(name: str, new: int, at_ms: int) -> None:
    """Put a change of a limit of time in force at a moment."""
    PolicyChange.objects.create(
        name=name, new=new, reason="Comme entendu ensemble", by=make_person(), proposed_ms=at_ms,
        state="in_force", agreed=1, takes_effect_ms=at_ms, settled_ms=at_ms,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "new"), [("item_cap", 30_000), ("period_cap", 3_000)])
def test_limit_that_was_changed_holds_for_the_work_begun_since(name: str, new: int) -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    other = "period_cap" if name == "item_cap" else "item_cap"
    cap(other, {"item_cap": 100_000, "period_cap": 10_000}[other], BEGIN)
    cap(name, new, BEGIN + 40 * HOUR + 1)

    held = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    assert held[0].pending_ms > MINUTE, "the long task was begun under the usual limit"


@pytest.mark.parametrize(("name", "new"), [("item_cap", 30_000), ("period_cap", 3_000)])
def test_limit_in_force_when_work_began_is_what_it_is_measured_by(name: str, new: int) -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    other = "period_cap" if name == "item_cap" else "item_cap"
    cap(other, {"item_cap": 100_000, "period_cap": 10_000}[other], BEGIN)
    cap(name, new, BEGIN)
    cap(name, 1_000, END)

    held = hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    assert held == []
    assert total(person) == 49 * MINUTE
    assert sum(one.ms for one in time_by_day([person], BEGIN, END)) == 49 * MINUTE


def test_decision_to_hold_time_back_names_the_limits_it_went_by() -> None:
    made = make_project()
    usual(made)
    person = thirty_tasks(made, 20)
    cap("item_cap", 4_000, BEGIN)

    hold_excess([person], made.project.pk, BEGIN, END, NOW_MS)

    inputs = Decision.objects.get().inputs
    assert (inputs["item_cap"], inputs["period_cap"]) == (4_000, 1_250)
