"""A dataset says at its head that people stood in for a machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.ledger import log_keys
from tests.actions.datasets.test_bundles import released, worked
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


@pytest.mark.parametrize(("role", "is_told"), [("imitate", True), ("train", False)])
def test_people_who_stand_in_for_a_machine_are_told(
    folder: Path, role: str, *, is_told: bool
) -> None:
    project = worked(1).project
    set_loop_rule(project, LoopRuleIn(role=role), NOW_MS)

    made = released(project, folder).folder

    assert ("stand in for a machine" in (made / "README.md").read_text()) is is_told
    assert ("tiennent lieu de machine" in (made / "croissant.json").read_text()) is is_told
