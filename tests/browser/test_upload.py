"""A large file from a page whose connection breaks: what arrived is not sent again."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Request, Route

from tests.browser.instance import Instance
from tests.browser.steps import drop_files, sign_in_operator

PART = 4 * 1024 * 1024
ROWS = 10


def test_a_broken_connection_costs_one_part(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("avis\n" + "\n".join(f"{n} " + "un avis " * 115_000 for n in range(ROWS)))
    page = profile("fr-CA", 1280, "light", noisy=True)
    sign_in_operator(page, instance)
    offsets: list[str] = []
    breaks = [2, 3]

    def flaky(route: Route, request: Request) -> None:
        offset = request.headers.get("upload-offset")
        if offset is not None:
            offsets.append(offset)
            if len(offsets) in breaks:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route(re.compile("/uploads/"), flaky)

    drop_files(page, instance, "Grand", path)

    size = path.stat().st_size
    assert size > 2 * PART
    assert offsets == ["0", str(PART), str(PART), str(PART), str(2 * PART)]
    kept = instance.rows("SELECT bytes_total FROM store_import")
    assert kept == [(size,)]
    assert page.evaluate("localStorage.length") == 0
