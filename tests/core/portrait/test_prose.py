"""The chapter says nothing that is not an entry, in both languages; and it is what it was."""

import csv
import re
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from canut.core.errors import Missing
from canut.core.portrait.charts.dualities import (
    DualityFigure,
    draw_dualities,
    duality_measures,
)
from canut.core.portrait.entries import Entries, entries_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.machine_figures import machine_figures
from canut.core.portrait.measured import OTHER_PLACES
from canut.core.portrait.occupations import CLICK, REQUIRED
from canut.core.portrait.privacy import Release
from canut.core.portrait.prose import (
    ProsePassage,
    ProseWriter,
    chapter,
    dualities,
    readings,
    reasons,
)
from tests.core.portrait.edition import MACHINES, REFERENCE, release

GOLDEN = Path(__file__).parent / "golden"
LOCALE = Path(__file__).parents[3] / "src/canut/locale"
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


def passages(made: Release | None, language: str) -> tuple[ProsePassage, ...]:
    return chapter(entries_of(made, REFERENCE), REFERENCE, PortraitLanguage(language))


def said(made: Release | None, language: str, *, with_references: bool = False) -> str:
    lines: list[str] = []
    for one in passages(made, language):
        if with_references or not one.is_references:
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

    text = said(RELEASES[name], language, with_references=True)
    assert text == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RELEASES)
def test_table_of_the_chapter_is_what_it_was(name: str) -> None:
    kept = GOLDEN / f"chapter-{name}.csv"

    assert entries_of(RELEASES[name], REFERENCE).csv() == kept.read_text(encoding="utf-8")


def test_sentence_that_names_no_entry_is_refused() -> None:
    with pytest.raises(Missing):
        ProseWriter(entries_of(None, REFERENCE), PortraitLanguage("en"), []).figure("jobs.saved")


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


@by_language
def test_simulated_figures_are_marked_once_a_passage_and_not_after_each_number(
    language: str,
) -> None:
    word = "simulé" if language == "fr" else "simulated"
    found = passages(RELEASES["simulated"], language)

    marked = [one.heading for one in found if one.heading.endswith(f"({word})")]
    assert len(marked) >= 8
    assert not [one for one in found if any(f"({word})" in text for text in one.sentences)]
    for one in passages(RELEASES["real"], language):
        assert word not in one.heading


@by_language
def test_the_study_the_article_and_their_authors_are_named(language: str) -> None:
    text = said(None, language, with_references=True)

    for name in ("TECHNOCompétences", "Bouquin", "Casilli", "Dufresne", "Savoldelli", "La Presse"):
        assert name in text
    for claim in ("article", "Forum IA Québec"):
        assert claim in said(None, language)


@by_language
def test_claims_about_the_unread_study_say_so(language: str) -> None:
    text = said(None, language)

    assert {
        "en": "Nobody here has read the study itself",
        "fr": "Personne ici n’a lu l’étude elle-même",
    }[language] in text
    catalogue = PortraitLanguage(language)
    for claim in (
        "page.portrait.the_study_that_counts",
        "portrait.why_not_in_study",
        "portrait.why_to_come",
        "portrait.why_no_number",
    ):
        assert {"en": "ccording to the article", "fr": "’après l’article"}[language] in (
            catalogue.message(claim)
        )


@by_language
def test_what_is_left_is_called_the_rest_of_the_45_000(language: str) -> None:
    catalogue = (LOCALE / language / "portrait.json").read_text(encoding="utf-8")

    words = {"en": "The rest of the 45,000", "fr": "Le reste des 45\u202f000"}[language]
    assert PortraitLanguage(language).message("portrait.rest_of_the_total") == words
    assert not [bad for bad in ("rest of the study", "reste de l’étude", "rest of the industry",
                                "reste de l’industrie") if bad in catalogue]  # fmt: skip


@by_language
def test_the_senate_recommendation_leads_the_chapter_by_its_content(language: str) -> None:
    first = passages(None, language)[0]

    asks = {"en": "more studies and more data", "fr": "davantage d’études et de données"}[language]
    assert any("Savoldelli" in one and asks in one for one in first.sentences)


@by_language
@by_release
def test_five_reasons_why_nobody_sees_them_have_a_figure_each(
    made: Release | None, language: str
) -> None:
    entries, voice = entries_of(made, REFERENCE), PortraitLanguage(language)

    found = reasons(entries, REFERENCE, voice)

    assert len(found) == 5
    assert all(re.search(r"\d", one.evidence) for one in found)
    rows = [row for one in found for row in one.rows]
    assert len(rows) == len(set(rows)) == len(CLICK)


