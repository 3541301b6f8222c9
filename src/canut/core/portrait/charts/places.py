"""Draw hours by place of work and country of the client (C12B), with pay beside each floor."""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.places.names import place_name
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.charts.no_data import HIGH
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.counts import IntervalEstimate
from canut.core.portrait.language import HIDDEN, Phrase, PortraitLanguage, Words
from canut.core.portrait.measured import ALL_PLACES, NO_PLACE, OTHER_PLACES

MOST_NAMED = 4
WIDE_SPACE = "\u00a0"
"""Keeps a place and its hours on one line."""
PLACES = {
    ALL_PLACES: Phrase("portrait.all_places"),
    OTHER_PLACES: Phrase("portrait.other_places"),
    NO_PLACE: Phrase("portrait.place_unknown"),
}
ALL_CLIENTS = Phrase("portrait.all_clients")
CLIENT_UNKNOWN = Phrase("portrait.client_country_unknown")


class PlaceLine(NamedTuple):
    """One place of work: its hours, the pay of an hour, its floor, and hours by client's country.

    None is unknown, or kept back if ``is_hidden``.

    Args:
        place: its code; ``ALL`` for all places.
        hours: all its time.
        pay: of an hour, in the money of the release; ends equal to the value are no interval.
        floor: the legal minimum of an hour there, in the money of the place.
        floor_converted: the same in the money of the release.
        clients: hours by country of the client; None where they are kept back.
        effective: the effective number of people behind the interval of pay, rounded down.
    """

    place: str
    hours: float | None
    pay: IntervalEstimate | None
    floor: Money | None
    floor_converted: float | None
    clients: Sequence[tuple[str, float | None]]
    is_hidden: bool = False
    effective: int = 0


def place_words(code: str, voice: PortraitLanguage, *, is_short: bool = False) -> str:
    """Name a place of work in a language, with its code unless it has to be short."""
    if code in PLACES:
        return voice.say(PLACES[code])
    name = place_name(code, voice.language)
    return name.partition(" (")[0] if is_short else name


def hours_by_place(
    lines: Sequence[PlaceLine], about: ChartCaption, currency: str, language: str
) -> PortraitChart:
    """Draw C12B: the hours worked in each place, for clients of which country.

    Args:
        lines: one a place, and one of all places.
        about: population, period and source.
        currency: of pay.
        language: ``fr`` or ``en``.

    Raises:
        BadInput: ``lines`` is empty.
    """
    if not lines:
        raise BadInput("no place to draw the hours of")
    voice = PortraitLanguage(language)
    own = [line for line in lines if line.place != ALL_PLACES]
    named = sorted((line for line in own if line.hours is not None), key=_by_hours)
    parts = " · ".join(_named(line, voice).replace(" ", WIDE_SPACE) for line in named[:MOST_NAMED])
    title = (
        voice.message("portrait.hours_by_place_of_work", parts=parts)
        if parts
        else voice.message("portrait.hours_by_place_unknown")
    )
    money = ("money", 2)
    columns = (
        ChartColumn("place", Phrase("portrait.place_of_work")),
        ChartColumn("client", Phrase("portrait.country_of_client")),
        ChartColumn("hours", Phrase("portrait.measure_hours"), "number", 1),
        ChartColumn("pay", Phrase("portrait.pay_by_hour"), *money),
        ChartColumn("low", Phrase("portrait.from"), *money),
        ChartColumn("high", Phrase("portrait.to"), *money),
        ChartColumn("effective", Phrase("portrait.effective_people"), "number"),
        ChartColumn("floor", Phrase("portrait.floor_of_the_place")),
        ChartColumn("floor_converted", Phrase("portrait.floor_converted"), *money),
    )
    rows = [row for line in lines for row in _rows(line, voice)]
    return PortraitChart(
        key="C12B",
        language=voice.language,
        title=title,
        about=f"{voice.say(about.population)}, {about.period}. "
        + voice.message("portrait.hours_and_pay_by_place_about", currency=currency),
        source=voice.say(about.source),
        wide=_bars(own, voice, WIDE),
        narrow=_bars(own, voice, NARROW),
        table=ChartData(columns, tuple(rows), currency),
        is_simulated=about.is_simulated,
    )


def _named(line: PlaceLine, voice: PortraitLanguage) -> str:
    return f"{place_words(line.place, voice, is_short=True)} {voice.number(line.hours or 0, 1)} h"


def _by_hours(line: PlaceLine) -> tuple[float, str]:
    return (-(line.hours or 0), line.place)


def _rows(line: PlaceLine, voice: PortraitLanguage) -> list[tuple[Value, ...]]:
    """Return the table rows of a place: all clients together, then each country's."""
    name = place_words(line.place, voice)
    bare: Words | None = HIDDEN if line.is_hidden else None
    low: Value = ""
    high: Value = ""
    if line.pay is not None and line.pay.low < line.pay.high:
        low, high = line.pay.low, line.pay.high
    has_floor = line.place not in PLACES
    floor: Value = ""
    if has_floor:
        floor = None if line.floor is None else _money(line.floor, voice)
    rows: list[tuple[Value, ...]] = [
        (
            name,
            ALL_CLIENTS,
            bare if line.hours is None else line.hours,
            bare if line.pay is None else line.pay.value,
            low,
            high,
            line.effective or "",
            floor,
            line.floor_converted if has_floor else "",
        )
    ]
    for country, hours in line.clients:
        client = CLIENT_UNKNOWN if country == NO_PLACE else place_words(country, voice)
        rows.append((name, client, HIDDEN if hours is None else hours, *[""] * 6))
    return rows


def _money(money: Money, voice: PortraitLanguage) -> str:
    return voice.money(money.decimal, money.currency)


def _bars(lines: Sequence[PlaceLine], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C12B", width)
    if not lines:  # nothing is known of any place: an axis would count to nothing
        sheet.unknown(0, 0, width, HIGH, voice.unknown())
        return sheet.close(HIGH, voice.message("portrait.hours_by_place_drawn"))
    most = max((line.hours or 0.0 for line in lines), default=0.0)
    lanes = Lanes(sheet, most * 1.05 or 1.0, top=4)
    for line in lines:
        figure = "" if line.hours is None else f"{voice.number(line.hours, 1)} h"
        y = lanes.lane(place_words(line.place, voice, is_short=True), figure)
        begin, end = lanes.scale.begin, lanes.scale.end
        if line.hours is None:
            word = voice.say(HIDDEN) if line.is_hidden else voice.unknown()
            sheet.unknown(begin, y - 11, end - begin, 22, word)
            continue
        kind = "s3" if line.place in PLACES else "s1"
        sheet.rect(kind, begin, y - 8, lanes.scale.at(line.hours) - begin, 16)
    ticks = [(value, voice.number(value)) for value in lanes.ticks()]
    end = lanes.axis(ticks, voice.message("portrait.hours"))
    return sheet.close(end, voice.message("portrait.hours_by_place_drawn"))
