"""The pages of review: one case at a time, without names, and time that is paid to the project."""

import json
import re

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.actions.projects.setup import write_question
from canut.actions.quality.reviews import ReviewRuleIn, set_review_rule
from canut.actions.time.measure import time_by_day
from canut.store.models import Answer, Person, Review, ReviewRule, Role, TaskState, Verdict
from tests.support.decision_pages import now_ms
from tests.support.factories import NOW_MS, SCHEMA, answer_next, make_person, make_worker
from tests.support.instance import House

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<script id="beats-data" type="application/json">(.*?)</script>')


@pytest.fixture
def reviewer(house: House) -> Person:
    """Return a reviewer of a project with one closed task that is not sure."""
    answer_next(house.worker)
    TaskState.objects.filter(task=house.tasks[0]).update(
        state="closed", confidence=0.5, counted=F("overlap")
    )
    person = make_person(shown_name="Léa Roy")
    add_member(person, Role.REVIEWER, NOW_MS, project=house.project)
    return person


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(house: House, name: str, *more: int) -> str:
    return reverse(name, args=[house.project.slug, *more])


def taken(house: House, client: Client) -> str:
    """Take the next case and return its page."""
    client.post(at(house, "project_review_take"))
    return client.get(at(house, "project_review")).content.decode()


def test_reviewer_sees_what_waits_in_each_project(house: House, reviewer: Person) -> None:
    page = client_of(reviewer).get(reverse("reviews")).content.decode()

    assert house.project.title in page


def test_first_page_of_a_reviewer_names_what_waits_and_one_press_starts_it(
    house: House, reviewer: Person
) -> None:
    client = client_of(reviewer)
    take = at(house, "project_review_take")

    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post(take)
    held = client.get(at(house, "project_review")).content.decode()

    assert "<h1>To do</h1>" in page
    assert "1 task waits for a review" in page
    assert f'action="{take}"' in page
    assert "Nothing waits for you" not in page
    assert at(house, "project_review_decide", Review.objects.get().pk) in held


def test_first_page_says_that_nothing_waits_where_nothing_does(
    house: House, reviewer: Person
) -> None:
    TaskState.objects.update(confidence=0.99)

    page = client_of(reviewer).get("/", headers={"accept-language": "en"}).content.decode()

    assert "Nothing waits for you" in page
    assert at(house, "project_review_take") not in page


def test_project_page_of_a_reviewer_leads_to_what_waits(house: House, reviewer: Person) -> None:
    page = client_of(reviewer).get(at(house, "project"), headers={"accept-language": "fr"})

    assert "1 tâche attend une relecture" in page.content.decode()
    assert f'action="{at(house, "project_review_take")}"' in page.content.decode()


def test_case_shows_answers_by_letter_and_no_random_number(house: House, reviewer: Person) -> None:
    page = taken(house, client_of(reviewer))

    assert 'data-key="a"' in page
    assert house.worker.public_id not in page


def test_decision_leads_to_the_next_case(house: House, reviewer: Person) -> None:
    client = client_of(reviewer)
    taken(house, client)
    case = Review.objects.get()

    answered = client.post(
        at(house, "project_review_decide", case.pk), {"kind": "corrected", "value-q": "non"}
    )

    assert answered["Location"] == at(house, "project_review")
    assert Verdict.objects.get().label == "non"
    assert TaskState.objects.get(task=house.tasks[0]).label == "non"


def test_several_values_may_be_written_where_the_question_allows_them(
    house: House, reviewer: Person
) -> None:
    asked = {**SCHEMA["questions"][0], "multiple": True}
    write_question(
        house.project,
        {**SCHEMA, "questions": [asked]},
        "",
        by=house.project.created_by,
        now_ms=NOW_MS,
    )
    client = client_of(reviewer)
    page = taken(house, client)
    case = Review.objects.get()
    name = f"value-{asked['id']}"

    client.post(
        at(house, "project_review_decide", case.pk), {"kind": "corrected", name: ["non", "oui"]}
    )

    assert page.count(f'type="checkbox" class="check" name="{name}"') == 2
    assert Verdict.objects.get().label == '["oui","non"]'


