"""An instance for the tests of commands: migrated once, then copied for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.commands.running import canut


@pytest.fixture(autouse=True)
def _database_is_open(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let commands reach the database of the folder that they are given."""
    assert django_db_setup is None
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="session")
def migrated(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """Make one instance with its tables."""
    assert django_db_setup is None
    data = tmp_path_factory.mktemp("migrated") / "data"
    with django_db_blocker.unblock():
        done = canut("migrate", data=data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def instance(migrated: Path, tmp_path: Path) -> Path:
    """Return a folder of its own with that instance."""
    return Path(shutil.copytree(migrated, tmp_path / "data"))
