"""Draw pay: real and nominal (C4), its distribution and the floor (C5), unseen time (C6)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from canut.core.arrays import Floats
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait.charts.drawing import MOST_TICKS, NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import ChartColumn, ChartData, PortraitChart, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.counts import FEWEST, MINUTES, TOGETHER, IntervalEstimate, Steps, TimeUse
from canut.core.portrait.language import HIDDEN, UNKNOWN, Phrase, PortraitLanguage, Words
from canut.core.svg import Scale

FLOOR = Phrase("portrait.floor")
BY_HOUR = Phrase("portrait.by_hour")
TIMES = {
    TimeUse.PAID: Phrase("portrait.paid_tasks"),
    TimeUse.SEARCH: Phrase("portrait.searching_for_work"),
    TimeUse.WAITING: Phrase("portrait.waiting"),
    TimeUse.READING: Phrase("portrait.reading_guidelines"),
    TimeUse.REJECTED: Phrase("portrait.rejected_work"),
    TimeUse.TRAINING: Phrase("portrait.training"),
    TimeUse.BREAKS: Phrase("portrait.breaks"),
    TimeUse.OTHER: Phrase("portrait.pay_messages_appeals"),
}
EXACT_MINUTES = Phrase("portrait.minutes_exact")
WITH_SEARCH = Phrase("portrait.minutes_exact_waiting_with_searching")
UNSEEN = Phrase("portrait.not_on_paid_tasks_in_all")
NO_INTERVAL = Phrase("portrait.no_interval")
ROOM, NEARLY = 1.12, 0.01
PAY_UNKNOWN = Phrase("portrait.real_pay_unknown")
NONE_UNDER = Phrase("portrait.no_occupation_pays_under_the_floor")
ONLY_NOT_UNDER = Phrase("portrait.the_one_occupation_pays_the_floor")
ONLY_UNDER = Phrase("portrait.the_one_occupation_pays_under_the_floor")
ONE_UNDER = Phrase("portrait.one_occupation_pays_under_the_floor")
UNDER = Phrase("portrait.occupations_pay_under_the_floor")


class ChartCaption(NamedTuple):
    """What every chart of measured figures states: population, period and source."""

    population: Words
    period: str
    source: Words
    is_simulated: bool = False


class PayLine(NamedTuple):
    """One occupation: pay per hour of paid tasks, and of all time; None is unknown.

    Ends equal to the value are no interval: too few effective people stand behind it.
    """

    name: Words
    nominal: IntervalEstimate | None
    effective: IntervalEstimate | None


def real_pay(
    lines: Sequence[PayLine], floor: Money, about: ChartCaption, language: str
) -> PortraitChart:
    """Draw C4: nominal pay per hour of paid tasks, and real pay per hour of all time.

    Raises:
        BadInput: ``lines`` is empty.
    """
    if not lines:
        raise BadInput("no occupation to draw pay of")
    voice, currency = PortraitLanguage(language), floor.currency
    under = sum(
        1 for line in lines if line.effective and line.effective.value < float(floor.decimal)
    )
    n_known = sum(1 for line in lines if line.effective)
    finding = UNDER if under > 1 else ONE_UNDER if under else NONE_UNDER
    if n_known == 1:
        finding = ONLY_UNDER if under else ONLY_NOT_UNDER
    numbers = {"n": str(under), "known": str(n_known), "all": str(len(lines))}
    title = voice.say(finding, **numbers) if n_known else voice.say(PAY_UNKNOWN)
    money = ("money", 2)
    columns = (
        ChartColumn("occupation", Phrase("portrait.occupation")),
        ChartColumn("nominal", Phrase("portrait.nominal"), *money),
        ChartColumn("effective", Phrase("portrait.real"), *money),
        ChartColumn("low", Phrase("portrait.from"), *money),
        ChartColumn("high", Phrase("portrait.to"), *money),
    )
    rows: list[tuple[Value, ...]] = [
        (line.name, line.nominal.value if line.nominal else None, *_ends(line.effective))
        for line in lines
    ]
    return PortraitChart(
        key="C4",
        language=voice.language,
        title=title,
        about=_about(
            voice,
            about,
            Phrase("portrait.open_paid_tasks_alone_full"),
            currency,
        ),
        source=voice.say(about.source),
        wide=_pay_lines(lines, floor, voice, WIDE),
        narrow=_pay_lines(lines, floor, voice, NARROW),
        table=ChartData(columns, tuple(rows), currency),
        is_simulated=about.is_simulated,
    )


def _ends(estimate: IntervalEstimate | None) -> tuple[Value, Value, Value]:
    """Return a figure with its ends; a figure without an interval has none to write."""
    if estimate is None:
        return (None, None, None)
    if estimate.low == estimate.high:
        return (estimate.value, "", "")
    return (estimate.value, estimate.low, estimate.high)


def _pay_lines(lines: Sequence[PayLine], floor: Money, voice: PortraitLanguage, width: int) -> str:
    sheet, amount = PortraitSheet("C4", width), float(floor.decimal)
    ends = [e for line in lines for e in (line.nominal, line.effective) if e]
    lanes = Lanes(sheet, ROOM * max(amount, *(each.high for each in ends), 1.0))
    for line in lines:
        figure = voice.money(line.effective.value, floor.currency) if line.effective else ""
        y = lanes.lane(voice.say(line.name), figure)
        at = lanes.scale.at
        if line.effective is None:
            sheet.unknown(
                lanes.scale.begin, y - 11, lanes.scale.end - lanes.scale.begin, 22, voice.unknown()
            )
            continue
        if line.nominal is not None:
            sheet.line("lead", at(line.effective.value), y, at(line.nominal.value), y)
        if line.effective.low < line.effective.high:
            sheet.interval("ci-l t", at(line.effective.low), at(line.effective.high), y)
        if line.nominal is not None:
            sheet.dot("pt o", at(line.nominal.value), y)
        sheet.dot("pt t", at(line.effective.value), y)
    lanes.floor(amount, voice.say(FLOOR, amount=voice.money(amount, floor.currency)))
    ticks = [(value, voice.number(value)) for value in lanes.ticks()]
    end = lanes.axis(ticks, voice.say(BY_HOUR, currency=floor.currency))
    label = Phrase("portrait.nominal_and_real_pay_by")
    return sheet.close(end, voice.say(label))


class PayDistribution(NamedTuple):
    """Distribution of hourly pay in steps of five people or more, and shares below the floor.

    ``top_up``: mean amount an hour is below the floor.
    """

    steps: Steps
    under_by_person: IntervalEstimate
    under_by_hour: IntervalEstimate
    top_up: float


def distribution(
    spread: PayDistribution, floor: Money, about: ChartCaption, language: str
) -> PortraitChart:
    """Draw C5: the share of people and of hours at or below each pay, and the floor.

    Raises:
        BadInput: there are fewer than twenty people.
    """
    if len(spread.steps.values) * TOGETHER < FEWEST:
        raise BadInput(
            f"{len(spread.steps.values)} steps of pay; under twenty people none is drawn"
        )
    voice, currency = PortraitLanguage(language), floor.currency
    columns = (
        ChartColumn("pay", Phrase("portrait.pay_by_hour_up_to"), "money", 2),
        ChartColumn("people", Phrase("portrait.share_of_people"), "share"),
        ChartColumn("hours", Phrase("portrait.share_of_hours"), "share"),
    )
    rows: list[tuple[Value, ...]] = list(
        zip(*(each.tolist() for each in spread.steps), strict=True)
    )
    person, hour = spread.under_by_person, spread.under_by_hour
    under = float(floor.decimal), person.value, hour.value
    rows.insert(int((spread.steps.values < under[0]).sum()), under)
    return PortraitChart(
        key="C5",
        language=voice.language,
        title=voice.message(
            "portrait.of_people_and_of_hours",
            people=voice.share(person.value),
            hours=voice.share(hour.value),
        ),
        about=_about(
            voice,
            about,
            Phrase("portrait.under_the_floor_95_people"),
            currency,
            people=_said_interval(person, voice),
            hours=_said_interval(hour, voice),
            top_up=voice.money(spread.top_up, currency),
        ),
        source=voice.say(about.source),
        wide=_spread(spread, floor, voice, WIDE),
        narrow=_spread(spread, floor, voice, NARROW),
        table=ChartData(columns, tuple(rows), currency),
        is_simulated=about.is_simulated,
    )


def _said_interval(estimate: IntervalEstimate, voice: PortraitLanguage) -> str:
    """Format an interval; that of none observed is the most it can be."""
    if estimate.low == estimate.high:
        return voice.say(NO_INTERVAL)
    if not estimate.value:
        return voice.message("portrait.none_at_most", most=voice.share(estimate.high, 1))
    return voice.interval(voice.share(estimate.low), voice.share(estimate.high))


def _spread(spread: PayDistribution, floor: Money, voice: PortraitLanguage, width: int) -> str:
    sheet, amount = PortraitSheet("C5", width), float(floor.decimal)
    high = 300 if sheet.is_wide else 240
    x_left, x_right = 48, width - (150 if sheet.is_wide else 8)
    top, bottom = 30.0, 30.0 + high
    across = Scale(x_left, x_right, ROOM * max(amount, float(spread.steps.values[-1])))
    up = Scale(bottom, top, 1.0)
    sheet.rect("under", x_left, top, across.at(amount) - x_left, high)
    for fraction in (0, 0.25, 0.5, 0.75, 1):
        sheet.line("gr", x_left, up.at(fraction), x_right, up.at(fraction))
        sheet.text(x_left - 8, up.at(fraction) + 5, voice.share(fraction), "", "end")
    hours = _stairs(spread.steps.values, spread.steps.by_hour, across, up, amount)
    floor_at = across.at(amount)
    sheet.area("tw", f"{hours}L{floor_at:.1f} {bottom:.1f}H{x_left}Z")
    for kind, shares in (("ln", spread.steps.by_person), ("ln t", spread.steps.by_hour)):
        sheet.path(kind, _stairs(spread.steps.values, shares, across, up))
    sheet.line("floor", floor_at, 18, floor_at, bottom)
    sheet.text(
        floor_at - 6, 13, voice.say(FLOOR, amount=voice.money(amount, floor.currency)), "th", "end"
    )
    for shift, kind, under in (
        (-5, "ci-l", spread.under_by_person),
        (5, "ci-l t", spread.under_by_hour),
    ):
        sheet.upright_interval("ci-l g", floor_at + shift, up.at(under.high), up.at(under.low))
        sheet.upright_interval(kind, floor_at + shift, up.at(under.high), up.at(under.low))
        point = "pt t" if kind.endswith("t") else "pt"
        sheet.dot(point, floor_at + shift, up.at(under.value), 3.5)
    for value in across.ticks(MOST_TICKS[width]):
        sheet.text(across.at(value), bottom + 20, voice.number(value), "", "middle")
    sheet.text(x_right, bottom + 40, voice.say(BY_HOUR, currency=floor.currency), "", "end")
    end = _legend(sheet, voice, x_right, top, bottom)
    label = Phrase("portrait.share_of_people_and_of")
    return sheet.close(end, voice.say(label))


def _legend(
    sheet: PortraitSheet, voice: PortraitLanguage, right: float, top: float, bottom: float
) -> float:
    """Name both lines: beside them when wide, below when narrow; return the end."""
    names = (("ln", Phrase("portrait.people")), ("ln t", Phrase("portrait.hours")))
    for index, (kind, name) in enumerate(names):
        x, y = (
            (right + 14, top + 14 + 22 * index)
            if sheet.is_wide
            else (48 + 130 * index, bottom + 68)
        )
        sheet.line(kind, x, y - 5, x + 22, y - 5)
        sheet.text(x + 30, y, voice.say(name), "st" if kind == "ln" else "th")
    return bottom + (46 if sheet.is_wide else 76)


def _stairs(
    values: Floats, shares: Floats, across: Scale, up: Scale, end: float | None = None
) -> str:
    """Return the path of steps from the lower left, up to ``end`` if it is set."""
    d = [f"M{across.begin:.1f} {up.begin:.1f}"]
    for value, fraction in zip(values.tolist(), shares.tolist(), strict=True):
        if end is not None and value >= end:
            break
        d.append(f"H{across.at(value):.1f}V{up.at(fraction):.1f}")
    d.append(f"H{across.end if end is None else across.at(end):.1f}")
    return "".join(d)


def unseen_time(
    minutes: Mapping[TimeUse, float],
    about: ChartCaption,
    language: str,
    suppressed: Collection[TimeUse] = (),
) -> PortraitChart:
    """Draw C6: how the sixty minutes of an hour of work are spent.

    A kind of time missing from ``minutes`` is unknown, or suppressed if it is in ``suppressed``:
    its minutes are then counted with another kind.

    Raises:
        BadInput: the minutes are not those of an hour.
    """
    if abs(sum(minutes.values()) - MINUTES) > NEARLY:
        raise BadInput(f"{sum(minutes.values())} minutes; an hour has 60")
    voice = PortraitLanguage(language)
    columns = (
        ChartColumn("time", Phrase("portrait.time")),
        ChartColumn("minutes", Phrase("portrait.minutes_of_an_hour"), "minutes", 1),
    )
    unseen = MINUTES - minutes.get(TimeUse.PAID, 0.0)
    bare = {kind: HIDDEN if kind in suppressed else None for kind in TimeUse if kind not in minutes}
    rows: list[tuple[Value, ...]] = [
        (TIMES[kind], minutes[kind] if kind in minutes else bare[kind]) for kind in TimeUse
    ]
    return PortraitChart(
        key="C6",
        language=voice.language,
        title=voice.message(
            "portrait.unpaid_minutes_of_an_hour",
            n=voice.number(unseen, 1),
        ),
        about=_about(
            voice,
            about,
            WITH_SEARCH if TimeUse.WAITING in bare else EXACT_MINUTES,
            "",
        ),
        source=voice.say(about.source),
        wide=_hour(minutes, bare, voice, WIDE),
        narrow=_hour(minutes, bare, voice, NARROW),
        table=ChartData(columns, (*rows, (UNSEEN, unseen))),
        is_simulated=about.is_simulated,
    )


def _hour(
    minutes: Mapping[TimeUse, float],
    bare: Mapping[TimeUse, Words | None],
    voice: PortraitLanguage,
    width: int,
) -> str:
    sheet = PortraitSheet("C6", width)
    lanes, elapsed = Lanes(sheet, MINUTES, top=4), 0.0
    for kind in (*minutes, *bare):
        if kind in bare:
            y, begin = lanes.lane(voice.say(TIMES[kind]), ""), lanes.scale.begin
            word = voice.say(bare[kind] or UNKNOWN)
            sheet.unknown(begin, y - 11, lanes.scale.end - begin, 22, word)
            continue
        spent = minutes[kind]
        y = lanes.lane(
            voice.say(TIMES[kind]), f"{voice.number(spent, 1)} min", is_bold=kind is TimeUse.PAID
        )
        x_left, x_right = lanes.scale.at(elapsed), lanes.scale.at(elapsed + spent)
        sheet.rect("s1" if kind is TimeUse.PAID else "st-t", x_left, y - 8, x_right - x_left, 16)
        elapsed += spent
        if spent and elapsed < MINUTES and sheet.is_wide:
            sheet.line("lead", x_right, y - 8, x_right, y + 28)
    ticks = [(float(value), voice.number(value)) for value in range(0, MINUTES + 1, 10)]
    end = lanes.axis(ticks, voice.message("portrait.minutes"))
    label = Phrase("portrait.where_the_minutes_of_an")
    return sheet.close(end, voice.say(label))


def _about(
    voice: PortraitLanguage, about: ChartCaption, text: Words, currency: str, **facts: str
) -> str:
    unit = voice.message("portrait.currency_by_hour", currency=currency)
    description = voice.say(text, unit=unit, **facts)
    return f"{voice.say(about.population)}, {about.period}. {description}"
