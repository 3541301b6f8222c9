"""Count what a person does in the pages: clicks, keys, fields, pages, heights, stuck places."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error, FilePayload, Frame, Locator, Page, Response, expect

WAIT_MS = 8_000
PARTS = (  # what differs from one instance to the next, and its name in a result
    (r"^/enter/.+", "/enter/…"),
    (r"^/join/.+", "/join/…"),
    (r"^/projects/(?!new$)[^/]+/?", "/projects/P/"),
    (r"^/work/[^/]+/", "/work/P/"),
    (r"^/cards/[^/]+/$", "/cards/C/"),
    (r"/\d+(?=/|$)", "/N"),
)


class StuckError(AssertionError):
    """The page does not offer the next step."""


def page_name(address: str) -> str:
    """Return the path of an address without what differs between instances."""
    path = urlsplit(address).path
    for pattern, name in PARTS:
        path = re.sub(pattern, name, path)
    return path


@dataclass
class Walk:
    """One person's way through the pages, counted as they go.

    A click is a press of the mouse or finger, or the choice of a file. A key is a press on the
    keyboard that moves or presses; the text of a field counts as one typed field. A page is an
    address that was opened. A stuck place is a step that its page does not offer, or a page that
    refuses.
    """

    page: Page
    clicks: int = 0
    keys: int = 0
    typed: int = 0
    commands: int = 0
    pages: list[str] = field(default_factory=list)
    heights: dict[str, int] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Watch the pages that open, and those that refuse."""
        self.page.on("framenavigated", self._opened)
        self.page.on("response", self._answered)

    def _opened(self, frame: Frame) -> None:
        if frame.parent_frame is None and frame.url.startswith(("http", "file")):
            name = page_name(frame.url)
            if name not in self.pages:
                self.pages.append(name)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status >= 400:
            self.stuck.append(f"{page_name(response.url)} answers {response.status}")

    def open(self, address: str) -> None:
        """Open the address at which the walk begins, or that somebody sent."""
        self.page.goto(address)
        self.measure()

    def measure(self) -> int:
        """Store how tall the page is, and return it, in pixels."""
        name = page_name(self.page.url)
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        self.heights[name] = max(height, self.heights.get(name, 0))
        return height

    def _offered(self, target: str | Locator, step: str) -> Locator:
        """Return what the page offers for a step, or record that it offers nothing."""
        place = self.page.locator(target) if isinstance(target, str) else target
        try:
            place.first.wait_for(state="visible", timeout=WAIT_MS)
        except Error:
            self.refuse(step)
        return place.first

    def refuse(self, step: str) -> None:
        """Record a stuck place and end the walk there."""
        self.stuck.append(f"{page_name(self.page.url)} offers no way to: {step}")
        raise StuckError(self.stuck[-1])

    def click(self, target: str | Locator, step: str, *, leaves: bool = False) -> None:
        """Click, and wait for the next page where the click leaves this one."""
        place = self._offered(target, step)
        self.measure()
        self.clicks += 1
        if not leaves:
            place.click()
            return
        with self.page.expect_navigation():
            place.click()
        self.measure()

    def fill(self, target: str | Locator, text: str, step: str) -> None:
        """Type into a field."""
        self._offered(target, step).fill(text)
        self.typed += 1

    def choose(self, target: str | Locator, option: str, step: str) -> None:
        """Choose from a list: two clicks with a mouse, one to open it and one to choose."""
        self._offered(target, step).select_option(option)
        self.clicks += 2

    def choose_files(self, target: str, files: list[Path] | list[FilePayload]) -> None:
        """Choose files in the dialog of the browser, which is one click."""
        self.measure()
        self.page.locator(target).set_input_files(files)
        self.clicks += 1

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)
        self.typed += 1

    def reads(self, target: str | Locator, words: str | re.Pattern[str], step: str) -> None:
        """Read words on the page; a page that does not show them is a stuck place."""
        place = self._offered(target, step)
        try:
            expect(place).to_contain_text(words, timeout=WAIT_MS)
        except AssertionError:
            self.refuse(f"{step} ({words!r} is not there)")

    def waits(self, happened: Callable[[], bool], step: str) -> None:
        """Wait until something has happened on the server."""
        for _ in range(400):
            if happened():
                return
            self.page.wait_for_timeout(50)
        self.refuse(step)

    @contextmanager
    def ends_where_stuck(self) -> Iterator[None]:
        """End the walk at its first stuck place, which is recorded."""
        try:
            yield
        except StuckError:
            self.measure()

    def result(self) -> dict[str, object]:
        """Return what is kept of the walk."""
        tallest = max(self.heights, key=lambda name: self.heights[name], default="")
        return {
            "clicks": self.clicks,
            "keys": self.keys,
            "typed": self.typed,
            "commands": self.commands,
            "pages": len(self.pages),
            "tallest": self.heights.get(tallest, 0),
            "tallest_page": tallest,
            "stuck": self.stuck,
        }
