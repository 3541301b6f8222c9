"""Fixtures of the battery: one ground for a module, undone after each address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker, Settings

from canut.web.kit.api import rate_limits
from tests.hostile.asking import Application, faults_kept
from tests.hostile.battery import Battery, Report
from tests.hostile.ground import Ground, make_ground
from tests.support.made_once import as_it_was, made_once


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.API_RATE = 10**9
    settings.ACCOUNT_RATE_LIMITS = False
    rate_limits.HELD.clear()


@pytest.fixture(scope="module")
def folder_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the ground, which each test copies."""
    return tmp_path_factory.mktemp("ground")


@pytest.fixture(scope="module")
def report() -> Iterator[Report]:
    """Count what the tests of a module send, and write it when they are over."""
    counted = Report()
    yield counted
    counted.write()


@pytest.fixture(scope="module")
def ground_once(
    request: pytest.FixtureRequest, folder_once: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    """Make a house, a foreign organisation and everybody who asks, once."""
    with made_once(request, folder_once, django_db_blocker, make_ground) as ground:
        yield ground


@contextmanager
def connection_kept() -> Iterator[None]:
    """Keep the connection, whose transaction is the test's, as Django's test client does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda _self: None)
        yield


@pytest.fixture
def battery(
    ground_once: Ground,
    report: Report,
    folder_once: Path,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Battery]:
    """Return what sends hostile requests; all they did is undone."""
    as_made = as_it_was(folder_once, tmp_path, django_db_blocker)
    with as_made, connection_kept(), faults_kept() as faults:
        yield Battery(ground_once, Application(faults), report)
