"""Whole lessons as people take them: by finger, by mouse, by keyboard, over a broken connection.

From the worker's home through each screen to the case and the question; two people mark it blind;
the author sees the result, and the time on the statement of a closed period.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect

from canut.core.clock import HOUR_MS
from canut.core.lessons.lesson import Item, ItemKind, Lesson
from canut.core.lessons.reading import shipped_lessons
from canut.core.lessons.scoring import right_answer
from tests.browser.instance import axe, free_port
from tests.browser.lessons_prepared import AUTHOR, MARKERS, REPRESENTATIVE
from tests.browser.walks.keyboard import Keyboard, by_keyboard
from tests.browser.walks.served import ClockedInstance
from tests.browser.walks.walk import Walk

DAYS_LATER = 3 * 24 * 3600
FLOOR_MICRO = 16_600_000  # an hour in Québec in November 2026
CENT_MICRO = 10_000
PASSING, FAILING = (2, 3, 2, 2), (1, 2, 1, 1)
REASON = "Le texte le dit dans sa deuxième phrase."
QUESTION = {"fr": "À qui va la part non déclarée ?", "en": "Who checks the known answers?"}
PHONE, DESKTOP, NARROWEST = 390, 1280, 320


@dataclass(frozen=True)
class Place:
    """A served instance, and where each of its people enters once."""

    instance: ClockedInstance
    enter: dict[str, str]

    def close_period(self) -> dict[str, Any]:
        """Let days pass and close the period; return the author's statement."""
        self.instance.set_clock(DAYS_LATER)
        return self.run("close")

    def run(self, *words: str) -> dict[str, Any]:
        """Run the script that makes the people, or closes their period."""
        data = str(self.instance.data)
        printed = self.instance.told(
            sys.executable, "-m", "tests.browser.lessons_prepared", data, *words
        )
        made: dict[str, Any] = json.loads(printed)
        return made


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> tuple[Path, dict[str, str]]:
    """Make the people of a lesson once, for each test to begin from a copy."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("people") / "data")
    return data, Place(ClockedInstance(data, free_port(), ["serve"]), {}).run()


@pytest.fixture
def place(tmp_path: Path, people: tuple[Path, dict[str, str]]) -> Iterator[Place]:
    """Serve a copy."""
    data = shutil.copytree(people[0], tmp_path / "data")
    instance = ClockedInstance(data, free_port(), ["serve"])
    instance.start()
    yield Place(instance, people[1])
    instance.stop()


def lesson_number(number: int) -> Lesson:
    return next(lesson for lesson in shipped_lessons() if lesson.number == number)


def case_text(lesson: Lesson, language: str) -> str:
    """Return the best invented answer of the lesson in a language."""
    texts = [anchor for anchor in lesson.case.anchors if anchor.language == language]
    return max(texts, key=lambda anchor: sum(anchor.marks)).text.strip()


def go_to_lesson(page: Page, place: Place, lesson: Lesson) -> None:
    """Enter, and go from the home of a worker to a lesson and its first screen."""
    page.goto(place.instance.url + place.enter[AUTHOR])
    page.goto(place.instance.url)
    if page.locator("a[href='/lessons/']:visible").count() == 0:
        page.locator("a[href='/more']").click()
    page.locator("a[href='/lessons/']:visible").first.click()
    page.locator(f"main a[href='/lessons/{lesson.id}/']").click()
    begin(page)


def begin(page: Page) -> None:
    page.locator("form[action$='/begin'] button").click()
    page.wait_for_url(re.compile(r"/s01$"))


def typed_number(item: Item, language: str) -> str:
    number = right_answer(item)[0]
    return number.replace(".", ",") if language == "fr" else number


def answer(page: Page, item: Item, language: str) -> None:
    """Answer an item rightly, by finger or mouse."""
    if item.kind is ItemKind.FREE:
        page.fill(f"[name='{item.id}']", "88 lettres sur 100 : une machine. 12 : une personne.")
        return
    key = right_answer(item)
    if item.kind is ItemKind.NUMBER:
        page.fill(f"[name='{item.id}']", typed_number(item, language))
    elif item.kind is ItemKind.MATCH:
        for left, right in zip(item.left, key, strict=True):
            page.select_option(f"[name='{item.id}.{left}']", right)
    elif item.kind is ItemKind.ORDER:
        for number, option in enumerate(key, 1):
            page.select_option(f"[name='{item.id}.{number}']", option)
    else:
        for option in key:
            page.locator(f"label:has([name='{item.id}'][value='{option}'])").click()


def answered_items(lesson: Lesson, screen_id: str) -> list[Item]:
    return [item for item in lesson.items_of(screen_id) if item.kind is not ItemKind.QUESTION]


def press(page: Page, step: str) -> None:
    """Press a button of the screen, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(f"main button[value={step}]").click()


