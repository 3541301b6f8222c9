"""The workbench under a person's hands: keys, undo, tabs, a slow or absent server."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from canut.core.proofs.canonical import canonical
from tests.browser.instance import Instance, axe, free_port
from tests.browser.steps import (
    press_and_wait,
    shown_text,
    until,
    wait_kept,
    wait_saved,
    wait_told,
)

TEXTS = 300
LIVE, ANSWERED, SKIPPED, RELEASED = 0, 1, 2, 3
NOT_OURS = re.compile(r"\boff\b")
SURFACE = re.compile(r"item:\d+|queue|instructions|practice|why")
SLOW_MS = 2_000
BEAT = ("session", "seq", "mono_ms", "visible", "focused", "surface", "buckets", "media_ms")
FIELDS = (*BEAT, "previous")
KEPT_IN = """async language => {
  const kept = await (await caches.match('/offline'))?.text();
  return !!navigator.serviceWorker.controller && !!kept?.includes(`<html lang="${language}"`);
}"""


@dataclass(frozen=True)
class Desk:
    """One person's project of short texts, and how to sit down at it."""

    instance: Instance
    address: str
    cookies: tuple[tuple[str, str], ...]

    def sit(self, page: Page) -> Page:
        """Open the workbench as that person."""
        self.sign_in(page)
        page.goto(self.address)
        page.locator(".wb-text").wait_for()
        return page

    def sign_in(self, page: Page) -> None:
        """Take the person's cookies."""
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.instance.url}
                for name, value in self.cookies
            ]
        )

    def lease_states(self, leases: list[int]) -> set[int]:
        """Return how some leases stand."""
        rows = self.instance.rows("SELECT id, state FROM store_lease")
        return {state for lease, state in rows if lease in leases}

    def live_leases(self) -> list[int]:
        """Return the leases of tasks in somebody's hands."""
        rows = self.instance.rows("SELECT id FROM store_lease WHERE state = ?", LIVE)
        return [lease for (lease,) in rows]


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve ``canut label`` on short texts, and come in by the address it prints."""
    folder = tmp_path_factory.mktemp("desk")
    texts = folder / "avis.csv"
    texts.write_text("avis\n" + "\n".join(f"Avis numéro {n}" for n in range(TEXTS)))
    words = ["label", str(texts), "--text", "avis", "--choices", "Oui,Non", "--no-browser"]
    made = Instance(folder / "data", free_port(), words)
    made.start()
    link = next(word for word in made.line("/enter/").split() if "/enter/" in word)
    page = chromium.new_page()
    page.goto(link)
    page.locator(".wb-text").wait_for()
    cookies = tuple((c["name"], c["value"]) for c in page.context.cookies())
    yield Desk(made, page.url, cookies)
    made.stop()


@pytest.fixture(autouse=True)
def left(desk: Desk, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave every page and wait until the tasks in its hands are back: one person has all pages.

    What a closing page gives back would otherwise arrive in the middle of the next test.
    """
    request.getfixturevalue("profile")  # set up before, so that its pages close after
    yield
    for context in chromium.contexts:
        for page in context.pages:
            page.goto("about:blank")
    with suppress(AssertionError):  # a page without a network gives nothing back
        until(lambda: not desk.live_leases(), "every task given back", seconds=2)


def held(page: Page) -> list[int]:
    """Return the leases in the page's hands."""
    return list(page.evaluate("document.querySelector('canut-workbench').session.held"))


def marks(page: Page) -> list[str]:
    """Return the last answers as they stand above the thread."""
    return page.locator(".wb-fil text").all_inner_texts()


def test_task_is_passed_over_with_a_reason(desk: Desk, profile: Callable[..., Page]) -> None:
    page = desk.sit(profile())
    lease, text = held(page)[0], shown_text(page)

    page.keyboard.press("s")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("2")

    expect(page.locator(".wb-text")).not_to_have_text(text)
    until(lambda: desk.lease_states([lease]) == {SKIPPED}, "the skip")
    reason = desk.instance.rows("SELECT reason FROM store_lease WHERE id = ?", lease)
    assert reason == [("not-sure",)]


def test_report_is_sent_and_the_task_stays(desk: Desk, profile: Callable[..., Page]) -> None:
    page = desk.sit(profile())
    text = shown_text(page)

    page.keyboard.press("f")
    page.locator("dialog textarea").fill("Ce texte est coupé.")
    page.locator("dialog form button.pri").click()

    until(
        lambda: desk.instance.rows("SELECT text FROM store_flag") == [("Ce texte est coupé.",)],
        "the report",
    )
    assert shown_text(page) == text
    expect(page.locator(".wb-place")).to_contain_text("Signalé")


def test_what_hurts_is_answered_with_a_break_and_somebody_to_talk_to(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile())
    before = clock(page)
    page.keyboard.press("s")
    page.locator("[data-reason=hurts]").click()
    panel = page.locator("dialog[open][data-panel=hurts]")
    expect(panel).to_contain_text("Votre temps compte")
    expect(panel).to_contain_text("À qui parler")
    assert not axe(page)
    panel.get_by_role("button", name="Pause payée").click()
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "break")
    page.keyboard.press("Escape")
    assert clock(page) >= before

    page.locator(".wb-rest").click()
    expect(page.locator("dialog[open]")).to_have_attribute("data-panel", "break")


