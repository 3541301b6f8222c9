"""Age, plausibility and second word of an exchange rate.

A rate too old closes no period; one far from the last reference needs a second person with a
reason. What a rate then does to a floor is in ``floor``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from canut.core.pay.floor import Exchange

BAND = Decimal("0.10")
"""Distance from the last reference that a rate may have without a reason, as a fraction.

Major currencies seldom move by a tenth within a quarter, while a slip of the decimal point, an
inverse or a wrong currency moves a rate by far more than that.
"""
WARN_DAYS, STOP_DAYS = 5, 10
WEEKEND = 5
ECB_DAY = date(2024, 12, 31)
ECB = "European Central Bank, euro reference rates"
ECB_PER_EURO: Mapping[str, Decimal] = {
    code: Decimal(rate)
    for code, rate in (
        ("EUR", "1"),
        ("CAD", "1.4948"),
        ("USD", "1.0389"),
        ("GBP", "0.82918"),
        ("CHF", "0.9412"),
        ("INR", "88.9335"),
        ("PHP", "60.301"),
        ("BRL", "6.4253"),
        ("XOF", "655.957"),
    )
}
"""Units of each currency for one euro. Only to catch typing errors; nobody is paid by these."""


class RateAge(StrEnum):
    """Whether a rate is of these days, old, or too old to pay by."""

    FRESH = "fresh"
    OLD = "old"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class RateWord:
    """Whose words a rate stands on.

    Args:
        quote: the currency that the rate is counted in.
        set_by: number of the person who entered it.
        confirmed_by: number of the second person; None where there was none.
        reason: why it holds although it is far from the reference, or without one.
    """

    quote: str
    set_by: int
    confirmed_by: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProposedRate:
    """A rate that waits for a second person's word."""

    exchange: Exchange
    quote: str
    set_by: int


def business_days(since: date, until: date) -> int:
    """Count Mondays to Fridays after one day, up to another; 0 where it is not later.

    Bank holidays count, so that a rate is rather called old too early.

    Example:
        >>> business_days(date(2026, 11, 6), date(2026, 11, 9))
        1
    """
    days = max(0, (until - since).days)
    weeks, further = divmod(days, 7)
    tail = (since + timedelta(days=number) for number in range(1, further + 1))
    return weeks * WEEKEND + sum(day.weekday() < WEEKEND for day in tail)


def age_of(exchange: Exchange, day: date) -> RateAge:
    """Return how old a rate is on a day: old after 5 business days, expired after 10."""
    days = business_days(exchange.on, day)
    if days > STOP_DAYS:
        return RateAge.EXPIRED
    return RateAge.OLD if days > WARN_DAYS else RateAge.FRESH


def reference_for(code: str, quote: str, last: Exchange | None = None) -> Exchange | None:
    """Return the last reference of a currency: the last rate that holds here, or the ECB's.

    Returns:
        None for a currency without either.
    """
    if last is not None:
        return last
    if code not in ECB_PER_EURO or quote not in ECB_PER_EURO:
        return None
    return Exchange(ECB_PER_EURO[quote] / ECB_PER_EURO[code], ECB_DAY, ECB)


def is_plausible(rate: Decimal, reference: Exchange | None) -> bool:
    """Return whether a rate is within the band around a reference; not without one.

    Example:
        >>> is_plausible(Decimal("0.10"), reference_for("EUR", "CAD"))
        False
    """
    return reference is not None and abs(rate / reference.rate - 1) <= BAND
