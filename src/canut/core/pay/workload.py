"""Say how many answers and reviews a project may come to pay, each for what it is.

A task is asked of several people; beside that there is practice, gold hidden among the tasks, and
closed tasks asked once more; some labels are looked at by a reviewer. Each is counted at most, for
that is what must be locked; what is likely is said beside it. What they cost is decided in
``funds``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up
from canut.core.pay.hourly_price import worth_of

PER_MILLE = 1000
USUAL_SHARE = 100  # of a thousand tasks, where nobody says how many are reviewed
LOOK_TASKS = 2  # a review takes as long as two tasks, where nobody says: read it, read the answers
SLOWER_HUNDREDTHS = 150  # people take half as long again as was said, until it was measured
ENOUGH_LOOKS = 10  # reviews after which their time is taken as measured
GOLD_MOST, GOLD_MARGIN = (
    20,
    125,
)  # one task in twenty at most is gold; chance may give a quarter more


@dataclass(frozen=True, slots=True)
class Workload:
    """How many answers a project may come to pay, by what they are for.

    Args:
        tasks: asked like any other.
        least: answers each gets.
        most: answers each gets at most, where tasks are asked on until sure; else ``least``.
        more: answers asked of single tasks beyond that.
        practice: one for each person invited.
        gold: answers to gold tasks, at most.
        audits: answers to closed tasks that are asked once more.
        counted: answers that count already.
        beside: answers paid already that do not count.
        likely_hundredths: answers a task is likely to get, in hundredths.
    """

    tasks: int
    least: int
    most: int
    more: int = 0
    practice: int = 0
    gold: int = 0
    audits: int = 0
    counted: int = 0
    beside: int = 0
    likely_hundredths: int = 0

    @property
    def regular(self) -> int:
        """Answers to tasks, checks and practice left out."""
        return max(self.tasks * self.most + self.more, self.counted)

    @property
    def answers(self) -> int:
        """All answers, at most."""
        return self.regular + max(self.practice + self.gold + self.audits, self.beside)

    @property
    def is_until_sure(self) -> bool:
        """Whether tasks are asked on until sure."""
        return self.most > self.least

    @property
    def likely_each(self) -> float:
        """Answers that a task is likely to get."""
        return self.likely_hundredths / 100

    @property
    def likely(self) -> int:
        """Answers that are likely, checks and practice among them, any rest going up."""
        hundredths = self.likely_hundredths or 100 * self.most
        regular = max(divided_up(self.tasks * hundredths, 100) + self.more, self.counted)
        return regular + max(self.practice + self.gold + self.audits, self.beside)


def gold_answers(regular: int, gold: int, people: int) -> int:
    """Return how many answers to gold there are at most: each person once a task, one in twenty.

    Example:
        >>> gold_answers(1900, 50, 10), gold_answers(1900, 3, 10), gold_answers(1900, 0, 10)
        (125, 30, 0)
    """
    hidden = divided_up(regular * GOLD_MARGIN, 100 * (GOLD_MOST - 1))
    return min(gold * people, hidden)


def audit_answers(tasks: int, per_mille: int) -> int:
    """Return how many closed tasks are asked once more, any rest going up.

    Example:
        >>> audit_answers(1001, 10), audit_answers(1000, 0)
        (11, 0)
    """
    return divided_up(tasks * per_mille, PER_MILLE)


@dataclass(frozen=True, slots=True)
class Looks:
    """Reviews that may come.

    Args:
        tasks: how many may be reviewed at all.
        per_mille: how many of a thousand of them are expected to be.
        people: how many look at each, at most.
        known: reviews that are done, or wait to be.
        piece: what one review pays.
        by_hour: what an hour of measured time pays besides; None where hours are not paid.
        look_ms: how long one takes; 0 where nobody knows.
        is_measured: reviews that were made say how long.

    Raises:
        BadInput: something is below 0, or more than a thousand in a thousand.
    """

    tasks: int
    per_mille: int
    people: int
    known: int
    piece: Money
    by_hour: Money | None
    look_ms: int
    is_measured: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        numbers = (self.tasks, self.per_mille, self.people, self.known, self.look_ms)
        if min(*numbers, self.piece.micro) < 0 or self.per_mille > PER_MILLE:
            raise BadInput(
                f"{self.per_mille} in a thousand of {self.tasks} tasks reviewed by {self.people} at"
                f" {self.piece.micro}, {self.look_ms} ms each; expected none below 0",
                code="bad-looks",
            )

    @property
    def share(self) -> float:
        """The part of the tasks that is expected to be reviewed."""
        return self.per_mille / PER_MILLE

    @property
    def count(self) -> int:
        """How many reviews must be paid for: those expected, and never fewer than are known of."""
        expected = divided_up(self.tasks * self.per_mille, PER_MILLE) * self.people
        return max(expected, self.known)


@dataclass(frozen=True, slots=True)
class LooksNeed:
    """What must be there for reviews: their price, their hours, and what reaches the floor.

    Args:
        looks: how many, and what that rests on.
        pay: their price by the piece.
        hours: their time, where hours are paid.
        top_up: reserve for reviewers whose pay would stay under their floor.
    """

    looks: Looks
    pay: Money
    hours: Money
    top_up: Money

    @property
    def total(self) -> Money:
        """Everything but what goes on top."""
        return self.pay + self.hours + self.top_up


def need_of_looks(looks: Looks, floor: Money | None) -> LooksNeed:
    """Say what must be there for reviews: share reviewed, by time, by floor or rate.

    Args:
        looks: how many, how long, at which price.
        floor: the highest floor an hour among the people, in the currency of the price.

    Example:
        >>> cad = lambda micro: Money(micro, "CAD")
        >>> looks = Looks(100, 100, 1, 0, cad(0), None, 60_000)
        >>> need_of_looks(looks, cad(16_600_000)).total
        Money(micro=4150000, currency='CAD')
    """
    ms = looks.look_ms
    if not looks.is_measured:
        ms = divided_up(ms * SLOWER_HUNDREDTHS, 100)
    due = divided_up(floor.micro * ms, HOUR_MS) if floor else 0
    hour = worth_of(looks.by_hour.micro, ms) if looks.by_hour else 0
    lacking = max(0, due - hour - looks.piece.micro)
    currency, count = looks.piece.currency, looks.count
    return LooksNeed(
        looks, looks.piece * count, Money(hour * count, currency), Money(lacking * count, currency)
    )


def look_time(declared_ms: int, made_ms: Iterable[int], task_ms: int) -> tuple[int, bool]:
    """Return how long a review is taken to take, and whether reviews that were made say so.

    Args:
        declared_ms: what the requester says; 0 where nothing.
        made_ms: how long each review took that was made.
        task_ms: how long a task takes; 0 where nobody knows.

    Example:
        >>> look_time(0, [], 20_000), look_time(30_000, [], 20_000), look_time(0, [9_000] * 10, 0)
        ((40000, False), (30000, False), (9000, True))
    """
    times = list(made_ms)
    if len(times) >= ENOUGH_LOOKS:
        return divided_up(sum(times), len(times)), True
    return declared_ms or LOOK_TASKS * task_ms, False
