"""Lay out a person's year as tables of text, for the PDF a bookkeeper reads.

Figures come from the summary as they stand; nothing is added up or decided here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from babel.dates import format_date

from canut.core.outside_text import read_day
from canut.core.pay.accounting.year_summary import TO_VERIFY
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import duration, locale, money
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.pay.statement_words import LEFT, RIGHT, StatementTable
from canut.web.pay.wording import PAYERS, contribution_word, place_word, status_word

YEAR = Path(__file__).with_name("year.typ")
BOXES = {
    "RL-1 A": "page.year_end.box_gross",
    "RL-1 B.A": "page.year_end.box_pension",
    "RL-1 B.B": "page.year_end.box_second_pension",
    "RL-1 C": "page.year_end.box_employment_insurance",
    "RL-1 E": "page.year_end.box_quebec_tax",
    "RL-1 G": "page.year_end.box_pensionable",
    "RL-1 H": "page.year_end.box_parental_insurance",
    "RL-1 I": "page.year_end.box_parental_pay",
    "T4 10": "page.year_end.box_province",
    "T4 14": "page.year_end.box_gross",
    "T4 17": "page.year_end.box_pension",
    "T4 17A": "page.year_end.box_second_pension",
    "T4 18": "page.year_end.box_employment_insurance",
    "T4 22": "page.year_end.box_federal_tax",
    "T4 24": "page.year_end.box_insurable",
    "T4 26": "page.year_end.box_pensionable",
    "T4 55": "page.year_end.box_parental_insurance",
    "T4 56": "page.year_end.box_parental_pay",
    "T4A 048": "page.year_end.box_fees",
    "1099-NEC 1": "page.year_end.box_fees",
    "1099-NEC 4": "page.year_end.box_federal_tax",
}


@dataclass(frozen=True)
class YearPaper:
    """A year as text: title, facts, tables, and what is not in it."""

    title: str
    name: str
    lead: str
    facts: list[tuple[str, str]]
    tables: list[StatementTable]
    left_out: list[str]
    language: str
    is_simulated: bool
    words: Mapping[str, str] = field(default_factory=dict[str, str])


def year_paper(summary: Mapping[str, Any]) -> YearPaper:
    """Lay out a summary in the page's language."""
    language = two_sided()
    person = summary["person"]
    facts = [(message_now("page.year_end.person_number"), str(person["number"]))]
    if summary["payer"]:
        facts.insert(0, (message_now("page.year_end.paid_by"), summary["payer"]))
    return YearPaper(
        title=message_now("page.year_end.pay_of", year=str(summary["year"])),
        name=person["name"],
        lead=message_now("page.year_end.nothing_is_filed"),
        facts=facts,
        tables=[table for part in summary["parts"] for table in _part(part)],
        left_out=[item[language] for item in summary["not_computed"]],
        language=language,
        is_simulated=person["is_simulated"],
        words={
            "for_accountant": message_now("page.year_end.for_your_accountant"),
            "left_out": message_now("page.year_end.not_computed_here"),
            "simulated": message_now("page.statement_layout.simulated_nobody_was_paid"),
        },
    )


def year_pdf(paper: YearPaper, made_s: int) -> bytes:
    """Print a year as PDF.

    Args:
        paper: in words, in one language.
        made_s: the moment of the newest figure in it, in seconds since 1970 UTC.
    """
    return print_pdf(YEAR, asdict(paper), made_s)


def _part(part: Mapping[str, Any]) -> Iterator[StatementTable]:
    currency = part["currency"]
    yield _sums(part, currency)
    if part["contributed"]:
        yield _contributions(part, currency)
    if part["boxes"]:
        yield _boxes(part, currency)
    if part["months"]:
        yield _months(part, currency)


def _sums(part: Mapping[str, Any], currency: str) -> StatementTable:
    """Lay out gross pay, what it holds, and what was taken off it."""
    rows = [
        [message_now("common.your_time"), duration(part["time_ms"])],
        [message_now("common.gross_pay"), money(part["gross_micro"], currency)],
    ]
    inside = {
        "vacation_micro": message_now("page.statement_layout.of_which_vacation"),
        "holiday_micro": message_now("page.year_end.of_which_holidays"),
        "top_up_micro": message_now("page.year_end.of_which_top_up"),
    }
    rows += [[words, money(part[name], currency)] for name, words in inside.items() if part[name]]
    if part["opening"]:
        text = message_now("page.year_end.of_which_before_canut", source=part["opening"]["source"])
        rows.append([text, money(part["opening"]["gross_micro"], currency)])
    if part["other_withheld_micro"]:
        text = message_now("page.year_end.taken_off_before_canut")
        rows.append([text, money(part["other_withheld_micro"], currency)])
    if part["own_costs_micro"]:
        text = message_now("page.year_end.own_costs")
        rows.append([text, money(part["own_costs_micro"], currency)])
    notes = [
        message_now(words, count=len(part[name]))
        for name, words in (
            ("paid_in_another_year", "page.year_end.paid_in_another_year"),
            ("not_sent", "page.year_end.not_sent_yet"),
        )
        if part[name]
    ]
    status = status_word(part["status"])
    return StatementTable(
        f"{status[:1].upper()}{status[1:]}, {place_word(part['place'])}",
        [(message_now("common.what"), LEFT), (currency, RIGHT)],
        rows,
        [message_now("common.net_pay"), money(part["net_micro"], currency)],
        " ".join(notes),
    )


def _contributions(part: Mapping[str, Any], currency: str) -> StatementTable:
    rows = [
        [contribution_word(name), message_now(PAYERS[payer]), money(micro, currency)]
        for key, micro in part["contributed"].items()
        for name, _, payer in (key.partition("/"),)
    ]
    return StatementTable(
        message_now("page.year_end.contributions"),
        [
            (message_now("page.statement_layout.line"), LEFT),
            (message_now("page.year_end.borne_by"), LEFT),
            (message_now("common.amount"), RIGHT),
        ],
        rows,
    )


def _boxes(part: Mapping[str, Any], currency: str) -> StatementTable:
    """Lay out the boxes of the slips; those to verify are marked."""
    rows: list[list[str]] = []
    for box in part["boxes"]:
        name = f"{box['form']} {box['box']}"
        amount = box["text"] or message_now("common.unknown")
        if box["micro"] is not None:
            amount = money(box["micro"], currency)
        mark = message_now("common.to_verify") if box["certainty"] == TO_VERIFY else ""
        rows.append([name, message_now(BOXES[name]) if name in BOXES else "", mark, amount])
    return StatementTable(
        message_now("page.year_end.boxes"),
        [
            (message_now("page.year_end.box"), LEFT),
            (message_now("common.what"), LEFT),
            ("", LEFT),
            (message_now("common.amount"), RIGHT),
        ],
        rows,
        note=message_now("page.year_end.boxes_note"),
    )


def _months(part: Mapping[str, Any], currency: str) -> StatementTable:
    rows = [[_month_word(month), money(micro, currency)] for month, micro in part["months"].items()]
    return StatementTable(
        message_now("page.year_end.by_month"),
        [(message_now("page.year_end.month"), LEFT), (message_now("common.gross_pay"), RIGHT)],
        rows,
    )


def _month_word(month: str) -> str:
    day = read_day(f"{month}-01")
    return month if day is None else format_date(day, format="LLLL y", locale=locale())
