"""The workbench's page and endpoints, as its script meets them."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from canut.store.models import (
    Answer,
    Beat,
    Flag,
    Lease,
    Media,
    Project,
    QuestionVersion,
    Task,
    Worker,
)
from tests.support.factories import make_tasks
from tests.support.instance import House

FR = {"accept-language": "fr"}
DATA = re.compile(r'<script id="workbench-data" type="application/json">(.*?)</script>', re.DOTALL)
BEAT = {
    "session": "s1",
    "seq": 0,
    "mono_ms": 15_000,
    "visible": True,
    "focused": True,
    "surface": "queue",
    "buckets": [[0, 1, 0, 0, 0]],
    "media_ms": 0,
    "previous": "",
}


def opened(house: House) -> dict[str, Any]:
    """Return what the page gives its script."""
    path = reverse("workbench", args=[house.project.slug])
    page = house.client("worker").get(path, headers=FR).content.decode()
    found = DATA.search(page)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def post(house: House, name: str, body: object) -> tuple[int, bytes]:
    """Ask an endpoint as the script does; returns the status and what it says."""
    path = reverse(f"workbench_{name}", args=[house.project.slug])
    answer = house.client("worker").post(
        path, json.dumps(body), content_type="application/json", headers=FR
    )
    return answer.status_code, answer.content


def told(house: House, name: str, body: object) -> dict[str, Any]:
    """Ask an endpoint; returns what it says."""
    said: dict[str, Any] = json.loads(post(house, name, body)[1])
    return said


def practised(house: House) -> House:
    """Have the worker past practice."""
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    return house


def with_practice(house: House, known: str | None) -> dict[str, Any]:
    """Give the project a practice task and return it as the script is lent it."""
    (task,) = make_tasks(house.project, 1, state="practice")
    Task.objects.filter(id=task.pk).update(known=known)
    Project.objects.filter(id=house.project.pk).update(practice_task=task)
    (lent,) = told(house, "lease", {"count": 4})["tasks"]
    assert lent["practice"]
    return dict(lent)


def test_practice_task_comes_with_its_known_answer(house: House) -> None:
    assert with_practice(house, "non")["help"] == {"known": {"q": "non"}}


@pytest.mark.parametrize("known", [None, "peut-être"])
def test_practice_task_of_which_nobody_knows_the_answer_comes_without(
    house: House, known: str | None
) -> None:
    assert with_practice(house, known)["help"] is None


def test_known_answer_of_a_task_that_counts_is_never_sent(house: House) -> None:
    Task.objects.filter(project=house.project).update(known="oui")

    tasks = opened(practised(house))["leased"]["tasks"]

    assert tasks
    assert [task["help"] for task in tasks] == [None] * len(tasks)


def test_first_visit_lends_nothing_before_the_reasons_are_read(house: House) -> None:
    data = opened(house)

    assert data["first_time"]
    assert data["leased"]["tasks"] == []
    assert not Lease.objects.exists()


def test_page_opened_again_holds_the_same_tasks(house: House) -> None:
    first = opened(practised(house))

    again = opened(house)

    leases = [[task["lease"] for task in data["leased"]["tasks"]] for data in (first, again)]
    assert leases[0] == leases[1] != []


@pytest.mark.parametrize("state", ["paused", "closed"])
@pytest.mark.parametrize("has_practised", [True, False])
def test_project_that_takes_no_answers_says_its_state(
    house: House, state: str, *, has_practised: bool
) -> None:
    Project.objects.filter(id=house.project.pk).update(state=state)

    data = opened(practised(house) if has_practised else house)

    assert data["project"]["closed"] == state
    assert data["leased"]["tasks"] == []


def test_project_without_a_question_is_said_not_to_be_open_yet(house: House) -> None:
    QuestionVersion.objects.filter(project=house.project).delete()

    page = house.client("worker").get(reverse("workbench", args=[house.project.slug]), headers=FR)

    assert page.status_code == 409
    assert "Ce projet n’est pas encore ouvert" in page.content.decode()


def test_paused_project_refuses_to_lend_in_words(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(state="paused")

    problem = told(house, "lease", {"count": 1})

    assert problem["type"] == "urn:canut:problem:project-paused"
    assert problem["title"] == "Ce projet est en pause"


def test_refused_answer_does_not_hold_back_the_others(house: House) -> None:
    first, second, *_ = opened(practised(house))["leased"]["tasks"]
    answers = [
        {"lease": first["lease"], "key": "a", "values": {"q": "peut-être"}},
        {"lease": second["lease"], "key": "b", "values": {"q": "oui"}},
    ]

    refused, kept = told(house, "answers", {"answers": answers})["receipts"]

    assert refused["problem"]["title"]
    assert kept["piece_micro"] == 210_000
    assert Answer.objects.count() == 1


def test_same_answer_sent_again_changes_nothing(house: House) -> None:
    task, *_ = opened(practised(house))["leased"]["tasks"]
    body = {"answers": [{"lease": task["lease"], "key": "a", "values": {"q": "oui"}}]}
    post(house, "answers", body)

    (receipt,) = told(house, "answers", body)["receipts"]

    assert receipt["repeated"]
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("form", [True, False])
def test_leases_are_given_back_by_a_beacon_or_a_script(house: House, *, form: bool) -> None:
    leases = [task["lease"] for task in opened(practised(house))["leased"]["tasks"]]
    path = reverse("workbench_release", args=[house.project.slug])

    if form:
        house.client("worker").post(path, {"leases": ",".join(map(str, leases))})
    else:
        post(house, "release", {"leases": leases})

    assert set(Lease.objects.values_list("state", flat=True)) == {Lease.State.RELEASED}


def test_task_is_passed_over_with_the_reason_and_the_words(house: House) -> None:
    task, *_ = opened(practised(house))["leased"]["tasks"]

    status, _ = post(house, "skip", {"lease": task["lease"], "reason": "other", "text": "flou"})

    assert status == 204
    skipped = Lease.objects.get(state=Lease.State.SKIPPED)
    assert (skipped.id, skipped.reason) == (task["lease"], "other: flou")


@pytest.mark.parametrize(
    ("name", "body", "title"),
    [
        ("skip", {"reason": ""}, "La raison manque, ou est trop longue"),
        ("flag", {"text": "x" * 501}, "Ce signalement est trop long"),
    ],
)
def test_words_that_are_missing_or_too_long_are_refused(
    house: House, name: str, body: dict[str, object], title: str
) -> None:
    task, *_ = opened(practised(house))["leased"]["tasks"]

    status, said = post(house, name, {"lease": task["lease"], **body})

    assert (status, json.loads(said)["title"]) == (422, title)


def test_report_is_kept_and_the_task_stays(house: House) -> None:
    task, *_ = opened(practised(house))["leased"]["tasks"]

    post(house, "flag", {"lease": task["lease"], "text": "image coupée"})

    assert Flag.objects.get().text == "image coupée"
    assert Lease.objects.get(id=task["lease"]).state == Lease.State.LIVE


def test_beats_are_kept_each_once(house: House) -> None:
    data = opened(practised(house))
    beat = BEAT | {"session": data["session"]}

    for _ in range(2):
        assert post(house, "beats", {"beats": [beat]}) == (204, b"")

    kept = Beat.objects.get()
    assert (kept.surface, kept.buckets, kept.mono_ms) == ("queue", [[0, 1, 0, 0, 0]], 15_000)


def test_beat_out_of_the_format_is_refused_in_words(house: House) -> None:
    problem = told(house, "beats", {"beats": [BEAT | {"buckets": [[1, 2]]}]})

    assert problem["title"] == "Une mesure de temps est illisible"


def test_many_tasks_are_kept_ready_where_they_are_light_and_plentiful(house: House) -> None:
    assert opened(practised(house))["prefetch"] == 3
    make_tasks(house.project, 200)
    assert opened(house)["prefetch"] == 19

    picture = {"content_type": "image/png", "width": 640, "height": 420, "sha256": "a" * 64}
    Media.objects.create(project=house.project, size_bytes=900_000, **picture)
    assert opened(house)["prefetch"] == 3


def test_page_is_given_the_measured_time_of_the_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canut.web.work.workbench.time_today", lambda *_: 86_000)

    assert opened(practised(house))["measured_ms"] == 86_000
