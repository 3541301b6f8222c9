"""Compute the contributions that the law adds to and deducts from a pay, from dated parameters.

Contributions depend on the day of payment and the year to date: an exemption is spread over the
year's payments, and a maximum may be reached within one. An unknown or expired rate raises;
``Places.not_computed`` lists income tax and everything else that is omitted. ``floor`` decides
floors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from canut.core.errors import BadInput, Incomplete
from canut.core.money import MICRO, Money, minor_decimals, rounded, rounded_up
from canut.core.pay.employment.pay_calendar import PayCalendar, exemption_of
from canut.core.pay.employment.span_contributions import Span, reckon
from canut.core.places.parameters import ContributionRule, Known, Places, Status

MILLION = Decimal(1_000_000)
PERCENT_PLACES = Decimal("0.0001")  # the health fund's rate is a percentage of two decimals


@dataclass(frozen=True, slots=True)
class Employer:
    """Facts only the employer has: its yearly payroll and its own rates.

    Args:
        yearly_payroll: total wages of the year, if a rate depends on it.
        own_rates: rates of this employer alone, by parameter: their CNESST unit rate.
    """

    yearly_payroll: Money | None = None
    own_rates: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


@dataclass(frozen=True, slots=True)
class Payment:
    """One pay of one person.

    Args:
        place: where the person works, ISO 3166-2.
        day: the day of payment; its year counts.
        gross: gross pay, vacation included.
        periods: payments per year: 26 for two weeks, 1 for a whole year at once.
        gross_before: gross pay from the same employer earlier in the year.
        contributed_before: contributions earlier in the year, by ``Contribution.key``.
        calendar: where the pay stands among those of its year; None spreads a yearly exemption
            over ``periods`` alone, as the first statements did.
        exempted: the yearly exemption that other statements of the same pay took.

    Raises:
        BadInput: an amount is below 0, or the year has no payments.
    """

    place: str
    day: date
    status: Status
    gross: Money
    periods: int
    gross_before: Money
    contributed_before: Mapping[str, Money] = field(default_factory=dict[str, Money])
    calendar: PayCalendar | None = None
    exempted: Money | None = None

    def __post_init__(self) -> None:
        """Raise if a value cannot belong to a payment."""
        if self.gross.micro < 0 or self.gross_before.micro < 0 or self.periods < 1:
            raise BadInput(
                f"pay of {self.day} has gross {self.gross.micro}, before it "
                f"{self.gross_before.micro}, {self.periods} pays a year; expected amounts of 0 or "
                "more, and 1 pay or more",
                code="bad-payment",
            )


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution: payer, base, rate, amount, and the parameters used.

    ``exempt`` is the part of the yearly exemption that this pay may leave out of ``base``.
    """

    name: str
    payer: str
    base: Money
    rate: Decimal
    amount: Money
    maximum: Money | None
    known: tuple[Known, ...]
    exempt: Money | None = None

    @property
    def key(self) -> str:
        """Return the key for yearly sums: ``qpp/employee``."""
        return f"{self.name}/{self.payer}"


def contributions_of(
    places: Places, payment: Payment, employer: Employer
) -> tuple[Contribution, ...]:
    """Compute every contribution of one pay; none for volunteers and own staff.

    Self-employed people pay theirs with their yearly tax return: the lines tell them how much to
    save.

    Raises:
        BadInput: amounts are not in the currency of the place.
        Incomplete: a parameter or the payroll is unknown or past its hard stop, or the place's
            contributions are not described and the person is an employee.
    """
    if not payment.status.is_paid_here:
        return ()
    chain = places.chain(payment.place)
    rules = places.rules_of(payment.place)
    if not can_be_paid(places, payment.place, payment.status):
        raise Incomplete(
            f"contributions of {payment.place} are not described, so nobody can be paid there as "
            f"{payment.status.value}; add them with sources to {chain[0].file}",
            code="contributions-unknown",
            place=payment.place,
        )
    if not rules:
        return ()
    is_employee = payment.status is Status.EMPLOYEE
    payers = ("employee", "employer") if is_employee else ("self_employed",)
    _refuse_other_currency(payment, chain[0].currency)
    return tuple(
        _contribution(places, rule, payer, payment, employer)
        for rule in rules
        for payer in payers
        if payer in rule.rates
    )


def can_be_paid(places: Places, code: str, status: Status) -> bool:
    """Return whether the law of a place is described for somebody who is paid here.

    Raises:
        BadInput: the code is not that of a jurisdiction.
        Incomplete: no file applies to it.
    """
    if any(status in rules.not_payable for rules in places.chain(code)):
        return False
    payers = {payer for rule in places.rules_of(code) for payer in rule.rates}
    return status is not Status.EMPLOYEE or bool(payers & {"employee", "employer"})


def vacation(places: Places, place: str, day: date, gross: Money, years_of_service: int) -> Money:
    """Compute the vacation pay earned on a gross amount, rounded up.

    Raises:
        Incomplete: the share is unknown for this place and day.
    """
    years = places.known("vacation.years", place, day).value
    name = "vacation.rate" if years_of_service < years else "vacation.rate_from_years"
    return share_up(gross, places.known(name, place, day).value)


