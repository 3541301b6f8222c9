import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml
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
from canut.web.portrait.releases import coming_quarters
from tests.actions.portrait.test_releases import OVER, QUARTER, paid
from tests.core.portrait.test_package import faults
from tests.support.citation_format import citation_faults

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


def latest(key: str) -> str:
    return f"/portrait/latest/{key.lower()}/"


def released(count: int = 22, *, simulated: bool = False) -> PortraitRelease:
    paid(count, simulated=simulated)
    return release_quarter(QUARTER, to_ms(OVER))


EDITION = "/portrait/2026-Q2/e1/"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_instance_shows_every_row_and_says_unknown(client: Client, language: str) -> None:
    table = page(client, language, "/portrait/latest/table/")

    assert [key for key in REQUIRED if f'<tr id="{key}"' not in table] == []
    trade = "Le travail du clic" if language == "fr" else "Click work"
    assert f'scope="rowgroup">{trade}</th>' in table
    assert table.count("inconnu" if language == "fr" else "unknown") > 100
    facts, visible = (
        unescape(page(client, language, f"/portrait/{name}/")) for name in ("facts", "latest/c2")
    )
    for notice in reference().terms.notices():
        assert notice in facts
    assert ("non vérifié" if language == "fr" else "not checked") in visible
    assert ("titres seulement" if language == "fr" else "titles only") in visible


def test_every_chart_has_a_page_before_and_after_the_first_release(client: Client) -> None:
    keys = ("C0", *KEYS)
    assert [k for k in keys if f'id="{k.lower()}"' not in page(client, "en", latest(k))] == []

    made = released()

    for key in keys:
        moved = client.get(latest(key))
        assert moved.status_code == 302
        assert moved["Location"] == f"/portrait/{made.period}/e1/{key.lower()}/"
        assert f'id="{key.lower()}"' in page(client, "en", moved["Location"])
    assert client.get("/portrait/latest/")["Location"] == EDITION


def test_page_shows_both_readings_and_no_net_figure(client: Client) -> None:
    shown = page(client, "en", "/portrait/latest/jobs/")

    assert "The end of jobs" in shown
    assert "A plethora of jobs" in shown
    assert "no net figure and no score" in shown


def test_every_measured_figure_of_the_page_is_a_band_an_interval_or_exact(client: Client) -> None:
    released()
    shown = page(client, "en", f"{EDITION}table/")

    row = shown[shown.index('<tr id="CAN-ANNOT"') :]
    row = row[: row.index("</tr>")]
    assert "at least 20" in row
    assert "44" in row
    assert re.search(r"\$\d+\.\d\d \[\$\d+\.\d\d", re.sub(r"<[^>]+>", "", row))
    assert "simulated" not in shown.lower().replace("simulated hands are never", "")


def test_page_of_a_simulated_crowd_says_so_and_counts_nobody(client: Client) -> None:
    made = released(simulated=True)
    shown = page(client, "en", f"{EDITION}table/")

    assert made.is_simulated
    assert '<span class="tag">simulated</span>' in page(client)
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

    assert len(asked) <= 6, [one["sql"] for one in asked]


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
        "CITATION.cff", "statements.txt", "statements.json",
    }  # fmt: skip
    cited = yaml.safe_load(files["CITATION.cff"])
    assert citation_faults(cited) == []
    assert (cited["type"], cited["license"]) == ("dataset", "CC-BY-4.0")
    assert any(made.sha256 in item["value"] for item in cited["identifiers"])


def test_past_editions_stay_and_are_listed_with_what_changed(client: Client) -> None:
    first = released()
    second = release_quarter(QUARTER, to_ms(OVER), is_correction=True)
    listed = page(client, "en", "/portrait/releases/")

    for edition in (first, second):
        address = f"/portrait/{edition.period}/e{edition.edition}/"
        assert f'href="{address}"' in listed
        moved = client.get(f"/portrait/releases/{edition.name}/")
        assert (moved.status_code, moved["Location"]) == (301, address)
    assert "edition 2 replaces edition 1" in listed
    assert "newer edition" in page(client, address=EDITION)
    assert "newer edition" not in page(client, address="/portrait/2026-Q2/e2/")


def test_calendar_tells_a_year_ahead_from_when_each_quarter_is_released(client: Client) -> None:
    quarters = coming_quarters(date(2026, 11, 29))

    assert quarters[0] == ("2026-Q4", date(2027, 1, 1))
    assert quarters[-1] == ("2027-Q4", date(2028, 1, 1))
    assert "Calendar" in page(client, "en", "/portrait/releases/")


