"""Draw who decided (C10), and the seconds of people inside each automated decision (C11)."""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.charts.pay import ChartCaption
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.decision_shares import Shares
from canut.core.portrait.language import Phrase, PortraitLanguage
from canut.core.svg import Scale

OUTCOMES = {
    DecisionOutcome.HUMAN: Phrase("portrait.people_alone"),
    DecisionOutcome.CORRECTED: Phrase("portrait.corrected_by_people"),
    DecisionOutcome.ACCEPTED: Phrase("portrait.accepted_by_people"),
    DecisionOutcome.AUDITED: Phrase("portrait.machine_checked"),
    DecisionOutcome.UNTOUCHED: Phrase("portrait.machine_alone"),
}
KINDS = {
    DecisionOutcome.HUMAN: "st-t",
    DecisionOutcome.CORRECTED: "s3",
    DecisionOutcome.ACCEPTED: "s2",
    DecisionOutcome.AUDITED: "fr",
    DecisionOutcome.UNTOUCHED: "s1",
}
MOST_PERIODS = 12


class Box(NamedTuple):
    """A rectangle on the sheet."""

    x: float
    y: float
    width: float
    height: float


class Period(NamedTuple):
    """Who decided in a period; ``version`` names a model that started with it."""

    name: str
    shares: Shares
    version: str = ""


def draw_decision_shares(
    periods: Sequence[Period], about: ChartCaption, language: str
) -> PortraitChart:
    """Draw C10: the share of decisions people took part in, period by period.

    All decisions are counted, so no interval is drawn.

    Raises:
        BadInput: no period, or more than twelve.
    """
    if not 0 < len(periods) <= MOST_PERIODS:
        raise BadInput(f"{len(periods)} periods; a picture holds from 1 to {MOST_PERIODS}")
    voice, last = PortraitLanguage(language), periods[-1].shares
    columns = (
        ChartColumn("period", Phrase("portrait.period")),
        *(ChartColumn(o.value, OUTCOMES[o], "share", 1) for o in OUTCOMES),
        ChartColumn("touched", Phrase("portrait.touched_by_people"), "share", 1),
        ChartColumn("version", Phrase("portrait.model_begun")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            period.name,
            *(period.shares.of[o].value for o in OUTCOMES),
            period.shares.touched.value,
            period.version,
        )
        for period in periods
    ]
    return PortraitChart(
        key="C10",
        language=voice.language,
        title=voice.message(
            "portrait.who_decided_in_a_period",
            touched=voice.share(last.touched.value),
            untouched=voice.share(last.untouched.value),
            period=voice.period(periods[-1].name),
        ),
        about=f"{voice.say(about.population)}, {about.period}. "
        + voice.message("portrait.share_of_final_decisions_with_line"),
        source=voice.say(about.source),
        wide=_bars(periods, voice, WIDE),
        narrow=_bars(periods, voice, NARROW),
        table=ChartData(columns, tuple(rows)),
        is_simulated=about.is_simulated or any(period.shares.is_simulated for period in periods),
    )


