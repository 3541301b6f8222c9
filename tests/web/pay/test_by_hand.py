"""Printed steps come to the printed figures with a pocket calculator, in the docs' example too."""

import re
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from canut.core.pay.employment.pay_calendar import PayCalendar, PayRun
from canut.core.pay.employment.vacation_pay import VacationGiven
from canut.core.pay.statement import PayDesk
from canut.core.pay.statement_input import (
    NEWEST_RULES,
    DayGiven,
    PeriodInput,
    PersonInput,
    PricedCount,
    ProjectGiven,
    StatementInput,
)
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places
from canut.web.pay.statement_by_hand import by_hand
from canut.web.pay.statement_layout import paper_of

DOCS = Path(__file__).parents[3] / "docs"
CENT = Decimal("0.01")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NUMBER = re.compile(r"[0-9]+(?:[.][0-9]+)?%?")
TAKEN_OFF = ("QPP)", "QPIP", "additional", "Employment", "RRQ)", "RQAP", "supplémentaire", "emploi")


def statement(seconds: dict[date, int], **fields: object) -> dict[str, Any]:
    """Compute an employee's statement of two weeks in June, as in the docs."""
    days = [DayGiven(day, {"item": 1000 * count}) for day, count in seconds.items()]
    own = ProjectGiven(3, "Avis", "Les Soies", days, [PricedCount(2000, 163_334)])
    calendar = PayCalendar(PayRun(1, 26, 14), 365, is_last=False)
    period = PeriodInput(7, date(2026, 6, 1), date(2026, 6, 14), date(2026, 6, 21), 26, calendar)
    values: dict[str, Any] = {
        "person": PersonInput(41, "Ada", is_simulated=False, years=0), "place": "CA-QC",
        "zone": "America/Toronto", "status": Status.EMPLOYEE, "period": period, "currency": "CAD",
        "projects": [own], "yearly_payroll_micro": 500_000_000_000, "rules": NEWEST_RULES,
        **fields,
    }  # fmt: skip
    return PayDesk(shipped_places()).statement(StatementInput(**values))


ADA = {date(2026, 6, 1): 34_200, date(2026, 6, 2): 40_520}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def numeric(text: str) -> str:
    """Return a printed text with its numbers as a calculator takes them."""
    text = re.sub(r"(?<=[0-9])[ ,](?=[0-9]{3}\b)", "", plain(text).replace("$", ""))
    return text.replace(" %", "%").replace(",", ".")


def value(term: str) -> Decimal:
    """Compute a product from left to right."""
    result = Decimal(1)
    for sign, factor in re.findall(r"([×÷]?)([^×÷]+)", term):
        found = NUMBER.search(factor)
        assert found is not None, term
        number = Decimal(found[0].rstrip("%")) / (100 if found[0].endswith("%") else 1)
        result = result / number if sign == "÷" else result * number
    return result


def calculated(step: str, calculation: str) -> Decimal:
    """Compute what a printed calculation comes to, by the rules of the page."""
    text, _, most = numeric(calculation).partition(". a")
    exact = sum((value(term) for term in re.split(r" \+ ", text.split(" − ")[0])), Decimal(0))
    exact -= sum((value(term) for term in text.split(" − ")[1:]), Decimal(0))
    way = ROUND_HALF_UP if any(word in step for word in TAKEN_OFF) else ROUND_CEILING
    amount = max(Decimal(0), exact).quantize(CENT, way)
    return min(amount, value(most)) if most else amount


def checked(rows: list[tuple[str, str, str]]) -> int:
    """Compute every row again; return how many there are."""
    for step, calculation, amount in rows:
        assert calculated(step, calculation) == value(numeric(amount)), step
    return len(rows)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_example_of_the_docs_is_printed_so_and_comes_out_by_hand(language: str) -> None:
    text = plain((DOCS / language / "labour/by-hand.md").read_text("utf-8"))
    documented = [row for row in ROW.findall(text) if "---" not in row[0]][1:]
    content = statement(ADA)

    with translation.override(language):
        tables, paper = by_hand(content), paper_of(content, "0" * 64)

    printed = {tuple(map(plain, row)) for table in tables for row in table.rows}
    assert set(documented) <= printed
    assert checked(documented) >= 12
    quote = " ".join(line.removeprefix("> ") for line in text.splitlines() if line.startswith("> "))
    assert quote == plain(paper.sentence)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_printed_step_of_a_long_week_comes_out_by_hand(language: str) -> None:
    week = {date(2026, 6, day): 36_000 for day in range(1, 7)}
    vacation = VacationGiven(before_micro=50_000_000, is_end=True)
    content = statement(week, vacation=vacation)

    with translation.override(language):
        rows = [row for table in by_hand(content) for row in table.rows]

    assert content["pay"]["overtime"]["micro"] > 0
    assert checked([(row[0], row[1], row[2]) for row in rows]) > 15
