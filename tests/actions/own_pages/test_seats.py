import csv
import json

import pytest
from django.db import DatabaseError, transaction

from canut.actions.datasets.label_exports import export_labels
from canut.actions.own_pages.pages import add_page, assign_page, check_pages
from canut.actions.own_pages.seats import open_seat, receive_fields, received_fields
from canut.actions.quality.estimates import estimate_labels
from canut.actions.time.retention import delete_expired
from canut.actions.work.leases import lease_tasks, release_leases
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.errors import BadAnswer, BadInput, Conflict, LeaseGone, Missing
from canut.core.formats.platforms.mturk_question import parse_layout
from canut.core.kinds import check_schema, questions_of
from canut.store.own_pages.pages import page_of_task
from canut.store.own_pages.seats import seat_by_secret
from canut.store.tables.projects import Project
from canut.store.tables.tasks import RequesterPage, TaskState
from canut.store.tables.work import Answer, PageSeat, Worker
from tests.support.factories import NOW_MS, make_project, make_worker

pytestmark = pytest.mark.django_db
NOON = NOW_MS
RULES = {"properties": {"age": {"type": "integer"}}, "required": ["age"]}
ASKED = check_schema(
    {"questions": [{"id": "p", "kind": "page", "ask": "Fill in.", "answer": RULES}], "show": []}
)


@pytest.fixture
def project() -> Project:
    return make_project(schema=ASKED, tasks=2).project


@pytest.fixture
def worker(project: Project) -> Worker:
    return project.workers.get()


def test_page_is_stored_once_and_never_changes(project: Project) -> None:
    parsed, _ = parse_layout("<p>${text}</p>")

    page = add_page(project.pk, parsed, NOON)

    assert add_page(project.pk, parsed, NOON + 1).pk == page.pk
    with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
        RequesterPage.objects.filter(pk=page.pk).update(body="<p>other</p>")
    assert add_page(make_project().project.pk, parsed, NOON).pk != page.pk


def test_task_shows_its_own_page_else_that_of_the_question(project: Project) -> None:
    common = add_page(project.pk, parse_layout("<p>all</p>")[0], NOON)
    own = add_page(project.pk, parse_layout("<p>one</p>")[0], NOON)
    first, second = project.task_set.order_by("pk").values_list("pk", flat=True)
    assign_page(own, [second], ["3" + "A" * 29])
    asked = {"questions": [{**questions_of(ASKED)[0], "page": common.sha256}]}

    assert page_of_task(project.pk, first, asked) == common
    assert page_of_task(project.pk, second, asked) == own
    assert page_of_task(project.pk, first, ASKED) is None
    check_pages(project.pk, asked)
    with pytest.raises(Missing):
        check_pages(make_project().project.pk, asked)


def test_what_a_page_sends_is_kept_until_its_worker_hands_it_in(worker: Worker) -> None:
    lease = lease_tasks(worker.pk, 1, NOON).tasks[0]
    seat = open_seat(worker.pk, lease.lease, NOON)

    assert open_seat(worker.pk, lease.lease, NOON + 1) == seat
    assert seat.secret not in str(PageSeat.objects.values().get())
    sent = [("assignmentId", seat.public_id), ("age", "3\x0b"), ("tag", "a"), ("tag", "b")]
    receive_fields(seat.secret, seat.public_id, sent, NOON)
    assert not Answer.objects.exists()
    fields = received_fields(worker.pk, lease.lease)
    assert fields == {"age": ["3"], "tag": ["a", "b"]}
    with pytest.raises(Missing):
        received_fields(make_worker(worker.project).pk, lease.lease)

    receipt = submit(worker.pk, Submission(lease.lease, "k", {"p": fields}), NOON + 1)

    assert receipt.counted
    receive_fields(seat.secret, "", [("age", "9")], NOON + 2)
    assert received_fields(worker.pk, lease.lease) == fields
    delete_expired(NOON + 8 * DAY_MS)
    assert received_fields(worker.pk, lease.lease) is None


def test_capability_is_the_only_proof_and_ends_with_the_lease(worker: Worker) -> None:
    lease = lease_tasks(worker.pk, 1, NOON).tasks[0]
    seat = open_seat(worker.pk, lease.lease, NOON)
    sent = [("age", "3")]

    for secret, assignment in [("x", ""), (seat.secret + "0", ""), (seat.secret, "3" + "B" * 29)]:
        with pytest.raises(Missing):
            receive_fields(secret, assignment, sent, NOON)
    for refused in ([("age", "old")], [("tag", "a")], [("workerId", "A1")]):
        with pytest.raises(BadAnswer):
            receive_fields(seat.secret, seat.public_id, refused, NOON)
    with pytest.raises(Missing):
        open_seat(make_worker(worker.project).pk, lease.lease, NOON)
    release_leases(worker.pk, [lease.lease], NOON)
    with pytest.raises(Conflict):
        receive_fields(seat.secret, seat.public_id, sent, NOON + HOUR_MS)
    with pytest.raises(LeaseGone):
        open_seat(worker.pk, lease.lease, NOON + HOUR_MS)
    found = seat_by_secret(seat.secret)
    assert found is not None
    assert not found.received


def test_survey_takes_many_answers_and_its_fields_are_exported() -> None:
    asked = {"id": "p", "kind": "page", "ask": "Fill in."}
    survey = make_project(
        schema=check_schema({"questions": [asked], "show": []}), workers=3, tasks=1
    )
    choice = {**asked, "fields": ["a"]}
    merged = make_project(
        schema=check_schema({"questions": [choice], "show": []}), workers=3, tasks=1
    )

    set_overlap(survey.project.pk, 1_000, NOON)
    set_overlap(merged.project.pk, 3, NOON)
    for made in (survey, merged):
        for number, worker in enumerate(made.workers):
            lease = lease_tasks(worker.pk, 1, NOON).tasks[0].lease
            said = {
                "taskAnswers": json.dumps([{"b": {"label": str(number)}}]),
                "a": ["x", "x", "y"][number],
            }
            submit(worker.pk, Submission(lease, str(number), {"p": said}), NOON + number)

    with pytest.raises(BadInput, match="expected 1 to 100"):
        set_overlap(merged.project.pk, 101, NOON)
    states = TaskState.objects.filter(counted=3)
    first, second = (states.get(project=made.project) for made in (survey, merged))
    assert (first.state, first.confidence) == ("open", 0.25)
    assert second.state == "closed"
    assert estimate_labels(survey.project.pk, NOON).alpha is None
    assert estimate_labels(merged.project.pk, NOON).alpha is not None
    rows = b"".join(export_labels(merged.project.pk, "csv", now_ms=NOON)).decode().splitlines()
    table = list(csv.DictReader(rows))
    assert (table[0]["field.a"], table[0]["field.b.label"]) == ("x", "0")
