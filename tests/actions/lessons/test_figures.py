"""What the Portrait counts of lessons: passed once each, by the quarter of the result."""

import pytest

from canut.actions.portrait.work_lines import WorkLine, hands_of, placed_of
from canut.core.clock import DAY_MS
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.place_splits import Activity
from canut.store.lessons.attempts import LessonsPassed, lessons_passed
from canut.store.models import LessonAttempt
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import mark, send_case


@pytest.mark.django_db
@pytest.mark.dialect
def test_lesson_passed_twice_counts_once_and_a_failed_or_erased_one_nowhere() -> None:
    passed, failed, erased = make_person(), make_person(), make_person()
    for at, person, levels in (
        (NOW_MS, passed, [2, 2, 2, 2]),
        (NOW_MS + DAY_MS, passed, [3, 3, 3, 3]),
        (NOW_MS, failed, [1, 1, 1, 1]),
        (NOW_MS, erased, [2, 2, 2, 2]),
    ):
        script = send_case(person, at)
        mark(script, levels, at)
        mark(script, levels, at + 1)
    LessonAttempt.objects.filter(person=erased).delete()

    whole = lessons_passed(NOW_MS, NOW_MS + 2 * DAY_MS)
    later = lessons_passed(NOW_MS + DAY_MS, NOW_MS + 2 * DAY_MS)

    assert whole == {passed.pk: LessonsPassed(1, 1)}
    assert later == {passed.pk: LessonsPassed(0, 1)}
    assert lessons_passed(0, NOW_MS) == {}


def test_hours_of_a_line_are_lessons_practice_and_work() -> None:
    line = WorkLine(
        person=7,
        is_simulated=False,
        project=None,
        row="CAN-ANNOT",
        place="FR",
        client="FR",
        status="employee",
        currency="CAD",
        pay_micro=900,
        top_up_micro=0,
        protections={},
    )
    line.time.update({TimeUse.PAID: 100, TimeUse.TRAINING: 30})
    line.lesson_ms = 20

    rows = placed_of([line])
    (hand,) = hands_of([line], {}, {7: LessonsPassed(1, 2)})

    assert {row.activity: row.time_ms for row in rows} == {
        Activity.WORK: 100,
        Activity.PRACTICE: 10,
        Activity.LESSON: 20,
    }
    assert sum(row.pay_micro or 0 for row in rows) == 900
    assert (hand.lessons_passed, hand.lessons_ever) == (1, 2)
