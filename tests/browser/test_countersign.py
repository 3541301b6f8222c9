"""A person signs their statement with a key of their device, by keyboard; what cannot is said."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, axe, free_port

REAL = (
    "from canut.store.models import Person, Worker;"
    "Person.objects.filter(username='demo-worker').update(is_simulated=False);"
    "Worker.objects.filter(person__username='demo-worker').update(kind='human')"
)
UNSIGNED = (
    "from canut.store.models import *;"
    "Confirmation.objects.all().delete(); Countersignature.objects.all().delete()"
)
NO_CRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
NO_ED25519 = (
    "crypto.subtle.generateKey = () =>"
    " Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))"
)
NO_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }"


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, prepared: Path
) -> Iterator[tuple[Instance, str]]:
    """Serve a demo whose worker is paid, and a person; return it and the statement's path."""
    data = shutil.copytree(prepared, tmp_path_factory.mktemp("signed") / "data")
    demo = Instance(data, free_port(), ["demo", "--no-browser"])
    made = json.loads(demo.told(sys.executable, "-m", "tests.browser.paid", str(data)))
    demo.python(REAL)
    demo.start()
    yield demo, f"{demo.url}/pay/{made['statement']}"
    demo.stop()


@pytest.fixture
def statement(desk: tuple[Instance, str]) -> tuple[Instance, str]:
    """Return the desk with a statement that nobody signed."""
    desk[0].python(UNSIGNED)
    return desk


def come_in(page: Page, desk: tuple[Instance, str]) -> Page:
    """Come in as the demo's worker, and open the statement."""
    demo, path = desk
    page.goto(demo.url)
    with page.expect_navigation():
        page.locator("form[action='/demo/enter/worker'] button").click()
    page.goto(path)
    page.locator("[data-countersign][data-ready], [data-signer]").wait_for(state="attached")
    return page


def signed(demo: Instance) -> tuple[int, int]:
    """Count signed statements, and lines of projects."""
    (one,) = demo.rows("SELECT count(*) FROM store_countersignature")[0]
    (two,) = demo.rows("SELECT count(*) FROM store_confirmation")[0]
    return int(one), int(two)


def test_statement_is_signed_by_keyboard_with_a_key_that_stays_on_the_device(
    statement: tuple[Instance, str], profile: Callable[..., Page]
) -> None:
    demo, _path = statement
    page = come_in(profile("en-CA"), statement)
    page.locator("[data-says=agreed]").focus()

    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("[data-signer]")).to_have_text("By the key of this device.")
    expect(page.locator("main")).to_contain_text("did:key:z6Mk")
    assert page.locator("[data-says]").count() == 0
    assert signed(demo) == (1, 1)
    assert demo.rows("SELECT count(*) FROM store_entrypending WHERE type = 'countersign'") == [(1,)]

    other = come_in(profile("en-CA"), statement)
    expect(other.locator("[data-signer]")).to_contain_text("a key of another device, or one this")


def test_contested_statement_confirms_nothing(
    statement: tuple[Instance, str], profile: Callable[..., Page]
) -> None:
    page = come_in(profile("fr-CA"), statement)

    with page.expect_navigation():
        page.locator("[data-says=contested]").click()

    expect(page.locator("[data-signer]")).to_have_text("Par la clé de cet appareil.")
    assert signed(statement[0]) == (1, 0)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (NO_CRYPTO, "This browser cannot sign here"),
        (NO_ED25519, "This browser cannot sign here"),
        (NO_STORE, "This browser keeps no key"),
    ],
    ids=["no-webcrypto", "no-ed25519", "no-store"],
)
def test_browser_that_cannot_sign_says_why_and_nothing_is_signed(
    script: str, told: str, statement: tuple[Instance, str], profile: Callable[..., Page]
) -> None:
    page = profile("en-CA")
    page.add_init_script(script)
    come_in(page, statement)

    agree = page.locator("[data-says=agreed]")
    if agree.is_enabled():
        agree.click()

    expect(page.locator("[data-status]")).to_contain_text(told)
    assert signed(statement[0]) == (0, 0)


def test_statement_signed_on_another_device_meanwhile_is_said(
    statement: tuple[Instance, str], profile: Callable[..., Page]
) -> None:
    late = come_in(profile("en-CA", noisy=True), statement)  # the browser notes the 409
    first = come_in(profile("en-CA"), statement)
    with first.expect_navigation():
        first.locator("[data-says=agreed]").click()

    late.locator("[data-says=agreed]").click()

    expect(late.locator("[data-status]")).to_contain_text("already signed, perhaps on another")
    assert late.locator("[data-says=agreed]").is_disabled()
    assert signed(statement[0])[0] == 1


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("fr-CA", 390, "dark"), ("en-CA", 1280, "light")]
)
def test_signing_is_for_any_reader_and_fits_a_phone(
    language: str,
    width: int,
    theme: str,
    statement: tuple[Instance, str],
    profile: Callable[..., Page],
) -> None:
    page = come_in(profile(language, width, theme), statement)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
