"""A forged beat that is stored breaks nothing, and one person holds up only their own pay."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from canut.actions.pay import payable_time
from canut.actions.pay.periods import close_period, make_period, preview
from canut.actions.time import measure
from canut.actions.time.day_view import day_of
from canut.actions.time.task_times import worked
from canut.core.clock import HOUR_MS, to_ms
from canut.core.time.surfaces import SORTS, is_surface, lease_of
from canut.store.models import PaidTime, Period, Person, Statement
from canut.store.tables.time import Claim
from tests.support.factories import Made, answer_next, make_person, make_worker
from tests.support.payroll import (
    AFTER,
    LAST,
    agree,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = pytest.mark.django_db
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 1)
LATER = datetime(2026, 5, 18, 13, tzinfo=UTC)
DAY = timedelta(days=1)
FORGED = ("item:²", "item:٣", "item:" + "9" * 40, "item:-1", "item:", "²", "item:1:2", "item:१२")


def with_a_second() -> tuple[Made, Person, Person]:
    """Make a project with two workers who have terms: one whose beats are fine, and one more."""
    policy()
    made = made_with(1_000_000, tasks=8)
    other = make_worker(made.project)
    assert other.person is not None
    agree(other.person)
    for worker in (made.worker, other):
        answer_next(worker, now_ms=moment(APRIL))
        answer_next(worker, now_ms=moment(APRIL, 10))
    work_hours(person_of(made), made.project.pk, moment(APRIL), HOUR_MS)
    return made, person_of(made), other.person


def claimed(person: Person, made: Made) -> None:
    """Grant somebody some minutes of the period."""
    span = [moment(MAY, 15), moment(MAY, 15) + HOUR_MS // 6]
    Claim.objects.create(
        person=person, project=made.project, kind="claim", why="offline", state="granted",
        begin_ms=span[0], end_ms=span[1], pending=[span],
        made_ms=moment(MAY, 16), settled_ms=moment(MAY, 16), due_ms=moment(MAY, 17),
    )  # fmt: skip


@pytest.mark.parametrize("surface", FORGED)
def test_forged_surface_is_none(surface: str) -> None:
    assert not is_surface(surface)
    assert lease_of(surface) is None


def test_listed_surfaces_are_taken() -> None:
    assert all(is_surface(name) and is_surface(f"{name}:12") for name in SORTS)
    assert lease_of("item:" + "9" * 15) == 10**15 - 1


@pytest.mark.parametrize("surface", FORGED)
def test_period_with_forged_beats_closes_and_pays_everybody(surface: str) -> None:
    made, fine, forger = with_a_second()
    work_hours(forger, made.project.pk, moment(APRIL), HOUR_MS, surface=surface)
    claimed(forger, made)
    first = close_period(period().pk, make_person(), to_ms(AFTER))
    late_ms = int(AFTER.timestamp() * 1000) + 1
    work_hours(
        forger, made.project.pk, moment(APRIL, 14), HOUR_MS, surface=surface, received_ms=late_ms
    )
    answer_next(made.worker, now_ms=moment(LAST + DAY))

    second = close_period(
        make_period(LAST + DAY, LAST + 14 * DAY, to_ms(LATER)).pk, make_person(), to_ms(LATER)
    )

    assert first.failure is None
    assert second.failure is None
    assert {one.person_id for one in Statement.objects.filter(period=first)} == {fine.pk, forger.pk}
    paid = sum(PaidTime.objects.filter(person=forger).values_list("ms", flat=True))
    assert paid >= HOUR_MS // 6


@pytest.mark.parametrize("surface", FORGED)
def test_pages_and_prices_take_forged_beats(surface: str) -> None:
    made, _fine, forger = with_a_second()
    work_hours(forger, made.project.pk, moment(APRIL), HOUR_MS, surface=surface)

    found = worked(made.project, moment(APRIL, 0), moment(MAY, 0))
    assert len(found) == 2
    assert all(one.is_measured for one in found.values())
    assert day_of(forger, APRIL, to_ms(AFTER))


@pytest.fixture
def unmeasurable(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Return a set: whoever is put into it cannot be measured any more."""
    people: set[int] = set()
    one_by_one, many = measure.evidence_of, measure.measured_many

    def refuse(ids: Sequence[int]) -> None:
        if people & {*ids}:
            raise ValueError("invalid literal")

    def evidence(ids: Sequence[int], *window: int) -> measure.TimeEvidence:
        refuse(ids)
        return one_by_one(ids, *window)

    def measure_many(text: bytes, begin_ms: int, end_ms: int) -> measure.Many:
        refuse([int(line.partition(b"\t")[0]) for line in text.splitlines()])
        return many(text, begin_ms, end_ms)

    monkeypatch.setattr(measure, "evidence_of", evidence)
    monkeypatch.setattr(payable_time, "measured_many", measure_many)
    return people


