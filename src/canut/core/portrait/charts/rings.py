"""Draw the three rings (C1): five named occupations, the rest of the 45,000, click work.

Click work has no edge. Around the 45,000, in the same proportion, stand people in information
technology: the outer scale.
"""

from collections.abc import Iterable
from math import sqrt

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.facts import FactState, FigureConfidence
from canut.core.portrait.language import (
    CONFIDENCE,
    MEASURES,
    STATES,
    UP_TO,
    Phrase,
    PortraitLanguage,
)
from canut.core.portrait.occupations import Family, Occupation, Rings
from canut.core.svg import LETTER

OUTER = 168.0
WIDEST_LETTER = 8.2
"""Mean width of a letter in the widest font that a reader's machine may put in place of ours."""
TEXT_X, BLOCK_STEP = 400, 112
REST_SHORT = {
    "F3.programmer_analysts": Phrase("portrait.programmer_analysts"),
    "F3.business_analysts": Phrase("portrait.business_analysts"),
    "F3.web_integrators": Phrase("portrait.web_integrators"),
}
OTHERS = Phrase("portrait.others")
CORE_SHORT = {
    "DS": Phrase("portrait.data"),
    "DA": Phrase("portrait.analysis"),
    "DE": Phrase("portrait.engineering"),
    "MLE": Phrase("portrait.learning"),
    "RES": Phrase("portrait.research"),
    "CV": Phrase("portrait.vision"),
}
PEOPLE = ChartColumn("people", MEASURES[CellMeasure.PEOPLE], "number")
CORE, REST = Phrase("portrait.core"), Phrase("portrait.rest")
BESIDE, CLICK = Phrase("portrait.in_addition"), Phrase("portrait.click_work")
INFORMATION_TECHNOLOGY = Phrase("portrait.information_technology")


def three_rings(figures: Rings, occupations: Iterable[Occupation], language: str) -> PortraitChart:
    """Draw C1: five named occupations, the rest of the 45,000, click work without an edge."""
    voice, rows = PortraitLanguage(language), list(occupations)
    drawings = _Rings(figures, voice, sum(1 for row in rows if row.family is Family.NAMED))
    names = {occupation.key: occupation.label for occupation in rows}
    source = figures.total.fact
    data: list[tuple[Value, ...]] = [
        (CORE, names[key], count, STATES[_counted(count)]) for key, count in figures.parts.items()
    ]
    data += [
        (REST, REST_SHORT[key], count, STATES[FactState.EXACT])
        for key, count in figures.rest_parts.items()
    ]
    data += [(REST, OTHERS, figures.others, STATES[FactState.DERIVED])]
    data += [(BESIDE, INFORMATION_TECHNOLOGY, figures.beside.value, STATES[figures.beside.state])]
    data += [
        (CLICK, occupation.label, None, STATES[FactState.UNKNOWN])
        for occupation in rows
        if occupation.family is Family.CLICK
    ]
    columns = (
        ChartColumn("ring", Phrase("portrait.ring")),
        ChartColumn("part", Phrase("portrait.part")),
        PEOPLE,
        ChartColumn("state", Phrase("portrait.how_it_is_known")),
    )
    return PortraitChart(
        key="C1",
        language=voice.language,
        title=voice.message("portrait.how_many_do_click_work"),
        about=voice.message("portrait.quebec_people_areas_in_proportion", period=source.period),
        source=voice.message(
            "portrait.source_of_rings",
            sure=voice.say(CONFIDENCE[FigureConfidence.SECONDARY]),
            contested=voice.say(source.contested_by),
        ),
        wide=drawings.wide(),
        narrow=drawings.narrow(),
        table=ChartData(columns, tuple(data)),
    )


def _counted(count: int | None) -> FactState:
    return FactState.UNKNOWN if count is None else FactState.EXACT


