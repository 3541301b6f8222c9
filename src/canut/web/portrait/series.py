"""Series of the Portrait: one figure by quarter, as a page with a line chart and as CSV."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from canut.actions.portrait.releases import reference
from canut.core.errors import Missing
from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.chart_set import SCHEMES
from canut.core.portrait.charts.drawing import NARROW, WIDE
from canut.core.portrait.charts.places import place_words
from canut.core.portrait.charts.series import (
    EditionFigure,
    SeriesRow,
    SeriesValue,
    csv_of,
    draw_series,
    series_of,
)
from canut.core.portrait.entries import MEASURED_HERE, Entries, entries_of
from canut.core.portrait.figure_list import INSIDE, LEARNING, LOAD, POPULATION
from canut.core.portrait.language import MEASURES, Phrase, PortraitLanguage, Words
from canut.core.portrait.measured import ALL_PLACES, ReleaseFigure, Unit
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.privacy import FIRST_FORMAT, FORMAT, Release
from canut.core.portrait.released import read_release
from canut.store.portrait.drawings import whole_releases
from canut.store.tables.portrait import PortraitRelease
from canut.web.portrait.files import TYPES
from canut.web.portrait.wording import language_now

EDITIONS_CACHED = 64
DERIVED_FROM = {"time.unseen": "time.paid"}
NAMES: dict[str, Words] = {
    **dict(POPULATION),
    **dict(LOAD),
    **dict(LEARNING),
    **dict(INSIDE),
    **{f"scheme.{key}": name for key, name in SCHEMES.items()},
    "time.paid": Phrase("portrait.paid_tasks"),
    "time.unseen": Phrase("portrait.not_on_paid_tasks_in_all"),
    "decided.touched": Phrase("portrait.touched_by_people"),
    "decided.untouched": Phrase("portrait.machine_alone"),
    "pay.under.person": Phrase("portrait.people_under_the_floor"),
    "pay.under.hour": Phrase("portrait.hours_under_the_floor"),
}
CELL_PARTS = 3
FIRST_RULES, LATER_RULES = "first", "later"
OF_HOURS_THAT_CAN = "of_hours_that_can"
"""Covered hours as a share of those to which a protection can apply."""


class SeriesLink(NamedTuple):
    """A figure that has a series: its name, and its newest value in words."""

    key: str
    name: str
    value: str
    is_known: bool


def portrait_series_index(request: HttpRequest) -> HttpResponse:
    """List the figures measured here that have a series."""
    voice = PortraitLanguage(language_now())
    return render(request, "portrait/series_index.html", {"figures": _listed(voice)})


def portrait_series(request: HttpRequest, figure: str) -> HttpResponse:
    """Show one figure by quarter."""
    voice = PortraitLanguage(language_now())
    rows = _series(figure)
    by_edition = {(item.period, item.edition): item.content for item in whole_releases()}
    last = _entries([*by_edition.values()][-1])
    entry = last.by_key.get(figure)
    lines = [
        (
            row,
            voice.period(row.covers or row.period),
            _told(by_edition.get((row.period, row.edition)), figure, voice),
            [voice.message(f"portrait.break_{name}") for name in row.breaks],
        )
        for row in reversed(rows)
    ]
    context = {
        "figure": figure,
        "name": name_of(figure, voice),
        "value": last.told(entry, voice) if entry else voice.unknown(),
        "is_known": entry is not None and entry.is_known,
        "rows": lines,
        "wide": SafeString(draw_series(rows, voice, WIDE)),
        "narrow": SafeString(draw_series(rows, voice, NARROW)),
        "place": _place_name(rows, voice),
        "has_break": any(row.breaks for row in rows),
    }
    return render(request, "portrait/series.html", context)


def portrait_series_csv(request: HttpRequest, figure: str) -> HttpResponse:
    """Send one figure by quarter: a row per edition with place, state and break flags."""
    answer = HttpResponse(csv_of(figure, _series(figure)), content_type=TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="canut-portrait-series-{figure}.csv"'
    return answer


def name_of(figure: str, voice: PortraitLanguage) -> str:
    """Name a figure in words; one without a name keeps its id."""
    if figure in NAMES:
        return voice.say(NAMES[figure])
    parts = figure.split(".")
    occupations = {item.key: item.label for item in reference().occupations}
    measures = {measure.value: MEASURES[measure] for measure in CellMeasure}
    if len(parts) == CELL_PARTS and parts[1] in measures:
        row = voice.say(occupations[parts[0]]) if parts[0] in occupations else ""
        name = voice.say(measures[parts[1]])
        return f"{row}{voice.message('portrait.colon')}{name}" if row else name
    if len(parts) == CELL_PARTS and parts[0] == "pay" and parts[2] in occupations:
        kind = "portrait.real" if parts[1] == "effective" else "portrait.nominal"
        return (
            f"{voice.say(occupations[parts[2]])}{voice.message('portrait.colon')}"
            f"{voice.message(kind)}"
        )
    return figure


def _series(figure: str) -> tuple[SeriesRow, ...]:
    """Return the rows of a figure.

    Raises:
        Missing: no edition has it.
    """
    editions = [_edition_figure(stored, figure) for stored in whole_releases()]
    if not any(edition.entry is not None for edition in editions):
        raise Missing("there is no such series")
    return series_of(editions)


def _edition_figure(stored: PortraitRelease, figure: str) -> EditionFigure:
    entries = _entries(stored.content)
    entry = entries.by_key.get(figure)
    if entry is not None and entry.source != MEASURED_HERE:
        entry = None
    money = entry.currency if entry and entry.currency else entries.currency
    units = {Unit.PAY: f"{money}/hour", Unit.MONEY: money}
    unit = units.get(entry.unit, entry.unit.value) if entry else ""
    value = None
    if entry is not None:
        value = SeriesValue(
            entry.state.value,
            entry.value,
            entry.low,
            entry.high,
            entry.is_simulated,
            entry.is_known,
        )
    return EditionFigure(
        stored.period,
        stored.edition,
        stored.sha256,
        value,
        _place_of(stored.content, figure),
        _rules_of(stored.content),
        unit,
        _definition(stored.content, figure),
        _release(stored.content).covers,
    )


def _listed(voice: PortraitLanguage) -> list[SeriesLink]:
    """List the figures of the newest edition that were measured here."""
    stored = whole_releases()
    if not stored:
        return []
    entries = _entries(stored[-1].content)
    return [
        SeriesLink(key, name_of(key, voice), entries.told(entry, voice), entry.is_known)
        for key, entry in entries.by_key.items()
        if entry.source == MEASURED_HERE and name_of(key, voice) != key
    ]


def _told(content: str | None, figure: str, voice: PortraitLanguage) -> tuple[str, bool]:
    """Format a figure as its edition gives it, and whether it holds a number."""
    if content is None:
        return voice.message("portrait.not_released"), False
    entries = _entries(content)
    entry = entries.by_key.get(figure)
    if entry is None:
        return voice.unknown(), False
    return entries.told(entry, voice), entry.is_known


def _place_name(rows: Sequence[SeriesRow], voice: PortraitLanguage) -> str:
    places = {row.place for row in rows if row.place}
    return ", ".join(place_words(place, voice) for place in sorted(places))


@lru_cache(maxsize=EDITIONS_CACHED)
def _entries(content: str) -> Entries:
    return entries_of(_release(content), reference())


def _place_of(content: str, figure: str) -> str:
    """Return whose work a figure covers: editions from before told no place, and pooled all."""
    figures = _figures(content)
    if not any(item.of.place_of_work for item in figures.values()):
        return ALL_PLACES
    own = figures.get(DERIVED_FROM.get(figure, figure))
    return (own.of.place_of_work if own else "") or PLACE


@lru_cache(maxsize=EDITIONS_CACHED)
def _figures(content: str) -> dict[str, ReleaseFigure]:
    return {figure.name: figure for figure in _release(content).figures}


def _rules_of(content: str) -> str:
    """Return by which format a figure was told: only the first had other rules for all figures."""
    number = _release(content).format
    return FIRST_RULES if number == FIRST_FORMAT else LATER_RULES


def _definition(content: str, figure: str) -> str:
    """Return by which definition a figure is told: covered hours had another before."""
    is_covered = figure.split(".")[1:2] == [CellMeasure.COVERED.value]
    return OF_HOURS_THAT_CAN if is_covered and _release(content).format >= FORMAT else ""


@lru_cache(maxsize=EDITIONS_CACHED)
def _release(content: str) -> Release:
    return read_release(content.encode())
