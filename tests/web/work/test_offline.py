"""What the server gives so that work goes on without it."""

import json
from typing import Any

import pytest
from django.test import Client

from canut.store.models import Begun, Lease
from tests.support.factories import Made, make_person, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=20)
    made.worker.person = make_person()
    made.worker.practised_ms = 1
    made.worker.save()
    return made


@pytest.fixture
def client(made: Made) -> Client:
    client = Client()
    assert made.worker.person
    client.force_login(made.worker.person)
    return client


def post(client: Client, made: Made, name: str, body: object) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/work/{made.project.slug}/{name}", body, content_type="application/json")
    return answer.status_code, json.loads(answer.content or b"{}")


def page_data(client: Client, made: Made) -> dict[str, Any]:
    page = client.get(f"/work/{made.project.slug}/")
    data: dict[str, Any] = page.context["data"]
    return data


def test_pack_comes_with_its_tasks_and_until_when_they_are_lent(client: Client, made: Made) -> None:
    status, said = post(client, made, "pack", {"count": 7, "have": [], "question_version": 1})

    assert status == 200
    assert len(said["tasks"]) == len(said["leases"]) == 7
    assert said["until_ms"] == max(Lease.objects.values_list("expires_ms", flat=True))
    assert said["cut"] is False


def test_too_large_a_pack_is_refused_in_words(client: Client, made: Made) -> None:
    status, said = post(client, made, "pack", {"count": 999, "have": []})

    assert status == 422
    assert "40" in said["detail"]


def test_what_was_begun_on_one_device_is_in_the_page_of_another(client: Client, made: Made) -> None:
    (task, *_) = page_data(client, made)["leased"]["tasks"]
    begun = {"task": task["task"], "version": 1, "drafts": {"q": "ou"}, "at": 77}

    status, _ = post(client, made, "begun", begun)

    assert status == 204
    assert page_data(client, made)["begun"] == [begun]
    post(client, made, "begun", begun | {"drafts": None})
    assert not Begun.objects.exists()


def test_page_without_a_server_holds_nothing_of_anybody(client: Client) -> None:
    known, unknown = client.get("/offline"), Client().get("/offline")

    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert b"workbench-data" not in known.content
    assert b"csrf" not in known.content


def test_service_worker_serves_every_address_and_fetches_only_what_pages_show() -> None:
    answer = Client().get("/service-worker.js")
    if answer.status_code == 404:
        pytest.skip("the scripts are not built")

    policy = answer["Content-Security-Policy"]
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_manifest_speaks_the_language_of_the_browser() -> None:
    said = [
        json.loads(Client().get("/canut.webmanifest", HTTP_ACCEPT_LANGUAGE=tongue).content)
        for tongue in ("fr", "en")
    ]

    assert [one["lang"] for one in said] == ["fr", "en"]
    assert said[0]["description"] != said[1]["description"]
    assert {icon["sizes"] for icon in said[0]["icons"]} == {"any", "192x192", "512x512"}
