"""A row of a table of requirements selects the code without which its test fails."""

import ast
from pathlib import Path

import pytest

from tools.requirements import SOURCE, remove

CODE = '''
LEVELS = {"low": 1, "high": dict(low=2, high=3)}
NAMES = (("a", "Été"), ("b", "Hiver"))


class Clock(Base, strict=True):
    at = field(default=0, label="heure d’été")

    def read(self, now):
        """Return the time."""
        if now < self.at:
            raise Early(
                "too early",
                code="too-early",
            )
        elif now == self.at:
            return self.at

        def later(by):
            return now + by

        for step in steps(now): tell(step)
        tell(now, mark="é", end=(
            now
        ))
        self.last: int = max(
            now,
            self.at,
        )
        yield later(1)
'''


def without(tmp_path: Path, selector: str) -> str:
    """Return what the file holds without the selected code."""
    (tmp_path / SOURCE).mkdir(parents=True, exist_ok=True)
    (tmp_path / SOURCE / "a.py").write_text(CODE, encoding="utf-8")
    (tmp_path / SOURCE / "a.html").write_text('<p class="é">é</p><b>é</b>', encoding="utf-8")
    return remove(selector, tmp_path).without


@pytest.mark.parametrize(
    ("selector", "cut", "stands_in"),
    [
        ("Clock.read [raise too-early]", 'raise Early("too early", code="too-early")', "pass"),
        ("Clock.read [keyword too-early]", ', code="too-early")', ")"),
        ("Clock.read [keyword mark]", ', mark="é"', ""),
        ("Clock.read [if now]", "", None),
        ("Clock.read [if now at]", "", None),
        ("Clock.read [return at]", "return self.at", "pass"),
        ("Clock.read.later [return by]", "return now + by", "pass"),
        ("Clock.read [call step]", "tell(step)", "pass"),
        ("Clock.read [call mark]", 'tell(now, mark="é", end=now)', "pass"),
        ("Clock.read [assign max]", "self.last: int = max(now, self.at)", "pass"),
        ("Clock.read [yield later]", "yield later(1)", "pass"),
        ("Clock [assign default]", 'at = field(default=0, label="heure d’été")', "pass"),
        ("Clock [keyword default]", "default=0, ", ""),
        ("<module> [assign NAMES]", 'NAMES = (("a", "Été"), ("b", "Hiver"))', "pass"),
        ("<module> [element Hiver]", '(("a", "Été"), ("b", "Hiver"))', '(("a", "Été"),)'),
        ("<module> [entry low]", '"low": 1, ', ""),
        ("<module> [entry high]", ', "high": dict(low=2, high=3)', ""),
        ("<module> [keyword high]", ", high=3", ""),
    ],
)
def test_selected_code_is_removed_whole_and_nothing_else(
    tmp_path: Path, selector: str, cut: str, stands_in: str | None
) -> None:
    plain = ast.unparse(ast.parse(CODE)).replace("'", '"')
    if stands_in is None:
        with pytest.raises(ValueError, match="matches 2 times"):
            without(tmp_path, f"a.py::{selector}")
        return
    assert plain.count(cut) == 1

    left = without(tmp_path, f"a.py::{selector}").replace("'", '"')

    assert left == plain.replace(cut, stands_in)


def test_condition_that_is_selected_never_holds(tmp_path: Path) -> None:
    (tmp_path / SOURCE).mkdir(parents=True)
    (tmp_path / SOURCE / "b.py").write_text("if a:\n    x()\nelif b:\n    y()\nelse:\n    z()\n")

    left = remove("b.py::<module> [if b]", tmp_path).without

    assert left == "if a:\n    x()\nelif False:\n    y()\nelse:\n    z()"


def test_class_is_selected_by_its_name_alone(tmp_path: Path) -> None:
    assert "class" not in without(tmp_path, "a.py::<module> [class Clock]")
    with pytest.raises(ValueError, match="matches 0 times"):
        without(tmp_path, "a.py::<module> [class Base]")


def test_text_that_is_not_python_is_quoted(tmp_path: Path) -> None:
    assert without(tmp_path, 'a.html: "<p class="é">"') == "é</p><b>é</b>"
    with pytest.raises(ValueError, match="matches 3 times"):
        without(tmp_path, 'a.html: "é"')


@pytest.mark.parametrize(
    ("selector", "why"),
    [
        ("a.py::Clock.read [raise too-late]", "matches 0 times"),
        ("a.py::Clock [raise too-early]", "matches 0 times"),
        ("a.py::read [raise too-early]", "matches 0 times"),
        ("a.py::Clock.read [loop step]", "unknown shape"),
        ("b.py::Clock.read [raise too-early]", "no file"),
        ('a.py: "raise Early("', "is no selector"),
        ("a.py::Clock.read [raise]", "is no selector"),
        ("", "is no selector"),
    ],
)
def test_selector_that_is_wrong_says_why(tmp_path: Path, selector: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        without(tmp_path, selector)
