"""Numbers of people leave a release as the lower edge of a band, shares of people in wide steps.

Everything told of a number of people is a function of its band and of shares rounded from the true
number, so that every number in the band stays possible. Whether a figure is shown at all depends
on the lower edge of the band as well, never on the true number.
"""

from decimal import Decimal
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.portrait.counts import IntervalEstimate, Z

FIRST_EDGES = (20, 30, 50, 75)
EDGES_OF_TEN = (100, 150, 200, 300, 500)
LARGEST = 10**9
WIDE_STEP_BELOW = 50
STEPS_FEW, STEPS_MANY = 10, 20
PER_CENT, PERMILLE = Decimal("0.01"), Decimal("0.001")


def _all_edges() -> tuple[int, ...]:
    edges, scale = list(FIRST_EDGES), 1
    while scale < LARGEST:
        edges += [edge * scale for edge in EDGES_OF_TEN]
        scale *= 10
    return tuple(edges)


EDGES = _all_edges()
"""Lower edges of the bands: 20, 30, 50, 75, 100, 150, 200, 300, 500, 1,000, 1,500 …"""


def band_edge(people: int) -> int:
    """Return the lower edge of the band of a number of people; 0 under twenty.

    >>> band_edge(19), band_edge(29), band_edge(499), band_edge(1_499)
    (0, 20, 300, 1000)
    """
    return max((edge for edge in EDGES if edge <= people), default=0)


def band_members(edge: int) -> range:
    """Return every number of people in the band with this lower edge.

    Raises:
        BadInput: no band has this lower edge.
    """
    if edge not in EDGES[:-1]:
        raise BadInput(f"no band begins at {edge}")
    return range(edge, EDGES[EDGES.index(edge) + 1])


class HeadShare(NamedTuple):
    """A share of people as it is told: a value, or only that it is at most or at least a bound."""

    value: Decimal | None = None
    at_most: Decimal | None = None
    at_least: Decimal | None = None


def share_of_heads(count: int, people: int) -> HeadShare:
    """Round a share of people half up, to 10 % in a band under fifty people and to 5 % above.

    Half a step or less is only told as that, and so is the last half step: all people and all but
    one look the same. That nobody is counted is told: it is possible for every number of people.

    Raises:
        BadInput: more than there are, or fewer than twenty people.

    Example:
        >>> share_of_heads(5, 24).value, share_of_heads(1, 24).at_most
        (Decimal('0.20'), Decimal('0.05'))
    """
    edge = band_edge(people)
    if not 0 <= count <= people or not edge:
        raise BadInput(f"{count} of {people} people; expected at most all of twenty or more")
    steps = steps_of(edge)
    half = Decimal(1) / (2 * steps)
    if not count:
        return HeadShare(Decimal(0))
    if 2 * steps * count <= people:
        return HeadShare(at_most=half)
    if 2 * steps * (people - count) <= people:
        return HeadShare(at_least=1 - half)
    return HeadShare(
        (Decimal((2 * steps * count + people) // (2 * people)) / steps).quantize(PER_CENT)
    )


def steps_of(edge: int) -> int:
    """Return in how many steps shares are told in the band with this lower edge."""
    return STEPS_FEW if edge < WIDE_STEP_BELOW else STEPS_MANY


def share_interval(value: Decimal, edge: int) -> IntervalEstimate:
    """Estimate a share of another group like this one, from the told share and band alone.

    Args:
        value: the share as it is told; 0 for one under half a step.
        edge: the lower edge of the band of people.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953

    Example:
        >>> round(share_interval(Decimal(0), 20).high, 3)
        0.161
    """
    if not 0 <= value <= 1 or edge < 1:
        raise BadInput(f"{value} of {edge} people is no share; expected 0 to 1 of some people")
    p, z2 = float(value), Z * Z
    middle = (p + z2 / (2 * edge)) / (1 + z2 / edge)
    half = Z / (1 + z2 / edge) * (p * (1 - p) / edge + z2 / (4 * edge * edge)) ** 0.5
    return IntervalEstimate(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def told_interval(value: Decimal, edge: int) -> tuple[Decimal, Decimal]:
    """Return both ends of ``share_interval`` as they are told."""
    interval = share_interval(value, edge)
    return Decimal(interval.low).quantize(PERMILLE), Decimal(interval.high).quantize(PERMILLE)
