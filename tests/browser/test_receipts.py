"""A person answers, and their browser holds the log to its receipts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, free_port
from tests.browser.steps import press_and_wait, wait_saved

TEXTS = 12
AT_LOG = 20_000


@dataclass(frozen=True)
class Desk:
    """One person's project, and the address that lets them in."""

    instance: Instance
    link: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("receipts")
    texts = folder / "avis.csv"
    texts.write_text("avis\n" + "\n".join(f"Avis numéro {n}" for n in range(TEXTS)))
    words = ["label", str(texts), "--text", "avis", "--choices", "Oui,Non", "--no-browser"]
    made = Instance(folder / "data", free_port(), words)
    made.start()
    yield Desk(made, next(word for word in made.line("/enter/").split() if "/enter/" in word))
    made.stop()


def logged(desk: Desk) -> int:
    """Count the answers that have their places."""
    rows = desk.instance.rows(
        "SELECT count(*) FROM store_logentry e JOIN store_entrypending p ON p.id = e.pending_id"
        " WHERE p.answer IS NOT NULL"
    )
    return int(rows[0][0])


def test_each_receipt_is_kept_and_one_without_entry_is_shown_as_missing(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = profile()
    page.goto(desk.link)
    page.locator(".wb-text").wait_for()
    for _ in range(3):
        press_and_wait(page, "1")
    wait_saved(page)
    for _ in range(200):
        if logged(desk) == 3:
            break
        page.wait_for_timeout(100)

    page.goto(f"{desk.instance.url}/account/answers")
    page.locator("main table a").first.click()

    expect(page.locator("[data-count=kept]")).to_have_text("3", timeout=AT_LOG)
    expect(page.locator("[data-status]")).to_have_text("")
    expect(page.locator("main tbody tr [data-part=answer]").last).to_have_text("Oui")
    expect(page.locator("[data-count=missing]")).to_be_hidden()

    # The promise of an entry that never came: its own commitment changed, so its signature too.
    page.evaluate(
        """async () => {
          const open = indexedDB.open("canut-receipts");
          const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const store = db.transaction("receipts", "readwrite").objectStore("receipts");
          const all = await new Promise((done) => {
            const asked = store.getAll(); asked.onsuccess = () => done(asked.result); });
          const [one] = all;
          store.put({ ...one, key: "never", promise: one.promise.replace(/"c":"../, '"c":"zz') });
          await new Promise((done) => { store.transaction.oncomplete = done; });
        }"""
    )
    page.reload()

    expect(page.locator("[data-count=kept]")).to_have_text("3", timeout=AT_LOG)
    expect(page.locator("[data-count=forged]")).to_have_text("1")


def test_entry_is_proven_in_the_browser_of_anybody(
    desk: Desk, profile: Callable[..., Page]
) -> None:
    page = profile()
    page.goto(f"{desk.instance.url}/ledger/")
    page.locator("main table a").last.click()
    page.locator("main tbody a").first.click()

    expect(page.locator("[data-status].ok")).to_be_visible(timeout=AT_LOG)
    expect(page.locator("[data-hashes] li").first).to_be_visible()
