"""Format figures and sentences of the Portrait in French and English typography."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from canut.core.messages import message
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.facts import (
    FactState,
    FigureConfidence,
    FigureSource,
    ReadIn,
    Text,
    WorkRead,
)
from canut.core.portrait.measured import ReleaseFigure

type Words = Text | Phrase


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message of the catalogue, by its id, with the facts that do not change."""

    id: str
    facts: Mapping[str, str | Words] = field(default_factory=dict[str, str | Words])


NARROW, WIDE = "\u202f", "\u00a0"
SIGNS = {"CAD": "$", "USD": "$", "EUR": "€", "GBP": "£"}
UNKNOWN = Phrase("portrait.unknown")
NOT_DISCLOSED = Phrase("portrait.not_disclosed")
NOT_COUNTED = Phrase("portrait.not_counted")
HIDDEN = Phrase("portrait.kept_back")
SIMULATED = Phrase("portrait.simulated")
AT_LEAST = Phrase("portrait.at_least")
FEWER = Phrase("portrait.fewer_than")
LESS = Phrase("portrait.half_a_step_or_less")
NOT_MEASURED = Phrase("portrait.not_measured")
NONE_AT_MOST = Phrase("portrait.none_at_most")
WITHOUT_NUMBER: Mapping[StrEnum, Phrase] = {
    CellState.UNKNOWN: UNKNOWN,
    CellState.HIDDEN: HIDDEN,
    CellState.NOT_MEASURED: NOT_MEASURED,
}
ABOUT = Phrase("portrait.about")
UNDER = Phrase("portrait.under")
UP_TO = Phrase("portrait.from_to")
MEASURES = {
    CellMeasure.PEOPLE: Phrase("portrait.measure_people"),
    CellMeasure.HOURS: Phrase("portrait.measure_hours"),
    CellMeasure.PAY_BY_PERSON: Phrase("portrait.pay_by_person"),
    CellMeasure.PAY_BY_HOUR: Phrase("portrait.pay_by_hour"),
    CellMeasure.COVERED: Phrase("portrait.hours_covered"),
    CellMeasure.TRAINING: Phrase("portrait.paid_training"),
}
CONFIDENCE = {
    FigureConfidence.PRIMARY: Phrase("portrait.read_where_it_was_counted"),
    FigureConfidence.SECONDARY: Phrase("portrait.second_hand"),
    FigureConfidence.CONTESTED: Phrase("portrait.contested"),
    FigureConfidence.TO_VERIFY: Phrase("portrait.to_verify"),
    FigureConfidence.UNKNOWN: Phrase("portrait.unknown"),
}

STATES = {
    FactState.EXACT: Phrase("portrait.state_exact"),
    FactState.ABOUT: Phrase("portrait.state_about"),
    FactState.BAND: Phrase("portrait.state_band"),
    FactState.AT_LEAST: Phrase("portrait.state_at_least"),
    FactState.LESS_THAN: Phrase("portrait.state_less_than"),
    FactState.DERIVED: Phrase("portrait.state_derived"),
    FactState.UNKNOWN: UNKNOWN,
}
STATE_SIGNS = {
    FactState.ABOUT: "≈ ",
    FactState.DERIVED: "≈ ",
    FactState.AT_LEAST: "≥ ",
    FactState.LESS_THAN: "< ",
}
READ_IN = {
    ReadIn.PAGE: Phrase("portrait.read_in_page"),
    ReadIn.COPY: Phrase("portrait.read_in_copy"),
}
READ_STATES = {
    WorkRead.READ: Phrase("portrait.work_read"),
    WorkRead.ABSTRACT: Phrase("portrait.work_abstract_read"),
    WorkRead.NOT_READ: Phrase("portrait.work_not_read"),
}
LOST = Phrase("portrait.page_not_found_again")

MONTHS = Phrase("portrait.months")
QUARTER_NAME = Phrase("portrait.quarter")
MONTH, QUARTER = re.compile(r"(\d{4})-(\d\d)"), re.compile(r"(\d{4})-Q([1-4])")
UNDATED = Phrase("portrait.undated")
PLACES = {"WORLD": Phrase("portrait.world"), "EU": Phrase("portrait.eu")}
UNITS = {
    "people": Phrase("portrait.people"),
    "percent": Phrase("portrait.percent_sign"),
    "times": Phrase("portrait.times"),
    "months": Phrase("portrait.unit_months"),
    "proposals": Phrase("portrait.proposals"),
    "platforms": Phrase("portrait.platforms"),
    "per_thousand": Phrase("portrait.per_thousand"),
    "CAD/hour": Phrase("portrait.cad_an_hour"),
    "USD/hour": Phrase("portrait.usd_an_hour"),
    "CAD/year": Phrase("portrait.cad_a_year"),
}


def percent_decimals(share: Decimal) -> int:
    """Return how many decimals the percentage of a share has, as it was released.

    >>> percent_decimals(Decimal("0.15")), percent_decimals(Decimal("0.025"))
    (0, 1)
    """
    exponent = share.as_tuple().exponent
    return max(0, -exponent - 2) if isinstance(exponent, int) else 0


