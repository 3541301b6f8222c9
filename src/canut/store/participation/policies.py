"""Policies that protect workers, as the changes that made them; and the terms everybody accepts.

A policy has no value but that of its last change in force, so nothing can alter it without a
change, its reason and its wait.
"""

from django.db import models
from django.db.models import Q

from canut.core.participation.policies_in_force import PolicyInForce, Values, values_at
from canut.core.participation.policy_changes import PolicyName, State
from canut.core.people.terms_of_use import SHIPPED, shipped_terms
from canut.store.tables.participation import (
    OversightReport,
    PolicyChange,
    TermsAccepted,
    TermsOfUse,
)
from canut.store.tables.people import Person


def policy_now(name: PolicyName, at_ms: int, currency: str = "") -> int | None:
    """Return the value of a policy in force at a moment; None where nobody ever set one."""
    held = PolicyChange.objects.filter(
        name=name, currency=currency, state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    return held.order_by("-takes_effect_ms", "-id").values_list("new", flat=True).first()


def floor_in_force(at_ms: int) -> tuple[int, str] | None:
    """Return the operator's own floor an hour in micro-units, with its currency; None without."""
    held = PolicyChange.objects.filter(
        name=PolicyName.FLOOR, state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    last = held.order_by("-takes_effect_ms", "-id").first()
    return (last.new, last.currency) if last and last.new else None


def settled_changes(until_ms: int) -> list[PolicyInForce]:
    """List what changed limits until a moment, in the order it took effect; floors left out."""
    held = PolicyChange.objects.filter(state=State.IN_FORCE, takes_effect_ms__lte=until_ms)
    rows = held.exclude(name=PolicyName.FLOOR).order_by("takes_effect_ms", "id")
    return [
        PolicyInForce(PolicyName(name), new, at_ms or 0)
        for name, new, at_ms in rows.values_list("name", "new", "takes_effect_ms")
    ]


def last_change_of_hours_ms(until_ms: int) -> int | None:
    """Return when a limit of hours last changed; None while none ever did."""
    held = PolicyChange.objects.filter(
        name__in=(PolicyName.HOURS_DAY, PolicyName.HOURS_WEEK),
        state=State.IN_FORCE,
        takes_effect_ms__lte=until_ms,
    )
    last: int | None = held.aggregate(last=models.Max("takes_effect_ms"))["last"]
    return last


def limits_at(at_ms: int) -> Values:
    """Return the limits of time, exposure and hours as they are at a moment."""
    return values_at(settled_changes(at_ms), at_ms)


def policies_now(at_ms: int) -> list[PolicyChange]:
    """List the changes that are in force, one a policy and currency."""
    found: dict[tuple[str, str], PolicyChange] = {}
    for change in PolicyChange.objects.filter(
        state=State.IN_FORCE, takes_effect_ms__lte=at_ms
    ).order_by("takes_effect_ms", "id"):
        found[change.name, change.currency] = change
    return [found[key] for key in sorted(found)]


def changes(most: int = 100) -> list[PolicyChange]:
    """List changes with what was written about them; those not settled first, then the newest."""
    unsettled = Q(state__in=(State.WAITING, State.REFUSED))
    order = models.Case(models.When(unsettled, then=0), default=1)
    found = PolicyChange.objects.select_related("by").prefetch_related("opinions__by")
    return list(found.order_by(order, "-id")[:most])


def terms_texts(number: int) -> dict[str, str] | None:
    """Return a version of the terms of use by language; None where there is none."""
    if number == SHIPPED:
        return shipped_terms()
    found = TermsOfUse.objects.filter(number=number).first()
    return {"en": found.text_en, "fr": found.text_fr} if found else None


def terms_in_force(at_ms: int) -> int:
    """Return the number of the terms of use in force at a moment."""
    held = TermsOfUse.objects.filter(takes_effect_ms__lte=at_ms).order_by("-number").first()
    return held.number if held else SHIPPED


def terms_to_come(at_ms: int) -> TermsOfUse | None:
    """Return the next terms of use, published and not yet in force."""
    return TermsOfUse.objects.filter(takes_effect_ms__gt=at_ms).order_by("number").first()


def accepted_terms(person: Person) -> list[TermsAccepted]:
    """List which terms somebody accepted, newest first."""
    return list(TermsAccepted.objects.filter(person=person).order_by("-number"))


def reports() -> list[OversightReport]:
    """List the oversight reports: that of now, then those of half years, newest first."""
    return list(OversightReport.objects.order_by("-kind", "-end_ms"))
