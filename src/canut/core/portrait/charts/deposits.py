"""Draw what others counted next to what is measured here: one mark a figure, its shape its grade.

No line joins two figures: they are of other concepts, places, frames or grades. The shape, not the
colour, says the grade; what is measured here has a mark of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.charts.drawing import MOST_TICKS, NARROW, WIDE, PortraitSheet
from canut.core.portrait.deposits.comparison import CountedFigure
from canut.core.portrait.deposits.grades import DepositGrade
from canut.core.portrait.deposits.observations import Concept, Measure, Observation
from canut.core.portrait.deposits.periods import period_words
from canut.core.portrait.language import PLACES, Phrase, PortraitLanguage
from canut.core.portrait.privacy import ALL
from canut.core.svg import LINE_HEIGHT, Scale

KEY = "C14"
SIDE = 5.5
MOST_ROWS = 12
FEW_TICKS = 3
LONGEST_NAME = 70
ROOM = 1.15
SPAN = 100
CONCEPTS = {
    Concept.PLATFORM: Phrase("portrait.concept_platform"),
    Concept.PLATFORM_PAID: Phrase("portrait.concept_platform_paid"),
    Concept.MICROWORK: Phrase("portrait.concept_microwork"),
    Concept.CLICK: Phrase("portrait.concept_click"),
    Concept.GIG: Phrase("portrait.concept_gig"),
    Concept.ONLINE_FREELANCE: Phrase("portrait.concept_online_freelance"),
    Concept.OCCUPATION: Phrase("portrait.concept_occupation"),
}
MEASURES = {
    Measure.PEOPLE: Phrase("portrait.outside_people"),
    Measure.HOURS: Phrase("portrait.outside_hours"),
    Measure.PAY_PER_HOUR: Phrase("portrait.outside_pay"),
    Measure.SHARE: Phrase("portrait.outside_share"),
    Measure.INDEX: Phrase("portrait.outside_index"),
}
OF_CELLS = {
    CellMeasure.PEOPLE: Measure.PEOPLE,
    CellMeasure.HOURS: Measure.HOURS,
    CellMeasure.PAY_BY_HOUR: Measure.PAY_PER_HOUR,
}
SHARES_OF = {"people": Phrase("portrait.people"), "hours": Phrase("portrait.outside_of_hours")}
HERE = "here"
GRADE = Phrase("portrait.grade")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One figure as it is drawn: its names, its mark, its ends and its words."""

    measure: Measure
    currency: str
    unit: str
    name: str
    detail: str
    mark: str
    value: float
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True, slots=True)
class DepositDrawing:
    """Both drawings of the figures, and the marks their legend explains."""

    wide: str
    narrow: str
    rows: tuple[ChartRow, ...]
    marks: tuple[str, ...]
    omitted: int


def draw_deposits(
    figures: Sequence[CountedFigure],
    here: Sequence[Cell],
    period: str,
    currency: str,
    language: str,
) -> DepositDrawing:
    """Draw the figures of others and those of this instance, by measure.

    Args:
        figures: ``comparison.headlines``.
        here: cells of this instance's release.
        period: of the release, such as ``2026-Q3``.
        currency: of the release.
        language: ``fr`` or ``en``.
    """
    voice = PortraitLanguage(language)
    outside = [outside_row(figure, voice) for figure in figures]
    measured = {(row.measure, row.currency) for row in outside}
    own = [
        row
        for cell in here
        if (row := _here_row(cell, period, currency, voice)) is not None
        and (row.measure, row.currency) in measured
    ]
    panels = [
        [row for row in [*own, *outside] if _panel(row) == key]
        for key, _rows in groupby(outside, key=_panel)
    ]
    short_panels = [panel[:MOST_ROWS] for panel in panels]
    rows = tuple(row for panel in short_panels for row in panel)
    return DepositDrawing(
        wide=_drawing(short_panels, voice, WIDE),
        narrow=_drawing(short_panels, voice, NARROW),
        rows=rows,
        marks=tuple(sorted({row.mark for row in rows})),
        omitted=sum(len(panel) for panel in panels) - len(rows),
    )


def draw_mark(mark: str) -> str:
    """Draw one mark alone, for a legend."""
    sheet = PortraitSheet(f"{KEY}-{mark}", 20)
    _mark(sheet, mark, 10, 9)
    return sheet.close(18)


