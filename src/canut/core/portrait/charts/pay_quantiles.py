"""Draw how pay is spread (C5): quantiles of hourly pay, the floor, and who is under it.

Coordinates come from the released figures, which are rounded to 0.50: the drawing shows no more
digits than the table.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from canut.core.money import Money
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.charts.pay import BY_HOUR, FLOOR, ROOM, ChartCaption
from canut.core.portrait.language import Phrase, PortraitLanguage

NAMES = {
    10: Phrase("portrait.a_tenth_is_paid_at_most"),
    25: Phrase("portrait.a_quarter_is_paid_at_most"),
    50: Phrase("portrait.half_is_paid_at_most"),
    75: Phrase("portrait.three_quarters_are_paid_at_most"),
    90: Phrase("portrait.nine_tenths_are_paid_at_most"),
}
LABEL = Phrase("portrait.people_by_pay_the_table")


class PayQuantile(NamedTuple):
    """A quantile of hourly pay: the per cent of people at or under it, and its rounded amount."""

    percent: int
    amount: Decimal


class UnderFloor(NamedTuple):
    """What is paid under the floor, in words: shares of people and of hours, and what lacks."""

    people: str
    hours: str
    lacking: str


def draw_quantiles(
    quantiles: Sequence[PayQuantile],
    under: UnderFloor,
    floor: Money,
    about: ChartCaption,
    language: str,
) -> PortraitChart:
    """Draw C5: the pay that a part of the people has at most, and the floor.

    Args:
        quantiles: from the lowest; at least one.
        under: in words of the language.
        floor: of the place, by hour.
        about: what the chart is of.
        language: ``fr`` or ``en``.
    """
    voice, currency = PortraitLanguage(language), floor.currency
    columns = (
        ChartColumn("share", Phrase("portrait.share_of_people")),
        ChartColumn("pay", Phrase("portrait.pay_by_hour_up_to"), "money", 2),
    )
    rows = tuple((NAMES[quantile.percent], quantile.amount) for quantile in quantiles)
    description = voice.message(
        "portrait.quantiles_of_pay_by_hour",
        unit=voice.message("portrait.currency_by_hour", currency=currency),
        hours=under.hours,
        lacking=under.lacking,
    )
    return PortraitChart(
        key="C5",
        language=voice.language,
        title=voice.message("portrait.under_floor_of_people", people=under.people),
        about=f"{voice.say(about.population)}, {about.period}. {description}",
        source=voice.say(about.source),
        wide=_lanes(quantiles, floor, voice, WIDE),
        narrow=_lanes(quantiles, floor, voice, NARROW),
        table=ChartData(columns, rows, currency),
        is_simulated=about.is_simulated,
    )


def _lanes(
    quantiles: Sequence[PayQuantile], floor: Money, voice: PortraitLanguage, width: int
) -> str:
    sheet, amount = PortraitSheet("C5", width), float(floor.decimal)
    highest = max(float(quantile.amount) for quantile in quantiles)
    lanes = Lanes(sheet, ROOM * max(amount, highest, 1.0))
    for quantile in quantiles:
        words = voice.money(quantile.amount, floor.currency)
        y = lanes.lane(voice.say(NAMES[quantile.percent]), words)
        sheet.dot("pt", lanes.scale.at(float(quantile.amount)), y)
    lanes.floor(amount, voice.say(FLOOR, amount=voice.money(amount, floor.currency)))
    ticks = [(value, voice.number(value)) for value in lanes.ticks()]
    end = lanes.axis(ticks, voice.say(BY_HOUR, currency=floor.currency))
    return sheet.close(end, voice.say(LABEL))
