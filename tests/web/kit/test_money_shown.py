"""What reviews, checks and more answers cost is said on the pages, and what closing keeps."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.actions.projects.setup import close_project, open_project
from canut.actions.quality.reviews import ReviewRuleIn, set_review_rule
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.core.clock import to_ms
from canut.store.models import Bulk, ModelAnswer, ModelAuthor, Person, Project, Role, Task
from canut.store.pay.funds import balance
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.paid_work import begin_pilot, make_paid_draft, try_out

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def client_of(project: Project) -> Client:
    """Sign in somebody who asks for the work."""
    person: Person = make_person()
    add_member(person, Role.REQUESTER, NOW_MS, project=project)
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def page(client: Client, name: str, project: Project, **asked: str) -> str:
    answered = client.get(reverse(name, args=[project.slug]), asked)
    assert answered.status_code == 200
    return " ".join(answered.content.decode().split())


@pytest.fixture
def project() -> Project:
    made, workers = begin_pilot()
    try_out(workers, [15_000] * 4)
    open_project(made, to_ms(LATER))
    return made


def spend_rest(project: Project) -> None:
    """Let nothing be there but what is locked."""
    project.funds.filter(kind="deposit").update(micro=balance(project.pk, "CAD").locked.micro)


def ask_more(client: Client, project: Project, **more: str) -> tuple[int, str]:
    sent = {"change": "answers:1", **more}
    answered = client.post(reverse("project_tasks_change", args=[project.slug]), sent)
    return answered.status_code, answered.content.decode()


def test_more_answers_say_their_cost_before_they_are_asked_for(project: Project) -> None:
    client = client_of(project)

    status, said = ask_more(client, project)

    assert status == 200
    assert "$4.00" in said
    assert "more to lock for 40 answers at most" in said
    assert 'name="said" value="40"' in said
    assert ask_more(client, project, said="40")[0] == 302
    assert Bulk.objects.get().changed == 40


def test_more_answers_without_money_say_what_is_missing_and_offer_no_button(
    project: Project,
) -> None:
    spend_rest(project)
    client = client_of(project)

    _status, said = ask_more(client, project)
    status, refused = ask_more(client, project, said="40")

    assert "$4.00 is missing" in said
    assert 'aria-disabled="true">Change them' in said
    assert status == 402
    assert "4.00" in refused
    assert not Bulk.objects.exists()


def test_estimate_of_a_draft_says_what_answers_and_reviews_are_for() -> None:
    project = make_paid_draft()
    add_member(make_person(), Role.REVIEWER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 150, 40_000), NOW_MS)
    project.audit_per_mille = 50
    project.save()

    said = page(
        client_of(project), "project_setup_estimate", project,
        own_staff="no", pays="piece", price="0.10", overlap="3", currency="CAD",
    )  # fmt: skip

    assert "2 to closed tasks asked once more" in said
    assert "6 reviews: 15% of the tasks" in said


def test_pilot_says_the_likely_number_where_tasks_are_asked_until_sure() -> None:
    project, workers = begin_pilot()
    try_out(workers, [15_000] * 4)
    set_overlap(project.pk, 2, NOW_MS, 7)

    said = page(client_of(project), "project_pilot", project)

    assert "from 2 to 7 a task, until sure" in said
    assert "about 4.4 answers a task" in said
    assert "none: nobody is paid to review here" in said


def test_rule_of_review_says_what_is_locked_for_it(project: Project) -> None:
    add_member(make_person(), Role.REVIEWER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 150, 40_000), NOW_MS)

    said = page(client_of(project), "project_review_rule", project)

    assert "$1.80" in said  # six reviews
    assert "6 reviews: 15% of the tasks" in said


def test_closed_project_says_what_stays_locked_why_and_until_when(project: Project) -> None:
    worker = project.workers.first()
    assert worker is not None
    lease_tasks(worker.pk, 2, NOW_MS + 3_600_000)
    close_project(project, to_ms(LATER))

    said = page(client_of(project), "project_life", project)

    assert "stay locked" in said
    assert "until its pay period closes" in said
    assert "answers to tasks under way, until December 5, 2026" in said


def test_voice_of_models_is_a_switch_that_says_what_it_changes(project: Project) -> None:
    answered = Task.objects.filter(project=project, now__counted__gt=0).first()
    assert answered is not None
    author = ModelAuthor.objects.create(project=project, name="m")
    ModelAnswer.objects.create(task=answered, author=author, label="oui")
    client = client_of(project)

    said = page(client, "project_asking", project)
    client.post(reverse("project_asking", args=[project.slug]), {"do": "voice", "voice": "one"})

    assert "of 1 task that has both has another label with that voice" in said
    project.refresh_from_db()
    assert project.models_vote


def test_keeping_the_price_keeps_asking_until_sure() -> None:
    project = make_paid_draft()
    set_overlap(project.pk, 2, NOW_MS, 7)
    given = {"go": "keep", "pays": "piece", "price": "0.20", "currency": "CAD"}
    client = client_of(project)

    client.post(reverse("project_setup_price", args=[project.slug]), {**given, "overlap": "2"})
    project.refresh_from_db()
    kept = project.overlap_most
    client.post(reverse("project_setup_price", args=[project.slug]), {**given, "overlap": "3"})

    project.refresh_from_db()
    assert (kept, project.overlap, project.overlap_most) == (7, 3, None)