def outside_row(figure: CountedFigure, voice: PortraitLanguage) -> ChartRow:
    """Return a figure of others as it is drawn."""
    item = figure.observation
    name = ", ".join(
        part
        for part in (
            voice.say(CONCEPTS[item.concept]),
            "" if item.occupation == "all" else item.occupation,
            place_words(item.place, voice),
            period_words(item.begin, item.end, voice),
        )
        if part
    )
    grade = voice.say(GRADE, grade=figure.grade.value)
    share_of = share_words(item, voice)
    return ChartRow(
        item.measure,
        item.currency,
        item.unit,
        name,
        " · ".join(part for part in (share_of, _short(figure.publisher), grade) if part),
        figure.grade.value,
        float(item.value or 0),
        None if item.low is None else float(item.low),
        None if item.high is None else float(item.high),
        figure_words(item, voice),
    )


def share_words(item: Observation, voice: PortraitLanguage) -> str:
    """Return of what a figure is a share, with its note; empty for what is no share."""
    if not item.share_of:
        return ""
    named = SHARES_OF.get(item.share_of)
    if item.share_of in list(Concept):
        named = CONCEPTS[Concept(item.share_of)]
    whole = place_words(item.share_of, voice) if named is None else voice.say(named)
    text = voice.message("portrait.outside_share_of", of=whole)
    note = item.note_fr if voice.is_french else item.note_en
    return f"{text}, {_short(note)}" if note else text


def place_words(place: str, voice: PortraitLanguage) -> str:
    """Return the name of a place: its code, but for the world and Europe."""
    return voice.say(PLACES[place]) if place in PLACES else place


def figure_words(item: Observation, voice: PortraitLanguage) -> str:
    """Return a figure with its interval in words."""
    if item.value is None:
        return voice.unknown()
    text = number_words(item, item.value, voice)
    if item.low is not None and item.high is not None:
        ends = (number_words(item, end, voice) for end in (item.low, item.high))
        return f"{text} {voice.interval(*ends)}"
    if item.low is not None:
        return voice.say(Phrase("portrait.at_least"), n=number_words(item, item.low, voice))
    return text


def number_words(item: Observation, value: Decimal, voice: PortraitLanguage) -> str:
    """Return a number in the unit of a figure."""
    if item.measure is Measure.SHARE:
        return voice.share(value, 0 if value == round(value, 2) else 1)
    if item.measure is Measure.PAY_PER_HOUR:
        return voice.money(value, item.currency)
    return voice.number(value, 0 if value == value.to_integral_value() else 1)


def _panel(row: ChartRow) -> tuple[Measure, str, str]:
    return row.measure, row.currency, row.unit


def _here_row(cell: Cell, period: str, currency: str, voice: PortraitLanguage) -> ChartRow | None:
    is_told = cell.state in {CellState.EXACT, CellState.ESTIMATED, CellState.AT_LEAST}
    if cell.row != ALL or cell.measure not in OF_CELLS or not is_told:
        return None
    measure = OF_CELLS[cell.measure]
    value = cell.value if cell.value is not None else cell.low
    units = {Measure.PEOPLE: "people", Measure.HOURS: "hours"}
    return ChartRow(
        measure,
        currency if measure is Measure.PAY_PER_HOUR else "",
        units.get(measure, "currency_per_hour"),
        f"{voice.say(CONCEPTS[Concept.CLICK])}, {voice.period(period)}",
        voice.message("portrait.outside_here"),
        HERE,
        float(value or 0),
        None if cell.low is None else float(cell.low),
        None if cell.high is None else float(cell.high),
        voice.cell(cell, currency),
    )


