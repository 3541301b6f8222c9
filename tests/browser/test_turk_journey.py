"""A script of Mechanical Turk makes twenty HITs; three people answer, are paid and get a bonus.

The two scripts are those of ``tests/commands/turk``: they know nothing but their environment. Two
people answer on a phone, one on a laptop. What they said is collected, approved, exported, and
stands on the pay slip with its bonus.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.test_study import PAY
from tests.commands.turk.test_scripts import PROFILE, Shell

pytestmark = pytest.mark.slow
HITS, EACH = 20, (7, 7, 4)  # the first two have begun one more when they stop, and come back for it
PAGE = (
    "<!DOCTYPE html><html><head>"
    '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script></head><body>'
    '<crowd-form><p>${text}</p><crowd-input name="weather" label="The weather"></crowd-input>'
    "</crowd-form></body></html>"
)
ORGANISATION = """
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.store.models import Organisation
Organisation.objects.create(
    name="Weather", kind="requester", country="CA", created_at=from_ms(now_ms())
)
"""
PEOPLE = """
import json
from canut.actions.pay.funds import deposit_funds
from canut.actions.people.accounts import join_as_worker, make_one_time_link
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.lending import start_waiting
from canut.core.money import Money
from canut.store.models import Project
from tests.support.factories import make_person
from tests.support.payroll import agree, policy
policy()
project = Project.objects.get(organisation__name="Weather")
deposit_funds(project, Money(10**9, "CAD"), "virement", by=project.created_by, now_ms=now_ms())
assert start_waiting(now_ms()) == 1
links = []
for _ in range(3):
    person = make_person(language="en")
    agree(person)
    join_as_worker(project, person, now_ms())
    links.append("/enter/" + make_one_time_link(person, "/work/" + project.slug + "/", now_ms()))
open({file!r}, "w").write(json.dumps([project.slug, links]))
"""


def enter(tab: Page, url: str) -> None:
    """Let somebody come in by their link, read what the work is, and start."""
    tab.goto(url)
    if "/enter/" in tab.url:
        with tab.expect_navigation():
            tab.locator("form button").first.click()
    tab.get_by_role("button", name="Go on to the tasks").click()
    tab.get_by_role("button", name="Start", exact=True).click()


def answer(tab: Page, words: Sequence[str]) -> None:
    """Answer a task with each word, then stop: what is lent and not begun goes to others."""
    page = tab.frame_locator("iframe.kd-page").frame_locator("#own-page")
    before = ""
    for word in words:
        expect(page.get_by_text("street")).not_to_have_text(before)
        before = page.get_by_text("street").text_content() or ""
        page.get_by_label("The weather").fill(word)
        page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text(before, exact=True)).to_have_count(0)
    expect(tab.get_by_role("status").first).to_have_text("Everything is saved")
    tab.get_by_role("button", name="Stop").click()


def test_twenty_hits_of_a_script_are_answered_by_three_people_approved_paid_and_exported(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page, written, links = tmp_path / "page.html", tmp_path / "profile.json", tmp_path / "links"
    page.write_text(PAGE)
    written.write_text(json.dumps({**PROFILE, "client": "Weather", "client_country": "CA"}))
    instance.python(ORGANISATION)
    words = ("--name", "script", "--organisation", "Weather", "--profile", str(written))
    lines = instance.canut("key", "create", "--mturk", *words).splitlines()
    (public,) = [line.partition("=")[2] for line in lines if line.startswith("AWS_ACCESS_KEY_ID")]
    shell = Shell(tmp_path, instance.port, [public, lines[-1]])

    made = shell.run("publish", str(page), "1", lines="".join(f"street {n}\n" for n in range(HITS)))
    assert len(made.stdout.splitlines()) == HITS
    instance.python(PEOPLE.format(file=str(links)))
    slug, entries = json.loads(links.read_text())
    tabs = [profile(language="en-CA", width=width) for width in (390, 1280, 390)]
    for tab, entry, count in zip(tabs, entries, EACH, strict=True):
        enter(tab, instance.url + entry)
        answer(tab, [f"rain {entry[-4:]} {number}" for number in range(count)])
    for tab, word in zip(tabs[:2], ("sun", "fog"), strict=True):
        tab.goto(f"{instance.url}/work/{slug}/?begun")
        answer(tab, [word])

    collected = [line.split(" ", 3) for line in shell.run("collect").stdout.splitlines()]
    assert [status for _hit, _worker, status, _said in collected] == ["Submitted"] * HITS
    by_worker = Counter(worker for _hit, worker, _status, _said in collected)
    assert sorted(by_worker.values()) == [4, 8, 8]
    assert len({said for _hit, _worker, _status, said in collected}) == HITS
    rows = list(csv.DictReader(instance.canut("export", slug, "--what", "mturk").splitlines()))
    assert [row["AssignmentStatus"] for row in rows] == ["Approved"] * HITS
    instance.python(PAY)
    statements = [row[0] for row in instance.rows("SELECT id FROM store_statement ORDER BY id")]
    assert len(statements) == len(EACH)
    tab = tabs[-1]
    tab.goto(f"{instance.url}/pay/{statements[-1]}")
    expect(tab.locator("main")).to_contain_text("Say what the weather is")
    expect(tab.locator("main")).to_contain_text("Careful work")
    paid = instance.rows("SELECT sum(piece_micro) FROM store_payadjustment")[0][0]
    assert paid == HITS * 250_000
