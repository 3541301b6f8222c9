"""Every kind seen otherwise: larger, without motion, in the system's colours, from the right.

Something is begun in each; nothing may leave the screen or lie over something else.
"""

from collections.abc import Callable
from itertools import product
from typing import Literal, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.answered import KEYS
from tests.browser.instance import ROOT, axe
from tests.browser.test_kinds import do, has_touch
from tests.browser.ways import WAYS
from tests.conftest import is_matrix_asked

type AtWork = Callable[..., tuple[Page, Callable[[str], None]]]

FAULTS = """() => {
    const page = document.querySelector("canut-workbench");
    const leave = "svg, .sr, .au-over, .sp-under, .sp-hold, .rg-window, dialog, .wb-check,"
        + " details:not([open]) > :not(summary)";
    const seen = [...page.querySelectorAll("*")]
        .filter(e => !e.closest(leave) && e.getClientRects().length);
    const name = e => `${e.className || e.tagName} ${(e.innerText || "").slice(0, 20)}`.trim();
    const held = e => {  // what of it is seen where something around it scrolls
        const room = {left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity};
        for (let p = e.parentElement; p && p !== page; p = p.parentElement) {
            if (getComputedStyle(p).overflowX === "visible") continue;
            const b = p.getBoundingClientRect();
            room.left = Math.max(room.left, b.left);
            room.right = Math.min(room.right, b.right);
            room.top = Math.max(room.top, b.top);
            room.bottom = Math.min(room.bottom, b.bottom);
        }
        return room;
    };
    const cut = (b, room) => ({
        left: Math.max(b.left, room.left), right: Math.min(b.right, room.right),
        top: Math.max(b.top, room.top), bottom: Math.min(b.bottom, room.bottom),
    });
    const found = new Set();
    const texts = [];
    for (const e of seen) {
        const room = held(e);
        const whole = cut(e.getBoundingClientRect(), room);
        if (whole.right > innerWidth + 1 || whole.left < -1) found.add(`off screen: ${name(e)}`);
        for (const node of e.childNodes) {
            if (node.nodeType !== 3 || !node.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const b of range.getClientRects()) if (b.width > 1) texts.push([e, cut(b, room)]);
        }
    }
    texts.forEach(([e, b], at) => {
        const own = e.closest("button")?.getBoundingClientRect();
        const inside = own && getComputedStyle(e.closest("button")).display !== "inline";
        if (inside && (b.left < own.left - 1 || b.right > own.right + 1))
            found.add(`out of its button: ${name(e)}`);
        for (const [f, c] of texts.slice(at + 1)) {
            if (e === f || e.contains(f) || f.contains(e)) continue;
            const wide = Math.min(b.right, c.right) - Math.max(b.left, c.left);
            const high = Math.min(b.bottom, c.bottom) - Math.max(b.top, c.top);
            if (wide > 2 && high > 0.35 * Math.min(b.bottom - b.top, c.bottom - c.top))
                found.add(`over each other: ${name(e)}, ${name(f)}`);
        }
    });
    return [...found];
}"""
MOVING = """() => [...document.querySelectorAll("body *")].filter(e => ["", "::before", "::after"]
    .some(part => {
        const look = getComputedStyle(e, part || null);
        const moves = look.transitionDuration.split(",").some(each => parseFloat(each) > 0);
        return moves || look.animationName !== "none";
    })).map(e => e.outerHTML.slice(0, 60))
    .concat(document.getAnimations().map(a => `runs: ${a.effect?.target?.outerHTML.slice(0, 60)}`))
"""
UNSEEN = """() => {
    const told = e => {  // by a line around it or a thick one under it, which stay in those colours
        const look = getComputedStyle(e);
        return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    };
    const chosen = "[aria-pressed=true], .kd-row.held, .sp-item.here, .au-item.here";
    const found = [...document.querySelectorAll(`.wb-choices :is(${chosen})`)]
        .filter(e => e.offsetParent && !told(e)).map(e => `chosen: ${e.outerHTML.slice(0, 60)}`);
    const canvas = getComputedStyle(document.body).backgroundColor;
    for (const e of document.querySelectorAll(".rg-line, .rg-under"))
        if (getComputedStyle(e).stroke === "none") found.push("a mark without its line");
    const lines = [...document.querySelectorAll(".rg-one")].filter(e => ![".rg-line", ".rg-under"]
        .some(line => getComputedStyle(e.querySelector(line)).stroke !== canvas));
    found.push(...lines.map(() => "a mark in the colour of the page"));
    for (const e of document.querySelectorAll(".sp-span, .au-seg")) {
        const {borderBottomStyle, borderLeftStyle} = getComputedStyle(e);
        if (borderBottomStyle === "none" && borderLeftStyle === "none")
            found.push(`no edge: ${e.className}`);
    }
    document.querySelector(".wb-util button").focus({focusVisible: true});
    if (!told(document.activeElement)) found.push("the focus is not seen");
    return found;
}"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDE, HALF, PHONE = (1280, 900), (640, 450), (390, 844)


class Mode(NamedTuple):
    """A way of seeing the page: what sets it, and what looks for faults."""

    size: tuple[int, int] = WIDE
    text: str = ""
    direction: str = ""
    motion: Literal["no-preference", "reduce"] = "no-preference"
    colours: Literal["none", "active"] = "none"
    looks: str = FAULTS


MODES = {
    "zoom": Mode(size=HALF),  # a screen of 1280 by 900 at 200 %
    "large": Mode(text="200%"),
    "rtl": Mode(direction="rtl"),
    "rtl-phone": Mode(direction="rtl", size=PHONE),
    "still": Mode(motion="reduce", looks=MOVING),
    "forced": Mode(colours="active", looks=UNSEEN),
}
OPPOSITE = {("fr-CA", 390, "dark"), ("en-CA", 1280, "light")}
GUISES = [
    pytest.param(*guise, marks=pytest.mark.again if guise in OPPOSITE else pytest.mark.matrix)
    for guise in product(("fr-CA", "en-CA"), (1280, 390), ("light", "dark"))
]


def begin(page: Page, go: Callable[[str], None], name: str) -> None:
    """Open the work of a kind and begin an answer."""
    go(name)
    for step in WAYS[name].begun:
        do(page, step, by_keys=not has_touch(page))  # a finger's field takes the focus when pressed


def leave(page: Page) -> None:
    """Give up what was begun, which the server would keep for whoever comes next."""
    page.evaluate("document.querySelector('canut-workbench').answering.forget()")


def see(page: Page, mode: Mode) -> None:
    """See the page so."""
    width, height = mode.size
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(
        "([text, dir]) => Object.assign(document.documentElement, { dir }).style.fontSize = text",
        [mode.text, mode.direction],
    )
    page.emulate_media(reduced_motion=mode.motion, forced_colors=mode.colours)
    page.evaluate(SETTLED)


def test_each_kind_holds_however_it_is_seen(at_work: AtWork) -> None:
    page, go = at_work()
    wrong: dict[str, object] = {}
    for name in KEYS:
        begin(page, go, name)
        for called, mode in MODES.items():
            see(page, mode)
            if found := page.evaluate(mode.looks):
                wrong[f"{name} {called}"] = found
            if is_matrix_asked():  # for whoever looks at pictures
                folder = ROOT / ".shown" / called
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{name}.png", full_page=True)
        see(page, Mode())
        leave(page)

    assert wrong == {}


def test_what_looks_for_faults_finds_them(at_work: AtWork) -> None:
    page, go = at_work()
    begin(page, go, "choice-multiple")
    assert page.evaluate(MOVING)  # a choice takes its colour in a moment

    faults = {
        "off screen": ".wb-place { position: relative; left: 1200px; }",
        "out of its button": ".wb-choices .choice { width: 9px; padding: 0; }",
        "over each other": ".wb-place { position: relative; top: -28px; }",
    }
    assert not page.evaluate(FAULTS)
    for fault, style in faults.items():
        page.evaluate(
            "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style);"
            " document.adoptedStyleSheets = [sheet]; }",
            style,
        )
        assert any(one.startswith(fault) for one in page.evaluate(FAULTS)), fault
    assert any(one.startswith("chosen") for one in page.evaluate(UNSEEN))
    leave(page)


def test_from_the_right_keys_and_arrows_go_where_they_point(at_work: AtWork) -> None:
    page, go = at_work()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl'; })"
    )
    said = page.locator(".wb-live")
    go("rating-slider")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("52")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("51")
    leave(page)

    go("choice-hierarchical")
    page.keyboard.press("1")
    expect(page.locator(".kd-path")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".kd-path")).to_have_count(0)

    leave(page)
    go("boxes-upright")
    page.keyboard.press("Shift+ArrowLeft")
    expect(said).to_have_text("Viseur 310, 210")
    left, right = (page.locator(f".rg-{side}").bounding_box() for side in ("left", "right"))
    assert left
    assert right
    assert left["x"] < right["x"]
    leave(page)


@pytest.mark.parametrize(("language", "width", "theme"), GUISES)
def test_each_kind_is_accessible_in_every_guise(
    at_work: AtWork, language: str, width: int, theme: str
) -> None:
    page, go = at_work(language, width=width, theme=theme)
    wrong: dict[str, object] = {}
    for name in KEYS:
        begin(page, go, name)
        if found := axe(page):
            wrong[name] = found
        leave(page)

    assert wrong == {}
