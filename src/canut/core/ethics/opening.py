"""Whether a project may open: by its risk, who is in office, and what they said.

Risk 0 and 1 open freely. From risk 2 on, the ethics reviewer gives an opinion within five working
days; while nobody is elected, two representatives give their word; where nobody represents either,
the project opens and the register publishes its written ethical aim as opened without an opinion.
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from canut.core.clock import Ms
from canut.core.participation.message_deadlines import due_ms

LEAST_RISK = 2
ANSWER_DAYS = 5
WORDS_NEEDED = 2
MOST_QUESTIONS = 3


class Verdict(StrEnum):
    """An opinion."""

    GO = "go"
    CHANGE = "change"
    HOLD = "hold"


class OpeningRule(StrEnum):
    """Why a project may open, or may not."""

    FREE = "free"
    CLEARED = "cleared"
    BY_WORDS = "by-words"
    IN_SILENCE = "in-silence"
    """The reviewer said nothing in time."""
    NOBODY = "nobody"
    """Nobody is in office: it opens, and the register says so."""
    UNASKED = "unasked"
    WAITS_OPINION = "waits-opinion"
    WAITS_WORDS = "waits-words"
    WAITS_CHANGE = "waits-change"
    HELD = "held"


OPENS = frozenset(
    {
        OpeningRule.FREE,
        OpeningRule.CLEARED,
        OpeningRule.BY_WORDS,
        OpeningRule.IN_SILENCE,
        OpeningRule.NOBODY,
    }
)


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What the rule is decided by.

    Args:
        risk: of the project's hardest task, 0 to 4.
        is_held: whether a hold stops it.
        was_cleared: whether it was let through before.
        reviewers: people in office who may review this project.
        council: representatives in office.
        is_asked: whether an opinion was asked for.
        verdict: the newest opinion; None before one.
        unanswered: points of it without an answer.
        words_for: representatives who agree.
        words_against: representatives who do not.
        due_ms: until when the opinion is due; None where it waits for the requester's answer.
    """

    risk: int
    is_held: bool
    was_cleared: bool
    reviewers: int
    council: int
    is_asked: bool
    verdict: Verdict | None
    unanswered: int
    words_for: int
    words_against: int
    due_ms: Ms | None


def opening_rule(facts: OpeningFacts, now_ms: Ms) -> OpeningRule:
    """Decide whether a project may lend, and by what."""
    if facts.is_held:
        return OpeningRule.HELD
    if facts.verdict is Verdict.CHANGE and facts.unanswered and not facts.was_cleared:
        return OpeningRule.WAITS_CHANGE
    if facts.risk < LEAST_RISK:
        return OpeningRule.FREE
    if facts.was_cleared or facts.verdict is not None:
        return OpeningRule.CLEARED
    return _before_an_opinion(facts, now_ms)


def _before_an_opinion(facts: OpeningFacts, now_ms: Ms) -> OpeningRule:
    """Decide where a hard project waits for whom, before anybody gave an opinion."""
    if not facts.reviewers and not facts.council:
        return OpeningRule.NOBODY
    if not facts.is_asked:
        return OpeningRule.UNASKED
    if not facts.reviewers:
        needed = min(WORDS_NEEDED, facts.council)
        has_words = facts.words_for >= needed and facts.words_for > facts.words_against
        return OpeningRule.BY_WORDS if has_words else OpeningRule.WAITS_WORDS
    is_late = facts.due_ms is not None and now_ms >= facts.due_ms
    return OpeningRule.IN_SILENCE if is_late else OpeningRule.WAITS_OPINION


def answer_due_ms(asked_ms: Ms, zone: ZoneInfo) -> Ms:
    """Return when five working days after a request are over."""
    return due_ms(asked_ms, zone, ANSWER_DAYS)
