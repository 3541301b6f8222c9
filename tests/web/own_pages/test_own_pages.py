"""A requester's page is framed, served without reach, and what it sends is received, no more."""

import json
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from canut.actions.own_pages.outside import finish_outside
from canut.actions.own_pages.pages import add_page, assign_page
from canut.actions.own_pages.seats import open_seat, receive_fields
from canut.actions.people.accounts import add_member
from canut.actions.work.leases import lease_tasks, skip_task
from canut.actions.work.submission import Submission, submit
from canut.core.clock import MINUTE_MS
from canut.core.errors import BadAnswer, Missing
from canut.core.formats.platforms.mturk_question import parse_layout, parse_question
from canut.core.kinds import check_schema
from canut.settings import URL, parse_pages_url
from canut.store.models import Answer, Claim, Membership, Role, Worker, WorkerAlias
from canut.web.work.schemas import ShownPage
from canut.web.work.task_contents import TaskContents
from tests.core.formats.platforms.test_mturk_question import EXTERNAL, schema
from tests.support.factories import NOW_MS, Made, make_person, make_project

pytestmark = pytest.mark.django_db
PAGE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<img src="https://pictures.example/x.png"><img src="http://testserver/account"><crowd-form><p>${text}</p></crowd-form>"""
RULES = {"properties": {"kind": {"enum": ["cat", "dog"]}}, "required": ["kind"]}


@pytest.fixture
def made() -> Made:
    asked = {"id": "p", "kind": "page", "ask": "Fill in.", "answer": RULES}
    made = make_project(schema=check_schema({"questions": [asked], "show": []}), tasks=1)
    page = add_page(made.project.pk, parse_layout(PAGE)[0], NOW_MS)
    assign_page(page, [made.tasks[0].pk], ["3" + "H" * 29])
    return made


def signed_in(worker: Worker) -> Client:
    person, project = worker.person, worker.project
    assert person is not None
    Membership.objects.create(
        person=person, project=project, role="worker", created_at=project.created_at
    )
    client = Client()
    client.force_login(person)
    return client


def lent(worker: Worker) -> int:
    return lease_tasks(worker.pk, 1, NOW_MS).tasks[0].lease


def framed(client: Client, made: Made, lease: int) -> tuple[str, str]:
    """Return the address of the page in the frame, and the policy of the frame."""
    answer = client.get(f"/work/{made.project.slug}/own-page/{lease}")
    text = answer.content.decode()
    assert answer.status_code == 200, text
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "allow-same-origin" not in text
    assert "allow-top-navigation" not in text
    return unescape(text.split('src="http')[1].split('"')[0]), answer["Content-Security-Policy"]


def test_page_is_framed_filled_in_and_answered(made: Made) -> None:
    client, lease = signed_in(made.worker), lent(made.worker)

    address, policy = framed(client, made, lease)
    parts = urlsplit("http" + address)
    given = parse_qs(parts.query)
    shown = Client().get(parts.path)
    submit = urlsplit(given["turkSubmitTo"][0] + "/mturk/externalSubmit").path

    assert list(given) == ["assignmentId", "hitId", "workerId", "turkSubmitTo"]
    assert given["hitId"] == ["3" + "H" * 29]
    assert given["workerId"] == [WorkerAlias.objects.get(person=made.worker.person).public_id]
    assert policy.split("; ")[1] == "frame-src http://testserver"
    assert "frame-ancestors 'self'" in policy
    page = shown.content.decode()
    assert "<p>avis 0</p>" in page
    assert 'src="http://testserver/static/dist/crowd-html-elements.js"' in page
    rules = dict(rule.split(" ", 1) for rule in shown["Content-Security-Policy"].split("; "))
    assert "allow-same-origin" not in rules["sandbox"]
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "http://testserver/static/ https://pictures.example"
    assert rules["form-action"] == given["turkSubmitTo"][0] + "/"
    assert "Set-Cookie" not in shown.headers
    asked = f"/work/{made.project.slug}/own-page/{lease}/received"
    assert client.post(asked).json() == {"fields": None}

    outside = Client(enforce_csrf_checks=True)
    form = {"assignmentId": given["assignmentId"][0], "kind": "cat"}
    refused = outside.post(submit, {**form, "kind": "bird"}, headers={"origin": "null"})
    for path in (submit, submit.replace("/mturk", "//mturk")):
        sent = outside.post(path, form, headers={"origin": "null"})
        assert (sent.status_code, 'data-canut="received"' in sent.content.decode()) == (200, True)

    assert refused.status_code == 422
    assert "kind" in refused.content.decode()
    assert not Answer.objects.exists()
    assert client.post(asked).json() == {"fields": {"kind": ["cat"]}}
    answer = {"answers": [{"lease": lease, "key": "k", "values": {"p": {"kind": ["cat"]}}}]}
    handed = client.post(
        f"/work/{made.project.slug}/answers", json.dumps(answer), content_type="application/json"
    )
    assert handed.json()["receipts"][0]["counted"]


def test_nothing_is_taken_that_is_large_has_files_or_no_capability(made: Made) -> None:
    client, lease = signed_in(made.worker), lent(made.worker)
    address, _ = framed(client, made, lease)
    submit = urlsplit(parse_qs(address)["turkSubmitTo"][0]).path + "/mturk/externalSubmit"
    large = "kind=" + "x" * 2**20
    form = "application/x-www-form-urlencoded"

    assert client.post(submit, large, content_type=form).status_code == 413
    many = "&".join(f"f{n}=1" for n in range(1_001))
    assert client.post(submit, many, content_type=form).status_code in {400, 413}
    nobodys = client.post("/s/x/mturk/externalSubmit", "kind=cat", content_type=form)
    assert nobodys.status_code == 404
    with_file = {"kind": "cat", "f": SimpleUploadedFile("a.txt", b"a")}
    assert client.post(submit, with_file).status_code == 422
    skip_task(made.worker.pk, lease, "broken", NOW_MS)
    assert client.post(submit, "kind=cat", content_type=form).status_code == 409
    assert client.get(urlsplit("http" + address).path).status_code == 404
    assert client.get(f"/work/{made.project.slug}/own-page/{lease}").status_code == 409


def elsewhere() -> Made:
    """Make a project whose page is on another site and may not say what it is asked."""
    asked = {"id": "p", "kind": "page", "ask": "Fill in.", "answer": RULES}
    made = make_project(schema=check_schema({"questions": [asked], "show": []}), tasks=1)
    question = EXTERNAL % (schema("ExternalQuestion"), "https://study.example/a?x=1#top")
    page = add_page(made.project.pk, parse_question(question), NOW_MS, question)
    assign_page(page, [made.tasks[0].pk])
    return made


def test_page_of_another_site_is_framed_at_its_address_or_opened_beside() -> None:
    made = elsewhere()
    client = signed_in(made.worker)
    lease = lent(made.worker)

    address, policy = framed(client, made, lease)
    beside = client.get(f"/work/{made.project.slug}/own-page/{lease}/outside")

    assert address.startswith("s://study.example/a?x=1&assignmentId=3")
    assert address.endswith("#top")
    assert "frame-src https://study.example;" in policy
    assert (beside.status_code, beside["Location"]) == (302, "http" + address)
    assert beside["Referrer-Policy"] == "no-referrer"
    contents = TaskContents(made.project.pk, made.project.slug, made.question.schema, [])
    shown = contents.row(lease=lease, task=made.tasks[0].pk, key="", data={}, question_version=1)
    cell = shown.cells["own page"]
    assert isinstance(cell, ShownPage)
    assert (cell.hosts, cell.outside[-8:]) == (["study.example"], "/outside")


def test_word_that_they_finished_is_an_answer_and_the_time_there_is_granted() -> None:
    made = elsewhere()
    person, lease = made.worker.person, lent(made.worker)
    assert person is not None
    with pytest.raises(Missing):
        finish_outside(made.worker.pk, lease, NOW_MS)
    open_seat(made.worker.pk, lease, NOW_MS)
    back_ms = NOW_MS + 50 * MINUTE_MS

    word = finish_outside(made.worker.pk, lease, back_ms)
    again = finish_outside(made.worker.pk, lease, back_ms)
    submit(made.worker.pk, Submission(lease, "k", {"p": word}), back_ms)

    claim = Claim.objects.get(person=person)
    assert word == again == {"canut.finished": ["yes"]}
    assert (claim.why, claim.accepted_ms, claim.pending_ms) == (
        Claim.Why.STUDY,
        30 * MINUTE_MS,
        20 * MINUTE_MS,
    )
    assert claim.decision is not None
    assert "on the requester’s page" in claim.decision.text_en
    assert json.loads(Answer.objects.get().values) == {"p": word}


def test_no_page_can_give_a_persons_word_and_none_of_ours_is_elsewhere(made: Made) -> None:
    lease = lent(made.worker)
    seat = open_seat(made.worker.pk, lease, NOW_MS)
    with pytest.raises(Missing, match="another site"):
        finish_outside(made.worker.pk, lease, NOW_MS)
    with pytest.raises(BadAnswer):
        receive_fields(seat.secret, "", [("canut.finished", "yes")], NOW_MS)


def test_requester_sees_the_page_as_people_will_and_sends_nothing(made: Made) -> None:
    client, anybody = Client(), Client()
    requester = make_person()
    add_member(requester, Role.REQUESTER, NOW_MS, project=made.project)
    client.force_login(requester)

    shown = client.get(f"/projects/{made.project.slug}/own-page?task=7")
    frame = client.get(f"/projects/{made.project.slug}/own-page/frame?task=1")
    address = urlsplit(unescape(frame.content.decode().split('src="')[2].split('"')[0]))
    page = anybody.get(address.path)

    assert "pictures.example" in shown.content.decode()
    given = parse_qs(address.query)
    assert given["assignmentId"] == ["ASSIGNMENT_ID_NOT_AVAILABLE"]
    assert "workerId" not in given
    assert "<p>avis 0</p>" in page.content.decode()
    assert "form-action 'none'" in page["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert anybody.get(address.path.replace("/page", "x/page")).status_code == 404
    assert client.get(f"/projects/{make_project().project.slug}/own-page").status_code == 404


@pytest.mark.parametrize("text", ["pages.example", "https://pages.example/x", URL])
def test_host_of_own_pages_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="CANUT_PAGES_URL"):
        parse_pages_url(text)


def test_own_pages_are_on_a_host_of_their_own_where_one_is_set(
    made: Made, settings: Settings
) -> None:
    settings.PAGES_URL = "http://pages.example"
    settings.ALLOWED_HOSTS = ["*"]
    client, there = signed_in(made.worker), Client(headers={"host": "pages.example"})
    address, policy = framed(client, made, lent(made.worker))
    parts = urlsplit("http" + address)

    page = there.get(parts.path)

    assert parts.netloc == "pages.example"
    assert "frame-src http://pages.example;" in policy
    assert f"frame-ancestors {settings.URL}" in page["Content-Security-Policy"]
    assert "http://pages.example/static/dist/own-page.js" in page.content.decode()
    assert parse_qs(parts.query)["turkSubmitTo"][0].startswith("http://pages.example/s/")
    assert client.get(parts.path).status_code == 404
    assert [there.get(path).status_code for path in ("/", "/accounts/login/")] == [404, 404]
