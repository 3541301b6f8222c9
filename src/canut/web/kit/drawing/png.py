"""Draw an SVG document as PNG, with the fonts that typst carries and none of this machine."""

from pathlib import Path

import typst

from canut.web.kit.drawing.pdf import bundled_fonts

TEMPLATE = Path(__file__).with_name("picture.typ")
PIXELS_PER_INCH = 144.0


def draw_png(svg: str) -> bytes:
    """Draw an SVG document at two pixels for each of its units."""
    picture = typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=bundled_fonts(),
        sys_inputs={"svg": svg},
        format="png",
        ppi=PIXELS_PER_INCH,
    )
    if not isinstance(picture, bytes):
        raise TypeError(f"typst gave {type(picture).__name__}; expected the bytes of one picture")
    return picture
