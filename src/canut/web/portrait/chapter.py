"""Write “Le chapitre manquant” as a page, as a printed booklet and as data, in one language.

Sentences come from ``core.portrait.prose``, where no number stands that is not an entry; the list
of entries closes the page and is the CSV. The page needs nothing beside it: no script, no font.
The booklet has no ids of figures: they are in the CSV and in the data package.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import override

from canut.actions.portrait.drawings import identity_of
from canut.actions.portrait.inputs import quarter_named
from canut.actions.portrait.releases import floor_on, last_floor, reference
from canut.core.clock import from_ms
from canut.core.errors import Missing
from canut.core.portrait.chart_set import Reference, charts_of, people_of
from canut.core.portrait.charts.deposits import KEY as COUNTED_BY_OTHERS
from canut.core.portrait.charts.frame import ChartData, PortraitChart, standalone
from canut.core.portrait.charts.picture import LICENCE, EditionIdentity
from canut.core.portrait.charts.three_bars import three_bars
from canut.core.portrait.entries import HEAD, Entries, entries_of
from canut.core.portrait.language import SIMULATED, Phrase, PortraitLanguage
from canut.core.portrait.occupations import rings
from canut.core.portrait.privacy import SECOND_FORMAT, Release
from canut.core.portrait.prose import DUALITIES, LEAD, TITLE, ProsePassage, chapter
from canut.core.portrait.released import read_release
from canut.store.portrait.inputs import newest_release
from canut.store.portrait.words import words_in
from canut.store.tables.portrait import PortraitDraft, PortraitRelease
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.drawing.print_fonts import with_print_fonts
from canut.web.portrait.citations import cite
from canut.web.portrait.deposit_section import deposit_section
from canut.web.portrait.wording import duality_bars
from canut.web.portrait.words import trade_name

CHAPTER = Path(__file__).with_name("chapter.typ")

FILES_KEPT = 12
FORMS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
PAPER_TEXT = 16
"""Size of a chart's text in its own units: 8.4 points at the width of the page."""
STYLE = (
    "body{font:1rem/1.5 Georgia,serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#1f1c25;background:#fbfaf8}h1{font-weight:400}h2{margin-top:2.5rem}p{max-width:40rem}"
    "figure{margin:1.5rem 0}figcaption,small,table{font-family:Arial,sans-serif;font-size:.8rem}"
    "svg{max-width:100%;height:auto}.scroll{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{text-align:left;padding:.15rem .6rem .15rem 0;border-bottom:1px solid #dcd8d4}"
    "@media print{body{background:#fff}}"
)
FIGURES = Phrase("portrait.every_figure")
NO_RELEASE = Phrase("portrait.no_release_yet")
EDITION = Phrase("portrait.edition")
SHOW = Phrase("portrait.simulated_what_is_measured_here")
HEADS = {
    "id": Phrase("portrait.id"),
    "state": Phrase("portrait.state"),
    "value": Phrase("portrait.value"),
    "low": Phrase("portrait.from"),
    "high": Phrase("portrait.to"),
    "unit": Phrase("portrait.unit"),
    "period": Phrase("portrait.head_period"),
    "source": Phrase("portrait.source"),
    "simulated": SIMULATED,
}


class SpokenPassage(NamedTuple):
    """What representatives said of an edition, word for word, or that they made no statement."""

    heading: str
    silence: str
    statements: tuple[tuple[str, str, str], ...]
    """Text, its language, and who signed it when."""


class Book(NamedTuple):
    """The chapter in one language: passages, charts, figures.

    ``cover``: the finding of the first screen. ``identity``: None before the first release.
    """

    title: str
    lead: str
    edition: str
    show: str
    passages: tuple[ProsePassage, ...]
    charts: Mapping[str, PortraitChart]
    entries: Entries
    language: str
    made_s: int
    cover: PortraitChart
    identity: EditionIdentity | None
    spoken: SpokenPassage | None = None


