"""Judge a pilot: would this price leave too many people, or hours, under their floor?

A project with paid people is tried out first, on a sample of tasks. Everybody's own time is set
against their own floor, never a middle one. When more than one in four people, more than one in
four hours, or the pace of half the tasks would need a top-up, the project cannot open, and the
smallest price that would do is proposed. What a top-up is, is decided in ``pay``.
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
PEOPLE_WANTED = 10
TASKS_EACH = 5
TASKS_AT_MOST = 20


class Reason(StrEnum):
    """Why a price will not do."""

    PEOPLE = "people"
    HOURS = "hours"
    TYPICAL = "typical"


@dataclass(frozen=True, slots=True)
class PilotPerson:
    """One person of the pilot.

    Args:
        who: whatever the caller names them by.
        pieces: how many answers they are paid for.
        time_ms: their measured time in the project, reading and waiting included.
        floor: the least an hour of theirs may bring, in the currency of the price.
        hour_micro: what an hour of their time is paid besides the pieces.

    Raises:
        BadInput: something is below 0.
    """

    who: int
    pieces: int
    time_ms: int
    floor: Money
    hour_micro: int = 0

    def __post_init__(self) -> None:
        """Refuse what nobody can have done."""
        if min(self.pieces, self.time_ms, self.floor.micro, self.hour_micro) < 0:
            raise BadInput(
                f"person {self.who} has {self.pieces} pieces, {self.time_ms} ms, a floor of "
                f"{self.floor.micro} and {self.hour_micro} an hour; expected none below 0",
                code="bad-pilot",
            )

    @property
    def due_micro(self) -> int:
        """What the floor makes due for the time, any rest going up."""
        return divided_up(self.floor.micro * self.time_ms, HOUR_MS)

    def lacks(self, piece: Money) -> int:
        """Return by how many micro-units this price would leave them under their floor."""
        return max(0, self.due_micro - self.hours_micro - piece.micro * self.pieces)

    def hour_needed(self, piece: Money) -> int:
        """Return the least price of an hour that needs no top-up beside this piece."""
        lacking = self.floor.micro * self.time_ms - piece.micro * self.pieces * HOUR_MS
        return divided_up(max(0, lacking), self.time_ms)

    @property
    def hours_micro(self) -> int:
        """What their time is paid, where hours are."""
        return worth_of(self.hour_micro, self.time_ms)

    @property
    def needs(self) -> int | None:
        """The least price of a piece that needs no top-up; None where no price helps."""
        lacking = max(0, self.due_micro - self.hours_micro)
        if not self.pieces:
            return None if lacking else 0
        return divided_up(lacking, self.pieces)


@dataclass(frozen=True, slots=True)
class PilotOutcome:
    """One person of the pilot at a price: their floor, and what would be added to reach it."""

    who: int
    pieces: int
    time_ms: int
    floor: Money
    brought: Money | None
    top_up: Money


@dataclass(frozen=True, slots=True)
class PilotVerdict:
    """What the pilot says of a price.

    Args:
        piece: the price that was judged.
        time: how long tasks took.
        outcomes: everybody who took part, most in want first.
        people_short: how many would need a top-up.
        hours_short_ms: the time of those people.
        time_ms: everybody's time.
        reasons: why the project cannot open; none when it can.
        proposed: the smallest price of a piece that would do; None where no price does.
        proposed_hourly: the same an hour, at the pace of half the tasks.
        proposed_by_hour: where hours are paid, the smallest price of an hour that would do with
            the piece as it is; ``proposed`` is then that piece.
    """

    piece: Money
    time: TaskTime | None
    outcomes: tuple[PilotOutcome, ...]
    people_short: int
    hours_short_ms: int
    time_ms: int
    reasons: tuple[Reason, ...]
    proposed: Money | None
    proposed_hourly: Money | None
    proposed_by_hour: Money | None = None

    @property
    def may_open(self) -> bool:
        """Whether the price will do."""
        return not self.reasons

    @property
    def people(self) -> int:
        """How many took part."""
        return len(self.outcomes)

    @property
    def people_share(self) -> float:
        """The part of the people that would need a top-up."""
        return self.people_short / self.people if self.people else 0.0

    @property
    def hours_share(self) -> float:
        """The part of the hours that would need a top-up."""
        return self.hours_short_ms / self.time_ms if self.time_ms else 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a pilot is.

    Args:
        people: how many have done their part of the sample.
        wanted: how many must, ten or everybody invited if fewer.
        is_used_up: no task of the sample is left for anybody.
    """

    people: int
    wanted: int
    is_used_up: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether the pilot can be judged; nobody at all says nothing."""
        return self.people > 0 and (self.people >= self.wanted or self.is_used_up)


def reach_of(answers: Sequence[int], invited: int, tasks: int, *, is_used_up: bool) -> Reach:
    """Say how far a pilot is.

    Args:
        answers: how many answers each person has given.
        invited: how many people may take part, those who have not come yet included.
        tasks: how many tasks the project has; few tasks make a small part.
        is_used_up: no task of the sample is left for anybody.
    """
    part = min(TASKS_EACH, max(1, tasks))
    done = sum(1 for count in answers if count >= part)
    return Reach(done, min(PEOPLE_WANTED, max(1, invited)), is_used_up)


def judge(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> PilotVerdict:
    """Say whether a price may be opened with, and which one may.

    Args:
        piece: what an answer pays.
        people: everybody who worked in the pilot.
        time: how long tasks took; None leaves the pace of half the tasks out.

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
        sorted((_outcome(tried, piece) for tried in people), key=lambda one: -one.top_up.micro)
    )
    short = [one for one in outcomes if one.top_up.micro]
    return PilotVerdict(
        piece=piece,
        time=time,
        outcomes=outcomes,
        people_short=len(short),
        hours_short_ms=sum(one.time_ms for one in short),
        time_ms=sum(one.time_ms for one in people),
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
) -> tuple[Reason, ...]:
    short = [tried for tried in people if (tried.needs is None) or tried.needs > micro]
    all_ms = sum(tried.time_ms for tried in people)
    reasons: list[Reason] = []
    if len(short) * TOLERATED_PARTS > len(people):
        reasons.append(Reason.PEOPLE)
    if sum(tried.time_ms for tried in short) * TOLERATED_PARTS > all_ms:
        reasons.append(Reason.HOURS)
    if time is not None:
        under = sum(1 for tried in people if _typical(tried, time) > micro)
        if under * TOLERATED_PARTS > len(people):
            reasons.append(Reason.TYPICAL)
    return tuple(reasons)


