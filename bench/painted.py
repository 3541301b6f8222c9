"""From the key of an answer until the next task is painted on a bad network; what kinds weigh.

A real Chromium whose network takes 400 ms there and back and carries 400 kbit/s. The person answers
about once a second, as fast as a glance allows; the moment is that of the key itself, the end the
frame in which the next task stands. Weights are those of the scripts that a task of each kind
brings, as they are sent. A machine without Chromium measures weights alone.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

from bench.machine.http import Seat, quantile
from bench.machine.instance import CSRF, Folder, Server, free_port, make_project, make_seats, set_up
from canut.core.kinds import KINDS
from canut.web.kit.scripts import kind_script

KEYS, QUICK, APART_MS = 120, 30, 900
LATENCY_MS, BYTES_PER_SECOND = 400, 400_000 // 8
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DIST = Path(__file__).resolve().parent.parent / "src/canut/web/static/dist"
MAIN = "src/workbench/main.ts"
WORDS = "../src/canut/locale/"
REGIONS = {"boxes", "polygons", "keypoints"}
WATCH = """() => {
  window.took = [];
  const text = () => document.querySelector('.wb-text')?.textContent;
  addEventListener('keydown', (event) => {
    const before = text();
    const look = () => {
      if (text() === before) return requestAnimationFrame(look);
      const port = new MessageChannel();  // after the frame's own painting
      port.port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
      port.port2.postMessage(0);
    };
    requestAnimationFrame(look);
  }, {capture: true});
}"""


def run(*, quick: bool = False, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure the keys, then the weights; ms, and KiB compressed."""
    return [*_painted(QUICK if quick else KEYS, postgres), *weights()]


def _painted(keys: int, postgres: str | None) -> list[dict[str, Any]]:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("Chromium is not on this machine: no key is measured")
        return []
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        (seat,) = make_seats(make_project(1_000), 1, port)
        server = Server(folder.path, port)
        try:
            took = _pressed(browser, seat, keys)
        finally:
            server.stop()
    finally:
        folder.remove()
    line = {"p50_ms": quantile(took, 0.5), "p95_ms": quantile(took, 0.95), "most_ms": max(took)}
    return [{"tasks": 1_000, "keys": len(took)} | {k: round(v, 1) for k, v in line.items()}]


def _pressed(chromium: str, seat: Seat, keys: int) -> list[float]:
    from playwright.sync_api import sync_playwright

    origin = f"http://127.0.0.1:{seat.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(locale="en-GB")
        context.add_cookies(
            [
                {"name": "sessionid", "value": seat.session, "url": origin},
                {"name": "csrftoken", "value": CSRF, "url": origin},
            ]
        )
        page = context.new_page()
        page.goto(f"{origin}/work/{seat.slug}/")
        page.wait_for_selector(".wb-begin, .wb-choices")
        if page.locator(".wb-begin").count():
            page.locator(".wb-begin").click()
        page.wait_for_selector(".wb-choices")
        page.wait_for_timeout(2_000)
        spoken = context.new_cdp_session(page)
        spoken.send("Network.enable")
        spoken.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BYTES_PER_SECOND,
                "uploadThroughput": BYTES_PER_SECOND,
            },
        )
        page.evaluate(WATCH)
        for number in range(keys):
            page.keyboard.press("123"[number % 3])
            page.wait_for_timeout(APART_MS)
        took = [float(ms) for ms in page.evaluate("window.took")]
        browser.close()
    if len(took) < keys:
        raise SystemExit(f"{keys} keys brought {len(took)} tasks: one had to wait for the network")
    return took


def weights() -> list[dict[str, Any]]:
    """Return what a task of each kind brings in all, and what its kind adds; KiB compressed."""
    manifest: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
    kinds = {str(kind_script(manifest, kind)) for kind in KINDS}
    frame = _files(manifest, MAIN, kinds | _unsaid(manifest, ""))
    return [
        {
            "kind": kind,
            "tasks": 1,
            "kib": _kib(frame | (own := _own(manifest, kind, kinds))),
            "own_kib": _kib(own - frame),
        }
        for kind in sorted(KINDS)
    ]


def _own(manifest: dict[str, Any], kind: str, kinds: set[str]) -> set[str]:
    """Return the scripts of a kind, those it shares included, without the other kinds."""
    name = str(kind_script(manifest, kind))
    return _files(manifest, name, (kinds - {name}) | _unsaid(manifest, kind))


def _unsaid(manifest: dict[str, Any], kind: str) -> set[str]:
    """Return the words that a French task of a kind does not fetch: of others, or foreign."""
    own = "regions" if kind in REGIONS else kind
    fetched = {f"{WORDS}fr/words/{part}.json" for part in ("workbench", "kinds", own)}
    return {part for part in manifest if part.startswith(WORDS)} - fetched


def _files(manifest: dict[str, Any], name: str, without: set[str]) -> set[str]:
    """Return every script an entry brings, at once or later."""
    waiting, scripts = {name}, set[str]()
    while waiting:
        scripts |= waiting
        entries = [manifest[script] for script in waiting]
        later = [entry.get("dynamicImports", []) + entry.get("imports", []) for entry in entries]
        waiting = {part for parts in later for part in parts} - without - scripts
    return {manifest[script]["file"] for script in scripts}


def _kib(files: set[str]) -> float:
    sizes = (len(gzip.compress((DIST / name).read_bytes(), 9)) for name in files)
    return round(sum(sizes) / 1024, 1)
