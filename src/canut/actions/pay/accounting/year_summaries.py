"""Collect what people were paid in a year, for them and for whoever keeps the books.

The sums and boxes are computed in ``core.pay.accounting.year_summary``; PDFs are made by the web,
which has the words.

Reads only.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import batched, groupby
from typing import Any

from django.utils import timezone

from canut.actions.pay.pay_rules import policy_in_force
from canut.core.errors import Missing
from canut.core.formula_cells import safe_cell
from canut.core.money import Money
from canut.core.pay.accounting.year_summary import (
    OpeningPay,
    PaidStatement,
    YearPart,
    boxes_of,
    parts_of_year,
    summary_of,
)
from canut.core.pay.payment_file import written_amount
from canut.core.places.parameters import Places
from canut.store.models import OpeningBalance, Payment, Person, Statement
from canut.store.pay.accounting import (
    openings_in_force,
    remittances_of_year,
    statements_of_year,
)
from canut.store.pay.places import places as known_places
from canut.store.people.work_terms import terms_of

AT_ONCE = 200
AFTER_ALL_TERMS = 2**62
SENT = (Payment.State.SENT, Payment.State.CONFIRMED)
DEFAULT_PART = ("employee", "CA-QC")
CSV_COLUMNS = (
    "person_id",
    "name",
    "year",
    "status",
    "place",
    "currency",
    "what",
    "amount",
    "certainty",
)


def year_of_person(person: Person, year: int) -> dict[str, Any]:
    """Return one person's summary of a year.

    Raises:
        Missing: they were paid nothing in it.
    """
    statements = list(statements_of_year(year, person))
    openings = openings_in_force(year, [person.pk])
    if not statements and not openings:
        raise Missing(f"nothing was paid to you in {year}")
    return _summary(person, year, statements, openings, known_places())


def year_of_everybody(year: int) -> Iterator[dict[str, Any]]:
    """Yield the summary of each person who was paid in a year, by number."""
    places = known_places()
    waiting: dict[int, list[OpeningBalance]] = defaultdict(list)
    for row in openings_in_force(year):
        waiting[row.person_id].append(row)
    statements = statements_of_year(year).iterator(chunk_size=AT_ONCE)
    summarised: set[int] = set()
    for number, rows in groupby(statements, key=lambda row: row.person_id):
        own = list(rows)
        summarised.add(number)
        yield _summary(own[0].person, year, own, waiting.get(number, []), places)
    for numbers in batched(sorted(waiting.keys() - summarised), AT_ONCE):
        people = Person.objects.in_bulk(numbers)
        for number in numbers:
            yield _summary(people[number], year, [], waiting[number], places)


def made_at(person: Person, year: int) -> int:
    """Return the moment of the newest thing in a summary, in seconds since 1970 UTC."""
    moments = [
        int(row.period.closed_at.timestamp())
        for row in statements_of_year(year, person).defer("content")
        if row.period.closed_at is not None
    ]
    moments += [(row.confirmed_ms or 0) // 1000 for row in openings_in_force(year, [person.pk])]
    return max(moments, default=0)


def year_csv(summaries: Sequence[dict[str, Any]]) -> bytes:
    """Write summaries as CSV: one row for each person and figure, amounts with a decimal point."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(CSV_COLUMNS)
    for summary in summaries:
        for part in summary["parts"]:
            head = (
                str(summary["person"]["number"]),
                summary["person"]["name"],
                str(summary["year"]),
                part["status"],
                part["place"],
                part["currency"],
            )
            for row in _figures(part):
                table.writerow([safe_cell(cell) for cell in (*head, *row)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def remittances_csv(year: int) -> bytes:
    """Write what was taken off and what the employer pays, by month of payment, as CSV."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("month", "contribution", "currency", "taken_off", "employer"))
    for row in remittances_of_year(year):
        amounts = (row.employee_micro, row.employer_micro)
        cells = (_amount(micro, row.currency) for micro in amounts)
        table.writerow((row.month, row.name, row.currency, *cells))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _figures(part: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each figure of a part: what it is, its amount, and how sure its meaning is."""
    currency = part["currency"]
    for name in ("gross", "vacation", "holiday", "net", "other_withheld"):
        yield name, _amount(part[f"{name}_micro"], currency), ""
    for key, micro in part["contributed"].items():
        yield key, _amount(micro, currency), ""
    for month, micro in part["months"].items():
        yield f"gross {month}", _amount(micro, currency), ""
    for box in part["boxes"]:
        amount = box["text"] if box["micro"] is None else _amount(box["micro"], currency)
        yield f"{box['form']} {box['box']}", amount, box["certainty"]


def _amount(micro: int, currency: str) -> str:
    sign = "-" if micro < 0 else ""
    return sign + written_amount(Money(abs(micro), currency))


def _summary(
    person: Person,
    year: int,
    statements: Sequence[Statement],
    openings: Sequence[OpeningBalance],
    places: Places,
) -> dict[str, Any]:
    terms = terms_of(person.pk, AFTER_ALL_TERMS)
    default = DEFAULT_PART if terms is None else (terms.status, terms.place)
    parts = parts_of_year(year, [_paid(row) for row in statements], _opening_pay(openings), default)
    policy, _ = policy_in_force()
    return summary_of(
        (person.pk, str(person), person.is_simulated),
        year,
        policy.payer.get("holder", ""),
        [(part, boxes_of(part, year, places)) for part in parts],
        _not_computed(parts, places),
    )


def _opening_pay(openings: Sequence[OpeningBalance]) -> dict[str, OpeningPay]:
    return {
        row.currency: OpeningPay(
            row.gross_micro, row.vacation_micro, row.net_micro, row.contributed, row.source
        )
        for row in openings
    }


def _paid(statement: Statement) -> PaidStatement:
    payment: Payment | None = getattr(statement, "payment", None)
    paid_on = None
    if payment is not None and payment.state in SENT and payment.sent_at is not None:
        paid_on = timezone.localtime(payment.sent_at).date()
    return PaidStatement(statement.pk, json.loads(statement.content), paid_on)


def _not_computed(parts: Sequence[YearPart], places: Places) -> list[dict[str, str]]:
    """List what the law may ask for and nobody computed here, once each."""
    items: dict[str, dict[str, str]] = {}
    for part in parts:
        if part.place in places.by_code:
            for item in places.not_computed(part.place):
                items[item.key] = {"key": item.key, "en": item.en, "fr": item.fr}
    return list(items.values())
