"""Draw the unpaid gestures under each paid hour, by country of the client (C6B)."""

from collections.abc import Sequence
from decimal import Decimal

from canut.core.portrait.cells import CellState
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.charts.no_data import HIGH
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.charts.places import ALL_CLIENTS, CLIENT_UNKNOWN, place_words
from canut.core.portrait.language import HIDDEN, Phrase, PortraitLanguage, Words
from canut.core.portrait.measured import ALL_PLACES, NO_PLACE, Figures, ReleaseFigure
from canut.core.portrait.unseen.gestures import ALL, NO_TIME, NOT_DECLARED, PER_HOUR, STEM

KEY = "C6B"
ALL_GESTURES = Phrase("portrait.all_gestures")
PROJECTS = {
    NOT_DECLARED: Phrase("portrait.gestures_not_declared"),
    NO_TIME: Phrase("portrait.gestures_without_a_time"),
}
DECIMALS = {ALL: 1, PER_HOUR: 2}


def unpaid_gestures(figures: Figures, about: ChartCaption, language: str) -> PortraitChart:
    """Draw C6B: the hours of unpaid gestures under an hour that people were paid.

    Args:
        figures: of the release, or none.
        about: population, period and source.
        language: ``fr`` or ``en``.
    """
    voice = PortraitLanguage(language)
    clients = _clients(figures)
    hours, ratio = ("number", DECIMALS[ALL]), ("number", DECIMALS[PER_HOUR])
    columns = (
        ChartColumn("client", Phrase("portrait.country_of_client")),
        ChartColumn("gesture", Phrase("portrait.gesture")),
        ChartColumn("least", Phrase("portrait.hours_at_least"), *hours),
        ChartColumn("most", Phrase("portrait.hours_at_most"), *hours),
        ChartColumn("per_hour_least", Phrase("portrait.under_a_paid_hour_at_least"), *ratio),
        ChartColumn("per_hour_most", Phrase("portrait.under_a_paid_hour_at_most"), *ratio),
        ChartColumn("projects", Phrase("portrait.projects"), "number"),
    )
    rows = [row for client in clients for row in _rows(client, figures, voice)]
    return PortraitChart(
        key=KEY,
        language=voice.language,
        title=finding(figures.get(f"{STEM}.{ALL_PLACES}.{PER_HOUR}"), voice),
        about=f"{voice.say(about.population)}, {about.period}. "
        + voice.message("portrait.gestures_about"),
        source=voice.say(about.source),
        wide=_bars(clients, figures, voice, WIDE),
        narrow=_bars(clients, figures, voice, NARROW),
        table=ChartData(columns, tuple(rows)),
        is_simulated=about.is_simulated,
    )


def finding(figure: ReleaseFigure, voice: PortraitLanguage) -> str:
    """Say how many hours of unpaid gestures lie under a paid hour, or why nobody knows."""
    if figure.low is None:
        is_hidden = figure.state is CellState.HIDDEN
        return voice.message(f"portrait.gestures_{'kept_back' if is_hidden else 'unknown'}")
    if figure.high == 0:
        return voice.message("portrait.gestures_none")
    return voice.message("portrait.gestures_under_a_paid_hour", hours=_between(figure, voice))


def _clients(figures: Figures) -> list[str]:
    names = dict.fromkeys(figure.name.split(".")[1] for figure in figures.under(STEM))
    return [client for client in names if client != ALL_PLACES] + [
        client for client in names if client == ALL_PLACES
    ]


def _name(client: str, voice: PortraitLanguage, *, is_short: bool = False) -> str:
    if client == ALL_PLACES:
        return voice.say(ALL_CLIENTS)
    if client == NO_PLACE:
        return voice.say(CLIENT_UNKNOWN)
    return place_words(client, voice, is_short=is_short)


def _between(figure: ReleaseFigure, voice: PortraitLanguage) -> str:
    """Say a ratio by its ends, since nobody declared its middle."""
    low, high = figure.low, figure.high
    least = voice.number(low or Decimal(0), DECIMALS[PER_HOUR])
    if high is None:
        return voice.message("portrait.at_least", n=least)
    if low == high:
        return least
    most = voice.number(high, DECIMALS[PER_HOUR])
    return voice.message("portrait.least_to_most", least=least, most=most)


def _ends(figure: ReleaseFigure) -> tuple[Value, Value]:
    if figure.state is CellState.HIDDEN:
        return HIDDEN, HIDDEN
    return figure.low, figure.high


def _rows(client: str, figures: Figures, voice: PortraitLanguage) -> list[tuple[Value, ...]]:
    """Return the table rows of a client: all gestures, each, then what is unknown and why."""
    stem, name = f"{STEM}.{client}", _name(client, voice)
    own = {figure.name.rpartition(".")[2]: figure for figure in figures.under(stem)}
    rows: list[tuple[Value, ...]] = [
        (name, ALL_GESTURES, *_ends(own[ALL]), *_ends(own[PER_HOUR]), "")
    ]
    for gesture, figure in own.items():
        if gesture in {ALL, PER_HOUR}:
            continue
        words: Words = PROJECTS.get(gesture, Phrase(f"gesture.{gesture}"))
        if gesture in PROJECTS:
            rows.append((name, words, *[""] * 4, figure.value))
        else:
            rows.append((name, words, *_ends(figure), "", "", ""))
    return rows


def _bars(clients: Sequence[str], figures: Figures, voice: PortraitLanguage, width: int) -> str:
    sheet, label = PortraitSheet(KEY, width), voice.message("portrait.gestures_drawn")
    ratios = {client: figures.get(f"{STEM}.{client}.{PER_HOUR}") for client in clients}
    if not any(ratio.is_known for ratio in ratios.values()):
        is_hidden = any(ratio.state is CellState.HIDDEN for ratio in ratios.values())
        sheet.unknown(0, 0, width, HIGH, voice.say(HIDDEN) if is_hidden else voice.unknown())
        return sheet.close(HIGH, label)
    most = max(float(ratio.high or ratio.low or 0) for ratio in ratios.values())
    lanes = Lanes(sheet, most * 1.05 or 1.0, top=4)
    for client, ratio in ratios.items():
        figure = _between(ratio, voice) if ratio.is_known else ""
        y = lanes.lane(_name(client, voice, is_short=True), figure)
        begin, end, at = lanes.scale.begin, lanes.scale.end, lanes.scale.at
        if ratio.low is None:
            word = voice.say(HIDDEN) if ratio.state is CellState.HIDDEN else voice.unknown()
            sheet.unknown(begin, y - 11, end - begin, 22, word)
            continue
        sheet.rect("s1", begin, y - 8, at(float(ratio.low)) - begin, 16)
        if ratio.high is not None and ratio.high > ratio.low:
            low, high = at(float(ratio.low)), at(float(ratio.high))
            sheet.weave("tw", low, y - 8, high - low, 16)
            sheet.rect("fr", low, y - 8, high - low, 16)
    ticks = [(value, voice.number(value, 0 if value % 1 == 0 else 2)) for value in lanes.ticks()]
    end = lanes.axis(ticks, voice.message("portrait.hours_of_gestures_under_a_paid_hour"))
    return sheet.close(end, label)
