"""A worker asks from a task, whoever asks answers, and everybody there reads it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance

QUESTION = "Et si le chiffre est barré ?"
ANSWER = "Lisez le chiffre sous la barre."


def enter(page: Page, demo: Instance, role: str) -> Page:
    """Come in by one of the demo's doors."""
    page.goto(demo.url)
    with page.expect_navigation():
        page.locator(f"form[action='/demo/enter/{role}'] button").click()
    return page


def sit(page: Page) -> Page:
    """Go through the first screen and the practice task, where they stand in the way."""
    page.locator(".wb-begin, .wb-choices").first.wait_for()
    if page.locator(".wb-begin").count():
        page.locator(".wb-begin").click()
        page.locator(".wb-choices button").first.click()
        page.locator(".wb-next").click()
    page.locator(".wb-choices").wait_for()
    return page


def test_question_from_a_task_is_answered_for_everybody(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    worker = enter(profile(), demo, "worker")
    worker.goto(f"{demo.url}/work/demo/")
    sit(worker).get_by_role("button", name="Demander").click()
    worker.locator("dialog[open] textarea").fill(QUESTION)
    with worker.expect_response(re.compile("/work/demo/ask")):
        worker.locator("dialog[open] button.pri").click()

    asker = enter(profile(), demo, "requester")
    asker.goto(f"{demo.url}/messages/")
    asker.get_by_role("link", name=QUESTION).click()
    expect(asker.get_by_text("réponse due le")).to_be_visible()
    asker.locator("[name=text]").fill(ANSWER)
    asker.locator("[name=for_all]").check()
    with asker.expect_navigation():
        asker.locator("main form button.pri").click()

    asker.goto(f"{demo.url}/projects/demo/invitations")
    with asker.expect_navigation():
        asker.locator("form:has([name=max_uses]) button.pri").click()
    link = asker.locator("[id^=link-]").first.input_value()
    other = profile(width=390)
    other.goto(demo.url + "/join/" + link.split("/join/")[1])
    with other.expect_navigation():
        other.locator("form button.pri").click()
    sit(other)
    other.locator(".wb-util").get_by_role("button", name="Consignes").click()
    expect(other.locator(".wb-said dt")).to_have_text(QUESTION)
    expect(other.locator(".wb-said dd")).to_have_text(ANSWER)
