"""Template filters: the address of a call, and how a qualification was given or is compared."""

from django import template
from django.urls import reverse

from canut.actions.people.accounts import invitation_token
from canut.actions.work.qualifications import AUTOMATIC, EARNED, TESTED
from canut.core.work.qualifications import Comparator
from canut.store.models import PoolCall, QualificationGrant
from canut.store.work.qualifications import SentRequirement
from canut.web.kit.formatting import moment
from canut.web.kit.messages import message_now

register = template.Library()
SIGNS = {
    Comparator.LESS: "<",
    Comparator.AT_MOST: "≤",
    Comparator.MORE: ">",
    Comparator.AT_LEAST: "≥",
    Comparator.EQUAL: "=",
    Comparator.UNEQUAL: "≠",
}
WORDED = {
    Comparator.EXISTS: "page.eligibility.has_it",
    Comparator.MISSING: "page.eligibility.has_it_not",
    Comparator.AMONG: "page.eligibility.one_of",
    Comparator.NOT_AMONG: "page.eligibility.none_of",
}
WITHOUT_A_PERSON = {
    EARNED: "page.pools.earned",
    TESTED: "page.pools.tested",
    AUTOMATIC: "page.pools.automatic",
    "": "page.pools.given_by_program",
}


@register.filter
def join_address(call: PoolCall) -> str:
    """Return the path of the link that a call carries."""
    return reverse("join", args=[invitation_token(call.invitation)])


@register.filter
def grant_words(grant: QualificationGrant) -> str:
    """Return when and how a qualification was granted: with whose reason, or by what."""
    day = moment(grant.at_ms)
    is_own = grant.by_id is None or not grant.reason
    if is_own and grant.reason in WITHOUT_A_PERSON:
        return message_now(WITHOUT_A_PERSON[grant.reason], day=day)
    return message_now("page.pools.given", day=day, reason=grant.reason)


@register.filter
def comparison_words(row: SentRequirement) -> str:
    """Return how a requirement compares: ``≥ 80``, ``one of CA, FR``, ``has it``."""
    requirement = row.requirement
    values = ", ".join([*map(str, requirement.values), *requirement.countries])
    if requirement.comparator in SIGNS:
        return f"{SIGNS[requirement.comparator]} {values}"
    return message_now(WORDED[requirement.comparator], values=values)
