"""A worker's first hour on a phone: by a link to answers, time, a break, an account and pay."""

from playwright.sync_api import expect

from tests.browser.walks.walk import Walk

IBAN = "FR7630006000011234567890189"
TEXT = ".wb-text"


def come_in(walk: Walk, link: str) -> None:
    """Open the link of an invitation, read what it pays, say a name, begin."""
    walk.open(link)
    walk.reads("main dl", "€", "read what an answer and an hour pay")
    walk.fill("[name=nickname]", "Léo", "say a name")
    walk.click("main form button.pri", "begin", leaves=True)
    walk.page.locator(TEXT).wait_for()


def answer(walk: Walk, times: int) -> None:
    """Answer a question of two answers, beginning with the practice task."""
    for _ in range(times):
        before = task_of(walk)
        walk.click(".wb-choices button", "answer the task")
        wait_for_next(walk, before)


def task_of(walk: Walk) -> tuple[str, int]:
    """Return what tells one task from the next: its text, and whether it is for practice."""
    texts = walk.page.locator(TEXT)
    return texts.inner_text() if texts.count() == 1 else "", walk.page.locator(
        ".wb-place .tag"
    ).count()


def wait_for_next(walk: Walk, before: tuple[str, int]) -> None:
    """Wait until another task is painted."""
    walk.waits(lambda: task_of(walk)[0] != "" and task_of(walk) != before, "the next task")


def report(walk: Walk) -> None:
    """Report that a task is wrong."""
    walk.click(".wb-util button:has-text('Signaler')", "report a task")
    panel = walk.page.locator("dialog[open]")
    walk.fill(panel.locator("textarea"), "Le texte est coupé.", "say what is wrong")
    walk.click(panel.locator("button.pri"), "send the report")
    expect(panel).to_have_count(0)


def see_to_time(walk: Walk) -> None:
    """See the time, see how time is added, take a paid break and go on."""
    walk.click("main a[href='/time/']", "see the time", leaves=True)
    walk.click("#add summary", "add time")
    walk.reads("#add", "Projet", "read how time is added")
    walk.click("main a[href='/time/break']", "take a paid break", leaves=True)
    walk.click("main a.btn", "come back from the break", leaves=True)


def say_account(walk: Walk) -> None:
    """Say into which account pay goes, from the page of pay."""
    walk.click("a[href='#account']", "add an account")
    walk.fill("#account [name=holder]", "Léo Roy", "say whose account it is")
    walk.fill("#account [name=number]", IBAN, "say its number")
    walk.click("#account button.pri", "keep the account", leaves=True)


def keep_oneself(walk: Walk, username: str, password: str) -> None:
    """Choose a name and a password, to come back from elsewhere."""
    walk.click("main a[href^='/account/name']", "keep the account", leaves=True)
    walk.fill("[name=username]", username, "choose a name to sign in with")
    walk.fill("[name=password]", password, "choose a password")
    walk.click("main form button.pri", "keep the account", leaves=True)
