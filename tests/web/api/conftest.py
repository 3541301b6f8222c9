"""A fixture of tests of the API: nothing counted by the test before."""

import pytest

from canut.web.kit.api import rate_limits


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    rate_limits.HELD.clear()
