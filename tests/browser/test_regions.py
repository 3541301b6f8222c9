"""Regions of a picture, by mouse, by keyboard, by the accessibility tree alone; taken back."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.instance import Instance, axe, free_port

type Go = Callable[..., Page]
type Asked = tuple[Instance, dict[str, Any]]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[Asked]:
    """Serve an instance with a project of each way of marking."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("marked") / "data")
    instance = Instance(data, free_port(), ["serve"])
    made = json.loads(instance.told(sys.executable, "-m", "tests.browser.regions_asked", str(data)))
    instance.start()
    yield instance, made
    instance.stop()


@pytest.fixture(scope="module")
def entered(asked: Asked, chromium: Browser) -> StorageState:
    """Enter once; what the browser keeps of it serves every profile."""
    instance, made = asked
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(instance.url + made["enter"])
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture
def go(asked: Asked, entered: StorageState, profile: Callable[..., Page]) -> Go:
    """Open a project's work; returns the page."""
    instance, made = asked

    def new(name: str, language: str = "fr-CA", width: int = 1280, theme: str = "light") -> Page:
        page = profile(language, width, theme)
        page.context.add_cookies(cast("Any", entered["cookies"]))
        page.goto(f"{instance.url}/work/{made['projects'][name]}/")
        page.locator(".rg-window, .sp-text").first.wait_for()
        return page

    return new


def so_far(asked: Asked, name: str) -> list[Any]:
    """Return what was answered in a project, oldest first."""
    instance, made = asked
    sql = (
        'SELECT a."values" FROM store_answer a JOIN store_project p ON p.id = a.project_id'
        " WHERE p.slug = ? ORDER BY a.id"
    )
    return instance.rows(sql, made["projects"][name])