def take(page: Page, lesson: Lesson, language: str) -> None:
    """Go through each screen and item, write the case and the question, and end."""
    for screen_id in lesson.screen_ids():
        expect(page).to_have_url(re.compile(f"/{screen_id}(#main)?$"))
        expect(page.locator("h1")).to_be_in_viewport()
        items = answered_items(lesson, screen_id)
        for item in items:
            answer(page, item, language)
        if items:
            expect(page.locator(".lesson-why")).to_have_count(0)
            press(page, "answer")
            verdicts = page.locator(".lesson-verdict.right")
            expect(verdicts).to_have_count(sum(item.is_marked for item in items))
        if screen_id == lesson.case.screen:
            page.fill("[name=case]", case_text(lesson, language))
        if screen_id == lesson.screen_ids()[-1]:
            page.fill("[name=question]", QUESTION[language])
        is_last = screen_id == lesson.screen_ids()[-1]
        press(page, "end" if is_last else "next")
    expect(page).to_have_url(re.compile(f"/lessons/{lesson.id}/#main$"))


WAITING_TEXT = "main a.btn[href^='/marking/']:not([href*='/train/'])"


def mark(
    profile: Callable[..., Page],
    place: Place,
    lesson: Lesson,
    language: str,
    levels: tuple[int, ...],
) -> None:
    """Let two people mark what waits: each sees the text, and nobody's name or mark.

    One text in ten is an anchor, which nobody can tell from a case: it is marked as its reference.
    """
    for name in MARKERS:
        page = signed_in(profile(f"{language}-CA"), place, name)
        page.goto(f"{place.instance.url}/marking/")
        texts = []
        while page.locator(WAITING_TEXT).count():
            texts.append(mark_next(page, lesson, language, levels))
        assert case_text(lesson, language)[:40] in texts


def mark_next(page: Page, lesson: Lesson, language: str, levels: tuple[int, ...]) -> str:
    """Mark the text that comes next; return how it begins."""
    with page.expect_navigation():
        page.locator(WAITING_TEXT).first.click()
    sheet = page.locator("main").inner_text()
    for hidden in (AUTHOR, "100 %", "100%", REASON):
        assert hidden not in sheet
    begins, given = case_text(lesson, language)[:40], levels
    if begins not in sheet:
        anchor = next(each for each in lesson.case.anchors if each.text.strip()[:40] in sheet)
        begins, given = anchor.text.strip()[:40], tuple(anchor.marks)
    for criterion, level in zip(lesson.case.criteria, given, strict=True):
        page.locator(f"label:has([name='level.{criterion.id}'][value='{level}'])").click()
        page.fill(f"[name='reason.{criterion.id}']", REASON)
    with page.expect_navigation():
        page.locator("main form button.pri").click()
    expect(page).to_have_url(re.compile("/marking/$"))
    return begins


SIGNED: dict[tuple[str, str], Any] = {}


def signed_in(page: Page, place: Place, name: str) -> Page:
    """Enter once for each person and instance; later pages begin with the cookies of the first."""
    key = (place.instance.url, name)
    if key in SIGNED:
        page.context.add_cookies(SIGNED[key])
    else:
        page.goto(place.instance.url + place.enter[name])
        SIGNED[key] = page.context.cookies()
    return page


