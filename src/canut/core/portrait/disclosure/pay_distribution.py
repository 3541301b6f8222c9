"""Figures of how pay is spread: quantiles, and what people are paid under the floor.

Whether the hours under the floor are told depends on the told share of people, never on the true
number: otherwise that they are suppressed would narrow the band of people.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.money import MICRO
from canut.core.portrait.cells import CellState
from canut.core.portrait.counts import (
    FEWEST,
    LEAST_EFFECTIVE,
    effective_n,
    published_effective,
    share,
)
from canut.core.portrait.disclosure.dominance import is_safe_sum
from canut.core.portrait.disclosure.head_counts import (
    PER_CENT,
    band_edge,
    share_of_heads,
    steps_of,
    told_interval,
)
from canut.core.portrait.disclosure.quantiles import rounded_quantile, told_quantiles
from canut.core.portrait.measured import ReleaseFigure, Target, Unit, suppressed, unknown

QUANTILE = "pay.quantile"
UNDER_PERSON, UNDER_HOUR, LACKS, TOPPED_UP = (
    "pay.under.person",
    "pay.under.hour",
    "pay.lacks",
    "pay.topped_up",
)
PERMILLE = Decimal("0.001")


class PayOfPeople(NamedTuple):
    """Pay, time and top-ups of people, one entry a person each; a top-up is part of the pay."""

    pay_micro: Sequence[int]
    time_ms: Sequence[int]
    top_up_micro: Sequence[int]
    is_simulated: bool = False

    @property
    def rates(self) -> list[float]:
        """Return the pay of an hour of each person."""
        return [
            micro / MICRO / (ms / HOUR_MS)
            for micro, ms in zip(self.pay_micro, self.time_ms, strict=True)
        ]


def pay_distribution(people: PayOfPeople, floor_micro: int | None) -> list[ReleaseFigure]:
    """Compute the quantiles of hourly pay, and the shares and amounts under the floor.

    ``pay.lacks`` is the mean hourly shortfall to the floor; ``pay.topped_up`` the mean top-up.

    Args:
        people: with time; real ones, or simulated ones alone.
        floor_micro: by hour; None if unknown.
    """
    empty = [unknown(name, Unit.SHARE) for name in (UNDER_PERSON, UNDER_HOUR)]
    empty += [unknown(name, Unit.PAY) for name in (LACKS, TOPPED_UP)]
    edge = band_edge(len(people.time_ms))
    if not edge:
        is_real = bool(people.time_ms) and not people.is_simulated
        return [suppressed(figure) for figure in empty] if is_real else empty
    figures = [
        _exact(f"{QUANTILE}.{percent}", rounded_quantile(people.rates, percent), people)
        for percent in told_quantiles(edge)
    ]
    figures.append(_topped_up(people))
    if floor_micro is None:
        return [*figures, *empty[:3]]
    return [*figures, *_under(people, floor_micro, edge)]


def share_figure(name: str, count: int, of: int, *, is_simulated: bool = False) -> ReleaseFigure:
    """Make the figure of a share of cases of people: rounded as shares of people are.

    Raises:
        BadInput: raised by ``share_of_heads``.
    """
    share = share_of_heads(count, of)
    state = CellState.AT_LEAST if share.at_least is not None else CellState.FEW
    if share.value is not None:
        state = CellState.EXACT
    ends = share.value, share.at_least, share.at_most
    return ReleaseFigure(name, Unit.SHARE, state, *ends, is_simulated=is_simulated)


def head_share(name: str, count: int, people: int, *, is_simulated: bool = False) -> ReleaseFigure:
    """Make the figure of a share of people: rounded, its interval from the band of people.

    Raises:
        BadInput: raised by ``share_of_heads``.
    """
    figure = share_figure(name, count, people, is_simulated=is_simulated)
    if figure.value is None:
        return figure
    low, high = told_interval(figure.value, band_edge(people))
    if not figure.value:
        return replace(figure, state=CellState.AT_MOST, high=high)
    return replace(figure, state=CellState.ESTIMATED, low=low, high=high)


def _exact(name: str, value: Decimal, people: PayOfPeople) -> ReleaseFigure:
    return ReleaseFigure(name, Unit.PAY, CellState.EXACT, value, is_simulated=people.is_simulated)


def _by_hour(micro: int, people: PayOfPeople) -> Decimal:
    return (Decimal(micro) * HOUR_MS / MICRO / sum(people.time_ms)).quantize(PER_CENT)


def _topped_up(people: PayOfPeople) -> ReleaseFigure:
    """Return the mean top-up of an hour, unless it or the pay without it tells of few people."""
    figure = _exact(TOPPED_UP, _by_hour(sum(people.top_up_micro), people), people)
    without = [
        pay - top_up for pay, top_up in zip(people.pay_micro, people.top_up_micro, strict=True)
    ]
    is_told = is_safe_sum(people.top_up_micro) and is_safe_sum(without)
    return figure if is_told or people.is_simulated else suppressed(figure)


def _under(people: PayOfPeople, floor_micro: int, edge: int) -> list[ReleaseFigure]:
    """Return the share of people under the floor, of their hours, and what lacks to it."""
    due = [floor_micro * ms // HOUR_MS for ms in people.time_ms]
    lacking = [max(0, whole - pay) for whole, pay in zip(due, people.pay_micro, strict=True)]
    is_under = [amount > 0 for amount in lacking]
    by_person = _for_group(
        head_share(UNDER_PERSON, sum(is_under), len(is_under), is_simulated=people.is_simulated),
        people,
    )
    by_hour = _hours_under(people, is_under, edge)
    lacks = _exact(LACKS, _by_hour(sum(lacking), people), people)
    if people.is_simulated:
        return [by_person, by_hour, lacks]
    is_told = not any(is_under) or _has_twenty_on_both_sides(by_person, edge)
    sides = [
        [ms for ms, flag in zip(people.time_ms, is_under, strict=True) if flag is side]
        for side in (True, False)
    ]
    return [
        by_person,
        by_hour if is_told and all(map(is_safe_sum, sides)) else suppressed(by_hour),
        lacks if is_told and is_safe_sum(lacking) else suppressed(lacks),
    ]


def _hours_under(people: PayOfPeople, is_under: Sequence[bool], edge: int) -> ReleaseFigure:
    """Return the share of hours under the floor, its interval from the band or fewer people."""
    hours = [ms / HOUR_MS for ms in people.time_ms]
    effective = min(float(edge), effective_n(hours))
    spent = sum(hour for hour, flag in zip(hours, is_under, strict=True) if flag)
    part = spent / sum(hours)
    value = Decimal(part).quantize(PERMILLE)
    figure = ReleaseFigure(
        UNDER_HOUR, Unit.SHARE, CellState.EXACT, value, is_simulated=people.is_simulated
    )
    if effective < LEAST_EFFECTIVE:
        return figure
    _value, low, high = (
        Decimal(end).quantize(PERMILLE) for end in share(part * effective, effective)
    )
    if not part:
        return _for_group(replace(figure, state=CellState.AT_MOST, high=high), people)
    estimated = replace(
        figure, state=CellState.ESTIMATED, low=min(low, value), high=max(high, value)
    )
    return _for_group(estimated, people)


def _for_group(figure: ReleaseFigure, people: PayOfPeople) -> ReleaseFigure:
    """Name the group that an interval is for, and how many effective people stand behind it."""
    if figure.state not in {CellState.ESTIMATED, CellState.AT_MOST}:
        return figure
    hours = [ms / HOUR_MS for ms in people.time_ms]
    of = replace(figure.of, target=Target.GROUP, n_effective=published_effective(hours))
    return replace(figure, of=of)


def _has_twenty_on_both_sides(by_person: ReleaseFigure, edge: int) -> bool:
    """Return whether the told share leaves twenty people on both sides, wherever in its step."""
    if by_person.value is None:
        return False
    half = Decimal(1) / (2 * steps_of(edge))
    smaller = min(by_person.value, 1 - by_person.value) - half
    return smaller * edge >= FEWEST
