import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from canut.actions.time.heartbeats import open_page
from canut.store.models import Answer, Beat, Flag, Lease, Protection, Worker
from tests.support.factories import Made, make_person, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=5, workers=1)
    made.worker.person = make_person()
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


def lease(client: Client, made: Made, count: int = 1) -> list[dict[str, Any]]:
    status, said = post(client, made, "lease", {"count": count, "have": []})
    assert status == 200
    tasks: list[dict[str, Any]] = said["tasks"]
    return tasks


def beat_of(made: Made) -> dict[str, Any]:
    return {
        "session": open_page(made.worker.person_id or 0, made.project.pk, 0),
        "seq": 0,
        "mono_ms": 15_000,
        "visible": True,
        "focused": True,
        "surface": "queue",
        "buckets": [[3, 1, 0, 0, 0]],
        "media_ms": 0,
        "previous": "",
    }


def answer_to(task: dict[str, Any], value: str = "oui") -> dict[str, Any]:
    return {
        "lease": task["lease"],
        "key": str(uuid.uuid4()),
        "values": {"q": value},
        "question_version": task["question_version"],
    }


def test_page_holds_the_first_tasks_and_the_reasons(client: Client, made: Made) -> None:
    Worker.objects.filter(id=made.worker.id).update(practised_ms=1)

    page = client.get(f"/work/{made.project.slug}/")

    data = page.context["data"]
    assert page.status_code == 200
    assert len(data["leased"]["tasks"]) == 4
    assert data["project"]["aims"]["ethical"]
    assert data["project"]["origin"]["consent"]


def test_first_visit_lends_nothing_before_the_reasons_are_read(client: Client, made: Made) -> None:
    page = client.get(f"/work/{made.project.slug}/")

    assert page.context["data"]["first_time"] is True
    assert not Lease.objects.exists()


def test_lease_names_only_what_the_page_does_not_hold(client: Client, made: Made) -> None:
    first = lease(client, made, 2)

    _status, said = post(
        client, made, "lease", {"count": 3, "have": [task["lease"] for task in first]}
    )

    assert len(said["tasks"]) == 1


def test_one_refused_answer_does_not_hold_back_the_others(client: Client, made: Made) -> None:
    good, bad = lease(client, made, 2)

    status, said = post(
        client, made, "answers", {"answers": [answer_to(bad, "peut-être"), answer_to(good)]}
    )

    assert status == 200
    assert "problem" in said["receipts"][0]
    assert said["receipts"][1]["counted"] is True
    assert Answer.objects.count() == 1


def test_answer_sent_again_is_said_to_be_kept_and_brings_the_account(
    client: Client, made: Made
) -> None:
    answer = answer_to(lease(client, made)[0])
    post(client, made, "answers", {"answers": [answer]})

    _status, said = post(client, made, "answers", {"answers": [answer]})

    assert said["receipts"][0]["repeated"] is True
    assert said["me"]["answers"] == 1
    assert said["progress"]["done"] == 1
    assert Answer.objects.count() == 1


def test_next_tasks_come_with_the_receipt_as_they_would_alone(client: Client, made: Made) -> None:
    first, second = lease(client, made, 2)
    wanted = {"count": 3, "have": [first["lease"], second["lease"]], "question_version": 1}
    answers = [answer_to(first)]

    status, said = post(client, made, "answers", {"answers": answers, "next": wanted})
    _status, again = post(client, made, "answers", {"answers": answers, "next": wanted})
    _status, alone = post(client, made, "lease", wanted)

    assert status == 200
    assert said["receipts"][0]["counted"] is True
    assert [len(told["next"]["tasks"]) for told in (said, again)] == [2, 2]
    kept = ("tasks", "left", "held_back", "question")
    for told in (said, again):
        assert {name: told["next"][name] for name in kept} == {name: alone[name] for name in kept}
    assert Lease.objects.filter(state=Lease.State.LIVE).count() == 3


def test_refusal_to_lend_more_comes_with_the_receipt(client: Client, made: Made) -> None:
    answers = [answer_to(lease(client, made)[0])]
    made.project.state = "paused"
    made.project.save()

    status, said = post(client, made, "answers", {"answers": answers, "next": {"count": 3}})

    assert (status, said["receipts"][0]["counted"]) == (200, True)
    assert said["next"]["problem"]["code"] == "project-paused"


