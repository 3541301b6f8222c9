"""Format an edition of the Portrait as text: table, facts, readings; charts are stored drawings.

An edition is formatted once per language and cached by its hash, since releases do not change.
Figures come from the release and the current reference files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from canut.actions.portrait.releases import reference
from canut.core.portrait.by_place.learning_sentences import learning_by_place
from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.chart_set import rows_of
from canut.core.portrait.charts.dualities import (
    DualityDrawings,
    DualityFigure,
    draw_dualities,
)
from canut.core.portrait.charts.visible import FAMILIES
from canut.core.portrait.entries import Entries, entries_of
from canut.core.portrait.facts import FigureConfidence, ReferenceFact
from canut.core.portrait.figure_list import INSIDE, LEARNING, LOAD, PERSPECTIVES, POPULATION
from canut.core.portrait.language import CONFIDENCE, PLACES, UNDATED, UNITS, PortraitLanguage, Words
from canut.core.portrait.occupations import Family, OccupationRow
from canut.core.portrait.privacy import Release
from canut.core.portrait.prose import (
    ProseReading,
    ReasonText,
    dualities,
    readings,
    reasons,
    works,
)
from canut.core.portrait.released import read_release
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.portrait.first_screen import FirstScreen, first_screen

EDITIONS_KEPT = 8
NARROW_COLUMNS = frozenset({CellMeasure.PEOPLE, CellMeasure.PAY_BY_HOUR})


@dataclass(frozen=True)
class CellText:
    """One cell of the table: what a source says and what was measured here.

    ``more``: its interval and whether it is simulated; a phone has no room for the interval.
    """

    said: str
    here: str
    more: str
    is_unknown: bool
    is_wide: bool
    column: str


@dataclass(frozen=True)
class OccupationText:
    """One occupation of the table."""

    key: str
    name: str
    detail: str
    is_click: bool
    cells: Sequence[CellText]


@dataclass(frozen=True)
class FactInWords:
    """One reference fact: value, source, confidence, and who contests it."""

    key: str
    what: str
    values: Sequence[tuple[str, str, bool]]
    source: str
    url: str
    read: str
    sure: str
    contested: str
    note: str


@dataclass(frozen=True)
class Edition:
    """The content of an edition in one language."""

    release: Release | None
    entries: Entries
    columns: Sequence[tuple[str, bool]]
    groups: Sequence[tuple[str, Sequence[OccupationText]]]
    readings: tuple[ProseReading, ProseReading]
    reasons: Sequence[ReasonText]
    dualities: Sequence[str]
    duality_bars: DualityDrawings
    works: Sequence[str]
    inside: Sequence[tuple[str, str, bool]]
    load: Sequence[tuple[str, str, bool]]
    learning: Sequence[tuple[str, str, bool]]
    population: Sequence[tuple[str, str, bool]]
    perspectives: Sequence[tuple[str, str, bool]]
    facts: Sequence[FactInWords]
    notices: Sequence[str]
    is_simulated: bool
    first: FirstScreen
    period: str


def language_now() -> str:
    """Return the page's language, ``fr`` or ``en``."""
    return two_sided()


def edition_of(stored: PortraitRelease | None, language: str) -> Edition:
    """Return an edition in a language; for None, only the reference figures."""
    if stored is None:
        return _drawn(None, "", language)
    return _drawn(stored.content, stored.sha256, language)


@lru_cache(maxsize=EDITIONS_KEPT)
def _drawn(content: str | None, _sha256: str, language: str) -> Edition:
    release = None if content is None else read_release(content.encode())
    others, voice = reference(), PortraitLanguage(language)
    entries = entries_of(release, others)
    return Edition(
        release=release,
        entries=entries,
        columns=[(_column(measure), measure in NARROW_COLUMNS) for measure in CellMeasure],
        groups=_groups(rows_of(release, others), voice),
        readings=readings(entries, voice),
        reasons=reasons(entries, others, voice),
        dualities=list(dualities(entries, voice)),
        duality_bars=duality_bars(entries, voice),
        works=works(voice),
        inside=_lines(entries, INSIDE, voice),
        load=_lines(entries, LOAD, voice),
        learning=[
            *_lines(entries, LEARNING, voice),
            *learning_by_place(entries, voice),
        ],
        population=_lines(entries, POPULATION, voice),
        perspectives=_lines(entries, PERSPECTIVES, voice),
        facts=[_fact(fact, voice) for fact in others.facts.by_key.values()],
        notices=others.terms.notices(),
        is_simulated=release is not None and release.is_simulated,
        first=first_screen(others, rows_of(release, others), voice),
        period="" if release is None else voice.period(release.span),
    )


