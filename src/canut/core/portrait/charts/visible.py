"""Draw who is visible: terms in classifications (C2), and the same table for all (C3).

A full mark is the term itself, a half mark an entry that only comes near, a square a title read by
eye. Rows of click work stand together by the reason why nobody has counted them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.facts import ReferenceFacts
from canut.core.portrait.language import CONFIDENCE, MEASURES, NOT_COUNTED, Phrase, PortraitLanguage
from canut.core.portrait.occupations import Family, OccupationRow
from canut.core.portrait.terms import LookedIn, TermTarget, VisibilityAudit
from canut.core.portrait.unseen.reasons import REASON_NAMES, Reason, reason_of
from canut.core.svg import LETTER, Scale, wrap

FAMILIES = {
    Family.NAMED: Phrase("portrait.named_by_the_study"),
    Family.CLICK: Phrase("portrait.family_click_work"),
    Family.EMERGING: Phrase("portrait.emerging"),
    Family.ABSENT: Phrase("portrait.absent_from_the_study"),
}
PEOPLE = ChartColumn("people", MEASURES[CellMeasure.PEOPLE], "number")
SHORTEST_HEAD = 10
"""Letters that a narrow column has room for at least: its counts are as wide."""
OTHERS = tuple(measure for measure in CellMeasure if measure is not CellMeasure.PEOPLE)


def draw_visibility(audit: VisibilityAudit, language: str) -> PortraitChart:
    """Draw C2: which terms stand in which classifications; unchecked cells are bare."""
    voice = PortraitLanguage(language)
    esco = audit.classifications["esco"]
    named, counted = audit.naming("esco", TermTarget.CLICK)
    looked = {
        LookedIn.ALL_TEXT: Phrase("portrait.all_text"),
        LookedIn.TITLES_ONLY: Phrase("portrait.titles_only"),
        LookedIn.NOT_CHECKED: Phrase("portrait.not_checked"),
    }
    heads = {
        key: (voice.say(classification.title), voice.say(looked[classification.looked_in]))
        for key, classification in audit.classifications.items()
    }
    near = [
        key
        for key in audit.classifications
        if any(term.near_hits[key] is not None for term in audit.terms)
    ]
    columns = (
        ChartColumn("term", Phrase("portrait.term")),
        *(
            ChartColumn(k, classification.title, "number")
            for k, classification in audit.classifications.items()
        ),
        *(
            ChartColumn(
                f"{k}_near",
                Phrase("portrait.near_of", {"name": audit.classifications[k].title}),
                "number",
            )
            for k in near
        ),
    )
    rows: list[tuple[Value, ...]] = [
        (
            term.label,
            *(_counted(term.hits[key]) for key in audit.classifications),
            *(_counted(term.near_hits[key]) for key in near),
        )
        for term in audit.terms
    ]
    return PortraitChart(
        key="C2",
        language=voice.language,
        title=voice.say(
            Phrase("portrait.esco_names_no_term")
            if not named
            else Phrase("portrait.esco_names_some_terms"),
            terms=str(counted),
            named=str(named),
            rows=voice.number(esco.rows or 0),
        ),
        about=voice.message(
            "portrait.entries_that_hold_the_term",
            day=esco.read.isoformat(),
        ),
        source=voice.message(
            "portrait.counted_by_canut",
            notices=" ".join(audit.notices()),
        ),
        wide=_matrix(audit, heads, voice, WIDE),
        narrow=_matrix(audit, heads, voice, NARROW),
        table=ChartData(columns, tuple(rows)),
    )


def _counted(hits: int | None) -> Value:
    return NOT_COUNTED if hits is None else hits


def _matrix(
    audit: VisibilityAudit, heads: dict[str, tuple[str, str]], voice: PortraitLanguage, width: int
) -> str:
    sheet = PortraitSheet("C2", width)
    x_left = 300 if sheet.is_wide else 0
    columns = _shared_width(heads.values(), x_left, width, is_equal=sheet.is_wide)
    top = 0.0
    for (name, scope), (x, step) in zip(heads.values(), columns, strict=True):
        cell_width = step - 10
        first = sheet.lines(x, 14, name, cell_width, "st" if sheet.is_wide else "")
        top = max(top, first + sheet.lines(x, 14 + first, scope, cell_width))
    top += 14
    high = 34 if sheet.is_wide else 54
    for term in audit.terms:
        sheet.line("gr", 0, top, width, top)
        y = top + high / 2 if sheet.is_wide else top + 37
        kind = "st" if term.of is TermTarget.CLICK else ""
        sheet.text(0, y + 5 if sheet.is_wide else top + 19, voice.say(term.label), kind)
        for key, (x, step) in zip(heads, columns, strict=True):
            marks = _Marks(
                term.hits[key],
                term.near_hits[key],
                audit.classifications[key].looked_in is LookedIn.TITLES_ONLY,
            )
            _hit(sheet, marks, (x, y), step)
        top += high
    sheet.line("gr", 0, top, width, top)
    label = Phrase("portrait.terms_by_classification_the_table")
    return sheet.close(top + 2, voice.say(label))


def _shared_width(
    heads: Iterable[tuple[str, str]], begin: float, end: float, *, is_equal: bool
) -> list[tuple[float, float]]:
    """Return where each column begins and its width: all equal, or by its longest word."""
    words = [f"{name} {scope}".split(" ") for name, scope in heads]
    weights = [
        1 if is_equal else max(SHORTEST_HEAD, 2 + max(len(word) for word in head)) for head in words
    ]
    unit, columns, x = (end - begin) / sum(weights), list[tuple[float, float]](), begin
    for weight in weights:
        columns.append((x, weight * unit))
        x += weight * unit
    return columns


class _Marks(NamedTuple):
    """The counts of one term in one classification, and whether a person read titles by eye."""

    hits: int | None
    near: int | None
    is_by_eye: bool


def _hit(sheet: PortraitSheet, marks: _Marks, place: tuple[float, float], step: float) -> None:
    """Draw a full mark for a term present, an open one for an absent one, a half one for near.

    Titles read by eye have a square: they were not searched as the others were.
    """
    (x, y), hits = place, marks.hits
    if hits is None:
        sheet.weave("wp", x, y - 10, min(step - 18, 84), 20)
        return
    if marks.is_by_eye:
        sheet.rect("st-t" if hits else "fr", x + 1, y - 5, 10, 10)
    elif hits or not marks.near:
        sheet.dot("pt t" if hits else "pt o", x + 6, y, 5)
    else:
        sheet.dot("pt o", x + 6, y, 5)
        sheet.path("st-t", f"M{x + 6:.1f} {y - 5:.1f}a5 5 0 0 0 0 10z")
    sheet.text(x + 20, y + 5, str(hits), "st" if hits else "")
    if marks.near:
        sheet.text(x + 36, y + 5, f"(+ {marks.near})")


def same_table(
    rows: Sequence[OccupationRow], facts: ReferenceFacts, language: str
) -> PortraitChart:
    """Draw C3: people per occupation, and which of the other columns are filled."""
    voice = PortraitLanguage(language)
    counted = [row for row in rows if row.cells[CellMeasure.PEOPLE].reference.is_known]
    click = [row for row in rows if row.occupation.family is Family.CLICK]
    click_counted = [row for row in click if row in counted]
    columns = (
        ChartColumn("occupation", Phrase("portrait.occupation")),
        PEOPLE,
        *(
            ChartColumn(
                f"{m}_here", Phrase("portrait.measure_here", {"measure": MEASURES[m]}), "number"
            )
            for m in CellMeasure
        ),
    )
    data: list[tuple[Value, ...]] = [
        (
            row.occupation.label,
            row.cells[CellMeasure.PEOPLE].reference.value,
            *(
                None if (here := row.cells[m].here) is None else voice.cell(here)
                for m in CellMeasure
            ),
        )
        for row in rows
    ]
    source = facts.figure("F2.core").fact
    return PortraitChart(
        key="C3",
        language=voice.language,
        title=voice.message(
            "portrait.of_occupations_have_a_count",
            all=str(len(rows)),
            counted=str(len(counted)),
            click=str(len(click)),
            none=str(len(click_counted)) if click_counted else voice.message("portrait.none"),
        ),
        about=voice.message(
            "portrait.quebec_people_one_scale_for",
            period=source.period,
        ),
        source=voice.message(
            "portrait.source_of_table",
            sure=voice.say(CONFIDENCE[source.confidence]),
            here=voice.say(
                Phrase("portrait.people_as_bands")
                if any(row.cells[m].here for row in rows for m in CellMeasure)
                else Phrase("portrait.nothing_yet")
            ),
        ),
        wide=_bars(rows, voice, WIDE),
        narrow=_bars(rows, voice, NARROW),
        table=ChartData(columns, tuple(data)),
        is_simulated=any(
            cell.is_simulated for row in rows for m in CellMeasure for cell in row.cells[m].cells()
        ),
    )


class _Columns(NamedTuple):
    """Positions of bars and marks; bars end before ``end``, to leave space for the figure."""

    scale: Scale
    end: float
    marks: float
    step: float


def _columns(sheet: PortraitSheet, most: float) -> _Columns:
    begin, end, marks = (276, 584, 614) if sheet.is_wide else (0, 216, 240)
    return _Columns(Scale(begin, end - 60, most), end, marks, (sheet.width - marks) / len(OTHERS))


def _bars(rows: Sequence[OccupationRow], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C3", width)
    most = max(float(row.cells[CellMeasure.PEOPLE].reference.value or 0) for row in rows)
    columns = _columns(sheet, most or 1.0)
    top = 0.0
    if sheet.is_wide:
        sheet.text(columns.scale.begin, 14, voice.say(PEOPLE.label), "st")
        for index, measure in enumerate(OTHERS):
            n_letters = columns.step / LETTER
            for line, words in enumerate(wrap(voice.say(MEASURES[measure]), n_letters)):
                sheet.text(columns.marks + index * columns.step, 14 + 16 * line, words)
        top = 42
    family, reason = None, None
    for row in _together(rows):
        if row.occupation.family is not family:
            family = row.occupation.family
            sheet.text(0, top + 18, voice.say(FAMILIES[family]), "st")
            top += 26
            sheet.line("ax", 0, top, width, top)
        if (own := reason_of(row.occupation)) is not reason:
            reason = own
            if reason is not None:
                sheet.text(0, top + 18, voice.say(REASON_NAMES[reason]))
                top += 26
                sheet.line("gr", 0, top, width, top)
        top += _bar(sheet, row, columns, top, voice)
    label = Phrase("portrait.people_by_occupation_the_table")
    return sheet.close(top + 4, voice.say(label))


def _together(rows: Sequence[OccupationRow]) -> list[OccupationRow]:
    """Put rows that nobody counted for the same reason together, each family in its place."""
    order = {reason: index for index, reason in enumerate(Reason)}
    families = list(dict.fromkeys(row.occupation.family for row in rows))

    def position(row: OccupationRow) -> tuple[int, int]:
        reason = reason_of(row.occupation)
        return families.index(row.occupation.family), -1 if reason is None else order[reason]

    return sorted(rows, key=position)


def _bar(
    sheet: PortraitSheet, row: OccupationRow, columns: _Columns, top: float, voice: PortraitLanguage
) -> float:
    """Draw one occupation; return the height used."""
    scale, pair = columns.scale, row.cells[CellMeasure.PEOPLE]
    is_click = row.occupation.family is Family.CLICK
    sheet.text(0, top + 19, voice.say(row.occupation.label), "st" if is_click else "")
    y = top + 5 if sheet.is_wide else top + 27
    value = pair.reference.value
    if value is None:
        sheet.unknown(scale.begin, y, columns.end - scale.begin, 20, voice.unknown())
    else:
        at = max(scale.at(float(value)), scale.begin + 1.5)
        sheet.rect("s1", scale.begin, y + 3, at - scale.begin, 14)
        sheet.text(at + 8, y + 15, voice.number(value), "st")
    for index, measure in enumerate(OTHERS):
        here, x = row.cells[measure].here, columns.marks + index * columns.step
        if here is not None and here.is_known:
            sheet.rect("st-t", x, y + 3, 14, 14)
        else:
            sheet.weave("wp", x, y + 3, 14, 14)
    high = 30.0 if sheet.is_wide else 54.0
    if pair.here is not None:
        text = voice.message("portrait.here_count", n=voice.cell(pair.here))
        sheet.text(scale.begin, y + 36, text, "th")
        high += 20
    sheet.line("gr", 0, top + high, sheet.width, top + high)
    return high
