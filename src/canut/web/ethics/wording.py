"""Words of verdicts, grounds, rules and outcomes, in the page's language."""

from collections.abc import Iterable

from canut.core.ethics.holds import Ground
from canut.core.ethics.opening import OpeningRule
from canut.web.kit.messages import message_now

VERDICTS = {
    "go": "page.ethics.verdict_go",
    "change": "page.ethics.verdict_change",
    "hold": "page.ethics.verdict_hold",
}
GROUNDS = {
    Ground.MINORS: "page.ethics.ground_minors",
    Ground.ILLEGAL: "page.ethics.ground_illegal",
    Ground.EXPOSURE: "page.ethics.ground_exposure",
    Ground.CONSENT: "page.ethics.ground_consent",
    Ground.PRIVACY: "page.ethics.ground_privacy",
    Ground.DISCRIMINATION: "page.ethics.ground_discrimination",
    Ground.DECEPTION: "page.ethics.ground_deception",
    Ground.PAY: "page.ethics.ground_pay",
    Ground.OTHER: "page.ethics.ground_other",
}
STATES = {
    "held": "page.ethics.state_held",
    "lapsed": "page.ethics.state_lapsed",
    "lifted": "page.ethics.state_lifted",
    "council": "page.ethics.state_council",
    "ended": "page.ethics.state_ended",
    "overridden": "page.ethics.state_overridden",
}
RULES = {
    OpeningRule.CLEARED: "page.ethics.rule_cleared",
    OpeningRule.BY_WORDS: "page.ethics.rule_by_words",
    OpeningRule.IN_SILENCE: "page.ethics.rule_in_silence",
    OpeningRule.NOBODY: "page.ethics.rule_nobody",
    OpeningRule.UNASKED: "page.ethics.rule_unasked",
    OpeningRule.WAITS_OPINION: "page.ethics.rule_waits_opinion",
    OpeningRule.WAITS_WORDS: "page.ethics.rule_waits_words",
    OpeningRule.WAITS_CHANGE: "page.ethics.rule_waits_change",
    OpeningRule.HELD: "page.ethics.state_held",
    OpeningRule.FREE: "page.ethics.rule_free",
}
DONE = {
    "ask": "page.ethics.done_ask",
    "answer": "page.ethics.done_answer",
    "word": "page.ethics.done_word",
    "opinion": "page.ethics.done_opinion",
    "renew": "page.ethics.done_renew",
    "reply": "page.ethics.done_reply",
    "lift": "page.ethics.done_lift",
    "appeal": "page.ethics.done_appeal",
    "vote": "page.ethics.done_vote",
    "override": "page.ethics.done_override",
    "mask": "page.ethics.done_mask",
    "compare": "page.ethics.done_compare",
    "nominate": "page.ethics.done_nominate",
    "open": "page.elections.an_election_is_open",
    "stand": "page.elections.you_stand_for_election",
    "ballot": "page.elections.your_ballot",
    "resign": "page.ethics.done_resign",
    "recall": "page.ethics.done_recall",
    "recall-ballot": "page.elections.your_ballot",
}


def verdict_words(verdict: str) -> str:
    """Return the word for a verdict."""
    return message_now(VERDICTS[verdict])


def state_words(state: str) -> str:
    """Return where a hold stands, in words."""
    return message_now(STATES[state])


def rule_words(rule: str) -> str:
    """Return by what rule a project opens or waits, in words."""
    return message_now(RULES[OpeningRule(rule)])


def ground_words(grounds: Iterable[str]) -> list[str]:
    """Return what a hold rests on, in words."""
    return [message_now(GROUNDS[Ground(ground)]) for ground in grounds]
