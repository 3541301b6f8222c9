"""Judge a pilot: would this price leave too many people, or hours, under their floor?

A project with paid people is tried first on a sample of tasks. Each person's own time is compared
with their own floor, never with an average. If more than one in four people, more than one in four
hours, or the median pace would need a top-up, the project cannot open, and the lowest sufficient
price is proposed. ``period_pay`` defines a top-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up
from canut.core.pay.hourly_price import worth_of
from canut.core.pay.price import TaskTime, hourly_price

TOLERATED_PARTS = 4  # one in four may need a top-up, no more
PEOPLE_WANTED = 5
PEOPLE_LEAST = 3
TASKS_EACH = 5
TASKS_AT_MOST = 20


class PilotReason(StrEnum):
    """Why a price is too low."""

    PEOPLE = "people"
    HOURS = "hours"
    TYPICAL = "typical"


@dataclass(frozen=True, slots=True)
class PilotPerson:
    """One person of the pilot.

    Args:
        who: identifier chosen by the caller.
        pieces: number of answers they are paid for.
        time_ms: their measured time in the project, with reading and waiting, in milliseconds.
        floor: their hourly floor, in the currency of the price.
        hour_micro: hourly price of their time in addition to pieces, in micro-units.

    Raises:
        BadInput: a value is below 0.
    """

    who: int
    pieces: int
    time_ms: int
    floor: Money
    hour_micro: int = 0

    def __post_init__(self) -> None:
        """Raise if a count or a time is below 0."""
        if min(self.pieces, self.time_ms, self.floor.micro, self.hour_micro) < 0:
            raise BadInput(
                f"person {self.who} has {self.pieces} pieces, {self.time_ms} ms, a floor of "
                f"{self.floor.micro} and {self.hour_micro} an hour; expected none below 0",
                code="bad-pilot",
            )

    @property
    def due_micro(self) -> int:
        """Return what the floor makes due for the time, in micro-units, rounded up."""
        return divided_up(self.floor.micro * self.time_ms, HOUR_MS)

    def lacks(self, piece: Money) -> int:
        """Return by how many micro-units this price leaves them under their floor."""
        return max(0, self.due_micro - self.hours_micro - piece.micro * self.pieces)

    def hour_needed(self, piece: Money) -> int:
        """Return the lowest hourly price, in micro-units, without top-up at this piece price."""
        lacking = self.floor.micro * self.time_ms - piece.micro * self.pieces * HOUR_MS
        return divided_up(max(0, lacking), self.time_ms)

    @property
    def hours_micro(self) -> int:
        """Return what their time is paid, where hours are paid."""
        return worth_of(self.hour_micro, self.time_ms)

    @property
    def needs(self) -> int | None:
        """Return the lowest piece price, in micro-units, without top-up; None if there is none."""
        lacking = max(0, self.due_micro - self.hours_micro)
        if not self.pieces:
            return None if lacking else 0
        return divided_up(lacking, self.pieces)


@dataclass(frozen=True, slots=True)
class PilotOutcome:
    """One person of the pilot at a price: their floor, and the top-up to reach it."""

    who: int
    pieces: int
    time_ms: int
    floor: Money
    brought: Money | None
    top_up: Money


@dataclass(frozen=True, slots=True)
class PilotVerdict:
    """The verdict of a pilot on a price.

    Args:
        piece: the price that was judged.
        time: how long tasks took.
        outcomes: one per person, largest top-up first.
        people_short: number of people who would need a top-up.
        hours_short_ms: time of those people, in milliseconds.
        time_ms: time of all people, in milliseconds.
        reasons: why the project cannot open; empty if it can.
        proposed: lowest sufficient piece price; None if there is none.
        proposed_hourly: the same per hour, at the median pace.
        proposed_by_hour: where hours are paid, the lowest sufficient hourly price with the current
            piece price; ``proposed`` is then that piece price.
    """

    piece: Money
    time: TaskTime | None
    outcomes: tuple[PilotOutcome, ...]
    people_short: int
    hours_short_ms: int
    time_ms: int
    reasons: tuple[PilotReason, ...]
    proposed: Money | None
    proposed_hourly: Money | None
    proposed_by_hour: Money | None = None

    @property
    def may_open(self) -> bool:
        """Return whether the project may open at this price."""
        return not self.reasons

    @property
    def people(self) -> int:
        """Return how many people took part."""
        return len(self.outcomes)

    @property
    def middle(self) -> Money | None:
        """Return the hourly pay that half the people reach; None if no time was measured."""
        brought = [outcome.brought for outcome in self.outcomes if outcome.brought is not None]
        highest = sorted(brought, key=lambda money: -money.micro)
        return highest[(len(highest) - 1) // 2] if highest else None

    @property
    def people_share(self) -> float:
        """Return the share of the people that would need a top-up."""
        return self.people_short / self.people if self.people else 0.0

    @property
    def hours_share(self) -> float:
        """Return the share of the hours that would need a top-up."""
        return self.hours_short_ms / self.time_ms if self.time_ms else 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The progress of a pilot: people and time.

    Args:
        people: number of people who finished their part of the sample.
        wanted: number of people required: five, or all invited people if fewer; or as many as the
            requester judges with.
        is_used_up: whether the sample has no task left for anybody.
    """

    people: int
    wanted: int
    is_used_up: bool = False

    @property
    def is_enough(self) -> bool:
        """Return whether the pilot is large enough to be judged."""
        return self.people > 0 and (self.people >= self.wanted or self.is_used_up)

    @property
    def may_be_judged(self) -> bool:
        """Return whether the requester may judge with those who are done, without the others."""
        return not self.is_enough and self.people >= PEOPLE_LEAST


