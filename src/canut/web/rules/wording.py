"""Words of the register in the language of the page: verdicts, reasons, figures, who is bound."""

from dataclasses import dataclass
from datetime import date

from canut.core.bilingual import Bilingual
from canut.core.rules.register import (
    EU,
    BoundParty,
    InstrumentKind,
    Query,
    Rule,
    RuleStatus,
    Scope,
)
from canut.core.rules.verdicts import QueryVerdict, RuleReason, RuleVerdict, RuleVerdictKind
from canut.store.rules.rows import ShownRow
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.pay.wording import place_word

VERDICTS = {
    RuleVerdictKind.NOT_MET: "page.register.not_met",
    RuleVerdictKind.NEEDS_OPERATOR: "page.register.needs_operator",
    RuleVerdictKind.UNKNOWN: "page.register.unknown",
    RuleVerdictKind.MET: "page.register.met",
    RuleVerdictKind.NOT_APPLICABLE: "page.register.not_applicable",
}
REASONS = {
    RuleReason.FALLS_SHORT: "page.register.falls_short",
    RuleReason.NOT_BUILT: "page.register.not_built",
    RuleReason.KNOWN_DEFECT: "page.register.known_defect",
    RuleReason.LATE: "page.register.late",
    RuleReason.OPERATOR: "page.register.only_the_operator",
    RuleReason.TASK: "page.register.task_is_open",
    RuleReason.NO_CASE: "page.register.no_case_yet",
    RuleReason.NOT_KEPT: "page.register.not_kept",
    RuleReason.NOT_COUNTED: "page.register.not_counted",
    RuleReason.NOT_KNOWN: "page.register.not_known",
    RuleReason.HOLDS: "page.register.holds",
    RuleReason.BY_CODE: "page.register.by_code",
    RuleReason.NOBODY_THERE: "page.register.nobody_there",
    RuleReason.BINDS_STATES: "page.register.binds_states",
    RuleReason.OUT_OF_SCOPE: "page.register.out_of_scope",
}
BOUND = {
    BoundParty.PLATFORM: "page.register.the_platform",
    BoundParty.EMPLOYER: "page.register.the_employer",
    BoundParty.CLIENT: "page.register.the_client",
    BoundParty.STATE: "page.register.the_state",
    BoundParty.PROVIDER: "page.register.the_provider",
    BoundParty.NOBODY_HERE: "page.register.nobody_here",
}
STATUSES = {
    RuleStatus.IN_FORCE: "page.register.in_force",
    RuleStatus.DUE: "page.register.due_in_national_law",
    RuleStatus.ADOPTED: "page.register.adopted",
    RuleStatus.PROPOSED: "page.register.proposed",
    RuleStatus.VOLUNTARY: "page.register.voluntary",
    RuleStatus.REPEALED: "page.register.repealed",
}
KINDS = {
    InstrumentKind.ACT: "page.register.act",
    InstrumentKind.EU_REGULATION: "page.register.eu_regulation",
    InstrumentKind.EU_DIRECTIVE: "page.register.eu_directive",
    InstrumentKind.CONVENTION: "page.register.convention",
    InstrumentKind.REPORT: "page.register.report",
    InstrumentKind.STANDARD: "page.register.standard",
    InstrumentKind.OWN_PROMISE: "page.register.own_promise",
}

ROWS = {
    "account opening": "page.register.row_account_opening",
    "answer": "page.register.row_answer",
    "appeal": "page.register.row_appeal",
    "card": "page.register.row_card",
    "claim": "page.register.row_claim",
    "day": "page.register.row_day",
    "decision": "page.register.row_decision",
    "erasure": "page.register.row_erasure",
    "log": "page.register.row_log",
    "model": "page.register.row_model",
    "opening": "page.register.row_opening",
    "payment": "page.register.row_payment",
    "payout": "page.register.row_payout",
    "period": "page.register.row_period",
    "person": "page.register.row_person",
    "policy change": "page.register.row_policy_change",
    "project": "page.register.row_project",
    "question": "page.register.row_question",
    "statement": "page.register.row_statement",
    "terms": "page.register.row_terms",
    "week": "page.register.row_week",
}


