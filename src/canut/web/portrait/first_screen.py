"""The first screen of the Portrait: three bars, every occupation with a number, the others folded.

The figures are those of the rings chart and of the table; nothing is counted here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from canut.core.portrait.cells import CellMeasure
from canut.core.portrait.chart_set import Reference
from canut.core.portrait.charts.rings import OTHERS, REST_SHORT
from canut.core.portrait.charts.visible import FAMILIES
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.occupations import Family, OccupationRow, Ring, rings
from canut.web.kit.messages import message_now

REASONS = {
    Family.NAMED: "page.portrait.why_named",
    Family.CLICK: "page.portrait.why_click",
    Family.EMERGING: "page.portrait.why_emerging",
    Family.ABSENT: "page.portrait.why_absent",
}


@dataclass(frozen=True)
class BarRow:
    """A name, its number of people as text, and the length of its bar, from 0 to 1."""

    name: str
    people: str
    length: float


@dataclass(frozen=True)
class WithoutFigure:
    """Occupations of one family without any figure, and why."""

    family: str
    names: str
    reason: str


@dataclass(frozen=True)
class FirstScreen:
    """What the first screen shows.

    Args:
        rest: the rest of the industry.
        named: the specialists that the study names.
        share: of the specialists among all.
        total: all that the study counts.
        groups: every occupation with a number, by ring.
        here: click work measured in this instance: occupation and pay by hour.
        without: the others, by family.
        count: how many they are.
    """

    rest: BarRow
    named: BarRow
    share: str
    total: str
    groups: Sequence[tuple[str, Sequence[BarRow]]]
    here: Sequence[tuple[str, str]]
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
    most = max(figures.rest, figures.core, 1)
    named_parts = {
        row.occupation.key: (voice.say(row.occupation.label), figures.parts[row.occupation.key])
        for row in rows
        if row.occupation.ring is Ring.CORE and figures.parts.get(row.occupation.key) is not None
    }
    rest_parts = [
        *((voice.say(REST_SHORT[key]), count) for key, count in figures.rest_parts.items()),
        (voice.say(OTHERS), figures.others),
    ]
    longest = max((count for _, count in rest_parts), default=1)

    def bar(name: str, count: int) -> BarRow:
        return BarRow(name[:1].upper() + name[1:], voice.number(count), count / longest)

    measured = [
        (voice.say(row.occupation.label), voice.cell(here))
        for row in rows
        if (here := row.cells[CellMeasure.PAY_BY_HOUR].here) is not None and here.is_known
    ]
    unknown = [row for row in rows if _is_without_figure(row)]
    return FirstScreen(
        rest=BarRow(
            message_now("page.portrait.rest_of_industry"),
            f"≈ {voice.number(figures.rest)}",
            figures.rest / most,
        ),
        named=BarRow(
            message_now("page.portrait.named_specialists"),
            voice.number(figures.core),
            figures.core / most,
        ),
        share=voice.share(figures.share, 1),
        total=voice.number(int(figures.total.value or 0)),
        groups=[
            (
                message_now("page.portrait.rest_of_industry"),
                [bar(name, count) for name, count in rest_parts],
            ),
            (
                message_now("page.portrait.named_specialists"),
                [bar(name, count or 0) for name, count in named_parts.values()],
            ),
        ],
        here=measured,
        without=[
            WithoutFigure(
                voice.say(FAMILIES[family]),
                ", ".join(voice.say(row.occupation.label) for row in own),
                message_now(REASONS[family]),
            )
            for family in Family
            if (own := [row for row in unknown if row.occupation.family is family])
        ],
        count=len(unknown),
    )


def _is_without_figure(row: OccupationRow) -> bool:
    """Return whether neither a source nor this instance has any figure of an occupation."""
    return not any(cell.is_known for pair in row.cells.values() for cell in pair.cells())
