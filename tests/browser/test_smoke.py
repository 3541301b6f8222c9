"""One short walk a role, on the demo: what ``make test`` asks of a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.test_workbench import enter_demo

pytestmark = pytest.mark.smoke


@pytest.fixture
def door(demo: Instance, profile: Callable[..., Page]) -> Callable[[str], Page]:
    """Return what enters the demo as a role."""

    def enter(role: str) -> Page:
        page = profile()
        page.goto(demo.url)
        with page.expect_navigation():
            page.locator(f"form[action='/demo/enter/{role}'] button").click()
        return page

    return enter


def follow(page: Page, path: str) -> None:
    """Click the first link to an address, and see a page with a title there."""
    with page.expect_navigation():
        page.locator(f"a[href='{path}']").first.click()
    expect(page.locator("h1").first).to_be_visible()


def test_worker_answers_a_task_and_sees_their_time(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile(), demo)
    picture = page.locator(".wb-img img").get_attribute("src") or ""

    page.locator(".wb-choices button").first.click()

    expect(page.locator(".wb-img img")).not_to_have_attribute("src", picture)
    page.goto(f"{demo.url}/work/")
    follow(page, "/time/")


def test_requester_sees_results_and_a_task(demo: Instance, door: Callable[[str], Page]) -> None:
    page = door("requester")

    follow(page, "/projects/demo/")
    follow(page, "/projects/demo/quality")

    page.goto(f"{demo.url}/projects/demo/tasks")
    expect(page.locator("a[href*='/projects/demo/tasks/']").first).to_be_visible()


def test_reviewer_finds_what_waits_for_review(demo: Instance, door: Callable[[str], Page]) -> None:
    page = door("reviewer")

    page.goto(f"{demo.url}/reviews/")

    expect(page.locator("h1").first).to_be_visible()
    page.goto(f"{demo.url}/projects/demo/review")
    expect(page.locator("h1").first).to_be_visible()


def test_operator_reaches_payroll_and_people(demo: Instance, door: Callable[[str], Page]) -> None:
    page = door("operator")

    for path in ("/payroll/", "/organisations/"):
        page.goto(demo.url + path)
        expect(page.locator("h1").first).to_be_visible()