def write_chapter(folder: Path, language: str) -> Iterator[Path]:
    """Write the newest edition's chapter in all formats; yield each file when it is ready."""
    folder.mkdir(parents=True, exist_ok=True)
    newest = newest_release()
    for form in FORMS:
        content, _kind = chapter_file(newest, form, language)
        path = folder / f"{'chapitre-manquant' if language == 'fr' else 'missing-chapter'}.{form}"
        path.write_bytes(content)
        yield path


def draft_chapter(draft: PortraitDraft, form: str, language: str) -> tuple[bytes, str]:
    """Write the chapter of an edition that is not released yet; return its content and type.

    Raises:
        Missing: there is no such form.
    """
    if form not in FORMS:
        raise Missing("the chapter is a html, a pdf or a csv")
    others = _others(draft.content, language)
    source = ChapterSource(draft.content, draft.made_ms // 1000, None, (), others)
    return _written(source, form, language), FORMS[form]


def chapter_file(stored: PortraitRelease | None, form: str, language: str) -> tuple[bytes, str]:
    """Write the chapter of an edition in one format; return its content and type.

    Raises:
        Missing: there is no such form.
    """
    if form not in FORMS:
        raise Missing("the chapter is a html, a pdf or a csv")
    content, made_s = (stored.content, stored.made_ms // 1000) if stored else (None, 0)
    identity = identity_of(stored) if stored else None
    words = _printed(stored, PortraitLanguage(language)) if stored else ()
    source = ChapterSource(content, made_s, identity, words, _others(content, language))
    return _written(source, form, language), FORMS[form]


class OthersCounted(NamedTuple):
    """What others counted, as it stands next to an edition: drawings, sentences, what marks say."""

    wide: str
    narrow: str
    sentences: tuple[str, ...]
    marks: str


class ChapterSource(NamedTuple):
    """What a chapter is written from: the signed edition, and what came to it from people."""

    content: str | None
    made_s: int
    identity: EditionIdentity | None
    words: tuple[str, ...]
    others: OthersCounted | None


@lru_cache(maxsize=FILES_KEPT)  # printing takes a processor's tenth of a second; anyone may ask
def _written(source: ChapterSource, form: str, language: str) -> bytes:
    content, made_s, identity, words, others = source
    release = None if content is None else read_release(content.encode())
    book = book_of(release, reference(), language, made_s, identity)
    voice = PortraitLanguage(language)
    if words:
        book = book._replace(passages=_with_words(book.passages, words, voice))
    if others is not None:
        book = with_others(book, others, voice)
    if form == "csv":
        return book.entries.csv().encode()
    if form == "html":
        return html_of(book).encode()
    return pdf_of_chapter(paper_of(book), made_s)


def book_of(
    release: Release | None,
    others: Reference,
    language: str,
    made_s: int,
    identity: EditionIdentity | None = None,
) -> Book:
    """Build the chapter.

    Args:
        release: None before the first.
        others: what others counted.
        language: ``fr`` or ``en``.
        made_s: when the release was made, in seconds since 1970 UTC.
        identity: of the edition; None before the first.
    """
    voice, entries = PortraitLanguage(language), entries_of(release, others)
    floor = floor_on(quarter_named(release.first_period).first) if release else None
    charts = charts_of(release, others, floor or last_floor(), language)
    edition = voice.say(NO_RELEASE)
    if release:
        period = voice.period(release.period)
        edition = voice.say(EDITION, period=period, edition=str(release.edition))
    is_simulated = any(item.is_simulated for item in entries.by_key.values())
    return Book(
        title=voice.say(TITLE),
        lead=voice.say(LEAD),
        edition=edition,
        show=voice.say(SHOW) if is_simulated else "",
        passages=chapter(entries, others, voice),
        charts={item.key: item for item in (*charts, _dualities(entries, edition, voice))},
        entries=entries,
        language=voice.language,
        made_s=made_s,
        cover=three_bars(rings(others.occupations, others.facts, people_of(release)), language),
        identity=identity,
        spoken=spoken_passage(release, voice) if release and identity else None,
    )


def spoken_passage(release: Release, voice: PortraitLanguage) -> SpokenPassage | None:
    """Return what representatives said of an edition; None for one older than statements."""
    if release.format <= SECOND_FORMAT:
        return None
    return SpokenPassage(
        voice.message("portrait.spoken_heading"),
        "" if release.statements else voice.message("portrait.spoken_none"),
        tuple(
            (
                *spoken.text_in(voice.language),
                voice.message(
                    "portrait.spoken_signed",
                    day=voice.day(from_ms(spoken.signed_ms).date()),
                    election=str(spoken.election),
                    sha256=spoken.sha256,
                ),
            )
            for spoken in release.statements
        ),
    )


def _printed(stored: PortraitRelease, voice: PortraitLanguage) -> tuple[str, ...]:
    """Return what workers wrote that came out with an edition, each with its trade."""
    return tuple(
        voice.message(
            "portrait.words_quoted",
            trade=trade_name(row.trade, voice),
            text=" ".join(row.text.split()),
            name=row.name,
        ).rstrip()
        for row in words_in(stored)
    )


def _with_words(
    passages: Sequence[ProsePassage], words: tuple[str, ...], voice: PortraitLanguage
) -> tuple[ProsePassage, ...]:
    """Put workers' words before the references."""
    own = ProsePassage(voice.message("portrait.in_their_words"), words)
    at = next((i for i, part in enumerate(passages) if part.is_references), len(passages))
    return (*passages[:at], own, *passages[at:])


def _dualities(entries: Entries, edition: str, voice: PortraitLanguage) -> PortraitChart:
    """Draw the bars of the dualities as a chart of the booklet."""
    bars = duality_bars(entries, voice)
    return PortraitChart(
        DUALITIES,
        voice.language,
        voice.message("portrait.dualities_finding"),
        voice.message("portrait.dualities_on_one_scale"),
        edition,
        bars.wide,
        bars.narrow,
        ChartData((), ()),
    )


def _others(content: str | None, language: str) -> OthersCounted | None:
    """Return what others counted, if anybody deposited a figure."""
    release = None if content is None else read_release(content.encode())
    with override(language):
        section = deposit_section(None, release, language)
    if section.drawing is None:
        return None
    voice = PortraitLanguage(language)
    bounds = (
        sentence
        for bound in section.bounds
        for sentence in (
            voice.message(
                "portrait.name_and_figure",
                name=bound.what[:1].upper() + bound.what[1:],
                figure=bound.headline,
            ),
            *bound.assumptions,
        )
    )
    marks = " ".join(words for _mark, words in section.legend)
    sentences = (*bounds, *section.contested)
    return OthersCounted(section.drawing.wide, section.drawing.narrow, sentences, marks)


def with_others(book: Book, others: OthersCounted, voice: PortraitLanguage) -> Book:
    """Put what others counted after the table that stands empty."""
    chart = PortraitChart(
        COUNTED_BY_OTHERS,
        voice.language,
        voice.message("portrait.others_finding"),
        others.marks,
        "",
        others.wide,
        others.narrow,
        ChartData((), ()),
    )
    own = ProsePassage(
        voice.message("portrait.counted_by_others"), others.sentences, COUNTED_BY_OTHERS
    )
    at = next((i for i, part in enumerate(book.passages, 1) if part.chart == "C3"), 0)
    return book._replace(
        passages=(*book.passages[:at], own, *book.passages[at:]),
        charts={**book.charts, COUNTED_BY_OTHERS: chart},
    )


def html_of(book: Book) -> str:
    """Write the chapter as one self-contained page."""
    voice = PortraitLanguage(book.language)
    parts: list[str] = []
    for passage in book.passages:
        parts.append(f"<section><h2>{escape(passage.heading)}</h2>")
        kind = "ref" if passage.is_references else "prose"
        parts += [f'<p class="{kind}">{escape(sentence)}</p>' for sentence in passage.sentences]
        if passage.chart:
            parts.append(_figure(book.charts[passage.chart], voice))
        parts.append("</section>")
    heads = "".join(f'<th scope="col">{escape(voice.say(HEADS[name]))}</th>' for name in HEAD)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in book.entries.plain()
    )
    show = f"<p><strong>{escape(book.show)}</strong></p>" if book.show else ""
    return (
        f'<!doctype html>\n<html lang="{book.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(book.title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(book.title)}</h1><p>{escape(book.lead)}</p>"
        f"<p><small>{escape(book.edition)}</small></p>{show}"
        f"{_spoken_html(book.spoken)}{''.join(parts)}<section><h2>{escape(voice.say(FIGURES))}</h2>"
        '<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(voice.say(FIGURES))}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
        "</main></body></html>\n"
    )


def _spoken_html(spoken: SpokenPassage | None) -> str:
    """Write what representatives said above the figures, at the size of the prose."""
    if spoken is None:
        return ""
    said = "".join(
        f'<div lang="{language}">{_paragraphs(text)}</div><p><small>{escape(note)}</small></p>'
        for text, language, note in spoken.statements
    )
    silence = f"<p>{escape(spoken.silence)}</p>" if spoken.silence else ""
    return (
        f'<section id="representatives"><h2>{escape(spoken.heading)}</h2>{said}{silence}</section>'
    )


def _paragraphs(text: str) -> str:
    blocks = (escape(block).replace("\n", "<br>") for block in text.split("\n\n"))
    return "".join(f'<p class="prose">{block}</p>' for block in blocks)


def paper_of(book: Book) -> dict[str, object]:
    """Lay out the chapter for PDF: cover, contents, how to cite, passages with their charts."""
    voice = PortraitLanguage(book.language)
    identity = book.identity
    facts = [(voice.message("portrait.booklet_licence"), LICENCE)]
    citation = ""
    if identity is not None:
        facts = [
            (voice.message("portrait.booklet_publisher"), identity.publisher),
            (voice.message("portrait.booklet_date"), voice.day(identity.made)),
            *facts,
            (voice.message("portrait.booklet_id"), identity.id),
            (voice.message("portrait.booklet_address"), identity.address),
            (voice.message("portrait.booklet_hash"), identity.sha256),
        ]
        citation = cite(identity, book.language).text
    return {
        "title": book.title,
        "lead": book.lead,
        "edition": book.edition,
        "publisher": identity.publisher if identity else "Canut",
        "series": voice.message("portrait.booklet_series"),
        "day": voice.day(identity.made) if identity else "",
        "licence": LICENCE,
        "show": book.show,
        "language": book.language,
        "spoken": book.spoken._asdict() if book.spoken else None,
        "cover": _picture(book.cover, "light"),
        "contents": voice.message("portrait.booklet_contents"),
        "about": voice.message("portrait.booklet_about"),
        "facts": facts,
        "cite": voice.message("portrait.booklet_cite"),
        "citation": citation,
        "figures": voice.message("portrait.booklet_figures"),
        "parts": [
            {
                "heading": item.heading,
                "sentences": item.sentences,
                "is_references": item.is_references,
                **(_picture(book.charts[item.chart]) if item.chart else {}),
            }
            for item in book.passages
        ],
    }


def _figure(chart: PortraitChart, voice: PortraitLanguage) -> str:
    mark = f" ({voice.say(SIMULATED)})" if chart.is_simulated else ""
    return (
        f"<figure>{standalone(chart.wide)}<figcaption><strong>{escape(chart.title)}</strong> "
        f"{escape(chart.about)}{mark} {escape(chart.source)}</figcaption></figure>"
    )


def _picture(chart: PortraitChart, theme: str = "paper") -> dict[str, str]:
    mark = f" ({PortraitLanguage(chart.language).say(SIMULATED)})" if chart.is_simulated else ""
    svg = with_print_fonts(standalone(chart.wide, theme), PAPER_TEXT)
    return {
        "svg": svg,
        "title": chart.title,
        "note": f"{chart.about}{mark} {chart.source}",
        "alt": json.dumps(chart.title, ensure_ascii=False).strip('"'),
    }


def pdf_of_chapter(paper: Mapping[str, object], made_s: int) -> bytes:
    """Print the chapter as PDF.

    Args:
        paper: in words, in one language, as ``paper_of`` lays it out.
        made_s: when its release was made, in seconds since 1970 UTC.
    """
    return print_pdf(CHAPTER, paper, made_s)
