"""The test database for fixtures that live longer than one test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def module_database(session: pytest.Session) -> Iterator[None]:
    """Make the test's database where no other test of this run has it made."""
    if any(item.get_closest_marker("django_db") for item in session.items):
        yield
        return
    before = setup_databases(verbosity=0, interactive=False, aliases={"default": None})
    yield
    connections["default"].close()
    teardown_databases(before, verbosity=0)
