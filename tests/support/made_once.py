"""Rows and files made once for a module, whose tests each see them as they were made."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.support.module_database import module_database


@contextmanager
def made_once[T](
    request: pytest.FixtureRequest, folder: Path, blocker: DjangoDbBlocker, make: Callable[[], T]
) -> Iterator[T]:
    """Make something in a transaction that stays open until the last test of the module.

    Args:
        request: of a fixture of the module.
        folder: where files of it are kept, which each test copies.
        blocker: what keeps tests from the database.
        make: what makes it.
    """
    request.getfixturevalue("django_db_setup")
    with blocker.unblock(), module_database(request.session), transaction.atomic():
        with override_settings(DATA=folder, MEDIA_ROOT=folder / "media"):
            made = make()
        yield made
        transaction.set_rollback(True)


@contextmanager
def as_it_was(folder: Path, own: Path, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give a test a copy of the files; what it does to rows is undone."""
    shutil.copytree(folder, own, dirs_exist_ok=True)
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
