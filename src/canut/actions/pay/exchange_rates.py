"""Set exchange rates on two people's word, and keep old ones from closing a period.

An operator enters a rate with its day and source. It holds once a second person, another operator,
an auditor or a representative, has confirmed it. Where there is no second person, a rate near the
last reference holds on one word, and any other is refused. Each step is a version of the pay rules.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from canut.actions.pay.pay_rules import PayRules, policy_in_force, set_policy
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Refusal
from canut.core.pay.exchange_rates import (
    BAND,
    STOP_DAYS,
    ProposedRate,
    RateAge,
    RateWord,
    age_of,
    business_days,
    is_plausible,
    reference_for,
)
from canut.core.pay.floor import Exchange
from canut.core.places.parameters import Places
from canut.store.models import Membership, PayPolicy, Person, Role

WITNESSES = (Role.OPERATOR, Role.AUDITOR, Role.REPRESENTATIVE)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as the page shows it: in force or proposed, its reference, and whose word it is.

    Args:
        days: business days since it was published.
        reference: what it is compared with; None where there is none.
        confirmed_by: the second person; None where there is none, or not yet.
    """

    code: str
    quote: str
    exchange: Exchange
    age: RateAge
    days: int
    reference: Exchange | None
    is_near: bool
    set_by: Person | None
    confirmed_by: Person | None
    reason: str


def has_second_person(person_id: int) -> bool:
    """Return whether somebody other than this person may confirm a rate."""
    memberships = Membership.objects.filter(
        role__in=WITNESSES, ended_at=None, person__is_active=True, person__is_service=False
    )
    return memberships.exclude(person=person_id).exists()


@transaction.atomic
def propose_rate(code: str, quote: str, exchange: Exchange, by: Person, now_ms: Ms) -> bool:
    """Enter a rate; return whether it holds already, on one word.

    Raises:
        BadInput: it has no source, is of a day to come, is too old to close a period, or is far
            from the reference while nobody else could confirm it.
    """
    if code == quote or not exchange.source.strip():
        raise BadInput("say what is exchanged, and where the rate is from", code="bad-exchange")
    today = timezone.localtime(from_ms(now_ms)).date()
    if exchange.on > today or age_of(exchange, today) is RateAge.EXPIRED:
        raise BadInput(
            f"the rate is of {exchange.on}; expected a day from the last {STOP_DAYS} business days",
            code="exchange-day",
            day=exchange.on.isoformat(),
            most=STOP_DAYS,
        )
    policy = _locked_policy()
    reference = _reference(policy, code, quote)
    if has_second_person(by.pk):
        proposed = ProposedRate(exchange, quote, by.pk)
        waiting = policy.proposed_rates | {code: proposed}
        set_policy(replace(policy, proposed_rates=waiting), by, now_ms)
        return False
    if reference is None:
        raise BadInput(
            f"there is no reference for {code}, and nobody else can confirm the rate",
            code="exchange-no-reference",
            currency=code,
        )
    if not is_plausible(exchange.rate, reference):
        raise BadInput(
            f"1 {code} = {exchange.rate} {quote} is far from {reference.rate}, and nobody else can"
            " confirm it",
            code="exchange-implausible",
            currency=code,
            rate=f"{exchange.rate} {quote}",
            reference=f"{reference.rate:.6g} {quote}",
            percent=int(BAND * 100),
        )
    set_policy(_with_rate(policy, code, exchange, RateWord(quote, by.pk)), by, now_ms)
    return True


@transaction.atomic
def confirm_rate(code: str, expected: Exchange, reason: str, by: Person, now_ms: Ms) -> None:
    """Confirm a proposed rate as the second person; it holds from here.

    ``expected`` is the rate that the person read; another one may have been entered since.

    Raises:
        Conflict: this rate is not waiting.
        Forbidden: it is their own.
        Incomplete: it is far from the reference, or there is none, and no reason is given.
    """
    policy = _locked_policy()
    proposed = _proposed(policy, code, expected)
    if proposed.set_by == by.pk:
        raise Forbidden("somebody else confirms a rate", code="exchange-own-word")
    reference = _reference(policy, code, proposed.quote)
    if not is_plausible(expected.rate, reference) and not reason.strip():
        raise Incomplete(
            f"1 {code} = {expected.rate} {proposed.quote} is far from the reference; say why it"
            " is right",
            code="exchange-reason",
            percent=int(BAND * 100),
        )
    word = RateWord(proposed.quote, proposed.set_by, by.pk, reason.strip()[:300])
    set_policy(_with_rate(policy, code, expected, word), by, now_ms)


@transaction.atomic
def refuse_rate(code: str, expected: Exchange, by: Person, now_ms: Ms) -> None:
    """Take a proposed rate off, as its author or as the second person.

    Raises:
        Conflict: this rate is not waiting.
    """
    policy = _locked_policy()
    _proposed(policy, code, expected)
    waiting = {name: rate for name, rate in policy.proposed_rates.items() if name != code}
    set_policy(replace(policy, proposed_rates=waiting), by, now_ms)


