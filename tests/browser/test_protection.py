"""Hard material: said before, covered at first, refused with one press; key, mouse, finger."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe
from tests.browser.steps import (
    drop_files,
    keep,
    set_pay,
    sign_in_operator,
    start,
    wait_kept,
    write_aims,
    write_question,
)


def pictures(path: Path) -> Path:
    """Write a zip whose folders say how hard the pictures in them are to look at."""
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(9):
            out = io.BytesIO()
            Image.new("RGB", (200, 140), (20 * n, 90, 140)).save(out, "PNG")
            archive.writestr(f"{0 if n % 3 == 0 else 3}/{n}.png", out.getvalue())
    return path


WITH_COMMISSION = """
from canut.store.models import Project
from tests.support.commissions import make_commission
make_commission(Project.objects.get())
"""


def make_hard(page: Page, instance: Instance, path: Path) -> str:
    """Make a project of hard pictures with calm ones among them; returns a worker's link."""
    sign_in_operator(page, instance)
    drop_files(page, instance, "Images", path)
    write_question(page, "Que voit-on ?", ["Oui", "Non"])
    write_aims(page, calm=False)
    page.locator("#told [name=severity]").select_option("3")
    page.locator("#told input[name=categories][value=violence]").check()
    page.locator("#told [name=column]").select_option("folder")
    keep(page, "told")
    set_pay(page, overlap=1, price=None)
    instance.python(WITH_COMMISSION)  # its own pages are walked elsewhere
    slug = start(page)
    page.goto(f"{instance.url}/projects/{slug}/invitations")
    with page.expect_navigation():
        page.locator("form:has([name=max_uses]) button.pri").click()
    return str(page.locator("[id^=link-]").first.input_value())


def answer(page: Page) -> None:
    """Give the first answer and wait for the next task."""
    before = page.locator(".wb-things img").get_attribute("src")
    page.locator(".choice").first.click()
    expect(page.locator(f".wb-things img[src='{before}']")).to_have_count(0)


def test_hard_pictures_are_announced_covered_and_refused_with_one_press(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    desk, worker = profile(), profile("fr-CA", 1280)
    link = make_hard(desk, instance, pictures(tmp_path / "images.zip"))

    worker.goto(link)
    expect(worker.locator(".risk")).to_contain_text("Risque 3 sur 4")
    worker.locator("[name=agree][value=violence]").check()
    worker.locator("form button.pri").click()
    expect(worker.locator(".wb-things img")).to_be_visible()
    expect(worker.locator(".wb-veil")).to_have_count(0)
    for n in range(3):  # the first tasks of the folder are calm
        answer(worker)
        expect(worker.locator(".wb-veil")).to_have_count(int(n == 2))

    veil = worker.locator(".wb-veil")
    expect(veil).to_be_visible()
    expect(veil).not_to_have_class("wb-veil open")
    worker.keyboard.press("v")
    expect(veil).to_have_class("wb-veil open")
    worker.keyboard.press("v")
    expect(veil).not_to_have_class("wb-veil open")
    worker.locator(".wb-unveil [aria-pressed]").focus()
    worker.keyboard.press("Enter")
    expect(veil).to_have_class("wb-veil open")
    worker.keyboard.press("Enter")
    veil.hover()
    worker.mouse.down()
    expect(veil).to_have_class("wb-veil open")
    worker.mouse.up()
    expect(veil).not_to_have_class("wb-veil open")
    veil.dispatch_event("pointerdown", {"pointerType": "touch"})
    expect(veil).to_have_class("wb-veil open")
    veil.dispatch_event("pointercancel", {"pointerType": "touch"})
    expect(veil).not_to_have_class("wb-veil open")
    assert axe(worker) == []
    worker.wait_for_timeout(300)
    answer(worker)
    wait_kept(instance, 4)
    answered = "SELECT dose FROM store_lease WHERE state = 1 AND severity = 3"
    (dose,) = instance.rows(answered)[0]
    assert 0 < dose < 300, "two seconds or more, times what was uncovered"

    worker.locator(".wb-unveil .wb-no").click()

    expect(worker.locator(".wb-veil")).to_have_count(0)
    expect(worker.locator(".wb-care")).to_contain_text("C’est enregistré")
    held = "SELECT count(*) FROM store_lease WHERE state = 0 AND dose > 0"
    expect(worker.locator(".wb-end")).to_contain_text("seules les tâches calmes")
    assert instance.rows(held)[0][0] == 0
