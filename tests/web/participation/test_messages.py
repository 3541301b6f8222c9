"""Questions and answers on pages, and a channel the operator cannot open."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.participation.messages import escalate_late
from canut.actions.people.accounts import add_member
from canut.actions.work.leases import lease_tasks
from canut.store.models import ChannelMessage, Message, Role, Thread
from tests.support.factories import NOW_MS
from tests.support.instance import House

FR = {"accept-language": "fr"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(house: House) -> Thread:
    """Ask a question from a task."""
    (lent,) = lease_tasks(house.worker.pk, 1, NOW_MS).tasks
    answer = house.client("worker").post(
        reverse("workbench_ask", args=[house.project.slug]),
        {"lease": lent.lease, "text": "Et si <b>rien</b> ?"},
        content_type="application/json",
    )
    assert answer.status_code == 204
    return Thread.objects.get()


def said(house: House, role: str, path: str) -> str:
    return house.client(role).get(path, headers=FR).content.decode()


def send(client: Client, thread: Thread, **given: str) -> int:
    return client.post("/messages/answer", {"of": thread.pk, **given}).status_code


def test_question_reaches_who_asks_and_its_text_stays_text(house: House, thread: Thread) -> None:
    page = said(house, "requester", f"/messages/?of={thread.pk}")

    assert "Et si &lt;b&gt;rien&lt;/b&gt;" in page
    assert house.people["worker"].username not in page


def test_answer_for_everybody_stands_in_the_workbench(house: House, thread: Thread) -> None:
    send(house.client("requester"), thread, text="Passez-la.", for_all="on")

    page = said(house, "worker", reverse("workbench", args=[house.project.slug]))
    assert "Passez-la." in page


def test_late_question_shows_on_both_sides_and_to_the_operator(
    house: House, thread: Thread
) -> None:
    escalate_late(thread.due_ms or 0)

    pages = [said(house, role, "/messages/") for role in ("worker", "requester", "operator")]

    assert ["en retard" in page for page in pages] == [True] * 3


def test_thread_of_somebody_else_is_missing(house: House, thread: Thread) -> None:
    for role in ("auditor", "other", "reviewer"):
        client = house.client(role)
        assert client.get(f"/messages/?of={thread.pk}").status_code == 404
        assert send(client, thread, text="Moi aussi") == 404
    assert Message.objects.count() == 1


def test_worker_writes_to_who_asks_and_to_the_operator(house: House) -> None:
    client = house.client("worker")

    for to in (f"project-{house.project.pk}", "operator"):
        client.post("/messages/", {"to": to, "text": "Et ma paie ?"})

    assert sorted(Thread.objects.values_list("to", flat=True)) == ["operator", "requester"]


def test_empty_answer_stays_in_its_page(house: House, thread: Thread) -> None:
    assert send(house.client("requester"), thread, text=" ") == 422


def test_answer_to_no_thread_is_refused(house: House) -> None:
    assert house.client("worker").post("/messages/answer", {}).status_code == 422


def test_question_without_words_is_refused(house: House) -> None:
    (lent,) = lease_tasks(house.worker.pk, 1, NOW_MS).tasks
    path = reverse("workbench_ask", args=[house.project.slug])

    got = [
        house.client("worker").post(path, body, content_type="application/json").status_code
        for body in ({"lease": lent.lease, "text": " "}, "[]", {"lease": 999, "text": "Quoi ?"})
    ]

    assert got == [422, 422, 404]


def test_operator_and_who_asks_cannot_open_the_workers_channel(house: House) -> None:
    for role in ("operator", "requester"):
        add_member(house.people[role], Role.WORKER, NOW_MS, project=house.project)
        client = house.client(role)
        assert client.get("/representatives/channel").status_code == 403
        assert client.post("/representatives/channel", {"text": "Et nous ?"}).status_code == 403
    assert not ChannelMessage.objects.exists()


def test_worker_and_representative_speak_in_the_channel(house: House) -> None:
    for role in ("worker", "representative"):
        house.client(role).post("/representatives/channel", {"text": f"dit par {role}"})

    page = said(house, "worker", "/representatives/channel")
    assert page.index("dit par representative") < page.index("dit par worker")
    assert "base de données" in page
