import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from canut_verify import phrases as their_phrases
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from canut.actions.datasets.bundles import write_bundle
from canut.actions.ledger import log_keys
from canut.core.datasets.card import FIELDS
from canut.core.messages import ids_by_text, message
from canut.store.models import Project
from canut.web.datasets.card_wording import PARTS
from tests.actions.datasets.test_bundles import paid
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def carded(folder: Path, *, is_public: bool = True) -> Project:
    project = paid(22).project
    write_bundle(project, folder / "bundle", NOW_MS, is_public=is_public)
    return project


def page(client: Client, address: str, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_anyone_finds_a_public_card_and_reads_who_and_how_much_before_its_limits(
    client: Client, kept: Path
) -> None:
    project = carded(kept)

    listed, shown = page(client, "/cards/"), page(client, f"/cards/{project.slug}/")

    assert f'href="/cards/{project.slug}/"' in listed
    assert "22" in listed
    never = shown.index("that one key is one person")
    assert (
        shown.index("Pay an hour, median of people") < never < shown.index("Social contributions")
    )
    for said in ("recomputed", "asserted", "too few people countersigned", "Quebec pension"):
        assert said in shown


def test_pay_is_drawn_in_the_list_and_on_the_card_with_its_figures_as_words(
    client: Client, kept: Path
) -> None:
    project = carded(kept)

    for shown in (page(client, "/cards/"), page(client, f"/cards/{project.slug}/")):
        drawn = re.search(r'<svg class="ch paym".*?</svg>', shown)
        assert drawn is not None
        assert 'role="img" aria-label="Pay an hour, lowest tenth of people: ' in drawn[0]
        assert "Floor an hour: " in drawn[0]
        assert 'class="pay-f"' in drawn[0]


def test_whatever_a_card_says_of_itself_the_verifiers_say_in_french() -> None:
    phrases = {text: message("fr", key) for text, key in ids_by_text("card_phrase").items()}

    assert phrases == their_phrases.PHRASES


def test_card_answers_the_index_word_for_word(client: Client, kept: Path) -> None:
    shown = page(client, f"/cards/{carded(kept).slug}/")

    assert "Data laborer practices" in shown
    assert "How are laborers compensated?" in shown
    assert "Floor respected: yes" in shown
    assert "<td>CA</td>" in shown
    assert "pay never below the floor" in shown


def test_card_names_its_currency_and_writes_apostrophes_as_print_does(
    client: Client, kept: Path
) -> None:
    shown = page(client, f"/cards/{carded(kept).slug}/")

    words = re.sub(r"<[^>]*>", " ", shown.partition("<main")[2])
    assert re.search(r"Currency\s+CAD", words)
    assert "law, or higher by the operator’s choice" in words or "law" in words
    assert re.findall(r"\w(?:&#x27;|')\w", words) == []


def test_card_is_french_for_who_reads_french(client: Client, kept: Path) -> None:
    shown = page(client, f"/cards/{carded(kept).slug}/", "fr")

    assert "Ce qu’elle ne peut pas prouver" in shown
    assert "recalculé" in shown
    assert "not asked" not in shown


def test_simulated_card_says_so_on_every_figure(client: Client, kept: Path) -> None:
    make_person(is_simulated=True)
    project = carded(kept)

    shown = page(client, f"/cards/{project.slug}/", "fr")

    rows = [row for row in shown.split("<tr>") if "recalculé" in row or "affirmé" in row]
    assert len(rows) > 15
    assert all("simulé" in row for row in rows)
    assert "simulé" in page(client, "/cards/", "fr")


def test_private_card_and_no_card_look_the_same(client: Client, kept: Path) -> None:
    project = carded(kept, is_public=False)

    for address in (f"/cards/{project.slug}/", f"/cards/{project.slug}.json", "/cards/nothing/"):
        assert client.get(address).status_code == 404
    assert project.slug not in page(client, "/cards/")


def test_card_is_sent_as_it_was_signed_and_on_one_sheet(client: Client, kept: Path) -> None:
    project = carded(kept)

    signed = client.get(f"/cards/{project.slug}.json")
    sheet = client.get(f"/cards/{project.slug}.pdf", headers={"accept-language": "fr"})

    assert signed.content == (kept / "bundle/labour-card.json").read_bytes()
    assert sheet.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet.content)) == 1
    assert client.get(f"/cards/{project.slug}.docx").status_code == 404
    assert client.post(f"/cards/{project.slug}/").status_code == 405


def test_address_without_its_last_stroke_still_leads_to_the_card(
    client: Client, kept: Path
) -> None:
    address = f"/cards/{carded(kept).slug}"

    answer = client.get(address)

    assert (answer.status_code, answer["Location"]) == (301, f"{address}/")


def test_checker_is_sent_to_be_kept_and_asks_no_network(client: Client) -> None:
    answer = client.get("/cards/verify.html")

    assert answer["Content-Disposition"] == 'attachment; filename="verify.html"'
    assert b"default-src 'none'" in answer.content


def test_every_figure_of_a_card_has_its_words() -> None:
    said = [name for part in PARTS.values() for name in part]

    assert sorted(said) == sorted(FIELDS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_have_the_names_that_every_reader_says(
    client: Client, kept: Path, language: str
) -> None:
    project = carded(kept)
    address = f"/cards/{project.slug}/"

    shown = client.get(address, headers={"accept-language": language}).content.decode()

    for name in FIELDS:
        assert escape(message(language, f"card.{name}")) in shown, name
