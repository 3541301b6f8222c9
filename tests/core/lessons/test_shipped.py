"""Every lesson of the package passes its checks, and its keys matter."""

from fractions import Fraction

import pytest

from canut.core.lessons.checks import changed_answers, lix, numbers, problems
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.reading import SHIPPED, read_lesson, shipped_lessons
from canut.core.lessons.scoring import auto_score, read_number, right_answer, score_item

FOLDERS = sorted(path for path in SHIPPED.iterdir() if path.is_dir())


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda path: path.name)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return read_lesson(request.param)


def test_lesson_passes_its_checks(lesson: Lesson) -> None:
    assert not list(problems(lesson))


def test_folder_begins_with_the_number_and_ends_with_the_id() -> None:
    names = [f"{lesson.number:02d}-{lesson.id}" for lesson in shipped_lessons()]
    assert names == [path.name for path in FOLDERS]


def test_keys_have_the_full_score_and_each_change_has_less(lesson: Lesson) -> None:
    marked = [item for item in lesson.items if item.is_marked]
    keys = {item.id: right_answer(item) for item in marked}
    assert auto_score(lesson, keys) == 1
    for item in marked:
        changes = list(changed_answers(item))
        assert changes
        for changed in changes:
            assert score_item(item, changed) < 1
            assert auto_score(lesson, {**keys, item.id: changed}) < 1


def test_no_answer_scores_nothing(lesson: Lesson) -> None:
    assert auto_score(lesson, {}) == 0


@pytest.mark.parametrize("text", ["9,99", "9.99", "9,99 $", "$9.99", "9,99\u00a0$", " 9,99\u202f$"])
def test_numbers_are_read_as_people_write_them(text: str) -> None:
    assert read_number(text) == Fraction("9.99")


@pytest.mark.parametrize("text", ["", "neuf", "9,9,9", "1e999", "٣"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_numbers_of_both_languages_are_compared_in_one_form() -> None:
    french = numbers("Il est 9 h 12 ; 3 600 s, 97,6 % et 0,0450 $ depuis le 1ᵉʳ mai, 18 h", "fr")
    english = numbers("It is 9:12; 3,600 s, 97.6% and $0.0450 since 1 May, 6 p.m.", "en")
    assert french == english == ["9:12", "3600", "97.6", "0.045", "1", "18"]


def test_lix_counts_words_a_sentence_and_long_words() -> None:
    # 8 words, 2 sentences, 2 words of more than six letters: 4 + 25
    assert lix("One two three machine. Four five six sentence.") == 29