def check_question_and_pay(
    page: Page, profile: Callable[..., Page], place: Place, language: str
) -> None:
    """Check that the question came without a name, and that the statement pays the time."""
    reader = signed_in(profile(f"{language}-CA"), place, REPRESENTATIVE)
    reader.goto(f"{place.instance.url}/lessons/questions")
    expect(reader.locator("main article").first).to_contain_text(QUESTION[language])
    assert AUTHOR not in reader.locator("main").inner_text()

    closed = place.close_period()
    (line,) = closed["lines"]
    time_ms = line["surfaces"]["lesson"]
    assert time_ms > 0
    assert abs(line["earned_micro"] - time_ms * FLOOR_MICRO // HOUR_MS) <= CENT_MICRO
    page.goto(f"{place.instance.url}/pay/{closed['statement']}")
    expect(page.locator("main")).to_contain_text({"fr": "Leçons", "en": "Lessons"}[language])


def expect_result(page: Page, lesson: Lesson, words: str) -> None:
    """Check that the author sees their result with both markers' reasons."""
    page.reload()
    newest = page.locator("article").first
    expect(newest).to_contain_text(words)
    expect(newest.get_by_text(REASON)).to_have_count(2 * len(lesson.case.criteria))


def test_lesson_on_a_phone_over_a_broken_connection_loses_nothing(
    place: Place, profile: Callable[..., Page]
) -> None:
    lesson, page = lesson_number(1), profile("fr-CA", PHONE, noisy=True)
    go_to_lesson(page, place, lesson)
    text = case_text(lesson, "fr")
    for screen_id in lesson.screen_ids():
        items = answered_items(lesson, screen_id)
        if screen_id == "s03":
            answer(page, items[0], "fr")
            page.reload()
            assert page.locator("main input:checked").count() == 1
        if screen_id == lesson.case.screen:
            page.fill("[name=case]", text)
            page.context.set_offline(True)
            page.locator("main button[value=next]").click()
            expect(page.locator("[data-kept-waits]")).to_be_visible()
            expect(page.locator("[name=case]")).to_have_value(text)
            with page.expect_navigation():  # the press is repeated by itself
                page.context.set_offline(False)
            page.goto(f"{place.instance.url}/lessons/{lesson.id}/{screen_id}")
            expect(page.locator("[name=case]")).to_have_value(text)
            page.reload()
            expect(page.locator("[name=case]")).to_have_value(text)
        if screen_id == lesson.screen_ids()[-1]:
            page.fill("[name=question]", QUESTION["fr"])
            page.reload()
            expect(page.locator("[name=question]")).to_have_value(QUESTION["fr"])
            press(page, "end")
            break
        for item in items:
            if screen_id != "s03":
                answer(page, item, "fr")
        if items:
            press(page, "answer")
        press(page, "next")
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('canut-lesson'))") == []
    )
    expect(page.locator("article").first).to_contain_text("100")
    mark(profile, place, lesson, "fr", PASSING)
    expect_result(page, lesson, "Réussie")
    check_question_and_pay(page, profile, place, "fr")


def test_lesson_by_keyboard_alone(place: Place, profile: Callable[..., Page]) -> None:
    lesson, page = lesson_number(6), profile("en-CA", DESKTOP)
    page.goto(place.instance.url + place.enter[AUTHOR])
    page.goto(place.instance.url)
    walk = Walk(page)
    hands = by_keyboard(walk)
    hands.press_at("a[href='/lessons/']", "find the lessons", leaves=True)
    skip(hands)
    hands.press_at(f"main a[href='/lessons/{lesson.id}/']", "open the lesson", leaves=True)
    skip(hands)
    hands.press_at("form[action$='/begin'] button", "begin", leaves=True)
    for screen_id in lesson.screen_ids():
        skip(hands)
        items = answered_items(lesson, screen_id)
        for item in items:
            answer_by_keyboard(hands, item)
        if items:
            hands.press_at("button[value=answer]", "answer", leaves=True)
            marked = sum(item.is_marked for item in items)
            expect(page.locator(".lesson-verdict.right")).to_have_count(marked)
        if screen_id == lesson.case.screen:
            hands.write("[name=case]", case_text(lesson, "en"), "write the case")
        if screen_id == lesson.screen_ids()[-1]:
            hands.write("[name=question]", QUESTION["en"], "ask")
            hands.press_at("button[value=end]", "end", leaves=True)
        else:
            hands.press_at("button[value=next]", "go on", leaves=True)
    assert walk.clicks == 0
    assert walk.stuck == []
    mark(profile, place, lesson, "en", PASSING)
    expect_result(page, lesson, "Passed")
    check_question_and_pay(page, profile, place, "en")


