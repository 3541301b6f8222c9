"""Propose what an hour of work should bring, from the legal minimum of a place. Reads only.

Three amounts: the minimum itself, a suggested one above it, and more. They are proposals: the pilot
measures the time, and nobody is paid below the floor of their own place. Where a country leaves its
minimum to its provinces or states, the law of one of them is the basis.
"""

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from canut.actions.pay.floors import floor_of_country
from canut.core.errors import Refusal
from canut.core.money import MICRO, Money, rounded_up
from canut.store.pay.places import places

SUGGESTED, MORE = Decimal("1.2"), Decimal("1.45")
DIGITS = 2
CURRENCIES = {"GB": "GBP", "CH": "CHF", "CA": "CAD", "US": "USD", "SN": "XOF", "CI": "XOF",
              "BR": "BRL", "PH": "PHP", "IN": "INR", "KE": "KES", "MG": "MGA"}  # fmt: skip
EURO = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PT",
        "SI",
        "SK",
    ]
)


class Proposals(NamedTuple):
    """What an hour may bring: the legal minimum, a suggested amount, more."""

    minimum: Money
    suggested: Money
    more: Money


def propose_prices(place: str, now_ms: int) -> Proposals | None:
    """Return three amounts of an hour for a place; None where no minimum of it is known."""
    basis = basis_of(place, now_ms)
    floor = floor_of_country(basis, now_ms) if basis else None
    if floor is None or floor.per_hour.micro <= 0:
        return None
    least = rounded_up(floor.per_hour)
    return Proposals(least, _above(least, SUGGESTED), _above(least, MORE))


def basis_of(place: str, now_ms: int) -> str:
    """Return the place whose minimum a price is proposed from; empty where none is known.

    It is the place itself, or the one with the highest minimum within a country that has none.
    """
    if not place or _minimum(place, now_ms):
        return place
    within = [code for code in places().by_code if code.startswith(f"{place}-")]
    highest = max(within, key=lambda code: (_minimum(code, now_ms), code), default="")
    return highest if highest and _minimum(highest, now_ms) else ""


def _minimum(place: str, now_ms: int) -> int:
    """Return the legal minimum of an hour in millionths; 0 where it is not known."""
    floor = floor_of_country(place, now_ms)
    return floor.per_hour.micro if floor else 0


def currency_of(place: str) -> str:
    """Return the currency of a place; empty where it is not known."""
    try:
        return places().chain(place)[0].currency if place else ""
    except Refusal:
        pass
    country = place[:2]
    return "EUR" if country in EURO else CURRENCIES.get(country, "")


def _above(least: Money, times: Decimal) -> Money:
    """Multiply an amount and round it up to two digits."""
    amount = least.decimal * times
    step = Decimal(10) ** (amount.adjusted() - DIGITS + 1)
    rounded = (amount / step).to_integral_value(ROUND_CEILING) * step
    return Money(int(rounded * MICRO), least.currency)