def say(text: Bilingual | None) -> str:
    """Return a text of the register in the page's language; empty where there is none."""
    return "" if text is None else str(getattr(text, two_sided()))


@dataclass(frozen=True)
class EvidenceText:
    """One query as a page shows it: what must hold, the figure, and why.

    Args:
        figure: what was counted; empty where nothing was.
        task: what only the operator can do; empty where nothing is.
        defect: a known hole, in words; empty where none is known.
    """

    key: str
    kind: RuleVerdictKind
    verdict: str
    words: str
    figure: str
    reason: str
    task: str
    defect: str
    tests: tuple[str, ...]
    is_kept_to_counts: bool


@dataclass(frozen=True)
class RuleText:
    """One rule as a page shows it."""

    key: str
    article: str
    demands: str
    kind: RuleVerdictKind
    verdict: str
    reason: str
    bound: str
    where: tuple[str, ...]
    is_to_verify: bool
    is_law: bool
    since: date | None
    figure: str
    evidence: tuple[EvidenceText, ...]


def rule_text(verdict: RuleVerdict, since: date | None) -> RuleText:
    """Put one verdict into words."""
    rule = verdict.rule
    evidence = tuple(_evidence_text(each) for each in verdict.evidence)
    worst = next((each for each in evidence if each.kind is verdict.kind and each.figure), None)
    return RuleText(
        rule.key,
        rule.article,
        say(rule.demands),
        verdict.kind,
        message_now(VERDICTS[verdict.kind]),
        message_now(REASONS[verdict.reason]),
        message_now(BOUND[rule.who]),
        rule.scope.places,
        verdict.is_to_verify,
        rule.instrument.kind.is_law,
        since,
        worst.figure if worst else "",
        evidence,
    )


def _evidence_text(verdict: QueryVerdict) -> EvidenceText:
    query = verdict.query
    has_task = verdict.kind is RuleVerdictKind.NEEDS_OPERATOR and query.operator is not None
    return EvidenceText(
        query.key,
        verdict.kind,
        message_now(VERDICTS[verdict.kind]),
        say(query.words),
        figure_text(query, verdict),
        message_now(REASONS[verdict.reason]),
        say(query.operator.task) if has_task and query.operator else "",
        say(query.defect),
        query.test,
        query.is_kept_to_counts,
    )


def figure_text(query: Query, verdict: QueryVerdict) -> str:
    """Return what a query counted: ``3 of 72 pay statements fall short``."""
    count = verdict.count
    counted = say(query.counted)
    if not counted or count is None or count.failed:
        return ""
    if not count.cases:
        return message_now("page.register.none_yet", what=counted)
    if not count.bad:
        return message_now("page.register.all_hold", n=count.cases, what=counted)
    return message_now("page.register.so_many_short", n=count.cases, bad=count.bad, what=counted)


def scope_text(scope: Scope) -> str:
    """Return the places of a rule; everywhere where it names none."""
    return ", ".join(map(place_text, scope.places)) or message_now("page.register.everywhere")


def place_text(code: str) -> str:
    """Name a place with its code, or the European Union."""
    return message_now("page.register.european_union") if code == EU else place_word(code)


def status_text(rule: Rule, today: date) -> str:
    """Return whether a rule holds today."""
    status = rule.status_on(today)
    return message_now(STATUSES[status]) if status else message_now("page.register.not_yet")


@dataclass(frozen=True)
class RowText:
    """One row that falls short, in words."""

    query: str
    kind: str
    number: int
    words: str


def row_text(row: ShownRow, *, is_own: bool) -> RowText:
    """Put a row into words; a row that is the person themselves has no number."""
    has_number = row.number and not (is_own and row.kind == "person")
    number = f" {row.number}" if has_number else ""
    return RowText(row.query, row.kind, row.number, message_now(ROWS[row.kind]) + number)
