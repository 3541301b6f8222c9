"""Draw an address as a code that a phone reads."""

import segno


def draw_qr_code(address: str, title: str) -> str:
    """Return an SVG element of class ``qr``, with a title for who cannot see it."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, title=title, border=3)
