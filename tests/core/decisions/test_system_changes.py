"""Every version of a system is told of, the newest first."""

from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_changes import CHANGES, changes_of


def test_newest_version_that_is_told_of_is_the_one_that_decides() -> None:
    told = {key: changes_of(key)[0].version for key in SYSTEMS}

    assert told == {key: one.version for key, one in SYSTEMS.items()}


def test_versions_of_a_system_are_numbered_without_a_gap() -> None:
    for key in SYSTEMS:
        versions = [one.version for one in changes_of(key)]

        assert versions == [f"{key}/{n}" for n in range(len(versions), 0, -1)]
    assert {one.system for one in CHANGES} == SYSTEMS.keys()
