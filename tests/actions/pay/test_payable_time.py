"""Time is paid once, whenever it came: late, held back, granted, refused."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.core.clock import HOUR_MS, to_ms
from canut.core.proofs.canonical import canonical
from canut.store.models import (
    Decision,
    PaidTime,
    PayAdjustment,
    Period,
    Person,
    Statement,
)
from canut.store.tables.time import Claim
from tests.support.factories import Made, answer_next, make_person
from tests.support.payroll import (
    AFTER,
    LAST,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE = date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 10)
LATER = datetime(2026, 5, 18, 13, tzinfo=UTC)
DAY = timedelta(days=1)


def close_next() -> Period:
    """Make and close the period after the first."""
    due = make_period(LAST + DAY, LAST + 14 * DAY, to_ms(LATER))
    return close_period(due.pk, make_person(), to_ms(LATER))


def paid_ms(person: Person) -> int:
    return sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True))


def test_time_that_comes_late_is_paid_once_at_the_floor_of_its_own_day() -> None:
    policy()
    made = made_with(0)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(APRIL, 8), HOUR_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    came_ms = int(AFTER.timestamp() * 1000) + 3 * 86_400_000
    work_hours(person, made.project.pk, moment(APRIL, 12), 2 * HOUR_MS, received_ms=came_ms)

    second = close_next()

    content = content_of(person, second)
    (given,), (correction,) = content["given"]["corrections"], content["pay"]["corrections"]
    (floors,) = given["floors"].values()
    assert floors == {"2026-04-30": 16_100_000}
    assert (correction["time_ms"], correction["wages_micro"]) == (2 * HOUR_MS, 32_200_000)
    assert paid_ms(person) == 3 * HOUR_MS
    assert list(recount(second)) == []
    assert sum(one.top_up_micro for one in Statement.objects.all()) >= 48_300_000


def test_late_page_of_another_project_does_not_pay_the_same_hour_twice() -> None:
    policy()
    made, other = made_with(0), made_with(0)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(APRIL), HOUR_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    came_ms = int(AFTER.timestamp() * 1000) + 3 * 86_400_000
    work_hours(person, other.project.pk, moment(APRIL), HOUR_MS, received_ms=came_ms)

    close_next()

    assert paid_ms(person) == HOUR_MS


def test_nothing_of_a_closed_period_is_paid_again() -> None:
    policy()
    made = made_with(1_000_000)
    person = person_of(made)
    work_hours(person, made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL))
    close_period(period().pk, make_person(), to_ms(AFTER))
    answer_next(made.worker, now_ms=moment(JUNE))

    second = close_next()

    assert content_of(person, second)["pay"]["wages_micro"] == 1_000_000
    assert paid_ms(person) == HOUR_MS


def held(made: Made, state: str) -> Claim:
    """Hold the last quarter of an hour of the first hour of a day back, by a rule."""
    begin = moment(APRIL) + 3 * HOUR_MS // 4
    decision = Decision.objects.create(
        person=person_of(made), kind="time_held", code="time-above-usual", system="caps",
        rule="caps/1", factors=[{"name": "window_ms"}], text_en="Long.", text_fr="Long.",
        at_ms=moment(MAY),
    )  # fmt: skip
    return Claim.objects.create(
        person=person_of(made), project=made.project, kind="held", why="too_long", state=state,
        begin_ms=moment(APRIL), end_ms=moment(MAY), pending=[[begin, begin + HOUR_MS // 4]],
        made_ms=moment(MAY), due_ms=moment(JUNE), decision=decision,
    )  # fmt: skip


def test_time_held_back_waits_and_is_paid_once_when_it_is_granted() -> None:
    policy()
    made = made_with(0)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    claim = held(made, "pending")
    first = close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_ms(person_of(made)) == 3 * HOUR_MS // 4
    assert content_of(person_of(made), first)["given"]["projects"][0]["held_ms"] == HOUR_MS // 4
    claim.state, claim.settled_ms = "granted", int(AFTER.timestamp() * 1000) + 1
    claim.save()

    second = close_next()

    (correction,) = content_of(person_of(made), second)["pay"]["corrections"]
    assert (correction["first_day"], correction["time_ms"]) == ("2026-04-20", HOUR_MS // 4)
    assert paid_ms(person_of(made)) == HOUR_MS


def test_time_that_a_human_refused_with_a_decision_is_not_paid() -> None:
    policy()
    made = made_with(0)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    claim = held(made, "pending")
    close_period(period().pk, make_person(), to_ms(AFTER))
    claim.state, claim.settled_ms = "refused", int(AFTER.timestamp() * 1000) + 1
    claim.save()
    answer_next(made.worker, now_ms=moment(JUNE))

    close_next()

    assert paid_ms(person_of(made)) == 3 * HOUR_MS // 4


def test_time_somebody_told_us_of_is_paid_beside_what_was_measured() -> None:
    policy()
    made = made_with(0)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    begin = moment(APRIL) + HOUR_MS // 2
    Claim.objects.create(
        person=person_of(made), project=made.project, kind="asked", why="paper",
        state="accepted", begin_ms=begin, end_ms=begin + HOUR_MS,
        accepted=[[begin, begin + HOUR_MS]], made_ms=moment(MAY), due_ms=moment(JUNE),
    )  # fmt: skip

    due = close_period(period().pk, make_person(), to_ms(AFTER))

    (project,) = content_of(person_of(made), due)["projects"]
    assert project["surfaces"] == {"claim": HOUR_MS // 2, "instructions": HOUR_MS}


def rejected(made: Made, at_ms: int, micro: int) -> None:
    """Take a piece's price, or give it back."""
    answer = made.worker.answer_set.get()
    decision = Decision.objects.create(
        person=person_of(made), kind="rejection", code="off-instructions", text_en="Off.",
        text_fr="Hors consigne.", evidence="seen", made_by=make_person(), at_ms=at_ms,
    )  # fmt: skip
    PayAdjustment.objects.create(
        worker=made.worker, project=made.project, answer=answer, decision=decision,
        piece_micro=micro, currency="CAD", reason="Off.", at_ms=at_ms,
    )  # fmt: skip


