"""What was decided about a person is announced on Work and in the workbench until opened."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.undo import undo
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.work.practice import record_practice
from canut.core.kinds.sample import samples
from canut.store.models import Decision, Flag, Media, Role, Task
from tests.support.decision_pages import EVIDENCE, decided, now_ms
from tests.support.factories import NOW_MS, answer_next, make_project
from tests.support.instance import House
from tests.web.kinds.test_regions import SHA256

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def read(client: Client, address: str) -> str:
    text = client.get(address, headers=EN).content.decode()
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " "))


def test_rejection_stands_on_work_until_decisions_are_opened(house: House) -> None:
    decision, client = decided(house), house.client("worker")

    page = read(client, "/work/")

    assert "One answer was rejected" in page
    assert EVIDENCE in page
    assert "is taken back. Your time stays paid. You can appeal until" in page
    assert f'href="{reverse("decisions")}#d{decision.pk}"' in page
    read(client, reverse("decisions"))
    assert "One answer was rejected" not in read(client, "/work/")


def test_sum_of_today_says_what_was_taken(house: House) -> None:
    decided(house)

    assert "was taken back: it is not counted here" in read(house.client("worker"), "/work/")


def test_workbench_says_it_too(house: House) -> None:
    decided(house)
    address = reverse("workbench", args=[house.project.slug])

    assert "bench-notice err" in read(house.client("worker"), address)


def test_rule_never_accuses(house: House) -> None:
    worker = house.worker
    Decision.objects.create(
        person=house.people["worker"],
        worker=worker,
        project=house.project,
        kind="quality",
        code="quality-random",
        system="careless",
        rule="careless/1",
        factors=[{"name": "compared", "value": 40}],
        text_en="Your 40 answers agree with the others’ as rarely as chance would.",
        text_fr="Comme le hasard.",
        at_ms=now_ms(),
    )

    page = read(house.client("worker"), "/work/")

    assert "Some of your answers differ from the others" in page
    assert "chance" not in page


def test_what_was_undone_after_it_was_seen_is_good_news(house: House) -> None:
    decision, client = decided(house), house.client("worker")
    read(client, reverse("decisions"))

    undo(decision, now_ms() + 1_000)

    assert "A decision about you was undone" in read(client, "/work/")


def test_decision_shows_the_task_and_ones_answer(house: House) -> None:
    decision = decided(house)
    assert decision.answer is not None
    text = next(iter(json.loads(decision.answer.task.data).values()))

    page = read(house.client("worker"), reverse("decisions"))

    assert f">{text}<" in page
    assert "Your answer:" in page
    assert "$0.21" in page
    assert "0.21 CAD" not in page


def test_practice_is_no_decision_to_appeal_against(house: House) -> None:
    record_practice(house.worker.pk, now_ms())

    page = read(house.client("worker"), reverse("decisions"))

    assert "A practice task" in page
    assert "It was a practice task: paid, explained, never graded." in page
    assert "Send the appeal" not in page


def test_marked_answers_are_in_words_with_their_picture() -> None:
    sample = next(one for one in samples() if one.kind == "boxes")
    made = make_project(tasks=1, workers=1, schema=sample.schema["en"])
    Media.objects.create(
        project=made.project, sha256=SHA256, content_type="image/png", width=640, height=420,
        size_bytes=1,
    )  # fmt: skip
    Task.objects.filter(pk=made.tasks[0].pk).update(data=json.dumps({"photo": SHA256}))
    answer_next(made.worker, sample.answers[0])
    client = Client()
    person = made.worker.person
    assert person is not None
    add_member(person, Role.WORKER, NOW_MS, project=made.project)
    client.force_login(person)

    page = read(client, "/work/")

    assert "&quot;h&quot;" not in page
    assert '{"' not in page.split('class="last-answers"')[1].split("</ul>")[0]
    assert re.search(r"\d × \w+", page.split('class="last-answers"')[1])
    assert SHA256 in page


def test_unpaid_projects_are_folded_after_paid_ones(house: House) -> None:
    other = make_project(title="Abeilles", is_own_staff=True, workers=0).project
    join_as_worker(other, house.people["worker"], now_ms())

    page = read(house.client("worker"), "/work/")

    assert page.index(f">{house.project.title}<") < page.index(">Abeilles<")
    assert "1 more without pay" in page


def test_flagged_task_leaves_a_trace_for_who_flagged_it(house: House) -> None:
    task = Task.objects.filter(project=house.project).first()
    assert task is not None
    Flag.objects.create(
        task=task, worker=house.worker, text="The text is cut.", flagged_ms=now_ms()
    )

    page = read(house.client("worker"), reverse("messages"))

    assert "The text is cut." in page
    assert house.project.title in page
    assert "The text is cut." not in read(house.client("requester"), reverse("messages"))


def test_rejected_answer_is_marked_where_ones_answers_went(house: House) -> None:
    decided(house)

    page = read(house.client("worker"), reverse("answers_went_one", args=[house.project.pk]))

    assert "Rejected" in page
