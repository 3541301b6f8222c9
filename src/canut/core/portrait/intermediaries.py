"""What a release tells of chains of subcontractors: parts of 100 that clients pay, and wages there.

A part that nobody discloses is a link without an amount. A wage is that of the law where a client
is, in its own money, so that pay stands beside what an hour there must bring.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from canut.core.money import MICRO
from canut.core.portrait.cells import State
from canut.core.portrait.counts import FEWEST
from canut.core.portrait.measured import ReleaseFigure, Unit, suppressed, unknown

CENT = Decimal("0.01")
OF = Decimal(100)
"""A chain is told as parts of this much that a client pays."""


class LinkOf(NamedTuple):
    """What one place of chains kept over the period; None where it is not disclosed."""

    role: str
    country: str
    micro: int | None


class WageOf(NamedTuple):
    """The minimum wage of an hour where a client is, in its own money; None where unknown here."""

    country: str
    currency: str
    micro: int | None


class ChainOf(NamedTuple):
    """What clients paid over the period by declared prices, for the work of how many people."""

    price_micro: int
    links: Sequence[LinkOf]
    people: int
    undisclosed: int
    is_simulated: bool = False
    wages: Sequence[WageOf] = ()


def chained(found: ChainOf | None) -> list[ReleaseFigure]:
    """Tell what is kept of 100 that clients pay, link by link; parts add up to the whole.

    What is not disclosed is a link too, without an amount; how many there are is counted.
    """
    price, count = unknown("chain.price", Unit.MONEY), unknown("chain.undisclosed", Unit.COUNT)
    if found is None or found.price_micro <= 0:
        return [price, count]
    if found.people < FEWEST and not found.is_simulated:
        return [suppressed(price), suppressed(count)]
    simulated = found.is_simulated
    parts = _of_hundred([one.micro or 0 for one in found.links], found.price_micro)
    made = [ReleaseFigure(price.name, Unit.MONEY, State.EXACT, OF.quantize(CENT),
                     is_simulated=simulated)]  # fmt: skip
    for place, (link, part) in enumerate(zip(found.links, parts, strict=True), 1):
        name = f"chain.{place}.{link.role}.{link.country or 'unknown'}"
        is_told = link.micro is not None
        state, value = (State.EXACT, part) if is_told else (State.UNKNOWN, None)
        made.append(ReleaseFigure(name, Unit.MONEY, state, value, is_simulated=simulated))
    for wage in found.wages:
        known = None if wage.micro is None else (Decimal(wage.micro) / MICRO).quantize(CENT)
        state = State.UNKNOWN if known is None else State.EXACT
        name = f"chain.wage.{wage.country}"
        made.append(ReleaseFigure(name, Unit.PAY, state, known, label=wage.currency))
    undisclosed = Decimal(found.undisclosed)
    return [*made, ReleaseFigure(count.name, Unit.COUNT, State.EXACT, undisclosed)]


def _of_hundred(micros: Sequence[int], whole: int) -> list[Decimal]:
    """Return parts of 100 to the cent whose sum is that of the amounts, rounded once."""
    done, given, parts = 0, Decimal(0), []
    for micro in micros:
        done += micro
        until = (OF * done / whole).quantize(CENT)
        parts.append(until - given)
        given = until
    return parts
