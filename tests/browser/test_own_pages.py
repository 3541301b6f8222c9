"""Own pages in a browser: crowd-html answered and marked, a hostile one, one of another site."""

import http.client
import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.instance import Instance, axe

pytestmark = pytest.mark.slow
ATTEMPTS = ("parent", "top", "cookie", "storage", "worker", "api", "elsewhere", "frame")


@pytest.fixture
def made(instance: Instance) -> dict[str, Any]:
    words = (sys.executable, "-m", "tests.browser.own_pages_prepared", str(instance.data))
    prepared: dict[str, Any] = json.loads(instance.told(*words))
    return prepared


def enter(tab: Page, instance: Instance, link: str, slug: str) -> None:
    tab.goto(instance.url + link)
    if "/enter/" in tab.url:
        with tab.expect_navigation():
            tab.locator("form button").first.click()
    tab.goto(f"{instance.url}/work/{slug}/?begun")


def inside(tab: Page) -> Frame:
    """Wait for the requester's page and return its frame."""
    tab.frame_locator("iframe.kd-page").frame_locator("#own-page").locator("body").wait_for()
    return next(frame for frame in tab.frames if "/s/" in frame.url)


def test_three_people_answer_a_crowd_form_and_their_labels_are_exported(
    instance: Instance, profile: Callable[..., Page], made: dict[str, Any]
) -> None:
    for number, (link, animal) in enumerate(zip(made["enter"], ("cat", "cat", "dog"), strict=True)):
        tab = profile(language="en-CA", width=390 if number == 1 else 1280)
        enter(tab, instance, link, made["crowd"])
        page = tab.frame_locator("iframe.kd-page").frame_locator("#own-page")
        target = page.locator("#target")
        expect(target).to_be_visible()
        for _task in range(2):
            text = target.text_content()
            page.get_by_role("button", name="Submit").click()
            expect(page.get_by_role("alert")).to_contain_text("Choose an answer")
            page.get_by_label(animal, exact=True).check()
            page.get_by_label("A note").fill("seen <twice>")
            if number == 0 and _task == 0:
                tab.wait_for_timeout(1500)
                tab.reload()
                expect(page.get_by_label("A note")).to_have_value("seen <twice>")
                expect(page.get_by_label(animal, exact=True)).to_be_checked()
                assert axe(tab) == []
            page.get_by_role("button", name="Submit").click()
            if _task == 0:
                expect(target).not_to_have_text(str(text))

    admin = profile(language="en-CA")
    enter(admin, instance, made["admin"], made["crowd"])
    admin.goto(f"{instance.url}/projects/{made['crowd']}/tasks")
    expect(admin.locator("main")).to_contain_text("animal.label: cat")
    admin.goto(f"{instance.url}/projects/{made['crowd']}/own-page")
    page = admin.frame_locator("iframe.own-preview").frame_locator("#own-page")
    page.get_by_label("cat", exact=True).check()
    page.get_by_label("A note").fill("seen")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_have_text("Preview: nothing is sent.")
    assert axe(admin) == []


def test_picture_and_text_are_marked_by_keyboard_and_come_back_after_a_reload(
    instance: Instance, profile: Callable[..., Page], made: dict[str, Any]
) -> None:
    tab = profile(language="en-CA")
    enter(tab, instance, made["enter"][0], made["marks"])
    page = tab.frame_locator("iframe.kd-page").frame_locator("#own-page")
    boxes, outline, eyes, who = (
        page.locator(name)
        for name in (
            "crowd-bounding-box",
            "crowd-polygon",
            "crowd-keypoint",
            "crowd-entity-annotation",
        )
    )
    press(boxes.locator("[data-value=dog]"), "2", "i", "Shift+ArrowRight", "Shift+ArrowDown", "i")
    arrows = ("Shift+ArrowRight", "i", "Shift+ArrowDown", "i", "o")
    press(outline.locator("[data-value=sky]"), "i", *arrows)
    press(eyes.locator("[data-value=right]"), "2", "i")
    press(who.locator("[data-value=person]"), "ArrowRight", "1")
    expect(who.locator(".sp-item")).to_have_count(1)
    assert axe(tab) == []
    tab.wait_for_timeout(1200)
    tab.reload()
    expect(who.locator(".sp-item")).to_have_count(1)
    for element in (boxes, outline, eyes):
        expect(element.locator(".rg-list li")).to_have_count(1)

    with tab.expect_request(lambda request: "externalSubmit" in request.url) as sent:
        page.get_by_role("button", name="Submit").click()

    answers = json.loads(parse_qs(sent.value.post_data or "")["taskAnswers"][0])[0]
    size = {"inputImageProperties": {"height": 200, "width": 320}}
    box = {"height": 10, "label": "dog", "left": 160, "top": 100, "width": 10}
    assert answers["boxes"] == {"boundingBoxes": [box], **size}
    assert [len(each["vertices"]) for each in answers["outline"]["polygons"]] == [3]
    assert answers["eyes"] == {"keypoints": [{"label": "right", "x": 160, "y": 100}], **size}
    entity = {"endOffset": 3, "label": "person", "startOffset": 0}
    assert answers["who"] == {"entities": [entity]}