def _typical(tried: PilotPerson, time: TaskTime) -> int:
    """Return what half the tasks' time lacks to a person's floor before any piece."""
    return worth_of(max(0, tried.floor.micro - tried.hour_micro), time.p50_ms)


def _smallest(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> Money | None:
    """Find the smallest price with no reason against it; reasons only go away as prices rise."""
    steps = {tried.needs for tried in people if tried.needs is not None}
    if time is not None:
        steps |= {_typical(tried, time) for tried in people}
    for micro in sorted(steps):
        if not _reasons(micro, people, time):
            return Money(micro, piece.currency)
    return None


def _smallest_hour(piece: Money, people: Sequence[PilotPerson], time: TaskTime | None) -> Money:
    """Find the smallest price of an hour that would do; the highest floor always does."""
    steps = {max(tried.floor.micro for tried in people)}
    steps |= {tried.hour_needed(piece) for tried in people if tried.time_ms}
    if time is not None and time.p50_ms:
        own = piece.micro * HOUR_MS // time.p50_ms
        steps |= {max(0, tried.floor.micro - own) for tried in people}
    for micro in sorted(steps):
        if not _reasons(piece.micro, [replace(one, hour_micro=micro) for one in people], time):
            return Money(micro, piece.currency)
    return Money(max(steps), piece.currency)


def _outcome(tried: PilotPerson, piece: Money) -> PilotOutcome:
    paid = piece.micro * tried.pieces + tried.hours_micro
    brought = None
    if tried.time_ms:
        brought = Money(paid * HOUR_MS // tried.time_ms, piece.currency)
    lacking = Money(tried.lacks(piece), piece.currency)
    return PilotOutcome(tried.who, tried.pieces, tried.time_ms, tried.floor, brought, lacking)
