"""No bulk write holds the database for long: rows a transaction stay bounded at any size."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from canut.actions.imports.lifecycle import finish_discarding
from canut.actions.integrations.webhooks import (
    WebhookSpec,
    create_webhook,
    remove_webhook,
    replay_since,
    resume_webhook,
)
from canut.actions.pay.period_close import forget_drafts
from canut.actions.people.erasure import erase_entries
from canut.actions.projects.removal import ask_removal, remove_due
from canut.actions.quality.bulk_edit import BulkChange, change_many, undo_bulk
from canut.actions.quality.gold import correct_known, make_known, make_known_from_import, set_audit
from canut.actions.quality.reviews import return_reviews
from canut.actions.time.retention import delete_expired
from canut.actions.work.leases import expire_leases
from canut.actions.work.overlap import ask_overlap, spread_overlap
from canut.core.clock import DAY_MS
from canut.store.models import (
    Answer,
    Beat,
    Bulk,
    Decision,
    Flag,
    Import,
    Lease,
    OpenPage,
    Period,
    Project,
    Review,
    Task,
    TaskState,
    Worker,
)
from canut.store.tables.integrations import Delivery
from canut.store.tables.ledger import PlatformEntry
from canut.store.tables.pay import PaidTime
from canut.store.tasks.filter_sql import Filter
from canut.web.work.schemas import MOST_AT_ONCE
from tests.support.factories import NOW, NOW_MS, Made, answer_next, make_person, make_project
from tests.support.payroll import period
from tests.web.api.program import program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]
ROWS = 5_000
MOST = 2_000
"""Rows a transaction may change, with what their deletion takes along."""


MOST_STATEMENTS = len(apps.get_models())
"""Statements within a transaction: the deletion of a project visits each table once at most."""


class Commits:
    """The number of rows that each transaction changed, and of its writing statements."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.statements: list[int] = [0]
        self._commit: Callable[[], None] = connection.commit
        self._last = self._total()
        monkeypatch.setattr(connection, "commit", self._note)

    def _total(self) -> int:
        connection.ensure_connection()
        raw = connection.connection
        assert isinstance(raw, sqlite3.Connection)
        return raw.total_changes

    def count(
        self, execute: Callable[..., Any], sql: str, params: object, many: object, context: object
    ) -> object:
        """Count a statement, as Django hands it on."""
        self.statements[-1] += connection.in_atomic_block
        return execute(sql, params, many, context)

    def _note(self) -> None:
        self.statements.append(0)
        self._commit()
        total = self._total()
        self.sizes.append(total - self._last)
        self._last = total


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Commits]]:
    """Return what begins to note commits."""
    with ExitStack() as stack:

        def begin() -> Commits:
            seen = Commits(monkeypatch)
            stack.enter_context(connection.execute_wrapper(seen.count))
            return seen

        yield begin


def check(commits: Commits, least: int = ROWS) -> None:
    """Every row was written, and no transaction wrote many."""
    assert sum(commits.sizes) >= least
    assert max(commits.sizes) <= MOST
    assert max(commits.statements) <= MOST_STATEMENTS


@pytest.mark.parametrize("name", ["replay", "resume", "remove"])
def test_webhook_with_many_messages(name: str, commits: Callable[[], Commits]) -> None:
    project = make_project().project
    spec = WebhookSpec("https://example.org/hook", ["project.paused"])
    webhook, _ = create_webhook(project, spec, by=project.created_by, now_ms=NOW_MS)
    Delivery.objects.bulk_create(
        Delivery(
            webhook=webhook, message=token_hex(8), event="project.paused", body="{}",
            created_ms=NOW_MS, next_ms=NOW_MS,
        )
        for _ in range(ROWS)
    )  # fmt: skip
    seen = commits()

    if name == "replay":
        assert replay_since(webhook, 0, NOW_MS) == ROWS
    elif name == "resume":
        resume_webhook(webhook, NOW_MS)
    else:
        remove_webhook(webhook)
        assert not Delivery.objects.exists()

    check(seen)


def test_erasure_of_many_entries(commits: Callable[[], Commits]) -> None:
    person = make_person()
    decision = Decision.objects.create(
        person=person, kind="quality", code="test", made_by=make_person(), at_ms=NOW_MS,
        evidence="x", text_en="x", text_fr="x",
    )  # fmt: skip
    PlatformEntry.objects.bulk_create(
        PlatformEntry(
            type="decision", payload=f'{{"decision":{decision.pk},"x":1}}', nonce=b"n" * 16,
            commitment=b"c" * 32, created_ms=NOW_MS,
        )
        for _ in range(ROWS)
    )  # fmt: skip
    seen = commits()

    assert erase_entries(person, NOW_MS).entries == ROWS

    check(seen)


def test_drafts_of_an_interrupted_closing(commits: Callable[[], Commits]) -> None:
    due, project, person = period(), make_project().project, make_person()
    Period.objects.filter(pk=due.pk).update(state="closing", run="r")
    due.refresh_from_db()
    PaidTime.objects.bulk_create(
        PaidTime(
            period=due, person=person, project=project,
            day=due.first_day - timedelta(days=number), ms=1,
        )
        for number in range(ROWS)
    )  # fmt: skip
    seen = commits()

    forget_drafts(due)

    assert not PaidTime.objects.exists()
    check(seen)


