"""Write what a period paid as rows for payroll software: one for each person and kind of amount.

The amounts of a statement that are earnings add up to its gross pay, to the cent; what has no code
of its own is under ``OTHER``, so that nothing is missing. Amounts are positive; the code says
whether they are earned, taken off or borne by the employer.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from canut.core.clock import MINUTE_MS
from canut.core.formula_cells import safe_cell
from canut.core.money import DECIMALS, MICRO, Money, minor_decimals
from canut.core.pay.payment_file import written_amount
from canut.core.places.parameters import Status

SCHEMA = "payroll-export/1"
COLUMNS = (
    "employer_id",
    "person_id",
    "legal_name",
    "status",
    "place",
    "period_first",
    "period_last",
    "pay_date",
    "code",
    "description_fr",
    "description_en",
    "quantity_minutes",
    "rate",
    "amount",
    "currency",
    "fx_rate",
    "fx_on",
    "fx_source",
    "taxable",
    "insurable_ei",
    "pensionable_qpp",
    "eligible_qpip",
    "vacationable",
    "ytd",
    "statement_sha256",
)
MINUTES_OF = {
    "review": "REVIEW",
    "practice": "TRAIN",
    "instructions": "TRAIN",
    "lesson": "TRAIN",
    "test": "TRAIN",
    "break": "BREAK",
}
"""The code of the time on each kind of page; that of any other is REG."""
PAYERS = {"employee": "E", "employer": "R", "self_employed": "S"}
DESCRIPTIONS = {
    "REG": ("heures de travail", "hours of work"),
    "TRAIN": ("pratique et consignes", "practice and instructions"),
    "BREAK": ("pauses payées", "paid breaks"),
    "REVIEW": ("relectures", "reviews"),
    "PIECE": ("réponses", "answers"),
    "ADJ-": ("prix retirés par une décision", "prices taken back by a decision"),
    "ADJ+": ("prix rendus par une décision", "prices given back by a decision"),
    "TOPUP": ("complément jusqu’au minimum garanti", "top-up to the floor"),
    "OT": ("majoration des heures supplémentaires", "overtime premium"),
    "HOL": ("jours fériés", "public holidays"),
    "VACPAID": ("vacances payées", "vacation paid"),
    "CORR": ("corrections de périodes passées", "corrections of earlier periods"),
    "OTHER": ("autres gains et arrondi", "other earnings and rounding"),
    "QPP": ("régime de rentes", "pension plan"),
    "QPP2": ("régime de rentes, deuxième supplémentaire", "pension plan, second additional"),
    "EI": ("assurance-emploi", "employment insurance"),
    "QPIP": ("assurance parentale", "parental insurance"),
    "HSF": ("fonds des services de santé", "health services fund"),
    "CNT": ("normes du travail", "labour standards"),
    "CNESST": ("accidents du travail", "work accidents"),
}
WAGES = ("REG", "PIECE", "REVIEW", "ADJ-", "ADJ+", "TOPUP", "OT", "HOL", "CORR", "OTHER")


class ExportRow(NamedTuple):
    """One row before it is written: its code, minutes, rate, amount and sum of the year."""

    code: str
    minutes_ms: int = 0
    rate: str = ""
    micro: int = 0
    year_micro: int | None = None


def payroll_csv(statements: Iterable[tuple[Mapping[str, Any], str]], employer: str) -> bytes:
    """Write statements as CSV in UTF-8, with decimal points and days as ISO 8601.

    Args:
        statements: each with the hash of its file.
        employer: who pays.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for content, sha256 in statements:
        for row in rows_of(content):
            cells = _cells(content, row) | {"employer_id": employer, "statement_sha256": sha256}
            table.writerow([safe_cell(cells[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def rows_of(content: Mapping[str, Any]) -> list[ExportRow]:
    """Split a statement into rows; those of earnings add up to its gross pay."""
    pay, projects = content["pay"], content["projects"]
    times: dict[str, int] = {}
    for project in projects:
        for surface, ms in project["surfaces"].items():
            code = MINUTES_OF.get(surface, "REG")
            times[code] = times.get(code, 0) + ms
    facts = content["given"]["projects"]
    adjusted = [item["micro"] for project in facts for item in project["adjustments"]]
    amounts = {
        "REG": sum(project["by_hour_micro"] for project in projects),
        "REVIEW": sum(project.get("review_micro", 0) for project in projects),
        "PIECE": sum(project["piece_micro"] for project in projects),
        "ADJ-": sum(micro for micro in adjusted if micro < 0),
        "ADJ+": sum(micro for micro in adjusted if micro > 0),
        "TOPUP": sum(project["top_up_micro"] for project in projects),
        "OT": (pay.get("overtime") or {}).get("micro", 0),
        "HOL": pay["holiday_micro"],
        "VACPAID": pay["vacation_micro"],
        "CORR": pay.get("corrected_micro", 0),
    }
    amounts["OTHER"] = pay["gross_micro"] - sum(amounts.values())
    rates = {"VACPAID": (pay["vacation"] or {}).get("rate", "")}
    codes = [*dict.fromkeys([*times, *amounts])]
    rows = [
        ExportRow(code, times.get(code, 0), rates.get(code, ""), amounts.get(code, 0))
        for code in codes
        if times.get(code) or amounts.get(code)
    ]
    return [*rows, *_contributions(content)]


def _contributions(content: Mapping[str, Any]) -> Iterator[ExportRow]:
    year = content["year"]["contributed"]
    for line in content["pay"]["contributions"]:
        code = f"{line['name'].upper()}_{PAYERS.get(line['payer'], '?')}"
        key = f"{line['name']}/{line['payer']}"
        yield ExportRow(code, 0, line["rate"], line["micro"], year.get(key))


def _cells(content: Mapping[str, Any], row: ExportRow) -> dict[str, str]:
    inputs = content["given"]
    person, period, currency = inputs["person"], inputs["period"], inputs["currency"]
    french, english = DESCRIPTIONS.get(row.code.partition("_")[0], ("", ""))
    is_wage = row.code in WAGES or row.code == "VACPAID"
    flag = "yes" if is_wage and inputs["status"] == Status.EMPLOYEE.value else ""
    flag = flag if inputs["place"] == "CA-QC" else ""
    exchange = _exchange(content)
    return {
        "person_id": str(person["number"]),
        "legal_name": person["name"],
        "status": inputs["status"],
        "place": inputs["place"],
        "period_first": period["first_day"],
        "period_last": period["last_day"],
        "pay_date": period["pay_day"],
        "code": row.code,
        "description_fr": french,
        "description_en": english,
        "quantity_minutes": str((row.minutes_ms + MINUTE_MS // 2) // MINUTE_MS),
        "rate": row.rate,
        "amount": _amount(row.micro, currency),
        "currency": currency,
        "fx_rate": exchange.get("rate", ""),
        "fx_on": exchange.get("on", ""),
        "fx_source": exchange.get("source", ""),
        "taxable": flag,
        "insurable_ei": flag,
        "pensionable_qpp": flag,
        "eligible_qpip": flag,
        "vacationable": flag if row.code != "VACPAID" else "",
        "ytd": "" if row.year_micro is None else _amount(row.year_micro, currency),
    }


def _exchange(content: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the rate by which a floor of another currency was counted, if there was one."""
    inputs = content["given"]
    used = {parameter["unit"].partition("/")[0] for parameter in content["parameters"]}
    rates: Mapping[str, Mapping[str, str]] = inputs["exchange"]
    for code, exchange in sorted(rates.items()):
        if code in used - {inputs["currency"]}:
            return exchange
    return {}


def _amount(micro: int, currency: str) -> str:
    """Format an amount; what is finer than a coin has all its decimals."""
    sign = "-" if micro < 0 else ""
    money = Money(abs(micro), currency)
    if money.micro % 10 ** (DECIMALS - minor_decimals(currency)):
        return sign + f"{(Decimal(money.micro) / MICRO).normalize():f}"
    return sign + written_amount(money)
