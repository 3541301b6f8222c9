import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.appeals import AppealReply, answer_appeal
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.people.accounts import add_member
from canut.actions.work.leases import lease_tasks
from canut.store.decisions.automated_systems import is_on
from canut.store.models import Appeal, Decision, PayAdjustment, Person, Role, Sanction, Worker
from tests.support.decision_pages import EVIDENCE, answered, appealed, decided, now_ms
from tests.support.factories import NOW, NOW_MS, answer_next, make_person
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
REJECT = {"code": "off-instructions", "evidence": EVIDENCE}


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text).replace("&#x27;", "'"))


def shown(client: Client, name: str, *parts: object, headers: dict[str, str] | None = None) -> str:
    return plain(client.get(reverse(name, args=parts), headers=headers or EN).content.decode())


def reviewer_from_outside(house: House) -> Person:
    person = make_person(shown_name="Léa Roy")
    add_member(person, Role.REVIEWER, NOW_MS, project=house.project)
    return person


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def program(house: House) -> Client:
    """Sign in a program that has every role a person could decide by."""
    person = make_person(is_service=True)
    for role in (Role.REQUESTER, Role.REVIEWER, Role.OPERATOR):
        add_member(person, role, NOW_MS, organisation=house.organisation)
    return as_person(person)


def test_task_leads_to_rejecting_each_answer_that_counts(house: House) -> None:
    answer = answered(house)

    address = reverse("project_task", args=[house.project.slug, answer.task_id])
    page = house.client("requester").get(address)

    assert reverse("project_reject", args=[house.project.slug, answer.pk]) in page.content.decode()


def test_before_rejecting_one_reads_what_it_does(house: House) -> None:
    answer = answered(house)

    said = shown(house.client("requester"), "project_reject", house.project.slug, answer.pk)

    assert "The piece price, $0.21, is taken back" in said
    assert "The time stays paid, at the floor or more" in said
    assert "Accepted automatically in 7 days" in said
    assert "goes against the instructions" in said


def test_rejecting_leads_back_to_the_task_which_says_so(house: House) -> None:
    answer = answered(house)
    client = house.client("requester")

    sent = client.post(reverse("project_reject", args=[house.project.slug, answer.pk]), REJECT)

    assert sent["Location"] == reverse("project_task", args=[house.project.slug, answer.task_id])
    assert "rejected" in shown(client, "project_task", house.project.slug, answer.task_id)
    assert Decision.objects.get().made_by == house.people["requester"]


def test_rejecting_without_a_reason_keeps_what_was_written(house: House) -> None:
    answer = answered(house)
    path = reverse("project_reject", args=[house.project.slug, answer.pk])

    sent = house.client("requester").post(path, {"evidence": EVIDENCE}, headers=EN)

    assert sent.status_code == 422
    assert EVIDENCE in sent.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ["worker", "auditor", "representative"])
def test_who_does_not_decide_here_rejects_nothing(house: House, role: str) -> None:
    answer = answered(house)
    path = reverse("project_reject", args=[house.project.slug, answer.pk])

    sent = house.client(role).post(path, REJECT)

    assert sent.status_code == 403
    assert not Decision.objects.exists()


def test_program_that_rejects_gets_403(house: House) -> None:
    answer = answered(house)

    sent = program(house).post(
        reverse("project_reject", args=[house.project.slug, answer.pk]), REJECT
    )

    assert sent.status_code == 403
    assert not PayAdjustment.objects.exists()


@pytest.mark.parametrize("kind", ["restriction", "suspension"])
def test_program_that_limits_gets_403(house: House, kind: str) -> None:
    given = {
        "kind": kind,
        "days": "7",
        "daily": "5",
        "code": "without-looking",
        "evidence": EVIDENCE,
    }

    sent = program(house).post(
        reverse("project_limit", args=[house.project.slug, house.worker.pk]), given
    )

    assert sent.status_code == 403
    assert not Sanction.objects.exists()