def skip(hands: Keyboard) -> None:
    """Skip the navigation of a page."""
    hands.press_at("a.skip, a[href='#main']", "skip to the content")


def answer_by_keyboard(hands: Keyboard, item: Item) -> None:
    """Answer an item rightly with Tab, arrows, Space and what one types."""
    key = right_answer(item)
    if item.kind is ItemKind.NUMBER:
        hands.write(f"[name='{item.id}']", typed_number(item, "en"), "type a number")
    elif item.kind in {ItemKind.MATCH, ItemKind.ORDER}:
        names = item.left or [str(number) for number in range(1, len(item.options) + 1)]
        for name, option in zip(names, key, strict=True):
            hands.reach(f"[name='{item.id}.{name}']", "choose")
            hands.walk.press(*["ArrowDown"] * (item.options.index(option) + 1))
    elif item.kind is ItemKind.ONE:
        hands.reach(f"[name='{item.id}']", "choose one")
        hands.walk.press("Space", *["ArrowDown"] * item.options.index(key[0]))
    else:
        for option in key:
            hands.press_at(f"[name='{item.id}'][value='{option}']", "tick", "Space")


def test_case_that_is_not_passed_is_told_kindly_and_tried_again(
    place: Place, profile: Callable[..., Page]
) -> None:
    lesson, page = lesson_number(8), profile("fr-CA", PHONE)
    go_to_lesson(page, place, lesson)
    take(page, lesson, "fr")
    expect(page.locator("article").first).to_contain_text("En attente des notes")
    mark(profile, place, lesson, "fr", FAILING)
    expect_result(page, lesson, "5 sur 12")
    expect(page.locator("article").first).to_contain_text("Rien n’en découle")
    expect(page.locator("main")).not_to_contain_text("Réussie")

    begin(page)
    take(page, lesson, "fr")
    mark(profile, place, lesson, "fr", PASSING)

    expect_result(page, lesson, "Réussie")
    expect(page.locator("main")).to_contain_text("Vous pourrez recommencer à partir du")
    check_question_and_pay(page, profile, place, "fr")


def test_lesson_with_a_mouse_in_english(place: Place, profile: Callable[..., Page]) -> None:
    lesson, page = lesson_number(11), profile("en-CA", DESKTOP)
    go_to_lesson(page, place, lesson)
    take(page, lesson, "en")
    mark(profile, place, lesson, "en", PASSING)
    expect_result(page, lesson, "Passed")
    check_question_and_pay(page, profile, place, "en")


def test_screens_fit_the_narrowest_phone_and_twice_the_size(
    place: Place, profile: Callable[..., Page]
) -> None:
    page = profile("fr-CA", NARROWEST)
    page.goto(place.instance.url + place.enter[AUTHOR])
    too_wide, complaints = [], []
    kinds = set[ItemKind]()
    for lesson in shipped_lessons():
        page.goto(f"{place.instance.url}/lessons/{lesson.id}/")
        begin(page)
        for screen_id in lesson.screen_ids():
            new = {item.kind for item in lesson.items_of(screen_id)} - kinds
            page.goto(f"{place.instance.url}/lessons/{lesson.id}/{screen_id}")
            if page.evaluate("document.documentElement.scrollWidth") > NARROWEST:
                too_wide.append((lesson.number, screen_id, "320"))
            if new:
                kinds |= new
                complaints += [(lesson.number, screen_id, line) for line in axe(page)]
    assert ItemKind.FIND in kinds
    assert too_wide == []
    assert complaints == []

    wide = profile("en-CA", DESKTOP)
    wide.context.add_cookies(cast("Any", page.context.cookies()))
    wide.set_viewport_size({"width": DESKTOP // 2, "height": 450})  # what 200 % leaves
    for number, screen_id in ((4, "s03"), (3, "s05"), (9, "s06"), (12, "s08"), (6, "s07")):
        wide.goto(f"{place.instance.url}/lessons/{lesson_number(number).id}/{screen_id}")
        wide.evaluate("document.documentElement.style.fontSize = '200%'")
        assert wide.evaluate("document.documentElement.scrollWidth") <= DESKTOP // 2