def test_heartbeats_past_their_time(commits: Callable[[], Commits]) -> None:
    person = make_person()
    old_ms = NOW_MS - 400 * DAY_MS
    OpenPage.objects.create(session="page", person=person, opened_ms=old_ms)
    Beat.objects.bulk_create(
        Beat(
            person=person, session="page", seq=n, mono_ms=15_000 * n, visible=True, focused=True,
            surface="queue", buckets=[], previous="", received_ms=old_ms + 15_000 * n,
        )
        for n in range(ROWS)
    )  # fmt: skip
    seen = commits()

    delete_expired(NOW_MS)

    assert not Beat.objects.exists()
    check(seen)


@pytest.mark.parametrize("is_stripped", [False, True])
def test_removal_of_a_large_project(commits: Callable[[], Commits], *, is_stripped: bool) -> None:
    made = make_project(tasks=1)
    project = made.project
    numbers = range(2, ROWS + 2)
    Task.objects.bulk_create(
        Task(project=project, key=f"k{n}", row=n, data="{}", source=made.tasks[0].source)
        for n in numbers
    )
    TaskState.objects.bulk_create(
        TaskState(task=task, project=project, overlap=1)
        for task in Task.objects.filter(row__in=list(numbers))
    )
    if is_stripped:
        answer_next(made.worker, now_ms=NOW_MS - 40 * DAY_MS)
        worker = made.worker
        Flag.objects.bulk_create(
            Flag(task=task, worker=worker, text="?", flagged_ms=NOW_MS)
            for task in Task.objects.filter(project=project)
        )
    Project.objects.filter(pk=project.pk).update(state="closed")
    project.refresh_from_db()
    ask_removal(project, by=project.created_by, now_ms=NOW_MS - 31 * DAY_MS)
    seen = commits()

    assert remove_due(NOW_MS) == 1

    check(seen)


def test_rows_of_a_discarded_import(commits: Callable[[], Commits]) -> None:
    made = make_project(tasks=1)
    source = made.tasks[0].source
    Task.objects.bulk_create(
        Task(project=made.project, key=f"k{n}", row=n, data="{}", source=source)
        for n in range(2, ROWS + 2)
    )
    Import.objects.filter(pk=source.pk).update(state="discarded")
    seen = commits()

    assert finish_discarding() == 1

    check(seen)


def project_of(tasks: int, *, overlap: int = 1, state: str = "open") -> Made:
    """Make a project of many tasks; its first ones are those of ``Made``."""
    made = make_project(tasks=1, overlap=overlap)
    Task.objects.bulk_create(
        Task(project=made.project, key=f"k{n}", row=n, data="{}", source=made.tasks[0].source)
        for n in range(2, tasks + 1)
    )
    TaskState.objects.bulk_create(
        TaskState(task=task, project=made.project, overlap=overlap, state=state)
        for task in Task.objects.filter(project=made.project, row__gt=1)
    )
    return made


@pytest.mark.parametrize(
    ("kind", "amount"), [("priority", 1), ("answers", 2), ("aside", 0), ("review", 0)]
)
def test_bulk_edit_of_many_tasks_and_its_undoing(
    kind: str, amount: int, commits: Callable[[], Commits]
) -> None:
    project = project_of(ROWS).project
    change = BulkChange(kind, Filter(project.pk), amount)
    seen = commits()

    bulk = change_many(project, change, 1, by=project.created_by, now_ms=NOW_MS)
    assert bulk.changed == ROWS
    Bulk.objects.filter(pk=bulk.pk).update(changed=1)  # undone here and not in a job
    undo_bulk(project, bulk.pk, by=project.created_by, now_ms=NOW_MS)

    check(seen, least=2 * ROWS)


def test_share_of_tasks_asked_once_more(commits: Callable[[], Commits]) -> None:
    project = project_of(ROWS, state="closed").project
    seen = commits()

    set_audit(project.pk, 1_000, NOW_MS)
    assert TaskState.objects.filter(project=project, state="audit").count() == ROWS - 1
    set_audit(project.pk, 0, NOW_MS)

    assert not TaskState.objects.filter(project=project, state="audit").exists()
    check(seen, least=2 * (ROWS - 1))


def test_overlap_of_many_tasks(commits: Callable[[], Commits]) -> None:
    project = project_of(2_000).project
    seen = commits()

    ask_overlap(project.pk, 3, NOW_MS)
    spread_overlap(project.pk, NOW_MS)

    assert not TaskState.objects.filter(project=project).exclude(overlap=3).exists()
    check(seen, least=2_000)


def test_leases_that_end_by_themselves(commits: Callable[[], Commits]) -> None:
    made = project_of(ROWS)
    Lease.objects.bulk_create(
        Lease(
            task=task, worker=made.worker, project=made.project, state=Lease.State.LIVE,
            lent_ms=NOW_MS - 9_000, expires_ms=NOW_MS - 1,
        )
        for task in Task.objects.filter(project=made.project)
    )  # fmt: skip
    TaskState.objects.filter(project=made.project).update(live=1)
    seen = commits()

    assert expire_leases(made.project.pk, NOW_MS) == ROWS

    check(seen)


