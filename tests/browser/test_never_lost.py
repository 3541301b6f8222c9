"""Nothing a person did is lost, and nothing counts twice, whatever the kind of question.

Without a network, over reloads, crashes, sign-outs, tabs and devices. A kind joins by its line in
``ways``; all of them are gone through in one browser profile, which costs a third of one for each.
"""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import batched
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.instance import Instance, free_port
from tests.browser.steps import wait_saved, wait_told
from tests.browser.ways import BEGUN, DRIVEN, WAYS, Way

ROWS, TABS = 30, 6
LIVE = 0
CHOSEN = "navette-et-trame-42"
OFFLINE, SENT = re.compile("Hors ligne"), re.compile(r"\bok\b")


LEASE = "(document.querySelector('canut-workbench').session.shown?.lease ?? 0)"
KEPT = """async () => !!navigator.serviceWorker.controller && !!(await caches.match('/offline'))
  && document.querySelector('canut-workbench').session.held.length > 3"""


class Place(NamedTuple):
    """The instance, the projects by name, and the cookies of who works there."""

    instance: Instance
    slugs: dict[str, str]
    cookies: Any

    def answers(self, name: str) -> list[Any]:
        """Return what was answered, each with its task, oldest first."""
        rows = self.instance.rows(
            'SELECT a.task_id, a."values", a.counted FROM store_answer a'
            " JOIN store_project p ON p.id = a.project_id WHERE p.slug = ? ORDER BY a.id",
            self.slugs[name],
        )
        return [(task, json.loads(values)["q"], counted) for task, values, counted in rows]

    def leases(self, name: str) -> list[tuple[int, int, str]]:
        """Return the live leases: for how many milliseconds each, and why."""
        return self.instance.rows(
            "SELECT l.id, l.expires_ms - l.lent_ms, l.reason FROM store_lease l"
            " JOIN store_project p ON p.id = l.project_id WHERE p.slug = ? AND l.state = ?",
            self.slugs[name],
            LIVE,
        )

    def until_begun(self, lease: int, many: int) -> None:
        """Wait until so much is kept of what was begun of a lease's task."""
        sql = (
            "SELECT count(*) FROM store_begun b JOIN store_lease l ON l.task_id = b.task_id"
            " WHERE l.id = ?"
        )
        end = time.monotonic() + 15
        while self.instance.rows(sql, lease) != [(many,)]:
            assert time.monotonic() < end, f"not {many} begun within 15 s"
            time.sleep(0.05)

    def open(self, page: Page, name: str) -> Page:
        """Go to work, and wait until the page can open again without a network."""
        page.context.add_cookies(self.cookies)
        page.goto(f"{self.instance.url}/work/{self.slugs[name]}/")
        page.locator(".wb-choices").first.wait_for()
        wait_told(page, KEPT)
        return page


