"""Draw the three rings (C1): named specialists, the rest, and click work without an edge."""

from collections.abc import Iterable
from math import sqrt

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.language import CONFIDENCE, MEASURES, Phrase, PortraitLanguage
from canut.core.portrait.occupations import Family, Occupation, Rings

RING = 138
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


def three_rings(figures: Rings, occupations: Iterable[Occupation], language: str) -> PortraitChart:
    """Draw C1: named specialists, the rest of the industry, click work without an edge."""
    voice, rows = PortraitLanguage(language), list(occupations)
    drawings = _Rings(figures, voice)
    names = {occupation.key: occupation.label for occupation in rows}
    source = figures.total.fact
    data: list[tuple[Value, ...]] = [
        (Phrase("portrait.core"), names[key], count) for key, count in figures.parts.items()
    ]
    rest_label = Phrase("portrait.rest")
    data += [(rest_label, REST_SHORT[key], count) for key, count in figures.rest_parts.items()]
    data += [(rest_label, OTHERS, figures.others)]
    click = Phrase("portrait.click_work")
    data += [
        (click, occupation.label, None) for occupation in rows if occupation.family is Family.CLICK
    ]
    columns = (
        ChartColumn("ring", Phrase("portrait.ring")),
        ChartColumn("part", Phrase("portrait.part")),
        PEOPLE,
    )
    return PortraitChart(
        key="C1",
        language=voice.language,
        title=voice.message("portrait.how_many_do_click_work"),
        about=voice.message(
            "portrait.quebec_people_areas_in_proportion",
            period=source.period,
        ),
        source=voice.message(
            "portrait.source_of_rings",
            sure=voice.say(CONFIDENCE[source.confidence]),
        ),
        wide=drawings.wide(),
        narrow=drawings.narrow(),
        table=ChartData(columns, tuple(data)),
    )


class _Rings:
    """Both drawings of the rings, wide and narrow."""

    def __init__(self, figures: Rings, voice: PortraitLanguage) -> None:
        self.found, self.voice = figures, voice
        self.rest = f"≈ {voice.number(figures.rest)}"
        self.core = voice.number(figures.core)
        self.label = voice.message(
            "portrait.three_rings_named_specialists_about",
            core=self.core,
            rest=voice.number(figures.rest),
        )

    def radius(self, outer: float) -> float:
        """Return the radius that gives the core an area in proportion."""
        return outer * sqrt(self.found.share)

    def texts(self) -> list[tuple[str, str, str]]:
        """List the figure, the name and the parts of each ring."""
        voice, figures = self.voice, self.found
        rest_texts = [
            f"{voice.say(REST_SHORT[key])} {voice.number(count)}"
            for key, count in figures.rest_parts.items()
        ]
        rest_texts.append(f"{voice.say(OTHERS)} {voice.number(figures.others)}")
        core = [
            f"{voice.say(CORE_SHORT[key])} "
            f"{voice.unknown() if count is None else voice.number(count)}"
            for key, count in figures.parts.items()
        ]
        here = Phrase("portrait.in_this_instance_nobody_real_yet")
        here_text = voice.say(here)
        if figures.here is not None:
            here_text = voice.message(
                "portrait.in_this_instance_people",
                n=voice.cell(figures.here),
            )
        shares = {
            "share": voice.share(figures.share, 1),
            "all": voice.number(int(figures.total.value or 0)),
        }
        return [
            (
                self.rest,
                voice.message("portrait.the_rest_of_the_industry"),
                ", ".join(rest_texts),
            ),
            (
                self.core,
                voice.message(
                    "portrait.named_specialists_of_the",
                    **shares,
                ),
                ", ".join(core),
            ),
            (
                voice.unknown(),
                voice.message("portrait.click_work_this_ring_has"),
                here_text,
            ),
        ]

    def wide(self) -> str:
        """Draw the rings on the left, their texts on the right."""
        sheet, height, x, y = PortraitSheet("C1", WIDE), 330.0, 206.0, 165.0
        sheet.weave("wp", 0, 0, WIDE, height)
        sheet.dot("ground", x, y, RING + 7)
        sheet.dot("s3", x, y, RING)
        sheet.dot("s1", x, y, self.radius(RING))
        tops = (20, 126, 232)
        for index, (figure, name, parts) in enumerate(self.texts()):
            top = tops[index]
            sheet.rect("ground", 418, top, WIDE - 418, 96)
            sheet.text(430, top + 30, figure, "ser big2" if index == len(tops) - 1 else "big")
            sheet.text(430, top + 51, name, "st")
            sheet.lines(430, top + 70, parts, WIDE - 436)
        sheet.path("lead", f"M{x + 84:.1f} {tops[0] + 24}H416")
        sheet.dot("pt", x + 84, tops[0] + 24, 2.5)
        sheet.path("lead", f"M{x + self.radius(RING):.1f} {y}H416")
        return sheet.close(height, self.label)

    def narrow(self) -> str:
        """Draw the rings above, their texts below."""
        sheet, x, y, outer = PortraitSheet("C1", NARROW), NARROW / 2, 110.0, 96.0
        sheet.weave("wp", 0, 0, NARROW, 250)
        sheet.dot("ground", x, y, outer + 7)
        sheet.dot("s3", x, y, outer)
        sheet.dot("s1", x, y, self.radius(outer))
        unknown = self.voice.unknown()
        sheet.rect("ground", x - 66, 213, 132, 32)
        sheet.text(x, 236, unknown, "ser big2", "middle")
        top = 274.0
        for kind, (figure, name, parts) in zip(("s3", "s1", ""), self.texts(), strict=True):
            if kind:
                sheet.rect(kind, 0, top - 12, 14, 14)
            else:
                sheet.weave("wp", 0, top - 12, 14, 14)
            sheet.text(24, top, figure, "st" if kind else "ser")
            top += 18
            top += sheet.lines(24, top, name, NARROW - 24, "st")
            top += sheet.lines(24, top, parts, NARROW - 24) + 14
        return sheet.close(top - 12, self.label)
