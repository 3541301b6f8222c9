"""Draw the dualities of the article: each as measures on one scale, unknown ones hatched.

The caller gives the figures of the edition by id; nothing is added up across dualities.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.language import PortraitLanguage
from canut.core.svg import Scale, wrap

BAR, GAP, HEADING, WIDEST_LETTER = 14.0, 30.0, 30.0, 8.2
LABELS, FIGURES = 380, 130
"""Width of the labels on a page, and of the figures after the bars."""


class DualityFigure(NamedTuple):
    """A figure of the edition: its value, None if unknown, and its text."""

    value: Decimal | None
    text: str


class DualityMeasure(NamedTuple):
    """One bar: what it measures, its value as a share of the scale, and the figure as text."""

    label: str
    share: float | None
    figure: str


class DualityMeasures(NamedTuple):
    """One duality: its name, and two or more measures on one scale."""

    name: str
    measures: tuple[DualityMeasure, ...]


class DualityDrawings(NamedTuple):
    """The drawing for a page, and the one for a phone."""

    wide: str
    narrow: str


def draw_dualities(figures: Mapping[str, DualityFigure], language: str) -> DualityDrawings:
    """Draw the five dualities of an edition; a figure that is missing is unknown."""
    voice = PortraitLanguage(language)
    measures = duality_measures(figures, voice)
    return DualityDrawings(_drawn(measures, voice, WIDE), _drawn(measures, voice, NARROW))


def duality_measures(
    figures: Mapping[str, DualityFigure], voice: PortraitLanguage
) -> tuple[DualityMeasures, ...]:
    """Return each duality with its measures as shares of its own scale."""
    unknown = DualityFigure(None, voice.unknown())
    hours = ("displaced", "created.train", "created.verify")
    values = {key: figure.value for key, figure in figures.items()}
    worker = next((key for key in figures if key.startswith("chain.") and ".worker." in key), "")
    known_hours = [value for key in hours if (value := values.get(key)) is not None]
    pairs: Mapping[str, tuple[tuple[str, str, Decimal | None], ...]] = {
        "exploitation": (
            ("price", "chain.price", values.get("chain.price")),
            ("worker", worker, values.get("chain.price")),
        ),
        "jobs": tuple(
            (key.rpartition(".")[2], key, max(known_hours, default=None)) for key in hours
        ),
        "noble": (
            ("named", "table.named_counted", values.get("table.named_rows")),
            ("click", "table.click_counted", values.get("table.click_rows")),
        ),
        "gesture": (
            ("paid", "time.paid", Decimal(60)),
            ("unseen", "time.unseen", Decimal(60)),
        ),
        "traced": (
            ("hidden", "why.not_disclosed.share", Decimal(1)),
            ("accidents", "scheme.cnesst", Decimal(1)),
        ),
    }
    return tuple(
        DualityMeasures(
            voice.message(f"portrait.duality_{name}"),
            tuple(
                DualityMeasure(
                    voice.message(f"portrait.bar_{label}"),
                    _share(figures.get(key, unknown).value, whole),
                    _of_whole(figures.get(key, unknown), whole, voice)
                    if name == "noble"
                    else figures.get(key, unknown).text,
                )
                for label, key, whole in measures
            ),
        )
        for name, measures in pairs.items()
    )


def _of_whole(figure: DualityFigure, whole: Decimal | None, voice: PortraitLanguage) -> str:
    """Format a count with the number it is out of, which is the whole of its scale."""
    return figure.text if whole is None else f"{figure.text} / {voice.number(whole)}"


def _share(value: Decimal | None, whole: Decimal | None) -> float | None:
    return None if value is None or not whole else float(value / whole)


def _drawn(dualities: tuple[DualityMeasures, ...], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C19", width)
    begin = LABELS if sheet.is_wide else 0
    scale = Scale(begin, width - FIGURES, 1.0)
    top = 0.0
    for duality in dualities:
        sheet.text(0, top + 18, duality.name, "st")
        top += HEADING
        sheet.line("ax", 0, top - 4, width, top - 4)
        for index, measure in enumerate(duality.measures):
            top += _bar(sheet, measure, scale, top, "s1" if index else "s3")
        top += 10
    return sheet.close(top, voice.message("portrait.dualities"))


def _bar(
    sheet: PortraitSheet, measure: DualityMeasure, scale: Scale, top: float, kind: str
) -> float:
    """Draw one measure; return the height used."""
    letters = (scale.begin if sheet.is_wide else sheet.width) / WIDEST_LETTER
    lines = wrap(measure.label, letters)
    for index, line in enumerate(lines):
        sheet.text(0, top + 14 + 17 * index, line)
    y = top + 3 if sheet.is_wide else top + 17 * len(lines) + 3
    if measure.share is None:
        sheet.unknown(scale.begin, y - 2, scale.end - scale.begin, BAR + 4, measure.figure)
    else:
        length = scale.at(measure.share) - scale.begin
        sheet.rect(kind, scale.begin, y, length, BAR)
        sheet.line("ax", scale.begin, y - 2, scale.begin, y + BAR + 2)
        sheet.text(scale.begin + length + 8, y + 12, measure.figure, "st")
    return max(GAP, 17 * len(lines) + 8) if sheet.is_wide else 17 * len(lines) + GAP
