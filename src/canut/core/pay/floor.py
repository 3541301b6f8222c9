"""Set the least an hour of a person's day may bring, and say which rule bound.

The floor is the highest of four: the legal minimum where the person works, a living wage where one
is known, the project's own floor, the operator's. It is looked up for each local day. What a period
then owes is decided in ``pay``.
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
    """What set the floor."""

    LEGAL = "legal"
    LIVING = "living"
    PROJECT = "project"
    OPERATOR = "operator"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one unit of a currency is worth in the currency of pay, and who says so.

    Raises:
        BadInput: the rate is not above 0.
    """

    rate: Decimal
    on: date
    source: str

    def __post_init__(self) -> None:
        """Refuse a rate that would make a floor vanish."""
        if not self.rate.is_finite() or self.rate <= 0:
            raise BadInput(
                f"exchange rate is {self.rate}; expected a number above 0", code="bad-exchange"
            )


@dataclass(frozen=True, slots=True)
class FloorPolicy:
    """What project and operator promise an hour, and how currencies meet.

    Args:
        currency: the currency people are paid in.
        project: the project's floor an hour, if it has one.
        operator: the operator's floor an hour, if they set one.
        exchange: by currency, what one unit is worth in ``currency``.
    """

    currency: str
    project: Money | None = None
    operator: Money | None = None
    exchange: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])


@dataclass(frozen=True, slots=True)
class Floor:
    """The least an hour may bring.

    Args:
        per_hour: the floor, in the currency of pay.
        bound: which rule set it; on a tie the first of legal, living, project, operator.
        candidates: what each rule asked, in the currency of pay.
        known: the dated parameters it rests on, for the statement.
        is_law: the legal minimum names this status; otherwise Canut extends it.
    """

    per_hour: Money
    bound: Bound
    candidates: Mapping[Bound, Money] = field(default_factory=dict[Bound, Money])
    known: tuple[Known, ...] = ()
    is_law: bool = False


def floor_on(places: Places, place: str, day: date, status: Status, policy: FloorPolicy) -> Floor:
    """Find the floor of one person on one local day of where they work.

    Self-employed people are held to the legal minimum too (ILO Convention 193). Volunteers and own
    staff have no floor here: they are not paid through Canut.

    Raises:
        BadInput: this is not the code of a place.
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
    legal = places.known(LEGAL, place, day)
    living = places.found(LIVING, place, day)
    known = (legal, living) if living else (legal,)
    asked = {Bound.LEGAL: _hourly(places, legal)}
    if living:
        asked[Bound.LIVING] = _hourly(places, living)
    if policy.project:
        asked[Bound.PROJECT] = policy.project
    if policy.operator:
        asked[Bound.OPERATOR] = policy.operator
    candidates = {bound: _exchanged(money, policy) for bound, money in asked.items()}
    bound = max(candidates, key=lambda one: candidates[one].micro)
    decided = places.parameter(LEGAL, place)
    is_law = decided is not None and status in decided[1].applies_to
    return Floor(candidates[bound], bound, candidates, known, is_law)


def _hourly(places: Places, known: Known) -> Money:
    """Bring a daily or monthly minimum to an hour, any rest going up."""
    currency, _, period = known.unit.partition("/")
    hours = Decimal(1)
    if period != "hour":
        basis = places.by_code[known.place].hours.get(period)
        if basis is None:
            raise Incomplete(
                f"{known.name} of {known.place} is {known.unit} and nobody says how many hours "
                f"that is; add hours_basis.{period} with its source to {known.place}.yaml",
                code="hours-unknown",
                place=known.place,
                parameter=known.name,
            )
        hours = basis.hours
    top, bottom = known.value.as_integer_ratio()
    hours_top, hours_bottom = hours.as_integer_ratio()
    return Money(divided_up(top * MICRO * hours_bottom, bottom * hours_top), currency)


def _exchanged(money: Money, policy: FloorPolicy) -> Money:
    """Bring a floor to the currency of pay, any rest going up."""
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