class PortraitLanguage:
    """One language: formats its sentences and its figures."""

    def __init__(self, language: str) -> None:
        self.is_french = language.startswith("fr")
        self.language = "fr" if self.is_french else "en"

    def message(self, message_id: str, /, **facts: str) -> str:
        """Format a message of the catalogue.

        >>> PortraitLanguage("fr").message("portrait.fewer_than", n="20")
        'moins de 20'
        """
        return message(self.language, message_id, **facts)

    def say(self, text: Words, /, **facts: str) -> str:
        """Format a message with its facts, or a text of a reference file with its typography.

        >>> ascii(PortraitLanguage("fr").say(Text("why?", "pourquoi ?"))).count("202f")
        1
        """
        if isinstance(text, Phrase):
            fixed = {
                name: fact if isinstance(fact, str) else self.say(fact)
                for name, fact in text.facts.items()
            }
            return self.message(text.id, **fixed, **facts)
        sentence = text.said(self.language)
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

    def told_share(self, figure: ReleaseFigure) -> str:
        """Format a share of a release: a value, a bound, or why there is none."""
        if figure.state is CellState.AT_MOST and figure.high is not None:
            most = self.share(figure.high, percent_decimals(figure.high))
            return self.say(NONE_AT_MOST, most=most)
        if figure.value is not None:
            return self.share(figure.value, percent_decimals(figure.value))
        if figure.state is CellState.FEW and figure.high is not None:
            return self.say(LESS, n=self.share(figure.high, percent_decimals(figure.high)))
        if figure.state is CellState.AT_LEAST and figure.low is not None:
            return self.say(AT_LEAST, n=self.share(figure.low, percent_decimals(figure.low)))
        return self.word_for(figure)

    def word_for(self, figure: ReleaseFigure) -> str:
        """Return why a figure has no number: suppressed or unknown."""
        return self.say(WITHOUT_NUMBER.get(figure.state, UNKNOWN))

    def money(self, amount: float | Decimal, currency: str, decimals: int = 2) -> str:
        """Format an amount: ``16,98 $``, ``$16.98``; a currency without a sign by its code."""
        number, sign = self.number(amount, decimals), SIGNS.get(currency)
        if sign is None or currency == "USD":
            return f"{number}{WIDE}{currency}"
        return f"{number}{WIDE}{sign}" if self.is_french else f"{sign}{number}"

    def interval(self, low: str, high: str) -> str:
        """Format both ends of an interval."""
        return f"[{low} – {high}]"

    def stated(self, value: Decimal | None, state: FactState) -> str:
        """Format a figure of a source as the source gives it: ``≈ 45 000``, ``≥ 2,000``.

        >>> PortraitLanguage("en").stated(Decimal("45000"), FactState.ABOUT)
        '≈ 45,000'
        """
        if value is None:
            return self.unknown()
        exponent = value.as_tuple().exponent
        number = self.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
        return f"{STATE_SIGNS.get(state, '')}{number}"

    def source(self, source: FigureSource) -> str:
        """Name a source: its publisher, and its title in the language."""
        return f"{source.publisher}, {self.say(source.titles)}"

    def read(self, source: FigureSource, where: Text) -> str:
        """Say when a source was read, in what, and where on the page."""
        return self.message(
            "portrait.read_by_canut",
            day=source.read.isoformat(),
            read_in=self.say(READ_IN[source.read_in]),
            where=self.say(where),
        )

    def period(self, name: str) -> str:
        """Name a month, a quarter or both ends of a span in words; return other texts unchanged.

        >>> voice = PortraitLanguage("fr")
        >>> voice.period("2026-11"), voice.period("2026-Q4"), voice.period("x")
        ('novembre 2026', 'T4 2026', 'x')
        >>> voice.period("2026-Q2/2026-Q3")
        'T2 2026 – T3 2026'
        """
        if "/" in name:
            return " – ".join(self.period(end) for end in name.split("/"))
        month, quarter = MONTH.fullmatch(name), QUARTER.fullmatch(name)
        if month:
            named = self.say(MONTHS).split(" ")[int(month[2]) - 1]
            return f"{named} {month[1]}"
        if quarter:
            return self.say(QUARTER_NAME, n=quarter[2], year=quarter[1])
        return name

    def day(self, day: date) -> str:
        """Write a day in words.

        >>> PortraitLanguage("fr").day(date(2026, 10, 1)), PortraitLanguage("en").day(date.max)
        ('1er octobre 2026', 'December 31, 9999')
        """
        month = self.say(MONTHS).split(" ")[day.month - 1]
        if not self.is_french:
            return f"{month} {day.day}, {day.year}"
        return f"{day.day}{'er' if day.day == 1 else ''} {month} {day.year}"

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
        if cell.state in WITHOUT_NUMBER:
            return self.say(WITHOUT_NUMBER[cell.state])
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
