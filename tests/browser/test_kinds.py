"""Every kind the page draws, answered by keyboard and by touch, and read back as it was kept.

By touch a step is taken back and taken again on the way, where there is one.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from canut.core.kinds import IN_PICTURES, KINDS
from tests.browser.answered import KEYS, TOUCH
from tests.browser.instance import Instance, axe

NEAR = 4
BELOW = """() => {
    const button = document.querySelector('.wb-check .btn.pri');
    return !!button && button.getBoundingClientRect().bottom > innerHeight;
}"""


def given(instance: Instance, slug: str) -> list[dict[str, Any]]:
    """Read what was answered in a project, oldest first."""
    sql = (
        'SELECT a."values" FROM store_answer a JOIN store_project p ON p.id = a.project_id'
        " WHERE p.slug = ? ORDER BY a.id"
    )
    return [json.loads(values) for (values,) in instance.rows(sql, slug)]


def wait_given(page: Page, instance: Instance, slug: str, many: int) -> dict[str, Any]:
    """Wait until so many answers are kept, and return the last."""
    for _ in range(200):
        found = given(instance, slug)
        if len(found) >= many:
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"{slug} has {len(given(instance, slug))} answers, not {many}")


def do(page: Page, step: str, *, by_keys: bool = False) -> None:
    """Press a key, type after an equals sign, tap a place, or tap the button that answers."""
    if step.startswith("="):
        field = page.locator(".wb-choices :is(input, textarea)").first
        if by_keys:
            expect(field).to_be_focused()
            page.keyboard.insert_text(step[1:])
        else:
            press(page, ".wb-choices :is(input, textarea)")
            field.fill(step[1:])
    elif step.startswith("@"):
        point = word_at(page, int(step[1:])) if step[1:].isdecimal() else place_at(page, step[1:])
        is_touched(page)(*point)
    elif step == "check":
        press(page, ".wb-check .btn.pri")
    elif step.startswith((".", "[")):
        press(page, step)
    else:
        page.keyboard.press(step)


def has_touch(page: Page) -> bool:
    """Say whether this is a phone."""
    return bool(page.evaluate("matchMedia('(hover: none)').matches"))


def is_touched(page: Page) -> Callable[[float, float], None]:
    """Return what presses a point of the screen: a finger, or the mouse."""
    return page.touchscreen.tap if has_touch(page) else page.mouse.click


def press(page: Page, selector: str) -> None:
    """Press the first of what is there, with a finger or the mouse."""
    found = page.locator(selector).first
    if has_touch(page):
        found.tap()
    else:
        found.click()


def place_at(page: Page, shares: str) -> tuple[float, float]:
    """Return where on the screen a place of the picture is, in shares of it, brought into view."""
    place = page.locator(".rg-window")
    place.evaluate("room => room.scrollIntoView({ block: 'start' })")
    room = place.bounding_box()
    assert room
    across, down = (float(part) for part in shares.split(","))
    return room["x"] + across * room["width"], room["y"] + down * room["height"]


def take_back_and_again(page: Page) -> None:
    """Take a step back and take it again by its buttons, where there is one."""
    steps = page.locator(".wb-steps button")
    for number in range(steps.count()):
        if steps.nth(number).get_attribute("aria-disabled") != "true":
            press(page, f".wb-steps button >> nth={number}")


def word_at(page: Page, place: int) -> tuple[float, float]:
    """Return where on the screen a character of the text stands, brought into view."""
    x, y = page.evaluate(
        """place => {
            const room = document.querySelector(".sp-text");
            const text = [...room.childNodes].find(n => n.nodeType === 3 && n.length);
            const range = document.createRange();
            range.setStart(text, place);
            range.setEnd(text, place + 1);
            const before = range.getBoundingClientRect();
            if (before.top < 60 || before.bottom > innerHeight - 120)
                window.scrollBy(0, before.top - innerHeight / 2);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        place,
    )
    return x, y


def alike(said: object, wanted: object) -> bool:
    """Compare answers; a finger places regions to within two points of the screen, four pixels."""
    if isinstance(said, dict) and isinstance(wanted, dict):
        return said.keys() == wanted.keys() and all(alike(said[k], wanted[k]) for k in said)
    if isinstance(said, list) and isinstance(wanted, list):
        return len(said) == len(wanted) and all(map(alike, said, wanted))
    if isinstance(said, int | float) and isinstance(wanted, int | float):
        return abs(said - wanted) <= NEAR
    return said == wanted


