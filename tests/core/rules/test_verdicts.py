"""Five verdicts, red first; nothing counted is never met; nobody falls out of a rule."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from canut.core.bilingual import Bilingual
from canut.core.rules.reading import shipped_register
from canut.core.rules.register import QueryKind, Register, Rule, Scope
from canut.core.rules.verdicts import (
    QueryCount,
    RuleFacts,
    RuleReason,
    RuleVerdictKind,
    TaskState,
    WorkPlace,
    count_by_verdict,
    due_of,
    judge,
    judge_query,
    judge_rule,
)

TODAY = date(2026, 11, 29)
FALLS_SHORT = RuleReason.FALLS_SHORT
IN_PARIS, IN_MONTREAL = WorkPlace("FR", "self_employed"), WorkPlace("CA-QC", "employee")
UNKNOWN = WorkPlace("", "")


def _facts(
    *counts: QueryCount,
    work: tuple[WorkPlace, ...] = (IN_PARIS, IN_MONTREAL),
    tasks: Mapping[str, TaskState] | None = None,
) -> RuleFacts:
    return RuleFacts(TODAY, work, {each.query: each for each in counts}, tasks or {}, {})


def _rule(key: str) -> tuple[Rule, Register]:
    register = shipped_register()
    return register.rules[key], register


@pytest.mark.parametrize(
    ("count", "kind", "reason"),
    [
        (QueryCount("Q06", 3, 0), RuleVerdictKind.MET, RuleReason.HOLDS),
        (QueryCount("Q06", 3, 1), RuleVerdictKind.NOT_MET, RuleReason.FALLS_SHORT),
        (QueryCount("Q06"), RuleVerdictKind.UNKNOWN, RuleReason.NO_CASE),
        (QueryCount("Q06", failed=True), RuleVerdictKind.UNKNOWN, RuleReason.NOT_COUNTED),
        (QueryCount("Q06", 3, is_complete=False), RuleVerdictKind.UNKNOWN, RuleReason.NOT_COUNTED),
        (
            QueryCount("Q06", 3, 1, is_complete=False),
            RuleVerdictKind.NOT_MET,
            RuleReason.FALLS_SHORT,
        ),
    ],
)
def test_rule_is_met_only_where_cases_were_counted_and_none_falls_short(
    count: QueryCount, kind: RuleVerdictKind, reason: RuleReason
) -> None:
    verdict = judge_rule(*_rule("PWD-10-5"), _facts(count))

    assert (verdict.kind, verdict.reason) == (kind, reason)
    assert (verdict.cases, verdict.bad) == (count.cases, count.bad)


def test_what_was_never_counted_is_unknown() -> None:
    verdict = judge_rule(*_rule("PWD-10-5"), _facts())

    assert verdict.kind is RuleVerdictKind.UNKNOWN


def test_worst_of_several_queries_decides() -> None:
    good = judge_rule(*_rule("PWD-11-2"), _facts(QueryCount("Q08", 3), QueryCount("Q09", 2)))
    bad = judge_rule(*_rule("PWD-11-2"), _facts(QueryCount("Q08", 3), QueryCount("Q09", 2, 2)))
    no_case = judge_rule(*_rule("PWD-11-2"), _facts(QueryCount("Q08", 3), QueryCount("Q09")))

    assert [good.kind, bad.kind, no_case.kind] == ["met", "not_met", "unknown"]
    assert (bad.cases, bad.bad) == (5, 2)


def test_what_is_not_built_is_red_and_what_is_not_kept_is_unknown() -> None:
    assert judge_rule(*_rule("AIA-4"), _facts()).reason is RuleReason.NOT_BUILT
    assert judge_rule(*_rule("AIA-4"), _facts()).kind is RuleVerdictKind.NOT_MET
    assert judge_rule(*_rule("AIA-III-4b"), _facts()).reason is RuleReason.BY_CODE
    assert judge_rule(*_rule("GDPR-44"), _facts()).kind is RuleVerdictKind.UNKNOWN
    assert judge_rule(*_rule("SAV-11"), _facts()).reason is RuleReason.NOT_KNOWN


def test_known_defect_is_red_however_many_cases_hold() -> None:
    query = shipped_register().queries["Q58"]
    whole = replace(query, defect=None)

    assert query.defect
    assert judge_query(query, QueryCount("Q58", 9)).reason is RuleReason.KNOWN_DEFECT
    assert judge_query(whole, QueryCount("Q58", 9)).kind is RuleVerdictKind.MET


def test_code_that_has_a_known_hole_holds_nothing() -> None:
    query = shipped_register().queries["Q53"]

    spoilt = replace(query, defect=Bilingual("a hole", "un trou"))

    assert query.kind is QueryKind.BY_CODE
    assert judge_query(query, None).reason is RuleReason.BY_CODE
    assert judge_query(spoilt, None).kind is RuleVerdictKind.NOT_MET


def test_what_only_the_operator_mends_waits_for_them_and_turns_red_when_late() -> None:
    rule, register = _rule("PWD-15")
    short = QueryCount("Q11", 1, 1)
    late = {rule.key: TaskState(date(2026, 11, 28), is_done=False)}
    in_time = {rule.key: TaskState(TODAY, is_done=False)}

    assert judge_rule(rule, register, _facts(short)).kind is RuleVerdictKind.NEEDS_OPERATOR
    assert judge_rule(rule, register, _facts(short, tasks=in_time)).kind == "needs_operator"
    assert judge_rule(rule, register, _facts(short, tasks=late)).reason is RuleReason.LATE
    assert due_of(rule, register, TODAY) == date(2027, 2, 27)


def test_task_of_a_rule_is_open_until_somebody_says_it_is_done() -> None:
    rule, register = _rule("LNT-84-3")
    no_minor = QueryCount("Q35", 4)
    done = {rule.key: TaskState(TODAY, is_done=True)}

    assert judge_rule(rule, register, _facts(no_minor)).reason is RuleReason.TASK
    assert judge_rule(rule, register, _facts(no_minor, tasks=done)).kind is RuleVerdictKind.MET


@pytest.mark.parametrize(
    ("key", "work", "reason"),
    [
        ("PWD-10-5", IN_MONTREAL, RuleReason.NOBODY_THERE),
        ("LNT-46", IN_PARIS, RuleReason.NOBODY_THERE),
        ("LNT-46", WorkPlace("CA-QC", "self_employed"), RuleReason.NOBODY_THERE),
        ("PWD-18", IN_PARIS, RuleReason.BINDS_STATES),
        ("A11Y-EAA", IN_PARIS, RuleReason.OUT_OF_SCOPE),
    ],
)
def test_rule_that_concerns_nobody_here_says_why(
    key: str, work: WorkPlace, reason: RuleReason
) -> None:
    verdict = judge_rule(*_rule(key), _facts(work=(work,)))

    assert (verdict.kind, verdict.reason) == (RuleVerdictKind.NOT_APPLICABLE, reason)


@pytest.mark.parametrize(
    "hidden",
    [UNKNOWN, WorkPlace("", "employee"), WorkPlace("CA-QC", ""), WorkPlace("CA", "employee")],
)
def test_not_applicable_never_hides_a_person_whose_place_or_status_is_unknown(
    hidden: WorkPlace,
) -> None:
    verdict = judge_rule(*_rule("LNT-46"), _facts(work=(IN_PARIS, hidden)))

    assert verdict.kind is not RuleVerdictKind.NOT_APPLICABLE


def test_person_without_a_place_is_within_every_rule_that_has_a_scope() -> None:
    scoped = [rule for rule in shipped_register().rules.values() if rule.scope != Scope()]
    assert len(scoped) > 60

    hidden = [rule.key for rule in scoped if not rule.scope.concerns("", "")]

    assert not hidden


def test_rules_are_in_the_order_of_the_page_red_and_law_first() -> None:
    register = shipped_register()
    counts = [QueryCount(query, 1) for query in register.queries]
    since = {"LNT-29": date(2026, 1, 1)}

    verdicts = judge(register, replace(_facts(*counts), since=since))

    orders = [(each.kind.order, not each.rule.instrument.kind.is_law) for each in verdicts]
    assert len(verdicts) == len(register.rules)
    assert orders == sorted(orders)
    assert verdicts[0].rule.key == "LNT-29"
    assert sum(count_by_verdict(verdicts).values()) == len(register.rules)


def test_no_verdict_is_a_score() -> None:
    assert [*RuleVerdictKind] == [
        "not_met",
        "needs_operator",
        "unknown",
        "met",
        "not_applicable",
    ]
