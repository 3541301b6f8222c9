"""Frame a drawing as a figure: finding as title, population, source, and table of data.

A chart is two drawings, for a wide page and for a phone, and one table with the same figures. Paper
and other programs get a drawing with its own colours (``standalone``).
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from io import StringIO
from typing import NamedTuple

from canut.core.formula_cells import safe_cell
from canut.core.portrait.facts import Text
from canut.core.portrait.language import (
    HIDDEN,
    NOT_COUNTED,
    NOT_DISCLOSED,
    SIMULATED,
    Phrase,
    PortraitLanguage,
    Words,
)

type Value = str | int | float | Decimal | Words | None

INK = {
    "light": {
        "ground": "#fbfaf8",
        "recess": "#f3f0ec",
        "rule": "#dcd8d4",
        "rule-strong": "#867f79",
        "ink": "#1f1c25",
        "ink-2": "#514e57",
        "thread": "#951464",
        "hatch": "#c2bdb7",
        "c1": "#1f1c25",
        "c2": "#6a615a",
        "c3": "#bfb6aa",
    },
    "dark": {
        "ground": "#18161b",
        "recess": "#111014",
        "rule": "#38353d",
        "rule-strong": "#817e89",
        "ink": "#ece9e5",
        "ink-2": "#b9b5af",
        "thread": "#f08fc0",
        "hatch": "#49464e",
        "c1": "#ece9e5",
        "c2": "#999188",
        "c3": "#4e4b54",
    },
}
INK["paper"] = INK["light"] | {"ground": "#ffffff"}
RULES = (
    ("text", "font:400 13px 'Noto Sans',Arial,sans-serif;fill:{ink-2}"),
    (".st", "font-weight:600;fill:{ink}"),
    (".big", "font:500 22px 'Noto Sans',Arial,sans-serif;fill:{ink}"),
    (".ser", "font:italic 400 19px Palatino,'Palatino Linotype',P052,Georgia,serif;fill:{ink}"),
    (".big2", "font-size:30px"),
    (".inv", "fill:{ground}"),
    (".th", "fill:{thread}"),
    (".ax", "stroke:{rule-strong}"),
    (".gr", "stroke:{rule}"),
    (".wp", "stroke:{hatch}"),
    (".tw", "stroke:{ink};stroke-width:1.2;fill:none"),
    (".lead", "stroke:{ink-2};fill:none"),
    (".ci-l", "stroke:{ink};stroke-width:1.5;fill:none"),
    (".ci-l.t", "stroke:{thread}"),
    (".ci-l.g", "stroke:{ground};stroke-width:5"),
    (".ln", "stroke:{ink};stroke-width:2;fill:none"),
    (".ln.t", "stroke:{thread}"),
    (".pt", "fill:{ink}"),
    (".pt.o", "fill:{ground};stroke:{ink};stroke-width:1.5"),
    (".pt.t", "fill:{thread}"),
    (".s1", "fill:{c1}"),
    (".s2", "fill:{c2}"),
    (".s3", "fill:{c3};stroke:{ink-2}"),
    (".st-t", "fill:{thread}"),
    (".fr", "fill:none;stroke:{ink-2}"),
    (".under", "fill:{recess}"),
    (".ground", "fill:{ground}"),
    (".cut", "stroke:{ground};stroke-width:2"),
    (".floor", "stroke:{thread};stroke-width:1.5;stroke-dasharray:3 3"),
)


class ChartColumn(NamedTuple):
    """One column of a chart's data; ``kind``: text, number, share, seconds, minutes or money."""

    key: str
    label: Words
    kind: str = "text"
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ChartData:
    """The figures a drawing shows; None is unknown. ``currency`` is that of its money."""

    columns: tuple[ChartColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    currency: str = "CAD"

    def shown(self, voice: PortraitLanguage) -> list[list[str]]:
        """Format every figure in a language."""
        return [
            [
                self._said(value, column, voice)
                for value, column in zip(row, self.columns, strict=True)
            ]
            for row in self.rows
        ]

    def csv(self, language: str) -> str:
        """Write the figures as CSV: decimal points, empty cells where unknown."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        for row in self.rows:
            writer.writerow([safe_cell(_plain(value, language)) for value in row])
        return out.getvalue()

    def _said(self, value: Value, column: ChartColumn, voice: PortraitLanguage) -> str:
        if value is None:
            return voice.unknown()
        if isinstance(value, Text | Phrase):
            return voice.say(value)
        if isinstance(value, str):
            return value
        if column.kind == "share":
            return voice.share(value, column.decimals)
        if column.kind == "money":
            return voice.money(value, self.currency)
        return voice.number(value, column.decimals)


@dataclass(frozen=True, slots=True)
class PortraitChart:
    """One figure of the Portrait in one language.

    Args:
        key: such as ``C4``; the same in both languages.
        title: the finding.
        about: unit, population, period, and which interval is drawn.
        source: where the figures come from, and how sure.
        wide: the drawing for a page and for paper.
        narrow: the drawing for a phone.
        table: the figures both drawings show.
        is_simulated: some of it is the demo's crowd.
    """

    key: str
    language: str
    title: str
    about: str
    source: str
    wide: str
    narrow: str
    table: ChartData
    is_simulated: bool = False

    def html(self, level: int = 3) -> str:
        """Return the whole figure as HTML: title, drawing, table, source; the page styles it."""
        voice = PortraitLanguage(self.language)
        mark = f' <span class="tag">{voice.say(SIMULATED)}</span>' if self.is_simulated else ""
        return (
            f'<figure class="cv" id="{self.key.lower()}">'
            f'<figcaption><h{level} class="cv-t">{escape(self.title)}</h{level}>'
            f'<p class="cv-a">{escape(self.about)}{mark}</p></figcaption>'
            f'<div class="cv-w">{self.wide}</div><div class="cv-n">{self.narrow}</div>'
            f"{self._table(voice)}"
            f'<p class="src">{escape(self.source)} '
            f'<a href="{self.key.lower()}.csv">{voice.say(DATA)}</a></p></figure>'
        )

    def _table(self, voice: PortraitLanguage) -> str:
        if not self.table.rows:
            return ""
        columns = self.table.columns
        heads = [escape(voice.say(column.label), quote=True) for column in columns]
        lines = " cv-s" if len(columns) > MOST_NARROW else ""
        head = "".join(
            f'<th scope="col"{_right(column) if index else ""}>{heads[index]}</th>'
            for index, column in enumerate(columns)
        )
        body = "".join(
            f"<tr>{_row(texts, row, columns, heads)}</tr>"
            for texts, row in zip(self.table.shown(voice), self.table.rows, strict=True)
        )
        named = f"{voice.say(DATA_OF)} {self.key}"
        table = (
            f'<div class="scroll cv-d{lines}" tabindex="0" role="region" aria-label="{named}">'
            f'<table class="tbl tight"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
        if len(self.table.rows) * (len(columns) - 1) <= MOST_OPEN:
            return table
        return f'<details class="more"><summary>{voice.say(ALL_DATA)}</summary>{table}</details>'


GROUND = '<rect class="ground" width="100%" height="100%"/>'
MOST_OPEN, MOST_NARROW = 24, 3
BARE = (None, HIDDEN, NOT_COUNTED, NOT_DISCLOSED)
ALL_DATA = Phrase("portrait.all_the_figures")
DATA = Phrase("portrait.csv_data")
DATA_OF = Phrase("portrait.data_of")


def standalone(drawing: str, theme: str = "light") -> str:
    """Return a drawing with its own colours, for paper and other programs."""
    ink = INK[theme]
    style = "".join(f".ch {selector}{{{_coloured(rule, ink)}}}" for selector, rule in RULES)
    svg = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    svg = svg.replace("<defs>", f"<style>{style}</style><defs>", 1)
    return svg.replace("</defs>", f"</defs>{GROUND}", 1)


def _coloured(rule: str, ink: dict[str, str]) -> str:
    for name, colour in ink.items():
        rule = rule.replace(f"{{{name}}}", colour)
    return rule


def _right(column: ChartColumn) -> str:
    return "" if column.kind == "text" else ' class="r"'


def _row(
    texts: Sequence[str], row: Sequence[Value], columns: Sequence[ChartColumn], heads: Sequence[str]
) -> str:
    """Return the cells of a row as HTML; the first names it, unknown cells are bare."""
    cells: list[str] = []
    for words, value, column, head in zip(texts, row, columns, heads, strict=True):
        cell = escape(words)
        if value in BARE:
            cell = f'<span class="unk"><b>{cell}</b></span>'
        is_name = not cells
        cells.append(
            f'<th scope="row">{cell}</th>'
            if is_name
            else f'<td{_right(column)} data-k="{head}">{cell}</td>'
        )
    return "".join(cells)


def _plain(value: Value, language: str) -> str:
    if value in BARE:
        return ""
    if isinstance(value, Text):
        return value.said(language)
    if isinstance(value, Phrase):
        return PortraitLanguage(language).say(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)
