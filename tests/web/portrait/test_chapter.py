"""« Le chapitre manquant » as a page, on paper and as data."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, cast

import pytest
import typst
from django.test import Client

from canut.core.portrait.chart_set import KEYS
from canut.core.portrait.charts.drawing import WIDE
from canut.core.portrait.charts.picture import EditionIdentity
from canut.core.portrait.entries import entries_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.privacy import Release
from canut.core.portrait.prose import chapter
from canut.web.kit.drawing.pdf import bundled_fonts
from canut.web.portrait.chapter import (
    CHAPTER,
    FORMS,
    PAPER_TEXT,
    OthersCounted,
    book_of,
    chapter_file,
    html_of,
    paper_of,
    pdf_of_chapter,
    with_others,
    write_chapter,
)
from tests.core.portrait.edition import REFERENCE, release
from tests.core.portrait.test_prose import numbers_in, numbers_of
from tests.support.instance import a_deposit

pytestmark = pytest.mark.django_db
IDENTITY = EditionIdentity(
    id="canut.portrait:1a2b3c4d:2026-Q3:e1",
    address="https://canut.example/portrait/2026-Q3/e1/",
    publisher="Coop",
    sha256="ab" * 32,
    period="2026-Q3",
    edition=1,
    made=date(2026, 10, 1),
)
MADE_S = 1_791_450_000
by_language = pytest.mark.parametrize("language", ["fr", "en"])
RELEASES = {"none": None, "real": release(), "simulated": release(is_simulated=True)}
by_release = pytest.mark.parametrize("made", RELEASES.values(), ids=RELEASES)


@by_release
@by_language
def test_every_number_in_the_prose_of_the_page_is_in_its_table(
    made: Release | None, language: str
) -> None:
    page = html_of(book_of(made, REFERENCE, language, MADE_S))

    prose = [unescape(one) for one in re.findall(r'<p class="prose">(.*?)</p>', page)]
    said = [s for one in chapter(entries_of(made, REFERENCE), REFERENCE, PortraitLanguage(language))
            if not one.is_references for s in one.sentences]  # fmt: skip
    assert prose == said
    text = re.sub(r"QPP2|RRQ2|2ᵉ", "", " ".join(prose))
    known = numbers_of(entries_of(made, REFERENCE))
    assert [one for one in numbers_in(text, language) if one not in known] == []
    assert page.count("<svg ") == len(KEYS) + 1  # the dualities


@by_language
def test_page_needs_nothing_beside_it(language: str) -> None:
    page = html_of(book_of(release(), REFERENCE, language, MADE_S))

    assert f'<html lang="{language}">' in page
    assert not re.findall(r"<script|<link|<img|src=|@import", page)


@by_language
def test_paper_is_the_same_to_the_byte_and_for_screen_readers(language: str) -> None:
    book = book_of(release(), REFERENCE, language, MADE_S)

    first, again = (pdf_of_chapter(paper_of(book), MADE_S) for _ in range(2))

    assert first == again
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid" in first


def test_simulated_chapter_says_so_at_its_head() -> None:
    page = html_of(book_of(release(is_simulated=True), REFERENCE, "fr", MADE_S))

    assert page.index("aucune main simulée") < page.index("<section>")


@by_language
def test_every_form_is_written_and_served(language: str, tmp_path: Path, client: Client) -> None:
    paths = list(write_chapter(tmp_path / "out", language))

    assert [path.suffix[1:] for path in paths] == list(FORMS)
    for path in paths:
        address = f"/portrait/chapter.{path.suffix[1:]}"
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == 200
        assert answer.content == path.read_bytes()
    assert client.get("/portrait/chapter.docx").status_code == 404


def test_table_has_the_same_ids_in_both_languages() -> None:
    french, english = (book_of(release(), REFERENCE, one, MADE_S) for one in ("fr", "en"))

    assert french.entries.csv() == english.entries.csv()


@by_language
def test_booklet_is_ten_to_sixteen_pages_without_ids_of_figures(language: str) -> None:
    book = book_of(release(), REFERENCE, language, MADE_S, IDENTITY)
    paper = paper_of(book)

    pages = typst.compile(
        CHAPTER.read_bytes(),
        font_paths=bundled_fonts(),
        sys_inputs={"paper": json.dumps(paper)},
        format="png",
        ppi=20,
    )
    assert 10 <= len(pages) <= 16

    printed = json.dumps(
        {name: value for name, value in paper.items() if name != "facts"}, ensure_ascii=False
    )
    assert [key for key in book.entries.by_key if key in printed and "." in key] == []


@by_language
def test_booklet_says_who_published_it_when_under_which_licence_and_how_to_cite(
    language: str,
) -> None:
    paper = paper_of(book_of(release(), REFERENCE, language, MADE_S, IDENTITY))

    facts = [value for _name, value in cast("list[tuple[str, str]]", paper["facts"])]
    day = "1er octobre 2026" if language == "fr" else "October 1, 2026"
    for expected in ("Coop", day, "CC BY 4.0", IDENTITY.id, IDENTITY.address, IDENTITY.sha256):
        assert expected in facts
    assert str(paper["citation"]).startswith("Coop (2026). ")


def test_text_of_charts_on_paper_is_eight_points_or_more() -> None:
    letter_mm, margin_mm, cover_mm, mm = 215.9, 18, 22, 72 / 25.4
    template = CHAPTER.read_text()
    assert f"x: {margin_mm}mm" in template
    assert f"x: {cover_mm}mm" in template

    for margin in (margin_mm, cover_mm):
        width = (letter_mm - 2 * margin) * mm
        assert round(PAPER_TEXT * width / WIDE, 1) >= 8
    paper = paper_of(book_of(release(), REFERENCE, "fr", MADE_S))
    for drawing in (paper["cover"], *cast("list[object]", paper["parts"])):
        sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;]*?(\d+)px", str(drawing))]
        assert min(sizes, default=PAPER_TEXT) >= PAPER_TEXT


@by_language
def test_booklet_has_the_dualities_and_what_others_counted(language: str) -> None:
    book, voice = book_of(release(), REFERENCE, language, MADE_S), PortraitLanguage(language)
    others = OthersCounted("<svg ><defs></defs></svg>", "<svg >", ("Au moins 300",), "C : enquête")

    parts = cast("list[dict[str, Any]]", paper_of(with_others(book, others, voice))["parts"])

    drawn = {part["heading"]: part for part in parts if "svg" in part}
    bars = drawn[voice.message("portrait.dualities")]
    assert voice.message("portrait.bar_price").split()[0] in bars["svg"]
    counted = drawn[voice.message("portrait.counted_by_others")]
    assert (counted["sentences"], counted["note"]) == (("Au moins 300",), "C : enquête ")
    headings = [part["heading"] for part in parts]
    assert headings.index(counted["heading"]) < headings.index(bars["heading"])


@by_language
def test_chapter_shows_figures_that_were_deposited(language: str) -> None:
    a_deposit()

    content, _kind = chapter_file(None, "html", language)

    page = content.decode()
    assert PortraitLanguage(language).message("portrait.counted_by_others") in page
    assert "Institut d’essai" in page
    assert page.count("<svg ") == len(KEYS) + 2
