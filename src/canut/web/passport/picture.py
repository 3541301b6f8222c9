"""Draw the picture of a credential; what it proves is the credential inside, not the drawing."""

from canut.core.svg import element, wrap

WIDTH, HEIGHT = 360, 240
LINE_LETTERS, LINES = 26, 3
INK, FAINT, THREAD, GROUND = "#1d1b20", "#514e57", "#a4262c", "#fbf9f4"


def draw_credential(name: str, issuer: str, level: int) -> str:
    """Return an SVG with a credential's name, its level as knots on a thread, and the issuer."""
    lines = wrap(name, LINE_LETTERS)[:LINES]
    texts = [
        element("text", _escaped(line), x=24, y=72 + 28 * at, font_size=22, fill=INK)
        for at, line in enumerate(lines)
    ]
    knots = [
        element(
            "circle",
            cx=32 + 28 * at,
            cy=182,
            r=7,
            fill=THREAD if at < level else GROUND,
            stroke=THREAD,
            stroke_width=2,
        )
        for at in range(3 if level else 0)
    ]
    content = [
        element("title", _escaped(name)),
        element("rect", width=WIDTH, height=HEIGHT, fill=GROUND),
        element("path", d=f"M0 182H{WIDTH}", stroke=THREAD, stroke_width=2),
        *knots,
        element("text", "Canut", x=24, y=36, font_size=13, fill=FAINT),
        *texts,
        element("text", _escaped(issuer), x=24, y=220, font_size=13, fill=FAINT),
    ]
    return element(
        "svg",
        "".join(content),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        font_family="Libertinus Serif, Georgia, serif",
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
