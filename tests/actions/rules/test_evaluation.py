"""The register is evaluated once a day; what changes is stored and logged, and nothing else."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.operations import scheduler
from canut.actions.pay.periods import close_period
from canut.actions.rules import evaluation
from canut.actions.rules.evaluation import evaluate, evaluate_if_due
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.core.ledger.log import LONGEST_ENTRY
from canut.core.rules.reading import shipped_register
from canut.core.rules.statement_checks import STATEMENT_QUERIES
from canut.core.rules.verdicts import RuleReason, RuleVerdictKind, WorkPlace, judge
from canut.store.models import PlatformEntry, RuleEvidence, RuleVerdict
from canut.store.rules import statements
from canut.store.rules.evidence import Evidence, Scope
from canut.store.rules.register import QUERIES
from canut.store.rules.verdicts import facts_at, work_places
from tests.support import rule_cases, rule_rows
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.payroll import (
    AFTER,
    FIRST,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = pytest.mark.django_db
RULE = "PWD-10-5"
ENTRIES = 127
QUERIES_AT_MOST = 300


def _verdicts(rule: str = RULE) -> list[str]:
    rows = RuleVerdict.objects.filter(rule=rule).order_by("pk")
    return list(rows.values_list("verdict", flat=True))


def test_first_evaluation_stores_each_verdict_and_logs_none() -> None:
    changed = evaluate(NOW_MS)

    assert changed == RuleVerdict.objects.count() == ENTRIES
    assert not PlatformEntry.objects.exists()


def test_each_change_of_a_verdict_is_a_public_entry_of_the_log() -> None:
    rule_cases.terms(place="FR")
    evaluate(NOW_MS)
    rule_rows.decide()
    changed = evaluate(NOW_MS + DAY_MS)

    entries = PlatformEntry.objects.filter(type="rule.verdict")
    payloads = [json.loads(payload) for payload in entries.values_list("payload", flat=True)]
    assert len(payloads) == changed > 0
    assert {
        "rule": RULE,
        "verdict": "met",
        "cases": 1,
        "bad": 0,
        "sha256": shipped_register().sha256,
    } in payloads
    assert max(len(json.dumps(payload)) for payload in payloads) <= LONGEST_ENTRY


def test_verdict_that_stays_is_neither_stored_nor_logged_again() -> None:
    evaluate(NOW_MS)
    entries = PlatformEntry.objects.count()

    changed = evaluate(NOW_MS + DAY_MS)

    assert not changed
    assert PlatformEntry.objects.count() == entries
    assert _verdicts() == ["not_applicable"]


def test_change_of_a_verdict_is_kept_with_its_day() -> None:
    rule_cases.terms(place="FR")
    evaluate(NOW_MS)
    rule_rows.decide()
    evaluate(NOW_MS + DAY_MS)
    rule_cases.program_decides()
    evaluate(NOW_MS + 2 * DAY_MS)

    facts = facts_at(NOW.date())

    assert _verdicts() == ["unknown", "met", "not_met"]
    assert (facts.since[RULE] - NOW.date()).days == 2


def test_it_runs_once_a_day_by_the_hour_of_the_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = list[int]()

    def run(now_ms: int) -> int:
        runs.append(now_ms)
        return 1

    monkeypatch.setattr(evaluation, "evaluate", run)
    assert evaluate_if_due(NOW_MS) == 1
    monkeypatch.setattr(evaluation, "evaluated_ms", lambda: NOW_MS)

    assert not evaluate_if_due(NOW_MS + DAY_MS - HOUR_MS)
    assert evaluate_if_due(NOW_MS + DAY_MS)
    assert evaluate_if_due(NOW_MS - HOUR_MS), "a clock that was set back stops nothing"
    assert evaluate_if_due in scheduler.HOURLY_STEPS
    assert runs == [NOW_MS, NOW_MS + DAY_MS, NOW_MS - HOUR_MS]


def test_query_that_fails_makes_its_rules_unknown_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_scope: Scope) -> Evidence:
        raise ValueError

    monkeypatch.setitem(QUERIES, "Q06", fail)
    rule_cases.terms(place="FR")

    evaluate(NOW_MS)

    by_rule = {v.rule.key: v for v in judge(shipped_register(), facts_at(NOW.date()))}
    assert RuleEvidence.objects.get(query="Q06").failed
    assert by_rule[RULE].reason is RuleReason.NOT_COUNTED
    assert by_rule[RULE].kind is RuleVerdictKind.UNKNOWN
    assert by_rule["PWD-4"].kind is RuleVerdictKind.NOT_MET


def test_number_of_statements_to_the_database_does_not_grow_with_the_rows() -> None:
    counts = list[int]()
    for people in (1, 20):
        for _ in range(people):
            rule_cases.answer()
            rule_rows.decide()
            rule_rows.work_day()
        evaluate(NOW_MS)
        with CaptureQueriesContext(connection) as captured:
            evaluate(NOW_MS + DAY_MS)
        counts.append(len(captured))

    assert counts[1] <= counts[0] <= QUERIES_AT_MOST


def test_queries_that_go_on_add_to_what_they_counted() -> None:
    rule_rows.beat()
    evaluate(NOW_MS)
    rule_rows.beat()
    rule_rows.beat(of=make_person())

    evaluate(NOW_MS + DAY_MS)
    evaluate(NOW_MS + 2 * DAY_MS)

    stored = RuleEvidence.objects.get(query="Q15")
    assert (stored.cases, stored.bad) == (3, 1)


def test_statements_of_a_closed_period_are_read_once_and_their_counts_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = made_with(20_000)
    work_hours(person_of(made), made.project.pk, moment(FIRST), HOUR_MS)
    policy()
    at_ms = to_ms(AFTER)
    close_period(period().pk, make_person(), at_ms)

    evaluate(at_ms)
    first = dict(RuleEvidence.objects.filter(period__isnull=False).values_list("query", "cases"))

    def refuse(_period: object) -> dict[str, Evidence]:
        raise AssertionError

    monkeypatch.setattr(evaluation, "count_period", refuse)
    evaluate(at_ms + DAY_MS)

    assert first.keys() == STATEMENT_QUERIES
    assert first["Q01"] == first["Q19"] == first["Q22"] == 1
    assert RuleEvidence.objects.get(query="Q01", period__isnull=False).bad == 0
    assert RuleEvidence.objects.get(query="Q22", period__isnull=False).bad == 1  # no employer
    assert not statements.periods_to_count()


def test_worker_without_work_terms_counts_as_everywhere() -> None:
    make_project()

    assert work_places() == [WorkPlace("", "")]

    evaluate(NOW_MS)

    by_rule = {v.rule.key: v for v in judge(shipped_register(), facts_at(NOW.date()))}
    aside = {key for key, v in by_rule.items() if v.reason is RuleReason.NOBODY_THERE}
    assert not aside
