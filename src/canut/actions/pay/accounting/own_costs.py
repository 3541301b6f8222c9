"""Record what the work costs people, and which part of it the floor covers at each place.

A person's word is a version; the operator's rule is part of the pay rules. Which version holds for
a period is decided in ``period_context``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from django.db import transaction
from django.db.models import Max

from canut.actions.pay.pay_rules import policy_in_force, set_policy
from canut.core.clock import Ms
from canut.core.errors import BadInput, Incomplete
from canut.core.pay.own_costs import MOST_COST_MICRO, CostRule, StatedCost, hourly_cost
from canut.store.models import OwnCosts, PayPolicy, Person
from canut.store.pay.accounting import last_statements, newest_costs
from canut.store.pay.places import places as known_places
from canut.store.people.work_terms import terms_of


@dataclass(frozen=True, slots=True)
class CostsOfPerson:
    """A person's own costs as the payroll page shows them.

    Args:
        after_hourly_micro: pay an hour after costs, by their last statement; None without one.
        lacking_micro: what it lacked to the floor, in all.
        currency: of that statement.
    """

    person: Person
    costs: OwnCosts
    after_hourly_micro: int | None
    lacking_micro: int
    currency: str


def currency_of(person: Person, now_ms: Ms) -> str:
    """Return the currency in which a person states costs: that of their place of work.

    Raises:
        Incomplete: their place of work is not set.
    """
    terms = terms_of(person.pk, now_ms)
    if terms is None or terms.place not in known_places().by_code:
        raise Incomplete(
            "the place of work is not set; whoever runs Canut sets it", code="own-costs-place"
        )
    return known_places().chain(terms.place)[0].currency


@transaction.atomic
def state_costs(
    person: Person, costs: Mapping[str, StatedCost], hours_a_month: int, now_ms: Ms
) -> OwnCosts:
    """Add a version of a person's own costs.

    Raises:
        BadInput: an amount or the hours cannot be meant.
        Incomplete: their place of work is not set.
    """
    currency = currency_of(person, now_ms)
    hourly_micro = hourly_cost(costs, hours_a_month)
    Person.objects.select_for_update().get(id=person.pk)
    last = OwnCosts.objects.filter(person=person).aggregate(last=Max("number"))["last"]
    return OwnCosts.objects.create(
        person=person,
        number=(last or 0) + 1,
        currency=currency,
        costs=msgspec.to_builtins(dict(costs)),
        hours_a_month=hours_a_month,
        hourly_micro=hourly_micro,
        at_ms=now_ms,
    )


def costs_stated(person: Person) -> tuple[OwnCosts, dict[str, StatedCost]] | None:
    """Return a person's newest own costs, or None if they never stated any."""
    rows = newest_costs([person.pk])
    if not rows:
        return None
    return rows[0], msgspec.convert(rows[0].costs, dict[str, StatedCost])


@transaction.atomic
def set_cost_rule(
    place: str, assumed_micro: int, most_micro: int, by: Person, now_ms: Ms
) -> PayPolicy:
    """Set which own costs the floor covers at a place; nothing at all removes the rule.

    Raises:
        BadInput: an unknown place, or an amount below 0, too large, or over what is covered.
    """
    places = known_places()
    if place not in places.by_code:
        raise BadInput(f"{place!r} is no place that is known here", code="bad-place")
    if not 0 <= assumed_micro <= most_micro <= MOST_COST_MICRO:
        raise BadInput(
            f"{assumed_micro} is assumed and {most_micro} covered; the second is the higher one",
            code="bad-cost-rule",
        )
    newest = PayPolicy.objects.order_by("-number").values("pk")[:1]
    list(PayPolicy.objects.select_for_update().filter(pk__in=newest))
    policy, _ = policy_in_force()
    rules = {name: rule for name, rule in policy.cost_rules.items() if name != place}
    if most_micro:
        rules[place] = CostRule(places.chain(place)[0].currency, assumed_micro, most_micro)
    return set_policy(replace(policy, cost_rules=rules), by, now_ms)


def costs_of_people() -> Sequence[CostsOfPerson]:
    """List who stated costs, with what their last statement paid an hour after them."""
    stated = newest_costs()
    after: dict[int, tuple[int, int, str]] = {}
    for statement in last_statements([row.person_id for row in stated]):
        content = msgspec.json.decode(statement.content)
        result = content.get("pay", {}).get("own_costs")
        if result:
            after[statement.person_id] = (
                result["after_hourly_micro"],
                result["lacking_micro"],
                statement.currency,
            )
    return [
        CostsOfPerson(row.person, row, *after.get(row.person_id, (None, 0, row.currency)))
        for row in stated
    ]
