"""Add up what a project has cost so far, every part by name.

Pieces, what brings each person to their floor, what an employer owes on top, and what everybody
between client and worker keeps. Top-ups are final only when a pay period closes; until then they
are what they would be if it closed now. Shares of the chain are decided in ``chain``, pay in
``pay``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from canut.core.labour.chain import Chain, PartyRole
from canut.core.labour.funds import on_top
from canut.core.labour.pilot import Tried
from canut.core.money import Money, rounded_up


@dataclass(frozen=True, slots=True)
class Owed:
    """One person's part of a bill.

    Args:
        tried: their answers, time and floor.
        pieces: what their answers bring, after decisions.
        is_employee: an employer owes contributions on their pay.
    """

    tried: Tried
    pieces: Money
    is_employee: bool

    @property
    def top_up(self) -> Money:
        """What would bring them to their floor now, up to the whole minor unit."""
        lacking = max(0, self.tried.due_micro - self.pieces.micro)
        return rounded_up(Money(lacking, self.pieces.currency))


@dataclass(frozen=True, slots=True)
class Bill:
    """What a project has cost, part by part, in one currency.

    Args:
        answers: how many answers are paid.
        people: by how many people.
        time_ms: their time.
        pieces: the price of the answers, after decisions.
        top_up: what brings people to their floor.
        contributions: what employers owe on top.
        intermediaries: what declared parties between client and worker keep.
        operator: what whoever runs the platform keeps.
        undisclosed: what links keep that nobody declares.
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

    @property
    def to_people(self) -> Money:
        """What goes to the people who answer."""
        return self.pieces + self.top_up

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
        >>> one = Tried(1, 2, 3_600_000, Money(16_600_000, "CAD"))
        >>> owed = [Owed(one, Money(10_000_000, "CAD"), is_employee=False)]
        >>> bill_of(owed, None, Decimal(0), "CAD").top_up
        Money(micro=6600000, currency='CAD')
    """
    nothing = Money(0, currency)
    pieces = sum((one.pieces for one in owed), nothing)
    top_up = sum((one.top_up for one in owed), nothing)
    employed = sum((one.pieces + one.top_up for one in owed if one.is_employee), nothing)
    answers = sum(one.tried.pieces for one in owed)

    def kept(role: PartyRole) -> Money:
        return chain.kept_by(role) * answers if chain else nothing

    return Bill(
        answers=answers,
        people=len(owed),
        time_ms=sum(one.tried.time_ms for one in owed) + volunteers_ms,
        pieces=pieces,
        top_up=top_up,
        contributions=on_top(employed, rate),
        intermediaries=kept(PartyRole.INTERMEDIARY),
        operator=kept(PartyRole.OPERATOR),
        undisclosed=kept(PartyRole.UNDISCLOSED),
    )
