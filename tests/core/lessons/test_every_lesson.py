"""Each of the twelve lessons: keys, changed keys, sources, reading level, length, languages."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from canut.core.errors import BadFile
from canut.core.lessons.arithmetic import evaluate
from canut.core.lessons.checks import MOST_LIX, changed_answers, lix, numbers, plain_text, problems
from canut.core.lessons.length import MOST_APART, simulated_minutes
from canut.core.lessons.lesson import LANGUAGES, FactMark, Item, ItemKind, Lesson
from canut.core.lessons.reading import SHIPPED, read_lesson
from canut.core.lessons.scoring import right_answer, score_item

FOLDERS = sorted(path for path in SHIPPED.iterdir() if path.is_dir())
DAY = date(2026, 12, 1)
LEAST_WORDS = 900
LEAST_MARKED = 7
HARD = (
    " Conséquemment, l’interopérabilité institutionnelle conditionne systématiquement"
    " l’opérationnalisation réglementaire."
)
CONSTANTS = {60, 100, 3600}
"""Minutes of an hour, the hundred of per cent, seconds of an hour: known, or said in words."""


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def lesson(folder: Path) -> Lesson:
    return read_lesson(folder)


def marked(lesson: Lesson) -> list[Item]:
    return [item for item in lesson.items if item.is_marked]


def number_items(lesson: Lesson) -> list[Item]:
    return [item for item in lesson.items if item.kind is ItemKind.NUMBER]


def test_there_are_twelve_lessons() -> None:
    assert [path.name[:2] for path in FOLDERS] == [f"{number:02d}" for number in range(1, 13)]


def test_numbers_are_computed_from_what_the_reader_has_seen(lesson: Lesson) -> None:
    items = number_items(lesson)
    for item in items:
        inputs = dict(item.inputs or {})
        assert item.number is not None
        assert inputs
        assert abs(evaluate(item.calculation, inputs) - item.number) <= item.within
        for language in LANGUAGES:
            seen = set[Fraction]()
            for screen in lesson.screens[language]:
                asked = screen.raw.partition("→")[0] if screen.id == item.screen else screen.raw
                seen |= {hours_or_number(text) for text in numbers(asked, language)}
                if screen.id == item.screen:
                    break
            unseen = {
                name
                for name, number in inputs.items()
                if number not in seen and number not in CONSTANTS
            }
            said = " ".join(each.raw for each in lesson.screens[language]).lower()
            assert all(in_words(inputs[name], language, said) for name in unseen), (
                item.id,
                language,
                {name: str(inputs[name]) for name in unseen},
            )
    assert items


def hours_or_number(text: str) -> Fraction:
    """Return a printed number; ``10:30`` is ten hours and a half."""
    hours, _, minutes = text.partition(":")
    return Fraction(hours) + Fraction(int(minutes or 0), 60)


WORDS = {
    Fraction(1): {"fr": "une", "en": "one"},
    Fraction(2): {"fr": "deux", "en": "two"},
    Fraction(3): {"fr": "trois", "en": "three"},
    Fraction(20): {"fr": "vingt", "en": "twenty"},
    Fraction(14): {"fr": "quatorze", "en": "fourteen"},
}


def in_words(number: Fraction, language: str, said: str) -> bool:
    """Return whether a number is written as a word."""
    return number in WORDS and WORDS[number][language] in said


def test_each_key_alone_has_the_full_score(lesson: Lesson) -> None:
    items = marked(lesson)
    assert len(items) >= LEAST_MARKED
    assert len({item.kind for item in items}) >= 3
    for item in items:
        assert score_item(item, right_answer(item)) == 1
        changes = list(changed_answers(item))
        expected = len(item.options) - 1 if item.kind is ItemKind.ONE else 1
        assert len(changes) >= expected
        assert all(score_item(item, change) < 1 for change in changes)


def wrong_keys(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what a careless editor could write: a shifted number, an option that is not there."""
    listed = yaml.safe_load((folder / "lesson.yaml").read_text("utf-8"))
    for number, item in enumerate(listed["items"]):
        changed = dict(item)
        if item["kind"] == "number":
            shift = 3 * Fraction(str(item["within"])) + 1
            changed["key"] = str(float(Fraction(str(item["key"])) + shift))
        elif item["kind"] == "one":
            changed["key"] = "z"
        elif item["kind"] in {"several", "order"}:
            changed["key"] = list(item["options"])
        elif item["kind"] == "match":
            changed["key"] = dict(list(item["key"].items())[1:])
        elif item["kind"] == "find":
            changed["key"] = [*item["key"], 99]
        else:
            continue
        yield item["id"], {**listed, "items": replaced(listed["items"], number, changed)}


