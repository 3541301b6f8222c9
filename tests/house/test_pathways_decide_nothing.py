"""Nothing that lends, prices, reviews or estimates work reads pathways, levels or the passport."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from canut.actions.work.eligibility import EligibilityRules
from canut.store.tables.work import Eligibility
from tests.house.tree import ROOT

DECIDING = ("work", "pay", "quality", "tasks", "projects", "learning", "protection", "imports")
WORDS = (
    *("pathways", "passport", "levels_shown", "skills_of", "skills_by_person"),
    *("FollowedPathway", "Departure", "Destination", "Opening.objects"),
)
EXPORTS = {"store/work/work_record.py", "core/work/work_record.py"}
"""A person's own record, which lists what they said of themselves."""
SOURCE = ROOT / "src/canut"
CONTRACT = "Pathways decide on no work, price, review or estimate"


def deciding_files() -> list[Path]:
    return sorted(
        path
        for layer in ("core", "store", "actions")
        for wing in DECIDING
        for path in (SOURCE / layer / wing).rglob("*.py")
        if path.relative_to(SOURCE).as_posix() not in EXPORTS
    )


def test_nothing_that_decides_on_work_names_pathways_or_the_passport() -> None:
    files = deciding_files()
    assert len(files) > 150
    assert SOURCE / "actions/work/leases.py" in files
    assert SOURCE / "actions/work/eligibility.py" in files

    named = [
        f"{path.relative_to(SOURCE)}: {word}"
        for path in files
        for word in WORDS
        if word in path.read_text(encoding="utf-8")
    ]

    assert not named


def test_imports_of_pathways_by_what_decides_are_forbidden() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    contract = next(each for each in contracts if each["name"] == CONTRACT)

    assert {"canut.actions.work", "canut.actions.pay", "canut.actions.quality"} <= set(
        contract["source_modules"]
    )
    assert {"canut.store.pathways", "canut.actions.pathways", "canut.actions.passport"} <= set(
        contract["forbidden_modules"]
    )


@pytest.mark.parametrize("criterion", ["skills", "levels", "pathway", "passport", "credentials"])
def test_project_cannot_require_a_passport_or_a_pathway(criterion: str) -> None:
    known = {"languages", "earned_in", "at_least", "team_of", "place", "legal_reason"}
    known |= {"qualification"}  # of the organisation: given, or earned in training that it pays
    assert {field.name for field in fields(EligibilityRules)} == known
    columns = {name.removesuffix("_id") for name in vars(Eligibility(set_ms=0))}
    assert columns - {"_state"} == known | {"project", "set_by", "set_ms"}

    unknown: dict[str, Any] = {criterion: "S24"}
    with pytest.raises(TypeError, match="unexpected keyword"):
        EligibilityRules(**unknown)
