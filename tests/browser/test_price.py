"""From the price to the open project: a pilot that refuses, a price that would do, and the rest."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.steps import (
    declare,
    drop_files,
    set_pay,
    sign_in_operator,
    start,
    wait_kept,
    write_aims,
    write_question,
)

TASKS = 12
TERMS = """
from django.utils import timezone
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.core.places.parameters import Status
from canut.store.models import Worker
for worker in Worker.objects.filter(ended_at=None):
    terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
    set_terms(worker.person, terms, by=worker.person, now_ms=int(timezone.now().timestamp() * 1000))
"""


def invite_one_person(desk: Page) -> str:
    """Withdraw the pilot's link and make another for one person; returns it."""
    desk.locator("[data-confirm-dialog]").first.click()
    with desk.expect_navigation():
        desk.locator("dialog[open] button.danger").click()
    desk.locator("[name=max_uses]").fill("1")
    with desk.expect_navigation():
        desk.locator("form:has([name=max_uses]) button.pri").click()
    return str(desk.locator("[id^=link-]").first.input_value())


def deposit_one_dollar(desk: Page) -> None:
    """Write down on the page of the pilot that the client's money came."""
    desk.locator("form[action$='/funds'] [name=amount]").fill("1")
    desk.locator("form[action$='/funds'] [name=note]").fill("Virement 1")
    with desk.expect_navigation():
        desk.locator("form[action$='/funds'] button").click()


def test_price_too_low_is_refused_by_the_pilot_and_the_proposed_one_opens(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("avis\n" + "\n".join(f"Avis numéro {n}" for n in range(TASKS)))
    desk, phone = profile("fr-CA"), profile("fr-CA", 390)
    sign_in_operator(desk, instance)
    drop_files(desk, instance, "Avis", path)
    write_question(desk, "Cet avis est-il positif ?", ["Oui", "Non"])
    write_aims(desk)
    set_pay(desk, overlap=1, price=None)
    desk.locator("#price label.segment:has([value=directly])").click()
    desk.locator("#price label.segment:has([value=other])").click()
    desk.locator("#price [name=hourly]").fill("18")
    desk.locator("#price [name=seconds]").fill("45")
    expect(desk.locator("#reckoned")).to_contain_text("0,225")
    expect(desk.locator("#reckoned")).to_contain_text("2,70")
    desk.locator("#price [name=hourly]").fill("0,01")
    desk.locator("#price [name=seconds]").fill("1")
    expect(desk.locator("#reckoned")).to_contain_text("0,000003")
    declare(desk)
    slug = start(desk)

    desk.goto(f"{instance.url}/projects/{slug}/invitations")
    phone.goto(invite_one_person(desk))
    expect(phone.locator("main")).to_contain_text("Maison Bréval")
    expect(phone.locator("main")).to_contain_text("pas encore mesurée")
    phone.locator("form button.pri").first.click()
    instance.python(TERMS)
    for answers in range(1, 8):
        phone.locator(".wb-stage, .wb-next").first.wait_for()
        if phone.locator(".wb-next").count():
            phone.locator(".wb-next").click()
            expect(phone.locator(".wb-next")).to_have_count(0)
        phone.keyboard.press("1")
        wait_kept(instance, answers)

    desk.goto(f"{instance.url}/projects/{slug}/pilot")
    expect(desk.locator("main")).to_contain_text("ne peut pas s’ouvrir à ce prix")
    expect(desk.locator(".road [aria-disabled]")).to_be_visible()
    deposit_one_dollar(desk)
    with desk.expect_navigation():
        desk.get_by_role("button", name=re.compile("Passer à")).click()
    expect(desk.locator("main")).to_contain_text("Ce prix convient")
    with desk.expect_navigation():
        desk.locator(".road .now button.pri").click()

    assert instance.rows("SELECT state FROM store_project") == [("open",)]
    desk.goto(f"{instance.url}/projects/{slug}/bill")
    expect(desk.locator("main")).to_contain_text("Bloqué pour la paie")
    expect(desk.locator("main")).to_contain_text("Chaque maillon est déclaré.")
