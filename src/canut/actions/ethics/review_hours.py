"""Set what an hour of ethics review pays a person: their own hour, or one and a half floors.

It is set when they open the pages of a review, at most once a day, and never lower than it was in
the same term: the office costs nobody pay.
"""

from canut.actions.lessons.own_hour import own_hour
from canut.actions.pay.floors import day_of
from canut.actions.pay.pay_rules import policy_in_force
from canut.core.clock import DAY_MS, Ms
from canut.core.errors import Refusal
from canut.core.ethics.office import hour_of_review
from canut.core.money import Money
from canut.core.pay.floor import FloorPolicy, floor_on
from canut.core.places.parameters import Status
from canut.store.pay.places import places
from canut.store.people.work_terms import terms_of
from canut.store.tables.ethics import EthicsHour
from canut.store.tables.people import Person


def set_review_hour(person: Person, now_ms: Ms) -> EthicsHour | None:
    """Store what an hour pays from now on, if it was not set in the last day.

    Returns:
        The newest price; None where neither an own hour nor a floor is known.
    """
    last = EthicsHour.objects.filter(person=person).order_by("-at_ms", "-id").first()
    if last is not None and now_ms < last.at_ms + DAY_MS:
        return last
    floor_micro, currency = _floor(person, now_ms)
    own = own_hour(person.pk, now_ms)
    if own is not None and not currency:
        currency = own.currency
    own_micro = own.micro if own is not None and own.currency == currency else 0
    micro = hour_of_review(own_micro, floor_micro)
    if last is not None and last.currency == currency:
        micro = max(micro, last.hour_micro)
    if not micro:
        return last
    return EthicsHour.objects.create(
        person=person, hour_micro=micro, currency=currency, at_ms=now_ms
    )


def _floor(person: Person, now_ms: Ms) -> tuple[int, str]:
    """Return a person's floor an hour where they work, in micro-units, and its currency."""
    terms = terms_of(person.pk, now_ms)
    if terms is None or terms.place not in places().by_code:
        return 0, ""
    currency = places().chain(terms.place)[0].currency
    rules, _ = policy_in_force()
    policy = FloorPolicy(
        currency,
        operator=Money(*rules.operator_floor) if rules.operator_floor else None,
        exchange=rules.exchange,
    )
    try:
        floor = floor_on(places(), terms.place, day_of(now_ms), Status(terms.status), policy)
    except Refusal:
        return 0, currency
    return floor.per_hour.micro, currency
