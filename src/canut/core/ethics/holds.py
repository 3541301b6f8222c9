"""The life of a hold: how it begins, is renewed, answered, appealed, lifted, and overridden.

A hold stops lending and takeover for 14 days, once renewed to 28. A hold that is not renewed ends.
One that was renewed lapses after 28 days and still stops the project: it opens again only by the
reviewer, the council of representatives, or a reasoned override that the operator signs. Every
function returns a new hold or refuses; what is stored is in ``actions.ethics.holds``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from canut.core.clock import DAY_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.core.participation.message_deadlines import plain_text

HOLD_DAYS = 14
LONGEST_DAYS = 28
COUNCIL_DAYS = 7
LEAST_LINES = 3
LONGEST_WORDS = 4_000
MOST_POINTS = 12
LONGEST_POINT = 400


class HoldState(StrEnum):
    """Where a hold stands."""

    HELD = "held"
    LAPSED = "lapsed"
    """Its 28 days are over; nobody lifted it, and it still stops the project."""
    LIFTED = "lifted"
    COUNCIL = "council"
    """The council of representatives lifted it."""
    ENDED = "ended"
    """It was not renewed within 14 days."""
    OVERRIDDEN = "overridden"


STOPPING = frozenset({HoldState.HELD, HoldState.LAPSED})


class Ground(StrEnum):
    """What a hold rests on."""

    MINORS = "minors"
    ILLEGAL = "illegal"
    EXPOSURE = "exposure"
    CONSENT = "consent"
    PRIVACY = "privacy"
    DISCRIMINATION = "discrimination"
    DECEPTION = "deception"
    PAY = "pay"
    OTHER = "other"


NEVER_OVERRIDDEN = frozenset({Ground.MINORS, Ground.ILLEGAL, Ground.EXPOSURE})
"""Grounds against which the operator has no override."""


class AppealState(StrEnum):
    """Where the appeal against a hold stands."""

    NONE = "none"
    OPEN = "open"
    UPHELD = "upheld"
    """The council left the hold in force."""
    WON = "won"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it stands.

    Args:
        begins_ms: when it began, in milliseconds since 1970 UTC.
        grounds: what it rests on.
        points: number of points the requester must answer.
        answered: the points answered so far, from 0.
        is_renewed: whether it runs for 28 days.
        state: where it stands.
        appeal: where the appeal against it stands.
        appeal_closes_ms: until when the council votes; 0 before an appeal.
    """

    begins_ms: Ms
    grounds: frozenset[Ground]
    points: int
    answered: frozenset[int] = frozenset()
    is_renewed: bool = False
    state: HoldState = HoldState.HELD
    appeal: AppealState = AppealState.NONE
    appeal_closes_ms: Ms = 0

    @property
    def until_ms(self) -> Ms:
        """Return when its days are over, in milliseconds since 1970 UTC."""
        return self.begins_ms + (LONGEST_DAYS if self.is_renewed else HOLD_DAYS) * DAY_MS

    @property
    def stops(self) -> bool:
        """Return whether the project may lend nothing because of it."""
        return self.state in STOPPING

    @property
    def is_answered(self) -> bool:
        """Return whether every point has an answer."""
        return len(self.answered) == self.points

    @property
    def may_be_overridden(self) -> bool:
        """Return whether its grounds leave the operator an override."""
        return not self.grounds & NEVER_OVERRIDDEN


def begin_hold(grounds: Iterable[Ground], points: int, now_ms: Ms) -> Hold:
    """Begin a hold.

    Raises:
        Incomplete: it rests on nothing, or asks nothing of the requester.
    """
    named = frozenset(grounds)
    if not named:
        raise Incomplete("say what the hold rests on", code="ethics-grounds", field="grounds")
    if not 1 <= points <= MOST_POINTS:
        raise Incomplete(
            f"{points} points; write 1 to {MOST_POINTS}, one a line",
            code="ethics-points",
            field="points",
            limit=MOST_POINTS,
        )
    return Hold(now_ms, named, points)


def advance_hold(hold: Hold, now_ms: Ms) -> Hold:
    """Let time pass: a hold whose days are over ends, or lapses where it was renewed."""
    if hold.state is not HoldState.HELD or now_ms < hold.until_ms:
        return hold
    if hold.is_renewed:
        return replace(hold, state=HoldState.LAPSED)
    appeal = AppealState.NONE if hold.appeal is AppealState.OPEN else hold.appeal
    return replace(hold, state=HoldState.ENDED, appeal=appeal)


def renew_hold(hold: Hold, now_ms: Ms) -> Hold:
    """Renew a hold to 28 days; once, and before its 14 days are over.

    Raises:
        Conflict: it is over, or was renewed.
    """
    hold = _stopping(hold, now_ms)
    if hold.is_renewed:
        raise Conflict("the hold was renewed; it cannot be again", code="ethics-renewed")
    return replace(hold, is_renewed=True)


def answer_point(hold: Hold, point: int, now_ms: Ms) -> Hold:
    """Record that the requester answered a point.

    Raises:
        Conflict: the hold is over, or the point has its answer.
        BadInput: there is no such point.
    """
    hold = _stopping(hold, now_ms)
    if not 0 <= point < hold.points:
        raise BadInput(f"there is no point {point + 1}", code="ethics-no-point")
    if point in hold.answered:
        raise Conflict(f"point {point + 1} has its answer", code="ethics-point-answered")
    return replace(hold, answered=hold.answered | {point})


