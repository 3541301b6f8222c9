"""What an upgrade needs is counted, and a disk without room is refused before anything is done."""

from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.operations.upgrade import Needs, begin, copy_before, needs, only_one
from canut.core.errors import NotReady
from tests.support.factories import NOW_MS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_copying_needs_room_for_two_and_changing_for_one_more() -> None:
    with only_one():
        with_copy, without = needs(with_copy=True), needs(with_copy=False)

    assert with_copy.bytes > 0
    assert with_copy.space == 3 * with_copy.bytes
    assert without.space == without.bytes
    assert with_copy.changes == 0


def test_upgrade_that_began_has_its_copy_already(tmp_path: Path) -> None:
    begin(tmp_path / "before.tar", NOW_MS)

    found = needs(with_copy=True)

    assert found.is_resumed
    assert found.copy == tmp_path / "before.tar"
    assert found.space == found.bytes


def test_disk_without_room_is_refused_with_its_figures(tmp_path: Path) -> None:
    wanted = Needs(1, 2**30, 3 * 2**30, 2**29, 1.0, None, is_resumed=False)

    with pytest.raises(NotReady, match="512 MiB are free and 3072 MiB") as refused:
        copy_before(None, wanted, NOW_MS)

    assert refused.value.case == "no-space"
    assert list(tmp_path.iterdir()) == []
