from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.core.places.reader import SHIPPED
from canut.store.pay.places import ending_soon, places
from canut.web.pay.source_titles import SOURCE_TITLES
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}


@pytest.fixture(autouse=True)
def today(stop_clock: Callable[[datetime], None]) -> None:
    stop_clock(datetime(2026, 11, 25, 15, tzinfo=UTC))


def test_value_is_shown_with_its_source_and_its_day(house: House) -> None:
    page = house.client("worker").get("/places/CA-QC", headers=FR).content.decode()

    assert "16,60\u00a0$ l’heure" in page
    assert "1er mai 2026" in page
    assert "Le taux général du salaire minimum passera à 16,60" in page


def test_source_is_named_in_the_language_of_the_reader(house: House) -> None:
    worker = house.client("worker")
    french = worker.get("/places/CA-QC", headers=FR).content.decode()
    english = worker.get("/places/CA-QC", headers=EN).content.decode()

    assert "Déduit d’un paramètre voisin" in french
    assert "Inferred from a neighbouring parameter" not in french
    assert "Inferred from a neighbouring parameter" in english
    assert "The general minimum wage will rise to $16.60" in english


def test_every_source_of_a_shipped_place_has_a_title_in_each_language() -> None:
    titles = {
        source.title
        for place in places().by_code.values()
        for parameter in place.parameters.values()
        for entry in parameter.entries
        if (source := entry.source)
    }

    assert titles - SOURCE_TITLES.keys() == {"Wage Order NCR-26"}


def test_what_nobody_confirmed_is_marked(house: House) -> None:
    page = house.client("worker").get("/places/KE-30", headers=EN).content.decode()

    assert "to verify" in page


def test_operator_sees_what_ends_within_sixty_days(house: House) -> None:
    page = house.client("operator").get("/places/", headers=EN).content.decode()

    assert "To renew" in page
    assert "January 1, 2027" in page
    assert 'id="ending"' not in house.client("worker").get("/places/").content.decode()


def test_what_ends_first_comes_first() -> None:
    ends = [one.stops for one in ending_soon(date(2026, 11, 25))]

    assert ends
    assert ends == sorted(ends)
    assert max(ends) <= date(2027, 1, 24)


def test_place_nobody_knows_is_refused_in_words(house: House) -> None:
    assert house.client("worker").get("/places/XX").status_code == 404


def test_one_file_adds_a_place(house: House, settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "places").mkdir()
    assert "MG" in places().by_code
    text = (SHIPPED / "MG.yaml").read_text().replace("jurisdiction: MG", "jurisdiction: SN")

    (tmp_path / "places/SN.yaml").write_text(text)

    assert "SN" in places().by_code
    assert house.client("worker").get("/places/SN").status_code == 200
