"""A long text survives a session that ended and a network that broke, until it has arrived."""

from collections.abc import Callable
from typing import Any, cast

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe
from tests.browser.test_appeal import enter

TEXT = "Que répondre quand le chiffre est barré ?"


def test_message_comes_back_until_it_has_arrived(
    demo: Instance, profile: Callable[..., Page]
) -> None:
    tab = profile("fr-CA", 390, noisy=True)
    enter(tab, demo, "worker")
    words, send = (
        tab.locator("main form textarea"),
        tab.locator("main form:has(textarea) button[type=submit]"),
    )
    back = tab.locator(".typed-back")

    def write() -> None:
        tab.goto(f"{demo.url}/messages/")
        words.fill(TEXT)

    write()
    session = [each for each in tab.context.cookies() if each["name"] == "sessionid"]
    tab.context.clear_cookies(name="sessionid")
    send.click()
    expect(tab.locator("main")).to_contain_text("Votre session est fermée")
    tab.context.add_cookies(cast("Any", session))
    tab.goto(f"{demo.url}/messages/")
    expect(back).to_have_text("Ce texte n’est pas encore parti. Envoyez-le de nouveau.")
    expect(words).to_have_value(TEXT)
    assert axe(tab) == []

    tab.context.set_offline(True)
    send.click()
    tab.wait_for_url("chrome-error://**")
    tab.context.set_offline(False)
    tab.goto(f"{demo.url}/messages/")
    expect(words).to_have_value(TEXT)

    send.click()
    expect(tab.locator("main")).to_contain_text("Votre message est parti")
    expect(words).to_have_value("")
    tab.goto(f"{demo.url}/messages/")
    tab.wait_for_load_state("networkidle")
    expect(words).to_have_value("")
    expect(back).to_have_count(0)
