"""Convert hourly prices to piece prices, and measured times to expected pay per hour.

A requester declares what an hour should pay and how long a task takes; the piece price is computed
from them, rounded up. Measured times are summarised by percentiles that occurred, never by a mean.
``pilot`` decides whether a price is high enough, ``period_pay`` what somebody is owed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up

HUNDRED = 100
DRIFT_PARTS = 5  # one in five: 20 %
LONGEST_TASK_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Declared:
    """The price and time a requester declares.

    Args:
        hourly: intended pay per hour; zero if only the piece is priced.
        task_ms: expected time per task, in milliseconds; 0 if not declared.
        piece: price of one answer.
        by_hour: additional pay per hour of measured time; None where hours are not paid.

    Raises:
        BadInput: a value is below 0, a task would take more than a day, or hours are paid and no
            task time is declared.
    """

    hourly: Money
    task_ms: int
    piece: Money
    by_hour: Money | None = None

    def __post_init__(self) -> None:
        """Raise if a value is below 0, or the task time is missing or over a day."""
        if self.hourly.micro < 0 or self.piece.micro < 0:
            raise BadInput(
                f"price is {self.hourly.micro} an hour and {self.piece.micro} a piece; expected "
                "none below 0",
                code="bad-price",
            )
        hour = self.by_hour.micro if self.by_hour else 0
        if hour < 0:
            raise BadInput(f"an hour pays {hour}; expected 0 or more", code="bad-price")
        if not (1 if hour else 0) <= self.task_ms <= LONGEST_TASK_MS:
            raise BadInput(
                f"a task is said to take {self.task_ms} ms; expected at most one day, and where "
                "hours are paid more than nothing",
                code="bad-task-time",
                seen=self.task_ms,
            )

    @property
    def answer(self) -> Money:
        """Return the pay of one answer: its price, and its time where hours are paid."""
        if not self.by_hour:
            return self.piece
        return self.piece + piece_price(self.by_hour, self.task_ms)


@dataclass(frozen=True, slots=True)
class TaskTime:
    """A summary of task times.

    Args:
        tasks: number of timed tasks.
        people: number of people timed.
        p50_ms: median time, in milliseconds.
        p90_ms: 90th percentile, in milliseconds.
        total_ms: sum of all times, in milliseconds.
    """

    tasks: int
    people: int
    p50_ms: int
    p90_ms: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class PerHour:
    """Measured pay per hour.

    ``median`` and ``lowest_decile`` are the 50th and 10th percentiles of people's pay per hour.
    """

    people: int
    median: Money
    lowest_decile: Money


def piece_price(hourly: Money, task_ms: int) -> Money:
    """Return the piece price of a task at an hourly price, rounded up to the micro-unit.

    Raises:
        BadInput: the price is below 0, or the time is not above 0.

    Example:
        >>> piece_price(Money(18_000_000, "CAD"), 45_001)
        Money(micro=225005, currency='CAD')
    """
    _check_rate(hourly, task_ms)
    return Money(divided_up(hourly.micro * task_ms, HOUR_MS), hourly.currency)


def hourly_price(piece: Money, task_ms: int) -> Money:
    """Return the lowest hourly price at which a task pays at least ``piece``.

    Raises:
        BadInput: the price is below 0, or the time is not above 0.

    Example:
        >>> hourly_price(Money(225_000, "CAD"), 45_000)
        Money(micro=18000000, currency='CAD')
    """
    _check_rate(piece, task_ms)
    return Money(divided_up(piece.micro * HOUR_MS, task_ms), piece.currency)


def hourly_yield(piece: Money, task_ms: int) -> Money:
    """Return the pay per hour at a piece price, rounded down, since it is a promise.

    Raises:
        BadInput: the price is below 0, or the time is not above 0.

    Example:
        >>> hourly_yield(Money(100_000, "CAD"), 17_000)
        Money(micro=21176470, currency='CAD')
    """
    _check_rate(piece, task_ms)
    return Money(piece.micro * HOUR_MS // task_ms, piece.currency)


def ranked[N: (int, float)](values: Sequence[N], of_hundred: int) -> N:
    """Return the percentile ``of_hundred`` of the values (nearest rank).

    The result is always one of the values.

    Raises:
        BadInput: there is no value, or the rank is not from 1 to 100.

    Example:
        >>> ranked([3, 1, 2, 10], 50), ranked([3, 1, 2, 10], 90)
        (2, 10)
    """
    if not values or not 1 <= of_hundred <= HUNDRED:
        raise BadInput(
            f"rank {of_hundred} of {len(values)} values; expected 1 to 100 of one or more",
            code="bad-rank",
        )
    return sorted(values)[divided_up(of_hundred * len(values), HUNDRED) - 1]


def task_time(times: Iterable[Sequence[int]]) -> TaskTime | None:
    """Summarise task times; return None without any.

    Args:
        times: milliseconds of each task, by person.
    """
    people = [person for person in times if person]
    every = [ms for person in people for ms in person]
    if not every:
        return None
    return TaskTime(len(every), len(people), ranked(every, 50), ranked(every, 90), sum(every))


def per_hour_of(earned: Iterable[tuple[Money, int]]) -> PerHour | None:
    """Summarise each person's pay per hour; return None if nobody has time.

    Args:
        earned: amount earned and milliseconds worked, by person.

    Raises:
        BadInput: amounts are in different currencies.
    """
    each = [Money(m.micro * HOUR_MS // ms, m.currency) for m, ms in earned if ms > 0]
    if not each:
        return None
    total = Money(0, each[0].currency)
    for money in each:
        total += money  # refuses another currency
    micros = [money.micro for money in each]
    currency = total.currency
    return PerHour(
        len(each), Money(ranked(micros, 50), currency), Money(ranked(micros, 10), currency)
    )


def has_drifted(declared_ms: int, measured_ms: int) -> bool:
    """Return whether tasks take over a fifth more, or less, than declared.

    Example:
        >>> has_drifted(30_000, 36_000), has_drifted(30_000, 36_001)
        (False, True)
    """
    return declared_ms > 0 and abs(measured_ms - declared_ms) * DRIFT_PARTS > declared_ms


def _check_rate(price: Money, task_ms: int) -> None:
    if price.micro < 0 or task_ms <= 0:
        raise BadInput(
            f"price is {price.micro} and a task takes {task_ms} ms; expected a price of 0 or more "
            "and a time above 0",
            code="bad-price",
        )
