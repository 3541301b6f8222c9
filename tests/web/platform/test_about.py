"""Whoever looks finds what the scripts are made of, and nothing in them forbids our use."""

import json

import pytest
from django.test import Client

from canut.web.platform.about import notices
from tests.house.tree import ROOT

ALLOWED = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}


def test_every_bundled_package_has_a_licence_we_may_use_and_its_text() -> None:
    found = notices()
    assert {"idb", "lit"} <= {one.name for one in found}

    assert {one.name: one.licence for one in found if one.licence not in ALLOWED} == {}
    assert [one.name for one in found if "opyright" not in one.text] == []


def test_every_dependency_that_may_be_bundled_has_a_licence_we_may_use() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    direct = set(lock["packages"][""]["dependencies"]) - {"vite"}  # it builds, and is not carried

    odd = {
        name: lock["packages"][f"node_modules/{name}"].get("license")
        for name in direct
        if lock["packages"][f"node_modules/{name}"].get("license") not in ALLOWED
    }

    assert odd == {}


@pytest.mark.django_db
def test_page_shows_each_with_its_text_and_every_page_leads_to_it() -> None:
    page = Client().get("/about/licences").content.decode()

    assert all(one.name in page and one.text.splitlines()[0] in page for one in notices())
    assert 'href="/about/licences"' in Client().get("/").content.decode()
