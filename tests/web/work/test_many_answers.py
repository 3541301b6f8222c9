"""One worker's many answers: bounded in a request, bounded to a task, and holding up nobody."""

import threading
import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from canut.actions.work.submission import MOST_SURPLUS, Submission, submit_or_refusal
from canut.store.models import Answer
from canut.web.kit import access
from canut.web.kit.request_gate import SerialGate, workbench_gate
from canut.web.work import workbench
from canut.web.work.schemas import MOST_AT_ONCE
from tests.support.factories import Made, make_person, make_project

type Json = dict[str, Any]


def a_project(tasks: int, workers: int = 1) -> Made:
    made = make_project(tasks=tasks, workers=workers, overlap=1)
    for worker in made.workers:
        worker.person = worker.person or make_person()
        worker.save()
    return made


def client_of(made: Made, number: int = 0) -> Client:
    client = Client()
    person = made.workers[number].person
    assert person is not None
    client.force_login(person)
    return client


def post(client: Client, made: Made, name: str, body: object) -> tuple[int, Json]:
    answer = client.post(f"/work/{made.project.slug}/{name}", body, content_type="application/json")
    return answer.status_code, answer.json()


def lend(client: Client, made: Made) -> int:
    status, said = post(client, made, "lease", {"count": 1})
    assert status == 200
    return int(said["tasks"][0]["lease"])


def answer_to(lease: int, **more: object) -> Json:
    return {"lease": lease, "key": str(uuid.uuid4()), "values": {"q": "oui"}, **more}


@pytest.mark.django_db
def test_more_answers_than_a_request_may_hold_are_refused_with_the_number() -> None:
    made = a_project(2)
    client = client_of(made)
    lease = lend(client, made)

    status, said = post(
        client, made, "answers", {"answers": [answer_to(lease)] * (MOST_AT_ONCE + 1)}
    )

    assert (status, said["code"]) == (422, "answers-count")
    assert "200" in said["detail"]
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_as_many_as_it_may_hold_are_each_told_what_became_of_them() -> None:
    made = a_project(2)
    client = client_of(made)
    lease = lend(client, made)
    sent = [answer_to(lease) for _ in range(MOST_AT_ONCE)]

    status, said = post(client, made, "answers", {"answers": sent})

    assert status == 200
    assert [one["key"] for one in said["receipts"]] == [one["key"] for one in sent]
    kept = [one for one in said["receipts"] if "problem" not in one]
    refused = [one["problem"] for one in said["receipts"] if "problem" in one]
    assert [one["surplus"] for one in kept] == [False, *[True] * MOST_SURPLUS]
    assert {one["code"] for one in refused} == {"answer-surplus"}
    assert Answer.objects.count() == 1 + MOST_SURPLUS


@pytest.mark.django_db
def test_replay_and_correction_of_a_task_answered_often_still_work() -> None:
    made = a_project(2)
    client = client_of(made)
    lease = lend(client, made)
    sent = [answer_to(lease) for _ in range(1 + MOST_SURPLUS)]
    post(client, made, "answers", {"answers": sent})

    _, again = post(client, made, "answers", {"answers": sent})
    correction = answer_to(lease, replaces=sent[0]["key"]) | {"values": {"q": "non"}}
    _, corrected = post(client, made, "answers", {"answers": [correction]})

    assert [one["repeated"] for one in again["receipts"]] == [True] * (1 + MOST_SURPLUS)
    assert corrected["receipts"][0]["counted"]
    assert Answer.objects.get(counted=True).values == '{"q":"non"}'


def test_who_waits_goes_first_when_others_may_pass() -> None:
    shared, order = SerialGate(), list[str]()

    def run() -> None:
        with shared:
            order.append("other")

    with shared:
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.1)
        order.append("first")
        shared.let_others_pass()
        order.append("second")
    thread.join()

    assert order == ["first", "other", "second"]


@pytest.mark.django_db(transaction=True)
def test_other_worker_is_lent_a_task_between_the_answers_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = SerialGate() if connection.vendor == "sqlite" else workbench_gate
    monkeypatch.setattr(access, "workbench_gate", shared)
    monkeypatch.setattr(workbench, "workbench_gate", shared)
    made = a_project(4, workers=2)
    one, other = client_of(made, 0), client_of(made, 1)
    lease, began = lend(one, made), threading.Event()
    lent_after: list[int] = []
    plain, kept = submit_or_refusal, list[int]()

    def slowly(worker: int, submission: Submission, now_ms: int) -> object:
        began.set()
        time.sleep(0.01)
        kept.append(1)
        return plain(worker, submission, now_ms)

    def run() -> None:
        began.wait(5)
        lend(other, made)
        lent_after.append(len(kept))
        connection.close()

    monkeypatch.setattr(workbench, "submit_or_refusal", slowly)
    thread = threading.Thread(target=run)
    thread.start()
    status, _ = post(one, made, "answers", {"answers": [answer_to(lease) for _ in range(100)]})
    thread.join()

    assert status == 200
    assert lent_after
    assert lent_after[0] < 90
