"""Give a drawing the fonts that typst carries: the same bytes come out on every machine."""

SERIF = "'Libertinus Serif'"
SCREEN_FONTS = ("'Noto Sans',Arial,sans-serif", "Palatino,'Palatino Linotype',P052,Georgia,serif")
SCREEN_TEXT = "font:400 13px"


def with_print_fonts(svg: str, size: int) -> str:
    """Replace the fonts of a drawing; its running text gets another size, as the serif is narrower.

    Args:
        svg: with its own style.
        size: of running text, in units of the drawing.
    """
    for family in SCREEN_FONTS:
        svg = svg.replace(family, SERIF)
    return svg.replace(SCREEN_TEXT, f"font:400 {size}px")