def duality_bars(entries: Entries, voice: PortraitLanguage) -> DualityDrawings:
    """Draw the dualities of an edition from its figures."""
    figures = {
        key: DualityFigure(entry.value, entries.told(entry, voice))
        for key, entry in entries.by_key.items()
        if entry.is_known
    }
    return draw_dualities(figures, voice.language)


def _column(measure: CellMeasure) -> str:
    return {
        CellMeasure.PEOPLE: message_now("common.people"),
        CellMeasure.HOURS: message_now("common.hours"),
        CellMeasure.PAY_BY_PERSON: message_now("page.wording.an_hour_by_person"),
        CellMeasure.PAY_BY_HOUR: message_now("page.wording.an_hour_by_hour"),
        CellMeasure.COVERED: message_now("page.wording.hours_covered"),
        CellMeasure.TRAINING: message_now("page.wording.paid_training"),
    }[measure]


def _groups(
    rows: Sequence[OccupationRow], voice: PortraitLanguage
) -> list[tuple[str, list[OccupationText]]]:
    """Group the rows by family, in the order of the file."""
    groups: dict[Family, list[OccupationText]] = {}
    for row in rows:
        occupation = row.occupation
        line = OccupationText(
            occupation.key,
            voice.say(occupation.label),
            voice.say(occupation.detail) if occupation.detail else "",
            occupation.family is Family.CLICK,
            [_shown(row, measure, voice) for measure in CellMeasure],
        )
        groups.setdefault(occupation.family, []).append(line)
    return [(voice.say(FAMILIES[family]), lines) for family, lines in groups.items()]


def _shown(row: OccupationRow, measure: CellMeasure, voice: PortraitLanguage) -> CellText:
    pair = row.cells[measure]
    here = "" if pair.here is None else voice.cell(pair.here)
    is_known = pair.reference.is_known
    text = (
        voice.cell(pair.reference) if is_known or not here or measure is CellMeasure.PEOPLE else ""
    )
    figure, interval, suffix = here.partition(" [")
    is_wide = measure not in NARROW_COLUMNS
    is_unknown = bool(text) and not is_known
    return CellText(text, figure, f"{interval}{suffix}", is_unknown, is_wide, _column(measure))


def _lines(
    entries: Entries, lines: Sequence[tuple[str, Words]], voice: PortraitLanguage
) -> list[tuple[str, str, bool]]:
    """Format each figure with its name, and whether it is known."""
    texts: list[tuple[str, str, bool]] = []
    for key, name in lines:
        entry = entries.by_key.get(key)
        is_known = entry is not None and entry.is_known
        text = entries.told(entry, voice) if entry is not None else voice.unknown()
        texts.append((entries.named(key, name, voice), text, is_known))
    return texts


def _fact(fact: ReferenceFact, voice: PortraitLanguage) -> FactInWords:
    values = [
        (voice.say(fact.names[name]), voice.stated(value, fact.says[name]), value is not None)
        for name, value in fact.values.items()
    ]
    is_known = any(is_filled for _name, _said, is_filled in values)
    unit = voice.say(UNITS[fact.unit]) if fact.unit in UNITS else fact.unit
    jurisdiction = voice.say(PLACES[fact.place]) if fact.place in PLACES else fact.place
    period = voice.say(UNDATED) if fact.period == "undated" else fact.period
    source = fact.source
    return FactInWords(
        key=fact.key,
        what=f"{voice.say(fact.label)} ({unit}, {jurisdiction}, {period})",
        values=values,
        source=voice.source(source) if source else "",
        url=source.url if source else "",
        read=voice.read(source, fact.where) if source else "",
        sure=voice.say(CONFIDENCE[fact.confidence if is_known else FigureConfidence.UNKNOWN]),
        contested=voice.say(fact.contested_by) if fact.contested_by else "",
        note=voice.say(fact.note) if fact.note else "",
    )
