"""A page per trade, and each figure by quarter."""

import csv
import io
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.portrait.releases import release_quarter
from canut.core.clock import to_ms
from canut.core.portrait.occupations import REQUIRED
from canut.core.portrait.reading import shipped_occupations
from tests.actions.portrait.test_releases import OVER, QUARTER, paid

pytestmark = pytest.mark.django_db
FIGURE = "CAN-ANNOT.pay_by_hour.here"


@pytest.fixture(autouse=True)
def key_folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def page(client: Client, address: str, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content[:300]
    return unescape(answer.content.decode())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_trade_has_a_page_with_its_codes_and_its_unknowns_with_why(
    client: Client, language: str
) -> None:
    listed = page(client, "/portrait/trades/", language)
    near = "un code voisin" if language == "fr" else "a near code"
    for occupation in shipped_occupations():
        assert f"/portrait/trades/{occupation.key}/" in listed
        shown = page(client, f"/portrait/trades/{occupation.key}/", language)
        for code in occupation.codes.values():
            assert code.code in shown
        assert (near in shown) == any(c.match.value == "close" for c in occupation.codes.values())
        unknown = shown[shown.index('id="unknown"') : shown.index('id="codes"')]
        assert unknown.count("<li>") >= 1
    assert len(REQUIRED) == len(shipped_occupations())


def test_a_trade_says_what_was_counted_where_and_what_was_measured(client: Client) -> None:
    paid(22)
    release_quarter(QUARTER, to_ms(OVER))

    counted, measured = (page(client, f"/portrait/trades/{key}/") for key in ("DS", "CAN-ANNOT"))

    assert "700" in counted
    assert 'href="/portrait/facts/#F2"' in counted
    assert "second hand" in counted
    assert f'href="/portrait/series/{FIGURE}/"' in measured
    assert "No count was found." in measured


def test_series_has_a_row_per_edition_with_place_state_and_breaks(client: Client) -> None:
    paid(22)
    release_quarter(QUARTER, to_ms(OVER))
    release_quarter(QUARTER, to_ms(OVER), is_correction=True)

    answer = client.get(f"/portrait/series/{FIGURE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))

    assert [(row["period"], row["edition"], row["current"]) for row in rows] == [
        ("2026-Q2", "1", "false"),
        ("2026-Q2", "2", "true"),
    ]
    assert {row["place"] for row in rows} == {"CA-QC"}
    assert {row["unit"] for row in rows} == {"CAD/hour"}
    assert all(row["state"] and row["sha256"] for row in rows)
    shown = page(client, f"/portrait/series/{FIGURE}/")
    assert shown.count('class="ch"') == 2
    assert f'href="/portrait/series/{FIGURE}.csv"' in shown
    assert f"/portrait/series/{FIGURE}/" in page(client, "/portrait/series/")
