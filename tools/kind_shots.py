"""Take a picture of every way of asking that the page draws: ``python tools/kind_shots.py``.

At 390 and 1280 points, by day and by night, on an instance made for it; the list is that of
``core.kinds.sample``, so that a new kind is in it by itself. The pictures, and the page that shows
them, go to ``docs``; each is looked at by whoever changes how a kind is drawn.
"""

import importlib
import json
import os
import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "docs/shots/kinds"
PAGE = ROOT / "docs/en/developers/kinds-shown.md"
SIZES = {"390": (390, 844), "1280": (1280, 900)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
EXACT, OTHERS = 160, 96
"""Colours of a picture that stay as they are, the most used, and those that the rest go by."""
SETTLED_MS = 500
RIGHT, DOWN = ["Shift+ArrowRight"], ["Shift+ArrowDown"]
BEGUN: dict[str, list[str]] = {
    "audio": ["i", *RIGHT, "o"],
    "boxes": ["i", *15 * RIGHT, *9 * DOWN, "i"],
    "date": ["Escape", "ArrowRight"],
    "keypoints": ["i", *12 * RIGHT, *6 * DOWN, "i"],
    "polygons": ["i", *15 * RIGHT, "i", *9 * DOWN, "i", "o"],
    "spans": [*2 * ["ArrowRight"], "1", *RIGHT],
}
"""The keys that mark something, where an empty sheet would show little of the kind."""
MARKED = ".rg-list li, .sp-item"
HEAD = """# Every kind, as it is drawn

Made by `tools/kind_shots.py` from the samples of `core/kinds/sample`: on a phone and on a screen,
by day and by night. Whoever changes how a kind looks takes them again and looks at each.
"""


def main() -> int:
    """Serve an instance with a project of each, photograph them, write the page."""
    sys.path.insert(0, str(ROOT))
    testing: Any = importlib.import_module("tests.browser.instance")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no chromium here (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory(prefix="canut-kinds-") as data:
        os.environ |= {"LC_ALL": "en_GB.UTF-8"}
        instance = testing.Instance(Path(data) / "data", testing.free_port(), ["serve"])
        instance.canut("migrate")
        output = instance.told(
            sys.executable, "-m", "tests.browser.asked", str(instance.data), "en"
        )
        state = json.loads(output)
        instance.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=testing.FLAGS)
                _photograph(browser, instance.url, state)
                browser.close()
        finally:
            instance.stop()
    _write(sorted(state["projects"]))
    return 0


def _photograph(browser: Browser, url: str, state: dict[str, Any]) -> None:
    """Take each picture, in few colours, so that all of them weigh little."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for old in SHOTS.glob("*.png"):
        old.unlink()
    context = browser.new_context()
    context.new_page().goto(url + state["enter"])
    cookies: Any = context.cookies()
    context.close()
    for size, theme in product(SIZES, THEMES):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=size == "390",
            has_touch=size == "390",
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
            service_workers="block",
        )
        context.add_cookies(cookies)
        page = context.new_page()
        for name, slug in sorted(state["projects"].items()):
            page.goto(f"{url}/work/{slug}/")
            page.locator(".wb-choices").first.wait_for()
            if not page.locator(MARKED).count():  # what is begun is there in the next guise
                for key in BEGUN.get(name.partition("-")[0], []):
                    page.keyboard.press(key)
            page.wait_for_timeout(SETTLED_MS)
            path = SHOTS / f"{name}-{size}-{theme}.png"
            page.screenshot(path=path)
            with Image.open(path) as picture:
                _fewer(picture.convert("RGB")).save(path, optimize=True)
            scroll_width = int(page.evaluate("document.documentElement.scrollWidth"))
            if scroll_width > width:
                print(f"{path.name}: {scroll_width} points wide")
        context.close()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(ROOT)}")


def _fewer(picture: Image.Image) -> Image.Image:
    """Give a picture fewer colours: grounds keep theirs, edges of letters nearly so.

    Pillow chooses among a palette by rough boxes, which makes one ground of two that are near.
    """
    points = np.asarray(picture, dtype=np.int64) @ (1 << 16, 1 << 8, 1)
    codes, at, counts = np.unique(points, return_inverse=True, return_counts=True)
    colours = codes[:, None] >> (16, 8, 0) & 255
    others: Any = picture.quantize(OTHERS, Image.Quantize.MEDIANCUT).getpalette()
    palette = np.concatenate(
        [colours[np.argsort(-counts)[:EXACT]], np.asarray(others[: 3 * OTHERS]).reshape(-1, 3)]
    )
    nearest = np.square(colours[:, None] - palette[None]).sum(axis=2).argmin(axis=1)
    few = Image.fromarray(nearest[at].reshape(points.shape).astype(np.uint8))
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def _write(names: list[str]) -> None:
    """Write the page that shows them."""
    parts = [HEAD]
    for name in names:
        kind, _, look = name.partition("-")
        pictures = "\n".join(
            f"![{name}, {size} points, {theme}](../../shots/kinds/{name}-{size}-{theme}.png)"
            for size, theme in product(SIZES, THEMES)
        )
        parts.append(f"## {kind}{f', {look}' if look else ''}\n\n{pictures}\n")
    PAGE.write_text("\n".join(parts))


if __name__ == "__main__":
    sys.exit(main())
