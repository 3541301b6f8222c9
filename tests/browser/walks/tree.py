"""Walk by the accessibility tree alone: find by role and name, act as a screen reader does.

Nothing is found by a selector and no page is looked at: what the tree does not name cannot be used.
"""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession

from tests.browser.walks.walk import Walk

TRIES, PAUSE_MS = 160, 50
FRESH = 40
"""After so many tries the tree is asked for anew: another page may have another process."""


@dataclass
class Tree:
    """Somebody who reads a page as its accessibility tree tells it, and presses what it names."""

    walk: Walk
    cdp: CDPSession

    def nodes(self) -> list[dict[str, Any]]:
        """Return what the tree tells of the page now."""
        nodes: list[dict[str, Any]] = self.cdp.send("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if not node.get("ignored")]

    def find(self, role: str, name: str, step: str) -> dict[str, Any]:
        """Return the first node of a role whose name matches, waiting for it."""
        nodes: list[dict[str, Any]] = []
        for count in range(TRIES):
            self._renew(count)
            nodes = self.nodes()
            for node in nodes:
                if role_of(node) == role and re.search(name, name_of(node)):
                    return node
            self.walk.page.wait_for_timeout(PAUSE_MS)
        names = [name_of(node) for node in nodes if role_of(node) == role]
        self.walk.refuse(f"{step}: no {role} named {name!r} in the accessibility tree: {names}")
        raise AssertionError

    def hears(self, words: str, step: str) -> None:
        """Read words anywhere in the tree."""
        for count in range(TRIES):
            self._renew(count)
            if any(re.search(words, name_of(node)) for node in self.nodes()):
                return
            self.walk.page.wait_for_timeout(PAUSE_MS)
        self.walk.refuse(f"{step}: {words!r} is not in the accessibility tree")

    def press(self, role: str, name: str, step: str, *, leaves: bool = False) -> None:
        """Set the focus on what the tree names, and press it."""
        self._focus(self.find(role, name, step))
        key = "Space" if role in {"checkbox", "radio"} else "Enter"
        if not leaves:
            self.walk.press(key)
            return
        with self.walk.page.expect_navigation():
            self.walk.press(key)
        self.walk.measure()

    def write(self, role: str, name: str, text: str, step: str) -> None:
        """Set the focus on a field that the tree names, and type."""
        self._focus(self.find(role, name, step))
        self.walk.type(text)

    def _renew(self, count: int) -> None:
        if count and count % FRESH == 0:
            self.cdp = _session(self.walk)

    def _focus(self, node: dict[str, Any]) -> None:
        self.cdp.send("DOM.focus", {"backendNodeId": node["backendDOMNodeId"]})


def role_of(node: dict[str, Any]) -> str:
    """Return the role of a node."""
    return str(node.get("role", {}).get("value", ""))


def name_of(node: dict[str, Any]) -> str:
    """Return the name of a node, spaces plain."""
    text = str(node.get("name", {}).get("value", ""))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ")).strip()


def by_tree(walk: Walk) -> Tree:
    """Return who walks by the accessibility tree alone."""
    return Tree(walk, _session(walk))


def _session(walk: Walk) -> CDPSession:
    cdp = walk.page.context.new_cdp_session(walk.page)
    cdp.send("Accessibility.enable")
    cdp.send("DOM.enable")
    cdp.send("DOM.getDocument")
    return cdp
