"""Whatever people did, on the database from beats to payment, nobody is paid below their floor."""

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.actions.pay.periods import close_period
from canut.actions.pay.statement_recount import recount
from canut.actions.time.measure import time_by_day
from canut.core.clock import HOUR_MS, SECOND_MS, to_ms
from canut.core.pay.floor import FloorPolicy, floor_on
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places
from canut.store.models import PaidTime, Payment, Project, Statement
from tests.support.factories import answer_next, make_person, make_project, make_worker
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = pytest.mark.django_db
PLACES = shipped_places()
BEGIN_MS, END_MS = moment(FIRST, 0), moment(FIRST + timedelta(days=14), 0)


class Stint(NamedTuple):
    """Some work of one person: on which project, when, how long, and what of it was rejected."""

    person: int
    project: int
    day: int
    hour: int
    minutes: int
    answers: int


stints = st.lists(
    st.builds(
        Stint,
        person=st.integers(0, 2),
        project=st.integers(0, 1),
        day=st.integers(0, 12),
        hour=st.integers(0, 23),
        minutes=st.integers(1, 90),
        answers=st.integers(0, 2),
    ),
    min_size=1,
    max_size=8,
)
statuses = st.lists(
    st.sampled_from([Status.EMPLOYEE, Status.SELF_EMPLOYED, Status.VOLUNTEER]),
    min_size=3,
    max_size=3,
)


def floor_of(project: Project, day: date, status: Status) -> int:
    own = FloorPolicy("CAD")
    found = floor_on(PLACES, "CA-QC", day, status, own).per_hour.micro
    return max(found, project.floor_micro or 0)


def work(done: list[Stint], held: list[Status], piece_micro: int) -> list[int]:
    """Let three people work in two projects, one with a floor of its own; return the people."""
    policy()
    makes = [
        make_project(tasks=30, workers=3, piece_micro=piece_micro),
        make_project(tasks=30, workers=0, piece_micro=3 * piece_micro, floor_micro=19_000_000),
    ]
    people = [worker.person for worker in makes[0].workers]
    workers = [makes[0].workers, [make_worker(makes[1].project, person=one) for one in people]]
    for person, status in zip(people, held, strict=True):
        assert person is not None
        agree(person, status)
    for one in done:
        begin = moment(FIRST + timedelta(days=one.day), one.hour)
        person = people[one.person]
        assert person is not None
        project = makes[one.project].project.pk
        work_hours(person, project, begin, one.minutes * 60_000)
        for _ in range(one.answers):
            answer_next(workers[one.project][one.person], now_ms=begin)
    return [person.pk for person in people if person]


@pytest.mark.slow
@settings(max_examples=12)
@given(stints, statuses, st.sampled_from([0, 210_000, 9_000_000]))
def test_paid_and_top_up_reach_the_floor_of_all_time_of_every_paid_person(
    done: list[Stint], held: list[Status], piece_micro: int
) -> None:
    with transaction.atomic():
        people = work(done, held, piece_micro)

        due = close_period(period().pk, make_person(), to_ms(AFTER))

        check(people, held)
        assert list(recount(due)) == []
        transaction.set_rollback(True)


def check(people: list[int], held: list[Status]) -> None:
    """Add up measured time by itself, and compare it with what each statement pays."""
    asked: dict[tuple[int, int], int] = defaultdict(int)
    measured: dict[int, int] = defaultdict(int)
    status_of = dict(zip(people, held, strict=True))
    for row in time_by_day(people, BEGIN_MS, END_MS):
        assert row.project is not None
        project = Project.objects.get(pk=row.project)
        floor = floor_of(project, row.day, status_of[row.person])
        asked[row.person, project.pk] += floor * row.ms
        measured[row.person] += row.ms
    for person, status in status_of.items():
        statement = Statement.objects.filter(person_id=person).first()
        if not status.is_paid_here:
            assert statement is None
            continue
        if statement is None:
            assert not measured[person]
            continue
        content = json.loads(statement.content)
        for one in content["projects"]:
            paid = one["paid_micro"] + one["top_up_micro"]
            assert paid * HOUR_MS >= asked[person, one["number"]]
        kept = list(PaidTime.objects.filter(person_id=person).values_list("ms", flat=True))
        assert all(ms % SECOND_MS == 0 for ms in kept)  # each day up to the whole second
        assert 0 <= sum(kept) - measured[person] < SECOND_MS * max(1, len(kept))
        owed = Payment.objects.filter(person_id=person).first()
        assert (owed.amount_micro if owed else 0) == content["pay"]["net_micro"]
