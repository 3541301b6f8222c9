"""A rule that decides about people does not change behind its version."""

import ast
import hashlib

from canut.core.decisions.automated_systems import SYSTEMS
from tests.house.tree import SOURCE

# What each rule is written in, and what that came to when its version was given. When a file
# changes: raise the version in core/decisions/automated_systems.py if anybody may be decided about
# otherwise, and write here what it comes to now. Either way somebody has thought of it.
RULES: tuple[tuple[str, str, str], ...] = (
    ("caps/4", "core/time/hours_caps.py", "501ac055d7260b7d"),
    ("caps/4", "core/time/time_caps.py", "c5302f4ae9dd73c9"),
    ("careless/1", "core/quality/measures/outliers.py", "3dabf5f485cc8ec3"),
    ("eligibility/2", "actions/work/eligibility.py", "ee2aa7fc5fb3588e"),
    ("known/1", "core/quality/measures/gold_failures.py", "3fd4d4f16442a061"),
    ("practice/1", "actions/work/practice.py", "5a758d8a4a50baec"),
)
ELSEWHERE = {"exposure/2", "hours/2"}  # held by tests of their own


def comes_to(file: str) -> str:
    """Add up what a file does: its code without words that only explain."""
    module = ast.parse((SOURCE / file).read_text())
    for node in ast.walk(module):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            first = body[0].value
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                body[0] = ast.Expr(ast.Constant(""))
    return hashlib.sha256(ast.unparse(module).encode()).hexdigest()[:16]


def test_rule_changes_only_with_its_version() -> None:
    changed = [
        (version, file, comes_to(file))
        for version, file, stored in RULES
        if comes_to(file) != stored
    ]

    assert changed == [], (
        "raise the version in core/decisions/automated_systems.py, or note what it comes to"
    )


def test_every_registered_rule_is_watched() -> None:
    versions = {system.version for system in SYSTEMS.values()}

    assert versions == {version for version, _, _ in RULES} | ELSEWHERE
