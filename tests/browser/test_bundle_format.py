"""``verify.html`` says of every test bundle what the other readers say, exit code included."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.test_verify_page import HERE, judged
from tests.support.format_bundles import CASES, bundle_of, policy_of


def test_page_agrees_on_every_test_bundle(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(HERE.as_uri())
    shown: dict[str, int] = {}
    for name in CASES:
        page.reload()
        shown[name] = judged(page, bundle_of(name), tmp_path / name, policy_of())
    context.close()

    assert shown == {name: code for name, (code, _why, _change) in CASES.items()}