def test_reviews_that_were_not_decided_in_time(commits: Callable[[], Commits]) -> None:
    made = project_of(600)
    tasks = list(Task.objects.filter(project=made.project))
    Review.objects.bulk_create(
        Review(
            task=task, project=made.project, why=Review.Why.ASKED, asked_ms=NOW_MS - 9_000,
            holder=made.worker, held_until_ms=NOW_MS - 1,
        )
        for task in tasks
    )  # fmt: skip
    Lease.objects.bulk_create(
        Lease(
            task=task, worker=made.worker, project=made.project, state=Lease.State.REVIEWING,
            lent_ms=NOW_MS - 9_000, expires_ms=NOW_MS - 1,
        )
        for task in tasks
    )  # fmt: skip
    seen = commits()

    assert [return_reviews(NOW_MS) for _ in range(4)] == [200, 200, 200, 0]

    assert not Lease.objects.filter(state=Lease.State.REVIEWING).exists()
    check(seen, least=1_200)


def lease_all(made: Made, worker: Worker) -> list[int]:
    """Lease every task of a project to a worker."""
    Lease.objects.filter(project=made.project).delete()
    leases = Lease.objects.bulk_create(
        Lease(
            task=task, worker=worker, project=made.project, state=Lease.State.LIVE,
            lent_ms=NOW_MS - 9_000, expires_ms=2 * NOW_MS,
        )
        for task in Task.objects.filter(project=made.project)
    )  # fmt: skip
    TaskState.objects.filter(project=made.project).update(live=1)
    return [lease.pk for lease in leases]


@pytest.mark.parametrize("kind", ["new", "repeated", "refused", "surplus"])
def test_as_many_answers_as_a_request_of_a_program_may_hold(
    kind: str, commits: Callable[[], Commits]
) -> None:
    made = project_of(1 if kind == "surplus" else MOST_AT_ONCE)
    bot = program("worker", project=made.project)
    address = f"projects/{made.project.slug}"
    bot.post(f"{address}/leases", {"count": 1})  # its seat in the project is made
    worker = Worker.objects.filter(project=made.project).latest("id")
    leases = lease_all(made, worker) * (MOST_AT_ONCE if kind == "surplus" else 1)
    value = "autre" if kind == "refused" else "oui"
    body = {
        "answers": [
            {"lease": lease, "key": f"k{number}", "values": {"q": value}}
            for number, lease in enumerate(leases)
        ]
    }
    if kind == "repeated":
        bot.post(f"{address}/answers/batch", body)
    seen = commits()

    result = bot.post(f"{address}/answers/batch", body)

    receipts = {"new": 200, "repeated": 200, "refused": 0, "surplus": 7}[kind]
    assert [len(result["receipts"]), len(result["refused"])] == [receipts, 200 - receipts]
    check(seen, least=receipts if kind in {"new", "surplus"} else 0)


def with_workers(made: Made, count: int) -> list[Worker]:
    """Add people to a project, who met all gold there was."""
    return Worker.objects.bulk_create(
        Worker(
            project=made.project, person=make_person(), public_id=token_hex(8), created_at=NOW,
            check_cursor=10**9,
        )
        for _ in range(count)
    )  # fmt: skip


def test_gold_that_everybody_of_a_large_project_is_to_meet(commits: Callable[[], Commits]) -> None:
    made = project_of(3)
    with_workers(made, ROWS)
    Task.objects.filter(project=made.project).update(known="oui")
    seen = commits()

    make_known_from_import(made.project, 3, by=made.project.created_by, now_ms=NOW_MS)

    assert not Worker.objects.filter(project=made.project, check_cursor__gt=0).exists()
    check(seen)


@pytest.mark.parametrize("label", ["non", ""], ids=["corrected", "ended"])
def test_gold_that_many_people_answered(label: str, commits: Callable[[], Commits]) -> None:
    made, many = project_of(2), 300
    task = made.tasks[0]
    workers = with_workers(made, many)
    make_known(task.pk, "oui", "", by=made.project.created_by, now_ms=NOW_MS)
    leases = Lease.objects.bulk_create(
        Lease(
            task=task, worker=worker, project=made.project, state=Lease.State.ANSWERED,
            lent_ms=NOW_MS, expires_ms=NOW_MS,
        )
        for worker in workers
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(
            task=task, worker=lease.worker, project=made.project, question_version=made.question,
            lease=lease, values='{"q":"oui"}', author_kind="human", client_key=token_hex(8),
            counted=False, surplus=False, elapsed_ms=1, answered_ms=NOW_MS,
        )
        for lease in leases
    )  # fmt: skip
    seen = commits()

    corrected = correct_known(task.pk, label, "faux", by=made.project.created_by, now_ms=NOW_MS)

    assert corrected.workers == many
    assert max(seen.sizes) <= 20
    check(seen, least=many)
