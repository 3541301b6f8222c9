"""A dialog that opens from a row of a table shows its whole text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.instance import Instance
from tests.browser.test_accessibility import as_role

CUT_OFF = """dialog => [...dialog.querySelectorAll("p, li, label")].filter(
  text => text.getBoundingClientRect().right > dialog.getBoundingClientRect().right
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
        page.locator("td [data-confirm-dialog]").first.click()

        assert page.locator("dialog[open]").evaluate(CUT_OFF) == []
