"""Compute the funds to lock before anybody works, and the balance of a project.

Locked before opening: the price of every answer that may still arrive, possible top-ups, reviews,
and employer's contributions. Each part states its basis. Entries are only added; none takes money
from a worker, since no such kind exists. ``period_pay`` and ``contributions`` decide who owes what
at the end of a period.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import MICRO, Money, divided_up
from canut.core.pay.contributions import Employer, Payment, can_be_paid, contributions_of, vacation
from canut.core.pay.hourly_price import worth_of
from canut.core.pay.pilot import PilotPerson
from canut.core.pay.price import Declared
from canut.core.pay.workload import SLOWER_HUNDREDTHS, Looks, LooksNeed, Workload, need_of_looks
from canut.core.places.parameters import Places, Status

NO_EXEMPTION = 1_000_000  # pays a year: what is exempt from one of them is less than a cent
MONTHS = 12  # pays a year where amounts are for a month: in proportion they would be nothing
MARGIN_HUNDREDTHS = 125  # after it: top-ups a quarter above those of the pilot


class FundsKind(StrEnum):
    """A movement of a project's funds; none takes money from a worker."""

    DEPOSIT = "deposit"
    RESERVE = "reserve"
    RELEASE = "release"
    CHARGE = "charge"


class Basis(StrEnum):
    """The basis of the reserve for top-ups."""

    DECLARED = "declared"
    PILOT = "pilot"
    NO_FLOOR = "no-floor"


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of a project: deposited, locked, spent.

    Args:
        deposited: sum of deposits.
        locked: reserved for people's pay, neither spent nor released.
        spent: charged to the project: paid out, with employer's contributions.
    """

    deposited: Money
    locked: Money
    spent: Money

    @property
    def over(self) -> Money:
        """Return what was spent beyond the locked amount: people are paid first."""
        return max(Money(0, self.locked.currency), -self.locked, key=lambda money: money.micro)

    @property
    def free(self) -> Money:
        """Return the funds that are neither locked nor spent."""
        return self.deposited - self.locked - self.spent


@dataclass(frozen=True, slots=True)
class Need:
    """The amount to lock, part by part.

    Args:
        answers: maximum number of answers still to come.
        pay: price of those answers, by the piece.
        top_up: reserve for people whose pay would stay below their floor.
        contributions: employer's contributions on pay and top-up, vacation pay included.
        basis: basis of the reserve for top-ups.
        task_ms: assumed time per task, in milliseconds; 0 if unknown.
        floor: floor assumed for the reserve; None if unknown.
        rate: employer's contributions as a share of pay.
        hours: reserve for time paid by the hour; zero if only pieces are paid.
        reviews: cost of reviews; None without reviews.
        asked: purposes of the answers; None if only their number is known.
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
        """Return the whole amount to lock."""
        answers = self.pay + self.hours + self.top_up + self.contributions
        return answers + self.reviews.total if self.reviews else answers

    @property
    def likely(self) -> Money | None:
        """Return the likely need; None if it equals the total or cannot be estimated."""
        workload = self.asked
        if workload is None or not workload.is_until_sure or not self.answers:
            return None
        spared = self.answers - min(workload.likely, self.answers)
        answers = self.pay + self.hours + self.top_up
        less = Money(answers.micro * spared // self.answers, answers.currency)
        return self.total - less - on_top(less, self.rate)

    def covering(self, workload: Workload, looks: Looks | None) -> "Need":
        """Return a copy with the purposes of the answers and with reviews.

        Raises:
            BadInput: amounts are in different currencies.
        """
        reviews = need_of_looks(looks, self.floor) if looks and looks.count else None
        paid = self.pay + self.hours + self.top_up
        above = on_top(paid + reviews.total if reviews else paid, self.rate)
        return replace(self, asked=workload, reviews=reviews, contributions=above)


def balance_of(lines: Iterable[tuple[FundsKind, Money]], currency: str) -> Balance:
    """Add up a project's funds.

    Raises:
        BadInput: an amount is 0 or below, or in another currency.

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
    """Compute the amount to lock before anybody has worked.

    People are assumed to need half as long again as declared, and to have the highest floor of the
    jurisdictions they are known to work in.

    Args:
        answers: maximum number of answers.
        price: declared piece price, hourly price where hours are paid, and task time.
        floor: highest hourly floor, in the currency of the price; None if unknown.
        rate: employer's contributions as a share of pay.

    Raises:
        BadInput: a value is below 0, or currencies differ.
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
    """Compute the amount to lock after the pilot: measured top-ups and hours, plus 25 %.

    Args:
        answers: maximum number of answers still to come.
        piece: price of each answer.
        people: all people who worked in the pilot.
        rate: employer's contributions as a share of pay.

    Raises:
        BadInput: a value is below 0, currencies differ, or nobody answered.
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
    floor = max((tried.floor for tried in people), key=lambda amount: amount.micro)
    pay, top_up = piece * answers, Money(micro, piece.currency)
    above = on_top(pay + hours + top_up, rate)
    return Need(answers, pay, top_up, above, Basis.PILOT, task_ms, floor, rate, hours)


def highest_rate(places: Places, codes: Iterable[str], day: date) -> Decimal:
    """Return the highest rate an employer owes on pay, vacation pay included.

    Each jurisdiction is computed as for an employee's first pay at the highest rate of any payroll,
    without exemption or maximum; the excess is released later. A jurisdiction whose contributions
    are not described adds nothing: nobody can be employed there.

    Raises:
        BadInput: a code is not that of a jurisdiction.
        Incomplete: no file applies to a jurisdiction, or a value is past its hard stop.
    """
    return max((_rate_of(places, code, day) for code in codes), default=Decimal(0))


def _rate_of(places: Places, code: str, day: date) -> Decimal:
    chain = places.chain(code)
    if not can_be_paid(places, code, Status.EMPLOYEE):
        return Decimal(0)
    thousand = Money(1_000 * MICRO, chain[0].currency)
    is_plain = all(rule.is_plain for rule in places.rules_of(code))
    first = Payment(
        place=code,
        day=day,
        status=Status.EMPLOYEE,
        gross=thousand,
        periods=NO_EXEMPTION if is_plain else MONTHS,
        gross_before=Money(0, thousand.currency),
    )
    lines = contributions_of(places, first, Employer(yearly_payroll=thousand * MICRO))
    owed = sum(line.amount.micro for line in lines if line.payer == "employer")
    if places.parameter("vacation.years", code) is None:
        return Decimal(owed) / thousand.micro
    years = int(places.known("vacation.years", code, day).value)
    vacation_micro = vacation(places, code, day, thousand, years).micro
    above = owed + vacation_micro + divided_up(owed * vacation_micro, thousand.micro)
    return Decimal(above) / thousand.micro


def on_top(paid: Money, rate: Decimal) -> Money:
    """Return the employer's contributions on a pay, rounded up.

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
