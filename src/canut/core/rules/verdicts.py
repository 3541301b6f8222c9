"""Decide what is met here: five verdicts, from the worst to the best, and never a score.

Where nothing was counted a rule is not met or unknown, never met. A rule that a person falls under
is never set aside: a place or status that is not known counts as everywhere.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from canut.core.rules.register import BoundParty, GapKind, Query, QueryKind, Register, Rule

MOST_WORDS = 4_000


class RuleVerdictKind(StrEnum):
    """What is known of a rule here, the worst first."""

    NOT_MET = "not_met"
    NEEDS_OPERATOR = "needs_operator"
    UNKNOWN = "unknown"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def order(self) -> int:
        """Return the rank on the page: red first."""
        return list(RuleVerdictKind).index(self)


class RuleReason(StrEnum):
    """Why a rule, or one of its queries, has its verdict."""

    FALLS_SHORT = "falls_short"
    NOT_BUILT = "not_built"
    KNOWN_DEFECT = "known_defect"
    LATE = "late"
    OPERATOR = "operator"
    TASK = "task"
    NO_CASE = "no_case"
    NOT_KEPT = "not_kept"
    NOT_COUNTED = "not_counted"
    NOT_KNOWN = "not_known"
    HOLDS = "holds"
    BY_CODE = "by_code"
    NOBODY_THERE = "nobody_there"
    BINDS_STATES = "binds_states"
    OUT_OF_SCOPE = "out_of_scope"


class WorkPlace(NamedTuple):
    """Where somebody works here and as what; empty where that is not known."""

    place: str
    status: str


@dataclass(frozen=True, slots=True)
class QueryCount:
    """What a query counted: how many cases, how many of them fall short, of how many people.

    Args:
        is_complete: whether all rows were read; a large instance is read in several days.
        failed: whether the query could not be run.
    """

    query: str
    cases: int = 0
    bad: int = 0
    people: int = 0
    at_ms: int = 0
    is_complete: bool = True
    failed: bool = False


@dataclass(frozen=True, slots=True)
class QueryVerdict:
    """What one query says of a rule."""

    query: Query
    kind: RuleVerdictKind
    reason: RuleReason
    count: QueryCount | None = None


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What is known of one rule here.

    Args:
        cases: of all its queries.
        bad: those that fall short.
        evidence: what each query says.
    """

    rule: Rule
    kind: RuleVerdictKind
    reason: RuleReason
    cases: int = 0
    bad: int = 0
    evidence: tuple[QueryVerdict, ...] = ()

    @property
    def is_to_verify(self) -> bool:
        """Return whether nobody has confirmed the rule's wording."""
        return self.rule.confidence == "to_verify"


