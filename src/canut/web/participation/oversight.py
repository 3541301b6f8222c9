"""What representatives see: each month of the crowd, and figures by group."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.core.clock import from_ms
from canut.core.money import MICRO
from canut.core.participation.crowd_months import FEWEST
from canut.store.models import OversightReport
from canut.store.participation.policies import month_reports, reports
from canut.web.kit.formatting import month_name, price
from canut.web.kit.messages import message_now

NAMES = {
    "worked": "page.oversight.worked",
    "topped_up": "page.oversight.topped_up",
    "rejected": "page.oversight.rejected_answers",
    "sanctioned": "page.oversight.sanctioned",
    "ended": "page.oversight.ended",
    "held": "page.oversight.held",
    "refused": "page.oversight.refused",
    "appealed": "page.oversight.appealed",
    "won": "page.oversight.won",
    "lost": "page.oversight.lost",
    "burdened": "page.oversight.burdened",
}
"""What each figure of a month is called, in the catalogue."""


class CrowdFigure(NamedTuple):
    """One row of a month: what happened, to how many people, and how much in all."""

    name: str
    people: str
    amount: str


class MonthOnPage(NamedTuple):
    """A month as the page shows it; without rows where fewer than five people worked."""

    name: str
    rows: list[CrowdFigure]


def oversight(request: HttpRequest) -> HttpResponse:
    """Show what happened each month, and earnings and decisions by groups of ten or more."""
    context = {
        "months": [_month_on_page(month) for month in month_reports()],
        "reports": reports(),
        "fewest": FEWEST,
    }
    return render(request, "participation/oversight.html", context)


def _month_on_page(month: OversightReport) -> MonthOnPage:
    currency = str(month.content["currency"])
    rows = [
        CrowdFigure(
            message_now(NAMES[row["name"]]),
            _people_in_words(*row["people"]),
            _amount_in_words(row["name"], row["sum"], currency),
        )
        for row in month.content["crowd"]
        if row["name"] in NAMES
    ]
    return MonthOnPage(month_name(from_ms(month.begin_ms).date()), rows)


def _people_in_words(low: int, high: int) -> str:
    if not high:
        return message_now("page.oversight.nobody")
    return message_now("page.oversight.from_to", low=low, high=high)


def _amount_in_words(name: str, amount: int | None, currency: str) -> str:
    """Format the rounded sum of a figure, in hours, money or answers; empty if it is not told."""
    if amount is None:
        return ""
    shown = amount or FEWEST
    if name == "topped_up":
        text = price(shown * MICRO, currency)
    elif name == "rejected":
        text = message_now("page.oversight.answers", n=shown)
    else:
        text = message_now("page.oversight.hours", n=shown)
    return message_now("page.oversight.about" if amount else "page.oversight.under", amount=text)
