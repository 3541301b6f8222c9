"""The first screen of the Portrait: every occupation with a number, the others folded by reason.

The figures are those of the three bars and of the table; nothing is counted here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.chart_set import Reference
from canut.core.portrait.charts.rings import OTHERS, REST_SHORT
from canut.core.portrait.charts.three_bars import NAMED, REST, about_hundreds
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.occupations import OccupationRow, Ring, rings
from canut.web.portrait.reasons import WithoutFigure, reasons_of

DEVELOPMENT = "F3.programmer_analysts"


@dataclass(frozen=True)
class BarRow:
    """A name, its number of people as text, the length of its bar from 0 to 1, and its page."""

    name: str
    people: str
    length: float
    code: str = ""


@dataclass(frozen=True)
class FirstScreen:
    """What the first screen shows under its chart.

    Args:
        groups: every occupation with a number, by ring.
        here: click work measured in this instance: name, pay by hour without its interval, code.
        without: the occupations without any figure, by reason.
        count: how many they are.
    """

    groups: Sequence[tuple[str, Sequence[BarRow]]]
    here: Sequence[tuple[str, str, str]]
    without: Sequence[WithoutFigure]
    count: int


def first_screen(
    others: Reference, rows: Sequence[OccupationRow], voice: PortraitLanguage
) -> FirstScreen:
    """Collect the first screen.

    Args:
        others: what others counted.
        rows: the table of occupations, with what was measured here.
        voice: the page's language.
    """
    figures = rings(others.occupations, others.facts)
    codes = {row.occupation.people: row.occupation.key for row in rows if row.occupation.people}
    rest_parts = [
        (voice.say(REST_SHORT[key]), voice.number(count), count, codes.get(key, ""))
        for key, count in figures.rest_parts.items()
    ]
    others_count = about_hundreds(figures.others)
    rest_parts.append((voice.say(OTHERS), f"≈ {voice.number(others_count)}", others_count, ""))
    named_parts = [
        (voice.say(row.occupation.label), voice.number(count), count, row.occupation.key)
        for row in rows
        if row.occupation.ring is Ring.CORE
        and (count := figures.parts.get(row.occupation.key)) is not None
    ]
    longest = max((count for _name, _text, count, _code in rest_parts), default=1) or 1

    def bar(name: str, text: str, count: int, code: str) -> BarRow:
        return BarRow(name[:1].upper() + name[1:], text, count / longest, code)

    unknown = [row.occupation for row in rows if is_without_figure(row)]
    return FirstScreen(
        groups=[
            (voice.say(REST), [bar(*part) for part in rest_parts]),
            (voice.say(NAMED), [bar(*part) for part in named_parts]),
        ],
        here=[
            (
                voice.say(row.occupation.label),
                voice.cell(here).partition(" [")[0],
                row.occupation.key,
            )
            for row in rows
            if (here := row.cells[CellMeasure.PAY_BY_HOUR].here) is not None and here.is_known
        ],
        without=reasons_of(unknown, voice),
        count=len(unknown),
    )


def is_without_figure(row: OccupationRow) -> bool:
    """Return whether neither a source nor this instance has any figure of an occupation."""
    return not any(cell.is_known for pair in row.cells.values() for cell in pair.cells())
