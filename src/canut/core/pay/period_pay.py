"""Compute the pay of a period: pieces, hours, and the top-up to the floor.

Each person, project and period is separate: nothing is averaged over people, and a surplus never
covers another project or period. Rejected, gold, broken, withdrawn and practice work, instructions
and waiting are lines like any other: their time counts. Other modules measure time and choose the
lines; ``money`` rounds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up, per_hour, rounded_up
from canut.core.pay.floor import Floor
from canut.core.time.days import shared

type FloorOf = Callable[[date], Floor]


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Time on one local day at the workplace, and what it pays by the piece.

    Args:
        day: the local day the work was done.
        time_ms: active milliseconds; no second is on two lines.
        piece: price of the piece and bonuses; zero if only time counts.
        cost: costs of the work for the person; deducted before the floor is tested.

    Raises:
        BadInput: time or an amount is below 0.
    """

    day: date
    time_ms: int
    piece: Money
    cost: Money | None = None

    def __post_init__(self) -> None:
        """Raise if the time or an amount is below 0."""
        cost = self.cost.micro if self.cost else 0
        if self.time_ms < 0 or self.piece.micro < 0 or cost < 0:
            raise BadInput(
                f"line of {self.day} has {self.time_ms} ms, piece {self.piece.micro}, cost {cost}; "
                "expected none below 0",
                code="bad-work-line",
            )


@dataclass(frozen=True, slots=True)
class DayOfPay:
    """One local day: its time, its floor, the amount due under the floor, and its hourly pay.

    Both amounts are rounded up.
    """

    day: date
    time_ms: int
    floor: Floor
    due: Money
    by_hour: Money


@dataclass(frozen=True, slots=True)
class PeriodPay:
    """What one person earns on one project in one period.

    Args:
        pieces: prices and bonuses.
        by_hour: agreed hourly price times the time, rounded up.
        costs: costs of the work for the person.
        due: sum of floor times time, rounded up to the micro-unit.
        top_up: difference from ``paid`` up to ``due``, in whole minor units.
        per_hour: pay per hour after costs and top-up; None without time.
        lost_days: pay of days lost by a sanction (``lost_days``) and shares of resales, beside the
            floor; None for none.
    """

    days: tuple[DayOfPay, ...]
    time_ms: int
    pieces: Money
    by_hour: Money
    costs: Money
    due: Money
    top_up: Money
    per_hour: Money | None
    lost_days: Money | None = None

    @property
    def paid(self) -> Money:
        """Return what the work paid before the top-up, less costs."""
        return self.pieces + self.by_hour - self.costs

    @property
    def earned(self) -> Money:
        """Return the pay: pieces, hours, top-up, lost days. Costs only count for the floor."""
        earned = self.pieces + self.by_hour + self.top_up
        return earned if self.lost_days is None else earned + self.lost_days


