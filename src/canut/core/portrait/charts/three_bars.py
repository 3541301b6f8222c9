"""Draw the finding of the first screen (C0): two counts as bars, click work as a bar without end.

The rest of the 45,000 is what rounded numbers leave over: it is rounded to hundreds.
"""

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart
from canut.core.portrait.facts import FigureConfidence
from canut.core.portrait.language import CONFIDENCE, MEASURES, Phrase, PortraitLanguage
from canut.core.portrait.occupations import Rings

HUNDREDS = -2
BAR, STEP = 34.0, 60.0
BEGIN, END = 236.0, 880.0
REST = Phrase("portrait.rest_of_the_total")
NAMED = Phrase("portrait.five_named_occupations")
CLICK = Phrase("portrait.family_click_work")
WHO = {
    REST.id: Phrase("portrait.who_is_the_rest"),
    NAMED.id: Phrase("portrait.who_is_named_there"),
    CLICK.id: Phrase("portrait.who_does_click_work"),
}


def about_hundreds(count: int) -> int:
    """Round a count that comes from rounded numbers.

    >>> about_hundreds(42845)
    42800
    """
    return round(count, HUNDREDS)


def three_bars(figures: Rings, language: str) -> PortraitChart:
    """Draw C0: the rest of the 45,000, five named occupations, and click work without an end."""
    voice, source = PortraitLanguage(language), figures.total.fact
    total = int(figures.total.value or 0)
    bars = _Bars(figures, voice)
    columns = (
        ChartColumn("group", Phrase("portrait.group")),
        ChartColumn("people", MEASURES[CellMeasure.PEOPLE], "number"),
        ChartColumn("share", Phrase("portrait.share_of_the_whole"), "share", 1),
    )
    rows = (
        (REST, about_hundreds(figures.rest), about_hundreds(figures.rest) / (total or 1)),
        (NAMED, figures.core, figures.share),
        (CLICK, None, None),
        (Phrase("portrait.all_in_the_total"), total, 1.0),
    )
    return PortraitChart(
        key="C0",
        language=voice.language,
        title=voice.message("portrait.how_many_people_do_click_work"),
        about=voice.message("portrait.quebec_people_bars", period=source.period),
        source=voice.message(
            "portrait.source_of_rings",
            sure=voice.say(CONFIDENCE[FigureConfidence.SECONDARY]),
            contested=voice.say(source.contested_by),
        ),
        wide=bars.wide(),
        narrow=bars.narrow(),
        table=ChartData(columns, rows),
    )


class _Bars:
    """Both drawings: names at the left on a page, above the bars on a phone."""

    def __init__(self, figures: Rings, voice: PortraitLanguage) -> None:
        self.voice = voice
        total = voice.number(int(figures.total.value or 0))
        share = voice.share(figures.share, 1)
        rest, named = about_hundreds(figures.rest), figures.core
        self.share = voice.message("portrait.share_of_the_total", share=share, all=total)
        self.short_share = voice.message("portrait.share_of", share=share, all=total)
        self.rest, self.named = f"≈ {voice.number(rest)}", voice.number(named)
        most = max(rest, named, 1)
        self.lengths = (rest / most, named / most)
        self.label = voice.message(
            "portrait.three_bars_in_words", rest=voice.number(rest), named=self.named
        )

    def wide(self) -> str:
        """Draw the bars with their names at the left."""
        sheet = PortraitSheet("C0", WIDE)
        for index, name in enumerate((REST, NAMED, CLICK)):
            top = index * STEP
            sheet.text(0, top + 22, self.voice.say(name), "st")
            sheet.text(0, top + 40, self.voice.say(WHO[name.id]))
        rest_length, named = (length * (END - BEGIN) for length in self.lengths)
        sheet.rect("s3", BEGIN, 6, rest_length, BAR)
        sheet.text(BEGIN + rest_length - 12, 31, self.rest, "big", "end")
        sheet.rect("s1", BEGIN, 6 + STEP, named, BAR)
        sheet.text(BEGIN + named + 12, 31 + STEP, self.named, "big")
        sheet.text(BEGIN + named + 88, 29 + STEP, self.share)
        top = 6 + 2 * STEP
        sheet.weave("wp", BEGIN, top, WIDE - BEGIN, BAR)
        words = self.voice.message("portrait.no_count_no_edge")
        unknown = self.voice.unknown()
        begin = BEGIN + 24 + len(unknown) * 11.5
        sheet.rect("ground", BEGIN + 14, top + 3, begin - BEGIN + len(words) * 7.2, BAR - 6)
        sheet.text(BEGIN + 22, top + 24, unknown, "ser")
        sheet.text(begin, top + 23, words)
        sheet.line("ax", BEGIN, 0, BEGIN, 3 * STEP - 14)
        return sheet.close(3 * STEP - 12, self.label)

    def narrow(self) -> str:
        """Draw each bar under its name."""
        sheet, step, high = PortraitSheet("C0", NARROW), 72.0, 30.0
        for index, name in enumerate((REST, NAMED, CLICK)):
            sheet.text(0, index * step + 14, self.voice.say(name), "st")
        rest_length, named = (length * (NARROW - 28) for length in self.lengths)
        sheet.rect("s3", 0, 22, rest_length, high)
        sheet.text(rest_length - 10, 44, self.rest, "big", "end")
        sheet.rect("s1", 0, 22 + step, named, high)
        sheet.text(named + 10, 44 + step, self.named, "big")
        sheet.text(named + 84, 43 + step, self.short_share)
        top = 22 + 2 * step
        sheet.weave("wp", 0, top, NARROW, high)
        unknown, words = self.voice.unknown(), self.voice.message("portrait.no_count")
        begin = 22 + len(unknown) * 11
        sheet.rect("ground", 10, top + 2, begin - 4 + len(words) * 7.2, high - 4)
        sheet.text(16, top + 21, unknown, "ser")
        sheet.text(begin, top + 20, words)
        return sheet.close(top + high + 2, self.label)