class _Rings:
    """Both drawings of the rings, wide and narrow."""

    def __init__(self, figures: Rings, voice: PortraitLanguage, n_named: int) -> None:
        self.figures, self.voice, self.n_named = figures, voice, n_named
        self.total = int(figures.total.value or 0)
        self.beside = int(figures.beside.value or 0)
        self.label = voice.message(
            "portrait.three_rings_named_specialists_about",
            core=voice.number(figures.core),
            rest=voice.number(figures.rest),
            beside=voice.number(self.beside),
        )

    def radius(self, count: int) -> float:
        """Return the radius, where everybody has 1, that gives a count an area in proportion."""
        return sqrt(count / (self.total + self.beside))

    def draw(self, sheet: PortraitSheet, x: float, y: float, outer: float) -> None:
        """Draw the rings around a centre."""
        sheet.dot("ground", x, y, outer + 7)
        sheet.dot("under", x, y, outer)
        sheet.dot("fr", x, y, outer)
        sheet.dot("s3", x, y, outer * self.radius(self.total))
        sheet.dot("s1", x, y, outer * self.radius(self.figures.core))

    def texts(self) -> list[tuple[str, str, str]]:
        """List the figure, the name and the parts of each ring, from the outside in."""
        voice, figures = self.voice, self.figures
        rest_texts = [
            f"{voice.say(REST_SHORT[key])} {voice.number(count)}"
            for key, count in figures.rest_parts.items()
        ]
        rest_texts.append(f"{voice.say(OTHERS)} ≈ {voice.number(figures.others)}")
        core = [
            f"{voice.say(CORE_SHORT[key])} "
            f"{voice.unknown() if count is None else voice.number(count)}"
            for key, count in figures.parts.items()
        ]
        here_text = voice.message("portrait.in_this_instance_nobody_real_yet")
        if figures.here is not None:
            here_text = voice.message(
                "portrait.in_this_instance_people", n=voice.cell(figures.here)
            )
        total = voice.number(self.total)
        interval = voice.say(
            UP_TO,
            low=voice.number(figures.rest_range.low),
            high=voice.number(figures.rest_range.high),
        )
        return [
            (
                f"≈ {voice.number(self.beside)}",
                voice.message("portrait.information_technology_in_addition"),
                voice.message("portrait.outer_scale", all=total),
            ),
            (
                f"≈ {voice.number(figures.rest)}",
                f"{voice.message('portrait.the_rest_of_the_industry', all=total)} ({interval})",
                ", ".join(rest_texts),
            ),
            (
                voice.number(figures.core),
                voice.message(
                    "portrait.named_specialists_of_the",
                    share=voice.share(figures.share, 1),
                    all=total,
                    counted=str(figures.n_counted),
                    named=str(self.n_named),
                ),
                ", ".join(core),
            ),
            (voice.unknown(), voice.message("portrait.click_work_this_ring_has"), here_text),
        ]

    def wide(self) -> str:
        """Draw the rings on the left, their texts on the right."""
        sheet, x, y = PortraitSheet("C1", WIDE), 190.0, 229.0
        texts = self.texts()
        height = BLOCK_STEP * len(texts) + 10.0
        sheet.weave("wp", 0, 0, WIDE, height)
        sheet.rect("ground", TEXT_X - 12, 0, WIDE - TEXT_X + 12, height)
        self.draw(sheet, x, y, OUTER)
        radii = (1.0, self.radius(self.total), self.radius(self.figures.core))
        for index, (figure, name, parts) in enumerate(texts):
            top = 10 + BLOCK_STEP * index
            is_last = index == len(texts) - 1
            sheet.text(TEXT_X, top + 27, figure, "ser big2" if is_last else "big")
            down = top + 47 + _lines(sheet, (TEXT_X, top + 47), name, "st")
            _lines(sheet, (TEXT_X, down), parts)
            if not is_last:
                self._lead(sheet, (x, y), OUTER * radii[index], top + 20)
        return sheet.close(height, self.label)

    @staticmethod
    def _lead(
        sheet: PortraitSheet, centre: tuple[float, float], radius: float, text_y: float
    ) -> None:
        """Draw a line from the edge of a ring to its text, level with it where it can be."""
        x, y = centre
        above = min(max(text_y - y, -radius * 0.8), radius * 0.8)
        edge = x + sqrt(radius * radius - above * above)
        sheet.dot("pt", edge, y + above, 2.5)
        end = TEXT_X - 14
        sheet.path("lead", f"M{edge:.1f} {y + above:.1f}L{end - 40} {text_y:.1f}H{end}")

    def narrow(self) -> str:
        """Draw the rings above, their texts below."""
        sheet, outer = PortraitSheet("C1", NARROW), 96.0
        x, y = NARROW / 2, 110.0
        sheet.weave("wp", 0, 0, NARROW, 250)
        self.draw(sheet, x, y, outer)
        sheet.rect("ground", x - 66, 213, 132, 32)
        sheet.text(x, 236, self.voice.unknown(), "ser big2", "middle")
        top = 274.0
        for kind, (figure, name, parts) in zip(
            ("under", "s3", "s1", ""), self.texts(), strict=True
        ):
            if kind:
                sheet.rect(kind, 0, top - 12, 14, 14)
            else:
                sheet.weave("wp", 0, top - 12, 14, 14)
            if kind == "under":
                sheet.rect("fr", 0, top - 12, 14, 14)
            sheet.text(24, top, figure, "st" if kind else "ser")
            top += 18
            top += _lines(sheet, (24, top), name, "st")
            top += _lines(sheet, (24, top), parts) + 14
        return sheet.close(top - 12, self.label)


def _lines(sheet: PortraitSheet, start: tuple[float, float], words: str, kind: str = "") -> float:
    """Draw a text up to the sheet's edge on lines that fit in any font; return its height."""
    x, y = start
    return sheet.lines(x, y, words, (sheet.width - x) * LETTER / WIDEST_LETTER, kind)
