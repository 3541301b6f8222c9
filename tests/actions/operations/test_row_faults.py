"""A row that cannot be read holds back itself: the schedule goes on, with the next of its kind."""

import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.db.models import QuerySet, TextField, Value
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from canut.actions.decisions.appeals import appeal
from canut.actions.integrations.outbox import enqueue
from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.actions.ledger import log_keys, witnesses
from canut.actions.ledger.sequencer import sequence
from canut.actions.ledger.witnesses import WitnessEndpoint
from canut.actions.operations import scheduler
from canut.actions.operations.jobs import read_rows
from canut.actions.operations.scheduler import begin_again, run_due
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.erasure import erase_due
from canut.actions.platform import row_faults, system_clock
from canut.actions.platform.row_faults import attempt
from canut.actions.projects import removal
from canut.core.clock import DAY_MS, to_ms
from canut.core.proofs.note import ED25519, Signer, read_key, write_key
from canut.store.models import (
    Beat,
    Decision,
    Import,
    Person,
    Project,
    QuestionVersion,
    Statement,
    Task,
    TaskState,
)
from canut.store.operations.health import read_readiness
from canut.store.tables.decisions import Appeal
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.ledger import EntryPending, Log
from canut.store.tables.participation import Election, PolicyChange
from canut.store.tables.people import Erasure, Letter
from canut.store.tables.platform import Fact
from canut.store.tables.projects import Removal
from canut.store.tables.quality import Estimate
from canut.store.tables.time import Claim, WorkedDay
from tests.support.claims import have_been_here
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, answer_next, make_person, make_project, make_worker
from tests.support.payroll import AFTER, LAST, agree, made_with, moment, period, person_of, policy
from tests.support.webhook_receiver import receiver
from tests.support.working_hours import HOUR, work

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


