"""Nine journeys of the first hour, counted; none may be longer than the kept one, nor stuck."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import ROOT, Instance, free_port
from tests.browser.walks import operator, requester, worker
from tests.browser.walks.conftest import (
    PASSWORD,
    Lab,
    add_operator,
    prepare_review,
    sign_in,
)
from tests.browser.walks.keyboard import by_keyboard
from tests.browser.walks.served import ClockedInstance
from tests.browser.walks.walk import Walk

STORED = ROOT / "docs/en/developers/walks.json"
COUNTED = ("clicks", "keys", "typed", "commands", "pages")
MOST_CLICKS, MOST_TYPED = 8, 4
ANSWERS = "SELECT count(*) FROM store_answer WHERE counted"
VERDICTS = "SELECT count(*) FROM store_verdict"
WORKERS_ANSWERS = 4
REVIEWS = 3


def keep(name: str, walk: Walk, **more: int) -> None:
    """Compare a walk with the kept one; ``make walks`` writes it instead."""
    result = walk.result() | more
    sys.stdout.write(f"{name}: {json.dumps(result, ensure_ascii=False)}\n")
    folder = os.environ.get("CANUT_WALKS")
    if folder:
        (Path(folder) / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False))
        return
    assert result["stuck"] == []
    stored = json.loads(STORED.read_text())[name]
    longer = {each: (result[each], stored[each]) for each in COUNTED if result[each] > stored[each]}
    assert longer == {}, f"{name} grew, now and before; if it must: make walks"


@pytest.mark.parametrize("kind", ["text", "boxes", "spans"])
def test_requester_gets_from_a_file_to_somebodys_answer(
    kind: str, lab: Lab, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("en-CA")
    sign_in(lab, page)
    walk = Walk(page)
    walk.open(f"{lab.instance.url}/projects/")
    first: dict[str, int] = {}

    with walk.ends_where_stuck():
        sample = requester.KINDS[kind]
        requester.start_project(walk, sample.write_files(tmp_path))
        sample.ask(walk)
        requester.tell_people(walk)
        link = requester.open_pilot(walk)
        first = {"clicks_to_answer": walk.clicks, "typed_to_answer": walk.typed}
        guest = profile("fr-CA", 390)
        requester.start_work(guest, link)
        before = lab.instance.rows(ANSWERS)
        requester.answer(guest, sample.give, lambda: lab.instance.rows(ANSWERS) > before)
        requester.see_and_export(walk, sample.visible_text)

    keep(f"requester-{kind}", walk, **first)
    assert first["clicks_to_answer"] <= MOST_CLICKS
    assert first["typed_to_answer"] <= MOST_TYPED


def test_worker_on_a_phone_gets_from_a_link_to_pay(lab: Lab, profile: Callable[..., Page]) -> None:
    walk = Walk(profile("fr-CA", 390))

    with walk.ends_where_stuck():
        worker.come_in(walk, lab.link)
        worker.answer(walk, WORKERS_ANSWERS)
        worker.report(walk)
        walk.click(".wb-acts > button:last-child", "stop", leaves=True)
        worker.keep_oneself(walk, "leo", PASSWORD)
        worker.see_to_time(walk)
        walk.click(".tabbar a[href='/pay/']", "see the pay", leaves=True)
        walk.reads(".main-sum", "€", "read what is earned and not paid yet")
        worker.say_account(walk)

    keep("worker-phone", walk)


def test_worker_by_keyboard_alone_gets_from_a_link_to_pay(
    lab: Lab, profile: Callable[..., Page]
) -> None:
    walk = Walk(profile("fr-CA"))
    hands = by_keyboard(walk)

    with walk.ends_where_stuck():
        walk.open(lab.link)
        hands.check_page()
        hands.write("[name=nickname]", "Léa", "say a name")
        hands.press_at("main form button.pri", "begin", leaves=True)
        walk.page.locator(worker.TEXT).wait_for()
        hands.check_page()
        for _ in range(WORKERS_ANSWERS):
            before = worker.task_of(walk)
            walk.press("1")
            worker.wait_for_next(walk, before)
        walk.press("f")
        expect(walk.page.locator("dialog[open]")).to_have_attribute("data-panel", "flag")
        hands.check_page()
        hands.write("dialog[open] textarea", "Le texte est coupé.", "say what is wrong")
        hands.press_at("dialog[open] button.pri", "send the report")
        expect(walk.page.locator("dialog[open]")).to_have_count(0)
        hands.press_at(".wb-acts > button:last-child", "stop", leaves=True)
        hands.press_at("a[href='/pay/']", "see the pay", leaves=True)
        hands.press_at("a[href='#account']", "add an account")
        hands.write("#account [name=holder]", "Léa Roy", "say whose account it is")
        hands.write("#account [name=number]", worker.IBAN, "say its number")
        hands.press_at("#account button.pri", "keep the account", leaves=True)

    keep("worker-keyboard", walk)


def test_reviewer_finds_reviews_and_decides_them(lab: Lab, profile: Callable[..., Page]) -> None:
    walk = Walk(profile("fr-CA"))
    before = lab.instance.rows(VERDICTS)[0][0]

    with walk.ends_where_stuck():
        walk.open(lab.instance.url + prepare_review(lab))
        walk.click("a[href='/reviews/']:visible", "find the reviews", leaves=True)
        walk.click("main a[href$='/review']", "open the project", leaves=True)
        walk.click("form[action$='/review/take'] button", "take the first", leaves=True)
        for number in range(REVIEWS):
            walk.click(".review-sides li:first-child button", f"decide {number + 1}", leaves=True)
        walk.click("nav a[href='/time/']:visible", "see the own time", leaves=True)
        walk.reads("main h1", "Mon temps", "read the own time")
        walk.click("nav a[href='/pay/']:visible", "see the own pay", leaves=True)

    keep("reviewer", walk)
    assert lab.instance.rows(VERDICTS)[0][0] == before + REVIEWS


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[ClockedInstance]:
    """Serve an empty instance two days before the end of a half-month."""
    folder = tmp_path_factory.mktemp("own")
    instance = ClockedInstance(
        shutil.copytree(empty, folder / "data"), free_port(), ["serve", "--with-jobs"]
    )
    instance.set_clock(operator.first_day_from_now())
    instance.start()
    yield instance
    instance.stop()


def test_operator_gets_from_an_empty_server_to_a_closed_period_and_to_postgresql(
    own: ClockedInstance, postgres: dict[str, Any], profile: Callable[..., Page], tmp_path: Path
) -> None:
    walk = Walk(profile("en-CA"))

    with walk.ends_where_stuck():
        walk.commands += 2  # canut serve --with-jobs, canut operator add
        operator.enter(walk, add_operator(own), PASSWORD)
        operator.set_up(walk)
        requester.start_project(walk, requester.write_texts(tmp_path, "avis", requester.REVIEWS))
        requester.ask_for_tone(walk)
        requester.tell_people(walk)
        link = requester.open_pilot(walk)
        operator.have_work_done(profile("fr-CA", 390), link, own)
        operator.set_terms(walk)
        operator.write_rules(walk)
        operator.close_period(walk, own)
    keep("operator", walk)

    moved = Walk(profile("en-CA"))
    with moved.ends_where_stuck():
        address = empty_database(postgres)
        own.stop()
        own.set_clock(int(own.clock.read_text()) + 120)  # silent for more than a minute
        printed = own.canut("move", "--to", address)
        assert "Set DATABASE_URL" in printed
        own.settings["DATABASE_URL"] = address
        own.start()
        moved.commands += 2  # canut move, canut serve
        moved.open(own.url)
        moved.click(
            "a[href^='/accounts/login']:visible, main a.btn[href*='login']", "sign in", leaves=True
        )
        moved.fill("[name=login]", "ines", "write the name")
        moved.fill("[name=password]", PASSWORD, "write the password")
        moved.click("main form button[type=submit]", "sign in", leaves=True)
        moved.click("nav a[href='/payroll/']:visible", "go to payroll", leaves=True)
        moved.click("main a[href='/payroll/1']", "see the closed period", leaves=True)
        moved.reads("main", "Inès", "see who closed it and sent the file")
    keep("operator-moves", moved)


def empty_database(postgres: dict[str, Any]) -> str:
    """Make an empty database; return its address."""
    with psycopg.connect(
        host=postgres["HOST"], user="canut", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute("DROP DATABASE IF EXISTS walks")
        connection.execute("CREATE DATABASE walks")
    return f"postgresql://canut@/walks?host={postgres['HOST']}"


def test_anybody_checks_a_card(
    demo: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    walk = Walk(profile("fr-CA"))

    with walk.ends_where_stuck():
        walk.open(demo.url)
        walk.click("main a[href='/cards/']", "see the accounts", leaves=True)
        walk.click("main a[href='/cards/demo/']", "open a card", leaves=True)
        walk.click("#check summary", "read the key of the log")
        key = walk.page.locator("#check code").inner_text()
        with walk.page.expect_download() as saved:
            walk.click("#check a.btn", "save the checker")
        saved.value.save_as(tmp_path / "verify.html")
        walk.open((tmp_path / "verify.html").as_uri())
        folder = next(demo.data.glob("bundle*"))
        walk.page.set_input_files("#bundle", folder)
        walk.clicks += 1  # the dialog for folders
        walk.page.locator("#verdict[data-exit]:not([aria-busy])").wait_for()
        walk.reads(
            "#verdict", re.compile(re.escape(key.split("+")[0])), "compare the key of the log"
        )
        assert walk.page.get_attribute("#verdict", "data-exit") == "3"  # no policy was given

    keep("card", walk)
