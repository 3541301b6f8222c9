"""When the database is away or the disk full, whoever asks is told to try again, in words."""

import errno
import logging
import sqlite3
from types import ModuleType

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import Client, RequestFactory

from canut.actions.work import submission
from canut.store.operations import health
from canut.web.kit.problems import fault
from canut.web.platform.log_format import Short
from canut.web.work import workbench
from tests.support.instance import House

pytestmark = pytest.mark.django_db


def full() -> OperationalError:
    """Make what Django raises when SQLite finds no room."""
    inner = sqlite3.OperationalError("database or disk is full")
    inner.sqlite_errorcode = sqlite3.SQLITE_FULL
    failure = OperationalError(*inner.args)
    failure.__cause__ = inner
    return failure


def damaged() -> DatabaseError:
    """Make what Django raises when a page of SQLite cannot be right."""
    inner = sqlite3.DatabaseError("database disk image is malformed")
    inner.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX
    failure = DatabaseError(*inner.args)
    failure.__cause__ = inner
    return failure


FAILURES = [
    (damaged(), 503, "database-damaged"),
    (full(), 507, "no-room"),
    (OSError(errno.ENOSPC, "No space left on device"), 507, "no-room"),
    (InterfaceError("connection already closed"), 503, "database-away"),
]


def failing(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, failure: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(module, name, fail)


@pytest.mark.parametrize(("failure", "status", "code"), FAILURES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_answer_that_cannot_be_kept_is_asked_for_again(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    status: int,
    code: str,
    language: str,
) -> None:
    failing(monkeypatch, submission, "submit", failure)
    client = house.client("worker")
    answer = {"lease": 1, "key": "k", "values": {"q": "oui"}}

    said = client.post(
        f"/work/{house.project.slug}/answers",
        {"answers": [answer]},
        content_type="application/json",
        headers={"Accept-Language": language},
    )

    assert said.status_code == status
    assert said.headers["Content-Type"] == "application/problem+json"
    assert int(said.headers["Retry-After"]) > 0
    problem = said.json()
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["title"]
    assert ("keep" in problem["detail"] or "kept" in problem["detail"]) == (language == "en")


@pytest.mark.parametrize(("failure", "status"), [one[:2] for one in FAILURES])
def test_page_that_cannot_be_shown_says_why_without_the_database(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    status: int,
) -> None:
    failing(monkeypatch, workbench, "recent_answers", failure)
    client = house.client("worker")

    page = client.get(f"/work/{house.project.slug}/")

    assert page.status_code == status
    assert "kit/database_away.html" in {template.name for template in page.templates}
    assert f'href="/work/{house.project.slug}/"' in page.content.decode()


def test_failure_outside_a_view_is_told_in_the_same_words() -> None:
    asked = RequestFactory().get("/projets/")
    asked.user = AnonymousUser()
    try:
        raise full()
    except OperationalError:
        said = fault(asked)

    assert said.status_code == 507
    assert fault(asked).status_code == 500


def test_log_of_what_passes_is_short_and_of_a_fault_whole() -> None:
    def line(failure: Exception) -> logging.LogRecord:
        told = (type(failure), failure, None)
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "failed", (), told)
        assert Short().filter(record)
        return record

    assert line(full()).exc_info is None
    assert line(DisallowedHost("evil.example")).exc_info is None
    assert line(ValueError("ours")).exc_info is not None


def test_fault_of_ours_stays_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, workbench, "recent_answers", OperationalError("no such column: answers"))
    client = house.client("worker")
    client.raise_request_exception = False

    assert client.get(f"/work/{house.project.slug}/").status_code == 500


def test_disk_without_room_is_said_to_a_balancer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "free_bytes", lambda: 0)

    said = Client().get("/readyz")

    assert said.status_code == 503
    assert said.json()["checks"] == {"database": True, "migrations": True, "space": False}