def _bars(periods: Sequence[Period], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C10", width)
    x_left, x_right = 48.0, 690.0 if sheet.is_wide else float(width)
    top, high = 30.0, 300.0 if sheet.is_wide else 240.0
    up = Scale(top + high, top, 1.0)
    for share in (0, 0.25, 0.5, 0.75, 1):
        sheet.line("gr", x_left, up.at(share), x_right, up.at(share))
        sheet.text(x_left - 8, up.at(share) + 5, voice.share(share), "", "end")
    step = (x_right - x_left) / len(periods)
    for index, period in enumerate(periods):
        x, broad = x_left + step * index, min(step * 0.72, 96)
        middle = x + step / 2
        _stack(sheet, period.shares, middle - broad / 2, broad, up)
        sheet.text(middle, top + high + 20, period.name, "", "middle")
        if period.version:
            sheet.line("floor", x, 18, x, top + high)
            sheet.text(x + 5, 13, period.version, "th")
    end = _key(sheet, periods[-1].shares, voice, (x_right, top, top + high))
    label = Phrase("portrait.who_decided_by_period_the")
    return sheet.close(end, voice.say(label))


def _stack(sheet: PortraitSheet, shares: Shares, x: float, broad: float, up: Scale) -> None:
    """Stack the outcomes, people at the bottom."""
    stacked = 0.0
    for outcome in OUTCOMES:
        share = shares.of[outcome].value
        y = up.at(stacked + share)
        _fill(sheet, outcome, Box(x, y, broad, up.at(stacked) - y))
        stacked += share


def _fill(sheet: PortraitSheet, outcome: DecisionOutcome, box: Box) -> None:
    if outcome is DecisionOutcome.AUDITED:
        sheet.weave("tw", *box)
    sheet.rect(KINDS[outcome], *box)


def _key(
    sheet: PortraitSheet, shares: Shares, voice: PortraitLanguage, ends: tuple[float, float, float]
) -> float:
    """Name the outcomes: right of the last bar when wide, below when narrow; return the end."""
    right, top, bottom = ends
    named = list(reversed(OUTCOMES))
    for index, outcome in enumerate(named):
        x, y = right + 24, top + 20 + 40 * index
        if not sheet.is_wide:
            x, y = 0, bottom + 52 + 24 * index
        _fill(sheet, outcome, Box(x, y - 12, 14, 14))
        sheet.text(
            x + 24,
            y,
            voice.say(OUTCOMES[outcome]),
            "st" if outcome is DecisionOutcome.HUMAN else "",
        )
        figure = voice.share(shares.of[outcome].value, 1)
        sheet.text(sheet.width, y, figure, "st", "end")
    return bottom + (30 if sheet.is_wide else 52 + 24 * len(named) - 8)


class Version(NamedTuple):
    """A model: its decisions, seconds of people in each, and seconds added by audits.

    ``embodied`` is None for a foreign model, whose labour is unknown.
    """

    name: str
    decisions: int
    embodied: float | None
    upkeep: float | None


def hidden_seconds(
    versions: Sequence[Version], about: ChartCaption, language: str
) -> PortraitChart:
    """Draw C11: seconds of people's work inside each automated decision, by model.

    Raises:
        BadInput: there is no model.
    """
    if not versions:
        raise BadInput("no model to draw seconds of")
    voice, last = PortraitLanguage(language), versions[-1]
    columns = (
        ChartColumn("model", Phrase("portrait.model")),
        ChartColumn("decisions", Phrase("portrait.decisions"), "number"),
        ChartColumn("embodied", Phrase("portrait.seconds_inside"), "seconds", 1),
        ChartColumn("upkeep", Phrase("portrait.seconds_of_upkeep"), "seconds", 1),
    )
    title = voice.message(
        "portrait.a_decision_of_holds_seconds",
        model=last.name,
        n=voice.unknown() if last.embodied is None else voice.number(last.embodied, 1),
    )
    if last.embodied is None:
        title = voice.message(
            "portrait.work_in_a_decision_unknown",
            model=last.name,
        )
    return PortraitChart(
        key="C11",
        language=voice.language,
        title=title,
        about=f"{voice.say(about.population)}, {about.period}. "
        + voice.message("portrait.seconds_by_powers_of_ten"),
        source=voice.say(about.source),
        wide=_seconds(versions, voice, WIDE),
        narrow=_seconds(versions, voice, NARROW),
        table=ChartData(columns, tuple(versions)),
        is_simulated=about.is_simulated,
    )


def _seconds(versions: Sequence[Version], voice: PortraitLanguage, width: int) -> str:
    sheet = PortraitSheet("C11", width)
    seconds = [s for version in versions for s in (version.embodied, version.upkeep) if s]
    least = 10.0 ** _power(min(seconds, default=1.0))
    most = 10.0 ** (_power(max(seconds, default=1.0)) + 1)
    lanes = Lanes(sheet, most, top=4, least=least)
    for version in versions:
        figure = "" if version.embodied is None else f"{voice.number(version.embodied, 1)} s"
        y = lanes.lane(version.name, figure, is_bold=version is versions[-1])
        if version.embodied is None:
            sheet.unknown(
                lanes.scale.begin, y - 11, lanes.scale.end - lanes.scale.begin, 22, voice.unknown()
            )
        if version.upkeep:
            sheet.dot("pt o", lanes.scale.at(version.upkeep), y)
        if version.embodied:
            sheet.dot("pt t", lanes.scale.at(version.embodied), y)
    ticks = [
        (value, f"{value:g}".replace(".", "," if voice.is_french else "."))
        for value in lanes.ticks()
    ]
    end = lanes.axis(ticks, voice.message("portrait.seconds"))
    label = Phrase("portrait.seconds_of_people_work_by")
    return sheet.close(end, voice.say(label))


def _power(value: float) -> int:
    """Return the largest power of ten at or under a value."""
    return int(f"{value:e}".partition("e")[2])
