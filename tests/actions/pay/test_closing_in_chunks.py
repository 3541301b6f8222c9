"""The transaction that closes a period writes no row of a person; drafts stay out of the log."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.ledger.sequencer import sequence
from canut.actions.pay import period_close, periods
from canut.actions.pay.periods import close_period
from canut.core.clock import HOUR_MS, to_ms
from canut.store.models import Period, Statement
from canut.store.tables.ledger import LogEntry, PlatformEntry
from tests.support.factories import answer_next, make_person, make_project
from tests.support.payroll import AFTER, FIRST, agree, moment, period, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
PIECE_MICRO = 60_000


@pytest.fixture(autouse=True)
def _key(settings: Settings, tmp_path: Path) -> None:
    """Keep the log's key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()


def period_of(people: int) -> Period:
    """Make a period in which people worked an hour each, for less than the floor."""
    policy()
    made = make_project(tasks=people, workers=people, overlap=people, piece_micro=PIECE_MICRO)
    for number, worker in enumerate(made.workers):
        person = person_of(made, number)
        agree(person)
        work_hours(person, made.project.pk, moment(FIRST), HOUR_MS // 10)
        answer_next(worker, now_ms=moment(FIRST, 14))
    return period()


@pytest.mark.parametrize("people", [2, 12])
def test_statements_that_close_a_period_do_not_follow_its_people(
    monkeypatch: pytest.MonkeyPatch, people: int
) -> None:
    due = period_of(people)
    commit = period_close.commit_period
    written: list[str] = []

    def count(*args: Any) -> Period:
        with CaptureQueriesContext(connection) as queries:
            closed = commit(*args)
        written.extend(q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE")))
        return closed

    monkeypatch.setattr(periods, "commit_period", count)

    close_period(due.pk, make_person(), to_ms(AFTER))

    assert Statement.objects.count() == people
    assert PlatformEntry.objects.filter(type="statement").count() == people
    assert PlatformEntry.objects.filter(type="topup").count() == people
    assert len(written) <= 4
    assert not [sql for sql in written if "platformentry" in sql or "statement" in sql]


def test_entries_of_a_closing_that_was_killed_never_come_into_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due = period_of(3)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(periods, "commit_period", die)
        with pytest.raises(KeyboardInterrupt):
            close_period(due.pk, make_person(), to_ms(AFTER))
    drafts = set(PlatformEntry.objects.filter(type="statement").values_list("pk", flat=True))

    while sequence(to_ms(AFTER)):
        pass

    assert len(drafts) == 3
    of_statements = PlatformEntry.objects.exclude(statement=None)
    assert not of_statements.exclude(place=None).exists()
    closed = close_period(due.pk, make_person(), to_ms(AFTER) + 60_000)
    while sequence(to_ms(AFTER)):
        pass
    entries = of_statements.filter(type="statement").order_by("statement")
    assert not drafts & set(entries.values_list("pk", flat=True))
    assert not of_statements.filter(place=None).exists()
    statements = Statement.objects.filter(period=closed).order_by("pk")
    assert list(entries.values_list("statement", flat=True)) == list(
        statements.values_list("pk", flat=True)
    )
    assert LogEntry.objects.filter(log__project=None).count() == PlatformEntry.objects.count() + 1
