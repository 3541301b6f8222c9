"""A first visit: practice that explains or says how it works, and a project that pauses."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.steps import (
    declare,
    drop_files,
    keep,
    open_step,
    set_pay,
    sign_in_operator,
    start,
    wait_kept,
    write_aims,
    write_question,
)


def make_paid(page: Page, instance: Instance, path: Path, *, known: str = "") -> str:
    """Make a paid project of a CSV with the columns avis and note; returns a worker's link."""
    sign_in_operator(page, instance)
    drop_files(page, instance, "Avis", path)
    open_step(page, "file")
    page.locator("#columns input[name=judged][value=avis]").check()
    page.locator("#columns select[name=known_column]").select_option(known)
    keep(page, "columns")
    write_question(page, "Cet avis est-il positif ?", ["Oui", "Non"])
    write_aims(page)
    set_pay(page, overlap=1, price="0,05")
    declare(page)
    slug = start(page)
    page.goto(f"{instance.url}/projects/{slug}/invitations")
    with page.expect_navigation():
        page.locator("form:has([name=max_uses]) button.pri").click()
    return str(page.locator("[id^=link-]").first.input_value())


def come(page: Page, link: str) -> None:
    """Follow the link to the practice task."""
    page.goto(link)
    page.locator("form button.pri").click()
    expect(page.locator(".wb-place .tag")).to_have_text("Essai")


def test_practice_is_explained_where_its_answer_is_known(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("avis,note\n" + "\n".join(f"Avis {n},Non" for n in range(6)))
    desk, phone = profile(), profile("fr-CA", 390)
    come(phone, make_paid(desk, instance, path, known="note"))

    phone.locator(".choice").first.click()

    expect(phone.locator(".wb-explained")).to_contain_text("la réponse attendue est « Non »")
    phone.locator(".wb-next").click()
    expect(phone.locator(".wb-place .tag")).to_have_count(0)
    expect(phone.locator(".wb-fil .narrow").first).to_contain_text("0 sur 6")


def test_practice_says_how_it_works_where_nobody_knows_and_a_pause_is_said_in_words(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("avis,note\n" + "\n".join(f"Avis {n},{n}" for n in range(6)))
    desk, worker = profile(), profile(noisy=True)  # the browser notes the refusal to lend
    come(worker, make_paid(desk, instance, path))
    expect(worker.locator(".wb-place")).to_contain_text("la tâche suivante vient toute seule")

    worker.keyboard.press("1")
    expect(worker.locator(".wb-place .tag")).to_have_count(0)
    worker.locator(".wb-text").wait_for()
    desk.goto(f"{instance.url}/projects/avis/pilot")
    with desk.expect_navigation():
        desk.get_by_role("link", name="Faire une pause ou s’arrêter ici").click()
    desk.locator("[name=reason]").first.fill("pour la nuit")
    with desk.expect_navigation():
        desk.locator("button[value=paused]").click()
    for answers in range(2, 6):
        worker.keyboard.press("1")
        wait_kept(instance, answers)

    expect(worker.locator(".wb-end h1")).to_have_text("Ce projet est en pause")
    worker.reload()
    expect(worker.locator(".wb-end h1")).to_have_text("Ce projet est en pause")
    assert re.search("sont gardées", worker.locator(".wb-end").inner_text())
