"""Sums of pay lines agree with one another, each in one statement."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.core.clock import HOUR_MS
from canut.store.models import PayLine
from canut.store.pay import pay_lines
from tests.support.factories import (
    NOW_MS,
    PIECE_MICRO,
    Made,
    answer_next,
    make_person,
    make_project,
)

pytestmark = pytest.mark.django_db
FAR_MS = 2**53


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=4, workers=2)
    for number, worker in enumerate(made.workers[:2]):
        worker.person = make_person()
        worker.save(update_fields=["person"])
        for step in range(number + 1):
            answer_next(worker, now_ms=NOW_MS + step * 10_000)
    assert PayLine.objects.count() == 3
    PayLine.objects.update(elapsed_ms=6_000)
    return made


def test_sums_agree_with_the_lines(made: Made) -> None:
    project, (first, second) = made.project.pk, made.workers[:2]
    currency = made.rate.currency

    assert pay_lines.spend_by_currency(project) == [
        (currency, 3 * PIECE_MICRO, 3, 18_000, 3 * PIECE_MICRO)
    ]
    hours = 12_000 * made.rate.by_hour_micro // HOUR_MS
    assert pay_lines.earned_by_worker(second.pk, 0) == (12_000, 2 * PIECE_MICRO + hours, 2)
    assert second.person_id is not None
    assert first.person_id is not None
    earned = (currency, 2 * PIECE_MICRO + hours, 2, 12_000)
    assert pay_lines.earned_by_currency(second.person_id, 0) == [earned]
    assert pay_lines.earned_by_person_and_project(0, FAR_MS) == [
        (first.person_id, project, currency, PIECE_MICRO, 6_000, 1, hours // 2),
        (second.person_id, project, currency, 2 * PIECE_MICRO, 12_000, 2, hours),
    ]
    assert pay_lines.worked_in_project(project, second.person_id) == (2, 12_000)
    assert pay_lines.elapsed_ms_of_projects([project]) == 18_000
    assert pay_lines.count_by_price([second.person_id], 0, FAR_MS) == [
        (second.person_id, project, currency, PIECE_MICRO, 2)
    ]
    task = PayLine.objects.filter(worker=first).values_list("answer__task", flat=True)[0]
    assert pay_lines.piece_micro_of_task(first.pk, task) == PIECE_MICRO


def test_answers_are_counted_up_to_a_moment_or_a_limit(made: Made) -> None:
    project, (first, second) = made.project.pk, made.workers[:2]
    assert first.person_id is not None
    assert second.person_id is not None
    people = [first.person_id, second.person_id]

    assert pay_lines.count_answers(project) == 3
    assert pay_lines.count_counted_answers(project) == 3
    last_ms = PayLine.objects.order_by("-at_ms").values_list("at_ms", flat=True)[0]
    assert pay_lines.count_answers_before(project, people, last_ms) == 2
    assert pay_lines.count_answers_beyond_practice(second.pk, 1) == 1
    assert pay_lines.has_more_than(project, 2, 0)
    assert not pay_lines.has_more_than(project, 3, 0)
    assert pay_lines.has_any_after(project, last_ms - 1)
    assert not pay_lines.has_any_after(project, last_ms)


def test_of_no_lines_sums_are_zero_or_empty() -> None:
    assert pay_lines.spend_by_currency(0) == []
    assert pay_lines.earned_by_worker(0, 0) == (0, 0, 0)
    assert pay_lines.worked_in_project(0, 0) == (0, 0)
    assert pay_lines.elapsed_ms_of_projects([0]) == 0
    assert pay_lines.piece_micro_of_task(0, 0) == 0
    assert pay_lines.rejected_ms_by_person_and_project(0, FAR_MS) == {}


SUMS: dict[str, Callable[[], object]] = {
    "spend_by_currency": lambda: pay_lines.spend_by_currency(0),
    "earned_by_currency": lambda: pay_lines.earned_by_currency(0, 0),
    "earned_by_worker": lambda: pay_lines.earned_by_worker(0, 0),
    "earned_by_person": lambda: pay_lines.earned_by_person_and_project(0, FAR_MS),
    "count_by_price": lambda: pay_lines.count_by_price([0], 0, FAR_MS),
    "rejected_ms": lambda: pay_lines.rejected_ms_by_person_and_project(0, FAR_MS),
}


@pytest.mark.parametrize("name", SUMS)
def test_each_sum_is_one_statement(name: str) -> None:
    with CaptureQueriesContext(connection) as statements:
        SUMS[name]()

    assert len(statements) == 1
