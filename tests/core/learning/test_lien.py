"""A lien is whole when each written line says something in both languages."""

import pytest

from canut.core.errors import BadInput, TooLarge
from canut.core.learning.lien import (
    LINES,
    WRITTEN,
    LienText,
    clean_lines,
    lien_digest,
    missing_lines,
)

WHOLE = {name: LienText(f"{name} dit", f"{name} said") for name in WRITTEN}


def test_ten_lines_of_which_eight_are_written() -> None:
    assert (len(LINES), len(WRITTEN)) == (10, 8)
    assert missing_lines(WHOLE, "Ana Ruiz") == []


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("text", [LienText("", "said"), LienText("dit", "")])
def test_each_line_needs_both_languages(name: str, text: LienText) -> None:
    assert missing_lines(WHOLE | {name: text}, "Ana Ruiz") == [name]


def test_nobody_answers_without_a_name() -> None:
    assert missing_lines(WHOLE, " ") == ["answers"]


def test_how_it_decides_is_said_in_eighty_words() -> None:
    clean_lines({"how": LienText("mot " * 80, "word")})
    with pytest.raises(BadInput) as refusal:
        clean_lines({"how": LienText("mot " * 81, "word")})
    assert refusal.value.case == "lien-words"


def test_reckoned_lines_are_written_by_nobody() -> None:
    with pytest.raises(BadInput):
        clean_lines({"learnt_from": LienText("de nous", "from us")})


def test_long_line_is_refused_with_its_field() -> None:
    with pytest.raises(TooLarge) as refusal:
        clean_lines({"stop": LienText("a" * 1_201, "b")})
    assert refusal.value.facts["field"] == "stop_fr"


def test_digest_changes_with_any_word() -> None:
    first = lien_digest(WHOLE, "Ana Ruiz")

    assert first == lien_digest(dict(reversed(WHOLE.items())), "Ana Ruiz")
    assert first != lien_digest(WHOLE, "Ben Roy")
    assert first != lien_digest(WHOLE | {"stop": LienText("autre", "said")}, "Ana Ruiz")
