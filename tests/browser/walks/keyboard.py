"""Walk by keyboard alone: the focus is seen, goes on in order, is never caught, and has a name."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession

from tests.browser.walks.walk import Walk, page_name

MOST_TABS = 150
INTERACTIVE = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "menuitem",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
}
FOCUSED = """selector => {
    const at = document.activeElement;
    if (!at || at === document.body) {
        window.focusedBefore = null;
        return null;
    }
    const before = window.focusedBefore;
    const first = document.querySelector("a[href], button:not(:disabled), input, select, textarea");
    const follows = !before?.isConnected || at === first ||
        !!(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
    const isSame = before === at;
    window.focusedBefore = at;
    const box = (at.closest("label") ?? at).getBoundingClientRect();
    const marked = [at, at.parentElement, at.closest("label")].some(each => {
        if (!each) return false;
        const style = getComputedStyle(each);
        const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        return isOutlined || style.boxShadow !== "none";
    });
    return {
        reached: at.matches(selector),
        follows, isSame, marked,
        inView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        tabindex: at.tabIndex,
        html: at.outerHTML.slice(0, 120),
    };
}"""


@dataclass
class Keyboard:
    """The hands of somebody who uses no mouse, and what must hold at each stop of the focus."""

    walk: Walk
    cdp: CDPSession

    def reach(self, selector: str, step: str) -> None:
        """Press Tab until the focus is there; each stop must be seen, named and in order."""
        for count in range(MOST_TABS):
            stop: dict[str, Any] | None = self.walk.page.evaluate(FOCUSED, selector)
            if stop is not None:
                self._judge(stop, is_first=count == 0)
                if stop["reached"]:
                    return
            self.walk.press("Tab")
        self.walk.refuse(f"{step}, by Tab")

    def _judge(self, stop: dict[str, Any], *, is_first: bool) -> None:
        if stop["tabindex"] < 0:
            return  # where a script sets the keyboard down; nothing to press, Tab leaves it
        where = f"{page_name(self.walk.page.url)}: {stop['html']}"
        assert stop["inView"], f"the focus is out of sight: {where}"
        assert stop["marked"], f"the focus is not seen: {where}"
        assert stop["tabindex"] == 0, f"a tabindex changes the order: {where}"
        assert is_first or not stop["isSame"], f"the focus is caught: {where}"
        assert is_first or stop["follows"], f"the focus goes back: {where}"
        assert self.name_of_focus(), f"no accessible name: {where}"

    def name_of_focus(self) -> str:
        """Return the name of what has the focus, as the accessibility tree tells it."""
        focused = self.cdp.send("Runtime.evaluate", {"expression": "document.activeElement"})
        tree = self.cdp.send(
            "Accessibility.getPartialAXTree",
            {"objectId": focused["result"]["objectId"], "fetchRelatives": False},
        )
        node = tree["nodes"][0]
        return str(node.get("name", {}).get("value", "")).strip()

    def nameless(self) -> list[str]:
        """Return what one can act on here that the accessibility tree gives no name."""
        nodes = self.cdp.send("Accessibility.getFullAXTree")["nodes"]
        return [
            f"{page_name(self.walk.page.url)}: {node['role']['value']}"
            for node in nodes
            if not node.get("ignored")
            and node.get("role", {}).get("value") in INTERACTIVE
            and not str(node.get("name", {}).get("value", "")).strip()
        ]

    def check_page(self) -> None:
        """Check the tree of a page, and store how tall the page is."""
        self.walk.measure()
        assert self.nameless() == []

    def press_at(
        self, selector: str, step: str, key: str = "Enter", *, leaves: bool = False
    ) -> None:
        """Reach something and press a key on it; check the page that follows."""
        self.reach(selector, step)
        if not leaves:
            self.walk.press(key)
            return
        self.press_and_go(key)

    def press_and_go(self, key: str) -> None:
        """Press a key that leads to another page, wherever the focus is; check that page."""
        with self.walk.page.expect_navigation():
            self.walk.press(key)
        self.check_page()

    def write(self, selector: str, text: str, step: str) -> None:
        """Reach a field and type."""
        self.reach(selector, step)
        self.walk.type(text)


def by_keyboard(walk: Walk) -> Keyboard:
    """Return the hands for a walk without a mouse."""
    cdp = walk.page.context.new_cdp_session(walk.page)
    cdp.send("Accessibility.enable")
    return Keyboard(walk, cdp)
