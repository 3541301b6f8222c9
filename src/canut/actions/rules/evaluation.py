"""Evaluate the register of rules once a day: count, judge, store and log what changed.

What a query counts is stored; of a closed period once, since it never changes. A verdict is stored
only when it changes, and the change is a public entry of the platform's log; the first verdict on a
rule is no change. A query that fails
makes its rules unknown, and stops no other.
"""

import json
from collections.abc import Mapping
from functools import partial

from django.db import transaction

from canut.actions.ledger.entries import record_fact
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.rules.reading import shipped_register
from canut.core.rules.verdicts import RuleVerdict, judge
from canut.store.rules.evidence import Evidence, Scope
from canut.store.rules.register import GOING_ON, QUERIES
from canut.store.rules.statements import MOST_STATEMENTS, count_period, periods_to_count
from canut.store.rules.verdicts import (
    EVALUATED,
    WORK,
    evaluated_ms,
    facts_at,
    last_verdicts,
    work_places,
)
from canut.store.tables import rules as tables
from canut.store.tables.pay import Period, Statement

ENTRY = "rule.verdict"
FIELDS = ("cases", "bad", "people", "until", "is_complete", "failed", "at_ms")


def evaluate_if_due(now_ms: Ms) -> int:
    """Evaluate the register if it was not within a day; return how many verdicts changed."""
    last_ms = evaluated_ms()
    if last_ms is not None and 0 <= now_ms - last_ms < DAY_MS:
        return 0
    return evaluate(now_ms)


def evaluate(now_ms: Ms) -> int:
    """Count all evidence and judge every rule; return how many verdicts changed.

    It is bounded: statements of closed periods are read once, at most so many a run, and queries
    over heartbeats and answers go on from the last row they saw.
    """
    _count_rows(now_ms)
    _count_statements(now_ms)
    places = work_places()
    with transaction.atomic():
        keep_fact(WORK, json.dumps(places))
        keep_fact(EVALUATED, str(now_ms))
        return _store_changes(now_ms)


def _count_rows(now_ms: Ms) -> None:
    """Run the queries over rows and store what they counted."""
    stored = {row.query: row for row in tables.RuleEvidence.objects.filter(period=None)}
    rows = [_counted(query, stored.get(query), now_ms) for query in QUERIES]
    with transaction.atomic():
        tables.RuleEvidence.objects.bulk_create([row for row in rows if row.pk is None])
        tables.RuleEvidence.objects.bulk_update([row for row in rows if row.pk], FIELDS)


def _counted(query: str, row: tables.RuleEvidence | None, now_ms: Ms) -> tables.RuleEvidence:
    """Run one query; one that goes on adds to what it counted before."""
    row = row or tables.RuleEvidence(query=query, cases=0, bad=0)
    goes_on = query in GOING_ON
    scope = Scope(now_ms, from_ms(now_ms).date(), after=row.until if goes_on else 0)
    evidence = attempt("rule", query, partial(QUERIES[query], scope))
    row.at_ms, row.failed = now_ms, evidence is None
    if evidence is None:
        return row
    row.cases = evidence.cases + (row.cases if goes_on else 0)
    row.bad = evidence.bad + (row.bad if goes_on else 0)
    row.people = max(evidence.people, row.people if goes_on else 0)
    row.until, row.is_complete = evidence.until, evidence.is_complete
    return row


def _count_statements(now_ms: Ms) -> None:
    """Count the statements of closed periods that were not counted, at most so many a run."""
    read = 0
    for period in periods_to_count():
        if read >= MOST_STATEMENTS:
            return
        read += Statement.objects.filter(period=period).count()
        counted = attempt("rule-period", period.pk, partial(count_period, period))
        if counted is not None:
            _store_period(period, counted, now_ms)


@transaction.atomic
def _store_period(period: Period, counted: Mapping[str, Evidence], now_ms: Ms) -> None:
    tables.RuleEvidence.objects.filter(period=period).delete()
    tables.RuleEvidence.objects.bulk_create(
        tables.RuleEvidence(
            query=query,
            period=period,
            cases=evidence.cases,
            bad=evidence.bad,
            people=evidence.people,
            at_ms=now_ms,
        )
        for query, evidence in counted.items()
    )


def _store_changes(now_ms: Ms) -> int:
    """Store each verdict that is another than the last one, and log it unless it is the first."""
    register = shipped_register()
    last = last_verdicts()
    changed = 0
    for verdict in judge(register, facts_at(from_ms(now_ms).date())):
        before = last.get(verdict.rule.key)
        if before is not None and before.verdict == verdict.kind.value:
            continue
        _store_change(verdict, register.sha256, now_ms)
        if before is not None:
            _log_change(verdict, register.sha256, now_ms)
        changed += 1
    return changed


def _store_change(verdict: RuleVerdict, digest: str, now_ms: Ms) -> None:
    tables.RuleVerdict.objects.create(
        rule=verdict.rule.key,
        verdict=verdict.kind.value,
        reason=verdict.reason.value,
        cases=verdict.cases,
        bad=verdict.bad,
        digest=digest,
        at_ms=now_ms,
    )


def _log_change(verdict: RuleVerdict, digest: str, now_ms: Ms) -> None:
    facts = {
        "rule": verdict.rule.key,
        "verdict": verdict.kind.value,
        "cases": verdict.cases,
        "bad": verdict.bad,
        "sha256": digest,
    }
    record_fact(None, ENTRY, facts, now_ms)
