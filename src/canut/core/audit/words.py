"""Format the figures and sentences of an audit in French or English."""

from canut.core.messages import message
from canut.core.money import Money, minor_decimals

NARROW, WIDE = "\u202f", "\u00a0"


class AuditLanguage:
    """One language: formats its sentences and its figures."""

    def __init__(self, language: str) -> None:
        self.is_french = language.startswith("fr")
        self.language = "fr" if self.is_french else "en"

    def say(self, sentence: str, /, **facts: str) -> str:
        """Fill a sentence of the table with its facts."""
        text = message(self.language, f"audit.{sentence}", **facts)
        if not self.is_french:
            return text
        for mark in ";?!":
            text = text.replace(f" {mark}", f"{NARROW}{mark}")
        for before, after in ((" :", ":"), (" »", "»")):
            text = text.replace(before, f"{WIDE}{after}")
        return text.replace("« ", f"«{WIDE}").replace(" %", f"{WIDE}%")

    def number(self, value: float, decimals: int = 0) -> str:
        """Format a number with a thousands separator.

        >>> AuditLanguage("fr").number(12345.678, 2), AuditLanguage("en").number(12345.678, 2)
        ('12\u202f345,68', '12,345.68')
        """
        text = f"{value:,.{decimals}f}".replace("-", "\u2212")
        return text.replace(",", NARROW).replace(".", ",") if self.is_french else text

    def share(self, value: float) -> str:
        """Format a share of 1 as a percentage."""
        return f"{self.number(100 * value)}{WIDE if self.is_french else ''}%"

    def hours(self, value: float) -> str:
        """Format a number of hours."""
        return self.number(value, 1)

    def amount(self, money: Money) -> str:
        """Format an amount without its currency."""
        return self.number(float(money.decimal), minor_decimals(money.currency))

    def money(self, money: Money) -> str:
        """Format an amount with the code of its currency."""
        return f"{self.amount(money)}{WIDE}{money.currency}"

    def interval(self, low: float, high: float, decimals: int = 2) -> str:
        """Format both ends of an interval."""
        return f"[{self.number(low, decimals)} – {self.number(high, decimals)}]"