@pytest.fixture(autouse=True)
def _fresh(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report every fault, at one moment; send mail and call receivers here."""
    monkeypatch.setattr(row_faults, "_reported", {})
    monkeypatch.setattr(system_clock, "time_ns", lambda: NOW_MS * 1_000_000)
    settings.SENDS_MAIL = settings.WEBHOOKS_INSIDE = True


def spoil(rows: QuerySet[Any], column: str) -> None:
    """Write what cannot be read into rows: no JSON, or JSON of another shape."""
    if connection.vendor != "sqlite":
        rows.update(**{column: "?"})
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints=ON")
        rows.update(**{column: Value("[[", TextField())})
        cursor.execute("PRAGMA ignore_check_constraints=OFF")


@dataclass(frozen=True)
class Spoilt:
    """A bad row and a good one of its kind.

    Args:
        name: how the operator knows the bad row.
        is_good_done: whether the good row was processed.
    """

    name: str
    is_good_done: Callable[[], bool]


def two_projects() -> Spoilt:
    bad, good = make_project(tasks=1, overlap=1), make_project(tasks=1, overlap=1)
    for made in (bad, good):
        answer_next(made.worker, now_ms=NOW_MS)
    spoil(QuestionVersion.objects.filter(project=bad.project), "schema")
    return Spoilt(
        f"project-{bad.project.pk}",
        lambda: Estimate.objects.filter(project=good.project).exists(),
    )


def two_letters() -> Spoilt:
    people = [make_person(), make_person()]
    Person.objects.update(email="ada@example.org")
    bad, good = (
        Letter.objects.create(kind=kind, number=n, person=person, made_ms=NOW_MS, due_ms=NOW_MS)
        for n, (kind, person) in enumerate(zip(("later", "payment"), people, strict=True))
    )
    return Spoilt(f"e-mail-{bad.pk}", lambda: len(mail.outbox) == 1 and _is_sent(good))


def _is_sent(letter: Letter) -> bool:
    letter.refresh_from_db()
    return letter.sent_ms is not None


def two_appeals() -> Spoilt:
    bad, good = make_due(), make_due()
    numbers = [
        appeal(due.reject().pk, by=due.person, words="Ironie.", now_ms=NOW_MS - 30 * DAY_MS).pk
        for due in (bad, good)
    ]
    spoil(Decision.objects.filter(appeal=numbers[0]), "inputs")
    return Spoilt(
        f"appeal-{numbers[0]}",
        lambda: Appeal.objects.filter(pk=numbers[1], outcome="overturned").exists(),
    )


def two_claims() -> Spoilt:
    made = make_project()
    assert made.worker.person
    have_been_here(made.worker.person, made.project.pk, NOW_MS - 7 * HOUR)
    bad, good = (
        Claim.objects.create(
            person_id=made.worker.person_id or 0, project=made.project, kind="asked", why="paper",
            state="pending", begin_ms=NOW_MS - HOUR * n, end_ms=NOW_MS - HOUR * n + 60_000,
            pending=[[NOW_MS - HOUR * n, NOW_MS - HOUR * n + 60_000]],
            made_ms=NOW_MS - 9 * DAY_MS, due_ms=NOW_MS - 2 * DAY_MS,
        )
        for n in (3, 6)
    )  # fmt: skip
    spoil(Claim.objects.filter(pk=bad.pk), "pending")
    return Spoilt(
        f"claim-{bad.pk}",
        lambda: Claim.objects.filter(pk=good.pk, state="granted").exists(),
    )


def two_people() -> Spoilt:
    made = make_project(workers=2)
    bad, good = (worker.person_id or 0 for worker in made.workers)
    for person in (bad, good):
        work(person, made.project.pk, "instructions", NOW_MS - HOUR, 5)
    WorkedDay.objects.all().delete()
    spoil(Beat.objects.filter(person=bad), "buckets")
    return Spoilt(f"time-{bad}", lambda: WorkedDay.objects.filter(person=good).exists())


def two_elections() -> Spoilt:
    people = [make_project() for _ in range(2)]
    bad, good = (
        Election.objects.create(
            organisation=made.project.organisation, seats=1, opened_ms=NOW_MS - 30 * DAY_MS,
            voting_ms=NOW_MS - 20 * DAY_MS, closes_ms=NOW_MS - DAY_MS, voters=1,
        )
        for made in people
    )  # fmt: skip
    spoil(Election.objects.filter(pk=bad.pk), "box")
    return Spoilt(
        f"election-{bad.pk}",
        lambda: Election.objects.filter(pk=good.pk, counted_ms=NOW_MS).exists(),
    )


def two_policy_changes() -> Spoilt:
    by = make_person()
    bad, good = (
        PolicyChange.objects.create(
            name=name, old=600, new=new, reason="plus court", by=by, state="waiting",
            proposed_ms=NOW_MS - 15 * DAY_MS,
        )
        for name, new in (("hours_day", 2**60), ("hours_week", 480))
    )  # fmt: skip
    return Spoilt(
        f"change-{bad.pk}",
        lambda: PolicyChange.objects.filter(pk=good.pk, takes_effect_ms=NOW_MS).exists(),
    )


def two_imports() -> Spoilt:
    bad, good = (make_project(tasks=2, state="draft").tasks[0].source for _ in range(2))
    TaskState.objects.filter(task__source__in=(bad, good)).delete()
    Import.objects.filter(pk__in=(bad.pk, good.pk)).update(state="discarded", format="csv")
    spoil(Import.objects.filter(pk=bad.pk), "reading")
    return Spoilt(f"import-{bad.pk}", lambda: not Task.objects.filter(source=good).exists())


KINDS = {
    "import": two_imports,
    "election": two_elections,
    "policy change": two_policy_changes,
    "project": two_projects,
    "e-mail": two_letters,
    "appeal": two_appeals,
    "claim": two_claims,
    "person's time": two_people,
}


@pytest.mark.parametrize("kind", KINDS)
def test_bad_row_is_named_to_the_operator_and_the_next_is_done(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = KINDS[kind]()

    with caplog.at_level(logging.ERROR, "canut.schedule"):
        run_due()

    faults = read_readiness(NOW_MS).row_faults
    assert [fault.partition(" (")[0] for fault in faults] == [rows.name]
    assert f"{rows.name} failed and is left out" in caplog.text
    assert rows.is_good_done()


def test_every_bad_row_at_once_stops_no_other() -> None:
    made = [make() for make in KINDS.values()]

    run_due()

    names = {fault.partition(" (")[0] for fault in read_readiness(NOW_MS).row_faults}
    assert names >= {rows.name for rows in made}
    assert [rows.name for rows in made if not rows.is_good_done()] == []


def test_bad_removal_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = (make_project(tasks=1, state="draft").project for _ in range(2))
    removals = [
        Removal.objects.create(
            project=project, asked_by=project.created_by, asked_ms=NOW_MS - 31 * DAY_MS,
            due_ms=NOW_MS - DAY_MS,
        )
        for project in (bad, good)
    ]  # fmt: skip

    def is_bare(project: Project) -> bool:
        if project == bad:
            raise LookupError("a row of a later version")
        return True

    monkeypatch.setattr(removal, "is_bare", is_bare)

    run_due()

    assert read_readiness(NOW_MS).row_faults[0].startswith(f"removal-{removals[0].pk} (")
    assert not Removal.objects.filter(project=good, done_ms=None).exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_bad_request_for_erasure_stops_no_other() -> None:
    made = make_project(workers=2)
    for worker in made.workers:
        answer_next(worker, now_ms=NOW_MS)
    bad, good = (
        Erasure.objects.create(person_id=worker.person_id or 0, asked_ms=NOW_MS)
        for worker in made.workers
    )
    spoil(Erasure.objects.filter(pk=bad.pk), "entries")

    erase_due(NOW_MS)

    assert read_readiness(NOW_MS).row_faults[0].startswith(f"erasure-{bad.pk} (")
    assert Erasure.objects.filter(pk=good.pk, done_ms=NOW_MS).exists()


def test_bad_log_stops_no_other(settings: Settings, tmp_path: Path) -> None:
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    bad, good = make_project(), make_project()
    for made in (bad, good):
        answer_next(made.worker, now_ms=NOW_MS)
    sequence(NOW_MS)
    Log.objects.filter(project=bad.project).update(parts=b"x")
    for made in (bad, good):
        answer_next(made.worker, now_ms=NOW_MS)

    sequence(NOW_MS)

    log_keys.forget_keys()
    assert read_readiness(NOW_MS).row_faults[0].startswith(f"log-{bad.project.pk} (")
    assert not EntryPending.objects.filter(project=good.project, logentry=None).exists()


def test_bad_witness_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    key = read_key(write_key(Signer("w", ED25519, bytes(32)).key))
    endpoints = [WitnessEndpoint(name, key, "http://127.0.0.1:9") for name in ("bad", "good")]
    log = Log.objects.create(origin="here/log", key="k", checkpoint="c", size=3)
    reached: list[str] = []

    def ask(witness: WitnessEndpoint, _log: Log, _old: int) -> str:
        if witness.name == "bad":
            raise KeyError("size")
        reached.append(witness.name)
        return ""

    monkeypatch.setattr(witnesses, "witness_policy", lambda: (None, endpoints))
    monkeypatch.setattr(witnesses, "_ask", ask)

    assert witnesses.ask_witnesses() == 1

    assert log.size == 3
    assert reached == ["good"]
    assert read_readiness(NOW_MS).row_faults[0].startswith("witness-bad (")


def test_bad_webhook_stops_no_other() -> None:
    with receiver() as there:
        project, other = make_project().project, make_project().project
        bad, good = (
            create_webhook(
                each, WebhookSpec(there.url, ["project.paused"]), by=each.created_by, now_ms=NOW_MS
            )[0]
            for each in (project, other)
        )
        for each in (project, other):
            enqueue(each, "project.paused", {"state": "paused"}, NOW_MS)
        spoil(Webhook.objects.filter(pk=bad.pk), "events")
        Webhook.objects.filter(pk=bad.pk).update(sealed=b"x")

        deliver_due(lambda: NOW_MS)

    assert Delivery.objects.get(webhook_id=good.pk).state == Delivery.State.DELIVERED
    assert read_readiness(NOW_MS).row_faults[0].startswith(f"webhook-{bad.pk} (")


def test_bad_job_stops_no_other() -> None:
    for _ in range(2):
        read_rows.enqueue(1)
    bad, good = DBTaskResult.objects.filter(task_path=read_rows.module_path)
    DBTaskResult.objects.filter(pk__in=(bad.pk, good.pk)).update(
        status="RUNNING", worker_ids=["work-gone"]
    )
    DBTaskResult.objects.filter(pk=bad.pk).update(worker_ids=[])

    assert begin_again() == 1

    assert DBTaskResult.objects.get(pk=good.pk).status == "READY"
    assert read_readiness(NOW_MS).row_faults[0].startswith(f"job-{bad.pk}"[:34])


def test_step_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fail(_now_ms: int) -> None:
        raise ValueError("of a later version")

    def go_on(_now_ms: int) -> None:
        ran.append("next")

    monkeypatch.setattr(scheduler, "STEPS", (fail, go_on))

    run_due()

    assert ran == ["next"]
    assert read_readiness(NOW_MS).row_faults == ("step-fail (ValueError: of a later version)",)


def test_outage_concerns_every_row() -> None:
    def lose() -> None:
        raise OperationalError("locked") from sqlite3.OperationalError("locked")

    with pytest.raises(OperationalError):
        attempt("project", 1, lose)

    assert not Fact.objects.filter(name="fault-project-1").exists()


def test_mended_row_leaves_the_list_at_once_and_another_process_within_a_day() -> None:
    attempt("project", 7, partial(int, "x"))
    attempt("project", 8, partial(int, "x"))
    attempt("project", 7, partial(int, "1"))

    assert [fault[:9] for fault in read_readiness(NOW_MS).row_faults] == ["project-8"]
    assert read_readiness(NOW_MS + DAY_MS).row_faults == ()


def test_fault_is_logged_once_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "canut.schedule"):
        for _ in range(3):
            attempt("project", 7, partial(int, "x"))

    assert len(caplog.records) == 1


APRIL = date(2026, 4, 30)


@pytest.mark.parametrize("column", ["zone", "status", "facts", "place"])
def test_person_whose_terms_cannot_be_read_waits_and_the_period_closes(column: str) -> None:
    policy()
    made = made_with(1_000_000, tasks=8)
    other = make_worker(made.project)
    assert other.person is not None
    agree(other.person)
    for worker in (made.worker, other):
        answer_next(worker, now_ms=moment(APRIL))
    if column == "facts":
        spoil(other.person.terms.all(), "facts")
    else:
        other.person.terms.update(**{column: "later"[: 6 if column == "place" else 9]})

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    paid = set(Statement.objects.filter(period=closed).values_list("person", flat=True))
    assert person_of(made).pk in paid
    if column == "facts":
        assert other.person.pk in paid
    else:
        assert closed.failure is not None
        assert [each["person"] for each in closed.failure["people"]] == [other.person.pk]


@pytest.mark.parametrize("column", ["zone", "status", "place"])
def test_person_whose_terms_could_not_be_read_is_paid_once_they_have_new_ones(column: str) -> None:
    policy()
    made = made_with(1_000_000, tasks=8)
    other = make_worker(made.project)
    assert other.person is not None
    agree(other.person)
    for worker in (made.worker, other):
        answer_next(worker, now_ms=moment(APRIL))
    other.person.terms.update(**{column: "later"[: 6 if column == "place" else 9]})
    close_period(period().pk, make_person(), to_ms(AFTER))
    agree(other.person, since=AFTER)

    later_ms = to_ms(AFTER) + 14 * DAY_MS
    second = make_period(LAST + timedelta(days=1), LAST + timedelta(days=14), later_ms)
    closed = close_period(second.pk, make_person(), later_ms)

    assert closed.failure is None
    content = json.loads(Statement.objects.get(person=other.person, period=closed).content)
    (correction,) = content["pay"]["corrections"]
    assert [project["pieces"] for project in correction["projects"]] == [1]
