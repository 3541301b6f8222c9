"""A person's own keys: put elsewhere by keyboard alone, shown where they count, switched off."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe
from tests.browser.test_workbench import enter_demo


def open_sheet(page: Page, key: str = "?") -> None:
    """Open the sheet of keys from the instructions, by keyboard alone."""
    page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "help")
    reach(page, "dialog[open] > p .wb-link")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "keys")


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if page.evaluate("at => !!document.activeElement?.matches(at)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def press_change(page: Page, name: str) -> None:
    """Ask for another key, by keyboard alone."""
    reach(page, f"[data-rekey='{name}']")
    page.keyboard.press("Enter")


def test_key_is_put_elsewhere_by_keyboard_alone_and_stays(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile(), demo)
    said = page.locator(".wb-rekey")
    open_sheet(page)
    assert not axe(page)

    press_change(page, "skip")
    expect(said).to_contain_text("Appuyez sur la nouvelle touche")
    page.keyboard.press("f")
    expect(said).to_contain_text("F sert déjà à « signaler »")
    page.keyboard.press("3")
    expect(said).to_contain_text("3 sert déjà à « 3 »")
    page.keyboard.press("Tab")
    expect(said).to_contain_text("sert partout")
    page.keyboard.press("p")
    expect(said).to_contain_text("est maintenant sur P")
    page.keyboard.press("Escape")

    page.keyboard.press("s")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".wb-util [aria-keyshortcuts=P]")).to_contain_text("Passer")
    page.reload()
    page.locator(".wb-choices").first.wait_for()
    page.keyboard.press("p")
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "skip")
    page.keyboard.press("Escape")
    open_sheet(page)
    expect(page.locator(".wb-keys div", has_text="passer").locator("kbd")).to_have_text("P")

    page.locator(".wb-rekey-reset").click()
    expect(page.locator(".wb-keys div", has_text="passer").locator("kbd")).to_have_text("S")


def test_answer_gets_a_key_of_ones_own_and_escape_changes_nothing(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile("en-CA"), demo)
    open_sheet(page)
    row = page.locator(".wb-keys div").filter(has=page.locator("[data-rekey$=' 7']"))

    row.locator("button").press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(1)
    expect(row.locator("kbd")).to_have_text("7")
    row.locator("button").press("Enter")
    page.keyboard.press("j")
    expect(row.locator("kbd")).to_have_text("J")
    page.keyboard.press("Escape")

    expect(page.locator(".cap[data-value='7'] .kc")).to_have_text("J")
    before = page.locator(".wb-img img").get_attribute("src")
    page.keyboard.press("j")
    expect(page.locator(".wb-img img")).not_to_have_attribute("src", str(before))


def test_keys_of_one_letter_can_be_switched_off(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile(), demo)
    open_sheet(page)
    reach(page, "dialog[open] .check")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    before = page.locator(".wb-img img").get_attribute("src")

    for key in ("s", "f", "7", "?"):
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_have_count(0)

    expect(page.locator(".wb-img img")).to_have_attribute("src", re.compile(re.escape(str(before))))


def test_key_pressed_before_a_dialog_has_told_that_it_is_shut_is_not_lost(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile(), demo)
    page.keyboard.press("s")
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "skip")

    # what Escape does, and a key in the same moment: the event of the dialog comes after both
    page.evaluate("""() => {
        document.querySelector("dialog[open]").close();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
    }""")
    page.wait_for_timeout(200)

    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "help")