def test_program_takes_back_answers_and_switches_nothing(house: House) -> None:
    made = appealed(house)
    client = program(house)

    got = [
        client.post(
            reverse("project_decision_back", args=[house.project.slug, made.decision_id]),
            {"why": "x"},
        ),
        client.post(reverse("appeal_take", args=[made.pk])),
        client.post(reverse("system_switch", args=["hours"]), {"on": "0", "why": "x"}),
    ]
    answer = client.post(
        reverse("appeal_answer", args=[made.pk]), {"outcome": "upheld", "words": "No."}
    )

    assert [each.status_code for each in got] == [403, 403, 403]
    assert answer.status_code == 403
    assert Appeal.objects.get().outcome == ""
    assert is_on("hours")


def test_person_reads_what_was_decided_by_whom_and_why(house: House) -> None:
    decided(house)

    said = shown(house.client("worker"), "decisions", headers=FR)

    assert "requester a rejeté votre réponse" in said
    assert EVIDENCE in said
    assert "Décidé par requester" in said
    assert "Faire recours" in said
    assert "prix à la pièce 0,21 $" in said


def test_automated_decision_names_its_rule_and_version(house: House) -> None:
    from tests.support.factories import make_tasks

    (first,) = make_tasks(house.project, 1, state="practice")
    house.project.practice_task = first
    house.project.save(update_fields=["practice_task"])
    lease_tasks(house.worker.pk, 1, now_ms())

    said = shown(house.client("worker"), "decisions")

    assert "the rule “Practice first”, practice/1" in said


def test_nobody_reads_decisions_about_others(house: House) -> None:
    decided(house)

    said = shown(house.client("other"), "decisions")

    assert "There is no decision about you." in said


def test_appeal_starts_from_the_decision_and_is_acknowledged_at_once(house: House) -> None:
    decision = decided(house)
    reviewer_from_outside(house)
    client = house.client("worker")

    sent = client.post(
        reverse("decision_appeal", args=[decision.pk]), {"words": "It was irony."}, headers=EN
    )

    assert sent["Location"] == reverse("decisions")
    said = shown(client, "decisions")
    assert "Your appeal: It was irony." in said
    assert "answers in writing by" in said


def test_where_nobody_is_independent_the_page_says_so(house: House) -> None:
    appealed(house)

    said = shown(house.client("worker"), "decisions")
    theirs = shown(house.client("requester"), "appeals")

    assert "Everybody here depends on the client" in said
    assert "Nobody can answer these appeals" in theirs


def test_disputed_fact_goes_with_the_appeal(house: House) -> None:
    decision = decided(house)

    house.client("worker").post(
        reverse("decision_appeal", args=[decision.pk]),
        {"words": "I said no.", "name": "answer", "value": "non"},
    )

    assert Appeal.objects.get().disputed == {"answer": "non"}


def test_appeal_without_words_keeps_the_page_and_says_what_is_missing(house: House) -> None:
    decision = decided(house)

    sent = house.client("worker").post(
        reverse("decision_appeal", args=[decision.pk]), {"words": ""}, headers=EN
    )

    assert sent.status_code == 422
    assert "Write something here." in sent.content.decode()


def test_reviewer_from_outside_takes_answers_and_the_person_reads_it(house: House) -> None:
    made = appealed(house)
    client = as_person(reviewer_from_outside(house))
    assert "14 days" in shown(client, "appeals")

    client.post(reverse("appeal_take", args=[made.pk]))
    read = shown(client, "appeals")
    assert "You read this one" in read
    assert "avis 0 Positif ou négatif ?" in read
    sent = client.post(
        reverse("appeal_answer", args=[made.pk]),
        {"outcome": "overturned", "words": "Irony was not ruled out."},
    )

    assert sent["Location"] == reverse("appeals")
    said = shown(house.client("worker"), "decisions")
    assert "you won" in said
    assert "Irony was not ruled out." in said
    assert "undone" in said


def test_colleague_of_the_author_is_told_that_somebody_else_answers(house: House) -> None:
    made = appealed(house)

    sent = house.client("reviewer").post(reverse("appeal_take", args=[made.pk]), headers=EN)

    assert sent.status_code == 403
    assert "Another person must answer this appeal" in sent.content.decode()


def test_appeal_won_by_waiting_says_so_in_the_readers_language(house: House) -> None:
    from canut.actions.decisions.appeals import win_by_waiting

    made = appealed(house)
    win_by_waiting(made.due_ms + 1)

    said = shown(house.client("worker"), "decisions", headers=FR)

    assert "Personne n’a répondu à votre recours en 14 jours : vous gagnez." in said


