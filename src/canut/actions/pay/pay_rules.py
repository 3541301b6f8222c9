"""Store the payer's rules: floor, payroll, own rates, exchange rates, account, threshold.

A version never changes; a new one follows it, and a closed period names its own. Legal parameters
are in the files of ``core.places``.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec
from django.db import transaction
from django.db.models import Max

from canut.actions.ledger.entry_types import inscribe_pay_policy
from canut.actions.platform import system_clock
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Incomplete
from canut.core.money import MOST_SEEN, Money
from canut.core.outside_text import read_decimal
from canut.core.pay.accounting.resale_shares import WHOLE
from canut.core.pay.employment.vacation_pay import EXCEPTIONS
from canut.core.pay.exchange_rates import ProposedRate, RateWord
from canut.core.pay.floor import Exchange, FloorPolicy, floor_on
from canut.core.pay.own_costs import CostRule
from canut.core.places.parameters import Places, Status
from canut.store.models import PayPolicy, Person
from canut.store.participation.policies import floor_in_force
from canut.store.pay.periods import policy_now
from canut.store.pay.places import places as known_places

MOST_DAYS = 16
MOST_RATE = 100
USUAL_DAYS = 14
USUAL_WAIT_DAYS = 7
USUAL_CONTROL_FACTS = 3
ADDED_LATER = (
    *("originator", "rate_words", "proposed_rates", "cost_rules"),
    *("employer", "job", "week_starts", "vacation_exception", "resale_share"),
)
"""Rules that a version holds only where they are set."""


@dataclass(frozen=True, slots=True)
class PayRules:
    """The payer's rules.

    Args:
        days: the length of a pay period, at most 16.
        wait_days: from the last day of a period to the day of payment.
        operator_floor: an hour, as micro-units and currency.
        yearly_payroll_micro: wages of the year, in the currency of the place of the employees.
        own_rates: rates set for this employer alone, by parameter.
        exchange: by currency of a floor, what one unit is worth in the currency of pay; it is set
            by ``exchange_rates``.
        originator: number and data centre that the bank gave for files of Standard 005.
        rate_words: by currency, whose words the rate stands on.
        proposed_rates: by currency, the rate that waits for a second person.
        threshold: the least that is sent by itself, as micro-units and currency.
        control_facts: from how many facts of control on somebody is an employee.
        payer: name, IBAN and BIC, or account and clearing code, of the account pay comes from.
        cost_rules: by place, which own costs of people the floor covers; set by ``own_costs``.
        employer: name and address of whoever employs, as pay slips name them.
        job: the job title on pay slips.
        week_starts: the day on which weeks of work begin; 0 is Monday, 6 Sunday.
        vacation_exception: the exception of the law by which vacation is paid with each pay; empty
            where it is kept until the vacation.
        resale_share: the least share per mille of a dataset's resale that goes back to people.
    """

    days: int = USUAL_DAYS
    wait_days: int = USUAL_WAIT_DAYS
    operator_floor: tuple[int, str] | None = None
    yearly_payroll_micro: int | None = None
    own_rates: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    exchange: dict[str, Exchange] = field(default_factory=dict[str, Exchange])
    threshold: tuple[int, str] | None = None
    control_facts: int = USUAL_CONTROL_FACTS
    payer: dict[str, str] = field(default_factory=dict[str, str])
    originator: dict[str, str] = field(default_factory=dict[str, str])
    rate_words: dict[str, RateWord] = field(default_factory=dict[str, RateWord])
    proposed_rates: dict[str, ProposedRate] = field(default_factory=dict[str, ProposedRate])
    cost_rules: dict[str, CostRule] = field(default_factory=dict[str, CostRule])
    employer: dict[str, str] = field(default_factory=dict[str, str])
    job: str = ""
    week_starts: int = 0
    vacation_exception: str = ""
    resale_share: int = 0


def policy_in_force() -> tuple[PayRules, PayPolicy | None]:
    """Return the rules in force and their row; defaults if none were ever set.

    The operator's floor is none of it: it changes by ``policies`` alone, once people were heard.
    """
    stored = policy_now()
    policy = PayRules() if stored is None else policy_of(stored)
    return replace(policy, operator_floor=floor_in_force(system_clock.now_ms())), stored


def policy_of(stored: PayPolicy) -> PayRules:
    """Read stored rules."""
    return msgspec.convert(stored.content, PayRules)


@transaction.atomic
def set_policy(policy: PayRules, by: Person, now_ms: Ms) -> PayPolicy:
    """Add a version of the rules.

    Raises:
        BadInput: people would wait more than 16 days, or for more than an hour at the floor; or the
            exception of vacation pay or the first day of a week is none.
    """
    if not (1 <= policy.days <= MOST_DAYS and 0 <= policy.wait_days <= MOST_DAYS):
        raise BadInput(
            f"a period of {policy.days} days, paid {policy.wait_days} days after its end; both at"
            f" most {MOST_DAYS}",
            code="pay-interval",
            most=MOST_DAYS,
        )
    if policy.vacation_exception not in ("", *EXCEPTIONS) or policy.week_starts not in range(7):
        raise BadInput(
            f"vacation exception {policy.vacation_exception!r}, week from day {policy.week_starts};"
            f" expected one of {EXCEPTIONS} or none, and 0 to 6",
            code="bad-rules",
        )
    if not 0 <= policy.resale_share <= WHOLE:
        raise BadInput(
            f"a share of {policy.resale_share} per mille; expected 0 to {WHOLE}",
            code="resale-share",
            field="resale_share",
            seen=f"{policy.resale_share / 10:g}",
            least="0",
        )
    check_threshold(policy, known_places(), from_ms(now_ms).date())
    last = PayPolicy.objects.aggregate(last=Max("number"))["last"] or 0
    version = PayPolicy.objects.create(
        number=last + 1, content=_written(policy), set_by=by, at_ms=now_ms
    )
    inscribe_pay_policy(version, now_ms)
    return version


def check_threshold(policy: PayRules, places: Places, day: date) -> None:
    """Refuse a payment threshold above one hour at the floor of any jurisdiction.

    Raises:
        BadInput: somebody would work more than an hour before they are paid.
    """
    if policy.threshold is None:
        return
    micro, currency = policy.threshold
    for code, jurisdiction in sorted(places.by_code.items()):
        if jurisdiction.currency != currency:
            continue
        try:
            floor = floor_on(places, code, day, Status.SELF_EMPLOYED, FloorPolicy(currency))
        except Incomplete:
            continue
        if micro > floor.per_hour.micro:
            raise BadInput(
                f"payments wait for {micro} micro-units of {currency}; one hour at the floor of"
                f" {code} is {floor.per_hour.micro}: choose that or less",
                code="threshold-high",
                place=code,
                most=floor.per_hour.micro,
                currency=currency,
            )


def rate_of(text: str) -> Decimal:
    """Parse a rate as a person types it: ``0.0154``, ``1,54 %``.

    Raises:
        BadInput: not a number above 0.
    """
    plain = "".join(text.split()).replace(",", ".")
    is_percent = plain.endswith("%")
    rate = read_decimal(plain.rstrip("%"), MOST_RATE)
    if rate is None or rate <= 0:
        raise BadInput(
            f"rate is {text[:MOST_SEEN]!r}; expected 0.0154 or 1.54 %",
            code="bad-rate",
            seen=text[:MOST_SEEN],
        )
    return rate / 100 if is_percent else rate


def _written(policy: PayRules) -> dict[str, Any]:
    for pair in (policy.operator_floor, policy.threshold):
        if pair is not None:
            Money(*pair)
    content = cast("dict[str, Any]", msgspec.to_builtins(policy))
    for name in ADDED_LATER:
        if not content[name]:
            del content[name]
    return content