def reach_of(
    answers: Sequence[int],
    invited: int,
    tasks: int,
    *,
    is_used_up: bool,
    settled: int | None = None,
) -> Reach:
    """Measure the progress of a pilot.

    Args:
        answers: number of answers of each person.
        invited: number of people who may take part, including those who have not started.
        tasks: number of tasks of the project; few tasks make a small part.
        is_used_up: whether the sample has no task left for anybody.
        settled: with how many people the requester judges; None for all it asks.
    """
    part = min(TASKS_EACH, max(1, tasks))
    done = sum(1 for count in answers if count >= part)
    return Reach(done, min(settled or PEOPLE_WANTED, max(1, invited)), is_used_up)


def judge(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> PilotVerdict:
    """Decide whether a project may open at a price, and propose one that is high enough.

    Args:
        piece: what an answer pays.
        people: all people who worked in the pilot.
        time: how long tasks took; None skips the check of the median pace.

    Raises:
        BadInput: the price is below 0, or a floor is in another currency.

    Example:
        >>> slow = PilotPerson(1, 10, 600_000, Money(16_600_000, "CAD"))
        >>> verdict = judge(Money(200_000, "CAD"), [slow], None)
        >>> verdict.may_open, verdict.proposed
        (False, Money(micro=276667, currency='CAD'))
    """
    if piece.micro < 0:
        raise BadInput(f"price is {piece.micro}; expected 0 or more", code="bad-price")
    for tried in people:
        _ = piece <= tried.floor  # refuses another currency
    reasons = _reasons(piece.micro, people, time)
    hour = max((tried.hour_micro for tried in people), default=0)
    by_hour = Money(hour, piece.currency) if hour else None
    proposed: Money | None = piece
    if reasons and by_hour:
        by_hour = _smallest_hour(piece, people, time)
    elif reasons:
        proposed = _smallest(piece, people, time)
    outcomes = tuple(
        sorted(
            (_outcome(tried, piece) for tried in people), key=lambda outcome: -outcome.top_up.micro
        )
    )
    short = [outcome for outcome in outcomes if outcome.top_up.micro]
    return PilotVerdict(
        piece=piece,
        time=time,
        outcomes=outcomes,
        people_short=len(short),
        hours_short_ms=sum(outcome.time_ms for outcome in short),
        time_ms=sum(outcome.time_ms for outcome in people),
        reasons=reasons,
        proposed=proposed,
        proposed_hourly=(
            hourly_price(proposed, time.p50_ms)
            if proposed is not None and time is not None and time.p50_ms
            else None
        ),
        proposed_by_hour=by_hour,
    )


def _reasons(
    micro: int, people: Sequence[PilotPerson], time: TaskTime | None
) -> tuple[PilotReason, ...]:
    short = [tried for tried in people if (tried.needs is None) or tried.needs > micro]
    all_ms = sum(tried.time_ms for tried in people)
    reasons: list[PilotReason] = []
    if len(short) * TOLERATED_PARTS > len(people):
        reasons.append(PilotReason.PEOPLE)
    if sum(tried.time_ms for tried in short) * TOLERATED_PARTS > all_ms:
        reasons.append(PilotReason.HOURS)
    if time is not None:
        under = sum(1 for tried in people if _typical(tried, time) > micro)
        if under * TOLERATED_PARTS > len(people):
            reasons.append(PilotReason.TYPICAL)
    return tuple(reasons)


def _typical(tried: PilotPerson, time: TaskTime) -> int:
    """Return how much the median task time falls short of a person's floor at a price of 0."""
    return worth_of(max(0, tried.floor.micro - tried.hour_micro), time.p50_ms)


def _smallest(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> Money | None:
    """Find the lowest price without a reason against it; higher prices only remove reasons."""
    steps = {tried.needs for tried in people if tried.needs is not None}
    if time is not None:
        steps |= {_typical(tried, time) for tried in people}
    for micro in sorted(steps):
        if not _reasons(micro, people, time):
            return Money(micro, piece.currency)
    return None


def _smallest_hour(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> Money:
    """Find the lowest sufficient hourly price; the highest floor is always sufficient."""
    steps = {max(tried.floor.micro for tried in people)}
    steps |= {tried.hour_needed(piece) for tried in people if tried.time_ms}
    if time is not None and time.p50_ms:
        own = piece.micro * HOUR_MS // time.p50_ms
        steps |= {max(0, tried.floor.micro - own) for tried in people}
    for micro in sorted(steps):
        if not _reasons(
            piece.micro, [replace(person, hour_micro=micro) for person in people], time
        ):
            return Money(micro, piece.currency)
    return Money(max(steps), piece.currency)


def _outcome(tried: PilotPerson, piece: Money) -> PilotOutcome:
    paid = piece.micro * tried.pieces + tried.hours_micro
    per_hour = None
    if tried.time_ms:
        per_hour = Money(paid * HOUR_MS // tried.time_ms, piece.currency)
    lacking = Money(tried.lacks(piece), piece.currency)
    return PilotOutcome(tried.who, tried.pieces, tried.time_ms, tried.floor, per_hour, lacking)
