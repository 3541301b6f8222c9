"""Draw SVG: elements on a sheet, values on a scale, wrapped text.

Elements have only classes and attributes, so that the page's style colours them and a content
security policy without inline styles allows them. Texts are escaped here. The page defines the
classes; the caller decides what is drawn.
"""

from html import escape
from math import ceil, floor, log10

type Coordinate = float | str  # a text is written as it is: "40%"

LETTER, BOLD_LETTER, LINE_HEIGHT = 6.9, 7.4, 17
TICK, RADIUS = 5.0, 4.5


def element(tag: str, content: str | None = None, /, **attributes: Coordinate | None) -> str:
    """Format one element.

    Args:
        tag: its name.
        content: what is inside it, as markup; None closes it at once.
        attributes: those that are None or empty are left out. ``kind`` is written as ``class``, and
            an underscore as a hyphen.

    Example:
        >>> element("rect", kind="ground", x=1.0, width="40%", fill_opacity="0.5")
        '<rect class="ground" x="1" width="40%" fill-opacity="0.5"/>'
    """
    start = tag + "".join(
        f' {"class" if name == "kind" else name.replace("_", "-")}="{_attribute(value)}"'
        for name, value in attributes.items()
        if value not in {None, ""}
    )
    return f"<{start}/>" if content is None else f"<{start}>{content}</{tag}>"


def format_coordinate(value: Coordinate) -> str:
    """Format a coordinate or a length with as few digits as possible, to a tenth.

    >>> format_coordinate(12.04), format_coordinate(0.25), format_coordinate("40%")
    ('12', '0.2', '40%')
    """
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


class Sheet:
    """One drawing; later elements are drawn on top."""

    def __init__(self, width: int, kind: str = "ch") -> None:
        self.width, self.kind = width, kind
        self.patterns: list[str] = []
        self.parts: list[str] = []

    def pattern(
        self, key: str, size: tuple[int, int], kind: str, d: str, rotation: int = 0
    ) -> None:
        """Define a fill pattern that rectangles and paths use as ``url(#key)``."""
        self.patterns.append(
            element(
                "pattern",
                element("path", kind=kind, d=d),
                id=key,
                width=size[0],
                height=size[1],
                patternUnits="userSpaceOnUse",
                patternTransform=f"rotate({rotation})" if rotation else None,
            )
        )

    def add(self, part: str) -> None:
        """Add an element that has no method of its own."""
        self.parts.append(part)

    def text(
        self, x: Coordinate, y: Coordinate, words: str, kind: str = "", anchor: str = "start"
    ) -> None:
        """Draw a text that starts, ends or is centred at a position."""
        end = None if anchor == "start" else anchor
        self.add(element("text", escape(words), kind=kind, text_anchor=end, x=x, y=y))

    def lines(self, x: float, y: float, words: str, width: float, kind: str = "") -> float:
        """Draw a text over as many lines as needed; return their height."""
        letter = BOLD_LETTER if "st" in kind else LETTER
        wrapped = wrap(words, width / letter)
        for index, line in enumerate(wrapped):
            self.text(x, y + LINE_HEIGHT * index, line, kind)
        return float(LINE_HEIGHT * len(wrapped))

    def rect(
        self,
        kind: str,
        x: Coordinate,
        y: Coordinate,
        width: Coordinate,
        height: Coordinate,
        **more: Coordinate,
    ) -> None:
        """Draw a rectangle, unless its width or height is 0."""
        if all(isinstance(side, str) or side > 0 for side in (width, height)):
            self.add(element("rect", kind=kind, x=x, y=y, width=width, height=height, **more))

    def line(
        self, kind: str, x1: Coordinate, y1: Coordinate, x2: Coordinate, y2: Coordinate
    ) -> None:
        """Draw a straight line."""
        self.add(element("line", kind=kind, x1=x1, y1=y1, x2=x2, y2=y2))

    def path(self, kind: str, d: str) -> None:
        """Draw a path."""
        self.add(element("path", kind=kind, d=d))

    def dot(self, kind: str, x: float, y: float, radius: float = RADIUS) -> None:
        """Draw a point."""
        self.add(element("circle", kind=kind, cx=x, cy=y, r=radius))

    def interval(self, kind: str, low: float, high: float, y: float, tick: float = TICK) -> None:
        """Draw a horizontal interval with end marks."""
        x_low, x_high, middle, top = map(format_coordinate, (low, high, y, y - tick))
        end = f"v{format_coordinate(2 * tick)}"
        self.path(kind, f"M{x_low} {middle}H{x_high}M{x_low} {top}{end}M{x_high} {top}{end}")

    def upright_interval(self, kind: str, x: float, top: float, bottom: float) -> None:
        """Draw a vertical interval with end marks."""
        middle, high, low, x_end = map(format_coordinate, (x, top, bottom, x - TICK))
        end = f"h{format_coordinate(2 * TICK)}"
        self.path(kind, f"M{middle} {high}V{low}M{x_end} {high}{end}M{x_end} {low}{end}")

    def close(self, height: float, label: str = "", /, **changes: Coordinate | None) -> str:
        """Return the whole drawing.

        Args:
            height: of the sheet.
            label: text for screen readers; a drawing without one is hidden from them.
            changes: other attributes, or None to remove one, such as ``viewBox`` of a sheet whose
                width is a percentage.
        """
        size: dict[str, Coordinate | None] = {
            "kind": self.kind,
            "viewBox": f"0 0 {self.width} {format_coordinate(height)}",
            "width": self.width,
            "height": height,
        }
        reading = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
        textures = element("defs", "".join(self.patterns)) if self.patterns else ""
        return element("svg", textures + "".join(self.parts), **(size | reading | changes))


class Scale:
    """A mapping from values to positions on a sheet, linear from 0 or logarithmic."""

    def __init__(self, begin: float, end: float, most: float, least: float = 0.0) -> None:
        self.begin, self.end, self.most, self.least = begin, end, most, least
        self.by_powers = least > 0

    def at(self, value: float) -> float:
        """Return the position of a value, clipped to the ends of the axis."""
        if self.by_powers:
            value = max(value, self.least)
            fraction = log10(value / self.least) / log10(self.most / self.least)
        else:
            fraction = value / self.most
        return self.begin + (self.end - self.begin) * min(max(fraction, 0.0), 1.0)

    def ticks(self, most_ticks: int) -> list[float]:
        """Choose round values for the axis labels."""
        if self.by_powers:
            powers = range(ceil(log10(self.least) - 1e-9), floor(log10(self.most) + 1e-9) + 1)
            return [10.0**power for power in powers]
        steps = (times * 10.0**power for power in range(-3, 12) for times in (1, 2, 5))
        step = next(step for step in steps if self.most / step <= most_ticks)
        return [step * index for index in range(int(self.most / step + 1e-9) + 1)]


def wrap(words: str, letters: float) -> list[str]:
    """Break a text into lines of a maximum width; a no-break space stays."""
    lines: list[str] = []
    for word in words.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _attribute(value: Coordinate | None) -> str:
    return escape(format_coordinate(value)) if value is not None else ""