def holiday(places: Places, place: str, day: date, wages_of_four_weeks: Money) -> Money:
    """Compute the indemnity of a statutory holiday, rounded up.

    Raises:
        Incomplete: the share is unknown for this place and day.
    """
    return share_up(wages_of_four_weeks, places.known("holiday.share", place, day).value)


def share_up(money: Money, share: Decimal) -> Money:
    """Return a share of an amount, rounded up to the whole minor unit."""
    exact = Decimal(money.micro) * share
    return rounded_up(Money(-int((-exact).to_integral_value(ROUND_FLOOR)), money.currency))


def _contribution(
    places: Places, rule: ContributionRule, payer: str, payment: Payment, employer: Employer
) -> Contribution:
    used: list[Known] = []

    def value(name: str) -> Decimal:
        used.append(places.known(name, payment.place, payment.day))
        return used[-1].value

    def own_or_known(name: str) -> Decimal:
        own = employer.own_rates.get(name)
        return value(name) if own is None else own

    if rule.brackets:
        rate = _by_payroll(rule.brackets, value, employer)
    else:
        rate = sum((own_or_known(name) for name in rule.rates[payer]), Decimal(0))
    factor = value(rule.times[payer]) if payer in rule.times else Decimal(1)
    rate *= factor
    if not rule.is_plain:
        return _by_span(rule, payer, payment, (rate, factor), (value, used))
    cap = value(rule.cap) if rule.cap else None
    above = value(rule.above) if rule.above else Decimal(0)
    exempt = value(rule.exempt) if rule.exempt else Decimal(0)
    currency = payment.gross.currency
    coin = Decimal(1).scaleb(-minor_decimals(currency))
    before = payment.gross_before.decimal
    base = before + payment.gross.decimal - max(before, above)
    share = (exempt / payment.periods).quantize(coin, ROUND_FLOOR)
    if payment.calendar is not None:
        share = exemption_of(exempt, payment.calendar, currency).decimal
        share = max(Decimal(0), share - (payment.exempted.decimal if payment.exempted else 0))
    base = max(base - share, Decimal(0))
    amount = rounded(rate * base, currency)
    maximum = None
    if cap is not None:
        maximum = rounded(rate * (cap - above - exempt), currency)
        remaining = max(0, (maximum - _contributed_before(payment, f"{rule.key}/{payer}")).micro)
        amount = Money(min(amount.micro, remaining), currency)
    return Contribution(
        name=rule.key,
        payer=payer,
        base=Money(int(base * MICRO), currency),
        rate=rate,
        amount=amount,
        maximum=maximum,
        known=tuple(used),
        exempt=Money(int(share * MICRO), currency) if rule.exempt and payment.calendar else None,
    )


def _by_span(
    rule: ContributionRule,
    payer: str,
    payment: Payment,
    rates: tuple[Decimal, Decimal],
    reading: tuple[Callable[[str], Decimal], list[Known]],
) -> Contribution:
    """Compute a contribution of a month or a pay, or one in steps; it has no yearly maximum."""
    value, used = reading
    currency = payment.gross.currency
    coin = Decimal(1).scaleb(-minor_decimals(currency))
    span = Span(payment.gross.decimal, payment.gross_before.decimal, payment.periods, coin)
    base, rate, amount = reckon(rule, *rates, span, value)
    return Contribution(
        name=rule.key,
        payer=payer,
        base=Money(int(base * MICRO), currency),
        rate=rate,
        amount=rounded(amount, currency),
        maximum=None,
        known=tuple(used),
    )


def _refuse_other_currency(payment: Payment, currency: str) -> None:
    for money in (payment.gross, payment.gross_before, *payment.contributed_before.values()):
        if money.currency != currency:
            raise BadInput(
                f"pay is in {money.currency}; contributions of {payment.place} are in {currency}",
                code="currencies-differ",
                seen=money.currency,
                expected=currency,
            )


def _contributed_before(payment: Payment, key: str) -> Money:
    """Return the amount contributed earlier this year; raise if it is missing."""
    if key not in payment.contributed_before and payment.gross_before.micro:
        raise Incomplete(
            f"{payment.gross_before.decimal} were paid earlier this year and {key} of it is not "
            "given; give what was contributed, 0 if nothing was",
            code="year-to-date-unknown",
            parameter=key,
        )
    return payment.contributed_before.get(key, Money(0, payment.gross.currency))


def _by_payroll(name: str, value: Callable[[str], Decimal], employer: Employer) -> Decimal:
    """Interpolate a rate that grows with the yearly payroll between two parameters."""
    if employer.yearly_payroll is None:
        raise Incomplete(
            f"{name} depends on the employer's yearly payroll, which is not given; write it in "
            "the employer's settings",
            code="payroll-unknown",
            parameter=name,
        )
    payroll = employer.yearly_payroll.decimal
    if payroll <= value(f"{name}.payroll_low"):
        return value(f"{name}.rate_low")
    if payroll >= value(f"{name}.payroll_high"):
        return value(f"{name}.rate_high")
    rate = value(f"{name}.intercept") + value(f"{name}.slope_per_million") * payroll / MILLION
    return rate.quantize(PERCENT_PLACES, ROUND_HALF_UP)
