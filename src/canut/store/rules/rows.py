"""The rows behind a verdict, for whom they may be shown: one's own, or those of many people."""

from collections.abc import Collection
from typing import NamedTuple

from canut.core.clock import Ms, from_ms
from canut.core.rules.register import Rule
from canut.core.rules.statement_checks import STATEMENT_QUERIES
from canut.store.rules.evidence import MOST_ROWS, Evidence, Scope
from canut.store.rules.register import QUERIES
from canut.store.rules.statements import count_person


class ShownRow(NamedTuple):
    """One row that falls short: of which query, what it is, and its number."""

    query: str
    kind: str
    number: int


def own_rows(rule: Rule, person: int, now_ms: Ms) -> list[ShownRow]:
    """List a person's own rows that fall short of a rule."""
    scope = Scope(now_ms, from_ms(now_ms).date(), person)
    counted = {query: QUERIES[query](scope) for query in rule.evidence if query in QUERIES}
    if STATEMENT_QUERIES & {*rule.evidence}:
        counted |= {
            query: evidence
            for query, evidence in count_person(person).items()
            if query in rule.evidence
        }
    return _shown(counted)


def rows_of_many(queries: Collection[str], now_ms: Ms, fewest: int) -> list[ShownRow]:
    """List rows that fall short, without whose they are; none of fewer people than ``fewest``.

    Rows of statements stay with the people: an auditor opens statements in payroll, by their
    number.
    """
    scope = Scope(now_ms, from_ms(now_ms).date())
    counted = {query: QUERIES[query](scope) for query in queries if query in QUERIES}
    enough = {
        query: evidence
        for query, evidence in counted.items()
        if not evidence.people or evidence.people >= fewest
    }
    return _shown(enough)


def _shown(counted: dict[str, Evidence]) -> list[ShownRow]:
    rows = [
        ShownRow(query, row.kind, row.number)
        for query, evidence in counted.items()
        for row in evidence.rows
    ]
    return rows[:MOST_ROWS]
