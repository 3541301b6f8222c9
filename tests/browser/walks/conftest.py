"""A server for the walks, whose organisation said its country through the pages."""

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.instance import free_port
from tests.browser.walks import requester
from tests.browser.walks.served import ClockedInstance
from tests.browser.walks.walk import Walk

PASSWORD = "metier-jacquard-1801"


@dataclass(frozen=True)
class Lab:
    """A served instance, who is signed in there as its operator, and the link of a pilot."""

    instance: ClockedInstance
    state: StorageState
    link: str


def add_operator(instance: ClockedInstance) -> str:
    """Add an operator; returns the address at which they enter once."""
    printed = instance.canut("operator", "add", "ines", "--organisation", "Laboratoire", "--link")
    match = re.search(r"/enter/\S+", printed)
    assert match
    return instance.url + match.group(0)


def sign_in(lab: Lab, page: Page) -> None:
    """Let a page be the operator of the lab, who may start projects."""
    page.context.add_cookies(cast("Any", lab.state["cookies"]))


def prepare_review(lab: Lab) -> str:
    """Have two people differ; return where their reviewer enters."""
    return lab.instance.told(
        sys.executable, "-m", "tests.browser.walks.prepared", str(lab.instance.data), "ines"
    )


def say_country(walk: Walk) -> None:
    """Say in which country the organisation is, which the first price of an instance needs."""
    walk.choose("[name=chain-country]", "FR", "say the country")
    walk.click("#price button[value='step:price']:visible", "see the prices there", leaves=True)


@pytest.fixture(scope="session")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[Lab]:
    """Serve an instance whose organisation has said its country; and who is signed in there."""
    folder = tmp_path_factory.mktemp("lab")
    instance = ClockedInstance(
        shutil.copytree(empty, folder / "data"), free_port(), ["serve", "--with-jobs"]
    )
    instance.start()
    page = chromium.new_page(locale="en-CA")
    walk = Walk(page)
    walk.open(add_operator(instance))
    page.goto(f"{instance.url}/projects/")
    requester.start_project(walk, requester.write_texts(folder, "essai", requester.REVIEWS))
    requester.ask_for_tone(walk)
    requester.tell_people(walk)
    say_country(walk)
    link = requester.open_pilot(walk)
    state = page.context.storage_state()
    page.close()
    yield Lab(instance, state, link)
    instance.stop()
