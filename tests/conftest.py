"""One suite, two databases: ``--database sqlite`` (a file) or ``postgresql`` (a server of its own).

The databases themselves are made in ``tests.support.databases``.
"""

import contextlib
import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import override_settings
from hypothesis import settings
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from canut.actions.ledger.inclusion_promises import forget_promisers
from canut.actions.ledger.rollback_detection import forget_ends
from canut.core.proofs.note import ED25519, Signer, write_signer
from canut.store.decisions.system_notices import shown_once
from canut.store.platform.home import forget_home
from canut.store.sql.version_cache import forget_versions
from canut.store.sqlite.base import LockedConnection
from canut.store.sqlite.writer_lock import Priority, WriterLock
from tests.support.databases import Postgres


def is_matrix_asked() -> bool:
    """Whether each page is looked at in every guise: by ``make test-browser``."""
    return bool(os.environ.get("CANUT_MATRIX"))


def is_on_build_server() -> bool:
    """Whether each page is looked at in a second guise, and each kind is driven."""
    return bool(os.environ.get("CI")) or is_matrix_asked()


# A machine that keeps no compiled Python compiles Django anew for every server that a test starts.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SWITCH_SECONDS = sys.getswitchinterval()

LANES = ("browser", "process", "slow")
"""Markers of the tests that only ``make test-all`` runs, looked for in this order."""
SLOW_FIXTURES = {"cluster", "postgres", "server", "transactional_db"}
HERE = Path(__file__).parent
SLOW = frozenset((HERE / "slow.txt").read_text().split())
"""Tests that take long of themselves, by measure: ``tools/test.py --write-slow`` writes them."""
BROWSER = HERE / "browser"
ABOUT_SQL = {HERE / "store", HERE / "upgrade"}

