"""One task: everybody's marks over its material, who answered, and what can be done."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.rejections import reject_answer
from canut.actions.people.accounts import add_member
from canut.actions.platform.system_clock import now_ms
from canut.core.kinds import check_schema
from canut.core.kinds.sample import samples
from canut.store.models import Answer, Decision, Media, Review, Role, Task, TaskState, Worker
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project
from tests.support.instance import House

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
SHA256 = "ab" * 32
NAMES = ("Lou Martel", "Nour", "Slack 4")


def answered(kind: str, name: str, row: dict[str, str]) -> Made:
    """Make a project of a sample question, whose one task three people with names answered."""
    sample = next(each for each in samples() if (each.kind, each.name) == (kind, name))
    made = make_project(tasks=1, workers=3, overlap=3, schema=sample.schema["en"])
    Task.objects.filter(pk=made.tasks[0].pk).update(data=json.dumps(row))
    Media.objects.create(
        project=made.project,
        sha256=SHA256,
        content_type="image/png",
        width=640,
        height=420,
        size_bytes=1,
    )
    for worker, shown_name, answer in zip(made.workers, NAMES, sample.answers, strict=True):
        assert worker.person is not None
        worker.person.shown_name = shown_name
        worker.person.save()
        answer_next(worker, answer)
    return made


def client_of(made: Made, role: Role = Role.REQUESTER) -> Client:
    person = make_person(shown_name="Dominique")
    add_member(person, role, NOW_MS, project=made.project)
    client = Client()
    client.force_login(person)
    return client


def address(made: Made, name: str = "project_task") -> str:
    return reverse(name, args=[made.project.slug, made.tasks[0].pk])


def opened(made: Made, role: Role = Role.REQUESTER) -> str:
    return client_of(made, role).get(address(made), headers=ENGLISH).content.decode()


def test_everybodys_boxes_are_drawn_over_the_picture_by_name() -> None:
    page = opened(answered("boxes", "upright", {"photo": SHA256}))

    assert page.count('class="rv-layer ') == 4
    assert [f"</b> {name}</span>" in page for name in NAMES] == [True] * 3
    assert page.count("data-shows=") == 4
    assert "1 × Bobbin missing" in page
    assert "Slack 4: 1 × Bobbin missing · overlap 0%; the others agree with the label." in page
    assert "&quot;label&quot;" not in page


def test_everybodys_passages_are_lines_below_the_text_never_offsets() -> None:
    page = opened(answered("spans", "entities", {"sentence": "Alice went to Lyon today."}))

    lines = re.findall(r'data-layer="([ABC])">', page)
    assert (lines.count("A"), lines.count("B"), lines.count("C")) == (2, 2, 1)
    assert ">Alice<" in page
    assert "0–5" not in page


def test_segments_of_a_sound_are_tracks() -> None:
    sample = next(each for each in samples() if each.kind == "audio")
    page = opened(answered("audio", sample.name, {"clip": SHA256}))

    assert page.count('class="sound-track"') == 4


def test_picture_that_is_gone_is_said_where_it_was() -> None:
    made = answered("boxes", "upright", {"photo": SHA256})
    Media.objects.all().delete()

    assert "The picture is no longer at its address." in opened(made)


def test_reviewer_reads_numbers_instead_of_names() -> None:
    page = opened(answered("boxes", "upright", {"photo": SHA256}), Role.REVIEWER)

    assert not any(name in page for name in NAMES)
    assert "Without names" in page


def test_who_answered_may_look_and_reads_why_not_review(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    person = house.people["worker"]
    add_member(person, Role.REQUESTER, NOW_MS, organisation=house.organisation)
    answer_next(house.worker)
    task = Answer.objects.get().task_id
    client = house.client("worker")
    path = reverse("project_task", args=[house.project.slug, task])

    page = client.get(path, headers=ENGLISH).content.decode()
    refused = client.post(reverse("project_task_review", args=[house.project.slug, task]))

    assert "You answered this task, so you may look at it but not review it." in page
    assert 'data-key="e"' not in page
    assert refused["Location"] == path
    assert not Review.objects.exists()


def test_correcting_takes_this_very_task_to_review() -> None:
    made = answered("boxes", "upright", {"photo": SHA256})
    client = client_of(made)

    taken = client.post(address(made, "project_task_review"))

    assert taken["Location"] == reverse("project_review", args=[made.project.slug])
    assert Review.objects.get().task_id == made.tasks[0].pk
    assert Review.objects.get().holder is not None


def test_star_makes_a_known_answer_of_the_label_in_one_press() -> None:
    made = answered("boxes", "upright", {"photo": SHA256})
    client = client_of(made)
    known = reverse("project_tasks_known", args=[made.project.slug])

    page = client.post(known, {"task": made.tasks[0].pk}, headers=ENGLISH, follow=True)

    state = TaskState.objects.get(task=made.tasks[0])
    assert state.state == "gold"
    assert Task.objects.get(pk=made.tasks[0].pk).known == state.label
    assert "It is a known answer now" in page.content.decode()


def test_one_more_answer_is_one_press_and_comes_back_here() -> None:
    made = answered("boxes", "upright", {"photo": SHA256})
    task = made.tasks[0].pk
    sent = {"change": "answers:1", "marked": "1", "task": task, "from": task}

    done = client_of(made).post(reverse("project_tasks_change", args=[made.project.slug]), sent)

    assert done["Location"].startswith(address(made))
    assert TaskState.objects.get(task=task).overlap == 4


def test_rejection_is_taken_back_where_it_is_and_in_right_sentences() -> None:
    made = answered("boxes", "upright", {"photo": SHA256})
    client, moment = client_of(made), now_ms()
    answer = Answer.objects.order_by("id")[2]
    Answer.objects.filter(pk=answer.pk).update(answered_ms=moment)
    by = make_person(shown_name="Dominique")
    add_member(by, Role.REQUESTER, NOW_MS, project=made.project)
    words = "The picture shows a bobbin and nothing at all is drawn."
    reject_answer(answer.pk, by=by, code="no-answer", evidence=words, now_ms=moment)
    decision = Decision.objects.get()
    back = reverse("project_decision_back", args=[made.project.slug, decision.pk])

    before = client.get(address(made), headers=ENGLISH).content.decode()
    sent = {"why": "My mistake.", "task": made.tasks[0].pk}
    after = client.post(back, sent, headers=ENGLISH, follow=True)

    assert f'action="{back}"' in before
    assert after.redirect_chain[-1][0] == address(made)
    assert Answer.objects.get(pk=answer.pk).counted
    text = Decision.objects.latest("id").text_en
    assert "My mistake. What it changed" in text
    assert ".." not in text


def test_previous_and_next_follow_the_filtered_list(house: House) -> None:
    TaskState.objects.filter(task=house.tasks[1]).update(state="aside")
    client = house.client("requester")
    first = reverse("project_task", args=[house.project.slug, house.tasks[0].pk])
    third = reverse("project_task", args=[house.project.slug, house.tasks[2].pk])

    page = client.get(f"{first}?state=open", headers=ENGLISH).content.decode()

    assert f'href="{third}?state=open&amp;order=task" data-key="j"' in page
    assert "1 of 2" in page
    assert 'data-key="k"' not in page


def test_rankings_are_ordered_lists_compared_with_the_label_and_never_json() -> None:
    items = ["Soie", "Laine", "Lin"]
    question = {"id": "q", "kind": "ranking", "ask": "Which is finest?", "items": items}
    schema = {"questions": [question], "show": [{"column": "text", "as": "text"}]}
    made = make_project(tasks=1, workers=3, overlap=3, schema=check_schema(schema))
    for worker, order in zip(made.workers, (items, items, ["Lin", "Soie", "Laine"]), strict=True):
        answer_next(worker, order)

    page = opened(made)
    listed = client_of(made).get(address_of_list(made), headers=ENGLISH).content.decode()

    assert page.count('<ol class="ranks"') == 4
    shown = re.sub(r"<[^>]*>", "", page).replace("\xa0", " ")
    assert "Lin 2 ranks higher" in shown
    assert "Soie 1 rank lower" in shown
    assert "[&quot;" not in page + listed
    assert "Soie, Laine, Lin" in listed


def address_of_list(made: Made) -> str:
    return reverse("project_tasks", args=[made.project.slug])
