"""What a row of a table asks before it ends something shows its whole text."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import ROOT, Instance
from tests.browser.test_accessibility import as_role

TEMPLATES = ROOT / "src/canut/web/templates"
CUT_OFF = """place => [...place.querySelectorAll("p, li, label")].filter(
  text => text.getBoundingClientRect().right > place.getBoundingClientRect().right
    || text.scrollWidth > text.clientWidth + 1
    || getComputedStyle(text).whiteSpace === "nowrap"
).map(text => [text.className, text.textContent, text.scrollWidth, text.clientWidth].join(" "))"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_ends_with_a_membership_is_read_whole(
    demo: Instance, profile: Callable[..., Page], width: int
) -> None:
    page = profile(width=width)
    with as_role(page, demo, "requester"):
        page.goto(f"{demo.url}/projects/demo/members")
        with page.expect_navigation():
            page.locator("td a.btn").first.click()

        expect(page.locator("main form button.danger")).to_be_visible()
        assert page.locator("main").evaluate(CUT_OFF) == []


def test_enter_does_not_end_what_a_dialog_asks_about(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = profile()
    with as_role(page, demo, "operator"):
        page.goto(f"{demo.url}/about/look")
        page.locator("[data-confirm-dialog]").focus()
        page.keyboard.press("Enter")

        expect(page.locator("dialog[open] [data-close]:not(.danger)")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("[data-confirm-dialog]")).to_be_focused()


def test_each_dialog_that_ends_something_begins_on_the_way_out() -> None:
    dialogs = [
        dialog
        for path in TEMPLATES.rglob("*.html")
        for dialog in re.findall(r"<dialog.*?</dialog>", path.read_text(), re.DOTALL)
        if "btn danger" in dialog
    ]

    assert len(dialogs) >= 5
    assert all(re.search(r"data-close autofocus", dialog) for dialog in dialogs)
