"""Count money exactly: whole micro-units (10⁻⁶ of the currency) and an ISO code.

All rounding is in this module. A price per hour times milliseconds is rounded to the nearest
micro-unit (``times_ms``). What protects a person, floors and top-ups, is rounded up
(``divided_up``, ``rounded_up``). What an authority asks is rounded to the nearest minor unit, half
up (``rounded``); so is what a page shows, but half to even (``minor_units``). ``web`` formats
amounts.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.outside_text import read_decimal

MICRO = 1_000_000
DECIMALS = 6
MINOR_DECIMALS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
CODE_LENGTH = 3
MOST_UNITS = 10**12  # sums of a few such amounts still fit a column of 63 bits
MOST_SEEN = 80


def _divided(numerator: int, denominator: int) -> int:
    """Divide whole numbers, rounding half to even."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2):
        return quotient + 1
    return quotient


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in micro-units of one currency.

    Args:
        micro: millionths of the currency's unit; negative for a debt.
        currency: three capital letters (ISO 4217).

    Raises:
        BadInput: the currency is not three capital letters.

    Example:
        >>> Money(40_000, "CAD") + Money(2_500, "CAD")
        Money(micro=42500, currency='CAD')
    """

    micro: int
    currency: str

    def __post_init__(self) -> None:
        """Raise if the currency code is malformed."""
        code = self.currency
        if not (len(code) == CODE_LENGTH and code.isascii() and code.isalpha() and code.isupper()):
            raise BadInput(
                f"currency is {code!r}; expected three capital letters, such as CAD or EUR",
                code="bad-currency",
                seen=code,
            )

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        return Money(self.micro + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency."""
        return Money(self.micro - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        """Multiply by a whole number."""
        return Money(self.micro * times, self.currency)

    def __neg__(self) -> "Money":
        """Return the amount with the opposite sign."""
        return Money(-self.micro, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Return whether this is less, in the same currency."""
        return self.micro < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Return whether this is at most as much, in the same currency."""
        return self.micro <= self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise BadInput(
                f"{self.currency} and {other.currency} do not add up or compare; convert first",
                code="currencies-differ",
                seen=other.currency,
                expected=self.currency,
            )
        return other.micro

    @property
    def decimal(self) -> Decimal:
        """Return the exact amount in units of the currency."""
        return Decimal(self.micro) / MICRO


def minor_decimals(currency: str) -> int:
    """Return the number of decimals of the currency's minor unit (ISO 4217)."""
    return MINOR_DECIMALS.get(currency, 2)


def minor_unit(currency: str) -> int:
    """Return the currency's minor unit (a cent) in micro-units.

    Example:
        >>> minor_unit("CAD"), minor_unit("XOF")
        (10000, 1000000)
    """
    return int(10 ** (DECIMALS - minor_decimals(currency)))


def minor_units(money: Money) -> int:
    """Round to whole minor units (cents), half to even.

    Example:
        >>> minor_units(Money(125_000, "CAD")), minor_units(Money(135_000, "CAD"))
        (12, 14)
    """
    return _divided(money.micro, 10 ** (DECIMALS - minor_decimals(money.currency)))


def divided_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers, rounding up.

    Example:
        >>> divided_up(7, 2), divided_up(6, 2)
        (4, 3)
    """
    return -(-numerator // denominator)


def rounded_up(money: Money) -> Money:
    """Round up to whole minor units (cents).

    Example:
        >>> rounded_up(Money(125_001, "CAD"))
        Money(micro=130000, currency='CAD')
    """
    minor = 10 ** (DECIMALS - minor_decimals(money.currency))
    return Money(divided_up(money.micro, minor) * minor, money.currency)


def rounded(amount: Decimal, currency: str) -> Money:
    """Round to the nearest minor unit (cent), half up.

    Example:
        >>> rounded(Decimal("78.525"), "CAD")
        Money(micro=78530000, currency='CAD')
    """
    coin = Decimal(1).scaleb(-minor_decimals(currency))
    return Money(int(amount.quantize(coin, ROUND_HALF_UP) * MICRO), currency)


def times_ms(rate_per_hour: Money, milliseconds: int) -> Money:
    """Return the pay for some time at an hourly rate, to the nearest micro-unit.

    Example:
        >>> times_ms(Money(18_000_000, "CAD"), 90_000)
        Money(micro=450000, currency='CAD')
    """
    return Money(_divided(rate_per_hour.micro * milliseconds, HOUR_MS), rate_per_hour.currency)


def per_hour(money: Money, milliseconds: int) -> Money | None:
    """Return an amount per hour, or None if no time has passed.

    Example:
        >>> per_hour(Money(40_000, "CAD"), 8_000)
        Money(micro=18000000, currency='CAD')
    """
    if milliseconds <= 0:
        return None
    return Money(_divided(money.micro * HOUR_MS, milliseconds), money.currency)


def money_of(text: str, currency: str) -> Money:
    """Parse an amount as a person types it: ``0.04``, ``0,04``.

    Raises:
        BadInput: the text is not a number, is finer than a micro-unit, or beyond ``MOST_UNITS``.

    Example:
        >>> money_of("0,04", "CAD")
        Money(micro=40000, currency='CAD')
    """
    plain = "".join(text.split()).replace(",", ".")
    units = read_decimal(plain, MOST_UNITS)
    micro = None if units is None else units * MICRO
    if micro is None or micro != micro.to_integral_value():
        raise BadInput(
            f"amount is {text[:MOST_SEEN]!r}; expected a number with at most {DECIMALS} decimals,"
            f" such as 0.04, and at most {MOST_UNITS}",
            code="bad-amount",
            seen=text[:MOST_SEEN],
        )
    return Money(int(micro), currency)
