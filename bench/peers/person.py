"""A scripted person in a real browser: how long from the key of an answer until the next task.

The same two hundred short tasks on each platform, on its own page and by its own keys: Canut takes
one key a choice, Label Studio one to choose and Ctrl with Enter to submit. The person never thinks:
the key is pressed as soon as the next task stands on the screen. A machine without Chromium
measures nothing here.
"""

import shutil
import time
from typing import Any

from bench.machine.http import quantile

ANSWERS, AT_MOST_SECONDS = 200, 150.0
FIRST_MS, NEXT_MS = 60_000, 30_000
KEYS = {"Canut": ("1",), "Label Studio": ("1", "Control+Enter")}
# the number of the task on the screen, asked for at each frame that the browser paints
SHOWN = r"""(last) => {
  const found = document.body.innerText.match(/(\d+) A text of some hundred/);
  return found !== null && found[1] !== last ? found[1] : null;
}"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def answer(name: str, address: str, cookies: dict[str, str], answers: int) -> dict[str, Any] | None:
    """Answer so many tasks by keyboard, for two and a half minutes at most.

    Args:
        name: of the platform.
        address: of the page where one answers.
        cookies: of somebody signed in.
        answers: how many.

    Returns:
        Answers, seconds, and ms from key to next task, mean and 95 % below; None without Chromium.
    """
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    origin = "/".join(address.split("/")[:3])
    took: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(locale="en-GB")
        context.add_cookies(
            [{"name": key, "value": value, "url": origin} for key, value in cookies.items()]
        )
        # nothing leaves the machine, whatever a page asks for
        context.route(
            lambda url: not url.startswith(origin),
            lambda route: route.abort("internetdisconnected"),
        )
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".wb-begin, .wb-choices, .lsf-choices", timeout=FIRST_MS)
        if page.locator(".wb-begin").count():
            page.locator(".wb-begin").click()
        last = page.wait_for_function(SHOWN, arg="", timeout=FIRST_MS).json_value()
        start = time.perf_counter()
        while len(took) < answers and time.perf_counter() - start < AT_MOST_SECONDS:
            pressed = time.perf_counter()
            for key in KEYS[name]:
                page.keyboard.press(key)
            last = page.wait_for_function(SHOWN, arg=last, timeout=NEXT_MS).json_value()
            took.append(1000 * (time.perf_counter() - pressed))
        seconds = time.perf_counter() - start
        page.wait_for_timeout(1_000)
        browser.close()
    return {
        "answers": len(took),
        "seconds": round(seconds, 1),
        "mean_ms": round(sum(took) / len(took), 1),
        "p95_ms": round(quantile(took, 0.95), 1),
    }
