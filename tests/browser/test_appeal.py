"""A rejected answer: the person reads why, objects, somebody else answers, and pay comes back."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe

EVIDENCE = "Le chiffre est un 4 fermé, comme dans les consignes."
OBJECTION = "Les consignes ne parlent pas du 4 fermé."
REPLY = "Les consignes ne tranchent pas."
SUM = "SELECT coalesce(sum(piece_micro), 0) FROM store_payadjustment"


def enter(tab: Page, demo: Instance, role: str) -> None:
    """Come in by one of the demo's doors, as somebody else than before."""
    tab.goto("about:blank")  # what the page before still asks for must not come after the cookies
    tab.context.clear_cookies()
    tab.goto(demo.url)
    with tab.expect_navigation():
        tab.locator(f"form[action='/demo/enter/{role}'] button").click()


def answer_one(tab: Page, demo: Instance) -> int:
    """Work until an answer counts; return its number."""
    counted = (  # of this project alone: others of the demo get answers meanwhile
        "SELECT max(a.id) FROM store_answer a JOIN store_project p ON p.id = a.project_id"
        " WHERE a.counted AND p.slug = 'demo'"
    )
    before = demo.rows(counted)[0][0]
    tab.goto(f"{demo.url}/work/demo/")
    begin, choices, following = (
        tab.locator(name)
        for name in (".wb-begin", ".wb-choices button:not([aria-disabled=true])", ".wb-next")
    )
    expect(begin.or_(choices).first).to_be_visible()
    if begin.is_visible():
        begin.click()
    for _ in range(3):
        choices.first.click()
        expect(following.or_(choices).first).to_be_visible()
        if following.is_visible():
            following.click()
    for _ in range(50):
        newest = demo.rows(counted)[0][0]
        if newest > before:
            return int(newest)
        tab.wait_for_timeout(200)
    raise AssertionError("no answer came")


def press(tab: Page, button: str) -> None:
    """Press a button that leads to another page."""
    with tab.expect_navigation():
        tab.locator(button).first.click()


def test_rejected_answer_comes_back_with_its_pay_when_the_appeal_is_won(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    tab = profile("fr-CA", noisy=True)
    before = demo.rows(SUM)[0][0]
    enter(tab, demo, "worker")
    answer = answer_one(tab, demo)

    enter(tab, demo, "requester")
    tab.goto(f"{demo.url}/projects/demo/answers/{answer}/reject")
    assert axe(tab) == []
    tab.locator("input[name=code]").first.check()
    tab.locator("textarea[name=evidence]").fill(EVIDENCE)
    press(tab, "form:has(textarea[name=evidence]) button.danger")
    expect(tab.locator("main")).to_contain_text("rejetée")
    taken = demo.rows(SUM)[0][0]

    enter(tab, demo, "worker")
    tab.goto(f"{demo.url}/decisions/")
    expect(tab.locator("main")).to_contain_text(EVIDENCE)
    decision = tab.locator("section", has_text=EVIDENCE)
    decision.locator("summary.btn").click()
    decision.locator("textarea[name=words]").fill(OBJECTION)
    assert axe(tab) == []
    with tab.expect_navigation():
        decision.locator("button.pri").click()
    expect(tab.locator("main")).to_contain_text("attend une réponse")
    assert axe(tab) == []

    enter(tab, demo, "reviewer")
    tab.goto(f"{demo.url}/appeals/")
    press(tab, "form[action$='/take'] button")
    expect(tab.locator("main")).to_contain_text(OBJECTION)
    assert axe(tab) == []
    tab.locator("input[name=outcome][value=overturned]").check()
    tab.locator("textarea[name=words]").fill(REPLY)
    press(tab, "form[action$='/answer'] button.pri")

    enter(tab, demo, "worker")
    tab.goto(f"{demo.url}/decisions/")
    expect(tab.locator("section", has_text=EVIDENCE)).to_contain_text(REPLY)
    expect(tab.locator("section", has_text=EVIDENCE)).to_contain_text(re.compile("vous avez gagné"))
    assert axe(tab) == []
    assert taken < before
    assert demo.rows(SUM)[0][0] == before
