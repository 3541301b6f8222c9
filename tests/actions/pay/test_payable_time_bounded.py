"""Closing holds the beats of a few people at a time, however many there are."""

from collections.abc import Sequence
from datetime import date

import pytest

from canut.actions.pay import payable_time
from canut.actions.pay.payable_time import Who, time_to_pay
from canut.actions.time.measure import beats_of
from canut.core.clock import HOUR_MS
from tests.support.factories import make_project
from tests.support.payroll import AFTER, FIRST, LAST, ZONE, moment, work_hours

AFTER_MS = int(AFTER.timestamp() * 1000)


def hours_of(people: Sequence[Who], chunk: int) -> dict[int, list[tuple[date, int]]]:
    found = time_to_pay(people, AFTER_MS, chunk)
    return {person: sorted((row.day, row.ms) for row in rows or []) for person, rows in found}


@pytest.mark.django_db(transaction=True)
def test_beats_of_no_more_than_a_chunk_are_read_at_once_and_hours_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_project(workers=7)
    window = moment(FIRST, 0), moment(LAST, 23)
    people = [Who(worker.person_id or 0, ZONE, *window) for worker in made.workers]
    for number, worker in enumerate(made.workers):
        assert worker.person is not None
        begin = moment(date(2026, 4, 30), 8 + number)
        work_hours(worker.person, made.project.pk, begin, HOUR_MS // 6 * (number + 1))
    read: list[int] = []

    def counted(ids: Sequence[int], begin_ms: int, end_ms: int, came_ms: int) -> bytes:
        read.append(len(ids))
        return beats_of(ids, begin_ms, end_ms, came_ms)

    monkeypatch.setattr(payable_time, "beats_of", counted)

    by_two = hours_of(people, 2)

    assert read == [2, 2, 2, 1]
    assert by_two == hours_of(people, 100)
    assert sum(ms for rows in by_two.values() for _, ms in rows) == 28 * HOUR_MS // 6