def lift_hold(hold: Hold, now_ms: Ms) -> Hold:
    """Lift a hold, as the reviewer, once every point is answered.

    Raises:
        Conflict: it is over, or a point has no answer.
    """
    hold = _stopping(hold, now_ms)
    if not hold.is_answered:
        raise Conflict(
            f"{hold.points - len(hold.answered)} points have no answer yet",
            code="ethics-unanswered",
        )
    appeal = AppealState.NONE if hold.appeal is AppealState.OPEN else hold.appeal
    return replace(hold, state=HoldState.LIFTED, appeal=appeal)


def appeal_hold(hold: Hold, now_ms: Ms) -> Hold:
    """Appeal to the council of representatives, which votes for seven days; once a hold.

    Raises:
        Conflict: it is over, or was appealed.
    """
    hold = _stopping(hold, now_ms)
    if hold.appeal is not AppealState.NONE:
        raise Conflict("this hold was appealed", code="ethics-appealed")
    return replace(hold, appeal=AppealState.OPEN, appeal_closes_ms=now_ms + COUNCIL_DAYS * DAY_MS)


def settle_appeal(hold: Hold, to_lift: int, to_keep: int, now_ms: Ms) -> Hold:
    """Settle an appeal whose seven days are over: more votes to lift than to keep lift it.

    Raises:
        Conflict: no appeal is open, or the vote runs.
    """
    if hold.appeal is not AppealState.OPEN:
        raise Conflict("no appeal is open", code="ethics-no-appeal")
    if now_ms < hold.appeal_closes_ms:
        raise Conflict("the council still votes", code="ethics-council-votes")
    if to_lift > to_keep:
        return replace(hold, state=HoldState.COUNCIL, appeal=AppealState.WON)
    return replace(hold, appeal=AppealState.UPHELD)


def override_hold(hold: Hold, now_ms: Ms) -> Hold:
    """Override a lapsed hold, as the operator.

    Raises:
        Conflict: its 28 days are not over, it was lifted, or the council still votes.
        Forbidden: it rests on minors, illegality, or exposure above the policy.
    """
    hold = advance_hold(hold, now_ms)
    if not hold.may_be_overridden:
        raise Forbidden(
            "a hold for minors, illegality or exposure above the policy is not overridden",
            code="ethics-no-override",
        )
    if hold.state is not HoldState.LAPSED:
        raise Conflict(
            f"an override comes after {LONGEST_DAYS} days of a hold; this one is {hold.state}",
            code="ethics-not-lapsed",
            limit=LONGEST_DAYS,
        )
    if hold.appeal is AppealState.OPEN:
        raise Conflict("the council still votes", code="ethics-council-votes")
    return replace(hold, state=HoldState.OVERRIDDEN)


def _stopping(hold: Hold, now_ms: Ms) -> Hold:
    """Return the hold as it is now.

    Raises:
        Conflict: it stops nothing any more.
    """
    hold = advance_hold(hold, now_ms)
    if not hold.stops:
        raise Conflict(f"the hold is over ({hold.state})", code="ethics-hold-over")
    return hold


def check_reasons(text: str) -> str:
    """Clean reasons, and refuse fewer than three lines.

    Raises:
        Incomplete: there are fewer than three lines.
        TooLarge: they are over 4,000 characters.

    Example:
        >>> check_reasons(chr(10).join(["a", "b", "c"])).split()
        ['a', 'b', 'c']
    """
    cleaned = plain_text(text, LONGEST_WORDS)
    lines = [line for line in cleaned.split("\n") if line.strip()]
    if len(lines) < LEAST_LINES:
        raise Incomplete(
            f"{len(lines)} lines of reasons; write at least {LEAST_LINES}",
            code="ethics-reasons",
            field="reasons",
            limit=LEAST_LINES,
        )
    return cleaned


def read_lines(text: str) -> tuple[str, ...]:
    """Split a text into its points or facts, one a line.

    Raises:
        BadInput: a line is over 400 characters.
        Incomplete: there are over 12 lines.

    Example:
        >>> read_lines("one" + 2 * chr(10) + " two ")
        ('one', 'two')
    """
    lines = tuple(line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip())
    if len(lines) > MOST_POINTS:
        raise Incomplete(
            f"{len(lines)} lines; write at most {MOST_POINTS}",
            code="ethics-points",
            field="points",
            limit=MOST_POINTS,
        )
    longest = max((len(line) for line in lines), default=0)
    if longest > LONGEST_POINT:
        raise BadInput(
            f"a line has {longest} characters; at most {LONGEST_POINT}",
            code="too-long",
            limit=LONGEST_POINT,
        )
    return tuple(plain_text(line, LONGEST_POINT) for line in lines)


def has_new_facts(facts: Iterable[str], earlier: Iterable[str]) -> bool:
    """Return whether some fact is in none of the earlier holds of the project."""
    known = {" ".join(fact.casefold().split()) for fact in earlier}
    return any(" ".join(fact.casefold().split()) not in known for fact in facts)