@dataclass(frozen=True, slots=True)
class TaskState:
    """What the operator took on for a rule: until when, and whether it is done."""

    due: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What verdicts rest on.

    Args:
        today: the day of the verdict.
        work: where people work here and as what.
        counts: by query; a query that is missing was not counted yet.
        tasks: by rule; the newest of each.
        since: the first day of each rule's present verdict, where it is known.
    """

    today: date
    work: Collection[WorkPlace]
    counts: Mapping[str, QueryCount]
    tasks: Mapping[str, TaskState]
    since: Mapping[str, date]


def judge(register: Register, facts: RuleFacts) -> list[RuleVerdict]:
    """Return the verdict of every rule in the order of the page.

    Red comes first; within a verdict law before standards, then the oldest, then what somebody has
    confirmed, then as in the file.
    """
    verdicts = [judge_rule(rule, register, facts) for rule in register.rules.values()]

    def order(verdict: RuleVerdict) -> tuple[int, int, date, int]:
        since = facts.since.get(verdict.rule.key, facts.today)
        is_law = verdict.rule.instrument.kind.is_law
        return verdict.kind.order, int(not is_law), since, int(verdict.is_to_verify)

    return sorted(verdicts, key=order)


def judge_rule(rule: Rule, register: Register, facts: RuleFacts) -> RuleVerdict:
    """Return the verdict of one rule: the worst that any of its evidence says."""
    aside = _why_aside(rule, facts.work)
    evidence = tuple(
        judge_query(register.queries[key], facts.counts.get(key)) for key in rule.evidence
    )
    cases, bad = _sums(evidence)
    if aside is not None:
        return RuleVerdict(rule, RuleVerdictKind.NOT_APPLICABLE, aside, cases, bad, evidence)
    claims = [(each.kind, each.reason) for each in evidence]
    claims += _claims_of_rule(rule, facts)
    kind, reason = min(claims, key=lambda claim: claim[0].order)
    if kind is RuleVerdictKind.NEEDS_OPERATOR and _is_late(rule.key, facts):
        kind, reason = RuleVerdictKind.NOT_MET, RuleReason.LATE
    return RuleVerdict(rule, kind, reason, cases, bad, evidence)


def judge_query(query: Query, count: QueryCount | None) -> QueryVerdict:
    """Return what one query says: what falls short first, then what is not known."""
    kind, reason = _reading(query, count)
    return QueryVerdict(query, kind, reason, count)


def _reading(query: Query, count: QueryCount | None) -> tuple[RuleVerdictKind, RuleReason]:
    has_defect = query.defect is not None
    match query.kind:
        case QueryKind.NOT_BUILT:
            return RuleVerdictKind.NOT_MET, RuleReason.NOT_BUILT
        case QueryKind.NOT_KEPT:
            return RuleVerdictKind.UNKNOWN, RuleReason.NOT_KEPT
        case QueryKind.BY_CODE if not has_defect:
            return RuleVerdictKind.MET, RuleReason.BY_CODE
        case QueryKind.BY_CODE:
            return RuleVerdictKind.NOT_MET, RuleReason.KNOWN_DEFECT
        case QueryKind.COUNTED:
            return _reading_of_counts(count or QueryCount(query.key, failed=True), query)


def _reading_of_counts(count: QueryCount, query: Query) -> tuple[RuleVerdictKind, RuleReason]:
    """Return the first of these that is so: the order is that of how much it weighs."""
    is_operators = query.operator is not None
    is_open = not (count.is_complete or count.bad)
    claims = (
        (count.failed, RuleVerdictKind.UNKNOWN, RuleReason.NOT_COUNTED),
        (count.bad and is_operators, RuleVerdictKind.NEEDS_OPERATOR, RuleReason.OPERATOR),
        (count.bad, RuleVerdictKind.NOT_MET, RuleReason.FALLS_SHORT),
        (query.defect is not None, RuleVerdictKind.NOT_MET, RuleReason.KNOWN_DEFECT),
        (is_open, RuleVerdictKind.UNKNOWN, RuleReason.NOT_COUNTED),
        (not count.cases, RuleVerdictKind.UNKNOWN, RuleReason.NO_CASE),
        (True, RuleVerdictKind.MET, RuleReason.HOLDS),
    )
    return next((kind, reason) for holds, kind, reason in claims if holds)


def _claims_of_rule(rule: Rule, facts: RuleFacts) -> list[tuple[RuleVerdictKind, RuleReason]]:
    """Return what the rule itself says beside its queries: a gap, or a task that is open."""
    claims: list[tuple[RuleVerdictKind, RuleReason]] = []
    if rule.gap is not None and rule.gap.kind is GapKind.NOT_BUILT:
        claims.append((RuleVerdictKind.NOT_MET, RuleReason.NOT_BUILT))
    if rule.gap is not None and rule.gap.kind is GapKind.UNKNOWN:
        claims.append((RuleVerdictKind.UNKNOWN, RuleReason.NOT_KNOWN))
    if rule.operator is not None:
        task = facts.tasks.get(rule.key)
        if task is None or not task.is_done:
            claims.append((RuleVerdictKind.NEEDS_OPERATOR, RuleReason.TASK))
        elif not rule.evidence and rule.gap is None:
            claims.append((RuleVerdictKind.MET, RuleReason.HOLDS))
    return claims


def _why_aside(rule: Rule, work: Collection[WorkPlace]) -> RuleReason | None:
    """Return why a rule concerns nobody here; None where it concerns somebody."""
    if rule.gap is not None and rule.gap.kind is GapKind.OUT_OF_SCOPE:
        return RuleReason.OUT_OF_SCOPE
    if rule.who is BoundParty.STATE:
        return RuleReason.BINDS_STATES
    if not (rule.scope.places or rule.scope.persons):
        return None
    if any(rule.scope.concerns(each.place, each.status) for each in work):
        return None
    return RuleReason.NOBODY_THERE


def _is_late(rule: str, facts: RuleFacts) -> bool:
    task = facts.tasks.get(rule)
    return task is not None and not task.is_done and task.due < facts.today


def _sums(evidence: Iterable[QueryVerdict]) -> tuple[int, int]:
    counts = [each.count for each in evidence if each.count is not None]
    return sum(each.cases for each in counts), sum(each.bad for each in counts)


def count_by_verdict(verdicts: Iterable[RuleVerdict]) -> dict[RuleVerdictKind, int]:
    """Count rules by verdict, the worst first; a count is never made a share."""
    counts = dict.fromkeys(RuleVerdictKind, 0)
    for verdict in verdicts:
        counts[verdict.kind] += 1
    return counts


def due_of(rule: Rule, register: Register, today: date) -> date | None:
    """Return until when the operator has time, from today; None where nothing is asked of them."""
    tasks = [register.queries[key].operator for key in rule.evidence]
    days = [task.within_days for task in (*tasks, rule.operator) if task is not None]
    return today + timedelta(days=min(days)) if days else None
