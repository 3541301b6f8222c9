"""Say what must be there before anybody works, and what a project has cost.

Locked before opening: the price of every answer that may still come, what top-ups may add, reviews,
and what an employer owes on top. Each part says what it rests on. Entries only ever add; none takes
money from a worker, for there is no such kind. Who owes what at the end of a period is decided in
``pay`` and ``contributions``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import MICRO, Money, divided_up
from canut.core.pay.contributions import Employer, Payment, contributions_of, vacation
from canut.core.pay.hourly_price import worth_of
from canut.core.pay.pilot import PilotPerson
from canut.core.pay.price import Declared
from canut.core.pay.workload import SLOWER_HUNDREDTHS, Looks, LooksNeed, Workload, need_of_looks
from canut.core.places.parameters import Places, Status

NO_EXEMPTION = 1_000_000  # pays a year: what is exempt from one of them is less than a cent
MARGIN_HUNDREDTHS = 125  # after it: top-ups a quarter above those of the pilot


class FundsKind(StrEnum):
    """What happens to a project's money; nothing here takes any from a worker."""

    DEPOSIT = "deposit"
    RESERVE = "reserve"
    RELEASE = "release"
    CHARGE = "charge"


class Basis(StrEnum):
    """What the reserve for top-ups rests on."""

    DECLARED = "declared"
    PILOT = "pilot"
    NO_FLOOR = "no-floor"


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a project's money is.

    Args:
        deposited: all that came in.
        locked: reserved for people's pay, and neither spent nor released.
        spent: charged to the project: paid out, with what goes on top.
    """

    deposited: Money
    locked: Money
    spent: Money

    @property
    def over(self) -> Money:
        """What was spent beyond what was locked: people are paid first."""
        return max(Money(0, self.locked.currency), -self.locked, key=lambda one: one.micro)

    @property
    def free(self) -> Money:
        """What is there and promised to nobody."""
        return self.deposited - self.locked - self.spent


@dataclass(frozen=True, slots=True)
class Need:
    """What must be locked, part by part.

    Args:
        answers: how many answers may still come.
        pay: their price by the piece.
        top_up: reserve for people whose pay would stay under their floor.
        contributions: what an employer owes on pay and top-up, vacation pay included.
        basis: what the reserve for top-ups rests on.
        task_ms: how long a task is taken to take; 0 where nobody knows.
        floor: the floor the reserve is made for; None where none is known.
        rate: employer's part of each unit paid.
        hours: reserve for time that is paid by the hour; nothing where only pieces are.
        reviews: what reviews may cost; None where nobody reviews.
        asked: what the answers are for; None where only their number was given.
    """

    answers: int
    pay: Money
    top_up: Money
    contributions: Money
    basis: Basis
    task_ms: int
    floor: Money | None
    rate: Decimal
    hours: Money
    reviews: LooksNeed | None = None
    asked: Workload | None = None

    @property
    def total(self) -> Money:
        """Everything that must be there."""
        answers = self.pay + self.hours + self.top_up + self.contributions
        return answers + self.reviews.total if self.reviews else answers

    @property
    def likely(self) -> Money | None:
        """What is likely to be needed; None where that is all of it, or not known."""
        asked = self.asked
        if asked is None or not asked.is_until_sure or not self.answers:
            return None
        spared = self.answers - min(asked.likely, self.answers)
        answers = self.pay + self.hours + self.top_up
        less = Money(answers.micro * spared // self.answers, answers.currency)
        return self.total - less - on_top(less, self.rate)

    def covering(self, asked: Workload, looks: Looks | None) -> "Need":
        """Return the same with what the answers are for, and with reviews.

        Raises:
            BadInput: amounts are in different currencies.
        """
        reviews = need_of_looks(looks, self.floor) if looks and looks.count else None
        paid = self.pay + self.hours + self.top_up
        above = on_top(paid + reviews.total if reviews else paid, self.rate)
        return replace(self, asked=asked, reviews=reviews, contributions=above)


def balance_of(lines: Iterable[tuple[FundsKind, Money]], currency: str) -> Balance:
    """Add up a project's funds.

    Raises:
        BadInput: a line is not above 0, or in another currency.

    Example:
        >>> cad = lambda micro: Money(micro, "CAD")
        >>> lines = [(FundsKind.DEPOSIT, cad(9)), (FundsKind.RESERVE, cad(5))]
        >>> balance_of(lines, "CAD").free
        Money(micro=4, currency='CAD')
    """
    sums = dict.fromkeys(FundsKind, Money(0, currency))
    for kind, money in lines:
        if money.micro <= 0:
            raise BadInput(
                f"a {kind} of {money.micro} micro-units; every line is above 0", code="bad-funds"
            )
        sums[kind] += money
    locked = sums[FundsKind.RESERVE] - sums[FundsKind.RELEASE] - sums[FundsKind.CHARGE]
    return Balance(sums[FundsKind.DEPOSIT], locked, sums[FundsKind.CHARGE])


def need_before_pilot(answers: int, price: Declared, floor: Money | None, rate: Decimal) -> Need:
    """Say what must be locked while nobody has worked yet.

    People are taken to need half as long again as was said, and to have the highest floor of the
    places where they are known to work.

    Args:
        answers: how many answers may come.
        price: what each pays, and an hour where hours are paid, and how long a task is said to be.
        floor: the highest floor an hour, in the currency of the price; None where none is known.
        rate: employer's part of each unit paid.

    Raises:
        BadInput: something is below 0, or currencies differ.
    """
    piece, task_ms = price.piece, price.task_ms
    _check(answers, piece, rate)
    slow_ms = divided_up(task_ms * SLOWER_HUNDREDTHS, 100)
    due = divided_up(floor.micro * slow_ms, HOUR_MS) if floor else 0
    hour = worth_of(price.by_hour.micro, slow_ms) if price.by_hour else 0
    hours = Money(hour * answers, piece.currency)
    top_up = Money(max(0, due - hour - piece.micro) * answers, piece.currency)
    basis = Basis.DECLARED if floor and task_ms else Basis.NO_FLOOR
    pay = piece * answers
    above = on_top(pay + hours + top_up, rate)
    return Need(answers, pay, top_up, above, basis, task_ms, floor, rate, hours)


def need_after_pilot(
    answers: int, piece: Money, people: Sequence[PilotPerson], rate: Decimal
) -> Need:
    """Say what must be locked once people have tried: top-ups and hours, and a quarter more.

    Args:
        answers: how many answers may still come.
        piece: what each pays.
        people: everybody who worked in the pilot.
        rate: employer's part of each unit paid.

    Raises:
        BadInput: something is below 0, currencies differ, or nobody answered.
    """
    _check(answers, piece, rate)
    pieces = sum(tried.pieces for tried in people)
    if not pieces:
        raise BadInput("nobody answered in the pilot; it says nothing yet", code="pilot-empty")
    lacking = sum(tried.lacks(piece) for tried in people)
    micro = divided_up(lacking * MARGIN_HUNDREDTHS * answers, 100 * pieces)
    timed = sum(tried.hours_micro for tried in people)
    hours = Money(divided_up(timed * MARGIN_HUNDREDTHS * answers, 100 * pieces), piece.currency)
    task_ms = sum(tried.time_ms for tried in people) // pieces
    floor = max((tried.floor for tried in people), key=lambda one: one.micro)
    pay, top_up = piece * answers, Money(micro, piece.currency)
    above = on_top(pay + hours + top_up, rate)
    return Need(answers, pay, top_up, above, Basis.PILOT, task_ms, floor, rate, hours)


def highest_rate(places: Places, codes: Iterable[str], day: date) -> Decimal:
    """Return the most an employer owes on each unit paid, vacation pay included.

    Every place is asked as for an employee's first pay at the highest rate of any payroll, with no
    exemption and no maximum reached: what turns out to be less is released. A place whose
    contributions are not described adds nothing: nobody can be employed there.

    Raises:
        BadInput: one of these is not the code of a place.
        Incomplete: no file speaks for a place, or a value is past its hard stop.
    """
    return max((_rate_of(places, code, day) for code in codes), default=Decimal(0))


def _rate_of(places: Places, code: str, day: date) -> Decimal:
    chain = places.chain(code)
    if not any(place.rules for place in chain):
        return Decimal(0)
    thousand = Money(1_000 * MICRO, chain[0].currency)
    first = Payment(
        place=code,
        day=day,
        status=Status.EMPLOYEE,
        gross=thousand,
        periods=NO_EXEMPTION,
        gross_before=Money(0, thousand.currency),
    )
    lines = contributions_of(places, first, Employer(yearly_payroll=thousand * MICRO))
    owed = sum(line.amount.micro for line in lines if line.payer == "employer")
    years = int(places.known("vacation.years", code, day).value)
    rest = vacation(places, code, day, thousand, years).micro
    above = owed + rest + divided_up(owed * rest, thousand.micro)
    return Decimal(above) / thousand.micro


def on_top(paid: Money, rate: Decimal) -> Money:
    """Return what goes on top of a pay at an employer's rate, any rest going up.

    Example:
        >>> on_top(Money(1_000_001, "CAD"), Decimal("0.1"))
        Money(micro=100001, currency='CAD')
    """
    exact = Decimal(paid.micro) * rate
    return Money(int(exact.to_integral_value(ROUND_CEILING)), paid.currency)


def _check(answers: int, piece: Money, rate: Decimal) -> None:
    if answers < 0 or piece.micro < 0 or rate < 0:
        raise BadInput(
            f"{answers} answers at {piece.micro}, {rate} on top; expected none below 0",
            code="bad-funds",
        )
