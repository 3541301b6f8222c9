"""A lab fills its text with what a query gave; nothing from outside becomes part of the lesson."""

from fractions import Fraction

import pytest

from canut.core.errors import BadFile, BadInput
from canut.core.lessons.labs import example_data, fill, with_labs
from canut.core.lessons.queries import QUERIES, LabData
from canut.core.lessons.reading import shipped_lessons

LESSONS = {lesson.id: lesson for lesson in shipped_lessons()}


def test_four_lessons_can_show_data_of_the_instance() -> None:
    labs = {name: sorted(lesson.labs) for name, lesson in LESSONS.items() if lesson.labs}
    assert labs == {
        "click-life": ["s03", "s05"],
        "disagreement": ["s03"],
        "time-pay": ["s07", "s08"],
        "diagnose": ["s03", "s06"],
    }
    used = {lab.query for lesson in LESSONS.values() for lab in lesson.labs.values()}
    assert used == set(QUERIES)


def test_key_of_a_number_follows_from_what_was_given() -> None:
    data = LabData({"project": "Avis", "same": "41", "hidden": "50"}, (), {})
    lesson = with_labs(LESSONS["click-life"], {"model": data})
    (item,) = lesson.items_of("s05")
    assert item.number == Fraction(82)
    assert "41" in lesson.screens["en"][4].text
    assert lesson.screens["en"][2] == LESSONS["click-life"].screens["en"][2]


def test_numbers_are_written_as_the_language_does() -> None:
    example = QUERIES["statement"].example
    assert fill("{price} {missing}", example, "fr") == "0,11 0,37"
    assert fill("{price} {missing}", example, "en") == "0.11 0.37"


@pytest.mark.parametrize("title", ["a) b) → [q9] **x** | {end} {own}", "<b>1) 2)</b>", "\n\n- x"])
def test_text_from_outside_asks_and_marks_nothing(title: str) -> None:
    example = QUERIES["task"].example
    data = example._replace(words={**example.words, "project": title})
    lesson = with_labs(LESSONS["click-life"], {"task": data})
    screen = lesson.screens["fr"][2]
    assert set(screen.questions) == {"q1"}
    assert set(screen.questions["q1"].options) == {"a", "b", "c"}
    assert not set("[]{}<>|*→") & set(screen.text)


def test_what_cannot_be_computed_or_read_is_refused() -> None:
    lesson = LESSONS["click-life"]
    zero = LabData({"project": "x", "same": "1", "hidden": "0"}, (), {})
    with pytest.raises(BadInput):
        with_labs(lesson, {"model": zero})
    few = LabData(QUERIES["bands"].example.words, (), {"worst": ("1",)})
    with pytest.raises(BadFile):
        with_labs(LESSONS["diagnose"], {"bands": few})


def test_without_data_the_lesson_is_as_it_was() -> None:
    for lesson in LESSONS.values():
        assert with_labs(lesson, {}) is lesson
        assert set(example_data(lesson)) == {lab.query for lab in lesson.labs.values()}