def test_beats_that_come_along_say_first_that_it_is_time_to_rest(
    client: Client, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [answer_to(lease(client, made)[0])]

    def watch(person: int, now_ms: int) -> None:
        rest = {"rest_until_ms": now_ms + 3_600_000, "rest_why": "day"}
        Protection.objects.update_or_create(person_id=person, defaults=rest)

    monkeypatch.setattr("canut.web.work.workbench.watch_hours", watch)

    body = {"answers": answers, "beats": [beat_of(made)], "next": {"count": 3}}
    _status, said = post(client, made, "answers", body)

    assert (said["next"]["tasks"], said["next"]["held_back"]["why"]) == ([], "day")


def test_beats_come_with_answers_and_are_kept_once(client: Client, made: Made) -> None:
    beat = beat_of(made)

    post(client, made, "answers", {"answers": [], "beats": [beat]})
    status, _said = post(client, made, "beats", {"beats": [beat]})

    assert status == 204
    assert Beat.objects.count() == 1


def test_leaving_gives_tasks_back_even_by_a_beacon(client: Client, made: Made) -> None:
    tasks = lease(client, made, 2)

    answer = client.post(
        f"/work/{made.project.slug}/release",
        {"leases": ",".join(str(task["lease"]) for task in tasks)},
    )

    assert answer.status_code == 204
    assert set(Lease.objects.values_list("state", flat=True)) == {Lease.State.RELEASED}


def test_skipping_and_flagging_keep_the_words(client: Client, made: Made) -> None:
    task = lease(client, made)[0]

    flagged, _said = post(client, made, "flag", {"lease": task["lease"], "text": "Image coupée"})
    skipped, _said = post(
        client, made, "skip", {"lease": task["lease"], "reason": "cannot-see", "text": "flou"}
    )

    assert (flagged, skipped) == (204, 204)
    assert Flag.objects.get().text == "Image coupée"
    assert Lease.objects.get().reason == "cannot-see: flou"


@pytest.mark.parametrize("name", ["lease", "answers", "skip", "flag", "beats"])
def test_request_that_cannot_be_read_is_a_problem_in_words(
    client: Client, made: Made, name: str
) -> None:
    answer = client.post(f"/work/{made.project.slug}/{name}", "{", content_type="application/json")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "bad-request"


def test_paused_project_lends_nothing_and_keeps_what_is_answered(
    client: Client, made: Made
) -> None:
    task = lease(client, made)[0]
    made.project.state = "paused"
    made.project.save()

    refused, said = post(client, made, "lease", {"count": 1, "have": []})
    _status, kept = post(client, made, "answers", {"answers": [answer_to(task)]})

    assert (refused, said["code"]) == (409, "project-paused")
    assert kept["receipts"][0]["counted"] is True


def test_seat_ends_with_the_password_the_session_was_opened_with(
    client: Client, made: Made
) -> None:
    assert made.worker.person
    made.worker.person.set_password("une autre navette")
    made.worker.person.save()

    status, said = post(client, made, "lease", {"count": 1, "have": []})

    assert (status, said["code"]) == (401, "signed-out")


def test_seat_ends_with_its_session(client: Client, made: Made) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    status, _said = post(client, made, "lease", {"count": 1, "have": []})

    assert status == 401


def test_seat_ends_when_the_person_is_no_longer_active(client: Client, made: Made) -> None:
    assert made.worker.person
    made.worker.person.is_active = False
    made.worker.person.save()

    status, _said = post(client, made, "lease", {"count": 1, "have": []})

    assert status == 401


def test_worker_who_left_is_refused(client: Client, made: Made) -> None:
    Worker.objects.update(ended_at=timezone.now())

    status, _said = post(client, made, "lease", {"count": 1, "have": []})

    assert status in {403, 404}
    assert not Lease.objects.exists()


def test_endpoint_without_its_token_is_refused(made: Made) -> None:
    client = Client(enforce_csrf_checks=True)
    assert made.worker.person
    client.force_login(made.worker.person)

    status, _said = post(client, made, "lease", {"count": 1, "have": []})

    assert status == 403
    assert not Lease.objects.exists()


def test_seat_is_found_in_two_statements(
    client: Client, made: Made, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lease(client, made)

    with django_assert_max_num_queries(2 + 4 + 1 + 2):  # seat, lease, task text, BEGIN and COMMIT
        post(client, made, "lease", {"count": 2, "have": [], "question_version": 1})


def test_beats_take_ten_statements_when_hours_were_looked_at(
    client: Client, made: Made, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lease(client, made)
    beat = beat_of(made)
    post(client, made, "beats", {"beats": [beat]})

    with django_assert_max_num_queries(2 + 5 + 1 + 2):  # seat, beats, hours, BEGIN and COMMIT
        status, _said = post(client, made, "beats", {"beats": [beat | {"seq": 1}]})

    assert status == 204
