"""Tables with buttons in their rows fit the narrowest phone."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.instance import Instance

NARROWEST, PHONE = 320, 390


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


def test_figures_and_codes_of_an_occupation_fit_a_phone(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = profile("fr-CA", PHONE)
    for code in ("CAN-ANNOT", "MLE"):
        page.goto(f"{demo.url}/portrait/trades/{code}/")

        assert page.locator("main td.wraps").count()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE, code