@transaction.atomic
def remove_rate(code: str, by: Person, now_ms: Ms) -> None:
    """Take a rate out of force; who needs it cannot be paid until there is another."""
    policy = _locked_policy()
    rates = {name: rate for name, rate in policy.exchange.items() if name != code}
    words = {name: word for name, word in policy.rate_words.items() if name != code}
    set_policy(replace(policy, exchange=rates, rate_words=words), by, now_ms)


def rates_in_force(today: date) -> list[RateRow]:
    """List the rates in force, by currency."""
    policy, _ = policy_in_force()
    words = {code: policy.rate_words.get(code, RateWord("", 0)) for code in policy.exchange}
    return _rows(
        (
            (code, exchange, words[code], reference_for(code, words[code].quote))
            for code, exchange in policy.exchange.items()
        ),
        today,
    )


def rates_proposed(today: date) -> list[RateRow]:
    """List the rates that wait for a second person, by currency."""
    policy, _ = policy_in_force()
    return _rows(
        (
            (
                code,
                rate.exchange,
                RateWord(rate.quote, rate.set_by),
                _reference(policy, code, rate.quote),
            )
            for code, rate in policy.proposed_rates.items()
        ),
        today,
    )


def check_rates(
    policy: PayRules, currency: str, jurisdictions: Iterable[str], places: Places, last_day: date
) -> None:
    """Refuse to pay by a rate that is too old on the last day of a period, or of another currency.

    Raises:
        Incomplete: the rate that the floor of one of these jurisdictions needs is too old, or is
            counted in another currency than the pay.
    """
    needed: set[str] = {policy.operator_floor[1]} if policy.operator_floor else set()
    for jurisdiction in set(jurisdictions):
        with suppress(Refusal):  # an unknown place is refused where its floor is looked up
            needed.add(places.chain(jurisdiction)[0].currency)
    for code in sorted(needed - {currency}):
        exchange, word = policy.exchange.get(code), policy.rate_words.get(code)
        if exchange is None:
            continue
        if word is not None and word.quote != currency:
            raise Incomplete(
                f"the rate of {code} is in {word.quote}; pay is in {currency}",
                code="exchange-unknown",
                seen=code,
                expected=currency,
            )
        if age_of(exchange, last_day) is RateAge.EXPIRED:
            raise Incomplete(
                f"the rate of {code} is of {exchange.on}, more than {STOP_DAYS} business days"
                f" before {last_day}; set one of these days",
                code="exchange-expired",
                currency=code,
                day=exchange.on.isoformat(),
                last=last_day.isoformat(),
                most=STOP_DAYS,
            )


def usable_rates(policy: PayRules, currency: str, last_day: date) -> dict[str, Exchange]:
    """Return the rates by which pay in a currency may be counted for a period of this last day."""
    rates: dict[str, Exchange] = {}
    for code, exchange in policy.exchange.items():
        word = policy.rate_words.get(code)
        is_of_currency = word is None or word.quote == currency
        if is_of_currency and age_of(exchange, last_day) is not RateAge.EXPIRED:
            rates[code] = exchange
    return rates


def _locked_policy() -> PayRules:
    """Return the rules in force; two people who change them wait for each other."""
    newest = PayPolicy.objects.order_by("-number").values("pk")[:1]
    list(PayPolicy.objects.select_for_update().filter(pk__in=newest))
    return policy_in_force()[0]


def _reference(policy: PayRules, code: str, quote: str) -> Exchange | None:
    word = policy.rate_words.get(code)
    last = policy.exchange.get(code) if word is not None and word.quote == quote else None
    return reference_for(code, quote, last)


def _proposed(policy: PayRules, code: str, expected: Exchange) -> ProposedRate:
    proposed = policy.proposed_rates.get(code)
    if proposed is None or proposed.exchange != expected:
        raise Conflict(f"no such rate of {code} is waiting", code="exchange-changed")
    return proposed


def _with_rate(policy: PayRules, code: str, exchange: Exchange, word: RateWord) -> PayRules:
    """Return the rules with this rate in force and none of its currency waiting."""
    waiting = {name: rate for name, rate in policy.proposed_rates.items() if name != code}
    return replace(
        policy,
        exchange=policy.exchange | {code: exchange},
        rate_words=policy.rate_words | {code: word},
        proposed_rates=waiting,
    )


def _rows(
    entries: Iterable[tuple[str, Exchange, RateWord, Exchange | None]], today: date
) -> list[RateRow]:
    """Lay out rates: each with its currency, its words and what it is compared with."""
    listed = sorted(entries, key=lambda entry: entry[0])
    words = [word for _, _, word, _ in listed]
    numbers = {number for word in words for number in (word.set_by, word.confirmed_by) if number}
    people = Person.objects.in_bulk(numbers)
    return [
        RateRow(
            code=code,
            quote=word.quote,
            exchange=exchange,
            age=age_of(exchange, today),
            days=business_days(exchange.on, today),
            reference=reference,
            is_near=is_plausible(exchange.rate, reference),
            set_by=people.get(word.set_by),
            confirmed_by=people.get(word.confirmed_by or 0),
            reason=word.reason,
        )
        for code, exchange, word, reference in listed
    ]