@pytest.mark.parametrize("by_word", [False, True])
def test_who_cannot_be_measured_waits_alone_and_is_paid_by_the_next_period(
    unmeasurable: set[int], by_word: bool
) -> None:
    made, fine, other = with_a_second()
    work_hours(other, made.project.pk, moment(APRIL), 2 * HOUR_MS)
    if by_word:
        claimed(other, made)
    unmeasurable.add(other.pk)
    due = period()
    seen = preview(due, make_person(), to_ms(AFTER))

    closed = close_period(due.pk, make_person(), to_ms(AFTER))

    assert [(one.person, one.code) for one in seen.unready] == [(other.pk, "time-unmeasured")]
    assert closed.state == Period.State.CLOSED
    assert closed.failure is not None
    assert closed.failure["code"] == "time-unmeasured"
    assert [one["person"] for one in closed.failure["people"]] == [other.pk]
    assert [one.person_id for one in Statement.objects.all()] == [fine.pk]

    still = close_period(
        make_period(LAST + DAY, LAST + 7 * DAY, to_ms(LATER)).pk, make_person(), to_ms(LATER)
    )
    assert still.failure is not None
    unmeasurable.clear()
    last = make_period(LAST + 8 * DAY, LAST + 14 * DAY, to_ms(LATER))
    close_period(last.pk, make_person(), to_ms(LATER))

    (correction,) = content_of(other, last)["pay"]["corrections"]
    (project,) = correction["projects"]
    word_ms = HOUR_MS // 6 if by_word else 0
    assert project["time_ms"] == 2 * HOUR_MS + word_ms
    assert project["piece_micro"] == 2_000_000
    assert Statement.objects.filter(person=fine).count() == 1


def test_who_waited_after_a_paid_period_is_paid_from_where_that_ended(
    unmeasurable: set[int],
) -> None:
    made, _fine, other = with_a_second()
    work_hours(other, made.project.pk, moment(APRIL), HOUR_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    work_hours(other, made.project.pk, moment(LAST + DAY), HOUR_MS)
    unmeasurable.add(other.pk)
    close_period(
        make_period(LAST + DAY, LAST + 7 * DAY, to_ms(LATER)).pk, make_person(), to_ms(LATER)
    )
    unmeasurable.clear()

    last = make_period(LAST + 8 * DAY, LAST + 14 * DAY, to_ms(LATER))
    close_period(last.pk, make_person(), to_ms(LATER))

    paid = PaidTime.objects.filter(person=other).values_list("ms", flat=True)
    assert list(paid) == [HOUR_MS, HOUR_MS]
    assert Statement.objects.filter(person=other).count() == 2


def test_who_cannot_be_measured_is_left_out_of_a_projects_figures_alone(
    unmeasurable: set[int],
) -> None:
    made, fine, other = with_a_second()
    unmeasurable.add(other.pk)

    found = worked(made.project, moment(APRIL, 0), moment(MAY, 0))

    assert {one.person: one.is_measured for one in found.values()} == {
        fine.pk: True,
        other.pk: False,
    }
