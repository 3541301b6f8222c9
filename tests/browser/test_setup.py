"""A project is set up in few presses, and nothing that is typed is lost."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.instance import Instance
from tests.browser.steps import drop_files, sign_in_operator

PLACE = "from canut.store.models import Organisation; Organisation.objects.update(country='FR')"
MOST_CLICKS, MOST_TYPED = 8, 4
HIGHEST = {1280: 900, 390: 1400}  # pixels of any step of the setup


def avis(tmp_path: Path) -> Path:
    """Write a small table."""
    path = tmp_path / "avis_clients.csv"
    rows = [f"{n:04d};Avis numéro {n}, assez détaillé" for n in range(1, 9)]
    path.write_text("id;avis\n" + "\n".join(rows))
    return path


def test_link_is_copied_after_few_clicks_and_four_typed_fields(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("fr-CA")
    sign_in_operator(page, instance)
    instance.python(PLACE)
    clicks, typed = 0, 0
    page.goto(f"{instance.url}/projects/")

    page.locator("a[href='/projects/new']").first.click()
    clicks += 1
    page.locator("input[type=file][name=files]").set_input_files(avis(tmp_path))
    clicks += 1  # the file dialog
    page.wait_for_url(re.compile("/setup$"))
    page.locator("[name=ask]").fill("Quel est le ton ?")
    typed += 1
    page.locator("[name=choices]").first.fill("bon")
    page.locator("[name=choices]").first.press("Enter")
    page.keyboard.type("mauvais")
    typed += 1
    with page.expect_navigation():
        page.locator("#question button[data-next]").click()
    clicks += 1
    page.locator("[name=business]").fill("Comprendre les plaintes.")
    page.locator("[name=ethical]").fill("Peu.")
    typed += 2
    page.locator("label.segment:has([name=hard][value=none])").click()
    clicks += 1
    with page.expect_navigation():
        page.locator("#told button[data-next]").click()
    clicks += 1
    with page.expect_navigation():
        page.locator("#price button.pri").click()
    clicks += 1
    page.locator("[data-copy='#pilot-link']").click()
    clicks += 1

    sys.stdout.write(f"{clicks} clicks and {typed} typed fields to a copied link\n")
    assert clicks <= MOST_CLICKS
    assert typed <= MOST_TYPED
    expect(page.locator("#pilot-link")).to_have_value(re.compile(r"/join/"))
    expect(page.locator("svg.qr")).to_be_visible()
    assert instance.rows("SELECT state FROM store_project") == [("pilot",)]


def test_text_stays_through_a_bad_connection_and_a_reload(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("fr-CA", noisy=True)  # the connection fails on purpose
    sign_in_operator(page, instance)
    drop_files(page, instance, "Avis", avis(tmp_path))
    expect(page.locator("[name=ask]")).to_be_visible()

    def refuse(route: Route) -> None:
        route.abort("connectionreset")

    page.route(re.compile("/setup/draft$"), refuse)
    page.locator("[name=ask]").fill("Quel est le ton ?")
    expect(page.locator("[data-saved]")).to_contain_text("Pas enregistré depuis")
    page.reload()
    expect(page.locator("[name=ask]")).to_have_value("Quel est le ton ?")
    page.unroute(re.compile("/setup/draft$"))

    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à", timeout=15_000)
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    expect(page.locator("[name=ask]")).to_have_value("Quel est le ton ?")


def test_two_pages_of_one_field_say_so_and_keep_both(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("fr-CA")
    sign_in_operator(page, instance)
    drop_files(page, instance, "Avis", avis(tmp_path))
    other = page.context.new_page()
    other.goto(page.url)

    page.locator("[name=ask]").fill("Le premier ?")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    other.locator("[name=ask]").fill("Le second ?")

    note = other.locator(".conflict")
    expect(note).to_contain_text("Le premier ?")
    expect(note).to_contain_text("Le second ?")
    with other.expect_navigation():
        note.locator("button[value^=mine]").click()
    expect(other.locator("[name=ask]")).to_have_value("Le second ?")


def test_three_tasks_measure_the_time_and_no_step_is_too_high(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("fr-CA")
    sign_in_operator(page, instance)
    instance.python(PLACE)
    drop_files(page, instance, "Avis", avis(tmp_path))
    page.locator("[name=ask]").fill("Quel est le ton ?")
    page.locator("[name=choices]").first.fill("bon")
    page.locator("[name=choices]").nth(1).fill("mauvais")

    page.locator("[data-trial-start]").click()
    dialog = page.locator("[data-trial-dialog]")
    for number in (1, 2, 3):
        expect(dialog.locator("h2")).to_have_text(f"Tâche {number} sur 3")
        expect(dialog).to_contain_text(f"Avis numéro {number}")
        expect(dialog.locator("[data-trial-next]")).to_be_disabled()
        dialog.get_by_text("mauvais", exact=True).click()
        page.wait_for_timeout(1_100)  # the time to read one task
        if number < 3:
            dialog.locator("[data-trial-next]").click()
    with page.expect_response(re.compile("/setup/draft$")):
        dialog.locator("[data-trial-next]").click()

    expect(dialog).not_to_be_visible()
    expect(page.locator("[data-trial-status]")).to_contain_text("s par tâche")
    seconds = page.locator("[name=seconds]").input_value()
    setup = page.url.partition("?")[0]
    page.goto(f"{setup}?step=price")
    expect(page.locator("[name=seconds]")).to_have_value(seconds)
    expect(page.locator("#price")).to_contain_text("mesurées par vous sur trois")
    assert 1 <= int(seconds) <= 60  # of a slow machine

    for width, most in HIGHEST.items():
        page.set_viewport_size({"width": width, "height": 800})
        for step in ("file", "question", "told", "price"):
            page.goto(f"{setup}?step={step}")
            height, wide = page.evaluate(
                "[document.body.scrollHeight, document.documentElement.scrollWidth]"
            )
            sys.stdout.write(f"{step} at {width}: {height} px\n")
            assert height <= most, step
            assert wide <= width, step