def given(page: Page, asked: Asked, name: str, many: int = 1) -> dict[str, Any]:
    """Wait for an answer to a project, and return the newest."""
    for _ in range(200):
        found = so_far(asked, name)
        if len(found) >= many:
            said: dict[str, Any] = json.loads(found[-1][0])
            return said
        page.wait_for_timeout(50)
    raise AssertionError(f"no answer to {name}")


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """Return a place of the picture on screen, in shares of it."""
    page.locator(".rg-window").scroll_into_view_if_needed()
    room = page.locator(".rg-sheet").bounding_box()
    assert room
    return room["x"] + across * room["width"], room["y"] + down * room["height"]


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the mouse from one place of the picture to another."""
    page.mouse.move(*at(page, *begin))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=4)
    page.mouse.up()


def click(page: Page, *places: tuple[float, float]) -> None:
    """Click places of the picture, one after another."""
    for place in places:
        page.mouse.click(*at(page, *place))
        page.wait_for_timeout(50)


def until_wide(page: Page, above: float, *, below: float = 1e9) -> None:
    """Wait until the picture is drawn between two widths."""
    wide = "document.querySelector('.rg-sheet').getBoundingClientRect().width"
    page.wait_for_function(f"([a, b]) => {wide} > a && {wide} < b", arg=[above, below])


def near(said: object, *wanted: float) -> bool:
    """Whether figures are within two pixels of those wanted."""
    figures = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", json.dumps(said))]
    return len(figures) == len(wanted) and all(
        abs(one - other) <= 2 for one, other in zip(figures, wanted, strict=True)
    )


def test_boxes_are_drawn_moved_resized_and_taken_back_by_mouse(asked: Asked, go: Go) -> None:
    page = go("boxes")
    drag(page, (0.1, 0.1), (0.3, 0.3))
    page.locator("[data-value=chien]").click()
    click(page, (0.5, 0.5), (0.75, 0.8))
    expect(page.locator(".rg-list li")).to_have_count(2)
    page.locator("[data-value=chat]").click()
    drag(page, (0.6, 0.6), (0.5, 0.6))  # moved by its inside
    drag(page, (0.65, 0.8), (0.65, 0.9))  # its lower right corner
    expect(page.locator(".rg-list li.held")).to_contain_text("chien 2")

    page.locator(".rg-list li").first.get_by_role("button", name="Supprimer").click()
    expect(page.locator(".rg-list li")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".rg-list li")).to_have_count(2)
    page.keyboard.press("Control+y")
    page.locator(".wb-check .btn.pri").click()

    (box,) = given(page, asked, "boxes")["q"]
    assert box.pop("label") == "chien"
    assert near([box[name] for name in "xywh"], 256, 210, 160, 168), box


def test_a_box_is_turned_by_the_handle_above_it(asked: Asked, go: Go) -> None:
    page = go("turned")
    drag(page, (0.3, 0.4), (0.6, 0.7))
    x, y = at(page, 0.45, 0.55)
    handle = page.locator(".rg-grip[data-grip=turn]").bounding_box()
    assert handle
    page.mouse.move(handle["x"] + 6, handle["y"] + 6)
    page.mouse.down()
    page.mouse.move(x + 150, y, steps=4)
    page.mouse.up()
    expect(page.locator(".rg-list li")).to_contain_text("tourné de 90°")
    page.locator(".wb-check .btn.pri").click()

    (box,) = given(page, asked, "turned")["q"]
    assert near([box[name] for name in "xywh"] + [box["angle"]], 192, 168, 192, 126, 90), box


def test_an_outline_is_closed_on_its_first_corner_and_its_corners_are_dragged(
    asked: Asked, go: Go
) -> None:
    page = go("polygons")
    click(page, (0.2, 0.2), (0.5, 0.2), (0.5, 0.6), (0.2, 0.2))
    expect(page.locator(".rg-list li")).to_contain_text("3 coins")
    drag(page, (0.5, 0.6), (0.4, 0.7))
    page.locator("[data-do=grip]").click()
    page.locator("[data-do=more]").click()
    expect(page.locator(".rg-list li")).to_contain_text("4 coins")
    page.keyboard.press("Control+z")
    page.locator(".wb-check .btn.pri").click()

    (outline,) = given(page, asked, "polygons")["q"]
    assert near(outline["points"], 128, 84, 320, 84, 256, 294), outline


def test_points_are_placed_in_order_and_dragged(asked: Asked, go: Go) -> None:
    page = go("keypoints")
    expect(page.locator(".rg-wants")).to_contain_text("dans l’ordre")
    click(page, (0.2, 0.2), (0.5, 0.5))
    drag(page, (0.5, 0.5), (0.6, 0.5))
    page.locator("[data-do=hidden]").click()
    page.locator(".wb-check .btn.pri").click()

    (thing,) = given(page, asked, "keypoints")["q"]
    assert near([*thing["points"]["nez"], *thing["points"]["queue"]], 128, 84, 2, 384, 210, 1)


def test_whole_task_is_done_by_the_accessibility_tree_alone(asked: Asked, go: Go) -> None:
    page, before = go("each", "en-CA"), len(so_far(asked, "each"))
    page.get_by_role("button", name="chien").press("Space")
    page.get_by_role("button", name="Place here").press("Space")
    page.get_by_role("button", name="Steps of ten").press("Space")
    page.get_by_role("button", name="Far right").press("Space")
    page.get_by_role("button", name="Far down").press("Enter")
    page.get_by_role("button", name="Place here").press("Enter")
    live = page.locator(".wb-live")
    expect(live).to_contain_text("Added: chien 1, in the middle (320, 210), 10 by 10 pixels.")
    expect(page.get_by_role("list", name="What is marked").get_by_role("listitem")).to_have_count(1)

    page.get_by_text("Exact position").press("Enter")
    page.get_by_role("spinbutton", name="x").fill("300")
    page.get_by_role("spinbutton", name="x").press("Tab")
    expect(live).to_contain_text("top left corner 300, 210, 30 by 10 pixels")
    page.get_by_role("button", name="oui").press("Space")
    page.get_by_role("button", name="Confirm").press("Enter")

    said = given(page, asked, "each", before + 1)
    box = {"label": "chien", "x": 300, "y": 210, "w": 30, "h": 10}
    assert said == {"animals": [box], "awake": ["oui"]}


def press(page: Page, *keys: str) -> None:
    """Press keys, one after another."""
    for key in keys:
        page.keyboard.press(key)


def test_each_of_two_boxes_has_its_answer_and_keeps_it_when_one_is_taken_back(
    asked: Asked, go: Go
) -> None:
    page, before = go("each"), len(so_far(asked, "each"))
    press(page, "i", "Shift+ArrowRight", "Shift+ArrowDown", "i")
    press(page, "c", "2", "i", "Shift+ArrowRight", "Shift+ArrowDown", "i")
    awake = page.locator(".wb-ask[data-slot^=awake]")
    expect(awake).to_have_count(2)
    expect(awake.last).to_contain_text("chien 2")
    press(page, "Enter", "1")
    expect(awake.last).to_have_class(re.compile(r"\bturn\b"))
    press(page, "1", "Control+z", "2")
    press(page, "Shift+Enter", "Shift+Enter", "x")
    expect(awake).to_have_count(1)
    press(page, "Control+z")
    expect(awake).to_have_count(2)
    assert not axe(page)
    press(page, "Enter")

    said = given(page, asked, "each", before + 1)
    assert [box["label"] for box in said["animals"]] == ["chat", "chien"]
    assert said["awake"] == ["oui", "non"]


def test_each_of_two_passages_has_its_answer_and_keeps_it_when_one_is_taken_back(
    asked: Asked, go: Go
) -> None:
    page = go("each_span")
    press(page, "ArrowRight", "1", "ArrowRight", "2")
    known = page.locator(".wb-ask[data-slot^=known]")
    expect(known).to_have_count(2)
    expect(known.last).to_contain_text("« passage »")
    press(page, "Enter", "2", "2", "Control+z", "1")
    press(page, "Shift+Enter", "Shift+Enter", "x")
    expect(known).to_have_count(1)
    press(page, "Control+z")
    expect(known).to_have_count(2)
    assert not axe(page)
    press(page, "Enter")

    said = given(page, asked, "each_span")
    found = [(one["label"], one["start"], one["end"]) for one in said["names"]["spans"]]
    assert found == [("nom", 0, 5), ("lieu", 6, 13)]
    assert said["known"] == ["non", "oui"]


def test_labels_stay_and_the_task_before_is_copied(asked: Asked, go: Go) -> None:
    page = go("boxes")
    for key in ("2", "i", "Shift+ArrowRight", "Shift+ArrowDown", "i", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".rg-list")).to_have_count(0)
    expect(page.locator("[data-value=chien]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("r")
    expect(page.locator(".rg-list li")).to_have_count(1)
    expect(page.locator(".wb-live")).to_contain_text("Une région reprise.")
    page.keyboard.press("Enter")

    box = {"label": "chien", "x": 320, "y": 210, "w": 10, "h": 10}
    assert given(page, asked, "boxes", 3)["q"] == [box]


def test_too_few_and_too_many_are_said_in_words(go: Go) -> None:
    page = go("each")
    expect(page.locator("#wb-check-why")).to_contain_text("Il faut au moins une région")
    for _ in range(2):
        for key in ("c", "i", "ArrowRight", "Shift+ArrowDown", "i"):
            page.keyboard.press(key)
    page.keyboard.press("c")
    page.keyboard.press("i")
    expect(page.locator(".wb-live")).to_contain_text("2 régions au plus.")
    expect(page.locator(".rg-list li")).to_have_count(2)


def test_picture_is_enlarged_followed_and_made_brighter_by_keys(go: Go) -> None:
    page = go("polygons")
    sheet = page.locator(".rg-sheet")
    before = sheet.bounding_box()
    assert before
    for key in ("g", "g", "g", "b"):
        page.keyboard.press(key)
    until_wide(page, 3 * before["width"])
    expect(sheet).to_have_attribute("style", re.compile(r"brightness\(1\.4\)"))
    page.keyboard.press("i")
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    pen, room = page.locator(".rg-pen").bounding_box(), page.locator(".rg-window").bounding_box()
    assert pen is None or room is None or pen["x"] + pen["width"] <= room["x"] + room["width"] + 1
    page.keyboard.press("w")
    until_wide(page, before["width"] - 1, below=before["width"] + 1)


def test_review_hides_layers_and_is_corrected_by_drawing(
    asked: Asked, entered: StorageState, profile: Callable[..., Page]
) -> None:
    instance, made = asked
    page = profile()
    page.context.add_cookies(cast("Any", entered["cookies"]))
    page.goto(f"{instance.url}/projects/{made['projects']['reviewed']}/review")
    page.locator("form[action$='/take'] button").click()
    page.locator(".review-correct > summary").click()
    page.locator(".rg-window").wait_for()
    assert not axe(page)
    expect(page.locator(".rv-layer:visible")).to_have_count(3)
    page.locator("[data-shows=A]").uncheck()
    expect(page.locator(".rv-layer:visible")).to_have_count(2)

    page.locator(".rg [data-value=chien]").focus()
    page.keyboard.press("2")
    drag(page, (0.7, 0.1), (0.9, 0.3))
    expect(page.locator(".rg-list li")).to_have_count(2)
    page.keyboard.press("x")
    expect(page.locator(".rg-list li")).to_have_count(1)
    page.keyboard.press("Control+z")
    page.locator("button:has-text('Corriger')").click()
    page.wait_for_url("**/review")

    (label,) = instance.rows("SELECT label FROM store_verdict")
    assert [one["label"] for one in json.loads(label[0])] == ["chien", "chat"]


def test_edges_stay_where_they_are_drawn_until_told_to_snap(asked: Asked, go: Go) -> None:
    page, before = go("boxes"), len(so_far(asked, "boxes"))
    drag(page, (0.006, 0.006), (0.4, 0.4))
    drag(page, (0.406, 0.45), (0.7, 0.55))
    page.locator("[data-do=snaps]").click()
    drag(page, (0.405, 0.6), (0.7, 0.8))
    page.locator(".wb-check .btn.pri").click()

    free, other, snapped = given(page, asked, "boxes", before + 1)["q"]
    assert free["x"] > 0 < free["y"]
    assert other["x"] != free["x"] + free["w"]
    assert snapped["x"] in {free["x"] + free["w"], other["x"]}


def test_label_chosen_after_a_box_is_for_the_next_one(asked: Asked, go: Go) -> None:
    page, before = go("boxes"), len(so_far(asked, "boxes"))
    for label, left in (("1", 0.1), ("2", 0.4), ("1", 0.7)):
        page.keyboard.press(label)
        drag(page, (left, 0.2), (left + 0.2, 0.5))
    page.keyboard.press("2")
    page.locator(".wb-check .btn.pri").click()

    boxes = given(page, asked, "boxes", before + 1)["q"]
    assert [box["label"] for box in boxes] == ["chat", "chien", "chat"]


def test_wheel_enlarges_space_drags_the_view_and_delete_deletes(go: Go) -> None:
    page = go("boxes")
    drag(page, (0.1, 0.1), (0.3, 0.3))
    page.keyboard.press("Delete")
    expect(page.locator(".rg-list li")).to_have_count(0)

    sheet = page.locator(".rg-sheet")
    before = sheet.bounding_box()
    assert before
    page.mouse.move(*at(page, 0.5, 0.5))
    page.mouse.wheel(0, -400)
    until_wide(page, 1.5 * before["width"])
    enlarged = sheet.bounding_box()
    assert enlarged
    page.keyboard.down(" ")
    drag(page, (0.5, 0.5), (0.6, 0.5))
    page.keyboard.up(" ")
    moved = sheet.bounding_box()
    assert moved
    assert moved["x"] > enlarged["x"]
    expect(page.locator(".rg-list li")).to_have_count(0)


def test_picture_has_most_of_the_window_and_confirm_stays_in_view(go: Go) -> None:
    page = go("boxes")
    page.set_viewport_size({"width": 1280, "height": 800})

    window = page.locator(".rg-window").bounding_box()
    confirm = page.locator(".wb-check .btn.pri").bounding_box()

    assert window
    assert confirm
    assert window["width"] >= 0.6 * 1280
    assert window["height"] >= 0.5 * 800
    assert confirm["y"] + confirm["height"] <= 800


def test_outline_ends_by_a_double_click_and_is_dropped_by_escape(go: Go) -> None:
    page = go("polygons")
    click(page, (0.2, 0.2), (0.5, 0.2))
    page.keyboard.press("Escape")
    expect(page.locator(".rg-open")).to_have_count(0)
    click(page, (0.2, 0.2), (0.5, 0.2))
    page.mouse.dblclick(*at(page, 0.5, 0.6))

    expect(page.locator(".rg-list li")).to_have_count(1)
    expect(page.locator(".rg-list li")).to_contain_text("3 coins")


def test_two_fingers_enlarge_the_picture(go: Go) -> None:
    page = go("polygons", width=390)
    before = page.locator(".rg-sheet").bounding_box()
    x, y = at(page, 0.5, 0.5)
    hand = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 60)):
        fingers = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert before
    until_wide(page, 2 * before["width"])
    expect(page.locator(".rg-open")).to_have_count(0)  # no finger placed anything


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["turned", "polygons", "keypoints", "each"])
def test_pages_with_something_in_hand_have_no_fault_for_axe(
    go: Go, name: str, width: int, theme: str
) -> None:
    page = go(name, "en-CA" if theme == "dark" else "fr-CA", width, theme)
    for key in ("c", "i", "Shift+ArrowRight", "i", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert not axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