def _drawing(panels: Sequence[Sequence[ChartRow]], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet(KEY, width)
    top = 0.0
    for rows in panels:
        top = _draw_panel(sheet, rows, voice, top) + 26
    return sheet.close(max(top - 20, 20), voice.message("portrait.outside_label"))


def _draw_panel(
    sheet: PortraitSheet, rows: Sequence[ChartRow], voice: PortraitLanguage, top: float
) -> float:
    """Draw the figures of one measure on one scale; return where the panel ends."""
    begin, end = (380.0, 780.0) if sheet.is_wide else (8.0, 218.0)
    head = voice.say(MEASURES[rows[0].measure])
    if rows[0].currency:
        head = f"{head} ({rows[0].currency})"
    sheet.text(0, top + 16, head, "st")
    scale = _scale(rows, begin, end)
    axis = top + (16 if sheet.is_wide else 36)
    bottom = axis + 14 + sum(_height(sheet, row) for row in rows)
    for tick in _ticks(sheet, scale):
        x = scale.at(tick)
        sheet.line("gr", x, axis + 8, x, bottom)
        anchor = "start" if x <= begin + 1 and not sheet.is_wide else "middle"
        sheet.text(x, axis, _tick(rows[0].measure, tick, voice), "", anchor)
    y = axis + 14
    for row in rows:
        _draw_row(sheet, row, scale, y)
        y += _height(sheet, row)
    return y


def _draw_row(sheet: PortraitSheet, row: ChartRow, scale: Scale, top: float) -> None:
    label_width = 360.0 if sheet.is_wide else float(sheet.width)
    used = sheet.lines(0, top + 16, row.name, label_width, "st")
    used += sheet.lines(0, top + 16 + used, row.detail, label_width)
    middle = top + (22 if sheet.is_wide else used + 16)
    x_words = 800.0 if sheet.is_wide else 232.0
    if row.low is not None and row.high is not None:
        kind = "ci-l t" if row.mark == HERE else "ci-l"
        sheet.interval(kind, scale.at(row.low), scale.at(row.high), middle)
    elif row.low is not None:
        at = scale.at(row.low)
        sheet.path("ci-l", f"M{at:.1f} {middle:.1f}h26m-6 -4l6 4l-6 4")
    _mark(sheet, row.mark, scale.at(row.value), middle)
    sheet.lines(x_words, middle + 5, row.words, sheet.width - x_words)


def _height(sheet: PortraitSheet, row: ChartRow) -> float:
    """Return the height of a row: its label, and on a phone the mark below it."""
    label_width = 360.0 if sheet.is_wide else float(sheet.width)
    probe = PortraitSheet(KEY, sheet.width)
    label = probe.lines(0, 0, row.name, label_width, "st") + probe.lines(
        0, 0, row.detail, label_width
    )
    words = probe.lines(0, 0, row.words, sheet.width - (800.0 if sheet.is_wide else 232.0))
    return max(label, words + 10) + 14 if sheet.is_wide else label + max(words, LINE_HEIGHT) + 20


def _mark(sheet: PortraitSheet, mark: str, x: float, y: float) -> None:
    """Draw the mark of a grade: full square, half square, open circle, open lozenge."""
    if mark == HERE:
        sheet.dot("pt t", x, y, SIDE)
    elif mark == DepositGrade.A:
        sheet.rect("pt", x - SIDE, y - SIDE, 2 * SIDE, 2 * SIDE)
    elif mark == DepositGrade.B:
        sheet.rect("pt o", x - SIDE, y - SIDE, 2 * SIDE, 2 * SIDE)
        sheet.rect("pt", x - SIDE, y - SIDE, SIDE, 2 * SIDE)
    elif mark == DepositGrade.C:
        sheet.dot("pt o", x, y, SIDE)
    else:
        step = SIDE + 1.5
        sheet.path("pt o", f"M{x:.1f} {y - step:.1f}l{step} {step}l-{step} {step}l-{step} -{step}z")


def _scale(rows: Sequence[ChartRow], begin: float, end: float) -> Scale:
    """Return one scale for the figures of a measure: by powers of ten where they lie far apart."""
    ends = [end_of for row in rows for end_of in (row.value, row.low, row.high) if end_of]
    most = max(ends, default=1.0)
    least = min(ends, default=1.0)
    if rows[0].measure is Measure.SHARE:
        return Scale(begin, end, 1.0)
    if most / least > SPAN:
        low = 10.0 ** (len(f"{int(least)}") - 1)
        return Scale(begin, end, most * ROOM, min(low, least))
    return Scale(begin, end, most * ROOM)


def _ticks(sheet: PortraitSheet, scale: Scale) -> list[float]:
    """Return the values of an axis, so few that their labels do not touch on a phone."""
    ticks = scale.ticks(MOST_TICKS[sheet.width] if sheet.is_wide else FEW_TICKS)
    step = 1 if sheet.is_wide or len(ticks) <= FEW_TICKS else -(-len(ticks) // FEW_TICKS)
    return ticks[::step]


def _tick(measure: Measure, tick: float, voice: PortraitLanguage) -> str:
    if measure is Measure.SHARE:
        return voice.share(tick)
    return voice.number(tick, 0 if tick == int(tick) else 1)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