def test_decision_that_cannot_be_meant_is_said_beside_the_case(
    house: House, reviewer: Person
) -> None:
    client = client_of(reviewer)
    taken(house, client)
    case = Review.objects.get()

    answered = client.post(
        at(house, "project_review_decide", case.pk), {"kind": "accepted", "consensus": "non"}
    )

    assert answered.status_code == 422
    assert 'role="alert"' in answered.content.decode()
    assert not Verdict.objects.exists()


def test_second_reviewer_is_not_shown_the_first_verdict(house: House, reviewer: Person) -> None:
    set_review_rule(house.project, ReviewRuleIn("always", 0.8), now_ms())
    first = client_of(reviewer)
    taken(house, first)
    case = Review.objects.get()
    first.post(
        at(house, "project_review_decide", case.pk),
        {"kind": "corrected", "value-q": "non", "words": "relis la fin"},
    )
    other = make_person()
    add_member(other, Role.REVIEWER, NOW_MS, project=house.project)

    page = taken(house, client_of(other))

    assert "relis la fin" not in page
    assert Review.objects.get().round == 2


def test_order_of_answers_is_each_reviewers_own_and_stays(house: House, reviewer: Person) -> None:
    answer = Answer.objects.get()
    for number in range(4):
        worker = make_worker(house.project)
        Answer.objects.create(
            task=answer.task, project=answer.project, values='{"q":"non"}', author_kind="human",
            worker=worker,
            question_version=answer.question_version, client_key=str(number), counted=True,
            elapsed_ms=1, answered_ms=1,
        )  # fmt: skip
    client = client_of(reviewer)
    first = re.findall(r'name="answer" value="(\d+)"', taken(house, client))

    again = re.findall(r'name="answer" value="(\d+)"', taken(house, client))

    assert again == first
    assert len(first) == 5


def test_time_of_a_review_is_worked_for_the_project(house: House, reviewer: Person) -> None:
    client = client_of(reviewer)
    found = DATA.search(taken(house, client))
    assert found is not None
    data = json.loads(found[1])
    lease = Review.objects.get().lease
    assert lease is not None
    assert data["surface"] == f"review:{lease.pk}"
    begin = now_ms()

    for seq in range(8):
        beat = {
            "session": data["session"],
            "seq": seq,
            "mono_ms": 15_000 * (seq + 1),
            "visible": True,
            "focused": True,
            "surface": data["surface"],
            "buckets": [[15 * seq, 1, 0, 0, 0]],
            "media_ms": 0,
            "previous": "",
        }
        sent = client.post(data["url"], {"beats": [beat]}, content_type="application/json")
        assert sent.status_code < 300

    (one,) = time_by_day([reviewer.pk], begin - 60_000, begin + 600_000)
    assert (one.project, one.surface) == (house.project.pk, "review")


def test_history_of_a_task_tells_each_step_by_random_number(house: House, reviewer: Person) -> None:
    client = client_of(reviewer)
    taken(house, client)
    case = Review.objects.get()
    client.post(
        at(house, "project_review_decide", case.pk), {"kind": "corrected", "value-q": "non"}
    )

    page = client.get(
        at(house, "project_task", house.tasks[0].pk), headers={"accept-language": "en"}
    ).content.decode()

    steps = [
        "given out",
        "answered",
        "had its answers",
        "review begun",
        "reviewed: label corrected",
    ]
    assert all(step in page for step in [*steps, "review settled"])
    assert Verdict.objects.get().worker.public_id in page
    assert "Léa Roy" not in page.split("<main", 1)[1]


def test_requester_says_how_a_project_is_reviewed(house: House) -> None:
    client = house.client("requester")

    kept = client.post(
        at(house, "project_review_rule"),
        {"second": "always", "below": "70", "price": "0,25", "share": "5", "seconds": "40"},
    )

    assert kept.status_code == 302
    rule = ReviewRule.objects.get()
    assert (rule.second, rule.below, rule.piece_micro) == ("always", 0.7, 250_000)
