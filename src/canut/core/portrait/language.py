"""Format figures and sentences of the Portrait in French and English typography."""

import re
from decimal import Decimal

from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.facts import FigureConfidence, Text

NARROW, WIDE = "\u202f", "\u00a0"
SIGNS = {"CAD": "$", "USD": "$", "EUR": "€", "GBP": "£"}
UNKNOWN = Text("unknown", "inconnu")
NOT_DISCLOSED = Text("not disclosed", "non divulgué")
NOT_COUNTED = Text("not counted", "non compté")
HIDDEN = Text("kept back", "gardé pour protéger")
SIMULATED = Text("simulated", "simulé")
AT_LEAST = Text("at least {n}", "au moins {n}")
FEWER = Text("fewer than {n}", "moins de {n}")
MEASURES = {
    CellMeasure.PEOPLE: Text("People", "Personnes"),
    CellMeasure.HOURS: Text("Hours", "Heures"),
    CellMeasure.PAY_BY_PERSON: Text("Pay by person", "Paye par personne"),
    CellMeasure.PAY_BY_HOUR: Text("Pay by hour", "Paye par heure"),
    CellMeasure.COVERED: Text("Hours covered", "Heures couvertes"),
    CellMeasure.TRAINING: Text("Paid training", "Formation payée"),
}
CONFIDENCE = {
    FigureConfidence.PRIMARY: Text("read where it was counted", "lu chez qui a compté"),
    FigureConfidence.SECONDARY: Text("second hand", "de seconde main"),
    FigureConfidence.CONTESTED: Text("contested", "contesté"),
    FigureConfidence.TO_VERIFY: Text("to verify", "à vérifier"),
    FigureConfidence.UNKNOWN: Text("unknown", "inconnu"),
}

MONTHS = Text(
    "January February March April May June July August September October November December",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
)
QUARTER_NAME = Text("Q{n} {year}", "T{n} {year}")
MONTH, QUARTER = re.compile(r"(\d{4})-(\d\d)"), re.compile(r"(\d{4})-Q([1-4])")
UNDATED = Text("undated", "sans date")
PLACES = {"WORLD": Text("world", "monde"), "EU": Text("EU", "UE")}
UNITS = {
    "people": Text("people", "personnes"),
    "percent": Text("%", "%"),
    "times": Text("times", "fois"),
    "proposals": Text("proposals", "propositions"),
    "platforms": Text("platforms", "plateformes"),
    "per_thousand": Text("per 1,000", "pour 1 000"),
    "CAD/hour": Text("CAD an hour", "CAD l’heure"),
    "USD/hour": Text("USD an hour", "USD l’heure"),
    "CAD/year": Text("CAD a year", "CAD par an"),
}


class PortraitLanguage:
    """One language: formats its sentences and its figures."""

    def __init__(self, language: str) -> None:
        self.is_french = language.startswith("fr")
        self.language = "fr" if self.is_french else "en"

    def say(self, text: Text, /, **facts: str) -> str:
        """Fill a sentence with its facts and set its typography.

        >>> ascii(PortraitLanguage("fr").say(Text("a: {n}?", "a : {n} ?"), n="1")).count("202f")
        1
        """
        sentence = text.said(self.language).format_map(facts)
        if not self.is_french:
            return sentence
        for mark in ";?!":
            sentence = sentence.replace(f" {mark}", f"{NARROW}{mark}")
        for before, after in ((" :", ":"), (" »", "»")):
            sentence = sentence.replace(before, f"{WIDE}{after}")
        return sentence.replace("« ", f"«{WIDE}").replace(" %", f"{WIDE}%")

    def number(self, value: float | Decimal, decimals: int = 0) -> str:
        """Format a number with a thousands separator.

        >>> PortraitLanguage("en").number(12345.678, 2), PortraitLanguage("fr").number(345.678, 2)
        ('12,345.68', '345,68')
        """
        text = f"{value:,.{decimals}f}".replace("-", "\u2212")
        return text.replace(",", NARROW).replace(".", ",") if self.is_french else text

    def share(self, value: float | Decimal, decimals: int = 0) -> str:
        """Format a share of 1 as a percentage."""
        return f"{self.number(100 * value, decimals)}{WIDE if self.is_french else ''}%"

    def money(self, amount: float | Decimal, currency: str, decimals: int = 2) -> str:
        """Format an amount: ``16,98 $``, ``$16.98``; a currency without a sign by its code."""
        number, sign = self.number(amount, decimals), SIGNS.get(currency)
        if sign is None or currency == "USD":
            return f"{number}{WIDE}{currency}"
        return f"{number}{WIDE}{sign}" if self.is_french else f"{sign}{number}"

    def interval(self, low: str, high: str) -> str:
        """Format both ends of an interval."""
        return f"[{low} – {high}]"

    def period(self, name: str) -> str:
        """Name a month or a quarter in words; return other texts unchanged.

        >>> PortraitLanguage("en").period("2026-11"), PortraitLanguage("fr").period("2026-Q4"), PortraitLanguage("en").period("x")
        ('November 2026', 'T4 2026', 'x')
        """
        month, quarter = MONTH.fullmatch(name), QUARTER.fullmatch(name)
        if month:
            named = self.say(MONTHS).split(" ")[int(month[2]) - 1]
            return f"{named} {month[1]}"
        if quarter:
            return self.say(QUARTER_NAME, n=quarter[2], year=quarter[1])
        return name

    def unknown(self) -> str:
        """Return the word for unknown."""
        return self.say(UNKNOWN)

    def measured(self, measure: CellMeasure, value: Decimal, currency: str) -> str:
        """Format a figure in the unit of its measure."""
        if measure in {CellMeasure.PAY_BY_PERSON, CellMeasure.PAY_BY_HOUR}:
            return self.money(value, currency)
        if measure is CellMeasure.COVERED:
            return self.share(value)
        decimals = 1 if measure in {CellMeasure.HOURS, CellMeasure.TRAINING} and value % 1 else 0
        return self.number(value, decimals)

    def cell(self, cell: Cell, currency: str = "CAD") -> str:
        """Format a cell of the table in a few words."""
        if cell.state is CellState.UNKNOWN:
            return self.unknown()
        if cell.state is CellState.HIDDEN:
            return self.say(HIDDEN)
        if cell.state is CellState.AT_LEAST and cell.low is not None:
            return self.say(AT_LEAST, n=self.measured(cell.measure, cell.low, currency))
        if cell.state is CellState.FEW and cell.high is not None:
            return self.say(FEWER, n=self.measured(cell.measure, cell.high, currency))
        texts = [self.measured(cell.measure, cell.value or Decimal(0), currency)]
        if cell.low is not None and cell.high is not None:
            ends = (self.measured(cell.measure, end, currency) for end in (cell.low, cell.high))
            texts.append(self.interval(*ends))
        if cell.is_simulated:
            texts.append(self.say(SIMULATED))
        return " ".join(texts)
