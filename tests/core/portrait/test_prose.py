"""The chapter says nothing that is not an entry, in both languages; and it is what it was."""

import csv
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from canut.core.errors import Missing
from canut.core.portrait.entries import Entries, entries_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.occupations import REQUIRED
from canut.core.portrait.privacy import Release
from canut.core.portrait.prose import ProseWriter, chapter, readings
from tests.core.portrait.edition import REFERENCE, release

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("fr", "en")
SPACES = "\u202f\u00a0"
NUMBERS = {
    "fr": re.compile(r"\d{1,3}(?:\u202f\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
}
RELEASES = {
    "none": None,
    "real": release(),
    "few": release(12),
    "simulated": release(is_simulated=True),
}
by_release = pytest.mark.parametrize("made", RELEASES.values(), ids=RELEASES)
by_language = pytest.mark.parametrize("language", LANGUAGES)


def said(made: Release | None, language: str) -> str:
    voice, entries = PortraitLanguage(language), entries_of(made, REFERENCE)
    lines: list[str] = []
    for one in chapter(entries, REFERENCE, voice):
        lines += [f"# {one.heading}", *one.sentences, ""]
    return "\n".join(lines)


def numbers_in(text: str, language: str) -> list[Decimal]:
    found = NUMBERS[language].findall(text)
    if language == "fr":
        return [Decimal(one.replace("\u202f", "").replace(",", ".")) for one in found]
    return [Decimal(one.replace(",", "")) for one in found]


def numbers_of(entries: Entries) -> set[Decimal]:
    """List what stands in the table: values and ends, as they are, as percentages, in cents."""
    found: set[Decimal] = set()
    for row in csv.DictReader(StringIO(entries.csv())):
        for end in (row["value"], row["low"], row["high"]):
            if end:
                value = Decimal(end)
                found |= {value, round(value, 2), round(100 * value, 1)}
        found |= {Decimal(one) for one in re.findall(r"\d+", row["period"])}
    return found


@by_release
@by_language
def test_every_number_of_the_prose_is_a_cell_of_the_table(
    made: Release | None, language: str
) -> None:
    known = numbers_of(entries_of(made, REFERENCE))

    text = re.sub(r"QPP2|RRQ2|2ᵉ", "", said(made, language))
    assert [one for one in numbers_in(text, language) if one not in known] == []
    assert len(numbers_in(text, language)) > 10


@by_release
def test_both_languages_hold_the_same_numbers(made: Release | None) -> None:
    french, english = (
        sorted(numbers_in(re.sub(r"QPP2|RRQ2|2ᵉ", "", said(made, one)), one)) for one in LANGUAGES
    )

    assert french == english


@by_release
def test_table_is_the_same_in_both_languages_and_has_every_row(made: Release | None) -> None:
    text = entries_of(made, REFERENCE).csv()

    ids = [line.split(",")[0] for line in text.splitlines()]
    rows = dict.fromkeys(one.split(".")[0] for one in ids if one.endswith("people.reference"))
    assert set(rows) == set(REQUIRED)
    assert len(set(ids)) == len(ids)


@by_language
@pytest.mark.parametrize("name", RELEASES)
def test_chapter_is_what_it_was(name: str, language: str) -> None:
    kept = GOLDEN / f"chapter-{name}.{language}.txt"

    assert said(RELEASES[name], language) == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RELEASES)
def test_table_of_the_chapter_is_what_it_was(name: str) -> None:
    kept = GOLDEN / f"chapter-{name}.csv"

    assert entries_of(RELEASES[name], REFERENCE).csv() == kept.read_text(encoding="utf-8")


def test_sentence_that_names_no_entry_is_refused() -> None:
    with pytest.raises(Missing):
        ProseWriter(entries_of(None, REFERENCE), PortraitLanguage("en")).figure("jobs.saved")


@by_release
@by_language
def test_both_readings_stand_side_by_side_without_a_sum(
    made: Release | None, language: str
) -> None:
    entries = entries_of(made, REFERENCE)

    ending, plethora = readings(entries, PortraitLanguage(language))

    assert ending.sentences
    assert plethora.sentences
    net = ("net", "solde", "score", "balance")
    text = " ".join((*ending.sentences, *plethora.sentences)).lower()
    assert not [word for word in net if re.search(rf"\b{word}\b", text)]


def test_simulated_figures_say_so_in_every_sentence_that_tells_one() -> None:
    text = said(RELEASES["simulated"], "fr")

    for line in text.splitlines():
        if "l’heure de tout le temps" in line:
            assert "simulé" in line
