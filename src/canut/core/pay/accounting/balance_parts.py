"""Split what a person is owed into the few parts a page shows, exact to the cent.

The parts of a statement are in micro-units and rounded as a whole. Shown apart, each is rounded,
and what rounding leaves goes where the reader expects it, so that the parts add up to the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from canut.core.money import minor_unit
from canut.core.pay.statement_input import RESALE_SHARE

ANSWERS, HOURS, PAGES, TOP_UP = "answers", "hours", "pages", "top_up"
TAKEN, RESOLD, OTHER, WITHHELD = "taken", "resold", "other", "withheld"
PARTS = (ANSWERS, HOURS, PAGES, TOP_UP, TAKEN, RESOLD, OTHER, WITHHELD)
"""In the order of the page: answers and reviews, hours at an hourly price, paid breaks and pages,
what lifts slow days to the minimum, what decisions took or gave back, shares of resales, all else
an employee is paid and what was corrected, and contributions withheld."""


class PayPart(NamedTuple):
    """One part of a sum, in micro-units, a whole number of cents; below 0 if it is taken away."""

    name: str
    micro: int


def parts_of(contents: Sequence[Mapping[str, Any]], currency: str) -> list[PayPart]:
    """Split the net pay of statements into parts that add up to it; parts of zero are left out.

    Args:
        contents: statements of one person in one currency, not all of them empty.
        currency: their currency.
    """
    sums: dict[str, int] = dict.fromkeys(PARTS, 0)
    for content in contents:
        for name, micro in _parts_of_one(content):
            sums[name] += micro
    total = sum(content["pay"]["net_micro"] for content in contents)
    return [PayPart(*pair) for pair in in_whole_units(sums, total, currency).items() if pair[1]]


def _parts_of_one(content: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    pay = content["pay"]
    left = pay["gross_micro"]
    for project, inputs in zip(content["projects"], content["given"]["projects"], strict=True):
        resold = sum(
            item["micro"] for item in inputs["adjustments"] if item["reason"] == RESALE_SHARE
        )
        named: dict[str, int] = {
            ANSWERS: project["piece_micro"] + project.get("review_micro", 0),
            HOURS: project["by_hour_micro"],
            PAGES if project["is_platform"] else TOP_UP: project["top_up_micro"],
            TAKEN: project["adjusted_micro"] - resold,
            RESOLD: resold,
        }
        left -= sum(named.values())
        yield from named.items()
    yield OTHER, left
    yield WITHHELD, -pay["withheld_micro"]


def in_whole_units(sums: Mapping[str, int], total: int, currency: str) -> dict[str, int]:
    """Round sums to the currency's minor unit so that they add up to a total of whole units.

    What rounding leaves is added to the largest sum.

    Example:
        >>> in_whole_units({"a": 8_334_000, "b": 1_671_000}, 10_010_000, "CAD")
        {'a': 8340000, 'b': 1670000}
    """
    unit = minor_unit(currency)
    rounded = {name: round(micro / unit) * unit for name, micro in sums.items()}
    small = [name for name, micro in sums.items() if abs(micro) < unit]
    for name in small:
        rounded[name] = 0
    largest = max(rounded, key=lambda name: rounded[name])
    rounded[largest] += total - sum(rounded.values())
    return rounded
