import pytest

from canut.actions.passport.levels import levels_shown
from tests.support.factories import NOW_MS
from tests.support.known_tasks import answered_known
from tests.support.lessons import mark, send_case

pytestmark = pytest.mark.django_db


def test_levels_are_those_of_answers_and_of_lessons_whose_case_was_passed() -> None:
    person = answered_known(58, 2).worker.person
    assert person is not None
    assert dict(levels_shown(person.pk, NOW_MS)) == {"S01": 2}

    script = send_case(person, NOW_MS)
    assert dict(levels_shown(person.pk, NOW_MS)) == {"S01": 2}  # nobody marked it yet
    for _ in range(2):
        mark(script, [3, 3, 3, 3], NOW_MS)

    assert dict(levels_shown(person.pk, NOW_MS)) == {"S01": 2, "S20": 1, "S24": 1}


def test_lesson_that_was_not_passed_shows_nothing() -> None:
    person = answered_known(1).worker.person
    assert person is not None
    script = send_case(person, NOW_MS)
    for _ in range(2):
        mark(script, [1, 1, 1, 1], NOW_MS)

    assert dict(levels_shown(person.pk, NOW_MS)) == {}
