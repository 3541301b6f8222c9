"""The demo as a visitor meets it: served, entered with one click, stopped with Ctrl-C."""

import os
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from canut.web.platform.server import STOP_SECONDS
from tests.browser.instance import Instance, free_port


def test_first_page_names_canut_without_an_account(demo: Instance) -> None:
    with urllib.request.urlopen(f"{demo.url}/") as answer:
        page = answer.read().decode()

    assert answer.status == 200
    assert "Canut" in page


@pytest.mark.parametrize("role", ["worker", "requester", "reviewer", "operator"])
def test_one_click_enters_the_demo_as_any_role(
    demo: Instance, profile: Callable[..., Page], role: str
) -> None:
    page = profile()
    page.goto(demo.url)

    with page.expect_navigation():
        page.locator(f"form[action='/demo/enter/{role}'] button").click()

    assert page.url != f"{demo.url}/"
    assert "simul" in page.content().lower()


def test_ctrl_c_ends_within_ten_seconds_and_the_second_start_goes_on(
    tmp_path: Path, prepared: Path
) -> None:
    data = shutil.copytree(prepared, tmp_path / "data")
    made = Instance(data, free_port(), ["demo", "--no-browser"])
    made.start()
    answers = made.rows("SELECT count(*) FROM store_answer")[0][0]

    seconds = made.stop()
    made.start()
    again = made.rows("SELECT count(*) FROM store_answer")[0][0]
    made.stop()

    assert seconds < STOP_SECONDS  # a child that does not end by itself is killed then
    assert answers == again > 4000


def test_server_told_many_times_to_stop_ends_like_one_told_once(
    tmp_path: Path, empty: Path
) -> None:
    made = Instance(shutil.copytree(empty, tmp_path / "data"), free_port(), ["serve"])
    made.start()
    assert made.process

    for sent in [signal.SIGTERM, signal.SIGINT] * 50:
        os.killpg(made.process.pid, sent)
        time.sleep(0.001)

    assert made.stop() < STOP_SECONDS


def test_child_ends_when_its_parent_is_killed(tmp_path: Path, empty: Path) -> None:
    made = Instance(shutil.copytree(empty, tmp_path / "data"), free_port(), ["serve"])
    made.start()
    assert made.process
    assert made.process.stdout

    made.process.kill()
    made.process.wait()
    made.process.stdout.close()

    for _ in range(50):
        try:
            urllib.request.urlopen(f"{made.url}/healthz", timeout=1).close()
        except (urllib.error.URLError, OSError):
            return
        time.sleep(0.1)
    raise AssertionError("the child still serves five seconds after its parent was killed")