def test_reasons_are_computed_from_the_data_of_the_repository() -> None:
    found = {
        key: str(entry.value)
        for key, entry in entries_of(RELEASES["real"], REFERENCE).by_key.items()
        if key.startswith("why.")
    }

    assert found == {
        "why.no_code.exact": "0",
        "why.no_code.without": "4",
        "why.divided.rows": "7",
        "why.divided.codes": "5",
        "why.divided.shared": "0",
        "why.no_employer.self_employed": "0.716",
        "why.no_employer.main_job": "0.169",
        "why.not_disclosed.share": "0.297",
        "why.abroad.pay": "0.379",
    }


def test_pay_abroad_is_known_once_every_worker_has_a_place() -> None:
    made = RELEASES["real"]
    assert made is not None
    folded = [
        replace(one, name=f"workers.{OTHER_PLACES}") if one.name == "workers.KE-30" else one
        for one in made.figures
    ]

    entries = entries_of(replace(made, figures=tuple(folded)), REFERENCE)

    assert entries_of(made, REFERENCE).get("why.abroad.pay").value == Decimal("0.379")
    assert entries.get("why.abroad.pay").value is None, "other places may be at home"


@by_language
def test_dualities_are_pairs_of_measures_or_unknown(language: str) -> None:
    voice = PortraitLanguage(language)

    bare = list(dualities(entries_of(None, REFERENCE), voice))
    full = list(dualities(entries_of(RELEASES["real"], REFERENCE), voice))

    assert len(bare) == len(full) == 5
    unknown = voice.message("portrait.unknown_here")
    assert sum(unknown in one for one in bare) == 4
    assert sum(unknown in one for one in full) <= 2


@by_language
def test_dualities_are_drawn_on_one_scale_each(language: str) -> None:
    voice, entries = PortraitLanguage(language), entries_of(RELEASES["real"], REFERENCE)
    figures = {
        key: DualityFigure(entry.value, entries.told(entry, voice))
        for key, entry in entries.by_key.items()
        if entry.is_known
    }

    found = duality_measures(figures, voice)

    assert len(found) == 5
    shares = {one.name: [bar.share for bar in one.measures] for one in found}
    exploitation = shares[voice.message("portrait.duality_exploitation")]
    assert exploitation == [1.0, pytest.approx(0.58)]
    assert all(share is None or 0 <= share <= 1 for bars in shares.values() for share in bars)
    counted = {bar.figure for one in found for bar in one.measures if "/" in bar.figure}
    assert counted == {"6 / 7", "0 / 11"}
    bare = duality_measures({}, voice)
    assert {bar.figure for one in bare for bar in one.measures} == {voice.unknown()}
    drawings = draw_dualities(figures, language)
    assert drawings.wide.count("<rect") > 8
    assert voice.message("portrait.bar_worker").split(" ")[0] in drawings.narrow


@by_language
def test_gender_is_told_as_outside_facts_alone(language: str) -> None:
    found = next(one for one in passages(RELEASES["real"], language) if "are" in one.heading)

    text = " ".join(found.sentences)
    for share in ("72", "56", "9", "7"):
        assert share in text
    assert not [key for key in entries_of(RELEASES["real"], REFERENCE).by_key if "women" in key
                and not key.startswith("F")]  # fmt: skip


def test_the_rest_and_the_others_are_derived_with_their_range() -> None:
    rows = {row["id"]: row for row in csv.DictReader(StringIO(entries_of(None, REFERENCE).csv()))}

    assert (rows["rings.rest"]["state"], rows["rings.rest"]["value"]) == ("derived", "42800")
    assert (rows["rings.rest"]["low"], rows["rings.rest"]["high"]) == ("42250", "43345")
    assert rows["rings.others"]["state"] == "derived"
    assert rows["rings.core_share"]["state"] == "derived"
    assert rows["F1.all"]["state"] == "about"


@by_language
def test_words_translated_one_by_one_are_gone(language: str) -> None:
    catalogue = (LOCALE / language / "portrait.json").read_text(encoding="utf-8")

    bad = {
        "en": ("bare warp", "Twill", "of a show", "had a hand", "Take it away:"),
        "fr": ("trame nue", "Sergé", "paye réelle", "Paye", " la paye", "travail de foule",
               "Usage producteur", "mis la main", " paye "),
    }[language]  # fmt: skip
    assert [words for words in bad if words in catalogue] == []


@by_language
def test_hours_inside_models_are_told_up_to_their_day(language: str) -> None:
    made = release()
    machines = machine_figures(MACHINES, as_of="2026-10-01")
    names = {figure.name for figure in machines}
    others = (figure for figure in made.figures if figure.name not in names)
    dated = replace(made, figures=(*others, *machines))

    entries = entries_of(dated, REFERENCE)

    assert entries.get("inside").period == "../2026-10-01"
    day = "1er octobre 2026" if language == "fr" else "October 1, 2026"
    assert day in said(dated, language)