def pay_of_period(
    lines: Iterable[WorkLine],
    floor_of: FloorOf,
    currency: str,
    hourly: Money | None = None,
    hourly_of_day: Mapping[date, Money] | None = None,
) -> PeriodPay:
    """Compute the pay of one person on one project in one period.

    Args:
        lines: the work of the period, in any order.
        floor_of: returns the floor of a local day; called only for days with time.
        currency: the currency of the project's prices.
        hourly: agreed hourly price, where hours are paid in addition to pieces.
        hourly_of_day: hourly price of the days on which it differed.

    Raises:
        BadInput: amounts are in different currencies, or the price an hour is below 0.
        Incomplete: a floor is not known; the period cannot close.

    Example:
        >>> from datetime import date
        >>> from canut.core.pay.floor import Bound, Floor
        >>> hour = WorkLine(date(2026, 5, 1), 3_600_000, Money(15_000_000, "CAD"))
        >>> floor = Floor(Money(16_600_000, "CAD"), Bound.LEGAL)
        >>> pay_of_period([hour], lambda day: floor, "CAD").top_up
        Money(micro=1600000, currency='CAD')
    """
    nothing = Money(0, currency)
    hourly, hourly_by_day = hourly or nothing, hourly_of_day or {}
    least = min((hourly, *hourly_by_day.values()), key=lambda price: (price - nothing).micro)
    if least < nothing:
        raise BadInput(f"price an hour is {least.micro}; expected 0 or more", code="bad-work-line")
    pieces = costs = nothing
    time_of: dict[date, int] = defaultdict(int)
    for line in lines:
        pieces += line.piece
        costs += line.cost or nothing
        time_of[line.day] += line.time_ms
    floors = {day: floor_of(day) for day, ms in sorted(time_of.items()) if ms}
    prices = {day: hourly_by_day.get(day, hourly) for day in floors}
    days = tuple(
        DayOfPay(
            day,
            time_of[day],
            floor,
            _worth_up(floor.per_hour, time_of[day]),
            _worth_up(prices[day], time_of[day]),
        )
        for day, floor in floors.items()
    )
    time_ms = sum(day.time_ms for day in days)
    exact = sum((day.floor.per_hour - nothing).micro * day.time_ms for day in days)
    due = Money(divided_up(exact, HOUR_MS), currency)
    hours = sum(prices[day.day].micro * day.time_ms for day in days)
    by_hour = Money(divided_up(hours, HOUR_MS), currency)
    paid = pieces + by_hour - costs
    top_up = rounded_up(max(nothing, due - paid, key=lambda money: money.micro))
    return PeriodPay(
        days, time_ms, pieces, by_hour, costs, due, top_up, per_hour(paid + top_up, time_ms)
    )


def in_whole_cents(pay: PeriodPay) -> PeriodPay:
    """Round a pay up to whole cents, day by day, so that its printed figures add up.

    Each day's due and hourly pay, the pieces and the costs are rounded up; the top-up is computed
    again.
    """
    days = tuple(
        replace(day, due=rounded_up(day.due), by_hour=rounded_up(day.by_hour)) for day in pay.days
    )
    nothing = Money(0, pay.due.currency)
    due = sum((day.due for day in days), nothing)
    by_hour = sum((day.by_hour for day in days), nothing)
    pieces, costs = rounded_up(pay.pieces), rounded_up(pay.costs)
    paid = pieces + by_hour - costs
    top_up = rounded_up(max(nothing, due - paid, key=lambda money: money.micro))
    return replace(
        pay,
        days=days,
        pieces=pieces,
        by_hour=by_hour,
        costs=costs,
        due=due,
        top_up=top_up,
        per_hour=per_hour(paid + top_up, pay.time_ms),
        lost_days=None if pay.lost_days is None else rounded_up(pay.lost_days),
    )


def wages_of_days(pay: PeriodPay, unit_micro: int = 1) -> list[int]:
    """Split what a pay earned between its days by what they are due, in micro-units.

    Args:
        pay: of one project.
        unit_micro: the unit of each part, such as a cent; what was earned is a multiple of it.
    """
    parts = shared(pay.earned.micro // unit_micro, [day.due.micro for day in pay.days])
    return [unit_micro * part for part in parts]


def close_period[Who](
    lines: Mapping[Who, Iterable[WorkLine]],
    floor_of: Callable[[Who, date], Floor],
    terms_of: Callable[[Who], tuple[str, Money | None]],
) -> dict[Who, PeriodPay]:
    """Compute the pay of every person, each separately.

    Args:
        lines: work lines by person and project; the caller chooses the key.
        floor_of: the floor of the pair on a local day.
        terms_of: returns the currency of a key, and its hourly price where hours are paid.

    Raises:
        BadInput: amounts are in different currencies.
        Incomplete: somebody's floor is not known; nothing closes.
    """
    closed: dict[Who, PeriodPay] = {}
    for key, work in lines.items():
        currency, hourly = terms_of(key)

        def floor_of_day(day: date, person: Who = key) -> Floor:
            return floor_of(person, day)

        closed[key] = pay_of_period(work, floor_of_day, currency, hourly)
    return closed


def _worth_up(rate_per_hour: Money, time_ms: int) -> Money:
    return Money(divided_up(rate_per_hour.micro * time_ms, HOUR_MS), rate_per_hour.currency)
