"""Set the minimum pay per hour of a person's day, and record which rule decided it.

The floor is the highest of four: the legal minimum where the person works, a living wage if known,
the project's own floor, the operator's. It is looked up for each local day. ``period_pay`` decides
what a period then owes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from canut.core.errors import BadInput, Incomplete
from canut.core.money import MICRO, Money, divided_up
from canut.core.places.parameters import Known, Places, Status

LEGAL = "minimum_wage.general"
LIVING = "living_wage.general"


class Bound(StrEnum):
    """The rule that set the floor."""

    LEGAL = "legal"
    LIVING = "living"
    PROJECT = "project"
    OPERATOR = "operator"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The value of one unit of a currency in the currency of pay, with its source.

    Raises:
        BadInput: the rate is 0 or below.
    """

    rate: Decimal
    on: date
    source: str

    def __post_init__(self) -> None:
        """Raise if the rate is 0 or below: the floor would vanish."""
        if not self.rate.is_finite() or self.rate <= 0:
            raise BadInput(
                f"exchange rate is {self.rate}; expected a number above 0", code="bad-exchange"
            )


@dataclass(frozen=True, slots=True)
class FloorPolicy:
    """The hourly minimums of project and operator, and the exchange rates.

    Args:
        currency: currency of pay.
        project: hourly floor of the project, if it has one.
        operator: hourly floor of the operator, if they set one.
        exchange: value of one unit in ``currency``, by currency.
    """

    currency: str
    project: Money | None = None
    operator: Money | None = None
    exchange: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])


@dataclass(frozen=True, slots=True)
class Floor:
    """The minimum pay per hour, and the rule that set it.

    Args:
        per_hour: the floor, in the currency of pay.
        bound: which rule set it; on a tie the first of legal, living, project, operator.
        candidates: hourly minimum of each rule, in the currency of pay.
        known: dated parameters behind it, for the statement.
        is_law: whether the legal minimum covers this status; otherwise Canut extends it.
    """

    per_hour: Money
    bound: Bound
    candidates: Mapping[Bound, Money] = field(default_factory=dict[Bound, Money])
    known: tuple[Known, ...] = ()
    is_law: bool = False


def floor_on(
    places: Places, jurisdiction: str, day: date, status: Status, policy: FloorPolicy
) -> Floor:
    """Find the floor of one person on one local day at their workplace.

    The legal minimum also applies to self-employed people (ILO Convention 193). Volunteers and own
    staff have no floor here: they are not paid through Canut.

    Raises:
        BadInput: the code is not that of a jurisdiction.
        Incomplete: the legal minimum is unknown or past its hard stop, or the hours a minimum
            stands for or an exchange rate are missing.

    Example:
        >>> from canut.core.places.reader import shipped_places
        >>> policy = FloorPolicy("CAD", project=Money(16_500_000, "CAD"))
        >>> on = date(2026, 5, 1)
        >>> floor = floor_on(shipped_places(), "CA-QC", on, Status.EMPLOYEE, policy)
        >>> floor.bound.value, floor.per_hour
        ('legal', Money(micro=16600000, currency='CAD'))
    """
    if not status.is_paid_here:
        return Floor(Money(0, policy.currency), Bound.NONE)
    legal = places.known(LEGAL, jurisdiction, day)
    living = places.found(LIVING, jurisdiction, day)
    parameters = (legal, living) if living else (legal,)
    hourly_minimums = {Bound.LEGAL: _hourly(places, legal)}
    if living:
        hourly_minimums[Bound.LIVING] = _hourly(places, living)
    if policy.project:
        hourly_minimums[Bound.PROJECT] = policy.project
    if policy.operator:
        hourly_minimums[Bound.OPERATOR] = policy.operator
    candidates = {bound: exchanged(money, policy) for bound, money in hourly_minimums.items()}
    bound = max(candidates, key=lambda rule: candidates[rule].micro)
    decided = places.parameter(LEGAL, jurisdiction)
    is_law = decided is not None and status in decided[1].applies_to
    return Floor(candidates[bound], bound, candidates, parameters, is_law)


def _hourly(places: Places, parameter: Known) -> Money:
    """Convert a daily or monthly minimum to an hourly one, rounded up."""
    currency, _, period = parameter.unit.partition("/")
    hours = Decimal(1)
    if period != "hour":
        basis = places.by_code[parameter.place].hours.get(period)
        if basis is None:
            raise Incomplete(
                f"{parameter.name} of {parameter.place} is {parameter.unit}, "
                f"with an unknown number of hours; add hours_basis.{period} with its source "
                f"to {parameter.place}.yaml",
                code="hours-unknown",
                place=parameter.place,
                parameter=parameter.name,
            )
        hours = basis.hours
    top, bottom = parameter.value.as_integer_ratio()
    hours_top, hours_bottom = hours.as_integer_ratio()
    return Money(divided_up(top * MICRO * hours_bottom, bottom * hours_top), currency)


def exchanged(money: Money, policy: FloorPolicy) -> Money:
    """Convert a floor to the currency of pay, rounded up."""
    if money.currency == policy.currency:
        return money
    exchange = policy.exchange.get(money.currency)
    if exchange is None:
        raise Incomplete(
            f"the floor is in {money.currency} and pay in {policy.currency}; give a rate of that "
            "day, with its source",
            code="exchange-unknown",
            seen=money.currency,
            expected=policy.currency,
        )
    top, bottom = exchange.rate.as_integer_ratio()
    return Money(divided_up(money.micro * top, bottom), policy.currency)
