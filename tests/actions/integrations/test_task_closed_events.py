"""Every task that closes is told of once, however it closed; submitting an answer pays nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.datasets.export_jobs import ExportIn, ask_export
from canut.actions.integrations import task_closed_events
from canut.actions.integrations.task_closed_events import find_closed_tasks
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook, remove_webhook
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.overlap import set_overlap
from canut.core.clock import to_ms
from canut.store.models import Delivery, TaskState, TaskTold, Watched, Webhook
from tests.support.factories import NOW, NOW_MS, Made, answer_next, make_project, make_tasks

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://example.org/hook"


class Hours(Iterator[datetime]):
    """Moments, each an hour after the one before: every rest is over."""

    def __init__(self) -> None:
        self.at = NOW

    def __next__(self) -> datetime:
        """Return the next moment."""
        self.at += timedelta(hours=1)
        return self.at


def listen(made: Made, *events: str) -> Webhook:
    wanted = WebhookSpec(URL, events or ["task.closed"])
    return create_webhook(made.project, wanted, by=made.project.created_by, now_ms=NOW_MS)[0]


def told(webhook: Webhook) -> list[int]:
    """Return the tasks that messages to a webhook name, in order."""
    bodies = [json.loads(one.body) for one in webhook.deliveries.order_by("id")]
    return [task["id"] for body in bodies for task in body["data"]["tasks"]]


def test_submit_says_no_more_to_the_database_where_webhooks_listen() -> None:
    made, heard = make_project(tasks=2), make_project(tasks=2)
    listen(heard, "task.closed", "answers.added")
    for one in (made, heard):
        answer_next(one.worker)

    said: list[int] = []
    for one in (made, heard):
        with CaptureQueriesContext(connection) as captured:
            answer_next(one.worker)
        said.append(len(captured))

    assert said[0] == said[1]


def test_closed_task_is_told_once_with_its_label() -> None:
    made, hours = make_project(tasks=3), Hours()
    webhook = listen(made)
    answer_next(made.worker)

    first = find_closed_tasks(to_ms(next(hours)))
    again = find_closed_tasks(to_ms(next(hours)))

    (message,) = webhook.deliveries.all()
    task = made.tasks[0]
    assert (first, again) == (1, 0)
    assert json.loads(message.body)["data"] == {
        "project": made.project.slug,
        "tasks": [{"id": task.pk, "key": "0000", "label": "oui", "confidence": 0.8, "answers": 1}],
    }


def test_what_was_closed_before_anybody_listened_is_not_told() -> None:
    made, hours = make_project(tasks=3), Hours()
    answer_next(made.worker)
    webhook = listen(made)
    answer_next(made.worker)

    find_closed_tasks(to_ms(next(hours)))

    assert told(webhook) == [made.tasks[1].pk]


def test_many_that_were_closed_before_are_noted_by_the_first_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(task_closed_events, "FEW_CLOSED", 1)
    made, hours = make_project(tasks=4), Hours()
    for _ in range(2):
        answer_next(made.worker)
    webhook = listen(made)
    before = Watched.objects.get().is_ready
    find_closed_tasks(to_ms(next(hours)))
    answer_next(made.worker)

    find_closed_tasks(to_ms(next(hours)))

    assert (before, Watched.objects.get().is_ready) == (False, True)
    assert told(webhook) == [made.tasks[2].pk]


def test_task_that_closes_because_fewer_answers_are_wanted_is_told() -> None:
    made, hours = make_project(tasks=3, overlap=2), Hours()
    webhook = listen(made)
    answer_next(made.worker)
    set_overlap(made.project.pk, 1, NOW_MS)

    find_closed_tasks(to_ms(next(hours)))

    assert told(webhook) == [made.tasks[0].pk]


def test_task_that_was_opened_again_is_told_again_once_it_closes() -> None:
    made, hours = make_project(tasks=1, workers=2), Hours()
    webhook = listen(made)
    answer_next(made.worker)
    find_closed_tasks(to_ms(next(hours)))
    set_overlap(made.project.pk, 2, NOW_MS)
    find_closed_tasks(to_ms(next(hours)))
    open_again = TaskTold.objects.count()
    answer_next(made.workers[1])

    find_closed_tasks(to_ms(next(hours)))

    assert open_again == 0
    assert told(webhook) == [made.tasks[0].pk] * 2


def test_messages_name_a_hundred_tasks_at_most() -> None:
    made, hours = make_project(tasks=0), Hours()
    webhook = listen(made)
    tasks = make_tasks(made.project, 250, state="closed", counted=1)

    find_closed_tasks(to_ms(next(hours)))

    assert webhook.deliveries.count() == 3
    assert sorted(told(webhook)) == [task.pk for task in tasks]


def test_several_that_look_at_once_tell_each_task_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_project(tasks=0)
    webhook = listen(made)
    tasks = make_tasks(made.project, 400, state="closed", counted=1)
    monkeypatch.setattr(task_closed_events, "_claim_look", lambda *_: True)  # all of them look
    counts: list[int] = []

    def look() -> None:
        counts.append(find_closed_tasks(NOW_MS))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 400
    assert sorted(told(webhook)) == [task.pk for task in tasks]


@pytest.mark.postgresql
def test_task_that_closes_in_a_transaction_kept_late_is_told_too() -> None:
    made, hours = make_project(tasks=2, workers=2), Hours()
    webhook = listen(made)
    with _elsewhere_closing(made, 0):
        TaskState.objects.filter(task=made.tasks[1]).update(state="closed", counted=1)
        find_closed_tasks(to_ms(next(hours)))  # sees the later one alone

    find_closed_tasks(to_ms(next(hours)))

    assert told(webhook) == [made.tasks[1].pk, made.tasks[0].pk]


@contextmanager
def _elsewhere_closing(made: Made, task: int) -> Iterator[None]:
    """Close a task in another connection, whose transaction is kept when the block ends."""
    closed, end = threading.Event(), threading.Event()

    def close() -> None:
        with transaction.atomic():
            state = TaskState.objects.filter(task=made.tasks[task])
            state.update(state="closed", counted=1)
            closed.set()
            end.wait(20)
        connection.close()

    thread = threading.Thread(target=close)
    thread.start()
    closed.wait(20)
    try:
        yield
    finally:
        end.set()
        thread.join()
        close_old_connections()


def test_message_and_note_stand_or_fall_together(monkeypatch: pytest.MonkeyPatch) -> None:
    made, hours = make_project(tasks=1), Hours()
    webhook = listen(made)
    answer_next(made.worker)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(task_closed_events, "enqueue_for", _interrupted)
        find_closed_tasks(to_ms(next(hours)))
    noted = TaskTold.objects.count()

    find_closed_tasks(to_ms(next(hours)))

    assert noted == 0
    assert told(webhook) == [made.tasks[0].pk]


def _interrupted(*_args: object) -> int:
    raise KeyboardInterrupt


def test_nothing_is_looked_for_where_nobody_listens_any_more() -> None:
    made, hours = make_project(tasks=2), Hours()
    webhook = listen(made)
    answer_next(made.worker)
    find_closed_tasks(to_ms(next(hours)))

    remove_webhook(webhook)
    find_closed_tasks(to_ms(next(hours)))

    assert (Watched.objects.count(), TaskTold.objects.count()) == (0, 0)


def test_new_projects_of_an_organisation_are_watched() -> None:
    made, hours = make_project(tasks=0), Hours()
    wanted = WebhookSpec(URL, ["task.closed"], for_organisation=True)
    webhook, _ = create_webhook(made.project, wanted, by=made.project.created_by, now_ms=NOW_MS)
    later = make_project(tasks=1, organisation=made.project.organisation)
    find_closed_tasks(to_ms(next(hours)))
    answer_next(later.worker)

    find_closed_tasks(to_ms(next(hours)))

    assert told(webhook) == [later.tasks[0].pk]


def test_answers_are_told_once_a_minute_up_to_the_last() -> None:
    made, hours = make_project(tasks=3), Hours()
    webhook = listen(made, "answers.added")
    receipts = [answer_next(made.worker) for _ in range(2)]

    find_closed_tasks(to_ms(next(hours)))
    find_closed_tasks(to_ms(hours.at + timedelta(seconds=30)))
    find_closed_tasks(to_ms(next(hours)))

    (message,) = webhook.deliveries.all()
    assert json.loads(message.body)["data"]["last"] == receipts[-1].answer


def test_labels_are_ready_once_every_task_has_its_answers_and_they_are_estimated() -> None:
    made = make_project(tasks=2)
    webhook = listen(made, "labels.ready")
    answer_next(made.worker)
    estimate_labels(made.project.pk, NOW_MS)
    early = webhook.deliveries.count()
    answer_next(made.worker)

    estimate_labels(made.project.pk, NOW_MS)

    (message,) = Delivery.objects.all()
    assert early == 0
    assert json.loads(message.body)["data"] == {
        "project": made.project.slug,
        "tasks": 2,
        "answers": 2,
    }


def test_export_that_was_asked_for_is_told_when_its_file_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    made = make_project(tasks=1)
    webhook = listen(made, "export.ready")
    by = made.project.created_by

    asked = ask_export(made.project, ExportIn("labels", "csv"), by=by, now_ms=NOW_MS)

    (message,) = webhook.deliveries.all()
    assert json.loads(message.body)["data"] == {
        "project": made.project.slug,
        "export": asked.pk,
        "what": "labels",
        "form": "csv",
        "size_bytes": asked.size_bytes,
    }


def test_next_look_waits_a_hundred_times_as_long_as_the_last_one_took() -> None:
    made = make_project(tasks=1)
    webhook = listen(made)
    find_closed_tasks(NOW_MS)
    Watched.objects.update(took_ms=1_000)
    answer_next(made.worker)

    find_closed_tasks(to_ms(NOW + timedelta(seconds=99)))
    early = told(webhook)
    find_closed_tasks(to_ms(NOW + timedelta(seconds=101)))

    assert (early, told(webhook)) == ([], [made.tasks[0].pk])