@pytest.fixture(scope="module")
def place(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, empty: Path
) -> Iterator[Place]:
    """Serve a project of each way, with somebody at work who has a password."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("lost") / "data")
    instance = Instance(data, free_port(), ["serve"])
    words = ("-m", "tests.browser.longer", str(data), "fr", str(ROWS), *DRIVEN)
    said = instance.told(sys.executable, *words)
    made = json.loads(said)
    instance.python(
        "from canut.store.models import Person; one = Person.objects.get(username='ada');"
        f"one.set_password({CHOSEN!r}); one.save()"
    )
    instance.start()
    context = chromium.new_context(locale="fr-CA")
    context.new_page().goto(instance.url + made["enter"])
    cookies = context.cookies()
    context.close()
    yield Place(instance, made["projects"], cookies)
    instance.stop()


def do(page: Page, steps: Iterable[str], number: int) -> None:
    """Press or type, as in ``ways``."""
    for step in steps:
        written = step.format(n=number)
        if written.startswith("="):
            field = page.locator(".wb-choices :is(input, textarea)").first
            expect(field).to_be_focused()
            page.keyboard.insert_text(written[1:])
        else:
            page.keyboard.press(written)


def lease_of(page: Page) -> int:
    """Return the lease in view."""
    return int(page.evaluate(LEASE))


def give(page: Page, way: Way, number: int) -> None:
    """Answer the task in view, and wait until another one, or none, is."""
    before = lease_of(page)
    do(page, way.steps, number)
    page.wait_for_function(f"before => {LEASE} !== before", arg=before)


def until_answered(page: Page, place: Place, name: str, many: int) -> list[Any]:
    """Wait until the server has so many answers, and return them all."""
    for _ in range(300):
        if len(found := place.answers(name)) >= many:
            break
        page.wait_for_timeout(50)
    wait_saved(page)
    found = place.answers(name)
    assert len(found) == many
    assert len({task for task, _, _ in found}) == many, "a task was answered twice"
    assert all(counted for _, _, counted in found)
    return found


def written(answer: object) -> str:
    """Write an answer in one way, to compare."""
    if isinstance(answer, dict | list):
        return json.dumps(answer, sort_keys=True)
    return str(answer)


def is_begun(page: Page, way: Way) -> None:
    """Wait until what was begun is in view."""
    shown = page.locator(f".wb-choices {way.shows}").first
    if way.begun[-1].startswith("="):
        expect(shown).to_have_value(way.begun[-1][1:])
    else:
        expect(shown).to_be_attached()


def waiting(page: Page) -> int:
    """Return how many answers wait on this device."""
    return int(page.evaluate("document.querySelector('canut-workbench').outbox.waiting.length"))


def each(names: Iterable[str], act: Callable[[str], None], page: Page) -> None:
    """Do something with each way; tell of all that failed, and go on after each."""
    wrong: dict[str, str] = {}
    for name in names:
        try:
            act(name)
        except (AssertionError, Error) as fault:
            wrong[name] = f"{type(fault).__name__}: {fault}"[:600]
            page.context.set_offline(False)
    assert not wrong


def test_answers_given_offline_survive_a_reload_and_leave_once(
    place: Place, profile: Callable[..., Page]
) -> None:
    page = profile(noisy=True)

    def work(name: str) -> None:
        way, before = WAYS[name], len(place.answers(name))
        place.open(page, name)
        page.context.set_offline(True)
        for number in (1, 2, 3):
            give(page, way, number)
        page.reload()
        page.locator("canut-workbench .wb-choices").first.wait_for()
        expect(page.locator(".wb-status:visible")).to_contain_text(OFFLINE)
        assert waiting(page) == 3
        give(page, way, 4)  # the last one in hand
        page.context.set_offline(False)
        found = until_answered(page, place, name, before + 4)
        wanted = [written(way.answer).replace("{n}", str(number)) for number in (1, 2, 3, 4)]
        assert [written(value) for _, value, _ in found[before:]] == wanted

    each(DRIVEN, work, page)


def test_page_that_crashes_keeps_what_was_begun_and_what_waits(
    place: Place, profile: Callable[..., Page]
) -> None:
    first = profile(noisy=True)
    context = first.context

    def crash(name: str) -> None:
        way, before = WAYS[name], len(place.answers(name))
        page = place.open(context.new_page(), name)
        context.set_offline(True)
        give(page, way, 1)
        lease = lease_of(page)
        do(page, way.begun, 0)
        page.wait_for_timeout(200)
        with page.expect_event("crash"), suppress(Error):
            page.goto("chrome://crash")
        page.close()
        other = context.new_page()
        other.goto(f"{place.instance.url}/work/{place.slugs[name]}/")
        other.locator("canut-workbench .wb-choices").first.wait_for()
        assert lease_of(other) == lease
        is_begun(other, way)
        assert waiting(other) == 1
        context.set_offline(False)
        until_answered(other, place, name, before + 1)
        other.close()

    each(BEGUN, crash, first)


def test_who_is_signed_out_signs_in_beside_the_page_and_all_goes_on(
    place: Place, profile: Callable[..., Page]
) -> None:
    page = profile(noisy=True)

    def come_back(name: str) -> None:
        way, before = WAYS[name], len(place.answers(name))
        place.open(page, name)
        page.context.clear_cookies()
        give(page, way, 1)
        give(page, way, 2)
        lease = lease_of(page)
        do(page, way.begun, 0)
        expect(page.locator(".wb-trouble")).to_contain_text("Votre session est fermée")
        with page.expect_popup() as opened:
            page.locator(".wb-trouble .wb-signin").click()
        door = opened.value
        door.locator("input[name=login]").fill("ada")
        door.locator("input[name=password]").fill(CHOSEN)
        with door.expect_event("close"):
            door.locator("main form [type=submit]").first.click()
        until_answered(page, place, name, before + 2)
        assert lease_of(page) == lease
        place.cookies[:] = page.context.cookies()

    each(BEGUN, come_back, page)


def test_two_tabs_share_the_tasks_and_what_waits(
    place: Place, profile: Callable[..., Page]
) -> None:
    other = profile(noisy=True)

    def share(name: str) -> None:
        way, before = WAYS[name], len(place.answers(name))
        one = place.open(other.context.new_page(), name)
        place.open(other, name)
        assert lease_of(one) == lease_of(other)
        one.context.set_offline(True)
        one.bring_to_front()
        give(one, way, 1)
        give(one, way, 2)
        assert lease_of(other) == lease_of(one)
        one.close()
        other.context.set_offline(False)
        other.bring_to_front()
        until_answered(other, place, name, before + 2)

    each(BEGUN, share, other)


def test_what_was_begun_goes_on_on_another_device_until_it_is_answered(
    place: Place, profile: Callable[..., Page]
) -> None:
    laptop, phone = profile().context, profile(width=390)
    for some in batched(BEGUN, TABS):  # what is begun leaves after a while: of several at once
        tabs = {name: place.open(laptop.new_page(), name) for name in some}
        tasks = {name: lease_of(tab) for name, tab in tabs.items()}
        for name, tab in tabs.items():
            tab.bring_to_front()
            do(tab, WAYS[name].begun, 0)

        def go_on(name: str, tasks: dict[str, int] = tasks) -> None:
            way, before = WAYS[name], len(place.answers(name))
            place.until_begun(tasks[name], 1)
            place.open(phone, name)
            assert lease_of(phone) == tasks[name]
            is_begun(phone, way)
            if way.ends:
                do(phone, way.ends, 1)
            else:
                phone.locator(".wb-check .btn.pri").click()
            until_answered(phone, place, name, before + 1)
            place.until_begun(tasks[name], 0)

        each(some, go_on, phone)
        for tab in tabs.values():
            tab.close()


def test_pack_is_worked_through_without_a_network_and_arrives_whole(
    place: Place, profile: Callable[..., Page]
) -> None:
    page = profile(noisy=True, width=390)

    def take_along(name: str) -> None:
        way, before = WAYS[name], len(place.answers(name))
        place.open(page, name)
        page.locator(".wb-status:visible").click()
        page.locator("dialog [data-pack='10']").click()
        expect(page.locator("dialog .wb-packed")).to_contain_text("10 tâches emportées")
        page.keyboard.press("Escape")
        lent = place.leases(name)
        assert len(lent) == 10
        assert all(long_ms > 11 * 3_600_000 and why == "pack" for _, long_ms, why in lent)

        page.goto(f"{place.instance.url}/account")  # leaving gives a pack back to nobody
        page.wait_for_timeout(200)
        assert len(place.leases(name)) == 10
        page.context.set_offline(True)
        page.goto(f"{place.instance.url}/work/{place.slugs[name]}/")
        page.locator("canut-workbench .wb-choices").first.wait_for()
        for number in range(1, 7):
            if way.steps[0].startswith(("=", "Control+a")):
                page.locator(".wb-choices :is(input, textarea)").first.focus()
            give(page, way, number)
        page.context.set_offline(False)

        until_answered(page, place, name, before + 6)
        long_ms = place.instance.rows(
            "SELECT max(elapsed_ms) FROM store_answer a JOIN store_project p"
            " ON p.id = a.project_id WHERE p.slug = ?",
            place.slugs[name],
        )[0][0]
        assert long_ms <= 900_000
        page.locator(".wb-status:visible").click()
        with page.expect_response(re.compile("/release$")):
            page.locator("dialog .wb-unpack").click()
        expect(page.locator("dialog .wb-packed")).to_have_count(0)
        assert len([one for one in place.leases(name) if one[2] == "pack"]) <= 1

    each(BEGUN, take_along, page)


def test_address_of_which_nothing_is_kept_says_so_and_names_what_is(
    place: Place, profile: Callable[..., Page]
) -> None:
    page = place.open(profile(noisy=True), "rating-scale")
    give(page, WAYS["rating-scale"], 1)
    wait_saved(page)
    page.context.set_offline(True)
    page.locator(".wb-status.off").first.wait_for()  # who knows of it gives nothing back

    page.goto(f"{place.instance.url}/work/")

    expect(page.locator("h1")).to_have_text("Pas de réseau")
    # the network that comes back at that moment does not call the press off
    page.locator("ul a").first.evaluate("it => { it.click(); dispatchEvent(new Event('online')) }")
    page.locator("canut-workbench .wb-choices").first.wait_for()


def test_answers_that_wait_when_work_stops_are_told_of_and_sent(
    place: Place, profile: Callable[..., Page]
) -> None:
    page, name = profile(noisy=True), "rating-scale"
    place.open(page, name)
    before = len(place.answers(name))
    page.context.set_offline(True)
    page.locator(".wb-status.off").first.wait_for()
    for number in (1, 2):
        give(page, WAYS[name], number)

    page.get_by_role("button", name="Arrêter").click()

    expect(page.locator("main")).to_contain_text("2 réponses gardées ici ne sont pas encore")
    page.context.set_offline(False)  # the page finds the server by itself
    notice = page.locator("[data-unsent] .note-line")
    expect(notice).to_contain_text("pas encore envoyées : 2")
    notice.locator("a").click()
    until_answered(page, place, name, before + 2)
    page.goto(f"{place.instance.url}/work/")
    expect(page.locator("[data-unsent]")).to_be_attached()
    page.wait_for_load_state("networkidle")
    expect(notice).to_have_count(0)


def test_canut_can_be_installed(place: Place, profile: Callable[..., Page]) -> None:
    page = place.open(profile(), "rating-scale")
    spoken = page.context.new_cdp_session(page)

    read = spoken.send("Page.getAppManifest")
    no = spoken.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert not read["errors"]
    assert json.loads(read["data"])["start_url"] == "/work/"
    assert [one["errorId"] for one in no if one["errorId"] != "in-incognito"] == []


def test_nothing_of_a_page_stays_on_the_device_of_who_signs_out(
    place: Place, profile: Callable[..., Page]
) -> None:
    # the last of all: signing out ends the session that the others use
    page = place.open(profile(noisy=True), "rating-scale")
    page.wait_for_timeout(300)
    page.goto(f"{place.instance.url}/account")
    with page.expect_navigation():
        page.locator("form[data-signs-out] button").first.click()
    page.context.set_offline(True)

    page.goto(f"{place.instance.url}/work/{place.slugs['rating-scale']}/")

    expect(page.locator("h1")).to_have_text("Pas de réseau")
    expect(page.locator("ul a")).to_have_count(0)
