"""Fixtures of the battery: one ground for a module, undone after each address."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from canut.web.kit.api import rate_limits
from tests.hostile.asking import Application, faults_kept
from tests.hostile.battery import Battery, Report
from tests.hostile.ground import Ground, make_ground
from tests.support.module_database import module_database


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
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock(), module_database(request.session), transaction.atomic():
        with override_settings(DATA=folder_once, MEDIA_ROOT=folder_once / "media"):
            ground = make_ground()
        yield ground
        transaction.set_rollback(True)


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
    shutil.copytree(folder_once, tmp_path, dirs_exist_ok=True)
    with django_db_blocker.unblock(), transaction.atomic(), connection_kept():
        with faults_kept() as faults:
            yield Battery(ground_once, Application(faults), report)
        transaction.set_rollback(True)
