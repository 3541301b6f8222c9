"""The card tells paid training in whole hours, and lessons of a few people not at all."""

import pytest

from canut.actions.datasets.card_figures import NOT_PAID, gather_figures
from canut.actions.pay.periods import close_period
from canut.core.clock import HOUR_MS, MINUTE_MS, to_ms
from canut.core.datasets.pay_bins import SHARED_BY
from canut.core.places.parameters import Status
from canut.store.models import Project
from tests.support.factories import answer_next, make_person, make_project
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def paid_project(learners: int, people: int) -> Project:
    """Pay people for an hour of work and one of practice; some had two hours of lessons."""
    made = make_project(tasks=2, workers=people, overlap=people, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * MINUTE_MS
        answer_next(worker, now_ms=at_ms)
        work_hours(person, made.project.pk, at_ms, HOUR_MS, surface="page")
        work_hours(person, made.project.pk, at_ms + 2 * HOUR_MS, HOUR_MS, surface="practice")
        if number < learners:
            work_hours(person, None, at_ms + 4 * HOUR_MS, 2 * HOUR_MS, surface="lesson:1")
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))
    return made.project


def test_card_tells_paid_practice_and_lessons_of_the_people_who_made_it() -> None:
    project = paid_project(learners=SHARED_BY, people=SHARED_BY)

    figure = gather_figures(project, to_ms(AFTER)).figures["training"]

    assert figure.value == {"practice": SHARED_BY, "lessons": 2 * SHARED_BY}


def test_lessons_of_a_few_people_are_not_told() -> None:
    project = paid_project(learners=1, people=SHARED_BY)

    figure = gather_figures(project, to_ms(AFTER)).figures["training"]

    assert figure.value is None
    assert figure.reason == f"shown from {SHARED_BY} people on"


def test_work_that_is_not_paid_yet_has_no_training_on_its_card() -> None:
    made = make_project(tasks=1, workers=1)
    answer_next(made.workers[0], now_ms=moment(FIRST))

    figure = gather_figures(made.project, to_ms(AFTER)).figures["training"]

    assert (figure.value, figure.reason) == (None, NOT_PAID)
