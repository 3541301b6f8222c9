"""Hours of lessons come from the statements that paid them, into the Portrait of the quarter."""

import pytest

from canut.actions.pay.periods import close_period
from canut.actions.portrait.releases import release_quarter
from canut.core.clock import HOUR_MS, MINUTE_MS, to_ms
from canut.core.places.parameters import Status
from canut.core.portrait.measured import Figures
from canut.core.portrait.released import read_release
from tests.actions.portrait.test_releases import OVER, QUARTER
from tests.support.factories import answer_next, make_person, make_project
from tests.support.lessons import mark, send_case
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = 22


def test_half_an_hour_of_lessons_each_is_told_beside_what_was_passed() -> None:
    made = make_project(tasks=2, workers=PEOPLE, overlap=PEOPLE, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * MINUTE_MS
        answer_next(worker, now_ms=at_ms)
        work_hours(person, made.project.pk, at_ms, HOUR_MS, surface="page")
        work_hours(person, None, at_ms + 2 * HOUR_MS, HOUR_MS // 2, surface="lesson:1")
    passed = made.workers[0].person
    assert passed is not None
    script = send_case(passed, moment(FIRST, 15))
    for minute in (1, 2):
        mark(script, [2, 2, 2, 2], moment(FIRST, 15) + minute * MINUTE_MS)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))

    release = read_release(release_quarter(QUARTER, to_ms(OVER)).content.encode())
    figures = Figures(release.figures)

    assert figures.value("learning.hours") == 11
    assert figures.value("activity.CA-QC.lesson") == 11
    assert figures.value("learning.practice") == 0
    assert figures.value("learning.per_hour") == 20
    assert figures.get("learning.passed").high == 20
    assert figures.get("learning.people").high is not None
