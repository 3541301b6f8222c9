"""Figures of chains of subcontractors: parts of 100 that clients pay, and minimum wages.

A part that is not disclosed is a link without an amount. Wages are the legal minimum where a client
is, in the local currency, to compare with the pay of an hour.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from canut.core.money import MICRO
from canut.core.portrait.cells import CellState
from canut.core.portrait.counts import FEWEST
from canut.core.portrait.measured import ReleaseFigure, Unit, suppressed, unknown

CENT = Decimal("0.01")
OF = Decimal(100)
"""A chain is told as parts of this much that a client pays."""


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
    """What clients paid over the period at declared prices, and the number of people."""

    price_micro: int
    links: Sequence[LinkOf]
    people: int
    undisclosed: int
    is_simulated: bool = False
    wages: Sequence[WageOf] = ()


def chained(paid_chain: ChainOf | None) -> list[ReleaseFigure]:
    """Return what each link keeps of 100 that clients pay; parts add up to the whole.

    A link that is not disclosed has no amount; the number of such links is a figure too.
    """
    price, count = unknown("chain.price", Unit.MONEY), unknown("chain.undisclosed", Unit.COUNT)
    if paid_chain is None or paid_chain.price_micro <= 0:
        return [price, count]
    if paid_chain.people < FEWEST and not paid_chain.is_simulated:
        return [suppressed(price), suppressed(count)]
    simulated = paid_chain.is_simulated
    parts = _of_hundred(
        [paid_link.micro or 0 for paid_link in paid_chain.links], paid_chain.price_micro
    )
    figures = [ReleaseFigure(price.name, Unit.MONEY, CellState.EXACT, OF.quantize(CENT),
                     is_simulated=simulated)]  # fmt: skip
    for index, (link, amount_kept) in enumerate(zip(paid_chain.links, parts, strict=True), 1):
        name = f"chain.{index}.{link.role}.{link.country or 'unknown'}"
        is_told = link.micro is not None
        state, value = (CellState.EXACT, amount_kept) if is_told else (CellState.UNKNOWN, None)
        figures.append(ReleaseFigure(name, Unit.MONEY, state, value, is_simulated=simulated))
    for wage in paid_chain.wages:
        amount = None if wage.micro is None else (Decimal(wage.micro) / MICRO).quantize(CENT)
        state = CellState.UNKNOWN if amount is None else CellState.EXACT
        name = f"chain.wage.{wage.country}"
        figures.append(ReleaseFigure(name, Unit.PAY, state, amount, label=wage.currency))
    undisclosed = Decimal(paid_chain.undisclosed)
    return [*figures, ReleaseFigure(count.name, Unit.COUNT, CellState.EXACT, undisclosed)]


def _of_hundred(micros: Sequence[int], whole: int) -> list[Decimal]:
    """Return parts of 100 to the cent, by cumulative rounding of the amounts."""
    done, allocated, parts = 0, Decimal(0), []
    for micro in micros:
        done += micro
        until = (OF * done / whole).quantize(CENT)
        parts.append(until - allocated)
        allocated = until
    return parts
