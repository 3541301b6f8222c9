"""Add up what a project has cost so far, part by part.

The parts are answers, reviews, hours, top-ups, employer's contributions, and the shares of
intermediaries. Amounts of closed pay periods are exact: they come from statements. The open period
is an estimate, as if it closed now. ``intermediaries`` decides the shares of the chain,
``period_pay`` the pay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from canut.core.money import Money, rounded_up
from canut.core.pay.intermediaries import Chain, PartyRole
from canut.core.pay.pilot import PilotPerson
from canut.core.pay.required_funds import on_top


@dataclass(frozen=True, slots=True)
class Owed:
    """One person's part of a bill.

    Args:
        tried: their answers, time and floor.
        pieces: pay for their answers, after decisions.
        is_employee: whether an employer owes contributions on their pay.
        hours: pay for their time, where hours are paid.
        reviews: number of reviews they made.
        reviewed: pay for those reviews.
        review_ms: part of their time spent on reviews, in milliseconds.
    """

    tried: PilotPerson
    pieces: Money
    is_employee: bool
    hours: Money | None = None
    reviews: int = 0
    reviewed: Money | None = None
    review_ms: int = 0

    @property
    def earned(self) -> Money:
        """Return what their work earned before any top-up."""
        nothing = Money(0, self.pieces.currency)
        return self.pieces + (self.reviewed or nothing) + (self.hours or nothing)

    @property
    def top_up(self) -> Money:
        """Return the top-up that would reach their floor now, rounded up to the minor unit."""
        lacking = max(0, self.tried.due_micro - self.earned.micro)
        return rounded_up(Money(lacking, self.pieces.currency))


@dataclass(frozen=True, slots=True)
class Bill:
    """What a project has cost, part by part, in one currency.

    Args:
        answers: number of answers paid.
        people: number of people paid.
        time_ms: their time, in milliseconds.
        pieces: price of the answers, after decisions.
        hours: time paid by the hour.
        top_up: top-ups to people's floors.
        contributions: holidays, vacation pay, rounding and employer's contributions.
        intermediaries: amount for declared parties between client and worker.
        operator: amount for the platform's operator.
        undisclosed: amount for undeclared parties.
        looks: number of reviews paid.
        reviews: price of the reviews.
        review_ms: part of the time spent on reviews, in milliseconds.
        ethics: share of what ethics reviews cost the platform.
    """

    answers: int
    people: int
    time_ms: int
    pieces: Money
    top_up: Money
    contributions: Money
    intermediaries: Money
    operator: Money
    undisclosed: Money
    hours: Money
    looks: int
    reviews: Money
    review_ms: int
    ethics: Money

    @property
    def has_measured_time(self) -> bool:
        """Return whether its time was measured: work that was paid took some, and never 0."""
        return self.time_ms > 0 or not (self.answers or self.looks)

    @property
    def to_people(self) -> Money:
        """Return what goes to the people who answer and review."""
        return self.pieces + self.reviews + self.hours + self.top_up

    @property
    def labour(self) -> Money:
        """Return what the project's funds pay: people, contributions, its share of reviews."""
        return self.to_people + self.contributions + self.ethics

    @property
    def total(self) -> Money:
        """Return the sum of all parts."""
        return self.labour + self.intermediaries + self.operator + self.undisclosed

    @property
    def people_share(self) -> float:
        """Return the share of the total that goes to people who answer; 1 if the total is 0."""
        return self.to_people.micro / self.total.micro if self.total.micro else 1.0