def test_portrait_says_what_the_cards_say_about_privacy(client: Client) -> None:
    shown = page(client, "en", "/portrait/releases/")

    assert "This is not differential privacy." in shown
    assert "Labour cards are exact. A card is not public" in shown


def test_default_place_of_every_figure_is_quebec(client: Client) -> None:
    made = released()
    packed = zipfile.ZipFile(
        io.BytesIO(client.get(f"/portrait/releases/{made.name}/package.zip").content)
    )

    lines = packed.read("cells.csv").decode().splitlines()
    at = lines[0].split(",").index("ref_area")
    assert PLACE == "CA-QC"
    assert {line.split(",")[at] for line in lines[1:]} == {"CA-QC"}


def test_click_work_has_its_share_of_the_table(client: Client) -> None:
    rows = re.findall(r'<tr id="([A-Z-]+)"', page(client, "en", "/portrait/latest/table/"))

    click = [key for key in rows if key.startswith("CAN-")]
    assert len(click) / len(rows) == 0.5


def test_page_lists_four_indicators_of_risk_or_says_unknown(client: Client) -> None:
    shown = page(client, "en", latest("C13"))

    for name in ("hard material", "paid breaks", "Breaks refused", "Appeals made", "Incidents"):
        assert name in shown


def test_the_first_screen_is_one_finding_one_chart_and_the_rows_with_numbers(
    client: Client,
) -> None:
    shown = page(client)

    assert shown.count("<h1") == 1
    assert shown.count("<figure") == 1
    assert shown.index('id="c0"') < shown.index("Every occupation that has a number")
    assert shown.count('class="unk"') <= 3, "what is unknown stands once, with its reason"
    for figure in ("≈ 42,800", "2,155", "4.8% of the 45,000"):
        assert figure in shown
    for key in ("c1", "c4", "c10", "c12", "c13", "table", "jobs", "people"):
        assert latest(key) in shown, "every other figure has a page of its own"


def test_occupations_without_any_figure_are_one_fold_grouped_by_why(client: Client) -> None:
    shown = page(client)
    fold = shown[shown.index('id="without"') : shown.index('id="figures"')]

    assert fold.count("<details") == 1
    assert "occupations without any figure" in fold
    assert "4 kinds of click work without any code" not in fold
    assert "without any code" in fold
    assert "counted under another name" in fold
    names = re.findall(r"/portrait/trades/([A-Z-]+)/", fold)
    assert len(names) == len(set(names)) == 16


def test_the_four_readers_find_pages_that_exist(client: Client) -> None:
    shown = page(client, "en", "/portrait/for/")

    for key in ("worker", "journalist", "ministry", "union"):
        assert f'id="{key}"' in shown
    matter = shown[shown.index('id="worker"') : shown.index("<footer")]
    for address in set(re.findall(r'href="(/portrait/[^"#]*)', matter)):
        assert client.get(address).status_code == 200, address


def test_contesting_a_figure_leads_to_a_page_that_says_how(client: Client) -> None:
    assert 'href="/portrait/facts/#contest"' in page(client)

    shown = page(client, "en", "/portrait/facts/")
    assert 'id="contest"' in shown
    assert 'href="/messages/"' in shown


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_of_facts_names_the_study_the_article_and_whether_they_were_read(
    client: Client, language: str
) -> None:
    shown = unescape(page(client, language, "/portrait/facts/"))

    works = shown[shown.index('id="works"') :]
    for name in ("TECHNOCompétences", "Bouquin", "Casilli", "Dufresne", "Savoldelli"):
        assert name in works
    assert {"fr": "(non lu)", "en": "(not read)"}[language] in works
    assert 'href="https://hal.archives-ouvertes.fr/hal-03001265"' in works
    fact = shown[shown.index('id="F1"') : shown.index('id="F2"')]
    assert "≈ 45" in fact
    assert "Forum IA Québec" in fact
    assert 'href="https://vitrine.ia.quebec/le-quebec-possede-' in fact
    assert {"fr": "copie conservée", "en": "stored copy"}[language] in fact
    assert "page non retrouvée" in shown if language == "fr" else "page not found again" in shown


def test_page_of_jobs_draws_each_duality_and_says_it_in_words(client: Client) -> None:
    shown = page(client, "en", "/portrait/latest/jobs/")

    part = shown[shown.index('id="dualities"') :]
    assert part.count("<svg ") >= 2
    assert "6 / 7" in part
    assert "0 / 11" in part
    assert "none of the 11 kinds of click work has one" in unescape(part)
