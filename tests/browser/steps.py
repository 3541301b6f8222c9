"""What a person does on pages, in the order they do it."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance

AIMS = {
    "business": "Trier les avis pour lire d'abord les plaintes.",
    "social": "Maison Bréval, 40 personnes.",
    "ethical": "Rien de connu.",
    "whose": "Clientes et clients",
    "consent": "inconnu",
    "paid": "inconnu",
}


def sign_in_operator(page: Page, instance: Instance, name: str = "ines") -> None:
    """Enter by the one-time address that the command prints."""
    said = instance.canut("operator", "add", name, "--organisation", "Laboratoire", "--link")
    found = re.search(r"/enter/\S+", said)
    assert found
    page.goto(instance.url + found.group(0))
    expect(page).to_have_url(re.compile("/account/name"))


def drop_files(page: Page, instance: Instance, title: str, *files: Path) -> None:
    """Begin a project with its file, or its pictures: choosing them sends them."""
    page.goto(f"{instance.url}/projects/new")
    page.locator("details:has([name=title]) summary").click()
    page.locator("input[name=title]").fill(title)
    page.locator("input[type=file][name=files]").set_input_files(list(files))
    page.wait_for_url(re.compile("/setup"))


def open_step(page: Page, step: str) -> None:
    """Open a step that is folded."""
    with page.expect_navigation():
        page.locator(f"button[name=go][value='step:{step}']").click()


def keep(page: Page, step: str) -> None:
    """Press the button that stores one step and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(f"#{step} button[formaction$='/{step}']").click()


def write_question(page: Page, ask: str, choices: list[str], *, multiple: bool = False) -> None:
    """Write what is asked; the page adds inputs as they are needed."""
    page.locator("#question input[name=ask]").fill(ask)
    inputs = page.locator("#question input[name=choices]")
    while inputs.count() < len(choices):
        page.locator("[data-add-choice]").click()
    for number, choice in enumerate(choices):
        inputs.nth(number).fill(choice)
    if multiple:
        page.locator("#question input[name=multiple]").check()
    keep(page, "question")


def write_aims(page: Page, *, calm: bool = True) -> None:
    """Say why, for whom, what could go wrong, whose material it is; and that it is calm."""
    page.locator("#told details.settled > summary").click()
    for name, text in AIMS.items():
        page.locator(f"#told [name={name}]").fill(text)
    page.locator(f"#told label.segment:has([value={'none' if calm else 'some'}])").click()
    if calm:
        keep(page, "told")


def set_pay(page: Page, *, overlap: int, price: str | None) -> None:
    """Say how many answers a task needs, and what one pays; no price is own staff."""
    page.locator("#price details.settled > summary").first.click()
    page.locator("#price [name=overlap]").fill(str(overlap))
    if price:
        page.locator("#price label.segment:has([value=other])").click()
        page.locator("#price [name=price]").fill(price)
    else:
        page.locator("#price label.segment:has([value=own])").click()


def declare(page: Page) -> None:
    """Say who pays, and where they are."""
    page.locator("#price details.direct-part > summary").click()
    page.locator("#price [name=chain-client]").fill("Maison Bréval")
    page.locator("#price [name=chain-country]").select_option("CA")


def start(page: Page) -> str:
    """Open the pilot, or the project of own staff, with the money it needs; returns its address."""
    button = page.locator("#price button.pri")
    expect(button).to_be_visible()
    page.wait_for_timeout(600)  # the sum follows the last field
    with page.expect_navigation():
        button.click()
    page.wait_for_url(re.compile("step=invite"))
    found = re.search(r"/projects/([\w-]+)/", page.url)
    assert found
    page.goto(page.url.split("setup")[0])
    return found.group(1)


def shown_text(page: Page) -> str:
    """Return the text to judge."""
    return page.locator(".wb-text").inner_text()


def press_and_wait(page: Page, key: str) -> None:
    """Press a key and wait until another task, or the end, is painted."""
    before = page.locator(".wb-stage").inner_html() if page.locator(".wb-stage").count() else ""
    page.keyboard.press(key)
    page.wait_for_function(
        "before => (document.querySelector('.wb-stage, .statec')?.innerHTML ?? before) !== before",
        arg=before,
    )


def wait_kept(instance: Instance, answers: int) -> None:
    """Wait until the server has so many answers."""
    end = time.monotonic() + 20
    while instance.rows("SELECT count(*) FROM store_answer")[0][0] < answers:
        assert time.monotonic() < end, f"{answers} answers were not kept within 20 s"
        time.sleep(0.05)


def until(happened: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something has happened on the server."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def wait_told(page: Page, ask: str, about: str = "") -> None:
    """Wait until what a page has to look up is so: to ``wait_for_function`` a promise is a yes."""
    for _ in range(400):
        if page.evaluate(ask, about):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not so within 20 s: {ask}")


def wait_saved(page: Page) -> None:
    """Wait until the sign says that everything is kept by the server."""
    expect(page.locator(".wb-status").first).to_have_class(re.compile(r"\bok\b"), timeout=20_000)


def contest_time(page: Page, url: str) -> None:
    """Say that a past morning is not right: a human has to look."""
    day = (datetime.now(UTC) - timedelta(days=1)).date()
    page.goto(f"{url}/time/contest?day={day.isoformat()}&begin=09:00&end=09:45")
    page.locator("[name=words]").fill("J’ai lu la consigne sur papier.")
    with page.expect_navigation():
        page.locator("main form button.pri").click()
