"""The sheet that the Portrait's charts are drawn on: two widths, and woven textures.

The classes are those of ``frontend/src/styles``: ``.ch`` and its descendants. ``kind`` of a text
is st (strong), big, ser (serif), inv, th (thread); of a dot pt, pt o (open), pt t (thread). What
is unknown is drawn as bare warp with the word; colour is never the only sign.
"""

from canut.core.svg import Sheet, element

WIDE, NARROW = 972, 358
MOST_TICKS = {WIDE: 8, NARROW: 5}


class PortraitSheet(Sheet):
    """One drawing of the Portrait, of one width."""

    def __init__(self, key: str, width: int) -> None:
        super().__init__(width)
        self.key = f"{key.lower()}-{width}"
        self.is_wide = width == WIDE
        self.pattern(f"wp-{self.key}", (6, 8), "wp", "M.5 0v8")
        self.pattern(f"tw-{self.key}", (6, 6), "tw", "M-1 7L7 -1M-1 1L1 -1M5 7L7 5")

    def weave(self, pattern: str, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with a texture: ``wp`` bare warp, ``tw`` twill."""
        if width > 0 and height > 0:
            fill = f"url(#{pattern}-{self.key})"
            self.add(element("rect", fill=fill, x=x, y=y, width=width, height=height))

    def area(self, pattern: str, d: str) -> None:
        """Fill a path with a texture."""
        self.add(element("path", fill=f"url(#{pattern}-{self.key})", d=d))

    def unknown(self, x: float, y: float, width: float, height: float, word: str) -> None:
        """Fill an area with bare warp, with the word for unknown."""
        self.weave("wp", x, y, width, height)
        self.rect("ground", x + 14, y, min(width, len(word) * 7.6 + 14), height)
        self.text(x + 21, y + height / 2 + 6, word, "ser")
