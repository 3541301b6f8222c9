"""What is taken along is there without a network, also where pictures and sounds lie on S3."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server import werkzeug_app
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance, free_port
from tests.browser.steps import wait_told
from tests.support.s3 import s3_server

SHOWN = {
    "choice-single": ".wb-img img",
    "text-transcription": "audio.wb-sound",
}
"""Where each shows what is judged."""
IS_THERE = """([where, next]) => {
  const seen = document.querySelector(where);
  const name = seen && new URL(seen.src).pathname;
  return !!seen && name !== next && (seen.naturalWidth > 0 || seen.duration > 0) && name;
}"""
IS_KEPT = "async () => !!(await caches.match('/offline')) && !!navigator.serviceWorker.controller"


@pytest.fixture
def elsewhere(
    tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Instance, dict[str, Any]]]:
    """Serve two projects whose pictures and sounds lie in a bucket that no page may read."""
    monkeypatch.setattr(werkzeug_app, "DISABLE_GLOBAL_CORS", True)
    with s3_server() as address:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "canut")
        monkeypatch.setenv("CANUT_MEDIA", f"s3://canut/a?endpoint={address}&region=us-east-1")
        data = shutil.copytree(empty, tmp_path / "data")
        instance = Instance(data, free_port(), ["serve"])
        words = ("-m", "tests.browser.longer", str(data), "fr", "9", *SHOWN)
        made = json.loads(instance.told(sys.executable, *words))
        instance.start()
        yield instance, made
        instance.stop()


def test_pictures_and_sounds_of_a_pack_are_there_without_a_network(
    elsewhere: tuple[Instance, dict[str, Any]], profile: Callable[..., Page]
) -> None:
    instance, made = elsewhere
    page = profile(noisy=True, width=390)
    page.goto(instance.url + made["enter"])

    for name, where in SHOWN.items():
        address = f"{instance.url}/work/{made['projects'][name]}/"
        page.goto(address)
        page.locator(".wb-choices").first.wait_for()
        wait_told(page, IS_KEPT)
        page.locator(".wb-status:visible").click()
        page.locator("dialog [data-pack='10']").click()
        expect(page.locator("dialog .wb-packed")).to_contain_text("9 tâches emportées")
        page.context.set_offline(True)
        page.goto(address)

        seen = ""
        for number in range(5):  # more than are fetched ahead of any task
            seen = page.wait_for_function(IS_THERE, arg=[where, seen]).json_value()
            if name == "choice-single":
                page.locator(".wb-choices .choice").first.click()
            else:
                page.locator(".wb-choices textarea").fill(f"Un métier bat, {number}.")
                page.locator(".wb-check .btn.pri").click()
        page.context.set_offline(False)
