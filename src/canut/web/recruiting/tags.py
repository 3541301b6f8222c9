"""Template filters: the address by which a call is followed, and how a qualification was given."""

from django import template
from django.urls import reverse

from canut.actions.people.accounts import invitation_token
from canut.actions.work.qualifications import AUTOMATIC, EARNED, TESTED
from canut.store.models import PoolCall, QualificationGrant
from canut.web.kit.formatting import moment
from canut.web.kit.messages import message_now

register = template.Library()
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
