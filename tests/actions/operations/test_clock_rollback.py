"""A clock that is set forward or back in the middle of work: nothing is lost, held or unpaid."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db.models import Sum
from django.test import Client
from django_tasks_db.models import DBTaskResult

from canut.actions.integrations.api_keys import KeyIn, create_key, take_requests
from canut.actions.integrations.outbox import enqueue
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.actions.operations.clock_rollback import AHEAD_MS, repair_future_timestamps
from canut.actions.operations.jobs import read_rows
from canut.actions.operations.scheduler import begin_again
from canut.actions.people.accounts import add_person
from canut.actions.work.leases import LentTask, expire_leases, lease_tasks
from canut.actions.work.submission import SKEW_MS, AnswerReceipt, Submission, submit
from canut.core.clock import HOUR_MS, MINUTE_MS, from_ms, to_ms
from canut.store.models import (
    Answer,
    Delivery,
    EntryPending,
    Lease,
    PayLine,
    Role,
    TaskState,
    Webhook,
)
from canut.store.operations.jobs import STOPPED
from tests.support.factories import NOW_MS, Made, make_person, make_project, make_worker, opened
from tests.support.invariants import broken

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

LEASE_MS = 900_000
STEPS = [-24 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS]
BACK = [-24 * HOUR_MS, -HOUR_MS]


def answered(made: Made, task: LentTask, now_ms: int) -> AnswerReceipt:
    submission = Submission(task.lease, secrets.token_hex(8), {"q": "oui"})
    return submit(made.worker.pk, submission, now_ms)


@pytest.mark.parametrize("step", STEPS)
def test_task_in_hand_is_answered_counted_and_paid_no_negative_time(step: int) -> None:
    made = make_project(tasks=3)
    first, second, third = lease_tasks(made.worker.pk, 3, NOW_MS).tasks
    before = answered(made, first, NOW_MS + 5_000)

    after = answered(made, second, NOW_MS + 6_000 + step)
    later = answered(made, third, NOW_MS + 8_000 + step)

    assert before.elapsed_ms == 5_000
    assert all(one.counted and one.piece_micro for one in (before, after, later))
    assert all(0 <= one.elapsed_ms <= LEASE_MS for one in (after, later))
    assert later.elapsed_ms == 2_000 or step > 0 or later.elapsed_ms == 0
    assert broken() == []


@pytest.mark.parametrize("step", BACK)
def test_time_is_paid_again_as_soon_as_tasks_are_lent_after_the_step(step: int) -> None:
    made = make_project(tasks=3)
    first = lease_tasks(made.worker.pk, 1, NOW_MS).tasks[0]
    answered(made, first, NOW_MS + 5_000)
    now_ms = NOW_MS + 10_000 + step

    task = lease_tasks(made.worker.pk, 1, now_ms).tasks[0]
    receipt = answered(made, task, now_ms + 7_000)

    assert receipt.elapsed_ms == 7_000
    assert Answer.objects.get(pk=receipt.answer).answered_ms == now_ms + 7_000


def test_clocks_of_servers_that_differ_by_seconds_count_no_second_twice() -> None:
    made = make_project(tasks=3)
    one, two, three = lease_tasks(made.worker.pk, 3, NOW_MS).tasks
    answered(made, one, NOW_MS + 30_000)
    answered(made, two, NOW_MS + 31_000 - SKEW_MS // 2)  # by a server that is behind
    answered(made, three, NOW_MS + 33_000)

    paid = PayLine.objects.aggregate(all=Sum("elapsed_ms"))["all"]
    moments = list(Answer.objects.order_by("id").values_list("answered_ms", flat=True))

    assert paid == 33_000
    assert moments == sorted(moments)


@pytest.mark.parametrize("step", BACK)
def test_task_lent_by_a_clock_that_ran_ahead_comes_back_in_its_time(step: int) -> None:
    made = make_project(tasks=1)
    lease_tasks(made.worker.pk, 1, NOW_MS)
    now_ms = NOW_MS + 1_000 + step

    brought = repair_future_timestamps(now_ms)
    again = repair_future_timestamps(now_ms)

    lease = Lease.objects.get()
    assert (brought, again) == (1, 0)
    assert (lease.lent_ms, lease.expires_ms) == (now_ms, now_ms + LEASE_MS)
    assert expire_leases(made.project.pk, now_ms + LEASE_MS - 1) == 0
    assert expire_leases(made.project.pk, now_ms + LEASE_MS) == 1
    other = make_worker(made.project)
    assert len(lease_tasks(other.pk, 1, now_ms + LEASE_MS).tasks) == 1
    assert broken() == []


@pytest.mark.parametrize("step", [HOUR_MS, 24 * HOUR_MS])
def test_task_held_when_the_clock_is_set_forward_goes_to_somebody_else(step: int) -> None:
    made = make_project(tasks=1, workers=2)
    (late,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    now_ms = NOW_MS + step

    taken = lease_tasks(made.workers[1].pk, 1, now_ms).tasks
    receipt = answered(made, late, now_ms + 1_000)

    assert len(taken) == 1
    assert (receipt.counted, receipt.surplus) == (False, True)
    assert receipt.piece_micro > 0
    assert TaskState.objects.get(task=made.tasks[0]).live == 1
    assert broken() == []


def test_clock_that_is_right_moves_nothing() -> None:
    made = make_project(tasks=2)
    lease_tasks(made.worker.pk, 2, NOW_MS + AHEAD_MS)  # a server that is a minute ahead
    before = list(Lease.objects.values_list("lent_ms", "expires_ms"))

    assert repair_future_timestamps(NOW_MS) == 0
    assert list(Lease.objects.values_list("lent_ms", "expires_ms")) == before


def test_entries_keep_their_order_whatever_the_clock_says() -> None:
    made = make_project(tasks=6)
    keys = []
    for at, step in enumerate([0, *STEPS, 0]):
        now_ms = NOW_MS + at * 10_000 + step
        repair_future_timestamps(now_ms)
        task = lease_tasks(made.worker.pk, 1, now_ms).tasks[0]
        keys.append(answered(made, task, now_ms + 1_000).key)

    entries = EntryPending.objects.filter(type="answer").order_by("id")

    assert [key for one in entries for key in keys if f'"{key}"' in opened(one).payload] == keys
    assert broken() == []


@pytest.mark.parametrize("step", BACK)
def test_wrong_passwords_typed_by_a_clock_that_ran_ahead_shut_nobody_out(
    step: int, stop_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = add_person("ines", "Ines", NOW_MS)
    person.set_password("une navette")
    person.save()
    now = from_ms(NOW_MS)

    def set_clock(moment: datetime) -> None:
        stop_clock(moment)
        monkeypatch.setattr("time.time", moment.timestamp)
        monkeypatch.setattr("django.core.cache.backends.db.tz_now", lambda: moment)

    def tries(password: str) -> bool:
        client = Client()
        client.post("/accounts/login/", {"login": "ines", "password": password})
        return "_auth_user_id" in client.session

    set_clock(now)
    for _ in range(6):
        tries("wrong")
    assert not tries("une navette")
    later = now + timedelta(milliseconds=step)
    set_clock(later)
    assert not tries("une navette")

    repair_future_timestamps(to_ms(later))

    assert tries("une navette")


@pytest.mark.parametrize("step", BACK)
def test_requests_of_a_key_counted_ahead_are_forgotten(step: int) -> None:
    made = make_project()
    key = create_key(
        KeyIn("robot", Role.WORKER, project=made.project), by=make_person(), now_ms=NOW_MS
    ).key
    take_requests(key.pk, NOW_MS // MINUTE_MS, 100, 100)
    now_ms = NOW_MS + step
    before = take_requests(key.pk, now_ms // MINUTE_MS, 100, 10)

    repair_future_timestamps(now_ms)
    after = take_requests(key.pk, now_ms // MINUTE_MS, 100, 10)

    assert (before.granted, after.granted) == (0, 10)


@pytest.mark.parametrize("step", BACK)
def test_job_that_was_cut_short_ahead_begins_again(
    step: int, stop_clock: Callable[[datetime], None]
) -> None:
    job = read_rows.enqueue(1)
    DBTaskResult.objects.filter(id=job.id).update(
        status="FAILED",
        exception_class_path=STOPPED,
        finished_at=from_ms(NOW_MS),
        worker_ids=["work-1"],
    )
    stop_clock(from_ms(NOW_MS + step))

    assert begin_again() == 1


@pytest.mark.parametrize("step", BACK)
def test_message_that_waits_for_a_moment_ahead_is_sent_now(step: int) -> None:
    project = make_project().project
    wanted = WebhookSpec("https://example.org/hook", ["project.paused"])
    webhook, _secret = create_webhook(project, wanted, by=project.created_by, now_ms=NOW_MS)
    enqueue(project, "project.paused", {}, NOW_MS)
    Webhook.objects.update(rest_until_ms=NOW_MS + 100 * HOUR_MS)
    now_ms = NOW_MS + step

    brought = repair_future_timestamps(now_ms)

    webhook.refresh_from_db()
    assert brought == 1
    assert Delivery.objects.get().next_ms == now_ms
    assert webhook.rest_until_ms == now_ms