def press(start: Locator, *keys: str) -> None:
    """Focus a button and press keys one after another."""
    start.focus()
    for key in keys:
        start.page.keyboard.press(key)


def test_hostile_page_reaches_nothing_and_the_workbench_stays_usable(
    instance: Instance, profile: Callable[..., Page], made: dict[str, Any]
) -> None:
    tab = profile(language="en-CA", noisy=True)
    posts: list[str] = []
    tab.on("request", lambda request: posts.append(request.url))
    enter(tab, instance, made["enter"][0], made["hostile"])
    page = tab.frame_locator("iframe.kd-page").frame_locator("#own-page")
    expect(page.locator("#said")).to_contain_text("parent")

    told = json.loads(page.locator("#said").text_content() or "")

    frame = inside(tab)
    address = frame.url.split("?")[0].removesuffix("/page").removeprefix(instance.url)
    page.get_by_role("button", name="Post elsewhere").click()
    assert {name: told[name] for name in ATTEMPTS} == dict.fromkeys(ATTEMPTS, "refused")
    assert tab.url.startswith(f"{instance.url}/work/{made['hostile']}/")
    assert not [url for url in posts if "elsewhere.example" in url]
    assert not [url for url in posts if url.endswith("/answers")]
    tab.get_by_role("button", name="Skip").first.click()
    expect(tab.get_by_role("dialog").or_(tab.locator("form")).first).to_be_visible()

    with closing(http.client.HTTPConnection("127.0.0.1", instance.port, timeout=10)) as line:
        line.putrequest("POST", f"{address}/mturk/externalSubmit")
        line.putheader("Content-Type", "application/x-www-form-urlencoded")
        line.putheader("Content-Length", str(100 * 2**20))
        line.endheaders()
        with line.getresponse() as refused:
            assert refused.status == 413
    around = tab.request.get(f"{instance.url}/work/{made['hostile']}/").headers
    assert around["x-frame-options"] == "DENY"
    finish_elsewhere(tab, instance, made["outside"])


def finish_elsewhere(tab: Page, instance: Instance, slug: str) -> None:
    """Open a page of another site that shows nothing, and hand in one's word."""
    tab.goto(f"{instance.url}/work/{slug}/?begun")
    expect(tab.locator(".kd-page-gate")).to_contain_text("study.example")
    expect(tab.locator("iframe.kd-page")).to_have_count(0)
    assert axe(tab) == []
    with tab.expect_response(re.compile(r"/own-page/\d+(\?.*)?$")):
        tab.get_by_role("button", name="Open the page").click()
    beside = tab.get_by_role("link", name="Open in a new tab")
    assert beside.get_attribute("rel") == "noopener noreferrer"
    tab.get_by_role("button", name="I finished there").click()
    expect(tab.locator(".kd-page-got")).to_contain_text("Nothing arrived from the page")
    assert axe(tab) == []
    tab.get_by_role("button", name="Hand it in").click()
    expect(tab.locator("main")).to_contain_text("Task 2 of 2")
    expect(tab.locator("iframe.kd-page")).to_be_visible()  # its site was read before
