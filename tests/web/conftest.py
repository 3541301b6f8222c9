"""Fixtures of tests of pages: a house to visit, in a folder of its own, or one for a module.

A module whose tests all ask for ``shared`` makes one house; a module takes either ``shared`` or
``house``, never both, as the transaction of the shared one stays open until its last test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from canut.web.kit import work_rate
from tests.support.instance import House, make_house
from tests.support.made_once import as_it_was, made_once


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    work_rate.forget_all()


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001 - opens the database
    """Make an organisation with one person a role, an open project and a draft."""
    return make_house()


@pytest.fixture(scope="module")
def folder_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the shared house, which each test copies."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def house_once(
    request: pytest.FixtureRequest, folder_once: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """Make a house that the tests of a module share; see ``shared``."""
    with made_once(request, folder_once, django_db_blocker, make_house) as house:
        yield house


@pytest.fixture
def shared(
    house_once: House, folder_once: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """Return that house; what a test does in it is undone."""
    with as_it_was(folder_once, tmp_path, django_db_blocker):
        yield house_once
