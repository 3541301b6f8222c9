"""Take the screenshots of README and docs from a real browser on a demo made for it.

``--all DIR`` photographs every page instead, at 390 and 1280 points, by day and by night, in French
and in English, for somebody to look at.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "docs/shots"
WIDE, NARROW = (1280, 880), (390, 844)
SETTLED_MS = 600  # an answer has come back, a picture is drawn
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
REVIEWS = """\
ref;review;stars
0007;Arrived two days early, the weave is tight and even.;5
0008;The colour is not the one of the picture.;2
0009;It does what it says. Nothing more.;3
0010;Came with a loose thread, replaced within the week.;4
0011;I had to read the instructions three times.;2
"""


class Stop(NamedTuple):
    """One page to photograph: its name, who looks at it, where it is."""

    name: str
    role: str | None
    path: str


class Guise(NamedTuple):
    """How one visitor sees the pages."""

    size: tuple[int, int]
    theme: Literal["light", "dark"] = "light"
    language: str = "en"


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STOPS = (
    Stop("home", None, "/"),
    Stop("signin", None, "/accounts/login/"),
    Stop("nothing-here", None, "/no-such-page"),
    Stop("worker-home", "worker", "/"),
    Stop("work", "worker", "/work/"),
    Stop("workbench", "worker", "/work/demo/"),
    Stop("account", "worker", "/account"),
    Stop("account-name", "worker", "/account/name"),
    Stop("forbidden", "worker", "/projects/demo/"),
    Stop("requester-home", "requester", "/"),
    Stop("projects", "requester", "/projects/"),
    Stop("project-new", "requester", "/projects/new"),
    Stop("results", "requester", "/projects/demo/"),
    Stop("quality", "requester", "/projects/demo/quality"),
    Stop("care", "reviewer", "/projects/demo/care"),
    Stop("unsure", "requester", "/projects/demo/unsure"),
    Stop("wrong", "requester", "/projects/demo/wrong"),
    Stop("task", "requester", "/projects/demo/tasks/1"),
    Stop("pay", "requester", "/projects/demo/pay"),
    Stop("pilot", "requester", "/projects/demo/pilot"),
    Stop("bill", "requester", "/projects/demo/bill"),
    Stop("export", "requester", "/projects/demo/export"),
    Stop("invitations", "requester", "/projects/demo/invitations"),
    Stop("members", "requester", "/projects/demo/members"),
    Stop("organisations", "operator", "/organisations/"),
)


def main(arguments: list[str]) -> int:
    """Serve a demo, photograph it, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", metavar="DIR", help="every page, every width, theme, language")
    parser.add_argument("--only", metavar="WORD", help="with --all: pages whose name holds it")
    args = parser.parse_args(arguments)
    with _demo() as url, _chromium() as browser:
        if args.all:
            for_looking(browser, url, Path(args.all), args.only or "")
        else:
            for_readme(browser, url)
    return 0


def for_readme(browser: Browser, url: str) -> None:
    """Write the four pictures of the README."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with _visit(browser, url, Guise(WIDE), "worker") as page:
        _work(page, url, answers="70351")
        _keep(page, SHOTS / "workbench.png")
    with _visit(browser, url, Guise(NARROW), "worker") as page:
        _work(page, url, answers="")
        _keep(page, SHOTS / "workbench-390.png")
    with _visit(browser, url, Guise(WIDE), "requester") as page:
        _open(page, f"{url}/projects/demo/")
        _keep(page, SHOTS / "results.png")
        _begin_project(page, url)
        _keep(page, SHOTS / "new-project.png")


def for_looking(browser: Browser, url: str, folder: Path, only: str) -> None:
    """Write every page in every guise, and say which width the page outgrows."""
    folder.mkdir(parents=True, exist_ok=True)
    stops = [stop for stop in STOPS if only in stop.name]
    guises = [Guise(*parts) for parts in product((WIDE, NARROW), THEMES, LOCALES)]
    for guise, role in product(guises, sorted({s.role or "" for s in stops})):
        with _visit(browser, url, guise, role or None) as page:
            for stop in (s for s in stops if (s.role or "") == role):
                _open(page, f"{url}{stop.path}")
                name = f"{stop.name}-{guise.size[0]}-{guise.theme}-{guise.language}.png"
                page.screenshot(path=folder / name, full_page=True)
                scroll_width = int(page.evaluate("document.documentElement.scrollWidth"))
                if scroll_width > guise.size[0]:
                    print(f"{name}: {scroll_width} points wide")
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


@contextmanager
def _visit(browser: Browser, url: str, guise: Guise, role: str | None) -> Iterator[Page]:
    """Open a browser of one's own, come in by the demo's door, and leave."""
    context: BrowserContext = browser.new_context(
        viewport={"width": guise.size[0], "height": guise.size[1]},
        device_scale_factor=1,
        has_touch=guise.size == NARROW,
        is_mobile=guise.size == NARROW,
        color_scheme=guise.theme,
        reduced_motion="reduce",
        locale=LOCALES[guise.language],
    )
    page = context.new_page()
    if role:
        _open(page, f"{url}/")
        page.locator(f'form[action$="/demo/enter/{role}"] button').first.click()
        page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _work(page: Page, url: str, answers: str) -> None:
    """Open the workbench, pass the first screen and the practice task, answer a few."""
    _open(page, f"{url}/work/demo/")
    begin, following = page.locator(".wb-begin"), page.get_by_role("button", name="Next task")
    page.wait_for_selector(".wb-begin, .wb-choices")
    if begin.count():
        begin.click()
    for key in answers:
        page.wait_for_selector(".wb-choices")
        page.keyboard.press(key)
        page.wait_for_timeout(SETTLED_MS)
        if following.count():
            following.first.click()
    page.wait_for_selector(".wb-choices")
    page.wait_for_timeout(SETTLED_MS)


def _begin_project(page: Page, url: str) -> None:
    """Drop a file of reviews on the page that begins a project, as far as its first rows."""
    _open(page, f"{url}/projects/new")
    page.locator('input[type="file"]').first.set_input_files(
        {"name": "reviews.csv", "mimeType": "text/csv", "buffer": REVIEWS.encode()}
    )
    page.wait_for_url("**/setup**")  # a file is sent as soon as it is chosen
    page.wait_for_timeout(SETTLED_MS)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def _keep(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


@contextmanager
def _demo() -> Iterator[str]:
    """Serve a demo from a folder of its own, as the browser tests do."""
    sys.path.insert(0, str(ROOT))
    testing = importlib.import_module("tests.browser.instance")
    with tempfile.TemporaryDirectory(prefix="canut-shots-") as data:
        os.environ |= {"LC_ALL": "en_GB.UTF-8"}  # the demo writes its words in this language
        instance = testing.Instance(Path(data), testing.free_port(), ["demo", "--no-browser"])
        instance.start()
        try:
            yield instance.url
        finally:
            instance.stop()


@contextmanager
def _chromium() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no chromium here (Debian: apt-get install chromium)")
    flags = importlib.import_module("tests.browser.instance").FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
