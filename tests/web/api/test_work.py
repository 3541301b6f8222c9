"""A whole project run by programs alone, and what its hot path costs."""

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from canut.actions.operations import jobs
from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.store.models import Answer, ApiKey, Lease, PayLine, Project
from tests.support.factories import SCHEMA, make_project
from tests.support.instance import House
from tests.web.api.program import AIMS, Program, program

pytestmark = pytest.mark.django_db


def begin(requester: Program, rows: int = 3, overlap: int = 1) -> str:
    """Make an open project of own staff, through the API alone."""
    slug = str(requester.post("projects", {"title": "Avis", "own_staff": True})["project"])
    at = f"projects/{slug}"
    requester.ask("PUT", f"{at}/aims", AIMS)
    requester.post(f"{at}/questions", {"schema": SCHEMA})
    requester.post(f"{at}/rates", {"currency": "CAD", "piece_micro": 210_000})
    requester.ask("PUT", f"{at}/overlap", {"overlap": overlap})
    sent = [{"id": f"{n:04}", "text": f"avis {n}"} for n in range(rows)]
    requester.post(f"{at}/tasks?id=id", sent)
    requester.post(f"{at}/start")
    return slug


def answer_all(worker: Program, slug: str, value: str = "oui") -> int:
    """Answer until nothing is left; return how many answers were kept."""
    kept = 0
    while True:
        held = worker.post(f"projects/{slug}/leases", {"count": 5})["leases"]
        if not held:
            return kept
        for lent in held:
            body = {"lease": lent["lease"], "key": f"k{lent['lease']}", "values": {"q": value}}
            worker.post(f"projects/{slug}/answers", body)
            kept += 1


def test_whole_project_is_run_by_programs_alone(house: House) -> None:
    requester = program("requester", organisation=house.organisation)
    slug = begin(requester, rows=4, overlap=2)
    workers = [program("worker", organisation=house.organisation) for _ in range(2)]

    kept = sum(answer_all(one, slug) for one in workers)

    results = requester.get(f"projects/{slug}/results")
    assert kept == 8
    assert [(one["label"], one["answers"], one["done"]) for one in results["items"]] == [
        ("oui", 2, True)
    ] * 4
    made = requester.post(f"projects/{slug}/exports", {"what": "labels", "form": "csv"})
    file = requester.ask("GET", f"projects/{slug}/exports/{made['id']}/file")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file.content.count(b"oui") == 4


def test_answer_and_the_next_tasks_are_one_request_and_sent_again_it_lends_no_more() -> None:
    made = make_project(tasks=4)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    (first,) = bot.post(f"{at}/leases", {"count": 1})["leases"]
    body = {"lease": first["lease"], "key": "k1", "values": {"q": "oui"}, "next": 2}

    told = bot.post(f"{at}/answers", body)
    again = bot.post(f"{at}/answers", body)

    assert not told["repeated"]
    assert again["repeated"]
    assert len(told["next"]["leases"]) == 2
    assert again["next"]["leases"] == told["next"]["leases"]
    assert told["held_up"] is None
    assert first["lease"] not in {one["lease"] for one in told["next"]["leases"]}
    assert Lease.objects.count() == 3


def test_answer_is_kept_where_no_more_tasks_may_be_lent_and_it_is_said_why() -> None:
    made = make_project(tasks=4)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    (first,) = bot.post(f"{at}/leases", {"count": 1})["leases"]
    made.project.state = Project.State.PAUSED
    made.project.save(update_fields=["state"])

    told = bot.post(
        f"{at}/answers", {"lease": first["lease"], "key": "k1", "values": {"q": "oui"}, "next": 2}
    )

    assert told["counted"]
    assert told["next"] is None
    assert told["held_up"]["code"] == "project-paused"


def test_many_answers_are_estimated_by_a_job_and_read_when_it_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    requester = program("requester", organisation=house.organisation)
    slug = begin(requester, rows=2)
    answer_all(program("worker", organisation=house.organisation), slug)
    at = f"projects/{slug}/estimate"
    monkeypatch.setattr(jobs, "FEW_ANSWERS", 1)

    asked = [requester.ask("POST", at) for _ in range(2)]
    waiting = requester.get(at)
    queued = DBTaskResult.objects.filter(task_path=jobs.estimate_again.module_path)
    count = queued.count()
    estimate_labels(Project.objects.get(slug=slug).pk, now_ms())
    queued.update(status=TaskResultStatus.SUCCESSFUL)
    done = requester.get(at)

    assert [one.status_code for one in asked] == [202, 202]
    assert (waiting["state"], waiting["answers"], waiting["at"]) == ("waiting", 0, None)
    assert count == 1  # asked for twice, it waits once
    assert (done["state"], done["answers"]) == ("done", 2)


def test_answers_of_a_program_are_a_models_and_unpaid() -> None:
    made = make_project(tasks=2)
    bot = program("worker", project=made.project)

    kept = answer_all(bot, made.project.slug)

    rows = Answer.objects.filter(project=made.project)
    assert kept == 2
    assert {row.author_kind for row in rows} == {"model"}
    assert {line.piece_micro for line in PayLine.objects.filter(answer__in=rows)} == {0}


