"""Check one pay statement for the queries of the register that rest on statements.

Each check looks at the stored content of a statement and says how many cases it holds and how many
fall short. A closed statement never changes, so that each is looked at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from canut.core.outside_text import LARGEST, read_day, read_decimal
from canut.core.places.holidays import holidays_of
from canut.core.rules.reading import URL_WITH_PATH

EMPLOYEE = "employee"
QUEBEC = "CA-QC"
SCHEMES = frozenset({"qpp", "qpip", "ei", "hsf", "cnt", "cnesst"})
"""Schemes that each pay of an employee in Québec counts; QPP has a second one over its cap."""
OVERTIME_KEYS = frozenset({"overtime", "overtime_unknown"})
LEAST_VACATION = Decimal("0.04")
ALLOWED_PAYOUTS = frozenset({"exception", "end", "due", "leave"})

type Content = Mapping[str, Any]


class Counted(NamedTuple):
    """How many cases a statement holds, and how many fall short."""

    cases: int
    bad: int


NO_CASE = Counted(0, 0)


def one(*, is_bad: bool) -> Counted:
    """Count one case."""
    return Counted(1, int(is_bad))


def check_floor(content: Content) -> Counted:
    """Q01: wages are at least the minimum for the time.

    Example:
        >>> check_floor({"pay": {"wages_micro": 5}, "projects": [{"due_micro": 4}]})
        Counted(cases=1, bad=0)
    """
    due_micro = sum(project["due_micro"] for project in content["projects"])
    return one(is_bad=content["pay"]["wages_micro"] < due_micro)


def check_overtime(content: Content) -> Counted:
    """Q19: hours over the normal week carry a premium, and are computed."""
    if not _is_employee(content):
        return NO_CASE
    is_left = any(item["key"] in OVERTIME_KEYS for item in content["not_computed"])
    weeks = _overtime(content).get("weeks", ())
    is_bare = any(
        week["overtime_ms"] and week["wages_micro"] and not week["micro"] for week in weeks
    )
    return one(is_bad=is_left or is_bare or not _overtime(content))


def check_vacation_kept(content: Content) -> Counted:
    """Q20: vacation pay is paid for a reason of the law, not with each pay."""
    vacation = content["pay"]["vacation"]
    if not _is_employee(content) or vacation is None:
        return NO_CASE
    paid_micro = vacation.get("paid_micro", vacation["micro"])
    return one(is_bad=paid_micro > 0 and vacation.get("why", "") not in ALLOWED_PAYOUTS)


def check_vacation_rate(content: Content) -> Counted:
    """Q20a: vacation pay accrues at four per cent at least."""
    vacation = content["pay"]["vacation"]
    if not _is_employee(content) or content["given"]["place"] != QUEBEC:
        return NO_CASE
    return one(is_bad=_rate(vacation) < LEAST_VACATION)


def check_holidays(content: Content) -> Counted:
    """Q21: each public holiday of the period has its line."""
    inputs = content["given"]
    first, last = (read_day(inputs["period"][name]) for name in ("first_day", "last_day"))
    days = holidays_of(inputs["place"], first, last) if first and last else None
    if not _is_employee(content) or not days:
        return NO_CASE
    paid = {line["day"] for line in content["pay"]["holidays"]}
    return Counted(len(days), sum(day.isoformat() not in paid for day in days))


def check_pay_slip(content: Content) -> Counted:
    """Q22: a pay slip has all that an employee needs to check it."""
    if not _is_employee(content):
        return NO_CASE
    inputs, pay = content["given"], content["pay"]
    items: Sequence[object] = (
        inputs.get("employer", {}).get("name"),
        inputs["person"]["name"],
        inputs.get("job"),
        inputs["period"].get("pay_day"),
        inputs["period"].get("first_day"),
        "regular_ms" in _overtime(content),
        *("gross_micro" in pay, "withheld_micro" in pay, "net_micro" in pay),
    )
    return one(is_bad=not all(items))


def check_schemes(content: Content) -> Counted:
    """Q23: each public scheme of Québec is on the statement of an employee there."""
    if not _is_employee(content) or content["given"]["place"] != QUEBEC:
        return NO_CASE
    if not content["pay"]["gross_micro"]:
        return NO_CASE
    names = {line["name"].partition("/")[0] for line in content["pay"]["contributions"]}
    return one(is_bad=not names >= SCHEMES)


def check_sources(content: Content) -> Counted:
    """Q34: each figure of law names its page, and none is to verify."""
    parameters = content["parameters"]
    bad = sum(
        not URL_WITH_PATH.fullmatch(parameter["url"]) or parameter["confidence"] == "to_verify"
        for parameter in parameters
    )
    return Counted(len(parameters), bad)


def check_net(content: Content) -> Counted:
    """Q44: nobody is paid less than nothing.

    Example:
        >>> check_net({"pay": {"gross_micro": 5, "net_micro": -1}})
        Counted(cases=1, bad=1)
    """
    return one(is_bad=min(content["pay"]["gross_micro"], content["pay"]["net_micro"]) < 0)


def check_currency(content: Content, currencies: Mapping[str, str]) -> Counted:
    """Q32: pay is in the currency of the place; a place without a file has none.

    Args:
        content: of the statement.
        currencies: by code of the place.

    Example:
        >>> check_currency({"given": {"place": "FR", "currency": "CAD"}}, {"FR": "EUR"})
        Counted(cases=1, bad=1)
    """
    place = content["given"]["place"]
    currency = currencies.get(place, currencies.get(place.partition("-")[0], ""))
    if not currency:
        return NO_CASE
    return one(is_bad=content["given"]["currency"] != currency)


CHECKS: Mapping[str, Callable[[Content], Counted]] = {
    "Q01": check_floor,
    "Q19": check_overtime,
    "Q20": check_vacation_kept,
    "Q20a": check_vacation_rate,
    "Q21": check_holidays,
    "Q22": check_pay_slip,
    "Q23": check_schemes,
    "Q34": check_sources,
    "Q44": check_net,
}
CURRENCY_QUERY = "Q32"
STATEMENT_QUERIES = frozenset({*CHECKS, CURRENCY_QUERY})


def check_statement(content: Content, currencies: Mapping[str, str]) -> dict[str, Counted]:
    """Return what each query counts in one statement."""
    counted = {query: check(content) for query, check in CHECKS.items()}
    return counted | {CURRENCY_QUERY: check_currency(content, currencies)}


def sum_counted(counted: Iterable[Counted]) -> Counted:
    """Add up counts.

    Example:
        >>> sum_counted([Counted(2, 1), Counted(3, 0)])
        Counted(cases=5, bad=1)
    """
    rows = list(counted)
    return Counted(sum(row.cases for row in rows), sum(row.bad for row in rows))


def _rate(vacation: Mapping[str, Any] | None) -> Decimal:
    rate = read_decimal(vacation["rate"], LARGEST) if vacation else None
    return rate or Decimal(0)


def _is_employee(content: Content) -> bool:
    return bool(content["given"]["status"] == EMPLOYEE)


def _overtime(content: Content) -> Mapping[str, Any]:
    line: Mapping[str, Any] | None = content["pay"].get("overtime")
    return line or {}
