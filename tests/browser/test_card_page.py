"""A labour card on a phone: that it cannot prove all is read without a finger on the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.instance import Instance

SCREEN = 844  # points of height of a usual phone 390 wide


@pytest.mark.parametrize("language", ["fr-CA", "en-CA"])
def test_what_a_card_cannot_prove_begins_on_its_first_screen(
    language: str, demo: Instance, profile: Callable[..., Page]
) -> None:
    tab = profile(language, 390, "light")
    tab.goto(f"{demo.url}/cards/demo/")

    box = tab.locator("#never li").first.bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= SCREEN
    assert tab.locator("#never li").count() == 7
    style = "one => getComputedStyle(one).listStyleType"
    assert tab.locator("#never li").first.evaluate(style) == "disc"