def test_answers_of_a_simulated_program_say_so() -> None:
    made = make_project(tasks=1)
    bot = program("worker", project=made.project, simulated=True)

    answer_all(bot, made.project.slug)

    assert Answer.objects.get(project=made.project).author_kind == "simulated"


def test_same_answer_sent_twice_is_kept_once() -> None:
    made = make_project(tasks=1)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    (lent,) = bot.post(f"{at}/leases", {"count": 1})["leases"]
    body = {"lease": lent["lease"], "key": "a", "values": {"q": "oui"}}

    codes = [bot.ask("POST", f"{at}/answers", body).status_code for _ in range(2)]

    assert codes == [201, 200]
    assert Answer.objects.count() == 1


def test_one_refused_answer_of_many_holds_back_no_other() -> None:
    made = make_project(tasks=2)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    held = bot.post(f"{at}/leases", {"count": 2})["leases"]
    given = [
        {"lease": one["lease"], "key": str(n), "values": {"q": value}}
        for n, (one, value) in enumerate(zip(held, ("oui", "peut-être"), strict=True))
    ]

    told = bot.post(f"{at}/answers/batch", {"answers": given})

    assert [one["key"] for one in told["receipts"]] == ["0"]
    assert [one["key"] for one in told["refused"]] == ["1"]


def test_lease_that_is_renewed_lasts_longer_but_no_more_than_a_day() -> None:
    made = make_project(tasks=2, lease_seconds=600)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    young, old = bot.post(f"{at}/leases", {"count": 2})["leases"]
    day_ago = now_ms() - 24 * 3_600_000 + 100_000
    Lease.objects.filter(id=old["lease"]).update(lent_ms=day_ago)
    Lease.objects.update(expires_ms=now_ms() + 60_000)

    told = bot.post(f"{at}/leases/renew", {"leases": [young["lease"], old["lease"], 999_999]})

    ends = dict(Lease.objects.values_list("id", "expires_ms"))
    assert set(told["leases"]) == {str(young["lease"]), str(old["lease"])}
    assert ends[young["lease"]] > now_ms() + 500_000
    assert ends[old["lease"]] == day_ago + 24 * 3_600_000


def test_lease_given_back_is_lent_to_another() -> None:
    made = make_project(tasks=1)
    first, second = (program("worker", project=made.project) for _ in range(2))
    at = f"projects/{made.project.slug}"
    (lent,) = first.post(f"{at}/leases", {"count": 1})["leases"]

    given_back = first.ask("DELETE", f"{at}/leases/{lent['lease']}")

    assert given_back.status_code == 204
    assert len(second.post(f"{at}/leases", {"count": 1})["leases"]) == 1


def said(act: Callable[[], object]) -> int:
    """Count what an act says to the database, but for the ends of transactions."""
    with CaptureQueriesContext(connection) as heard:
        act()
    around = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not one["sql"].strip().startswith(around) for one in heard.captured_queries)


def test_lease_and_submit_cost_one_statement_more_than_their_actions() -> None:
    made = make_project(tasks=20, overlap=2)
    bot = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"
    (first,) = bot.post(f"{at}/leases", {"count": 1})["leases"]
    bot.post(f"{at}/answers", {"lease": first["lease"], "key": "0", "values": {"q": "oui"}})
    seat = made.worker.pk
    (own,) = lease_tasks(seat, 1, now_ms()).tasks
    submit(seat, Submission(own.lease, "0", {"q": "oui"}), now_ms())

    lease_by_action = said(lambda: lease_tasks(seat, 1, now_ms()))
    lease_by_api = said(lambda: bot.post(f"{at}/leases", {"count": 1}))
    (mine,) = lease_tasks(seat, 1, now_ms()).tasks
    (theirs,) = bot.post(f"{at}/leases", {"count": 1})["leases"]
    given = Submission(mine.lease, "1", {"q": "oui"})
    submit_by_action = said(lambda: submit(seat, given, now_ms()))
    body = {"lease": theirs["lease"], "key": "1", "values": {"q": "oui"}}
    submit_by_api = said(lambda: bot.post(f"{at}/answers", body))

    assert (lease_by_api, submit_by_api) == (lease_by_action + 1, submit_by_action + 1)


def test_day_of_use_is_noted_once_a_day() -> None:
    made = make_project(tasks=1)
    bot = program("requester", project=made.project)
    bot.get("key")

    again = said(lambda: bot.get("key"))

    assert ApiKey.objects.get().used_on is not None
    assert again == 2  # who asks, and what is shown of the key


def test_worker_lists_its_own_answers_alone() -> None:
    made = make_project(tasks=1, overlap=2)
    bots = [program("worker", project=made.project) for _ in range(2)]
    for bot in bots:
        answer_all(bot, made.project.slug)

    told = bots[0].get(f"projects/{made.project.slug}/answers")

    assert len(told["items"]) == 1
    assert json.dumps(told).count('"worker"') == 1