def clock(page: Page) -> int:
    """Return the milliseconds of today that the page shows."""
    return int(page.evaluate("document.querySelector('canut-workbench').day.ms"))


def test_asking_has_a_key_and_a_choice_that_is_missing_reaches_who_asks(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile())
    page.keyboard.press("q")
    panel = page.locator("dialog[open]")
    expect(panel).to_have_attribute("data-panel", "ask")
    expect(panel).to_contain_text("Écrivez votre question en quelques mots.")
    expect(panel.locator(".wb-harder")).to_have_count(0)
    panel.locator(".wb-missing").click()
    expect(panel).to_have_attribute("data-panel", "missing")
    panel.locator("textarea").fill("Peut-être")
    panel.locator("[type=submit]").click()
    expect(page.locator("#wb-place")).to_contain_text("est proposé")

    proposed = "SELECT text FROM store_message WHERE text LIKE 'Choix proposé%: Peut-être'"
    until(lambda: len(desk.instance.rows(proposed)) == 1, "the choice proposed")


def test_instructions_are_one_key_away_where_there_are_any(
    desk: Desk, demo: Instance, profile: Callable[..., Page]
) -> None:
    with_none, with_some = desk.sit(profile()), enter_demo(profile(), demo)

    with_some.keyboard.press("?")
    with_none.keyboard.press("?")

    expect(with_some.locator("dialog[open]")).to_contain_text("Un 7 peut être barré")
    with_some.keyboard.press("Escape")
    expect(with_some.locator("dialog[open]")).to_have_count(0)
    expect(with_none.locator("dialog[open]")).to_contain_text("Toutes les touches")
    expect(with_none.get_by_text("Consignes")).to_have_count(0)


