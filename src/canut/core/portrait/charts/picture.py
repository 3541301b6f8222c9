"""Compose a chart into one picture that can be cited: title, drawing, source, licence and hash.

A picture needs nothing beside it. Its title and description are read out by screen readers; where
it comes from is drawn inside it, so that it stays when somebody copies the picture alone.
"""

import re
from datetime import date
from html import escape
from typing import NamedTuple

from canut.core.portrait.charts.drawing import WIDE
from canut.core.portrait.charts.frame import PortraitChart, standalone
from canut.core.portrait.language import SIMULATED, PortraitLanguage
from canut.core.svg import element, wrap

LICENCE = "CC BY 4.0"
MARGIN, TITLE_LINE, LINE = 24.0, 30.0, 18.0
PICTURE_WIDTH = WIDE + 2 * MARGIN
TITLE_LETTERS, TEXT_LETTERS = 76, 132
HASH_SHOWN = 16
STYLE = (
    ".ch .head{font:400 25px Palatino,'Palatino Linotype',P052,Georgia,serif}"
    ".ch .head,.ch .foot1{fill:#1f1c25}"
)
_HEIGHT = re.compile(r'viewBox="0 0 [\d.]+ ([\d.]+)"')


class EditionIdentity(NamedTuple):
    """What a picture says about where it comes from.

    Args:
        id: the edition's id, such as ``canut.portrait:1a2b3c4d:2026-Q4:e1``.
        address: of the edition, ends with a slash; empty before the first release.
        publisher: who runs the instance.
        sha256: of the release's figures.
        period: such as ``2026-Q4``.
        edition: its number.
        made: the day it was released.
    """

    id: str
    address: str
    publisher: str
    sha256: str
    period: str
    edition: int
    made: date

    def chart_address(self, key: str) -> str:
        """Return the permanent address of a chart."""
        return f"{self.address}{key.lower()}/" if self.address else ""

    def chart_id(self, key: str) -> str:
        """Return the id of a chart."""
        return f"{self.id}:{key.lower()}" if self.id else ""


def picture(chart: PortraitChart, identity: EditionIdentity | None) -> str:
    """Compose a chart as one SVG document.

    Args:
        chart: drawn for a page.
        identity: of its edition; None before the first release.
    """
    voice = PortraitLanguage(chart.language)
    mark = f" ({voice.say(SIMULATED)})" if chart.is_simulated else ""
    parts: list[str] = []
    y = MARGIN + 22
    for line in wrap(chart.title, TITLE_LETTERS):
        parts.append(_text(y, line, "head"))
        y += TITLE_LINE
    for line in wrap(f"{chart.about}{mark}", TEXT_LETTERS):
        parts.append(_text(y - 4, line))
        y += LINE
    y += 10
    drawing = standalone(chart.wide).replace("<svg ", f'<svg x="{MARGIN:g}" y="{y:g}" ', 1)
    drawing = drawing.replace("<style>", f"<style>{STYLE}", 1)
    parts.append(drawing)
    height = _HEIGHT.search(chart.wide)
    y += (float(height[1]) if height else 0.0) + 20
    right = f"{PICTURE_WIDTH - MARGIN:g}"
    parts.append(element("line", kind="gr", x1=MARGIN, y1=y, x2=right, y2=y))
    y += 20
    footer = [chart.source, *_origin(chart, identity, voice)]
    for text in footer:
        for line in wrap(text, TEXT_LETTERS):
            parts.append(_text(y, line))
            y += LINE
    y += MARGIN - LINE
    described = f"{chart.about}{mark} {' '.join(footer)}"
    if identity is not None:
        described += f" sha256:{identity.sha256}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ch" role="img" lang="{chart.language}" '
        f'viewBox="0 0 {PICTURE_WIDTH:g} {y:g}" width="{PICTURE_WIDTH:g}" height="{y:g}">'
        f"<title>{escape(chart.title)}</title><desc>{escape(described)}</desc>"
        f'<rect fill="#fbfaf8" width="100%" height="100%"/>{"".join(parts)}</svg>\n'
    )


def _origin(
    chart: PortraitChart, identity: EditionIdentity | None, voice: PortraitLanguage
) -> list[str]:
    """Write who published a chart, under which licence, id and hash."""
    if identity is None:
        return [voice.message("portrait.picture_of_no_edition", licence=LICENCE)]
    return [
        voice.message(
            "portrait.picture_published",
            publisher=identity.publisher,
            period=voice.period(identity.period),
            edition=str(identity.edition),
            licence=LICENCE,
        ),
        f"{identity.chart_address(chart.key)} · sha256 {identity.sha256[:HASH_SHOWN]}…",
    ]


def _text(y: float, words: str, kind: str = "") -> str:
    return element("text", escape(words), kind=kind, x=MARGIN, y=y)
