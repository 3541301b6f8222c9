"""A slow phone on a bad line: the next task is there at once, and no answer is lost or doubled."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.instance import Instance, free_port

TEXTS = 240
AHEAD = 19
ANSWERS = 40
HELD = 15
ROUND_TRIP_MS = 150
ONE_IN = 100
FIRST_LOST = 7
TIMED = """() => {
  const text = () => document.querySelector('.wb-text')?.textContent;
  window.times = [];
  addEventListener('keydown', () => {
    const pressed = performance.now(), before = text();
    const look = () => text() === before ? requestAnimationFrame(look)
      : requestAnimationFrame(() => window.times.push(performance.now() - pressed));
    requestAnimationFrame(look);
  }, {capture: true});
}"""

type Desk = tuple[Instance, str, str]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Serve many short texts to label; return the instance, the address and the way in."""
    texts = tmp_path / "avis.csv"
    texts.write_text("avis\n" + "\n".join(f"Avis numéro {n}" for n in range(TEXTS)))
    words = ["label", str(texts), "--text", "avis", "--choices", "Oui,Non", "--no-browser"]
    made = Instance(tmp_path / "data", free_port(), words)
    made.start()
    link = next(word for word in made.line("/enter/").split() if "/enter/" in word)
    yield made, made.url, link
    made.stop()


def at_work(page: Page, link: str) -> Page:
    """Come in, and wait until as many tasks as may be are ready."""
    page.goto(link)
    page.locator(".wb-text").wait_for()
    page.wait_for_function(
        "n => document.querySelector('canut-workbench').session.queue.length >= n", arg=AHEAD
    )
    return page


def answer(page: Page) -> None:
    """Answer the task in view and wait for another."""
    before = page.locator(".wb-text").text_content() or ""
    page.keyboard.press("1")
    expect(page.locator(".wb-text")).not_to_have_text(before)


def kept(page: Page, instance: Instance, many: int) -> list[int]:
    """Wait until so many answers are stored; return their tasks."""
    rows: list[tuple[int]] = []
    for _ in range(600):
        rows = instance.rows("SELECT task_id FROM store_answer")
        if len(rows) >= many:
            break
        page.wait_for_timeout(50)
    return [task for (task,) in rows]


def test_next_task_waits_for_no_request_and_nothing_is_lost_or_doubled(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    instance, _, link = desk
    page = at_work(profile(width=390, noisy=True), link)
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": 200_000,
            "uploadThroughput": 94_000,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.evaluate(TIMED)
    held: list[Route] = []
    counted, is_holding = 0, True

    def bad_line(route: Route) -> None:
        nonlocal counted
        counted += 1
        if is_holding:
            held.append(route)
        elif counted % ONE_IN == FIRST_LOST:
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/work/.*/(answers|lease|beats)$"), bad_line)
    for _ in range(HELD):
        answer(page)
    assert held, "nothing was sent"
    is_holding = False
    counted = FIRST_LOST - 1
    held.pop(0).abort()
    for route in held:
        route.continue_()
    for _ in range(ANSWERS - HELD):
        answer(page)

    tasks = kept(page, instance, ANSWERS)
    assert len(tasks) == len(set(tasks)) == ANSWERS
    expect(page.locator(".wb-fil .narrow").first).to_contain_text(f"{ANSWERS} sur {TEXTS}")
    times = sorted(page.evaluate("window.times"))
    p95 = times[int(0.95 * len(times))]
    half = times[len(times) // 2]
    sys.stderr.write(f"next task: half under {half:.0f} ms, 95 % under {p95:.0f} ms\n")
    page.unroute_all(behavior="ignoreErrors")


def test_twenty_tasks_are_answered_without_a_network_and_the_count_is_right(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    instance, _, link = desk
    page = at_work(profile(width=390, noisy=True), link)
    page.context.set_offline(True)
    for _ in range(AHEAD):
        answer(page)
    page.keyboard.press("1")
    expect(page.locator(".wb-looking")).to_be_visible()
    expect(page.locator(".wb-trouble")).to_contain_text("viendront avec le réseau")
    expect(page.locator(".wb-fil .narrow").first).to_contain_text(f"{AHEAD + 1} sur {TEXTS}")

    page.context.set_offline(False)
    tasks = kept(page, instance, AHEAD + 1)
    assert len(tasks) == len(set(tasks)) == AHEAD + 1
    page.locator(".wb-text").wait_for()
    expect(page.locator(".wb-status.ok").first).to_be_attached()
    expect(page.locator(".wb-fil .narrow").first).to_contain_text(f"{AHEAD + 1} sur {TEXTS}")
