"""Draw on a sheet of SVG: classes and attributes alone, so that a page's own style colours it.

The classes are those of ``frontend/src/styles``: ``.ch`` and what is inside it. What nobody knows
is left unwoven, bare warp with its word; colour never says anything alone.
"""

from html import escape
from math import ceil, floor, log10

WIDE, NARROW = 972, 358
LETTER, BOLD_LETTER, SMALL_LETTER = 6.9, 7.4, 6.3
MOST_TICKS = {WIDE: 8, NARROW: 5}


class Sheet:
    """One drawing, of one width; what is drawn later lies above."""

    def __init__(self, key: str, width: int) -> None:
        self.key, self.width = f"{key.lower()}-{width}", width
        self.is_wide = width == WIDE
        self.parts: list[str] = []

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        """Write words; ``kind`` is st (strong), big, ser (serif), inv, th (thread)."""
        given = f' class="{kind}"' if kind else ""
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text{given}{end} x="{_n(x)}" y="{_n(y)}">{escape(words)}</text>')

    def lines(self, x: float, y: float, words: str, room: float, kind: str = "") -> float:
        """Write words over as many lines as they need; return the height they took."""
        letter = BOLD_LETTER if "st" in kind else LETTER
        wrapped = wrap(words, room / letter)
        for place, line in enumerate(wrapped):
            self.text(x, y + 17 * place, line, kind)
        return 17.0 * len(wrapped)

    def rect(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle."""
        if width > 0 and height > 0:
            self.parts.append(
                f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
                f'height="{_n(height)}"/>'
            )

    def weave(self, pattern: str, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with a texture: ``wp`` bare warp, ``tw`` twill."""
        if width > 0 and height > 0:
            self.parts.append(
                f'<rect fill="url(#{pattern}-{self.key})" x="{_n(x)}" y="{_n(y)}" '
                f'width="{_n(width)}" height="{_n(height)}"/>'
            )

    def area(self, pattern: str, d: str) -> None:
        """Fill a path with a texture."""
        self.parts.append(f'<path fill="url(#{pattern}-{self.key})" d="{d}"/>')

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a straight line."""
        self.parts.append(
            f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'
        )

    def path(self, kind: str, d: str) -> None:
        """Draw a path."""
        self.parts.append(f'<path class="{kind}" d="{d}"/>')

    def dot(self, kind: str, x: float, y: float, radius: float = 4.5) -> None:
        """Draw a point: pt, pt o (open), pt t (thread)."""
        self.parts.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def interval(self, kind: str, low: float, high: float, y: float) -> None:
        """Draw an interval that lies, with its two ends."""
        self.path(
            kind,
            f"M{_n(low)} {_n(y)}H{_n(high)}M{_n(low)} {_n(y - 5)}v10M{_n(high)} {_n(y - 5)}v10",
        )

    def standing(self, kind: str, x: float, top: float, bottom: float) -> None:
        """Draw an interval that stands, with its two ends."""
        self.path(
            kind,
            f"M{_n(x)} {_n(top)}V{_n(bottom)}M{_n(x - 5)} {_n(top)}h10M{_n(x - 5)} {_n(bottom)}h10",
        )

    def unknown(self, x: float, y: float, width: float, height: float, word: str) -> None:
        """Leave a place unwoven, with the word that says so."""
        self.weave("wp", x, y, width, height)
        room = min(width, len(word) * 7.6 + 14)
        self.rect("ground", x + 14, y, room, height)
        self.text(x + 21, y + height / 2 + 6, word, "ser")

    def said(self, height: float, label: str) -> str:
        """Close the sheet: an image with its name, read aloud in place of the drawing."""
        named = escape(label, quote=True)
        return (
            f'<svg class="ch" viewBox="0 0 {self.width} {_n(height)}" width="{self.width}" '
            f'height="{_n(height)}" role="img" aria-label="{named}"><defs>'
            f'<pattern id="wp-{self.key}" width="6" height="8" patternUnits="userSpaceOnUse">'
            '<path class="wp" d="M.5 0v8"/></pattern>'
            f'<pattern id="tw-{self.key}" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<path class="tw" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern></defs>'
            + "".join(self.parts)
            + "</svg>"
        )


class Scale:
    """Turn values into places on a sheet, from 0 or by powers of ten."""

    def __init__(self, begin: float, end: float, most: float, least: float = 0.0) -> None:
        self.begin, self.end, self.most, self.least = begin, end, most, least
        self.by_powers = least > 0

    def at(self, value: float) -> float:
        """Return the place of a value; what lies outside stands at the edge."""
        if self.by_powers:
            value = max(value, self.least)
            part = log10(value / self.least) / log10(self.most / self.least)
        else:
            part = value / self.most
        return self.begin + (self.end - self.begin) * min(max(part, 0.0), 1.0)

    def ticks(self, most_ticks: int) -> list[float]:
        """Choose round values to write under an axis."""
        if self.by_powers:
            powers = range(ceil(log10(self.least) - 1e-9), floor(log10(self.most) + 1e-9) + 1)
            return [10.0**power for power in powers]
        steps = (times * 10.0**power for power in range(-3, 12) for times in (1, 2, 5))
        step = next(step for step in steps if self.most / step <= most_ticks)
        return [step * place for place in range(int(self.most / step + 1e-9) + 1)]


def wrap(words: str, letters: float) -> list[str]:
    """Break words into lines of so many letters; a no-break space holds."""
    lines: list[str] = []
    for word in words.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _n(value: float) -> str:
    """Write a place on the sheet in as few digits as it takes."""
    return f"{value:.1f}".removesuffix(".0")
