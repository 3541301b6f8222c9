"""Tasks are taken along within every rule of lending, and for no longer than the instance says."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from canut.actions.time.retention import delete_expired
from canut.actions.work.draft_answers import keep_begun
from canut.actions.work.leases import lease_tasks
from canut.actions.work.offline_packs import take_pack
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.core.errors import BadInput, LeaseGone, NotOpen
from canut.core.time.working_hours import POLICY
from canut.store.models import Lease, PayLine, Project, Protection, WorkedDay
from canut.store.people.retention_register import BEGUN_DAYS
from canut.store.tables.work import Begun
from canut.store.work.draft_answers import begun_by
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db

TODAY = datetime.fromtimestamp(NOW_MS / 1000, UTC).date()


def test_pack_is_lent_for_hours_along_with_what_was_in_hand() -> None:
    made = make_project(tasks=20)
    lease_tasks(made.worker.pk, 4, NOW_MS)

    pack = take_pack(made.worker.pk, 12, NOW_MS)

    assert len(pack.lent.tasks) == 12
    assert pack.until_ms == NOW_MS + 12 * HOUR_MS
    assert {task.expires_ms for task in pack.lent.tasks} == {pack.until_ms}
    assert Lease.objects.filter(state=Lease.State.LIVE, expires_ms=pack.until_ms).count() == 12


def test_pack_takes_no_place_that_others_hold() -> None:
    made = make_project(tasks=6, workers=2)
    first = take_pack(made.workers[0].pk, 4, NOW_MS)

    second = take_pack(made.workers[1].pk, 6, NOW_MS)

    live = Lease.objects.filter(state=Lease.State.LIVE).values_list("task_id", flat=True)
    overlaps = {task: list(live).count(task) for task in live}
    assert len(first.lent.tasks) == 4
    assert second.lent.tasks
    assert max(overlaps.values()) <= made.project.overlap


def test_taking_a_pack_twice_lends_no_more() -> None:
    made = make_project(tasks=30)
    take_pack(made.worker.pk, 10, NOW_MS)

    again = take_pack(made.worker.pk, 10, NOW_MS + 1000)

    assert len(again.lent.tasks) == 10
    assert Lease.objects.count() == 10


@pytest.mark.parametrize("count", [0, 41])
def test_pack_of_a_number_out_of_range_is_refused(count: int) -> None:
    made = make_project(tasks=3)

    with pytest.raises(BadInput, match="take 1 to 40"):
        take_pack(made.worker.pk, count, NOW_MS)


def test_instance_may_lend_no_packs(settings: LazySettings) -> None:
    settings.PACK_TASKS = 0
    made = make_project(tasks=3)

    with pytest.raises(BadInput):
        take_pack(made.worker.pk, 1, NOW_MS)


def test_project_that_is_paused_lends_no_pack() -> None:
    made = make_project(tasks=3)
    Project.objects.update(state=Project.State.PAUSED)

    with pytest.raises(NotOpen):
        take_pack(made.worker.pk, 2, NOW_MS)


def test_pack_holds_no_more_than_the_rest_of_the_day() -> None:
    made = make_project(tasks=30)
    made.worker.person = make_person()
    made.worker.save()
    WorkedDay.objects.create(
        person=made.worker.person, day=TODAY, ms=POLICY.day - 5 * 60_000, at_ms=NOW_MS
    )

    pack = take_pack(made.worker.pk, 20, NOW_MS)

    assert pack.is_cut
    assert len(pack.lent.tasks) == 5  # a minute each, while nothing is known of this project


def test_nobody_takes_a_pack_while_they_rest() -> None:
    made = make_project(tasks=30)
    made.worker.person = make_person()
    made.worker.save()
    WorkedDay.objects.create(person=made.worker.person, day=TODAY, ms=POLICY.day, at_ms=NOW_MS)

    pack = take_pack(made.worker.pk, 20, NOW_MS)

    assert pack.lent.tasks == []
    assert pack.lent.held_back
    assert Protection.objects.get().rest_until_ms > NOW_MS


def test_answer_of_a_pack_counts_and_takes_no_longer_than_tasks_do() -> None:
    made = make_project(tasks=10)
    pack = take_pack(made.worker.pk, 3, NOW_MS)

    submit(
        made.worker.pk,
        Submission(pack.lent.tasks[0].lease, "k", {"q": "oui"}),
        NOW_MS + 9 * HOUR_MS,
    )

    line = PayLine.objects.get()
    assert line.answer is not None
    assert line.answer.counted
    assert line.elapsed_ms == made.project.lease_seconds * 1000


def test_what_was_begun_is_kept_until_it_is_let_go() -> None:
    made = make_project(tasks=3)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    keep_begun(made.worker.pk, lent.task, 1, {"q": "ou"}, (5, NOW_MS))
    keep_begun(made.worker.pk, lent.task, 1, {"q": "oui"}, (6, NOW_MS))

    assert begun_by(made.worker.pk, [lent.task])[lent.task].drafts == '{"q":"oui"}'
    keep_begun(made.worker.pk, lent.task, 1, None, (7, NOW_MS))
    assert not Begun.objects.exists()


def test_nothing_is_kept_of_a_task_in_other_hands() -> None:
    made = make_project(tasks=3, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    with pytest.raises(LeaseGone):
        keep_begun(made.workers[1].pk, lent.task, 1, {"q": "ou"}, (5, NOW_MS))


def test_what_was_begun_is_not_kept_at_any_length() -> None:
    made = make_project(tasks=3)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    with pytest.raises(BadInput, match="65536"):
        keep_begun(made.worker.pk, lent.task, 1, {"q": "o" * 70_000}, (5, NOW_MS))


def test_what_was_begun_and_left_goes_after_a_month() -> None:
    made = make_project(tasks=3)
    lent = lease_tasks(made.worker.pk, 2, NOW_MS).tasks
    for number, task in enumerate(lent):
        kept_ms = NOW_MS - number * (BEGUN_DAYS * DAY_MS + 1)
        keep_begun(made.worker.pk, task.task, 1, {"q": "ou"}, (5, kept_ms))

    delete_expired(to_ms(datetime.fromtimestamp(NOW_MS / 1000, UTC)))

    assert [one.task_id for one in Begun.objects.all()] == [lent[0].task]
