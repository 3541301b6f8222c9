"""What a row of a table asks before it ends something shows its whole text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.test_accessibility import as_role

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
