"""Tables with buttons in their rows fit the narrowest phone."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.instance import Instance

NARROWEST = 320


def test_table_with_a_button_in_each_row_fits_the_narrowest_phone(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = profile("fr-CA", NARROWEST)
    page.goto(demo.url)
    with page.expect_navigation():
        page.locator("form[action='/demo/enter/worker'] button").click()

    page.goto(f"{demo.url}/work/exposure")

    assert page.locator("main table .btn").count()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROWEST
