"""Every kind answered by mouse, and by the accessibility tree alone; taken back, read back."""

import re
from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import Locator, Page, expect

from tests.browser.answered import KEYS
from tests.browser.handled import BACK, MOUSE, NAMED
from tests.browser.instance import Instance
from tests.browser.test_kinds import alike, do, given, press, wait_given

type Asked = tuple[Instance, dict[str, Any]]
type Role = Literal["button", "group", "textbox"]
type AtWork = Callable[..., tuple[Page, Callable[[str], None]]]
DRAWN = {"spans-entities", "boxes-upright", "boxes-rotated", "polygons-outlines"}
DRAWN |= {"keypoints-hand", "audio-segments"}


def by_mouse(page: Page, step: str) -> None:
    """Do a step; an answer that was given is back once it shows what was chosen."""
    if step.startswith("+"):
        page.keyboard.insert_text(step[1:])
    elif step == BACK:
        press(page, step)
        expect(page.locator(".wb-again")).to_be_visible()
    else:
        do(page, step)


def called(page: Page, name: str, role: Role = "button") -> Locator:
    """Find by role and name alone: whole, or its beginning before …; in a group before >."""
    within, _, own = name.rpartition(" > ")
    room = called(page, within, "group") if within else page
    if not own.endswith("…"):
        return room.get_by_role(role, name=own, exact=True)
    return room.get_by_role(role, name=re.compile(f"^{re.escape(own[:-1])}"))


def by_name(page: Page, step: str | tuple[str, str]) -> None:
    """Do a step as assistive technology does: by name, role and state; no place, no style."""
    question = page.get_by_role("heading", level=1)
    if isinstance(step, tuple):
        name, text = step
        field = called(page, name or question.inner_text(), "textbox")
        field.fill(text)
        expect(field).to_have_value(text)
    elif step.startswith("hear "):
        expect(page.locator("[aria-live=polite]")).to_contain_text(step[5:])
    elif step.startswith(("on ", "off ")):
        state, _, name = step.partition(" ")
        pressed = "true" if state == "on" else "false"
        expect(called(page, name)).to_have_attribute("aria-pressed", pressed)
    else:
        button = called(page, step)
        expect(button).to_be_enabled()
        button.dispatch_event("click")


def test_every_kind_is_driven_by_mouse_somewhere_and_by_name_here() -> None:
    assert MOUSE.keys() | DRAWN == KEYS.keys()
    assert NAMED.keys() == KEYS.keys()


def test_each_kind_is_answered_by_mouse_and_read_back(asked: Asked, at_work: AtWork) -> None:
    instance, made = asked
    page, go = at_work()
    wrong: dict[str, object] = {}
    for name, (steps, answer) in MOUSE.items():
        go(name)
        slug = made["projects"][name]
        before = len(given(instance, slug))
        for step in steps:
            by_mouse(page, step)
        said = wait_given(page, instance, slug, before + 1 + steps.count(BACK))
        if not (alike(said, {"q": answer}) if name == "rating-slider" else said == {"q": answer}):
            wrong[name] = said

    assert not wrong


def test_each_kind_is_answered_by_the_accessibility_tree_alone_and_read_back(
    asked: Asked, at_work: AtWork
) -> None:
    instance, made = asked
    page, go = at_work()
    wrong: dict[str, object] = {}
    for name, (steps, answer) in NAMED.items():
        go(name)
        slug = made["projects"][name]
        before = len(given(instance, slug))
        for step in steps:
            by_name(page, step)
        said = wait_given(page, instance, slug, before + 1 + steps.count("Annuler"))
        if said != {"q": answer}:
            wrong[name] = said

    assert not wrong
