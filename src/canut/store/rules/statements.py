"""Count what the closed statements of a period hold, for queries that rest on statements."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from canut.core.rules.statement_checks import (
    STATEMENT_QUERIES,
    Counted,
    check_statement,
    sum_counted,
)
from canut.store.pay.places import places
from canut.store.rules.evidence import MOST_ROWS, Evidence, EvidenceRow
from canut.store.tables.pay import Period, Statement
from canut.store.tables.rules import RuleEvidence

MOST_STATEMENTS = 20_000
CHUNK = 500


class CountedStatement(NamedTuple):
    """One statement and what each query counts in it."""

    number: int
    person: int
    counted: Mapping[str, Counted]


def periods_to_count() -> list[Period]:
    """List the closed periods that some query has not counted yet, oldest first."""
    done: dict[int, set[str]] = defaultdict(set)
    rows = RuleEvidence.objects.filter(period__isnull=False).values_list("period", "query")
    for period, query in rows:
        done[period].add(query)
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("first_day")
    return [period for period in closed if not done[period.pk] >= STATEMENT_QUERIES]


def count_period(period: Period) -> dict[str, Evidence]:
    """Count a period's statements, by query."""
    statements = Statement.objects.filter(period=period)
    return by_query(_counted(statements.values_list("pk", "person", "content").iterator(CHUNK)))


def count_person(person: int) -> dict[str, Evidence]:
    """Count one person's statements of closed periods, by query."""
    statements = Statement.objects.filter(person=person, period__state=Period.State.CLOSED)
    return by_query(_counted(statements.values_list("pk", "person", "content").iterator(CHUNK)))


def by_query(statements: Iterable[CountedStatement]) -> dict[str, Evidence]:
    """Add up statements, by query."""
    listed = list(statements)
    return {query: _evidence(query, listed) for query in sorted(STATEMENT_QUERIES)}


def _evidence(query: str, statements: Collection[CountedStatement]) -> Evidence:
    total = sum_counted(statement.counted[query] for statement in statements)
    short = [statement for statement in statements if statement.counted[query].bad]
    rows = tuple(EvidenceRow("statement", each.number, each.person) for each in short[:MOST_ROWS])
    return Evidence(total.cases, total.bad, len({each.person for each in short}), rows)


def _counted(rows: Iterable[tuple[int, int, str]]) -> Iterable[CountedStatement]:
    currencies = {code: place.currency for code, place in places().by_code.items()}
    for number, person, content in rows:
        yield CountedStatement(number, person, check_statement(json.loads(content), currencies))
