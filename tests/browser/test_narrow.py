"""Tables with buttons in their rows fit the narrowest phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.instance import Instance

NARROWEST = 320


@pytest.mark.parametrize(
    ("role", "address"), [("worker", "/work/exposure"), ("operator", "/payroll/exchange")]
)
def test_table_with_a_button_in_each_row_fits_the_narrowest_phone(
    role: str, address: str, demo: Instance, profile: Callable[..., Page]
) -> None:
    page = profile("fr-CA", NARROWEST)
    page.goto(demo.url)
    with page.expect_navigation():
        page.locator(f"form[action='/demo/enter/{role}'] button").click()

    page.goto(demo.url + address)

    assert page.locator("main table .btn").count()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROWEST
