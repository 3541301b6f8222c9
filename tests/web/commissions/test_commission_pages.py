"""The pages of commissions, texts and readers say what is missing and keep what was typed."""

import pytest
from django.test import Client

from canut.actions.commissions.readings import agree_to_read
from canut.actions.people.accounts import add_member
from canut.store.models import Commission, Person, PlainText, Project, Reader, ReaderTest, Role
from canut.store.work.work_record import record_of
from tests.support.commissions import (
    QUESTIONS,
    TEXT,
    make_commission,
    make_reader_test,
    make_readers,
    make_text,
    read_as,
)
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def desk(project: Project) -> Client:
    """Sign a requester of a project in."""
    requester = make_person()
    add_member(requester, Role.REQUESTER, NOW_MS, project=project)
    return signed_in(requester)


def signed_in(person: Person) -> Client:
    client = Client(headers=EN)
    client.force_login(person)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:1000]
    return answer.content.decode()


def test_a_wish_that_is_too_long_stays_in_the_form_and_says_how_long_it_is() -> None:
    project = make_project(tasks=1, state="draft").project
    client = desk(project)
    path = f"/projects/{project.slug}/commission"
    assert "may open without a commission" in page(client, path)
    form = {"need": "word " * 121, "people": "5", "hours_a_day": "2"}

    answer = client.post(path, form)

    assert answer.status_code == 422
    assert "It has 121 words; at most 120." in answer.content.decode()
    assert "word word word" in answer.content.decode()
    assert not Commission.objects.exists()


def test_a_project_that_opened_shows_its_commission_and_no_form() -> None:
    project = make_project(tasks=1, state="draft").project
    make_commission(project)
    Project.objects.filter(pk=project.pk).update(opened_at=project.created_at)
    client = desk(project)

    content = page(client, f"/projects/{project.slug}/commission")

    assert "We get 200 letters a day" in content
    assert "share of urgent letters found, by language" in content
    assert 'name="need"' not in content
    refused = client.post(f"/projects/{project.slug}/commission/acceptance", {"bar": "95"})
    assert refused.status_code == 422


def test_hints_come_back_while_one_types_and_checking_stores_nothing() -> None:
    project = make_project(tasks=1).project
    client = desk(project)
    form = {"of": "result", "name": "A", "language": "en", "text": "The consensus is known."}

    hints = client.post(f"/projects/{project.slug}/texts/hints", form).content.decode()
    checked = client.post(f"/projects/{project.slug}/texts/", form | {"do": "check"})

    assert hints.startswith('<div id="reckoned"')
    assert "the answer kept after comparing" in hints
    assert checked.status_code == 200
    assert "the answer kept after comparing" in checked.content.decode()
    assert not PlainText.objects.exists()


def test_a_text_is_put_to_readers_and_its_page_tells_what_five_readers_can_tell() -> None:
    project = make_project(tasks=1).project
    client, text = desk(project), make_text(project)
    path = f"/projects/{project.slug}/texts/{text.pk}"
    content = page(client, path)
    for share in ("19%", "53%", "92%"):
        assert share in content
    form: dict[str, str] = {}
    for name, each in zip(("fact", "so_what", "not_known"), QUESTIONS, strict=True):
        form |= {name: each.ask, f"{name}_options": "\n".join(each.options), f"{name}_key": "2"}

    assert client.post(path, form | {"fact_key": "4"}).status_code == 422
    assert client.post(path, form).status_code == 302

    assert [tuple(row) for row in ReaderTest.objects.get().questions] == [
        (each.ask, list(each.options), 1) for each in QUESTIONS
    ]
    assert "0 of 5 readers have answered" in page(client, path)


def test_a_worker_joins_reads_keeps_it_in_the_record_and_stops() -> None:
    test = make_reader_test(make_project(tasks=1).project)
    made = make_project(tasks=1)
    person = made.worker.person
    assert person is not None
    add_member(person, Role.WORKER, NOW_MS, project=made.project)
    client = signed_in(person)
    assert "Choose it in my account" in page(client, "/readers/")
    assert client.post("/readers/choice", {"do": "agree"}).status_code == 302
    assert not Reader.objects.exists()
    agree_to_read(person, ["en"], NOW_MS)
    assert f'href="/readers/{test.pk}"' in page(client, "/readers/")
    assert TEXT not in page(client, f"/readers/{test.pk}")
    assert client.post(f"/readers/{test.pk}", {"do": "answer"}).status_code in {404, 422}

    read_as(person, test)

    record = record_of(person, "here", NOW_MS)
    assert record.tables["readings"][0]["answers"] == "[1, 1, 1]"
    assert record.tables["reading_pool"][0]["languages"] == "en"
    client.post("/readers/choice", {"do": "stop"})
    assert not Reader.objects.exists()
    assert "Letters" in page(client, "/readers/")


def test_readers_mark_answers_without_seeing_whose_they_are() -> None:
    from canut.core.commissions.reader_tests import ReaderQuestion

    questions = (*QUESTIONS[:2], ReaderQuestion("What is not known?"))
    test = make_reader_test(make_project(tasks=1).project, questions)
    author, marker = make_readers(2)
    read_as(author, test, ("1", "1", "Whether all were found"))
    membership = make_project(tasks=1).project
    add_member(marker, Role.WORKER, NOW_MS, project=membership)
    client = signed_in(marker)

    content = page(client, "/readers/")
    reading = test.readings.get()
    sent = client.post("/readers/mark", {"reading": reading.pk, "question": 2, "right": "1"})

    assert "Whether all were found" in content
    assert author.username not in content
    assert sent.status_code == 302
    assert "Whether all were found" not in page(client, "/readers/")