def replaced(items: list[object], number: int, item: object) -> list[object]:
    """Return the items with one other."""
    return [*items[:number], item, *items[number + 1 :]]


def test_a_changed_key_is_refused_when_the_lesson_is_read(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / folder.name))
    count = 0
    for item_id, content in wrong_keys(folder):
        (copy / "lesson.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        with pytest.raises(BadFile, match=re.escape(item_id)):
            read_lesson(copy)
        count += 1
    assert count >= LEAST_MARKED


def test_each_fact_has_a_source_and_unsure_ones_mark_their_screens(lesson: Lesson) -> None:
    assert lesson.facts
    for fact in lesson.facts:
        assert len(fact.source) >= 10
        assert fact.text.fr != fact.text.en
        assert fact.screens
        if fact.mark is FactMark.CONFIRMED:
            assert fact.read_at is not None
        else:
            assert all(lesson.needs_check(screen, DAY) for screen in fact.screens)
    later = date(2099, 1, 1)
    dated = [fact for fact in lesson.facts if fact.review_by is not None]
    assert all(lesson.needs_check(screen, later) for fact in dated for screen in fact.screens)


def test_unsure_facts_are_the_ones_nobody_could_confirm() -> None:
    unsure = {
        fact.id: fact.mark.value
        for path in FOLDERS
        for fact in read_lesson(path).facts
        if fact.mark is not FactMark.CONFIRMED
    }
    assert unsure == {
        "F-bouquin": "to_verify",
        "F-l25-duties": "lawyer",
        "F-cai-complaints": "to_verify",
        "F-vacation": "to_verify",
        "F-self-employed": "lawyer",
        "F-signs": "to_verify",
        "F23": "to_verify",
        "F-l25-since": "lawyer",
        "F-l25-content": "lawyer",
        "F-l25-exclusive": "lawyer",
        "F-2831-review": "to_verify",
        "R-canut-hold": "to_verify",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_easy_to_read_and_a_hard_sentence_shows(lesson: Lesson, language: str) -> None:
    screens = lesson.screens[language]
    text = "\n\n".join(plain_text(screen) for screen in screens)
    assert len(text.split()) >= LEAST_WORDS
    assert 10 < lix(text) <= MOST_LIX[language]

    hard = [replace(screen, raw=screen.raw + 8 * HARD) for screen in screens]
    spoiled = replace(lesson, screens={**lesson.screens, language: tuple(hard)})
    assert any(problem.startswith(f"{language}: LIX") for problem in problems(spoiled))


@pytest.mark.parametrize("language", LANGUAGES)
def test_simulated_reader_takes_about_the_announced_minutes(lesson: Lesson, language: str) -> None:
    minutes = simulated_minutes(lesson, language)
    assert abs(minutes / lesson.minutes - 1) <= MOST_APART

    shorter = replace(lesson, minutes=20)
    assert any(
        problem.startswith(f"{language}: 20 minutes are announced") for problem in problems(shorter)
    )


def test_both_languages_say_all_of_it(lesson: Lesson) -> None:
    assert lesson.title.fr != lesson.title.en
    for french, english in zip(lesson.screens["fr"], lesson.screens["en"], strict=True):
        assert french.title
        assert english.title
        assert french.raw != english.raw
        assert bool(french.explanation) is bool(english.explanation)
        assert 0.6 < french.words / english.words < 1.6, french.id
        assert set(french.questions) == set(english.questions)
        for item_id in french.questions:
            first, second = french.text_of(item_id), english.text_of(item_id)
            assert first.options.keys() == second.options.keys()
            assert all(first.options.values())
            assert all(second.options.values())
    for criterion in lesson.case.criteria:
        assert all(level.fr and level.en for level in criterion.levels)
        assert any(level.fr != level.en for level in criterion.levels)
    for fact in lesson.facts:
        assert fact.text.fr
        assert fact.text.en


def test_each_marked_item_is_explained_or_its_key_is(lesson: Lesson) -> None:
    for language in LANGUAGES:
        for item in marked(lesson):
            screen = lesson.screen(item.screen, language)
            assert screen is not None
            assert len(screen.explanation.split()) >= 6, (item.id, language)


def test_pictures_need_a_description_so_none_is_read_from_a_text(lesson: Lesson) -> None:
    first, *others = lesson.screens["fr"]
    pictured = replace(first, raw=first.raw + " ![](photo.png)")
    changed = replace(lesson, screens={**lesson.screens, "fr": (pictured, *others)})
    assert any("pictures are not shown" in problem for problem in problems(changed))