def test_z_shows_the_raw_points_of_a_small_picture(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    page = enter_demo(profile(), demo)
    smooth = page.locator(".wb-img img").get_attribute("src")

    page.keyboard.press("z")

    expect(page.locator(".wb-img img")).to_have_class(re.compile(r"\bpx\b"))
    raw = str(smooth).partition("?")[0] + "?raw=1"
    expect(page.locator(".wb-img img")).to_have_attribute("src", raw)
    page.keyboard.press("z")
    expect(page.locator(".wb-img img")).to_have_attribute("src", str(smooth))


def test_ten_answers_can_be_taken_back_and_the_eleventh_is_refused_kindly(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile())
    given = []
    for number in range(12):
        given.append(shown_text(page))
        press_and_wait(page, str(1 + number % 2))

    back = []
    for _ in range(10):
        press_and_wait(page, "Backspace")
        back.append(shown_text(page))
    page.keyboard.press("Backspace")

    assert back == given[:1:-1]
    assert shown_text(page) == given[2]
    expect(page.locator(".wb-place")).to_contain_text(
        "Vous pouvez revenir sur vos dix dernières réponses"
    )


def test_page_loaded_again_has_the_same_tasks_and_last_answers(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    kept = desk.instance.rows("SELECT count(*) FROM store_answer")[0][0]
    page = desk.sit(profile())
    for key in "1221":
        press_and_wait(page, key)
    wait_kept(desk.instance, kept + 4)
    before = (shown_text(page), marks(page))

    page.reload()
    page.locator(".wb-text").wait_for()

    assert (shown_text(page), marks(page)) == before


def test_two_tabs_do_not_answer_one_task_twice(desk: Desk, profile: Callable[..., Page]) -> None:
    one = desk.sit(profile())
    other = one.context.new_page()
    other.goto(desk.address)
    other.locator(".wb-text").wait_for()
    text = shown_text(one)
    assert shown_text(other) == text

    press_and_wait(one, "1")

    expect(other.locator(".wb-text")).not_to_have_text(text)
    for key in "2121":
        press_and_wait(other, key)
        press_and_wait(one, key)
    wait_saved(one)
    wait_saved(other)
    twice = desk.instance.rows(
        "SELECT task_id FROM store_answer WHERE counted GROUP BY task_id HAVING count(*) > 1"
    )
    assert twice == []


def test_page_that_is_left_gives_its_tasks_back(desk: Desk, profile: Callable[..., Page]) -> None:
    page = desk.sit(profile())
    leases = held(page)
    assert desk.lease_states(leases) == {LIVE}

    page.goto(desk.instance.url)

    until(lambda: desk.lease_states(leases) == {RELEASED}, "the leases given back")


def test_signed_out_in_the_middle_keeps_the_answers_and_offers_to_come_back(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile(noisy=True))  # the browser notes each refusal
    before = desk.instance.rows("SELECT count(*) FROM store_answer")[0][0]
    page.context.clear_cookies()

    press_and_wait(page, "1")
    press_and_wait(page, "2")
    expect(page.locator(".wb-trouble")).to_contain_text("Votre session est fermée")
    expect(page.locator(".wb-trouble a")).to_have_attribute(
        "href", "/accounts/login/?next=/account/back"
    )
    assert desk.instance.rows("SELECT count(*) FROM store_answer") == [(before,)]
    desk.sign_in(page)
    page.evaluate("dispatchEvent(new Event('online'))")

    wait_kept(desk.instance, before + 2)
    wait_saved(page)


def test_next_task_is_painted_before_the_server_has_answered(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile())
    expect(page.locator(".wb-fil rect.next").nth(2)).to_be_attached()
    answered = []

    def slowly(route: Route) -> None:
        page.wait_for_timeout(SLOW_MS)
        answered.append(route.request.url)
        route.continue_()

    page.evaluate(PAINTED)
    page.route(re.compile(r"/(answers|lease)$"), slowly)
    text = shown_text(page)
    page.keyboard.press("1")
    milliseconds = page.evaluate("window.painted")
    assert milliseconds < SLOW_MS / 4
    assert shown_text(page) != text
    page.unroute_all(behavior="wait")


PAINTED = """() => {
  const text = () => document.querySelector('.wb-text').textContent;
  window.painted = new Promise(done => {
    addEventListener('keydown', () => {
      const pressed = performance.now(), before = text();
      const look = () => text() === before ? requestAnimationFrame(look)
        : requestAnimationFrame(() => done(performance.now() - pressed));
      requestAnimationFrame(look);
    }, {capture: true, once: true});
  });
}"""


def test_beats_arrive_chained_and_say_only_what_is_documented(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile())
    # asked of the page: its first beat may be kept before anything here can look
    data = page.locator("#workbench-data").text_content()
    session = json.loads(str(data))["session"]
    for key in "121":
        press_and_wait(page, key)
        page.wait_for_timeout(1_100)

    page.goto(desk.instance.url)

    def counted() -> int:
        rows = desk.instance.rows("SELECT buckets FROM store_beat WHERE session = ?", session)
        return sum(bucket[1] for (buckets,) in rows for bucket in json.loads(buckets))

    until(lambda: counted() >= 3, "beats of this page")

    beats = desk.instance.rows(
        "SELECT session, seq, mono_ms, visible, focused, surface, buckets, media_ms, previous"
        " FROM store_beat WHERE session = ? ORDER BY seq",
        session,
    )
    assert beats
    assert [beat[1] for beat in beats] == list(range(len(beats)))
    assert all(SURFACE.fullmatch(beat[5]) for beat in beats)
    buckets = [bucket for beat in beats for bucket in json.loads(beat[6])]
    assert sum(bucket[1] for bucket in buckets) == 3
    assert all(len(bucket) == 5 for bucket in buckets)
    assert beats[0][8] == ""
    assert all(after[8] == digest(beat) for beat, after in pairwise(beats))


def digest(row: tuple[object, ...]) -> str:
    """Return what the beat after this one must name as its previous."""
    beat = dict(zip(FIELDS, row, strict=True))
    beat |= {name: bool(beat[name]) for name in ("visible", "focused")}
    beat["buckets"] = json.loads(str(beat["buckets"]))
    return hashlib.sha256(canonical(beat)).hexdigest()


@pytest.mark.parametrize(
    ("language", "width", "theme", "saved"),
    [
        ("fr-CA", 1280, "light", "Tout est enregistré"),
        ("fr-CA", 390, "dark", "Enregistré"),
        ("en-CA", 1280, "dark", "Everything is saved"),
        ("en-CA", 390, "light", "Saved"),
    ],
)
def test_task_is_answered_in_both_languages_by_day_and_by_night(
    desk: Desk, profile: Callable[..., Page], language: str, width: int, theme: str, saved: str
) -> None:
    page = desk.sit(profile(language, width, theme))
    text = shown_text(page)

    page.locator(".choice").first.click()

    expect(page.locator(".wb-text")).not_to_have_text(text)
    expect(page.locator(".wb-status:visible")).to_contain_text(saved)
    assert page.locator(".kc:visible").count() == 0 or width > 390


def enter_demo(page: Page, demo: Instance) -> Page:
    """Come to a task of the demo as its worker, past the first screen and practice."""
    page.goto(demo.url)
    page.locator("form[action='/demo/enter/worker'] button").click()
    page.goto(f"{demo.url}/work/demo/")
    first, following = page.locator(".wb-begin"), page.locator(".wb-next")
    first.or_(page.locator(".wb-choices")).first.wait_for()
    if first.count():
        first.click()
        page.locator(".wb-choices button").first.click()
        following.click()
    expect(page.locator(".wb-place .tag")).to_have_count(0)
    page.locator(".wb-img img").wait_for()
    return page


def test_page_without_a_network_speaks_the_language_last_worked_in(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = desk.sit(profile(noisy=True))
    wait_told(page, KEPT_IN, "fr")
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": desk.instance.url}])
    page.reload()
    wait_told(page, KEPT_IN, "en")
    page.context.set_offline(True)

    page.goto(f"{desk.instance.url}/work/")

    expect(page.locator("h1")).to_have_text("No network")
