"""Add up what a project has cost so far, every part by name.

Answers, reviews, hours, what brings each person to their floor, what an employer owes on top, and
what everybody between client and worker keeps. What is in a closed pay period is exact: it comes
from its statements. The period under way is an estimate, as if it closed now. Shares of the chain
are decided in ``chain``, pay in ``pay``.
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
        pieces: what their answers bring, after decisions.
        is_employee: an employer owes contributions on their pay.
        hours: what their time is paid, where hours are.
        reviews: how many reviews they made.
        reviewed: what those bring.
        review_ms: the part of their time that was spent on them.
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
        """What their work brings before any top-up."""
        nothing = Money(0, self.pieces.currency)
        return self.pieces + (self.reviewed or nothing) + (self.hours or nothing)

    @property
    def top_up(self) -> Money:
        """What would bring them to their floor now, up to the whole minor unit."""
        lacking = max(0, self.tried.due_micro - self.earned.micro)
        return rounded_up(Money(lacking, self.pieces.currency))


@dataclass(frozen=True, slots=True)
class Bill:
    """What a project has cost, part by part, in one currency.

    Args:
        answers: how many answers are paid.
        people: by how many people.
        time_ms: their time.
        pieces: the price of the answers, after decisions.
        hours: time paid by the hour.
        top_up: what brings people to their floor.
        contributions: what goes on top: holidays, vacation pay, rounding and what employers owe.
        intermediaries: what declared parties between client and worker keep.
        operator: what whoever runs the platform keeps.
        undisclosed: what links keep that nobody declares.
        looks: how many reviews are paid.
        reviews: the price of the reviews.
        review_ms: the part of the time that was spent on them.
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

    @property
    def to_people(self) -> Money:
        """What goes to the people who answer and review."""
        return self.pieces + self.reviews + self.hours + self.top_up

    @property
    def labour(self) -> Money:
        """What must come out of the funds: people, and what is owed on their pay."""
        return self.to_people + self.contributions

    @property
    def total(self) -> Money:
        """Everything."""
        return self.labour + self.intermediaries + self.operator + self.undisclosed

    @property
    def people_share(self) -> float:
        """The part of everything that goes to the people who answer; 1 of nothing."""
        return self.to_people.micro / self.total.micro if self.total.micro else 1.0


def bill_of_statements(
    sums: Mapping[str, int], answers: int, people: int, chain: Chain | None, currency: str
) -> Bill:
    """Bring the sums over statements of closed periods into a bill; every part is exact.

    Args:
        sums: ``time_ms``, ``review_ms``, ``looks`` and, in micro-units, ``pieces``, ``reviews``,
            ``hours``, ``top_up`` and ``on_top``.
        answers: how many they paid.
        people: to how many people.
        chain: who is paid on the way; None where nobody declared it.
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
        **_on_the_way(chain, answers, currency),
    )


def together(closed: Bill, under_way: Bill, people: int) -> Bill:
    """Add what is closed and what is under way; ``people`` counts each person once."""
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
    )


def bill_of(
    owed: Sequence[Owed], chain: Chain | None, rate: Decimal, currency: str, volunteers_ms: int = 0
) -> Bill:
    """Add up a bill.

    Args:
        owed: everybody who is paid.
        chain: who is paid on the way; None where nobody declared it.
        rate: employer's part of each unit paid to an employee.
        currency: the currency of the project.
        volunteers_ms: time of people who are not paid here.

    Raises:
        BadInput: amounts are in different currencies.

    Example:
        >>> one = PilotPerson(1, 2, 3_600_000, Money(16_600_000, "CAD"))
        >>> owed = [Owed(one, Money(10_000_000, "CAD"), is_employee=False)]
        >>> bill_of(owed, None, Decimal(0), "CAD").top_up
        Money(micro=6600000, currency='CAD')
    """
    nothing = Money(0, currency)
    pieces = sum((one.pieces for one in owed), nothing)
    top_up = sum((one.top_up for one in owed), nothing)
    employed = sum((one.earned + one.top_up for one in owed if one.is_employee), nothing)
    answers = sum(one.tried.pieces for one in owed)
    return Bill(
        answers=answers,
        people=len(owed),
        time_ms=sum(one.tried.time_ms for one in owed) + volunteers_ms,
        pieces=pieces,
        top_up=top_up,
        contributions=on_top(employed, rate),
        hours=sum((one.hours for one in owed if one.hours), nothing),
        looks=sum(one.reviews for one in owed),
        reviews=sum((one.reviewed for one in owed if one.reviewed), nothing),
        review_ms=sum(one.review_ms for one in owed),
        **_on_the_way(chain, answers, currency),
    )


def _on_the_way(chain: Chain | None, answers: int, currency: str) -> dict[str, Money]:
    """Return what everybody between client and worker keeps of so many answers."""
    roles = (PartyRole.INTERMEDIARY, PartyRole.OPERATOR, PartyRole.UNDISCLOSED)
    names = ("intermediaries", "operator", "undisclosed")
    nothing = Money(0, currency)
    return {
        name: chain.kept_by(role) * answers if chain else nothing
        for name, role in zip(names, roles, strict=True)
    }