def bill_of_statements(
    sums: Mapping[str, int], answers: int, people: int, chain: Chain | None, currency: str
) -> Bill:
    """Build a bill from sums over the statements of closed periods; every part is exact.

    Args:
        sums: ``time_ms``, ``review_ms``, ``looks`` and, in micro-units, ``pieces``, ``reviews``,
            ``hours``, ``top_up``, ``on_top`` and ``ethics``.
        answers: number of answers paid.
        people: number of people paid.
        chain: the intermediaries; None if not declared.
        currency: the currency of the project.
    """
    return Bill(
        answers=answers,
        people=people,
        time_ms=sums["time_ms"],
        pieces=Money(sums["pieces"], currency),
        top_up=Money(sums["top_up"], currency),
        contributions=Money(sums["on_top"], currency),
        hours=Money(sums["hours"], currency),
        looks=sums["looks"],
        reviews=Money(sums["reviews"], currency),
        review_ms=sums["review_ms"],
        ethics=Money(sums.get("ethics", 0), currency),
        **_on_the_way(chain, answers, currency),
    )


def together(closed: Bill, under_way: Bill, people: int) -> Bill:
    """Add closed and open periods; ``people`` counts each person once."""
    return Bill(
        answers=closed.answers + under_way.answers,
        people=people,
        time_ms=closed.time_ms + under_way.time_ms,
        pieces=closed.pieces + under_way.pieces,
        top_up=closed.top_up + under_way.top_up,
        contributions=closed.contributions + under_way.contributions,
        intermediaries=closed.intermediaries + under_way.intermediaries,
        operator=closed.operator + under_way.operator,
        undisclosed=closed.undisclosed + under_way.undisclosed,
        hours=closed.hours + under_way.hours,
        looks=closed.looks + under_way.looks,
        reviews=closed.reviews + under_way.reviews,
        review_ms=closed.review_ms + under_way.review_ms,
        ethics=closed.ethics + under_way.ethics,
    )


def bill_of(
    owed: Sequence[Owed], chain: Chain | None, rate: Decimal, currency: str, volunteers_ms: int = 0
) -> Bill:
    """Add up a bill.

    Args:
        owed: each person who is paid, with their price and top-up.
        chain: the intermediaries between client and worker; None if not declared.
        rate: employer's contributions as a share of an employee's pay.
        currency: the currency of the project.
        volunteers_ms: time of people who are not paid here.

    Raises:
        BadInput: amounts are in different currencies.

    Example:
        >>> ana = PilotPerson(1, 2, 3_600_000, Money(16_600_000, "CAD"))
        >>> owed = [Owed(ana, Money(10_000_000, "CAD"), is_employee=False)]
        >>> bill_of(owed, None, Decimal(0), "CAD").top_up
        Money(micro=6600000, currency='CAD')
    """
    nothing = Money(0, currency)
    pieces = sum((person.pieces for person in owed), nothing)
    top_up = sum((person.top_up for person in owed), nothing)
    employed = sum(
        (person.earned + person.top_up for person in owed if person.is_employee), nothing
    )
    answers = sum(person.tried.pieces for person in owed)
    return Bill(
        answers=answers,
        people=len(owed),
        time_ms=sum(person.tried.time_ms for person in owed) + volunteers_ms,
        pieces=pieces,
        top_up=top_up,
        contributions=on_top(employed, rate),
        hours=sum((person.hours for person in owed if person.hours), nothing),
        looks=sum(person.reviews for person in owed),
        reviews=sum((person.reviewed for person in owed if person.reviewed), nothing),
        review_ms=sum(person.review_ms for person in owed),
        ethics=nothing,
        **_on_the_way(chain, answers, currency),
    )


def share_on_the_way(chain: Chain | None, currency: str) -> Money:
    """Return what all parties between client and worker receive for one answer."""
    return sum(_on_the_way(chain, 1, currency).values(), Money(0, currency))


def _on_the_way(chain: Chain | None, answers: int, currency: str) -> dict[str, Money]:
    """Return what the intermediaries between client and worker receive for these answers."""
    roles = (PartyRole.INTERMEDIARY, PartyRole.OPERATOR, PartyRole.UNDISCLOSED)
    names = ("intermediaries", "operator", "undisclosed")
    nothing = Money(0, currency)
    return {
        name: chain.kept_by(role) * answers if chain else nothing
        for name, role in zip(names, roles, strict=True)
    }
