"""The models of legal texts say what the software does, and that a lawyer must read them."""

import json
import re
from pathlib import Path

import pytest

from canut.core.decisions.deadlines import REJECTION_DAYS
from canut.options import SETTINGS
from canut.store.media.signed_urls import SECONDS
from canut.store.people.retention_register import RETENTION
from canut.web.urls import PAGES
from tests.house.tree import ROOT
from tools import tables

NAMES = ("privacy", "processing", "ethics")
MARKS = {"en": ("For your lawyer", "to verify"), "fr": ("Pour votre juriste", "à vérifier")}
PAGES_OF = [(language, name) for language in MARKS for name in NAMES]


def text(language: str, name: str) -> str:
    return (ROOT / f"docs/{language}/legal/{name}.md").read_text()


def shown(language: str) -> set[str]:
    """Return every text the pages can show in a language, spaces made plain."""
    folder: Path = ROOT / "src/canut/locale" / language
    return {
        plain(words)
        for path in folder.glob("*.json")
        for words in json.loads(path.read_text()).values()
        if isinstance(words, str)
    }


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words)


@pytest.mark.parametrize(("language", "name"), PAGES_OF)
def test_each_model_is_marked_for_a_lawyer(language: str, name: str) -> None:
    for mark in MARKS[language]:
        assert mark in text(language, name)


@pytest.mark.parametrize(("language", "name"), PAGES_OF)
def test_every_reference_to_a_law_is_marked_to_verify(language: str, name: str) -> None:
    references = re.findall(r"\((?:GDPR|RGPD|P-39\.1),[^)]*\)", text(language, name))

    unmarked = [one for one in references if MARKS[language][1] not in plain(one)]

    assert not unmarked
    assert references or name == "ethics"


@pytest.mark.parametrize(("language", "name"), PAGES_OF)
def test_every_setting_address_and_page_it_names_exists(language: str, name: str) -> None:
    words = text(language, name)
    settings = set(re.findall(r"`((?:CANUT|EMAIL|DATABASE)_[A-Z_]+)`", words))
    addresses = set(re.findall(r"`/([a-z/]+)`", words))
    titles = {plain(one) for one in re.findall(r"(?<![*\w])\*([A-ZÀ-Ü][^*]+)\*(?!\*)", words)}

    assert settings <= {one.name for one in SETTINGS}
    assert addresses <= {page.address for page in PAGES}
    assert titles - {"To settle", "À décider"} <= shown(language)


@pytest.mark.parametrize("language", MARKS)
def test_notice_lists_every_kind_of_record_that_is_kept(language: str) -> None:
    rows = tables.personal(language)

    assert rows.strip() in text(language, "privacy")
    assert len(rows.strip().splitlines()) == len(RETENTION) + 2


def test_models_say_the_figures_the_code_holds() -> None:
    assert REJECTION_DAYS == 7
    assert "within seven days" in plain(text("en", "ethics"))
    assert "sept jours" in plain(text("fr", "ethics"))
    assert SECONDS == 5 * 60
    assert "end after five minutes" in plain(text("en", "processing"))
    assert "finissent après cinq minutes" in plain(text("fr", "processing"))
