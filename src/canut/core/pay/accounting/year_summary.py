"""Sum up what a person was paid in a year, with the boxes of the slips where they are known.

The sums are those of the statements whose day of payment lies in the year, and of what was paid
before Canut. Each box says how sure its meaning is: read on an official page, or to verify. Nothing
is filed: a person or a payroll office files, and adds what is not computed here, such as income
tax.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canut.core.money import MICRO
from canut.core.places.parameters import Places, Status

SCHEMA = "canut-year-1"
QUEBEC, CANADA, UNITED_STATES = "CA-QC", "CA", "US"
CERTAIN, TO_VERIFY = "confirmed", "to_verify"


@dataclass(frozen=True, slots=True)
class SlipBox:
    """One box of a slip.

    Args:
        form: ``RL-1``, ``T4``, ``T4A`` or ``1099-NEC``.
        box: as it is called there.
        micro: the amount; None where it is a text, or a figure of law is unknown.
        text: what it holds instead of an amount.
        certainty: ``confirmed`` or ``to_verify``.
    """

    form: str
    box: str
    micro: int | None
    certainty: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaidStatement:
    """What a summary reads of one statement.

    Args:
        content: as ``statement`` computed it.
        paid_on: the day the money was sent; None where it was not.
    """

    number: int
    content: Mapping[str, Any]
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class OpeningPay:
    """What was paid in the year before Canut, in micro-units."""

    gross_micro: int
    vacation_micro: int
    net_micro: int
    contributed: Mapping[str, int]
    source: str


@dataclass(slots=True)
class YearPart:
    """A year of one person under one status, at one place, in one currency."""

    status: str
    place: str
    currency: str
    time_ms: int = 0
    gross_micro: int = 0
    vacation_micro: int = 0
    holiday_micro: int = 0
    top_up_micro: int = 0
    net_micro: int = 0
    contributed: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    months: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    opening: OpeningPay | None = None
    own_costs_micro: int = 0
    statements: list[int] = field(default_factory=list[int])
    other_year: list[int] = field(default_factory=list[int])
    unpaid: list[int] = field(default_factory=list[int])

    @property
    def other_withheld_micro(self) -> int:
        """Return what was taken off besides contributions: income tax of before Canut, mostly."""
        return self.gross_micro - self.net_micro - self.by_payer("employee")

    def by_payer(self, payer: str) -> int:
        """Sum the contributions that one payer bore."""
        return sum(micro for key, micro in self.contributed.items() if key.endswith(f"/{payer}"))


def parts_of_year(
    year: int,
    statements: Iterable[PaidStatement],
    openings: Mapping[str, OpeningPay],
    default: tuple[str, str],
) -> list[YearPart]:
    """Sum a person's statements of a year by status, place and currency.

    Args:
        year: of the payment.
        statements: the oldest first.
        openings: by currency, what was paid before Canut. It belongs to the part of an employee in
            this currency, else to the first one.
        default: status and place where there is no statement.
    """
    parts: dict[tuple[str, str, str], YearPart] = {}
    for statement in statements:
        inputs, pay = statement.content["given"], statement.content["pay"]
        key = (inputs["status"], inputs["place"], inputs["currency"])
        part = parts.setdefault(key, YearPart(*key))
        vacation = pay["vacation_micro"]
        vacation += sum(item["vacation_micro"] for item in pay.get("corrections", ()))
        holiday = pay["holiday_micro"]
        holiday += sum(item["holiday_micro"] for item in pay.get("corrections", ()))
        part.time_ms += pay["time_ms"]
        part.gross_micro += pay["gross_micro"]
        part.vacation_micro += vacation
        part.holiday_micro += holiday
        part.top_up_micro += pay["top_up_micro"]
        part.net_micro += pay["net_micro"]
        part.own_costs_micro += pay.get("own_costs", {}).get("micro", 0)
        part.months[inputs["period"]["pay_day"][:7]] += pay["gross_micro"]
        for line in pay["contributions"]:
            part.contributed[f"{line['name']}/{line['payer']}"] += line["micro"]
        part.statements.append(statement.number)
        if statement.paid_on is None and pay["net_micro"]:
            part.unpaid.append(statement.number)
        elif statement.paid_on is not None and statement.paid_on.year != year:
            part.other_year.append(statement.number)
    for currency, opening in sorted(openings.items()):
        own = [part for part in parts.values() if part.currency == currency]
        own.sort(key=lambda part: part.status != Status.EMPLOYEE.value)
        key = (*default, currency)
        part = own[0] if own else parts.setdefault(key, YearPart(*key))
        part.opening = opening
        part.gross_micro += opening.gross_micro
        part.vacation_micro += opening.vacation_micro
        part.net_micro += opening.net_micro
        for name, micro in opening.contributed.items():
            part.contributed[name] += micro
    return list(parts.values())


def boxes_of(part: YearPart, year: int, places: Places) -> list[SlipBox]:
    """Return the boxes of the slips that this part of a year belongs on; none where unknown."""
    is_employee = part.status == Status.EMPLOYEE.value
    if part.place == QUEBEC and is_employee:
        return _quebec_employee(part, year, places)
    if part.place.partition("-")[0] == CANADA and part.status == Status.SELF_EMPLOYED.value:
        return [SlipBox("T4A", "048", part.gross_micro, CERTAIN)]
    if part.place.partition("-")[0] == UNITED_STATES and not is_employee:
        return [
            SlipBox("1099-NEC", "1", part.gross_micro, TO_VERIFY),
            SlipBox("1099-NEC", "4", 0, TO_VERIFY),
        ]
    return []


def _quebec_employee(part: YearPart, year: int, places: Places) -> list[SlipBox]:
    """Return RL-1 and T4 of an employee in Quebec.

    Source:
        Revenu Québec, RL-1 boxes and guide; Canada Revenue Agency, T4 boxes. Box 17A, and up to
        which of its two ceilings pensionable pay is written, are to verify.
    """

    def ceiling(name: str) -> int | None:
        known = places.found(name, QUEBEC, date(year, 12, 31))
        return None if known is None else int(known.value * MICRO)

    def capped(most: int | None) -> int | None:
        return None if most is None else min(part.gross_micro, most)

    gross, paid = part.gross_micro, part.contributed
    first_ceiling = ceiling("qpp.ympe")
    is_under = first_ceiling is not None and gross <= first_ceiling
    pensionable = capped(ceiling("qpp.yampe"))
    pension = CERTAIN if is_under else TO_VERIFY
    insured = capped(ceiling("qpip.max"))
    tax = part.other_withheld_micro
    tax_micro, tax_certainty = (0, CERTAIN) if tax <= 0 else (None, TO_VERIFY)
    return [
        SlipBox("RL-1", "A", gross, CERTAIN),
        SlipBox("RL-1", "B.A", paid.get("qpp/employee", 0), CERTAIN),
        SlipBox("RL-1", "B.B", paid.get("qpp2/employee", 0), CERTAIN),
        SlipBox("RL-1", "C", paid.get("ei/employee", 0), CERTAIN),
        SlipBox("RL-1", "E", tax_micro, tax_certainty),
        SlipBox("RL-1", "G", pensionable, pension),
        SlipBox("RL-1", "H", paid.get("qpip/employee", 0), CERTAIN),
        SlipBox("RL-1", "I", insured, CERTAIN),
        SlipBox("T4", "10", None, CERTAIN, "QC"),
        SlipBox("T4", "14", gross, CERTAIN),
        SlipBox("T4", "17", paid.get("qpp/employee", 0), CERTAIN),
        SlipBox("T4", "17A", paid.get("qpp2/employee", 0), TO_VERIFY),
        SlipBox("T4", "18", paid.get("ei/employee", 0), CERTAIN),
        SlipBox("T4", "22", tax_micro, tax_certainty),
        SlipBox("T4", "24", capped(ceiling("ei.mie")), CERTAIN),
        SlipBox("T4", "26", pensionable, pension),
        SlipBox("T4", "55", paid.get("qpip/employee", 0), CERTAIN),
        SlipBox("T4", "56", insured, CERTAIN),
    ]


def summary_of(
    person: tuple[int, str, bool],
    year: int,
    payer: str,
    parts: Sequence[tuple[YearPart, Sequence[SlipBox]]],
    not_computed: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Return a year's summary of one person as JSON holds it.

    Args:
        person: number, name, and whether they are simulated.
        year: of the payment.
        payer: who pays, as the pay rules name them.
        parts: of the year, each with its boxes.
        not_computed: what a bookkeeper adds, by key, in English and French.
    """
    return {
        "schema": SCHEMA,
        "year": year,
        "person": {"number": person[0], "name": person[1], "is_simulated": person[2]},
        "payer": payer,
        "is_filed": False,
        "parts": [
            {
                "status": part.status,
                "place": part.place,
                "currency": part.currency,
                "time_ms": part.time_ms,
                "gross_micro": part.gross_micro,
                "vacation_micro": part.vacation_micro,
                "holiday_micro": part.holiday_micro,
                "top_up_micro": part.top_up_micro,
                "net_micro": part.net_micro,
                "other_withheld_micro": part.other_withheld_micro,
                "own_costs_micro": part.own_costs_micro,
                "contributed": dict(sorted(part.contributed.items())),
                "months": dict(sorted(part.months.items())),
                "opening": part.opening and _opening(part.opening),
                "statements": part.statements,
                "paid_in_another_year": part.other_year,
                "not_sent": part.unpaid,
                "boxes": [
                    {
                        "form": box.form,
                        "box": box.box,
                        "micro": box.micro,
                        "text": box.text,
                        "certainty": box.certainty,
                    }
                    for box in own
                ],
            }
            for part, own in parts
        ],
        "not_computed": list(not_computed),
    }


def _opening(opening: OpeningPay) -> dict[str, Any]:
    return {
        "gross_micro": opening.gross_micro,
        "vacation_micro": opening.vacation_micro,
        "net_micro": opening.net_micro,
        "contributed": dict(sorted(opening.contributed.items())),
        "source": opening.source,
    }
