"""Requester and reviewer by keyboard alone; the worker's walk is one of the nine."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.walks import requester
from tests.browser.walks.conftest import Lab, prepare_review, sign_in
from tests.browser.walks.keyboard import by_keyboard
from tests.browser.walks.walk import Walk

TOGETHER = "Control+Enter"


def test_requester_gets_from_a_file_to_a_link_by_keyboard_alone(
    lab: Lab, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("en-CA")
    sign_in(lab, page)
    walk = Walk(page)
    hands = by_keyboard(walk)
    walk.open(f"{lab.instance.url}/projects/")
    hands.check_page()

    hands.press_at("a[href='/projects/new']", "start a project", leaves=True)
    hands.reach("input[type=file]", "choose a file")
    with page.expect_file_chooser() as chooser, page.expect_navigation(url="**/setup"):
        walk.press("Enter")
        chooser.value.set_files(requester.write_texts(tmp_path, "clavier", requester.REVIEWS))
    hands.check_page()
    hands.write("[name=ask]", "Le ton est-il bon ?", "write the question")
    hands.write("[name=choices]", "bon", "write the answers")
    walk.press("Enter")
    walk.type("mauvais")
    hands.press_and_go(TOGETHER)
    hands.write("[name=business]", "Comprendre.", "say what the work is for")
    hands.write("[name=ethical]", "Peu.", "say what could go wrong")
    hands.press_at("[name=hard]", "say that nothing is hard", "Space")
    expect(page.locator("[name=hard][value=none]")).to_be_checked()
    hands.press_and_go(TOGETHER)
    hands.press_at("#price button.pri", "open the pilot", leaves=True)
    hands.press_at("[data-copy='#pilot-link']", "copy the link")

    expect(page.locator("[data-copy='#pilot-link']")).to_contain_text("Copied")
    assert walk.clicks == 0
    assert walk.stuck == []


def test_reviewer_decides_by_keyboard_alone(lab: Lab, profile: Callable[..., Page]) -> None:
    walk = Walk(profile("fr-CA"))
    hands = by_keyboard(walk)
    verdicts = "SELECT count(*) FROM store_verdict"
    before = lab.instance.rows(verdicts)[0][0]
    walk.open(lab.instance.url + prepare_review(lab))
    hands.check_page()

    hands.press_at("a[href='/reviews/']", "find the reviews", leaves=True)
    hands.press_at("main a[href$='/review']", "open the project", leaves=True)
    hands.press_at("form[action$='/review/take'] button", "take the first", leaves=True)
    hands.press_at(".review-sides li button", "choose an answer", "Space", leaves=True)
    hands.press_and_go("Enter")  # accept, which has a key wherever the focus is

    assert lab.instance.rows(verdicts)[0][0] == before + 2
    assert walk.clicks == 0
    assert walk.stuck == []
