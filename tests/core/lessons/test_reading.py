"""A lesson is read strictly: each bad field is refused by its file and name."""

import re
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from canut.core.errors import BadFile, BadInput
from canut.core.lessons.arithmetic import evaluate
from canut.core.lessons.checks import problems
from canut.core.lessons.reading import SHIPPED, read_lesson, read_lessons

type Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "01-click-life", tmp_path / "lessons" / "copy"))


@pytest.fixture
def change(folder: Path) -> Change:
    def apply(name: str, before: str, after: str) -> None:
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1))

    return apply


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("lesson.yaml", "minutes: 30", "minutes: 300", "minutes"),
        ("lesson.yaml", "minutes: 30", "minutes: 30\nrank: yes", "rank"),
        ("lesson.yaml", "key: b, key_from", "key: d, key_from", "q1 key"),
        ("lesson.yaml", "key: [a, b, d]", "key: [a, b, c, d]", "q2 key"),
        ("lesson.yaml", 'key: "97.6"', 'key: "96.6"', "97.5610"),
        ("lesson.yaml", "screen: s03, kind: one", "screen: s02, kind: one", "q1"),
        ("lesson.yaml", "words: [80, 120]", "words: [120, 80]", "words"),
        ("lesson.yaml", "facts: [F-floor-2026,", "facts: [F-other,", "facts"),
        ("fr.md", "**s02 ·", "**s03 ·", "s02"),
        ("fr.md", "[q1] ", "", "[q1]"),
        ("en.md", "c) 7, and the third", "d) 7, and the third", "options"),
        ("facts.yaml", "read_at: 2026-11-28\n    review_by", "review_by", "read_at"),
        ("facts.yaml", "https://arxiv.org/abs/2110.00169", "https://arxiv.org", "url"),
        ("lesson.yaml", "key_from: task.label", "key_from: answers.label", "q1"),
        ("lesson.yaml", "key_from: task.label", "key_from: task.worst", "q1"),
        ("lesson.yaml", "key_from: model", "key_from: statement", "q3"),
        ("labs/s03.fr.md", "{project}", "{author}", "labs/s03.fr.md"),
        ("labs/s03.en.md", "**s03 ·", "**s04 ·", "labs/s03.en.md"),
        ("labs/s05.fr.md", "[q3] ", "", "[q3]"),
        ("cases/rubric.yaml", "  plain:\n", "  clear:\n", "criteria"),
        ("cases/rubric.yaml", "file: anchors/a1.fr.md", "file: ../fr.md", "file"),
    ],
)
def test_bad_field_is_refused_by_name(
    folder: Path, change: Change, name: str, before: str, after: str, words: str
) -> None:
    change(name, before, after)
    with pytest.raises(BadFile, match=re.escape(words)):
        read_lesson(folder)


def test_missing_file_is_refused(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    with pytest.raises(BadFile, match=r"facts\.yaml"):
        read_lesson(folder)


def test_screen_on_own_data_needs_its_text_in_both_languages(folder: Path) -> None:
    (folder / "labs/s03.en.md").unlink()
    with pytest.raises(BadFile, match=r"labs/s03\.en\.md"):
        read_lesson(folder)


def test_four_anchors_in_a_language_are_too_few(folder: Path, change: Change) -> None:
    change("cases/rubric.yaml", "  - {id: a5-en", "  # - {id: a5-en")
    assert "en: 4 anchors; markers train on 5" in list(problems(read_lesson(folder)))


def test_same_number_twice_is_refused(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "again")
    with pytest.raises(BadFile, match="no other lesson"):
        read_lessons(folder.parent)


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        ("fr.md", "six secondes", "7 secondes", "7 stands"),
        ("en.md", "Take your time.", "Hurry.", "hurry"),
        ("fr.md", "« 7 ».**", "« 7 ».** " + "mot " * 21 + ".", "more than 20 words"),
        ("fr.md", "la **réponse**", "la réponse", "not in bold"),
    ],
)
def test_checks_list_what_a_reader_would_stumble_over(
    folder: Path, change: Change, name: str, before: str, after: str, words: str
) -> None:
    change(name, before, after)
    assert any(
        words in problem.lower() or words in problem for problem in problems(read_lesson(folder))
    )


def test_each_change_of_a_file_changes_the_digest(folder: Path, change: Change) -> None:
    before = read_lesson(folder).sha256
    change("cases/anchors/a1.fr.md", "Oui", "Bon")
    assert read_lesson(folder).sha256 != before


def test_arithmetic_is_exact_and_nothing_else() -> None:
    inputs = {"same": Fraction(280), "hidden": Fraction(287)}
    assert evaluate("100*same/hidden", inputs) == Fraction(28000, 287)
    for expression in (
        "__import__('os')",
        "same**9",
        "other",
        "1/0",
        "same if 1 else 2",
        "(" * 300,
    ):
        with pytest.raises(BadInput):
            evaluate(expression, inputs)
