"""Contradictions, findings and results of reader tests in the language of the page."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.actions.commissions.scenarios import Scenario
from canut.core.commissions.acceptance import AcceptanceOutcome, AcceptanceVerdict
from canut.core.commissions.contradictions import Contradiction, ContradictionRule
from canut.core.commissions.findings import ResultSentence, SentenceKind
from canut.core.commissions.reader_tests import CHANCES, chance_to_pass, readers_to_pass
from canut.core.errors import Fact
from canut.store.models import PlainText, ReaderTest
from canut.web.kit.formatting import duration, interval, money, share, whole_share
from canut.web.kit.messages import message_now

PER_MILLE = 1000
RULES = {
    ContradictionRule.NO_REDRESS: "page.commission.rule_no_redress",
    ContradictionRule.NO_SLICE: "page.commission.rule_no_slice",
    ContradictionRule.UNDER_FLOOR: "page.commission.rule_under_floor",
    ContradictionRule.NO_HIDDEN: "page.commission.rule_no_hidden",
    ContradictionRule.NOBODY_NAMED: "page.commission.rule_nobody_named",
    ContradictionRule.KNOWN_FEW: "page.commission.rule_known_few",
    ContradictionRule.PRECISION_FEW: "page.commission.rule_precision_few",
}
SENTENCES = {
    SentenceKind.WORK: "page.findings.work",
    SentenceKind.NO_WORK: "page.findings.no_work",
    SentenceKind.LABEL: "page.findings.label",
    SentenceKind.FEW_LABELS: "page.findings.few_labels",
    SentenceKind.RIGHT: "page.findings.right",
    SentenceKind.AGREEMENT: "page.findings.agreement",
    SentenceKind.ACCEPTED: "page.findings.accepted",
    SentenceKind.REFUSED: "page.findings.refused",
    SentenceKind.UNDECIDED: "page.findings.undecided",
    SentenceKind.UNFINISHED: "page.findings.unfinished",
    SentenceKind.UNSURE: "page.findings.unsure",
    SentenceKind.RIGHT_UNKNOWN: "page.findings.right_unknown",
    SentenceKind.AGREEMENT_UNKNOWN: "page.findings.agreement_unknown",
    SentenceKind.SLICE_UNKNOWN: "page.findings.slice_unknown",
    SentenceKind.MEASURE_UNKNOWN: "page.findings.measure_unknown",
    SentenceKind.OTHERS_UNKNOWN: "page.findings.others_unknown",
}
AIM_NAMES = {
    "business": "page.commission.aim_business",
    "social": "page.commission.aim_social",
    "ethical": "page.commission.aim_ethical",
}
VERDICTS = {
    AcceptanceVerdict.ACCEPTED: "page.commission.verdict_accepted",
    AcceptanceVerdict.REFUSED: "page.commission.verdict_refused",
    AcceptanceVerdict.UNDECIDED: "page.commission.verdict_undecided",
}
SCENARIOS = {
    "one": "page.commission.scenario_one",
    "three": "page.commission.scenario_three",
    "adaptive": "page.commission.scenario_adaptive",
}


class ScenarioView(NamedTuple):
    """A scenario on a page."""

    row: Scenario
    title: str
    error: str
    money: str
    likely: str


def contradiction_in_words(row: Contradiction) -> str:
    """Return a contradiction as a sentence."""
    return message_now(RULES[row.rule], **_spelled(row.facts))


def finding_in_words(row: ResultSentence) -> str:
    """Return a finding as a sentence."""
    return message_now(SENTENCES[row.sentence], **_spelled(row.facts))


def findings_as_text(known: Sequence[ResultSentence], unknown: Sequence[ResultSentence]) -> str:
    """Return all sentences as one text: what was found, then what is not known."""
    parts = [
        "\n".join(finding_in_words(row) for row in known),
        message_now("page.findings.not_known_title"),
        "\n".join(finding_in_words(row) for row in unknown),
    ]
    return "\n\n".join(parts)


def outcome_in_words(outcome: AcceptanceOutcome) -> str:
    """Return the outcome of an acceptance test as a sentence."""
    return message_now(
        VERDICTS[outcome.verdict],
        right=outcome.right,
        total=outcome.total,
        needed=outcome.needed,
        low=share(outcome.low),
        high=share(outcome.high),
    )


def scenario_view(row: Scenario) -> ScenarioView:
    """Return a scenario as its column reads."""
    error = message_now(
        "page.commission.error",
        share=_rounded(row.error.value),
        low=_rounded(row.error.low),
        high=_rounded(row.error.high),
    )
    total = money(row.total.micro, row.total.currency) if row.total else ""
    likely = money(row.likely.micro, row.likely.currency) if row.likely else ""
    return ScenarioView(row, message_now(SCENARIOS[row.name]), error, total, likely)


def result_in_words(test: ReaderTest, text: PlainText) -> str:
    """Return what readers made of a text: never without their number and its version."""
    if test.closed_ms is None or test.understood is None:
        return message_now("page.texts.in_test", n=test.asked)
    is_passed = test.understood >= readers_to_pass(test.asked)
    name = "page.texts.understood_by" if is_passed else "page.texts.not_passed"
    return message_now(name, n=test.understood, asked=test.asked, version=text.version)


def power_rows(asked: int) -> list[tuple[str, str]]:
    """Return how likely a text passes, for three chances that a reader understands."""
    return [(_rounded(chance), _rounded(chance_to_pass(asked, chance))) for chance in CHANCES]


def _rounded(fraction: float) -> str:
    """Write a share in whole percent, to the nearest."""
    return whole_share(round(fraction, 2))


def _spelled(facts: Mapping[str, Fact]) -> dict[str, object]:
    """Write amounts, shares and times as people read them; other facts as they are."""
    spelled: dict[str, object] = dict(facts)
    currency = str(facts.get("currency", ""))
    for name, fact in facts.items():
        if not isinstance(fact, int):
            continue
        if name.endswith("_micro"):
            spelled[name.removesuffix("_micro")] = money(fact, currency)
        elif name in {"share", "low", "high"}:
            spelled[name] = share(fact / PER_MILLE)
        elif name == "time_ms":
            spelled["time"] = duration(fact)
    if "low" in facts and "high" in facts:
        spelled["interval"] = interval(
            int(facts["low"]) / PER_MILLE, int(facts["high"]) / PER_MILLE
        )
    if "aim" in facts:
        spelled["aim"] = message_now(AIM_NAMES[str(facts["aim"])])
    return spelled
