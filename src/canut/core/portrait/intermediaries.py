"""Figures of chains of subcontractors: parts of 100 that clients pay, and minimum wages.

A part that is not disclosed is what is left of the price. The part of the people who do the work is
split by where they work. Wages are the legal minimum where a client is, in the local currency, to
compare with the pay of an hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from canut.core.money import MICRO
from canut.core.portrait.cells import CellState
from canut.core.portrait.counts import FEWEST
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    MethodGrade,
    ReleaseFigure,
    Unit,
    suppressed,
    unknown,
)
from canut.core.portrait.places_of_work import folded, is_small

CENT = Decimal("0.01")
OF = Decimal(100)
"""A chain is told as parts of this much that a client pays."""
WORKER = "worker"
PRICES = Dimensions(ALL_PLACES, frame=CountFrame.PRICES, grade=MethodGrade.C)


class LinkOf(NamedTuple):
    """What one position of the chains kept over the period; None if not disclosed."""

    role: str
    country: str
    micro: int | None


class WageOf(NamedTuple):
    """The hourly minimum wage where a client is, in its own currency; None if unknown."""

    country: str
    currency: str
    micro: int | None


class ChainOf(NamedTuple):
    """What clients paid over the period at declared prices, and the number of people.

    ``workers``: the part of each person who does the work, by place of work.
    """

    price_micro: int
    links: Sequence[LinkOf]
    people: int
    undisclosed: int
    is_simulated: bool = False
    wages: Sequence[WageOf] = ()
    workers: Mapping[str, Mapping[int, int]] = {}


def chained(paid_chain: ChainOf | None) -> list[ReleaseFigure]:
    """Return what each link keeps of 100 that clients pay; parts add up to the whole.

    What no link discloses is the residual of the price; the number of such links is a figure too.
    The part of the people who do the work is told in all, and by place of work.
    """
    return [replace(figure, of=_dimensions(figure)) for figure in _parts(paid_chain)]


def _parts(paid_chain: ChainOf | None) -> list[ReleaseFigure]:
    price, count = unknown("chain.price", Unit.MONEY), unknown("chain.undisclosed", Unit.COUNT)
    if paid_chain is None or paid_chain.price_micro <= 0:
        return [price, count]
    if paid_chain.people < FEWEST and not paid_chain.is_simulated:
        return [suppressed(price), suppressed(count)]
    simulated = paid_chain.is_simulated
    parts = _of_hundred(
        [paid_link.micro or 0 for paid_link in paid_chain.links], paid_chain.price_micro
    )
    silent = [link for link in paid_chain.links if link.micro is None]
    residual = OF - sum(parts)
    figures = [ReleaseFigure(price.name, Unit.MONEY, CellState.EXACT, OF.quantize(CENT),
                     is_simulated=simulated)]  # fmt: skip
    for index, (link, amount_kept) in enumerate(zip(paid_chain.links, parts, strict=True), 1):
        country = ALL_PLACES if link.role == WORKER else link.country or "unknown"
        state = CellState.EXACT
        value: Decimal | None = amount_kept
        if link.micro is None:  # of several that say nothing, only what they keep together is known
            is_alone = len(silent) == 1
            state = CellState.RESIDUAL if is_alone else CellState.UNKNOWN
            value = residual if is_alone else None
        figures.append(
            ReleaseFigure(
                f"chain.{index}.{link.role}.{country}",
                Unit.MONEY,
                state,
                value,
                is_simulated=simulated,
            )
        )
        if link.role == WORKER and link.micro:
            figures += _by_place(paid_chain, amount_kept)
    if silent:
        figures.append(
            ReleaseFigure(
                "chain.silent", Unit.MONEY, CellState.RESIDUAL, residual, is_simulated=simulated
            )
        )
    for wage in paid_chain.wages:
        amount = None if wage.micro is None else (Decimal(wage.micro) / MICRO).quantize(CENT)
        state = CellState.UNKNOWN if amount is None else CellState.EXACT
        name = f"chain.wage.{wage.country}"
        figures.append(ReleaseFigure(name, Unit.PAY, state, amount, label=wage.currency))
    undisclosed = Decimal(paid_chain.undisclosed)
    return [*figures, ReleaseFigure(count.name, Unit.COUNT, CellState.EXACT, undisclosed)]


def _by_place(paid_chain: ChainOf, whole: Decimal) -> list[ReleaseFigure]:
    """Split the part of the people who do the work by where they work; parts add up to it."""
    simulated = paid_chain.is_simulated
    names = folded(paid_chain.workers, is_simulated=simulated)
    people: dict[str, dict[int, int]] = {}
    for place, amounts in paid_chain.workers.items():
        sums = people.setdefault(names[place], {})
        for person, micro in amounts.items():
            sums[person] = sums.get(person, 0) + micro
    if not people or (not simulated and any(map(is_small, people.values()))):
        return []
    order = sorted(people, key=lambda place: (-sum(people[place].values()), place))
    micros = [sum(people[place].values()) for place in order]
    total, done, allocated = max(1, sum(micros)), 0, Decimal(0)
    figures: list[ReleaseFigure] = []
    for place, micro in zip(order, micros, strict=True):
        done += micro
        until = (whole * done / total).quantize(CENT)
        figures.append(
            ReleaseFigure(
                f"workers.{place}",
                Unit.MONEY,
                CellState.EXACT,
                until - allocated,
                is_simulated=simulated,
            )
        )
        allocated = until
    return figures


def _dimensions(figure: ReleaseFigure) -> Dimensions:
    """Return what a figure of the chain belongs to, from its name."""
    stem, *parts = figure.name.split(".")
    if stem == "workers":
        return replace(PRICES, place_of_work=parts[0])
    if parts[0] == "wage":
        return Dimensions(place_of_client=parts[1], currency=figure.label, frame=CountFrame.LAW)
    return PRICES


def _of_hundred(micros: Sequence[int], whole: int) -> list[Decimal]:
    """Return parts of 100 to the cent, by cumulative rounding of the amounts."""
    done, allocated, parts = 0, Decimal(0), []
    for micro in micros:
        done += micro
        until = (OF * done / whole).quantize(CENT)
        parts.append(until - allocated)
        allocated = until
    return parts