def test_rejection_changes_neither_time_nor_due() -> None:
    policy()
    made = made_with(5_000_000)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL))
    rejected(made, moment(MAY), -5_000_000)

    due = close_period(period().pk, make_person(), to_ms(AFTER))

    (project,) = content_of(person_of(made), due)["projects"]
    assert (project["time_ms"], project["due_micro"]) == (HOUR_MS, 16_100_000)
    assert (project["paid_micro"], project["top_up_micro"]) == (0, 16_100_000)


def test_rejection_takes_nothing_from_a_closed_statement() -> None:
    policy()
    made = made_with(5_000_000)
    answer_next(made.worker, now_ms=moment(APRIL))
    close_period(period().pk, make_person(), to_ms(AFTER))
    rejected(made, moment(JUNE), -5_000_000)
    work_hours(person_of(made), made.project.pk, moment(JUNE), HOUR_MS)

    second = close_next()

    (project,) = content_of(person_of(made), second)["projects"]
    assert project["adjusted_micro"] == 0


@pytest.mark.parametrize(("taken_on", "given_back"), [(MAY, 5_000_000), (JUNE, 0)])
def test_appeal_gives_back_what_was_taken_and_no_more(taken_on: date, given_back: int) -> None:
    policy()
    made = made_with(5_000_000)
    answer_next(made.worker, now_ms=moment(APRIL))
    if taken_on == MAY:
        rejected(made, moment(MAY), -5_000_000)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    if taken_on == JUNE:
        rejected(made, moment(JUNE), -5_000_000)
    rejected(made, moment(JUNE, 15), 5_000_000)
    work_hours(person_of(made), made.project.pk, moment(JUNE), HOUR_MS)

    second = close_next()

    content = content_of(person_of(made), second)
    corrected = [item["adjusted_micro"] for item in _corrected_projects(content)]
    assert sum(corrected) == given_back
    assert content["projects"][0]["adjusted_micro"] == 0


def _corrected_projects(content: dict[str, Any]) -> list[dict[str, Any]]:
    corrections = content["pay"].get("corrections", ())
    return [project for correction in corrections for project in correction["projects"]]


def test_closed_period_comes_out_the_same_to_the_byte() -> None:
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL, 14))
    due = close_period(period().pk, make_person(), to_ms(AFTER))

    differences = list(recount(due))

    assert differences == []


def test_changed_statement_and_changed_hours_are_found() -> None:
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    answer_next(made.worker, now_ms=moment(APRIL, 14))
    due = close_period(period().pk, make_person(), to_ms(AFTER))
    kept = Statement.objects.get()
    changed = json.loads(kept.content)
    changed["pay"]["net_micro"] += 1
    kept.content = canonical(changed).decode()
    kept.save()
    PaidTime.objects.update(ms=HOUR_MS + 1)

    differences = list(recount(due))

    assert [one.where for one in differences] == ["content", "hours"]
