"""Draw pay: real beside nominal (C4), its distribution and the floor (C5), the unseen time (C6)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from canut.core.arrays import Floats
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait.charts.drawing import MOST_TICKS, NARROW, WIDE, PortraitSheet
from canut.core.portrait.charts.frame import Chart, ChartData, Column, Value
from canut.core.portrait.charts.lanes import Lanes
from canut.core.portrait.counts import FEWEST, MINUTES, TOGETHER, IntervalEstimate, Steps, Time
from canut.core.portrait.facts import Text
from canut.core.portrait.language import HIDDEN, UNKNOWN, Voice
from canut.core.svg import Scale

FLOOR = Text("floor {amount}", "plancher {amount}")
BY_HOUR = Text("by hour, {currency}", "par heure, {currency}")
TIMES = {
    Time.PAID: Text("Paid tasks", "Tâches payées"),
    Time.SEARCH: Text("Searching for work", "Chercher du travail"),
    Time.WAITING: Text("Waiting", "Attendre"),
    Time.READING: Text("Reading guidelines", "Lire les consignes"),
    Time.REJECTED: Text("Rejected work", "Travail refusé"),
    Time.TRAINING: Text("Training", "Se former"),
    Time.CARE: Text("Breaks", "Pauses"),
    Time.OTHER: Text("Pay, messages, appeals", "Paye, messages, recours"),
}
EXACT_MINUTES = Text(
    "Minutes of an hour of work, exact.", "Minutes d’une heure de travail, exactes."
)
WITH_SEARCH = Text(
    "Minutes of an hour of work, exact. Waiting stands with searching.",
    "Minutes d’une heure de travail, exactes. L’attente est avec la recherche.",
)
UNSEEN = Text("Not on paid tasks, in all", "Hors des tâches payées, en tout")
ROOM, NEARLY = 1.12, 0.01
PAY_UNKNOWN = Text(
    "What an hour of click work really pays is unknown.",
    "Ce que paye vraiment une heure de travail du clic est inconnu.",
)
NONE_UNDER = Text(
    "All its time counted, an hour pays Québec’s floor or more in each occupation measured.",
    "Tout le temps compté, l’heure paye le plancher du Québec ou plus dans chaque métier mesuré.",
)
ONE_UNDER = Text(
    "All its time counted, an hour pays less than Québec’s floor in 1 of {known} occupations "
    "measured.",
    "Tout le temps compté, l’heure paye moins que le plancher du Québec dans 1 métier mesuré sur "
    "{known}.",
)
UNDER = Text(
    "All its time counted, an hour pays less than Québec’s floor in {n} of {known} occupations "
    "measured.",
    "Tout le temps compté, l’heure paye moins que le plancher du Québec dans {n} métiers mesurés "
    "sur {known}.",
)


class About(NamedTuple):
    """What every chart of measured figures says: of whom, when, from where."""

    population: Text
    period: str
    source: Text
    is_simulated: bool = False


class PayLine(NamedTuple):
    """One occupation: pay an hour of paid tasks, and of all the time; None is unknown."""

    name: Text
    nominal: IntervalEstimate | None
    effective: IntervalEstimate | None


def real_pay(lines: Sequence[PayLine], floor: Money, about: About, language: str) -> Chart:
    """Draw C4: what an hour is said to pay, and what it pays when all its time is counted.

    Raises:
        BadInput: there is no line.
    """
    if not lines:
        raise BadInput("no occupation to draw pay of")
    voice, currency = Voice(language), floor.currency
    under = sum(1 for one in lines if one.effective and one.effective.value < float(floor.decimal))
    known = sum(1 for one in lines if one.effective)
    finding = UNDER if under > 1 else ONE_UNDER if under else NONE_UNDER
    title = voice.say(finding if known else PAY_UNKNOWN, n=str(under), known=str(known))
    money = ("money", 2)
    columns = (
        Column("occupation", Text("Occupation", "Métier")),
        Column("nominal", Text("Nominal", "Nominale"), *money),
        Column("effective", Text("Real", "Réelle"), *money),
        Column("low", Text("from", "de"), *money),
        Column("high", Text("to", "à"), *money),
    )
    rows: list[tuple[Value, ...]] = [
        (one.name, one.nominal.value if one.nominal else None, *(one.effective or (None,) * 3))
        for one in lines
    ]
    return Chart(
        key="C4",
        language=voice.language,
        title=title,
        about=_about(
            voice,
            about,
            Text(
                "{unit}. Open: paid tasks alone; full: all the time, 95% interval.",
                "{unit}. Vide : tâches payées seules ; plein : tout le temps, intervalle à 95 %.",
            ),
            currency,
        ),
        source=voice.say(about.source),
        wide=_pay_lines(lines, floor, voice, WIDE),
        narrow=_pay_lines(lines, floor, voice, NARROW),
        table=ChartData(columns, tuple(rows), currency),
        is_simulated=about.is_simulated,
    )


def _pay_lines(lines: Sequence[PayLine], floor: Money, voice: Voice, width: int) -> str:
    sheet, amount = PortraitSheet("C4", width), float(floor.decimal)
    ends = [e for one in lines for e in (one.nominal, one.effective) if e]
    lanes = Lanes(sheet, ROOM * max(amount, *(each.high for each in ends), 1.0))
    for one in lines:
        figure = voice.money(one.effective.value, floor.currency) if one.effective else ""
        y = lanes.lane(voice.say(one.name), figure)
        at = lanes.scale.at
        if one.effective is None:
            sheet.unknown(
                lanes.scale.begin, y - 11, lanes.scale.end - lanes.scale.begin, 22, voice.unknown()
            )
            continue
        if one.nominal is not None:
            sheet.line("lead", at(one.effective.value), y, at(one.nominal.value), y)
        sheet.interval("ci-l t", at(one.effective.low), at(one.effective.high), y)
        if one.nominal is not None:
            sheet.dot("pt o", at(one.nominal.value), y)
        sheet.dot("pt t", at(one.effective.value), y)
    lanes.floor(amount, voice.say(FLOOR, amount=voice.money(amount, floor.currency)))
    said = [(value, voice.number(value)) for value in lanes.ticks()]
    end = lanes.axis(said, voice.say(BY_HOUR, currency=floor.currency))
    label = Text(
        "Nominal and real pay by hour, by occupation; the table gives the same figures",
        "Paye nominale et réelle de l’heure, par métier ; la table donne les mêmes chiffres",
    )
    return sheet.close(end, voice.say(label))


class PayDistribution(NamedTuple):
    """How pay an hour is spread: steps of five people or more, and the shares under the floor.

    ``top_up``: what an hour lacks on average to reach the floor.
    """

    steps: Steps
    under_by_person: IntervalEstimate
    under_by_hour: IntervalEstimate
    top_up: float


def distribution(found: PayDistribution, floor: Money, about: About, language: str) -> Chart:
    """Draw C5: the share of people and of hours at or under each pay, and the floor.

    Raises:
        BadInput: there are under twenty people.
    """
    if len(found.steps.values) * TOGETHER < FEWEST:
        raise BadInput(f"{len(found.steps.values)} steps of pay; under twenty people none is drawn")
    voice, currency = Voice(language), floor.currency
    columns = (
        Column("pay", Text("Pay by hour, up to", "Paye de l’heure, jusqu’à"), "money", 2),
        Column("people", Text("Share of people", "Part des personnes"), "share"),
        Column("hours", Text("Share of hours", "Part des heures"), "share"),
    )
    rows: list[tuple[Value, ...]] = list(zip(*(each.tolist() for each in found.steps), strict=True))
    person, hour = found.under_by_person, found.under_by_hour
    under = float(floor.decimal), person.value, hour.value
    rows.insert(int((found.steps.values < under[0]).sum()), under)
    return Chart(
        key="C5",
        language=voice.language,
        title=voice.say(
            Text(
                "{people} of people and {hours} of hours are paid less than Québec’s floor.",
                "{people} des personnes et {hours} des heures sont payées moins que le plancher du "
                "Québec.",
            ),
            people=voice.share(person.value),
            hours=voice.share(hour.value),
        ),
        about=_about(
            voice,
            about,
            Text(
                "{unit}. Under the floor, 95%: people {people}, hours {hours}. A step is the "
                "mean of five people or more. Twill: what lacks to the floor, {top_up} an hour.",
                "{unit}. Sous le plancher, à 95 % : personnes {people}, heures {hours}. Une "
                "marche est la moyenne de cinq personnes ou plus. Sergé : ce qui manque au "
                "plancher, {top_up} de l’heure.",
            ),
            currency,
            people=voice.interval(voice.share(person.low), voice.share(person.high)),
            hours=voice.interval(voice.share(hour.low), voice.share(hour.high)),
            top_up=voice.money(found.top_up, currency),
        ),
        source=voice.say(about.source),
        wide=_spread(found, floor, voice, WIDE),
        narrow=_spread(found, floor, voice, NARROW),
        table=ChartData(columns, tuple(rows), currency),
        is_simulated=about.is_simulated,
    )


def _spread(found: PayDistribution, floor: Money, voice: Voice, width: int) -> str:
    sheet, amount = PortraitSheet("C5", width), float(floor.decimal)
    high = 300 if sheet.is_wide else 240
    left, right = 48, width - (150 if sheet.is_wide else 8)
    top, bottom = 30.0, 30.0 + high
    across = Scale(left, right, ROOM * max(amount, float(found.steps.values[-1])))
    up = Scale(bottom, top, 1.0)
    sheet.rect("under", left, top, across.at(amount) - left, high)
    for part in (0, 0.25, 0.5, 0.75, 1):
        sheet.line("gr", left, up.at(part), right, up.at(part))
        sheet.text(left - 8, up.at(part) + 5, voice.share(part), "", "end")
    hours = _stairs(found.steps.values, found.steps.by_hour, across, up, amount)
    floor_at = across.at(amount)
    sheet.area("tw", f"{hours}L{floor_at:.1f} {bottom:.1f}H{left}Z")
    for kind, shares in (("ln", found.steps.by_person), ("ln t", found.steps.by_hour)):
        sheet.path(kind, _stairs(found.steps.values, shares, across, up))
    sheet.line("floor", floor_at, 18, floor_at, bottom)
    sheet.text(
        floor_at - 6, 13, voice.say(FLOOR, amount=voice.money(amount, floor.currency)), "th", "end"
    )
    for shift, kind, under in (
        (-5, "ci-l", found.under_by_person),
        (5, "ci-l t", found.under_by_hour),
    ):
        sheet.upright_interval("ci-l g", floor_at + shift, up.at(under.high), up.at(under.low))
        sheet.upright_interval(kind, floor_at + shift, up.at(under.high), up.at(under.low))
        point = "pt t" if kind.endswith("t") else "pt"
        sheet.dot(point, floor_at + shift, up.at(under.value), 3.5)
    for value in across.ticks(MOST_TICKS[width]):
        sheet.text(across.at(value), bottom + 20, voice.number(value), "", "middle")
    sheet.text(right, bottom + 40, voice.say(BY_HOUR, currency=floor.currency), "", "end")
    end = _legend(sheet, voice, right, top, bottom)
    label = Text(
        "Share of people and of hours at or under each pay by hour; the table gives the same",
        "Part des personnes et des heures à chaque paye de l’heure ou moins ; la table dit de même",
    )
    return sheet.close(end, voice.say(label))


def _legend(sheet: PortraitSheet, voice: Voice, right: float, top: float, bottom: float) -> float:
    """Name both lines, beside them on a page, below on a phone; return where the drawing ends."""
    names = (("ln", Text("people", "personnes")), ("ln t", Text("hours", "heures")))
    for place, (kind, name) in enumerate(names):
        x, y = (
            (right + 14, top + 14 + 22 * place)
            if sheet.is_wide
            else (48 + 130 * place, bottom + 68)
        )
        sheet.line(kind, x, y - 5, x + 22, y - 5)
        sheet.text(x + 30, y, voice.say(name), "st" if kind == "ln" else "th")
    return bottom + (46 if sheet.is_wide else 76)


def _stairs(
    values: Floats, shares: Floats, across: Scale, up: Scale, end: float | None = None
) -> str:
    """Draw steps from the lower left; up to ``end`` alone where it is given."""
    d = [f"M{across.begin:.1f} {up.begin:.1f}"]
    for value, part in zip(values.tolist(), shares.tolist(), strict=True):
        if end is not None and value >= end:
            break
        d.append(f"H{across.at(value):.1f}V{up.at(part):.1f}")
    d.append(f"H{across.end if end is None else across.at(end):.1f}")
    return "".join(d)


def unseen_time(
    minutes: Mapping[Time, float], about: About, language: str, kept: Collection[Time] = ()
) -> Chart:
    """Draw C6: where the sixty minutes of an hour of work go, one after the other.

    A kind of time that is not in ``minutes`` is unknown, or kept back where it is in ``kept``: its
    minutes stand with another kind's.

    Raises:
        BadInput: the minutes are not those of an hour.
    """
    if abs(sum(minutes.values()) - MINUTES) > NEARLY:
        raise BadInput(f"{sum(minutes.values())} minutes; an hour has 60")
    voice = Voice(language)
    columns = (
        Column("time", Text("Time", "Temps")),
        Column("minutes", Text("Minutes of an hour", "Minutes de l’heure"), "minutes", 1),
    )
    unseen = MINUTES - minutes.get(Time.PAID, 0.0)
    bare = {kind: HIDDEN if kind in kept else None for kind in Time if kind not in minutes}
    rows: list[tuple[Value, ...]] = [
        (TIMES[kind], minutes[kind] if kind in minutes else bare[kind]) for kind in Time
    ]
    return Chart(
        key="C6",
        language=voice.language,
        title=voice.say(
            Text(
                "Of an hour of work, {n} minutes are not on paid tasks.",
                "D’une heure de travail, {n} minutes ne sont pas sur des tâches payées.",
            ),
            n=voice.number(unseen, 1),
        ),
        about=_about(
            voice,
            about,
            WITH_SEARCH if Time.WAITING in bare else EXACT_MINUTES,
            "",
        ),
        source=voice.say(about.source),
        wide=_hour(minutes, bare, voice, WIDE),
        narrow=_hour(minutes, bare, voice, NARROW),
        table=ChartData(columns, (*rows, (UNSEEN, unseen))),
        is_simulated=about.is_simulated,
    )


def _hour(
    minutes: Mapping[Time, float], bare: Mapping[Time, Text | None], voice: Voice, width: int
) -> str:
    sheet = PortraitSheet("C6", width)
    lanes, begun = Lanes(sheet, MINUTES, top=4), 0.0
    for kind in (*minutes, *bare):
        if kind in bare:
            y, begin = lanes.lane(voice.say(TIMES[kind]), ""), lanes.scale.begin
            word = voice.say(bare[kind] or UNKNOWN)
            sheet.unknown(begin, y - 11, lanes.scale.end - begin, 22, word)
            continue
        spent = minutes[kind]
        y = lanes.lane(
            voice.say(TIMES[kind]), f"{voice.number(spent, 1)} min", is_bold=kind is Time.PAID
        )
        left, right = lanes.scale.at(begun), lanes.scale.at(begun + spent)
        sheet.rect("s1" if kind is Time.PAID else "st-t", left, y - 8, right - left, 16)
        begun += spent
        if spent and begun < MINUTES and sheet.is_wide:
            sheet.line("lead", right, y - 8, right, y + 28)
    said = [(float(value), voice.number(value)) for value in range(0, MINUTES + 1, 10)]
    end = lanes.axis(said, voice.say(Text("minutes", "minutes")))
    label = Text(
        "Where the minutes of an hour go; the table gives the same figures",
        "Où vont les minutes d’une heure ; la table donne les mêmes chiffres",
    )
    return sheet.close(end, voice.say(label))


def _about(voice: Voice, about: About, text: Text, currency: str, **facts: str) -> str:
    unit = voice.say(Text("{currency} by hour", "{currency} par heure"), currency=currency)
    said = voice.say(text, unit=unit, **facts)
    return f"{voice.say(about.population)}, {about.period}. {said}"