def test_client_takes_its_decision_back(house: House) -> None:
    decision = decided(house)

    house.client("requester").post(
        reverse("project_decision_back", args=[house.project.slug, decision.pk]),
        {"why": "I misread."},
    )

    decision.refresh_from_db()
    assert decision.undone_ms is not None
    assert "took the decision back: I misread." in shown(house.client("worker"), "decisions")


def test_suspended_worker_is_told_why_and_reads_on(house: House) -> None:
    limit_worker(
        house.worker.pk,
        Limit("suspension", 7, "harm-to-others", EVIDENCE),
        by=house.people["requester"],
        now_ms=now_ms(),
    )
    client = house.client("worker")

    refused = client.post(
        reverse("workbench_lease", args=[house.project.slug]),
        '{"count": 1}',
        content_type="application/json",
        headers=EN,
    )

    assert refused.status_code == 403
    assert "Decisions about me" in refused.json()["detail"]
    assert "threatened, harassed or put in danger" in shown(client, "decisions")


def test_limit_page_says_what_it_does_and_limits(house: House) -> None:
    client = house.client("reviewer")
    said = shown(client, "project_limit", house.project.slug, house.worker.pk)
    given = {
        "kind": "restriction",
        "days": "7",
        "daily": "5",
        "code": "without-looking",
        "evidence": EVIDENCE,
    }

    client.post(reverse("project_limit", args=[house.project.slug, house.worker.pk]), given)

    assert "It begins 3 days after the person is told" in said
    assert Sanction.objects.get().daily == 5
    page = shown(client, "project_decisions", house.project.slug)
    assert "to 5 tasks a day from" in page
    assert "limited the work of" in page
    assert "your" not in page.lower().partition("limited the work of")[2].partition("footer")[0]


def test_my_score_comes_with_its_interval_and_its_last_day(house: House) -> None:
    from canut.store.models import Estimate, Habits

    answer_next(house.worker, now_ms=now_ms())
    Worker.objects.filter(pk=house.worker.pk).update(accuracy=0.9, agreed=18, compared=20)
    estimate = Estimate.objects.create(
        project=house.project,
        model="m",
        answers=1,
        tasks=1,
        iterations=1,
        converged=True,
        seconds=0,
        last_answer=0,
        created_at=NOW,
    )
    Habits.objects.create(
        worker=house.worker, project=house.project, estimate=estimate, low=0.8, high=0.95
    )

    said = shown(house.client("worker"), "decisions")

    words = "90.0%", "[80.0 – 95.0]", "18 of 20", "deleted six months after"
    assert [word for word in words if word not in said] == []


def test_reviewers_see_what_may_still_be_rejected(house: House) -> None:
    answered(house)

    said = shown(house.client("reviewer"), "appeals")

    assert "Not yet accepted" in said
    assert "Avis 1 7 days" in said


def test_answered_appeal_is_shown_in_the_project(house: House) -> None:
    made, other = appealed(house), reviewer_from_outside(house)
    answer_appeal(made.pk, AppealReply("upheld", "As it says."), by=other, now_ms=now_ms())

    said = shown(house.client("auditor"), "project_decisions", house.project.slug)

    assert "The appeal was answered: the decision stands." in said
    assert "Take it back" not in said


def test_won_appeal_says_first_that_the_decision_is_undone_and_what_comes_back(
    house: House,
) -> None:
    own = appealed(house)
    assert own.decision.answer
    question = own.decision.answer.question_version
    question.schema["questions"][0]["choices"] = [{"value": "oui", "label": "Que du bien"}]
    question.save()
    waits = shown(house.client("worker"), "decisions")
    reviewer = reviewer_from_outside(house)
    answer_appeal(
        own.pk, AppealReply("overturned", "C’était de l’ironie."), by=reviewer, now_ms=now_ms()
    )

    home = shown(house.client("worker"), "work_home")
    page = shown(house.client("worker"), "decisions")

    assert "the answer Que du bien" in waits
    assert "You get $0.21 back. C’était de l’ironie." in home
    assert page.index("what it changed is as it was before") < page.index("What had been decided:")
    assert page.index("What had been decided:") < page.index("is taken back")
