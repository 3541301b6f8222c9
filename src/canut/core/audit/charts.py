"""Draw an audit's figures as SVG; tables contain the same figures."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.core.svg import Scale, Sheet

WIDTH, LEFT, RIGHT = 640, 8, 632
ROW, BARS_HIGH, MOST_BARS, MOST_TICKS = 34, 120, 24, 7


class Bar(NamedTuple):
    """One row of an interval chart."""

    name: str
    low: float
    middle: float
    high: float


def intervals(bars: Sequence[Bar], floor: tuple[float, str] | None, label: str) -> str:
    """Draw a line with end ticks and a dot for each row, and the floor as a dashed line."""
    most = 1.08 * max([bar.high for bar in bars] + ([floor[0]] if floor else [])) or 1.0
    sheet, scale = Sheet(WIDTH, ""), Scale(LEFT, RIGHT, most)
    for index, bar in enumerate(bars):
        y = 44 + index * (ROW + 8)
        sheet.text(LEFT, y - 10, bar.name, "nm")
        sheet.line("gr", LEFT, y, RIGHT, y)
        sheet.interval("iv", scale.at(bar.low), scale.at(bar.high), y)
        sheet.dot("pt", scale.at(bar.middle), y)
    height = 40 + len(bars) * (ROW + 8)
    _draw_floor(sheet, scale, floor, height - 20)
    return _close(sheet, scale, height, label)


def bars(values: Sequence[float], floor: tuple[float, str] | None, label: str) -> str:
    """Draw a histogram of hourly pay; the last bar holds everything beyond."""
    data = np.array(values, dtype=np.float64)
    most = max(float(np.quantile(data, 0.98)), floor[0] if floor else 0.0) * 1.08 or 1.0
    count = int(min(MOST_BARS, max(6, 2 * len(data) ** 0.5)))
    times, edges = np.histogram(np.minimum(data, most), bins=count, range=(0.0, most))
    base, tallest = BARS_HIGH + 34, int(times.max())
    sheet, scale = Sheet(WIDTH, ""), Scale(LEFT, RIGHT, most)
    for number, low, high in zip(times.tolist(), edges[:-1], edges[1:], strict=True):
        if number:
            x_left, x_right = scale.at(float(low)), scale.at(float(high))
            tall = BARS_HIGH * number / tallest
            sheet.rect("br", x_left, base - tall, max(x_right - x_left - 1.5, 1), tall)
            sheet.text((x_left + x_right) / 2, base - tall - 4, str(number), "no")
    sheet.line("ax", LEFT, base, RIGHT, base)
    _draw_floor(sheet, scale, floor, base)
    return _close(sheet, scale, base + 20, label)


def _draw_floor(sheet: Sheet, scale: Scale, floor: tuple[float, str] | None, bottom: float) -> None:
    if floor is None:
        return
    x = scale.at(floor[0])
    is_late = x > (LEFT + RIGHT) / 2
    sheet.line("fl", x, 14, x, bottom)
    sheet.text(x - 6 if is_late else x + 6, 12, floor[1], "fw e" if is_late else "fw")


def _close(sheet: Sheet, scale: Scale, height: float, label: str) -> str:
    """Write the values under the axis, and return the drawing; the page sets its width."""
    for tick in scale.ticks(MOST_TICKS):
        sheet.text(max(scale.at(tick), LEFT + 4), height - 2, f"{tick:g}", "no")
    return sheet.close(height, label, width=None, height=None)
