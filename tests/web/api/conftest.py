"""A fixture of tests of the API: nothing counted by the test before."""

import pytest

from canut.web.api import rates


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    rates.HELD.clear()
