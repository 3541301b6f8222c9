"""Draw an audit's figures as SVG: classes and attributes only, the table beside says the same."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

WIDTH, LEFT, RIGHT = 640, 8, 632
ROW, BARS_HIGH, MOST_BARS, MOST_TICKS = 34, 120, 24, 7


class Bar(NamedTuple):
    """One row of an interval chart."""

    name: str
    low: float
    middle: float
    high: float


def intervals(bars: Sequence[Bar], floor: tuple[float, str] | None, label: str) -> str:
    """Draw a line with end ticks and a dot for each row, and the floor as a dashed thread."""
    most = 1.08 * max([bar.high for bar in bars] + ([floor[0]] if floor else [])) or 1.0
    parts: list[str] = []
    for place, bar in enumerate(bars):
        y = 44 + place * (ROW + 8)
        low, middle, high = (_x(value, most) for value in bar[1:])
        parts.append(
            f'<text class="nm" x="{LEFT}" y="{y - 10}">{escape(bar.name)}</text>'
            f'<line class="gr" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
            f'<path class="iv" d="M{low} {y}H{high}M{low} {y - 5}v10M{high} {y - 5}v10"/>'
            f'<circle class="pt" cx="{middle}" cy="{y}" r="4.5"/>'
        )
    height = 40 + len(bars) * (ROW + 8)
    parts.append(_floor(floor, most, height - 20))
    return _svg(height, label, [*parts, _axis(most, height - 16)])


def bars(values: Sequence[float], floor: tuple[float, str] | None, label: str) -> str:
    """Draw how many people earned how much; the last bar holds what lies beyond."""
    data = np.array(values, dtype=np.float64)
    most = max(float(np.quantile(data, 0.98)), floor[0] if floor else 0.0) * 1.08 or 1.0
    count = int(min(MOST_BARS, max(6, 2 * len(data) ** 0.5)))
    times, edges = np.histogram(np.minimum(data, most), bins=count, range=(0.0, most))
    base, tallest = BARS_HIGH + 34, int(times.max())
    parts: list[str] = []
    for number, low, high in zip(times.tolist(), edges[:-1], edges[1:], strict=True):
        if number:
            left, right = _x(float(low), most), _x(float(high), most)
            tall = round(BARS_HIGH * number / tallest, 1)
            parts.append(
                f'<rect class="br" x="{left}" y="{base - tall}" '
                f'width="{max(right - left - 1.5, 1):.1f}" height="{tall}"/>'
                f'<text class="no" x="{(left + right) / 2:.1f}" y="{base - tall - 4}">'
                f"{number}</text>"
            )
    parts.append(f'<line class="ax" x1="{LEFT}" y1="{base}" x2="{RIGHT}" y2="{base}"/>')
    parts.append(_floor(floor, most, base))
    return _svg(base + 22, label, [*parts, _axis(most, base + 4)])


def _x(value: float, most: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * min(value, most) / most, 1)


def _floor(floor: tuple[float, str] | None, most: float, bottom: float) -> str:
    if floor is None:
        return ""
    x = _x(floor[0], most)
    end = x > (LEFT + RIGHT) / 2
    return (
        f'<line class="fl" x1="{x}" y1="14" x2="{x}" y2="{bottom}"/>'
        f'<text class="fw{" e" if end else ""}" x="{x - 6 if end else x + 6}" y="12">'
        f"{escape(floor[1])}</text>"
    )


def _axis(most: float, top: float) -> str:
    steps = (times * 10.0**power for power in range(-3, 12) for times in (1, 2, 5))
    step = next(step for step in steps if most / step <= MOST_TICKS)
    ticks = [step * place for place in range(int(most / step) + 1)]
    return "".join(
        f'<text class="no" x="{max(_x(t, most), LEFT + 4)}" y="{top + 14}">{t:g}</text>'
        for t in ticks
    )


def _svg(height: float, label: str, parts: list[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(label)}">'
        + "".join(parts)
        + "</svg>"
    )
