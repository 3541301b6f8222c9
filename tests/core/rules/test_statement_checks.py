"""Each check of a pay statement: one that holds, one that falls short, one without a case."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from canut.core.rules.reading import shipped_register
from canut.core.rules.statement_checks import (
    NO_CASE,
    SCHEMES,
    STATEMENT_QUERIES,
    Counted,
    check_statement,
)

CURRENCIES = {"CA-QC": "CAD", "FR": "EUR"}
PAGE = "https://www.legisquebec.gouv.qc.ca/fr/document/lc/N-1.1"

type Content = dict[str, Any]
type Change = Callable[[Content], object]


def _content() -> Content:
    """Return the statement of an employee in Québec over a period with one holiday."""
    return {
        "given": {
            "status": "employee",
            "place": "CA-QC",
            "currency": "CAD",
            "employer": {"name": "La Coop"},
            "person": {"name": "Ana"},
            "job": "Annotation",
            "period": {
                "first_day": "2026-06-15",
                "last_day": "2026-06-28",
                "pay_day": "2026-07-02",
            },
        },
        "projects": [{"due_micro": 60}, {"due_micro": 40}],
        "pay": {
            "wages_micro": 100,
            "gross_micro": 110,
            "withheld_micro": 10,
            "net_micro": 100,
            "overtime": {
                "regular_ms": 5,
                "weeks": [{"overtime_ms": 1, "wages_micro": 9, "micro": 4}],
            },
            "vacation": {"rate": "0.04", "micro": 4, "paid_micro": 0, "why": ""},
            "holidays": [{"day": "2026-06-24"}],
            "contributions": [{"name": name} for name in sorted(SCHEMES)],
        },
        "parameters": [{"url": PAGE, "confidence": "official"}],
        "not_computed": [{"key": "income_tax_quebec"}],
    }


def _set(path: str, value: object) -> Change:
    def change(content: Content) -> None:
        *names, last = path.split("/")
        at: Any = content
        for name in names:
            at = at[int(name)] if name.isdigit() else at[name]
        at[last] = value

    return change


def _self_employed(content: Content) -> None:
    content["given"]["status"] = "self_employed"


SHORT: dict[str, list[Change]] = {
    "Q01": [_set("pay/wages_micro", 99)],
    "Q19": [
        _set("not_computed", [{"key": "overtime_unknown"}]),
        _set("pay/overtime/weeks", [{"overtime_ms": 1, "wages_micro": 9, "micro": 0}]),
        _set("pay/overtime", None),
    ],
    "Q20": [_set("pay/vacation/paid_micro", 4), _set("pay/vacation", {"rate": "0.04", "micro": 4})],
    "Q20a": [_set("pay/vacation/rate", "0.039"), _set("pay/vacation", None)],
    "Q21": [_set("pay/holidays", [])],
    "Q22": [
        _set("given/employer", {"name": ""}),
        _set("given/job", ""),
        _set("given/person/name", ""),
        _set("pay/overtime", None),
    ],
    "Q23": [_set("pay/contributions", [{"name": "qpp"}])],
    "Q32": [_set("given/currency", "EUR")],
    "Q34": [
        _set("parameters/0/url", "https://www.revenuquebec.ca/"),
        _set("parameters/0/url", ""),
        _set("parameters/0/confidence", "to_verify"),
    ],
    "Q44": [_set("pay/net_micro", -1)],
}
NO_CASES: dict[str, Change] = {
    "Q19": _self_employed,
    "Q20": _self_employed,
    "Q20a": _self_employed,
    "Q21": _set("given/period/last_day", "2026-06-20"),
    "Q22": _self_employed,
    "Q23": _set("given/place", "FR"),
    "Q32": _set("given/place", "KE"),
    "Q34": _set("parameters", []),
}


def _counted(query: str, change: Change | None = None) -> Counted:
    content = deepcopy(_content())
    if change is not None:
        change(content)
    return check_statement(content, CURRENCIES)[query]


def test_every_query_over_statements_has_its_cases() -> None:
    assert SHORT.keys() == STATEMENT_QUERIES
    assert {*NO_CASES, "Q01", "Q44"} == STATEMENT_QUERIES
    assert shipped_register().queries.keys() >= STATEMENT_QUERIES


@pytest.mark.parametrize("query", sorted(STATEMENT_QUERIES))
def test_statement_that_holds_is_counted_as_such(query: str) -> None:
    assert _counted(query) == Counted(1, 0)


@pytest.mark.parametrize(
    ("query", "change"),
    [
        pytest.param(query, change, id=f"{query}-{number}")
        for query, changes in SHORT.items()
        for number, change in enumerate(changes)
    ],
)
def test_statement_that_falls_short_is_counted_as_such(query: str, change: Change) -> None:
    assert _counted(query, change) == Counted(1, 1)


@pytest.mark.parametrize("query", sorted(NO_CASES))
def test_statement_that_is_no_case_is_not_counted(query: str) -> None:
    assert _counted(query, NO_CASES[query]) == NO_CASE


@pytest.mark.parametrize("why", ["exception", "end", "due", "leave"])
def test_vacation_pay_may_be_paid_for_a_reason_of_the_law(why: str) -> None:
    def change(content: Content) -> None:
        content["pay"]["vacation"] |= {"paid_micro": 4, "why": why}

    assert _counted("Q20", change) == Counted(1, 0)
