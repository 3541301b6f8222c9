"""Segments of a sound placed by mouse and by the accessibility tree alone; heard, undone, kept."""

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.instance import Instance
from tests.browser.steps import until
from tests.browser.test_kinds import given, wait_given

type Work = Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]]


@pytest.fixture
def work(asked: tuple[Instance, Any], entered: StorageState, profile: Callable[..., Page]) -> Work:
    """Open a project's work; return its page, and what waits for the next answer that is kept."""
    instance, made = asked

    def new(name: str) -> tuple[Page, Callable[[], dict[str, Any]]]:
        page = profile("fr-CA", 1280, "light")
        page.context.add_cookies(cast("Any", entered["cookies"]))
        slug = made["projects"][name]
        page.goto(f"{instance.url}/work/{slug}/")
        expect(page.locator(".au-now")).to_contain_text("0:04,00")
        before = len(given(instance, slug))
        return page, lambda: wait_given(page, instance, slug, before + 1)

    return new


def drag(page: Page, start: float, end: float) -> None:
    """Draw the mouse over the wave, from one second to another of its four."""
    box = page.locator(".au-time").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start / 4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end / 4, y, steps=5)
    page.mouse.up()


def test_segments_are_drawn_by_mouse_moved_undone_and_kept(work: Work) -> None:
    page, kept = work("audio-segments")
    expect(page.locator(".sp-read")).not_to_contain_text("L’onde")
    drag(page, 1, 2)
    expect(page.locator(".au-item")).to_have_count(1)
    drag(page, 2, 3)
    drag(page, 2, 2.5)
    page.keyboard.press("Control+z")
    page.locator(".sp-pick").click()
    page.locator("[data-value=voice]").click()
    page.locator(".wb-check .btn.pri").click()

    (one,) = kept()["q"]
    assert one["label"] == "voice"
    assert (one["start"], one["end"]) == (pytest.approx(1, abs=0.05), pytest.approx(3, abs=0.05))


def test_sound_plays_slower_and_goes_back_by_keys(work: Work) -> None:
    page, _kept = work("audio-segments")
    page.keyboard.press("y")
    page.keyboard.press("Space")
    expect(page.locator(".au-now")).to_contain_text(re.compile(r"0:0[0-3],[3-9]\d /"))
    assert page.evaluate(
        "(s => [s.paused, s.playbackRate, s.preservesPitch])(document.querySelector('.au-sound'))"
    ) == [False, 0.75, True]
    page.keyboard.press("Space")
    page.keyboard.press("j")
    assert page.evaluate("document.querySelector('.au-sound').currentTime") == 0


def test_whole_task_of_a_sound_is_done_by_the_accessibility_tree_alone(work: Work) -> None:
    page, kept = work("audio-transcript")

    def press(name: str) -> None:
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()

    press("Début ici")
    press("Une seconde plus tard")
    expect(page.locator(".wb-live")).to_have_text("1 s")
    press("Fin ici")
    press("Segment précédent")
    press("Seconde voix")
    press("Un dixième plus tôt")
    page.get_by_role("textbox", name=re.compile("^Ce qui est dit, Seconde voix")).fill("Oui.")
    press("Valider")

    assert kept() == {"q": [{"label": "b", "start": 0, "end": 0.9, "text": "Oui."}]}


def test_label_chosen_last_goes_on_to_the_next_sound(work: Work) -> None:
    page, kept = work("audio-segments")
    page.locator("[data-value=voice]").click()
    drag(page, 1, 2)
    page.locator(".wb-check .btn.pri").click()
    kept()
    expect(page.locator(".au-item")).to_have_count(0)
    expect(page.locator("[data-value=voice]")).to_have_attribute("aria-pressed", "true")


def test_segment_begins_at_the_start_though_the_sound_before_never_came(work: Work) -> None:
    """A browser keeps, in the element of a sound, where one wished to listen before it came."""
    page, kept = work("audio-segments")
    page.context.route("**/media/**", lambda _route: None)
    page.reload()
    page.locator(".au-time").wait_for()
    for _ in range(2):
        expect(page.locator(".au-item")).to_have_count(0)
        for key in ("i", "Shift+ArrowRight", "o"):
            page.keyboard.press(key)
        expect(page.locator(".au-item")).to_contain_text("0:00,00 – 0:01,00")
        page.locator(".wb-check .btn.pri").click()
    kept()


def test_sound_that_plays_on_a_hidden_page_is_told_to_the_measure(
    asked: tuple[Instance, Any], work: Work
) -> None:
    instance, _made = asked
    page, _kept = work("audio-segments")
    page.keyboard.press("Space")
    expect(page.locator(".au-now")).to_contain_text(re.compile(r"0:0[0-3],[1-9]\d /"))

    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.wait_for_timeout(2_500)
    lease = page.evaluate("document.querySelector('canut-workbench').session.shown.lease")
    page.goto(f"{instance.url}/account")

    heard = "SELECT sum(media_ms) FROM store_beat WHERE surface = ? AND NOT visible"
    until(lambda: (instance.rows(heard, f"item:{lease}")[0][0] or 0) >= 2_000, "what played unseen")
    assert instance.rows(heard, f"item:{lease}")[0][0] <= 8_000
