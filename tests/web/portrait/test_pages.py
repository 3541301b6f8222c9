import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.portrait.releases import reference, release_quarter
from canut.core.clock import to_ms
from canut.core.portrait.chart_set import KEYS
from canut.core.portrait.occupations import PLACE, REQUIRED
from canut.core.portrait.released import open_release
from canut.store.tables.portrait import PortraitRelease
from tests.actions.portrait.test_releases import OVER, QUARTER, paid
from tests.core.portrait.test_package import faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def page(client: Client, language: str = "en", address: str = "/portrait/") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def released(count: int = 22, *, simulated: bool = False) -> PortraitRelease:
    paid(count, simulated=simulated)
    return release_quarter(QUARTER, to_ms(OVER))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_of_an_empty_instance_shows_every_row_and_says_unknown(
    client: Client, language: str
) -> None:
    shown = page(client, language)

    assert [key for key in REQUIRED if f'<tr id="{key}"' not in shown] == []
    assert [key for key in KEYS if f'id="{key.lower()}"' not in shown] == []
    trade = "Le travail du clic" if language == "fr" else "Click work"
    assert f'scope="rowgroup">{trade}</th>' in shown
    assert shown.count("inconnu" if language == "fr" else "unknown") > 100
    for notice in reference().terms.notices():
        assert notice in unescape(shown)
    assert ("non vérifié" if language == "fr" else "not checked") in shown
    assert ("titres seulement" if language == "fr" else "titles only") in shown


def test_page_shows_both_readings_and_no_net_figure(client: Client) -> None:
    shown = page(client)

    part = shown[shown.index('id="readings"') : shown.index('id="decided"')]
    assert "The end of jobs" in part
    assert "A plethora of jobs" in part
    assert "no net figure and no score" in part


def test_every_measured_figure_of_the_page_is_a_band_an_interval_or_exact(client: Client) -> None:
    released()
    shown = page(client)

    row = shown[shown.index('<tr id="CAN-ANNOT"') :]
    row = row[: row.index("</tr>")]
    assert "at least 20" in row
    assert "44" in row
    assert re.search(r"\$\d+\.\d\d \[\$\d+\.\d\d", re.sub(r"<[^>]+>", "", row))
    assert "simulated" not in shown.lower().replace("simulated hands are never", "")


def test_page_of_a_simulated_crowd_says_so_and_counts_nobody(client: Client) -> None:
    made = released(simulated=True)
    shown = page(client)

    assert made.is_simulated
    assert "No simulated hand is counted as a person." in shown
    row = shown[shown.index('<tr id="CAN-ANNOT"') :]
    row = row[: row.index("</tr>")]
    assert "44" in row
    assert "simulated" in row
    assert "at least" not in row


def test_page_takes_few_statements(client: Client) -> None:
    released()
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client)

    assert len(asked) <= 4, [one["sql"] for one in asked]


def test_data_of_each_chart_leaves_as_csv_and_an_unknown_one_is_missing(client: Client) -> None:
    made = released()

    for key in KEYS:
        for stem in ("/portrait/", f"/portrait/releases/{made.name}/"):
            answer = client.get(f"{stem}{key.lower()}.csv")
            assert answer.status_code == 200
            assert answer["Content-Type"].startswith("text/csv")
    assert client.get("/portrait/c7.csv").status_code == 404


def test_release_is_served_to_the_byte_and_its_signature_stands(client: Client) -> None:
    made = released()

    answer = client.get(f"/portrait/releases/{made.name}/release.json")

    assert answer.content == made.content.encode()
    assert open_release(answer.content).release.sha256 == made.sha256
    assert "immutable" in answer["Cache-Control"]
    assert json.loads(answer.content)["ledger_root"]


def test_data_package_is_valid_and_the_same_each_time(client: Client) -> None:
    made = released()
    address = f"/portrait/releases/{made.name}/package.zip"

    first, again = client.get(address).content, client.get(address).content

    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert faults(files) == []
    assert set(files) == {
        "datapackage.json", "occupations.csv", "cells.csv", "figures.csv", "facts.csv", "terms.csv",
    }  # fmt: skip


def test_past_editions_stay_and_are_listed(client: Client) -> None:
    first = released()
    second = release_quarter(QUARTER, to_ms(OVER), is_correction=True)
    shown = page(client)

    for one in (first, second):
        assert f"/portrait/releases/{one.name}/" in shown
        assert client.get(f"/portrait/releases/{one.name}/").status_code == 200
    assert "newer edition" in page(client, address=f"/portrait/releases/{first.name}/")
    assert "newer edition" not in page(client, address=f"/portrait/releases/{second.name}/")


def test_portrait_says_what_the_cards_say_about_privacy(client: Client) -> None:
    shown = page(client)

    assert "This is not differential privacy." in shown
    assert "Labour cards are exact and public" in shown


def test_default_place_of_every_figure_is_quebec(client: Client) -> None:
    made = released()
    packed = zipfile.ZipFile(
        io.BytesIO(client.get(f"/portrait/releases/{made.name}/package.zip").content)
    )

    lines = packed.read("cells.csv").decode().splitlines()
    at = lines[0].split(",").index("ref_area")
    assert PLACE == "CA-QC"
    assert {line.split(",")[at] for line in lines[1:]} == {"CA-QC"}


def test_click_work_has_its_share_of_the_page(client: Client) -> None:
    shown = page(client)

    rows = re.findall(r'<tr id="([A-Z-]+)"', shown)
    click = [key for key in rows if key.startswith("CAN-")]
    assert len(click) / len(rows) == 0.5


def test_page_lists_four_indicators_of_risk_or_says_unknown(client: Client) -> None:
    shown = page(client)
    part = shown[shown.index('id="protection"') : shown.index('id="people"')]

    for name in ("hard material", "paid breaks", "Breaks refused", "Appeals made", "Incidents"):
        assert name in part


def test_the_first_screen_is_one_finding_one_chart_and_the_rows_with_numbers(
    client: Client,
) -> None:
    shown = page(client)
    first, _, others = shown.partition('id="figures"')

    assert first.count("<h1") == 1
    assert first.index('class="three-bars"') < first.index("Every occupation that has a number")
    assert first.count("unk") <= 3, "what is unknown stands once, with its reason"
    assert "occupations without any figure" in first
    assert "No classification has a name for them" in first
    assert "2,155" in first
    for section in ('id="rings"', 'id="table"', 'id="pay"', 'id="data"'):
        assert section in others
