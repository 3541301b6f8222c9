"""An operator's first days: an empty server, a project, work, a closed period, its payment file."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.walks import requester, worker
from tests.browser.walks.served import ClockedInstance
from tests.browser.walks.walk import Walk

RULES = {
    "employer_name": "Laboratoire",
    "employer_address": "1, rue des Tables, Lyon",
    "holder": "Laboratoire",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPPXXX",
}


FIRST_DAY = datetime(2026, 6, 13, 15, tzinfo=UTC)
"""Two days before a half-month ends, in a year whose legal values are known."""


def first_day_from_now() -> int:
    """Return how far ahead of now the first day of the walk is, in seconds."""
    return round((FIRST_DAY - datetime.now(UTC)).total_seconds())


def enter(walk: Walk, address: str, password: str) -> None:
    """Enter by the address that the command printed, and choose a password."""
    walk.open(address)
    walk.fill("[name=password]", password, "choose a password")
    walk.click("main form button.pri", "keep the account", leaves=True)


def set_up(walk: Walk) -> None:
    """Take the first steps of the instance, up to its first project."""
    next_step = "main form button.pri[name=go]:visible"
    walk.fill("[name=called]", "Inès", "write one's name")
    walk.click(next_step, "go on to the place", leaves=True)
    walk.choose("[name=country]", "FR", "choose the country")
    walk.click(next_step, "go on to address and e-mail", leaves=True)
    walk.click(next_step, "go on to backups", leaves=True)
    walk.click(next_step, "go on to the first project", leaves=True)


def have_work_done(guest: Page, link: str, instance: ClockedInstance) -> None:
    """Have somebody invited answer, and say into which account they are paid."""
    requester.start_work(guest, link)
    paid = "SELECT count(*) FROM store_payline"
    before = instance.rows(paid)[0][0]
    for _ in range(3):
        requester.choose_an_answer(guest)
        guest.wait_for_timeout(400)
    helper = Walk(guest)
    helper.waits(
        lambda: instance.rows("SELECT count(*) FROM store_payline")[0][0] > before,
        "pay for an answer",
    )
    parts = urlsplit(guest.url)
    guest.goto(f"{parts.scheme}://{parts.netloc}/pay/")
    worker.say_account(helper)


def set_terms(walk: Walk) -> None:
    """Set the terms of the person whom the page of payroll names."""
    walk.click("#invite .go a", "go on after the invitation", leaves=True)
    walk.click("nav a[href='/payroll/']:visible", "go to payroll", leaves=True)
    walk.click("ol.road a[href*='/payroll/people']", "set the terms of who waits", leaves=True)
    walk.choose("main [name=status]", "self_employed", "choose a status")
    walk.click("main form button.pri", "set the terms", leaves=True)


def write_rules(walk: Walk) -> None:
    """Say who pays, and from which account."""
    walk.click("nav a[href='/payroll/']:visible", "go back to payroll", leaves=True)
    walk.click("ol.road a[href$='/payroll/rules']", "add the account pay comes from", leaves=True)
    for name, text in RULES.items():
        walk.fill(f"main [name={name}]", text, f"write {name}")
    walk.click("main form button.pri", "set the rules", leaves=True)


def close_period(walk: Walk, instance: ClockedInstance) -> None:
    """Come back once the period is over, close it, make the payment file, say it was sent."""
    walk.click("nav a[href='/payroll/']:visible", "go back to payroll", leaves=True)
    walk.reads(".payroll-owed", re.compile(r"\d"), "read what is owed and from when it can close")
    ahead = int(instance.clock.read_text())
    instance.set_clock(ahead + 4 * 24 * 3600)
    walk.click("nav a[href='/payroll/']:visible", "look at payroll four days later", leaves=True)
    walk.click(
        "main a[href='/payroll/closing'], main a.btn.pri[href*='clos']", "close", leaves=True
    )
    walk.click("main form button.pri", "close the period and pay", leaves=True)
    closed = "SELECT count(*) FROM store_period WHERE state = 'closed'"
    walk.waits(lambda: instance.rows(closed)[0][0] == 1, "the period is closed")
    walk.page.reload()
    with walk.page.expect_download() as fetched:
        walk.click("main a[href*='/payroll/files/']", "fetch the payment file")
    assert fetched.value.path().stat().st_size
    walk.click("button[name=what][value=sent]", "say that the file was sent", leaves=True)
    paid = "SELECT count(*) FROM store_payment WHERE state = 'sent'"
    walk.waits(lambda: instance.rows(paid)[0][0] == 1, "the payment counts as sent")