def without_number(said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the number of its task, which texts to correct end in."""
    return {q: re.sub(r" \(\d+\)$", "", v) if isinstance(v, str) else v for q, v in said.items()}


def too_small(page: Page) -> list[str]:
    """Return what one presses among the answers that is under 44 pixels high on a phone."""
    found = page.evaluate(
        "() => [...document.querySelectorAll('.wb-task :is(button, input, textarea)')]"
        ".filter(e => e.offsetParent && !e.matches('.wb-link') && e.getBoundingClientRect()"
        ".height < 43.5).map(e => e.outerHTML.slice(0, 90))"
    )
    return list(found)


ELSEWHERE = {"page"}
"""A page of the requester's own is driven in ``test_own_pages``."""


def test_every_drawn_kind_is_driven_here() -> None:
    assert (
        {name.split("-")[0] for name in KEYS}
        == {name.split("-")[0] for name in TOUCH}
        == KINDS.keys() - ELSEWHERE
    )
    assert KEYS.keys() == TOUCH.keys()


def test_each_kind_is_answered_by_keyboard_and_read_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    wrong: dict[str, object] = {}
    for name, (steps, answer) in KEYS.items():
        go(name)
        if found := axe(page):
            wrong[f"{name} axe"] = found
        many = len(given(instance, made["projects"][name]))
        for step in steps:
            do(page, step, by_keys=True)
        said = wait_given(page, instance, made["projects"][name], many + 1)
        if without_number(said) != {"q": answer}:
            wrong[name] = said
    assert not wrong


def test_each_kind_is_answered_by_touch_on_a_phone_and_read_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work(width=390, theme="dark")
    wrong: dict[str, object] = {}
    for name, (steps, answer) in TOUCH.items():
        go(name)
        before = len(given(instance, made["projects"][name]))
        if found := [*axe(page), *(too_small(page) if has_touch(page) else [])]:
            wrong[f"{name} page"] = found
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong[f"{name} width"] = "wider than the screen"
        if has_touch(page) and page.evaluate(BELOW):
            wrong[f"{name} button"] = "below the first screen"
        for step in steps:
            if step == "check":
                take_back_and_again(page)
            do(page, step)
        said = wait_given(page, instance, made["projects"][name], before + 1)
        in_picture = name.split("-")[0] in IN_PICTURES
        if not (alike(said, {"q": answer}) if in_picture else said == {"q": answer}):
            wrong[name] = said
    assert not wrong


def test_several_questions_are_gone_through_by_keyboard_alone(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    go("several")
    assert not axe(page)
    expect(page.locator(".wb-ask")).to_have_count(3)

    page.keyboard.press("1")
    expect(page.locator(".wb-ask")).to_have_count(4)
    expect(page.locator(".wb-live")).to_contain_text("Depuis combien de jours")
    expect(page.locator("[data-slot=days] input")).to_be_focused()
    page.keyboard.insert_text("400")
    page.keyboard.press("Enter")
    expect(page.locator(".wb-live")).to_contain_text("De 0 à 365")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("3")
    page.keyboard.press("Enter")
    page.keyboard.press("5")
    expect(page.locator("[data-slot=word] input")).to_be_focused()
    page.keyboard.press("Enter")

    said = wait_given(page, instance, made["projects"]["several"], 1)
    assert said == {"urgent": "oui", "days": 3, "tone": 5}


def test_what_was_begun_is_there_after_a_reload_and_steps_are_taken_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    go("several")
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.insert_text("Merci")
    expect(page.locator("[data-slot=word] input")).to_have_value("Merci")
    page.wait_for_timeout(200)

    go("several")
    expect(page.locator("[data-slot=urgent] [data-value=non]")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("[data-slot=word] input")).to_have_value("Merci")

    page.locator("[data-slot=tone] [data-value='2']").click()
    page.keyboard.press("Escape")
    page.locator("[data-slot=tone] .wb-choices").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-slot=tone] [data-value='4']")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator(".wb-check .btn.pri").click()
    before = 1 + int(bool(given(instance, made["projects"]["several"])))
    said = wait_given(page, instance, made["projects"]["several"], min(before, 2))
    assert said == {"urgent": "non", "tone": 4, "word": "Merci"}


def test_next_task_of_several_questions_opens_at_what_is_judged(
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    for width, height in ((1280, 420), (390, 500)):
        page, go = at_work(width=width)
        page.set_viewport_size({"width": width, "height": height})
        go("several")
        before = page.locator(".wb-text").text_content()
        page.locator("[data-slot=urgent] [data-value=non]").click()
        page.locator("[data-slot=tone] [data-value='4']").click()
        page.locator(".wb-check .btn.pri").click()
        expect(page.locator(".wb-text")).not_to_have_text(before or "")
        expect(page.locator(".wb-text")).to_be_in_viewport(ratio=1)
        expect(page.locator(".wb-bar").get_by_role("button").last).to_be_in_viewport()
