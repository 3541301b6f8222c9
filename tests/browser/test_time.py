"""A person works, sees each minute, adds some; after signing out nothing is sent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.instance import Instance
from tests.browser.steps import until

SECONDS = 3
SHOWN = "(document.querySelector('canut-workbench').session.shown?.lease ?? 0)"
NEXT = "document.querySelector('.wb-next')"


@pytest.fixture
def worker(demo: Instance, profile: Callable[..., Page]) -> Page:
    """Come in by the demo's door for workers."""
    return come_in(profile("fr-CA"), demo)


def come_in(page: Page, demo: Instance) -> Page:
    """Become the demo's worker."""
    page.goto(demo.url)
    with page.expect_navigation():
        page.locator("form[action='/demo/enter/worker'] button").click()
    return page


def answer_some(page: Page, demo: Instance, tasks: int) -> None:
    """Answer a few tasks, about a second each, then stop."""
    page.goto(f"{demo.url}/work/demo/")
    page.locator(".wb-begin, .wb-choices").first.wait_for()
    if page.locator(".wb-begin").count():
        page.locator(".wb-begin").click()
    for _ in range(tasks):
        page.locator(".wb-choices").wait_for()
        page.wait_for_timeout(900)
        given = page.evaluate(SHOWN)
        page.keyboard.press("1")
        page.wait_for_function(f"given => {NEXT} || {SHOWN} !== given", arg=given)
        if page.locator(".wb-next").count():
            page.locator(".wb-next").click()
    with page.expect_navigation():
        page.evaluate("document.querySelector('canut-workbench').stop()")


def kept(demo: Instance, surface: str) -> int:
    found = demo.rows("SELECT count(*) FROM store_beat WHERE surface LIKE ?", surface)
    return int(found[0][0])


def test_worker_sees_each_interval_adds_twenty_minutes_and_sees_them_count(
    worker: Page, demo: Instance
) -> None:
    answer_some(worker, demo, 4)
    worker.goto(f"{demo.url}/account")
    worker.mouse.move(40, 40)
    worker.wait_for_timeout(1_200)

    worker.goto(f"{demo.url}/time/")
    expect(worker.locator(".stretches")).to_contain_text("tâches")
    worker.reload()
    expect(worker.locator(".stretches")).to_contain_text("mon compte")
    expect(worker.locator("svg .dayt").first).to_be_attached()
    with worker.expect_navigation():  # the eve: today has no such hours yet soon after midnight
        worker.get_by_role("link", name="La veille").click()
    worker.locator("#add > summary").click()
    worker.locator("[name=begin]").fill("12:00")
    worker.locator("[name=end]").fill("12:20")
    worker.locator("[name=words]").fill("Consigne lue sur papier")
    with worker.expect_navigation():
        worker.locator("form[action='/time/claim'] button.pri").click()

    expect(worker.locator(".note.ok, .msg.ok, main").first).to_contain_text("Ajouté")
    expect(worker.locator("main")).to_contain_text("Consigne lue sur papier")
    row = worker.locator("tr", has_text="temps que j’ai ajouté").first
    expect(row).to_contain_text(re.compile("20.min.00"))
    assert kept(demo, "item:%") > 0
    assert kept(demo, "account") > 0
    assert demo.rows("SELECT state FROM store_claim WHERE words LIKE 'Consigne%'") == [
        ("accepted",)
    ]


def test_nothing_is_sent_after_signing_out(worker: Page, demo: Instance) -> None:
    other = worker.context.new_page()
    other.goto(f"{demo.url}/time/")
    worker.goto(f"{demo.url}/account")
    worker.keyboard.press("Tab")
    worker.wait_for_timeout(1_100)
    before = kept(demo, "account")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/beats"):
            sent.append(request.url)

    with worker.expect_navigation():
        worker.locator("form[data-signs-out] button").click()
    expect(worker.locator("a[href='/accounts/login/']").first).to_be_visible()
    assert kept(demo, "account") > before  # what was done before it was sent first
    worker.on("request", note)
    other.on("request", note)
    for page in (worker, other):
        page.bring_to_front()
        page.keyboard.press("Tab")
        page.mouse.move(60, 60)
        page.wait_for_timeout(SECONDS * 1_000)
        page.goto(f"{demo.url}/accounts/login/")
        page.wait_for_timeout(500)

    assert sent == []


def settled(worker: Page, demo: Instance, surface: str) -> int:
    """Count the beats of a sort once what earlier pages sent has come in."""
    before = -1
    while (now := kept(demo, surface)) != before:
        before = now
        worker.wait_for_timeout(1_000)
    return now


def test_what_could_not_be_sent_goes_with_the_next_page(
    profile: Callable[..., Page], demo: Instance
) -> None:
    worker = come_in(profile("fr-CA", noisy=True), demo)  # the browser notes what was cut off
    worker.route("**/time/beats", lambda route: route.abort())
    worker.goto(f"{demo.url}/time/break")
    worker.keyboard.press("Tab")
    before = settled(worker, demo, "break")
    worker.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    worker.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert kept(demo, "break") == before

    worker.unroute("**/time/beats")  # from here on the page that is open may also try again
    worker.goto(f"{demo.url}/account")

    until(lambda: kept(demo, "break") > before, "beats of the page before")
