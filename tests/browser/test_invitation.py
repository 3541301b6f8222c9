"""An invitation link, from a phone to exactly the answers asked for, whatever is killed."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Response, expect

from tests.browser.instance import Instance
from tests.browser.steps import (
    declare,
    drop_files,
    set_pay,
    sign_in_operator,
    start,
    until,
    write_aims,
    write_question,
)

TASKS, OVERLAP = 60, 2
OPEN = "from canut.store.models import Project; Project.objects.update(state='open')"


def make_project(page: Page, instance: Instance, tmp_path: Path) -> str:
    """Make a paid project of 60 texts, two answers each."""
    path = tmp_path / "avis.csv"
    path.write_text("avis\n" + "\n".join(f"Avis numéro {n}" for n in range(TASKS)))
    sign_in_operator(page, instance)
    drop_files(page, instance, "Avis", path)
    write_question(page, "Cet avis est-il positif ?", ["Oui", "Non"])
    write_aims(page)
    set_pay(page, overlap=OVERLAP, price="0,05")
    declare(page)
    return start(page)


def invite(page: Page, instance: Instance, slug: str) -> str:
    """Make an invitation for workers and return its link."""
    page.goto(f"{instance.url}/projects/{slug}/invitations")
    page.locator("form:has([name=max_uses]) [name=max_uses]").fill("5")
    with page.expect_navigation():
        page.locator("form:has([name=max_uses]) button.pri").click()
    found = re.search(r"/join/[\w.:-]+", page.content())
    assert found
    return instance.url + found.group(0)


def begin(page: Page, link: str) -> None:
    """Open the link, read why, do the practice task, and come to the first real one."""
    page.goto(link)
    page.locator("form button.pri").click()
    expect(page.locator(".wb-place .tag")).to_be_visible()
    page.locator(".choice").first.click()
    nexts = page.locator(".wb-next")
    nexts.or_(page.locator(".wb-stage")).first.wait_for()
    if nexts.count():
        nexts.click()
    expect(page.locator(".wb-place .tag")).to_have_count(0)


def acknowledged(page: Page, into: set[str]) -> None:
    """Collect the key of every answer the server says it has."""

    def look(response: Response) -> None:
        if response.url.endswith("/answers") and response.status == 200:
            for receipt in json.loads(response.text())["receipts"]:
                if "problem" not in receipt:
                    into.add(receipt["key"])

    page.on("response", look)


def test_phone_reaches_its_first_answer_within_a_minute_without_e_mail(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    desk = profile()
    slug = make_project(desk, instance, tmp_path)
    link = invite(desk, instance, slug)
    phone = profile("fr-CA", 390)

    begun = time.monotonic()
    begin(phone, link)
    phone.locator(".choice").first.click()
    paylines = "SELECT count(*), sum(piece_micro) FROM store_payline"
    until(lambda: instance.rows(paylines)[0][0] >= 1, "the first answer paid")
    seconds = time.monotonic() - begun

    assert seconds < 60
    paid = instance.rows(paylines)
    assert paid[0][1] == 50_000 * paid[0][0]


def test_revoked_link_refuses_in_words(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    desk = profile()
    slug = make_project(desk, instance, tmp_path)
    link = invite(desk, instance, slug)
    desk.locator("[data-confirm-dialog]").first.click()
    with desk.expect_navigation():
        desk.locator("dialog[open] button.danger").click()
    guest = profile(noisy=True)

    answer = guest.goto(link)

    assert answer
    assert answer.status == 409
    expect(guest.locator("main, body").first).to_contain_text("invitation")


def test_every_task_gets_exactly_two_answers_whatever_is_killed(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    desk = profile(noisy=True)
    slug = make_project(desk, instance, tmp_path)
    instance.python(OPEN)  # past its pilot, which has a test of its own
    link = invite(desk, instance, slug)
    desk.close()
    kept: set[str] = set()
    people = [
        profile("fr-CA", 390, noisy=True),
        profile("en-CA", noisy=True),
        profile("fr-CA", theme="dark", noisy=True),
    ]
    for person in people:
        acknowledged(person, kept)
        begin(person, link)
    kills = [(20, instance.kill_child), (50, instance.kill_child), (80, instance.kill_group)]

    given = 0
    end = time.monotonic() + 150
    while any(not person.locator(".wb-end").count() for person in people):
        assert time.monotonic() < end, f"{given} answers given, {len(kept)} acknowledged"
        for number, person in enumerate(people):
            if person.locator(".wb-stage").count():
                person.keyboard.press(str(1 + (given + number) % 2))
                given += 1
            person.wait_for_timeout(40)
        if kills and given >= kills[0][0]:
            kills.pop(0)[1]()
            if not kills:
                instance.start()
    for person in people:
        expect(person.locator(".wb-status").first).to_have_class(
            re.compile(r"\bok\b"), timeout=30_000
        )

    assert not kills
    counted = instance.rows(
        "SELECT t.id, count(a.id) FROM store_task t JOIN store_taskstate s ON s.task_id = t.id"
        " LEFT JOIN store_answer a ON a.task_id = t.id AND a.counted"
        " WHERE s.state <> 'practice' GROUP BY t.id"
    )
    assert [n for _task, n in counted] == [OVERLAP] * TASKS
    rows = [key for (key,) in instance.rows("SELECT client_key FROM store_answer")]
    assert kept <= set(rows)
    assert len(rows) == len(set(rows))
    twice = instance.rows(
        "SELECT task_id, worker_id FROM store_answer WHERE counted"
        " GROUP BY task_id, worker_id HAVING count(*) > 1"
    )
    assert not twice
    lines = instance.rows("SELECT count(*) FROM store_payline")
    entries = instance.rows("SELECT count(*) FROM store_entrypending WHERE type = 'answer'")
    assert lines == entries == [(len(rows),)]
