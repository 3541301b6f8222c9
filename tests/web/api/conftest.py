"""Fixtures of tests of the API: one house for many tests, nothing counted by the test before."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from canut.web.api import rates
from tests.web.house import House, make_house


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    rates.HELD.clear()


@pytest.fixture(scope="module")
def made_once(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """Make a house that the tests of a module share; see ``shared``."""
    request.getfixturevalue("django_db_setup")
    folder = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DATA=folder, MEDIA_ROOT=folder / "media"):
            house = make_house()
        yield house
        transaction.set_rollback(True)


@pytest.fixture
def shared(made_once: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """Return that house; what a test does in it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made_once
        transaction.set_rollback(True)
