"""Lay out rows that share one axis: names on the left, or above when narrow."""

from collections.abc import Sequence

from canut.core.portrait.charts.drawing import MOST_TICKS, WIDE, PortraitSheet
from canut.core.svg import Scale

NAMES, FIGURES, EDGE = 250, 150, 14
WIDE_ROW, NARROW_ROW, UNDER_NAME = 36, 58, 26


class Lanes:
    """Rows of one axis; the caller draws into each row that ``lane`` starts."""

    def __init__(
        self, sheet: PortraitSheet, most: float, top: float = 26, least: float = 0.0
    ) -> None:
        self.sheet, self.top = sheet, top
        begin, end = (NAMES + 12, WIDE - FIGURES) if sheet.is_wide else (6, sheet.width - 6)
        self.scale = Scale(begin, end, most, least)
        self.count = 0

    def lane(self, name: str, figure: str, *, is_bold: bool = False) -> float:
        """Start a row with its name and its figure; return the height of its middle.

        A row without a figure is drawn as unknown by the caller.
        """
        sheet, high = self.sheet, WIDE_ROW if self.sheet.is_wide else NARROW_ROW
        top = self.top + self.count * high
        self.count += 1
        y = top + 18 if sheet.is_wide else top + 40
        text_y = y + 5 if sheet.is_wide else top + 20
        sheet.text(0, text_y, name, "st" if is_bold else "")
        sheet.text(sheet.width, text_y, figure, "st", "end")
        if figure:
            sheet.line("gr", self.scale.begin, y, self.scale.end, y)
        return y

    @property
    def bottom(self) -> float:
        """Return where the last row ends."""
        return self.top + self.count * (WIDE_ROW if self.sheet.is_wide else NARROW_ROW)

    def floor(self, value: float, words: str) -> None:
        """Draw the floor as a dashed thread with its amount."""
        x = self.scale.at(value)
        is_late = x > (self.scale.begin + self.scale.end) / 2
        if self.sheet.is_wide:
            self.sheet.line("floor", x, 18, x, self.bottom)
        else:  # not through the names above the rows
            for row in range(self.count):
                top = self.top + row * NARROW_ROW
                self.sheet.line("floor", x, top + UNDER_NAME, x, top + NARROW_ROW)
        self.sheet.text(x + (-6 if is_late else 6), 13, words, "th", "end" if is_late else "start")

    def axis(self, words: Sequence[tuple[float, str]], unit: str) -> float:
        """Write values and their unit under the rows; return where the drawing ends."""
        y, sheet = self.bottom + 4, self.sheet
        sheet.line("ax", self.scale.begin, y, self.scale.end, y)
        for value, text in words:
            x = self.scale.at(value)
            sheet.line("ax", x, y, x, y + 5)
            is_edge = x > sheet.width - EDGE
            is_begin = x < EDGE
            anchor = "end" if is_edge else "start" if is_begin else "middle"
            sheet.text(x, y + 20, text, "", anchor)
        sheet.text(self.scale.end, y + 40, unit, "", "end")
        return y + 46

    def ticks(self) -> list[float]:
        """Choose the values to write under the axis."""
        return self.scale.ticks(MOST_TICKS[self.sheet.width])
