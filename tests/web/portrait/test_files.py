"""Permanent addresses of charts: pictures, data, citations, frames; the same bytes for ever."""

import csv
import io
import json
import re
import struct
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
import yaml
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.portrait.drawings import drawing_of, publish_quarter, store_drawings
from canut.actions.portrait.releases import release_quarter
from canut.core.clock import to_ms
from canut.core.portrait.chart_set import KEYS
from canut.core.portrait.charts import rings, three_bars
from canut.store.tables.portrait import PortraitDrawing, PortraitRelease
from tests.actions.portrait.test_releases import OVER, QUARTER, paid

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EDITION = "/portrait/2026-Q2/e1/"
CHARTS = ("C0", *KEYS)
LANGUAGES = ("fr", "en")


@pytest.fixture(autouse=True)
def key_folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


@pytest.fixture
def release() -> PortraitRelease:
    """Release a quarter of 22 people, with its drawings."""
    paid(22)
    return publish_quarter(QUARTER, to_ms(OVER))


def read(client: Client, name: str) -> bytes:
    answer = client.get(f"{EDITION}{name}")
    assert answer.status_code == 200, answer.content[:300]
    return answer.content


def test_permanent_addresses_serve_the_same_bytes_after_an_upgrade(
    client: Client, release: PortraitRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{k.lower()}.{lang}.{form}" for k in CHARTS for lang in LANGUAGES
             for form in ("svg", "csv", "json")]  # fmt: skip
    before = {name: read(client, name) for name in names}

    # The next version draws and rounds differently, and has another number for the study.
    monkeypatch.setattr(three_bars, "BAR", 12.0)
    monkeypatch.setattr(rings, "OUTER", 120.0)
    monkeypatch.setattr(three_bars, "about_hundreds", lambda _count: 1)
    store_drawings()

    assert {name: read(client, name) for name in names} == before
    assert PortraitDrawing.objects.filter(release=release).count() == len(LANGUAGES)
    assert "immutable" in client.get(f"{EDITION}c4.fr.svg")["Cache-Control"]


def test_an_edition_from_before_drawings_is_drawn_and_then_kept(client: Client) -> None:
    paid(22)
    old = release_quarter(QUARTER, to_ms(OVER))

    drawn_today = read(client, "c4.fr.svg")
    assert "immutable" not in client.get(f"{EDITION}c4.fr.svg").headers.get("Cache-Control", "")
    assert store_drawings() == len(LANGUAGES)

    assert read(client, "c4.fr.svg") == drawn_today
    assert "immutable" in client.get(f"{EDITION}c4.fr.svg")["Cache-Control"]
    assert drawing_of(old, "fr").charts["C4"].picture.encode() == drawn_today


def test_picture_has_title_description_source_licence_and_hash_inside(
    client: Client, release: PortraitRelease
) -> None:
    for key in CHARTS:
        for language in LANGUAGES:
            svg = read(client, f"{key.lower()}.{language}.svg").decode()
            words = unescape(re.sub(r"<[^>]+>", " ", svg))
            assert re.search(r"role=\"img\"[^>]*><title>[^<]+</title><desc>[^<]+</desc>", svg)
            assert release.sha256 in svg[svg.index("<desc>") : svg.index("</desc>")]
            shown = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
            assert any(release.sha256[:16] in text for text in shown)
            assert any(f"{EDITION}{key.lower()}/" in text for text in shown)
            assert "CC BY 4.0" in words
            assert "Source" in words or key == "C2"
            assert "<script" not in svg


@pytest.mark.usefixtures("release")
def test_png_is_wide_enough_to_print(client: Client) -> None:
    picture = read(client, "c0.fr.png")

    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width >= 1200
    assert height > 400


@pytest.mark.usefixtures("release")
def test_csv_of_a_chart_is_its_drawn_numbers(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(read(client, "c0.en.csv").decode())))
    svg = read(client, "c0.en.svg").decode()

    people = {row["group"]: row["people"] for row in rows}
    for name in ("The rest of the 45,000", "Five of the seven named"):
        assert f"{Decimal(people[name]):,}" in svg
    assert people["Click work"] == ""
    assert "unknown" in svg
    for key in CHARTS:
        data = json.loads(read(client, f"{key.lower()}.en.json"))
        lines = list(csv.reader(io.StringIO(read(client, f"{key.lower()}.en.csv").decode())))
        assert len(lines) == len(data["rows"]) + 1
        assert len(lines[0]) == len(data["columns"])


@pytest.mark.usefixtures("release")
def test_embedded_chart_has_no_script_and_is_the_only_page_that_may_be_framed(
    client: Client,
) -> None:
    answer = client.get(f"{EDITION}c4/embed/fr/")
    page = answer.content.decode()

    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert not re.search(r"<script|<style|style=|https?://", page)
    assert f'src="{EDITION}c4.fr.svg"' in page
    for address in ("/portrait/", EDITION, f"{EDITION}c4/", f"{EDITION}c4.fr.svg"):
        other = client.get(address)
        assert "frame-ancestors *" not in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("key", ["edition", "c4"])
def test_each_chart_and_edition_says_how_to_cite_it(
    client: Client, release: PortraitRelease, key: str
) -> None:
    address = EDITION if key == "edition" else f"{EDITION}{key}/"
    bibtex = read(client, f"{key}.en.bib").decode()
    (item,) = json.loads(read(client, f"{key}.en.csl"))
    cff = yaml.safe_load(read(client, f"{key}.en.cff"))

    assert bibtex.startswith("@misc{canut-portrait-")
    assert bibtex.count("{") == bibtex.count("}")
    assert re.sub(r"\\(.)", r"\1", bibtex).count(release.sha256) == 1
    assert item["URL"].endswith(address)
    assert item["type"] == ("dataset" if key == "edition" else "figure")
    assert cff["cff-version"] == "1.2.0"
    assert cff["license"] == "CC-BY-4.0"
    assert cff["version"] == "1.0.0"
    assert cff["authors"]
    page = unescape(
        client.get("/portrait/releases/" if key == "edition" else address).content.decode()
    )
    assert "How to cite" in page or "Comment citer" in page
    assert release.sha256[:16] in page


@pytest.mark.usefixtures("release")
def test_latest_leads_to_the_newest_file(client: Client) -> None:
    moved = client.get("/portrait/latest/c4.fr.svg")

    assert (moved.status_code, moved["Location"]) == (302, f"{EDITION}c4.fr.svg")


@pytest.mark.usefixtures("release")
def test_forms_that_do_not_exist_are_missing(client: Client) -> None:
    for name in ("c4.svg", "c4.de.svg", "c4.fr.exe", "c7.fr.svg", "edition.fr.svg", "table.fr.csv"):
        assert client.get(f"{EDITION}{name}").status_code == 404, name
    assert client.get(f"{EDITION}c4/embed/de/").status_code == 404


def test_release_and_package_have_permanent_addresses(
    client: Client, release: PortraitRelease
) -> None:
    old = f"/portrait/releases/{release.name}/"

    assert read(client, "release.json") == release.content.encode()
    assert read(client, "package.zip") == client.get(f"{old}package.zip").content