# Other examples each time: what one run does not try, the next does.
EXAMPLES = 100 if os.environ.get("CANUT_MATRIX") else 30
settings.register_profile("canut", deadline=None, print_blob=True, max_examples=EXAMPLES)
settings.load_profile("canut")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the database, and of the lane."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--quick", action="store_true", help="leave out what make test-all adds")
    parser.addoption("--counts", metavar="FILE", help="write how many tests each lane has")
    parser.addoption("--failures", metavar="FILE", help="write which tests failed")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks; sign the ledger; let a password, not tested for strength, cost nothing."""
    django_settings.LOG_KEY = write_signer(Signer("tests", ED25519, bytes(range(32))))
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    config.addinivalue_line("markers", "soak: the whole version of a long test (make soak)")
    config.addinivalue_line(
        "markers", "matrix: one more guise of what is shown (make test-browser)"
    )
    config.addinivalue_line("markers", "again: a second guise of what is shown (build servers)")
    config.addinivalue_line("markers", "shown_first: people were not shown what decides here yet")
    config.addinivalue_line("markers", "sqlite: about SQLite alone")
    config.addinivalue_line("markers", "postgresql: about PostgreSQL alone")
    config.addinivalue_line("markers", "dialect: uses SQL that the two databases write differently")
    config.addinivalue_line("markers", "browser: drives a browser (set by folder)")
    config.addinivalue_line("markers", "smoke: one short walk of one role, in make test")
    config.addinivalue_line("markers", "process: runs a command as a program of its own")
    config.addinivalue_line("markers", "slow: over 0.4 s, or real servers (make test-all)")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write which tests failed, for who tries them again alone."""
    file = config.getoption("--failures")
    if file:
        reports = [
            *terminalreporter.stats.get("failed", []),
            *terminalreporter.stats.get("error", []),
        ]
        ids = dict.fromkeys(report.nodeid for report in reports)
        Path(file).write_text(json.dumps([*ids]))


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run is not about: it is not counted as skipped."""
    left_out = set() if os.environ.get("CANUT_SOAK") else {"soak"}
    left_out |= set() if is_matrix_asked() else {"matrix"}
    left_out |= set() if is_on_build_server() else {"again"}
    other = ({"sqlite", "postgresql"} - {config.getoption("--database")}).pop()
    is_quick = config.getoption("--quick")
    counts: Counter[str] = Counter()
    out: list[pytest.Item] = []
    kept: list[pytest.Item] = []
    for item in items:
        mark_by_use(item)
        marks = {mark.name for mark in item.iter_markers()}
        if marks & left_out:
            out.append(item)
            continue
        counts["dialect"] += "dialect" in marks and "sqlite" not in marks
        lane = next((lane for lane in LANES if lane in marks and "smoke" not in marks), None)
        if other not in marks and lane is not None:
            counts[lane] += 1
        is_out = other in marks or (is_quick and lane is not None)
        (out if is_out else kept).append(item)
    config.hook.pytest_deselected(items=out)
    items[:] = kept
    file = config.getoption("--counts")
    if file and os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        Path(file).write_text(json.dumps(counts))


def mark_by_use(item: pytest.Item) -> None:
    """Mark a test ``slow``, ``browser`` or ``dialect`` by its fixtures, marks and folder."""
    if BROWSER in item.path.parents:
        item.add_marker("browser")
        return
    if item.get_closest_marker("postgresql") or ABOUT_SQL & set(item.path.parents):
        item.add_marker("dialect")
    fixtures = set(getattr(item, "fixturenames", ()))
    database = item.get_closest_marker("django_db")
    is_committing = database is not None and database.kwargs.get("transaction")
    is_measured = item.nodeid.partition("[")[0] in SLOW
    if fixtures & SLOW_FIXTURES or is_committing or is_measured:
        item.add_marker("slow")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Run a PostgreSQL of our own."""
    server = Postgres.start()
    if server is None:
        pytest.skip("no PostgreSQL on this machine")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres(postgres_server: Postgres) -> dict[str, Any]:
    """Return how Django reaches a PostgreSQL of our own."""
    return postgres_server.settings()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Choose the database before it is made; SQLite is a file, for in memory nothing is locked."""
    if request.config.getoption("--database") == "postgresql":
        given = {"default": request.getfixturevalue("postgres")}
        connections.databases["default"] = connections.configure_settings(given)["default"]
    else:
        folder = tmp_path_factory.mktemp("data")
        connections.databases["default"]["TEST"]["NAME"] = folder / "canut.sqlite3"
    del connections["default"]


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give each process its own files: two would keep the same picture of a project's number.

    Exports would else lie in the folder that ``make demo`` serves. As before the first run of an
    instance, its data folder is not there yet.
    """
    data = tmp_path_factory.mktemp("instance") / "canut-data"
    with override_settings(DATA=data, MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _stands_back_for_nobody() -> Iterator[None]:
    """Keep our own priority: a long command run in this process would lower all that follows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Priority, "stand_back", lambda _self, _steps: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_looked_for_once() -> Iterator[None]:
    """Look for the static files once: each test client makes the middleware anew."""
    scan = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if not found:
            scan(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add)
        yield


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    """Give back the mask of new files: a command run in this process keeps them private."""
    mask = os.umask(0o022)
    os.umask(mask)
    yield
    os.umask(mask)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget cached versions: a test that is undone gives its ids to the next."""
    yield
    sys.setswitchinterval(SWITCH_SECONDS)
    forget_home()
    forget_versions()
    forget_promisers()
    forget_ends()


@pytest.fixture(autouse=True)
def _everybody_was_shown_what_decides(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let people work at once: the page before the first task is about tests marked for it."""
    shown_once.clear()
    if request.node.get_closest_marker("shown_first") is None:
        for module in ("canut.actions.decisions.system_notices", "canut.web.work.workbench"):
            monkeypatch.setattr(f"{module}.must_be_shown", lambda _person, _project: False)


@pytest.fixture(scope="module")
def log_guards(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[ModuleType]:
    """Give the guards of the logs, and bring them back after tests that emptied the tables."""
    assert django_db_setup is None
    guards = import_module("canut.store.migrations.0003_guards")
    yield guards
    with django_db_blocker.unblock(), connections["default"].schema_editor() as editor:
        guards.create_log_guards(None, editor)


@pytest.fixture
def loggable(log_guards: ModuleType, transactional_db: None) -> Iterator[None]:
    """Let the tables be emptied after a test that wrote logs: no guard allows it."""
    assert transactional_db is None
    yield
    with connections["default"].schema_editor() as editor:
        log_guards.drop_log_guards(None, editor)


@pytest.fixture(scope="session", autouse=True)
def _no_write_around_the_lock() -> Iterator[None]:
    """Make SQLite refuse every write while the writer lock is not held."""
    obey, take, give_back = (
        LockedConnection.obey,
        LockedConnection.take,
        LockedConnection.give_back,
    )

    def allow(connection: LockedConnection, *, writing: bool) -> None:
        sqlite3.Cursor(connection).execute(f"PRAGMA query_only = {0 if writing else 1}")

    def obey_and_forbid(self: LockedConnection, lock: WriterLock) -> None:
        obey(self, lock)
        allow(self, writing=False)

    def take_and_allow(self: LockedConnection) -> None:
        take(self)
        allow(self, writing=True)

    def forbid_and_give_back(self: LockedConnection) -> None:
        if self.holds_lock:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed already
                allow(self, writing=False)
        give_back(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LockedConnection, "obey", obey_and_forbid)
        patch.setattr(LockedConnection, "take", take_and_allow)
        patch.setattr(LockedConnection, "give_back", forbid_and_give_back)
        yield


@pytest.fixture
def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop every clock of the server at a moment, until the end of the test."""

    def stop(moment: datetime) -> None:
        moment_ns = round(moment.timestamp() * 1_000) * 1_000_000
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        monkeypatch.setattr("canut.actions.platform.system_clock.time_ns", lambda: moment_ns)

    return stop
