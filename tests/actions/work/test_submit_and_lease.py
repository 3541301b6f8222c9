"""An answer and the next tasks in one transaction: each is what it is alone, whatever the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from canut.actions.work.leases import LeaseResult, lease_tasks
from canut.actions.work.submission import AnswerReceipt, Submission, submit_and_lease
from canut.core.clock import HOUR_MS
from canut.core.errors import BadAnswer, BadInput, NotOpen
from canut.store.models import Answer, EntryPending, Lease, PayLine, Protection, TaskState
from tests.store.sql.test_statements import statements
from tests.support.factories import NOW_MS, Made, make_person, make_project

pytestmark = pytest.mark.dialect


def held(made: Made, count: int = 1) -> list[int]:
    return [one.lease for one in lease_tasks(made.worker.pk, count, NOW_MS).tasks]


def said(lease: int, key: str = "k", value: str = "oui") -> Submission:
    return Submission(lease, key, {"q": value})


def live(made: Made) -> int:
    return Lease.objects.filter(worker=made.worker, state=Lease.State.LIVE).count()


@pytest.mark.django_db
def test_answer_is_kept_and_the_next_tasks_are_lent_up_to_what_is_to_be_held() -> None:
    made = make_project(tasks=9)
    first, second = held(made, 2)

    kept, lent = submit_and_lease(made.worker.pk, said(first), 4, NOW_MS + 1)

    assert isinstance(kept, AnswerReceipt)
    assert isinstance(lent, LeaseResult)
    leases = [one.lease for one in lent.tasks]
    assert (kept.counted, len(leases), leases[0], live(made)) == (True, 4, second, 4)
    assert first not in leases
    assert Answer.objects.count() == PayLine.objects.count() == EntryPending.objects.count() == 1


@pytest.mark.django_db
def test_sent_again_it_keeps_nothing_more_and_lends_the_same_tasks() -> None:
    made = make_project(tasks=9)
    (first,) = held(made)

    told = [submit_and_lease(made.worker.pk, said(first), 3, NOW_MS + n) for n in (1, 2, 3)]

    assert [kept.repeated for kept, _ in told if isinstance(kept, AnswerReceipt)] == [
        False,
        True,
        True,
    ]
    lent = [[t.lease for t in loan.tasks] for _, loan in told if isinstance(loan, LeaseResult)]
    assert lent[0] == lent[1] == lent[2]
    assert (len(lent[0]), live(made), Answer.objects.count()) == (3, 3, 1)
    assert sum(TaskState.objects.values_list("live", flat=True)) == 3


@pytest.mark.django_db
def test_refused_answer_leaves_nothing_and_keeps_no_task_from_being_lent() -> None:
    made = make_project(tasks=9)
    (first,) = held(made)

    kept, lent = submit_and_lease(made.worker.pk, said(first, value="peut-être"), 3, NOW_MS + 1)

    assert isinstance(kept, BadAnswer)
    assert isinstance(lent, LeaseResult)
    assert (len(lent.tasks), lent.tasks[0].lease, Answer.objects.count()) == (3, first, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["paused", "closed"])
def test_project_that_lends_nothing_still_takes_the_answer(state: str) -> None:
    made = make_project(tasks=9)
    (first,) = held(made)
    made.project.state = state
    made.project.save()

    kept, lent = submit_and_lease(made.worker.pk, said(first), 3, NOW_MS + 1)

    assert isinstance(kept, AnswerReceipt)
    assert isinstance(lent, NotOpen)
    assert (Answer.objects.count(), EntryPending.objects.count(), live(made)) == (1, 1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 21])
def test_number_of_tasks_nobody_may_hold_costs_no_answer(count: int) -> None:
    made = make_project(tasks=9)

    kept, lent = submit_and_lease(made.worker.pk, said(held(made)[0]), count, NOW_MS + 1)

    assert isinstance(kept, AnswerReceipt)
    assert isinstance(lent, BadInput)


@pytest.mark.django_db
def test_who_is_to_rest_is_lent_nothing_more_with_an_answer() -> None:
    made = make_project(tasks=9)
    made.worker.person = make_person()
    made.worker.save()
    (first,) = held(made)
    Protection.objects.create(
        person=made.worker.person, rest_until_ms=NOW_MS + HOUR_MS, rest_why="day"
    )

    kept, lent = submit_and_lease(made.worker.pk, said(first), 3, NOW_MS + 1)

    assert isinstance(kept, AnswerReceipt)
    assert isinstance(lent, LeaseResult)
    assert lent.held_back
    assert (lent.tasks, lent.held_back.why) == ([], "day")


@pytest.mark.django_db
def test_last_task_says_that_nothing_is_left() -> None:
    made = make_project(tasks=1, overlap=1)

    _kept, lent = submit_and_lease(made.worker.pk, said(held(made)[0]), 3, NOW_MS + 1)

    assert lent == LeaseResult([], left=False)


@pytest.mark.django_db
def test_both_take_the_statements_they_take_alone_and_one_transaction() -> None:
    made = make_project(tasks=9)
    leases = held(made, 3)
    alone = statements(lambda: lease_tasks(made.worker.pk, 4, NOW_MS), inside=False)
    submit_and_lease(made.worker.pk, said(leases[0], "a"), 4, NOW_MS + 1)  # fills what is kept

    both = statements(
        lambda: submit_and_lease(made.worker.pk, said(leases[1], "b"), 4, NOW_MS + 2), inside=False
    )

    assert len(both) <= (12 if connection.vendor == "postgresql" else 13)
    (lending,) = [n for n, sql in enumerate(alone) if "INSERT INTO store_lease" in sql]
    ends = [sql.split("store_")[0] for sql in alone[lending:]]
    assert [sql.split("store_")[0] for sql in both[-len(ends) :]] == ends


@pytest.mark.django_db(transaction=True)
def test_many_at_once_give_no_task_twice_and_beyond_no_overlap() -> None:
    made = make_project(tasks=12, workers=4, overlap=2)

    def work(worker: int) -> None:
        try:
            lent = lease_tasks(worker, 2, NOW_MS)
            for n in range(40):
                if not lent.tasks:
                    break
                given = said(lent.tasks[0].lease, f"{worker}-{n}")
                kept, loan = submit_and_lease(worker, given, 2, NOW_MS + n)
                again, twice = submit_and_lease(worker, given, 2, NOW_MS + n)
                assert isinstance(kept, AnswerReceipt)
                assert isinstance(again, AnswerReceipt)
                assert isinstance(loan, LeaseResult)
                assert isinstance(twice, LeaseResult)
                assert again.repeated
                assert len(twice.tasks) <= 2
                lent = twice
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as people:
        list(people.map(work, [one.pk for one in made.workers]))

    states = list(TaskState.objects.values_list("state", "counted", "live", "overlap"))
    assert set(states) == {("closed", 2, 0, 2)}
    pairs = list(Answer.objects.filter(counted=True).values_list("task", "worker"))
    assert len(pairs) == len(set(pairs)) == 24
