"""Who turns self-employed on the morning a period closes is paid the vacation that was kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.pay.employment.vacations import vacation_kept
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.core.clock import HOUR_MS, to_ms
from canut.store.models import Period, VacationPay
from tests.stories.test_status_changes import DAY, FIRST, TEN_HOURS, Story, at
from tests.support.factories import make_person
from tests.support.payroll import content_of, moment, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
type StopClock = Callable[[datetime], None]
KEPT = 6_640_000  # 4 % of ten hours
CLOSING_DAY = FIRST + 14 * DAY


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


@pytest.fixture
def story(stop_clock: StopClock) -> Story:
    """Return an employee who worked ten hours of the period, on the morning it closes."""
    made = Story(stop_clock)
    stop_clock(at(15, 12))
    return made


def turn_self_employed(story: Story, *, agreed: bool = True) -> None:
    """Enter that the worker is self-employed from the day of the closing on."""
    story.enter(status="self_employed", from_day=CLOSING_DAY.isoformat(), control_facts=[])
    if agreed and story.change.state == "waiting":
        story.decide(story.second, "agree")


def close(story: Story, number: int, hour: int = 13) -> Period:
    """Close a period on the morning after it."""
    first = FIRST + number * 14 * DAY
    closing = at(15, hour) + number * 14 * DAY
    story.stop(closing)
    due = make_period(first, first + 13 * DAY, to_ms(closing))
    return close_period(due.pk, make_person(), to_ms(closing))


def vacation_of(story: Story, period: Period) -> tuple[int, str]:
    """Return the vacation pay that a statement pays, and why."""
    vacation = content_of(story.worker, period)["pay"]["vacation"]
    return vacation["paid_micro"], vacation["why"]


def paid_in_all(story: Story) -> int:
    rows = VacationPay.objects.filter(statement__person=story.worker)
    return sum(rows.values_list("paid_micro", flat=True))


def test_changed_before_the_closing_all_is_paid_with_the_period_that_closes(story: Story) -> None:
    turn_self_employed(story)

    first = close(story, 0)

    assert vacation_of(story, first) == (KEPT, "end")
    assert vacation_kept(story.worker.pk) == {}
    second = close(story, 1)
    assert paid_in_all(story) == KEPT
    assert list(recount(first)) == list(recount(second)) == []


@pytest.mark.parametrize("works_on", [True, False])
def test_changed_after_the_closing_all_is_paid_with_the_next_period(
    story: Story, *, works_on: bool
) -> None:
    first = close(story, 0)
    assert vacation_of(story, first) == (0, "")
    assert vacation_kept(story.worker.pk) == {"CAD": KEPT}

    story.stop(at(15, 14))
    turn_self_employed(story)
    if works_on:
        work_hours(story.worker, story.house.project.pk, moment(CLOSING_DAY, 14), HOUR_MS)
    second = close(story, 1)

    contents = list(second.statement_set.filter(person=story.worker))
    assert sum(row.vacation_micro for row in contents) == KEPT
    assert vacation_kept(story.worker.pk) == {}
    assert paid_in_all(story) == KEPT
    third = close(story, 2)
    assert paid_in_all(story) == KEPT
    assert [line for due in (first, second, third) for line in recount(due)] == []


def test_hours_of_the_closing_morning_before_the_change_are_those_of_the_new_status(
    story: Story,
) -> None:
    work_hours(story.worker, story.house.project.pk, moment(CLOSING_DAY, 8), HOUR_MS // 4)
    first = close(story, 0)
    story.stop(at(15, 14))
    turn_self_employed(story)

    second = close(story, 1)

    paid = sum(row.gross_micro for row in second.statement_set.filter(person=story.worker))
    assert paid == TEN_HOURS // 40 + KEPT
    assert vacation_kept(story.worker.pk) == {}
    assert [line for due in (first, second) for line in recount(due)] == []


def test_change_that_waits_over_the_closing_pays_once_it_counts(story: Story) -> None:
    turn_self_employed(story, agreed=False)

    first = close(story, 0)

    waiting = story.change.state == "waiting"
    assert vacation_of(story, first) == ((0, "") if waiting else (KEPT, "end"))
    if waiting:
        story.stop(at(16))
        story.decide(story.second, "agree")
    close(story, 1)
    assert vacation_kept(story.worker.pk) == {}
    assert paid_in_all(story) == KEPT
