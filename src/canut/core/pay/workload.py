"""Count the answers and reviews a project may have to pay, by purpose.

A task gets several answers; in addition there are practice tasks, hidden gold tasks, closed tasks
that are checked again, and reviews of some labels. Each is counted at its maximum, which must be
locked; the likely number is stated as well. ``required_funds`` computes the cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up
from canut.core.pay.hourly_price import worth_of

PER_MILLE = 1000
USUAL_SHARE = 100  # reviews per thousand tasks, if not declared
LOOK_TASKS = 2  # a review takes as long as two tasks, if not declared
SLOWER_HUNDREDTHS = 150  # people take half as long again as declared, until it is measured
ENOUGH_LOOKS = 10  # reviews after which their time is taken as measured
GOLD_MOST, GOLD_MARGIN = (
    20,
    125,
)  # one task in twenty at most is gold; chance may give a quarter more


@dataclass(frozen=True, slots=True)
class Workload:
    """The answers a project may have to pay, by purpose.

    Args:
        tasks: number of regular tasks.
        least: minimum number of answers per task.
        most: maximum number of answers per task, if tasks get answers until their label is sure;
            else ``least``.
        more: extra answers requested for single tasks.
        practice: number of practice tasks, one per invited person.
        gold: maximum number of answers to gold tasks.
        audits: number of closed tasks that are checked again.
        counted: number of answers that already count.
        beside: number of paid answers that do not count.
        likely_hundredths: likely answers per task, in hundredths.
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
        """Return the answers to tasks, without gold checks and practice."""
        return max(self.tasks * self.most + self.more, self.counted)

    @property
    def answers(self) -> int:
        """Return the maximum number of answers."""
        return self.regular + max(self.practice + self.gold + self.audits, self.beside)

    @property
    def is_until_sure(self) -> bool:
        """Return whether tasks get more answers until their label is sure."""
        return self.most > self.least

    @property
    def likely_each(self) -> float:
        """Return the likely number of answers per task."""
        return self.likely_hundredths / 100

    @property
    def likely(self) -> int:
        """Return the likely number of answers, gold checks and practice included, rounded up."""
        hundredths = self.likely_hundredths or 100 * self.most
        regular = max(divided_up(self.tasks * hundredths, 100) + self.more, self.counted)
        return regular + max(self.practice + self.gold + self.audits, self.beside)


def gold_answers(regular: int, gold: int, people: int) -> int:
    """Return the maximum number of gold answers: once per person and task, one in twenty.

    Example:
        >>> gold_answers(1900, 50, 10), gold_answers(1900, 3, 10), gold_answers(1900, 0, 10)
        (125, 30, 0)
    """
    hidden = divided_up(regular * GOLD_MARGIN, 100 * (GOLD_MOST - 1))
    return min(gold * people, hidden)


def audit_answers(tasks: int, per_mille: int) -> int:
    """Return the number of closed tasks that are checked again, rounded up.

    Example:
        >>> audit_answers(1001, 10), audit_answers(1000, 0)
        (11, 0)
    """
    return divided_up(tasks * per_mille, PER_MILLE)


@dataclass(frozen=True, slots=True)
class Looks:
    """The reviews that may follow.

    Args:
        tasks: number of tasks that may be reviewed.
        per_mille: expected reviews per thousand tasks.
        people: maximum number of reviewers per task.
        known: number of reviews that are done or pending.
        piece: price of one review.
        by_hour: additional pay per hour of measured time; None where hours are not paid.
        look_ms: time per review, in milliseconds; 0 if unknown.
        is_measured: whether that time was measured on earlier reviews.

    Raises:
        BadInput: a value is below 0, or the share is above a thousand per thousand.
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
        """Raise if a count, a share or a time is out of range."""
        numbers = (self.tasks, self.per_mille, self.people, self.known, self.look_ms)
        if min(*numbers, self.piece.micro) < 0 or self.per_mille > PER_MILLE:
            raise BadInput(
                f"{self.per_mille} in a thousand of {self.tasks} tasks reviewed by {self.people} at"
                f" {self.piece.micro}, {self.look_ms} ms each; expected none below 0",
                code="bad-looks",
            )

    @property
    def share(self) -> float:
        """Return the share of tasks expected to be reviewed."""
        return self.per_mille / PER_MILLE

    @property
    def count(self) -> int:
        """Return the number of reviews to fund: the expected ones, at least the known ones."""
        expected = divided_up(self.tasks * self.per_mille, PER_MILLE) * self.people
        return max(expected, self.known)


@dataclass(frozen=True, slots=True)
class LooksNeed:
    """The amount to lock for reviews: price, hours, and top-up.

    Args:
        looks: number of reviews and its basis.
        pay: price of the reviews, by the piece.
        hours: their time, where hours are paid.
        top_up: reserve for reviewers whose pay would stay below their floor.
    """

    looks: Looks
    pay: Money
    hours: Money
    top_up: Money

    @property
    def total(self) -> Money:
        """Return everything but the employer's contributions."""
        return self.pay + self.hours + self.top_up


def need_of_looks(looks: Looks, floor: Money | None) -> LooksNeed:
    """Compute the amount to lock for reviews, from share, time, and floor or rate.

    Args:
        looks: number, time and price of the reviews.
        floor: highest hourly floor of the people, in the currency of the price.

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
    """Return the time assumed per review, and whether it was measured.

    Args:
        declared_ms: time per review the requester declares, in milliseconds; 0 if none.
        made_ms: time of each finished review, in milliseconds.
        task_ms: time per task, in milliseconds; 0 if unknown.

    Example:
        >>> look_time(0, [], 20_000), look_time(30_000, [], 20_000), look_time(0, [9_000] * 10, 0)
        ((40000, False), (30000, False), (9000, True))
    """
    times = list(made_ms)
    if len(times) >= ENOUGH_LOOKS:
        return divided_up(sum(times), len(times)), True
    return declared_ms or LOOK_TASKS * task_ms, False
