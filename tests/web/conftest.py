"""Fixtures of tests of pages: a house to visit, in a folder of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.web.house import House, make_house


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def house(db: None) -> House:  # noqa: ARG001 - opens the database
    """Make an organisation with one person a role, an open project and a draft."""
    return make_house()
