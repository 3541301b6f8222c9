"""Draw every chart of an edition from its released figures and nothing else.

Without a release, the reference charts are complete and the measured ones say unknown.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.money import MICRO, Money
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.charts import no_data
from canut.core.portrait.charts.chain import (
    ALL_TIME,
    MINIMUM,
    OF_CLIENT,
    OF_QUEBEC,
    OF_WORK,
    Hour,
    Link,
    Scheme,
    chain,
    protection,
)
from canut.core.portrait.charts.decisions import draw_decision_shares, hidden_seconds
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.charts.gestures import unpaid_gestures
from canut.core.portrait.charts.pay import (
    ChartCaption,
    PayDistribution,
    PayLine,
    distribution,
    real_pay,
    unseen_time,
)
from canut.core.portrait.charts.pay_quantiles import PayQuantile, UnderFloor, draw_quantiles
from canut.core.portrait.charts.places import PlaceLine, hours_by_place, place_words
from canut.core.portrait.charts.rings import three_rings
from canut.core.portrait.charts.visible import draw_visibility, same_table
from canut.core.portrait.counts import IntervalEstimate, Steps, TimeUse
from canut.core.portrait.disclosure.pay_distribution import QUANTILE
from canut.core.portrait.disclosure.quantiles import FEWEST_FOR
from canut.core.portrait.facts import ReferenceFacts
from canut.core.portrait.language import Phrase, PortraitLanguage
from canut.core.portrait.machine_figures import models_of, periods_of
from canut.core.portrait.measured import ALL_PLACES, Figures, ReleaseFigure
from canut.core.portrait.occupations import PLACE, Family, Occupation, OccupationRow, rings, table
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.terms import VisibilityAudit
from canut.core.portrait.unseen.gestures import STEM as GESTURES

KEYS = ("C1", "C2", "C3", "C4", "C5", "C6", "C6B", "C10", "C11", "C12", "C12B", "C13")
POPULATION = Phrase("portrait.this_instance_click_work")
AT_HOME = Phrase("portrait.this_instance_click_work_in_quebec")
NOTHING = Phrase("portrait.source_no_release_yet")
NOT_YET = Phrase("portrait.nothing_released_yet")
SCHEMES = {
    "qpp": Phrase("portrait.pension_qpp"),
    "qpp2": Phrase("portrait.second_additional_pension_qpp2"),
    "qpip": Phrase("portrait.parental_insurance_qpip"),
    "ei": Phrase("portrait.employment_insurance"),
    "cnesst": Phrase("portrait.work_accidents_cnesst"),
}
NO_SCHEME = Phrase("portrait.no_known_protection")
HOUR_OF_WORK = Phrase("portrait.an_hour_of_click_work")
ROLES = {
    "intermediary": Phrase("portrait.intermediaries"),
    "operator": Phrase("portrait.operator_of_canut"),
    "undisclosed": Phrase("portrait.undisclosed"),
    "worker": Phrase("portrait.people_who_do_the_work"),
}
DOES = {
    "intermediary": Phrase("portrait.between"),
    "operator": Phrase("portrait.platform"),
    "undisclosed": Phrase("portrait.unknown"),
    "worker": Phrase("portrait.work"),
}


class Reference(NamedTuple):
    """The reference inputs: occupations, facts, and the visibility audit."""

    occupations: tuple[Occupation, ...]
    facts: ReferenceFacts
    terms: VisibilityAudit


def rows_of(release: Release | None, reference: Reference) -> tuple[OccupationRow, ...]:
    """Put the cells of a release into the table."""
    here = [cell for cell in release.cells if cell.row != ALL] if release else []
    return table(reference.occupations, reference.facts, here)


def people_of(release: Release | None) -> Cell | None:
    """Return the band of real people of a release; None if it has no real people."""
    cells = release.cells if release else ()
    bands = {CellState.AT_LEAST, CellState.FEW}
    return next(
        (
            cell
            for cell in cells
            if cell.row == ALL and cell.measure is CellMeasure.PEOPLE and cell.state in bands
        ),
        None,
    )


def charts_of(
    release: Release | None, reference: Reference, floor: Money, language: str
) -> list[PortraitChart]:
    """Draw the twelve charts, in order.

    Args:
        release: None before the first.
        reference: the reference inputs.
        floor: of the place, by hour; drawn as a line.
        language: ``fr`` or ``en``.
    """
    rows = rows_of(release, reference)
    figures = Figures(release.figures if release else ())
    about = _about(release, figures, language)
    at_home = about._replace(population=AT_HOME)
    return [
        three_rings(
            rings(reference.occupations, reference.facts, people_of(release)),
            reference.occupations,
            language,
        ),
        draw_visibility(reference.terms, language),
        same_table(rows, reference.facts, language),
        real_pay(_pay_lines(rows, figures), floor, at_home, language),
        _distribution(figures, floor, at_home, language),
        _time(figures, about, language),
        _gestures(figures, about, language),
        _decided(figures, about, language),
        _seconds(figures, about, language),
        _chain(rows, figures, floor, about, language),
        _places(figures, about, release.currency if release else floor.currency, language),
        protection(_schemes(figures), about, language),
    ]


def _about(release: Release | None, figures: Figures, language: str) -> ChartCaption:
    if release is None:
        return ChartCaption(POPULATION, PortraitLanguage(language).say(NOT_YET), NOTHING)
    voice = PortraitLanguage(language)
    named = [place_words(code, voice, is_short=True) for code in _places_of(figures)]
    population = (
        Phrase("portrait.this_instance_all_places", {"places": " · ".join(named)})
        if named
        else POPULATION
    )
    facts = {"period": release.period, "edition": str(release.edition)}
    source = Phrase("portrait.source_measured", facts)
    simulated = any(figure.is_simulated for figure in figures.by_name.values())
    period = PortraitLanguage(language).period(release.span)
    return ChartCaption(population, period, source, simulated)


def _places_of(figures: Figures) -> list[str]:
    """List the places of work that the release tells apart; those of few people are together."""
    ends = f".{CellMeasure.HOURS}"
    names = [
        figure.name.split(".")[1] for figure in figures.under("place") if figure.name.endswith(ends)
    ]
    return [name for name in names if name != ALL_PLACES]


def _estimate(figure: ReleaseFigure) -> IntervalEstimate | None:
    """Return a figure with its interval; one without an interval has both ends at its value."""
    if figure.value is None:
        return None
    if figure.state is CellState.AT_MOST and figure.high is not None:
        return IntervalEstimate(float(figure.value), 0.0, float(figure.high))
    if figure.low is None or figure.high is None:
        return IntervalEstimate(*[float(figure.value)] * 3)
    return IntervalEstimate(float(figure.value), float(figure.low), float(figure.high))


def _pay_lines(rows: Sequence[OccupationRow], figures: Figures) -> list[PayLine]:
    """Return one line per kind of click work, known or not."""
    return [
        PayLine(
            row.occupation.label,
            _estimate(figures.get(f"pay.nominal.{row.occupation.key}")),
            _estimate(figures.get(f"pay.effective.{row.occupation.key}")),
        )
        for row in rows
        if row.occupation.family is Family.CLICK
    ]


def _is_hidden(figures: Figures, *names: str) -> bool:
    return any(figures.get(name).state is CellState.HIDDEN for name in names)


def _distribution(
    figures: Figures, floor: Money, about: ChartCaption, language: str
) -> PortraitChart:
    """Draw how pay is spread: quantiles, or the steps of editions of the first format."""
    quantiles = [
        PayQuantile(percent, value)
        for percent in FEWEST_FOR
        if (value := figures.get(f"{QUANTILE}.{percent}").value) is not None
    ]
    if quantiles:
        words = _under_floor(figures, floor.currency, language)
        return draw_quantiles(quantiles, words, floor, about, language)
    spread = figures.under("spread")
    under = [_estimate(figures.get(f"pay.under.{name}")) for name in ("person", "hour")]
    lacks, (person, hour) = figures.value("pay.lacks"), under
    if not spread or person is None or hour is None or lacks is None:
        is_hidden = _is_hidden(figures, "pay.under.person", "pay.under.hour")
        return no_data.DISTRIBUTION.drawn(about, language, is_hidden=is_hidden)
    parts = [
        np.array([float(figure.value or 0) for figure in spread if figure.name.endswith(end)])
        for end in (".pay", ".people", ".hours")
    ]
    return distribution(PayDistribution(Steps(*parts), person, hour, lacks), floor, about, language)


def _under_floor(figures: Figures, currency: str, language: str) -> UnderFloor:
    """Say what is paid under the floor."""
    voice = PortraitLanguage(language)
    lacks = figures.get("pay.lacks")
    return UnderFloor(
        voice.told_share(figures.get("pay.under.person")),
        voice.told_share(figures.get("pay.under.hour")),
        voice.money(lacks.value, currency) if lacks.value is not None else voice.word_for(lacks),
    )


def _time(figures: Figures, about: ChartCaption, language: str) -> PortraitChart:
    values = {kind: figures.value(f"time.{kind}") for kind in TimeUse}
    minutes = {kind: value for kind, value in values.items() if value is not None}
    if not minutes:
        is_hidden = _is_hidden(figures, *(f"time.{kind}" for kind in TimeUse))
        return no_data.TIME.drawn(about, language, is_hidden=is_hidden)
    hidden = [kind for kind in TimeUse if _is_hidden(figures, f"time.{kind}")]
    return unseen_time(minutes, about, language, hidden)


def _gestures(figures: Figures, about: ChartCaption, language: str) -> PortraitChart:
    simulated = any(figure.is_simulated for figure in figures.under(GESTURES))
    return unpaid_gestures(figures, about._replace(is_simulated=simulated), language)


def _decided(figures: Figures, about: ChartCaption, language: str) -> PortraitChart:
    periods = periods_of(figures)
    if not periods:
        kept_back = _is_hidden(figures, *(figure.name for figure in figures.under("decided")))
        return no_data.DECIDED.drawn(about, language, is_hidden=kept_back)
    return draw_decision_shares(periods, about._replace(is_simulated=False), language)


def _seconds(figures: Figures, about: ChartCaption, language: str) -> PortraitChart:
    models = models_of(figures)
    if not models:
        return no_data.SECONDS.drawn(about, language)
    simulated = any(figure.is_simulated for figure in figures.under("model"))
    return hidden_seconds(models, about._replace(is_simulated=simulated), language)


def _chain(
    rows: Sequence[OccupationRow],
    figures: Figures,
    floor: Money,
    about: ChartCaption,
    language: str,
) -> PortraitChart:
    price, currency = figures.get("chain.price"), floor.currency
    if price.value is None:
        return no_data.CHAIN.drawn(about, language, is_hidden=price.state is CellState.HIDDEN)
    links: list[Link] = []
    for figure in figures.under("chain"):
        parts = figure.name.split(".")
        if len(parts) != len(("chain", "place", "role", "country")):
            continue
        role, country = parts[2], parts[3]
        by_place = figures.under("workers") if role == "worker" else []
        for worker in by_place:
            code = worker.name.partition(".")[2]
            links.append(
                Link(
                    ROLES[role],
                    DOES[role],
                    code,
                    None if worker.value is None else _money(worker.value, currency),
                    is_workers=True,
                )
            )
        if by_place:
            continue
        is_silent = figure.value is None or figure.state is CellState.RESIDUAL
        amount = None if is_silent else _money(figure.value or Decimal(0), currency)
        shown_country = "" if country == "unknown" else country
        links.append(
            Link(ROLES[role], DOES[role], shown_country, amount, is_workers=role == "worker")
        )
    simulated = about._replace(is_simulated=price.is_simulated)
    hours = _hours(rows, figures, floor)
    return chain(_money(price.value, currency), links, simulated, language, hours)


def _hours(rows: Sequence[OccupationRow], figures: Figures, floor: Money) -> list[Hour]:
    """List the pay of an hour, the floor here, and the minimum wages where clients are."""
    hours: list[Hour] = []
    for row in rows:
        pay = figures.get(f"pay.effective.{row.occupation.key}").value
        if pay is not None:
            amount = _money(pay, floor.currency)
            hours.append(Hour(row.occupation.label, ALL_TIME, PLACE, amount))
    hours.append(Hour(MINIMUM, OF_QUEBEC, PLACE, floor))
    for place in _places_of(figures):
        pay = figures.get(f"place.{place}.{CellMeasure.PAY_BY_HOUR}").value
        if place != PLACE and pay is not None:
            hours.append(Hour(HOUR_OF_WORK, ALL_TIME, place, _money(pay, floor.currency)))
        own = figures.get(f"place.{place}.floor")
        if place != PLACE and own.value is not None:
            hours.append(Hour(MINIMUM, OF_WORK, place, _money(own.value, own.label)))
    for figure in figures.under("chain.wage"):
        wage = None if figure.value is None else _money(figure.value, figure.label)
        hours.append(Hour(MINIMUM, OF_CLIENT, figure.name.rpartition(".")[2], wage))
    return hours


def _money(value: Decimal, currency: str) -> Money:
    return Money(int(value * MICRO), currency)


def _places(figures: Figures, about: ChartCaption, currency: str, language: str) -> PortraitChart:
    """Draw the hours of each place of work, by country of the client."""
    lines: list[PlaceLine] = []
    for place in (*_places_of(figures), ALL_PLACES):
        hours = figures.get(f"place.{place}.{CellMeasure.HOURS}")
        own = figures.get(f"place.{place}.floor")
        clients = figures.under(f"client.{place}")
        lines.append(
            PlaceLine(
                place,
                None if hours.value is None else float(hours.value),
                _estimate(figures.get(f"place.{place}.{CellMeasure.PAY_BY_HOUR}")),
                None if own.value is None else _money(own.value, own.label),
                figures.value(f"place.{place}.floor_converted"),
                [
                    (each.of.place_of_client, None if each.value is None else float(each.value))
                    for each in clients
                ],
                is_hidden=hours.state is CellState.HIDDEN,
                effective=figures.get(f"place.{place}.{CellMeasure.PAY_BY_HOUR}").of.n_effective,
            )
        )
    return hours_by_place(lines, about, currency, language)


def _schemes(figures: Figures) -> list[Scheme]:
    """List every protection of Québec, known or not; then hours of each place without a known one.

    Levies on employers that editions from before tell are no protections.
    """
    schemes = [
        Scheme(name, figures.value(f"scheme.{key}"), figures.value(f"scheme.{key}.exempt"), PLACE)
        for key, name in SCHEMES.items()
    ]
    for place in _places_of(figures):
        hours = figures.value(f"place.{place}.{CellMeasure.HOURS}")
        parts = {part: figures.get(f"protection.{place}.{part}") for part in ("none", "some")}
        bare = parts["none"]
        if not hours or (bare.value is None and bare.state is not CellState.HIDDEN):
            continue
        is_all = parts["some"].state is CellState.UNKNOWN and bare.value is not None
        share = 1.0 if is_all else min(1.0, float(bare.value or 0) / hours)
        known_share = None if bare.value is None else share
        schemes.append(Scheme(NO_SCHEME, known_share, None, place, is_none=True))
    return schemes
