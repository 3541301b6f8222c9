"""Policies that protect workers, derived from their changes; and the terms of use.

A policy has no value but that of its last change in force, so nothing can alter it without a
change, its reason and its wait.
"""

from django.db import models
from django.db.models import Q

from canut.core.participation.policies_in_force import PolicyInForce, Values, values_at
from canut.core.participation.policy_changes import ChangeState, PolicyName
from canut.core.people.terms_of_use import SHIPPED, shipped_terms
from canut.store.tables.participation import (
    OversightReport,
    PolicyChange,
    TermsAccepted,
    TermsOfUse,
)
from canut.store.tables.people import Person


def policy_now(name: PolicyName, at_ms: int, currency: str = "") -> int | None:
    """Return the value of a policy at a time; None if nobody set it."""
    changes_made = PolicyChange.objects.filter(
        name=name, currency=currency, state=ChangeState.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    return changes_made.order_by("-takes_effect_ms", "-id").values_list("new", flat=True).first()


def floor_in_force(at_ms: int) -> tuple[int, str] | None:
    """Return the operator's hourly floor in micro-units and its currency; None if unset."""
    changes_made = PolicyChange.objects.filter(
        name=PolicyName.FLOOR, state=ChangeState.IN_FORCE, takes_effect_ms__lte=at_ms
    )
    last = changes_made.order_by("-takes_effect_ms", "-id").first()
    return (last.new, last.currency) if last and last.new else None


def settled_changes(until_ms: int) -> list[PolicyInForce]:
    """List the limit changes until a time, in order of effect, without floors."""
    changes_made = PolicyChange.objects.filter(
        state=ChangeState.IN_FORCE, takes_effect_ms__lte=until_ms
    )
    rows = changes_made.exclude(name=PolicyName.FLOOR).order_by("takes_effect_ms", "id")
    return [
        PolicyInForce(PolicyName(name), new, at_ms or 0)
        for name, new, at_ms in rows.values_list("name", "new", "takes_effect_ms")
    ]


def last_change_of_hours_ms(until_ms: int) -> int | None:
    """Return when an hours limit last changed; None if never."""
    changes_made = PolicyChange.objects.filter(
        name__in=(PolicyName.HOURS_DAY, PolicyName.HOURS_WEEK),
        state=ChangeState.IN_FORCE,
        takes_effect_ms__lte=until_ms,
    )
    last: int | None = changes_made.aggregate(last=models.Max("takes_effect_ms"))["last"]
    return last


def limits_at(at_ms: int) -> Values:
    """Return the limits of time, exposure and hours at a time."""
    return values_at(settled_changes(at_ms), at_ms)


def policies_now(at_ms: int) -> list[PolicyChange]:
    """List the changes in force, one per policy and currency."""
    newest: dict[tuple[str, str], PolicyChange] = {}
    for change in PolicyChange.objects.filter(
        state=ChangeState.IN_FORCE, takes_effect_ms__lte=at_ms
    ).order_by("takes_effect_ms", "id"):
        newest[change.name, change.currency] = change
    return [newest[key] for key in sorted(newest)]


def changes(most: int = 100) -> list[PolicyChange]:
    """List changes with their opinions: open ones first, then newest."""
    unsettled = Q(state__in=(ChangeState.WAITING, ChangeState.REFUSED))
    order = models.Case(models.When(unsettled, then=0), default=1)
    rows = PolicyChange.objects.select_related("by").prefetch_related("opinions__by")
    return list(rows.order_by(order, "-id")[:most])


def terms_texts(number: int) -> dict[str, str] | None:
    """Return a version of the terms of use by language; None if there is none."""
    if number == SHIPPED:
        return shipped_terms()
    terms = TermsOfUse.objects.filter(number=number).first()
    return {"en": terms.text_en, "fr": terms.text_fr} if terms else None


def terms_in_force(at_ms: int) -> int:
    """Return the number of the terms of use in force at a time."""
    newest = TermsOfUse.objects.filter(takes_effect_ms__lte=at_ms).order_by("-number").first()
    return newest.number if newest else SHIPPED


def terms_to_come(at_ms: int) -> TermsOfUse | None:
    """Return the terms of use that are published but not yet in force."""
    return TermsOfUse.objects.filter(takes_effect_ms__gt=at_ms).order_by("number").first()


def accepted_terms(person: Person) -> list[TermsAccepted]:
    """List the terms a person accepted, newest first."""
    return list(TermsAccepted.objects.filter(person=person).order_by("-number"))


def reports() -> list[OversightReport]:
    """List the reports by groups: the current one, then half-yearly ones, newest first."""
    by_group = OversightReport.objects.exclude(kind=OversightReport.Kind.MONTH)
    return list(by_group.order_by("-kind", "-end_ms"))


def month_reports(most: int = 12) -> list[OversightReport]:
    """List the reports of the last months, newest first."""
    months = OversightReport.objects.filter(kind=OversightReport.Kind.MONTH)
    return list(months.order_by("-end_ms")[:most])
