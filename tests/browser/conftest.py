"""A real server as a child, a real Chromium, and nothing said in its console."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.instance import FLAGS, ROOT, Instance, free_port

SHOWN = ROOT / ".shown"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Drive the machine's own Chromium."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare one demo, for others to begin from a copy."""
    made = Instance(tmp_path_factory.mktemp("prepared") / "data", free_port(), ["demo"])
    made.told(sys.executable, "-m", "tests.browser.prepared", str(made.data))
    return made.data


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Instance]:
    """Serve the demo once for all tests that only look."""
    data = shutil.copytree(prepared, tmp_path_factory.mktemp("demo") / "data")
    instance = Instance(data, free_port(), ["demo", "--no-browser"])
    instance.start()
    yield instance
    instance.stop()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one empty data folder, for others to begin from a copy."""
    made = Instance(tmp_path_factory.mktemp("empty") / "data", free_port(), ["serve"])
    made.canut("migrate")
    return made.data


@pytest.fixture
def instance(tmp_path: Path, empty: Path) -> Iterator[Instance]:
    """Serve a fresh, empty instance with its jobs."""
    made = Instance(
        shutil.copytree(empty, tmp_path / "data"), free_port(), ["serve", "--with-jobs"]
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def profile(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a profile of its own: language, width, theme; its console must stay silent."""
    opened: list[tuple[BrowserContext, list[str], bool]] = []

    def new(
        language: str = "fr-CA", width: int = 1280, theme: str = "light", *, noisy: bool = False
    ) -> Page:
        phone = width < 700
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 844 if phone else 900},
            color_scheme="dark" if theme == "dark" else "light",
            has_touch=phone,
            is_mobile=phone,
            accept_downloads=True,
        )
        page = context.new_page()
        said: list[str] = []
        page.on(
            "console",
            lambda m: (
                said.append(f"{m.text} ({m.location['url']})")
                if m.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda e: said.append(str(e)))
        opened.append((context, said, noisy))
        return page

    yield new
    complaints = []
    for number, (context, said, noisy) in enumerate(opened):
        SHOWN.mkdir(exist_ok=True)  # what each page looked like at the end, for whoever must mend
        for page in context.pages[:1]:
            page.screenshot(path=SHOWN / f"last-{number}.png")
        context.close()
        if not noisy:
            complaints += said
    assert not complaints


@pytest.fixture(scope="session")
def asked(
    tmp_path_factory: pytest.TempPathFactory, empty: Path
) -> Iterator[tuple[Instance, dict[str, Any]]]:
    """Serve an instance with a project of each way of asking."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("asked") / "data")
    instance = Instance(data, free_port(), ["serve"])
    made = json.loads(instance.told(sys.executable, "-m", "tests.browser.asked", str(data), "fr"))
    instance.start()
    yield instance, made
    instance.stop()


@pytest.fixture(scope="session")
def entered(asked: tuple[Instance, dict[str, Any]], chromium: Browser) -> StorageState:
    """Enter once; what the browser keeps of it serves every profile."""
    instance, made = asked
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(instance.url + made["enter"])
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture
def at_work(
    asked: tuple[Instance, dict[str, Any]],
    entered: StorageState,
    profile: Callable[..., Page],
) -> Callable[..., tuple[Page, Callable[[str], None]]]:
    """Return a page of somebody who has entered, and what brings them to a project's work."""
    instance, made = asked

    def new(
        language: str = "fr-CA", *, width: int = 1280, theme: str = "light"
    ) -> tuple[Page, Callable[[str], None]]:
        page = profile(language, width, theme)
        page.context.add_cookies(cast("Any", entered["cookies"]))

        def go(name: str) -> None:
            page.goto(f"{instance.url}/work/{made['projects'][name]}/")
            page.locator(".wb-choices").first.wait_for()

        return page, go

    return new
