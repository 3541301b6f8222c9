"""Template filters: the address by which a call to the pool is followed."""

from django import template
from django.urls import reverse

from canut.actions.people.accounts import invitation_token
from canut.store.models import PoolCall

register = template.Library()


@register.filter
def join_address(call: PoolCall) -> str:
    """Return the path of the link that a call carries."""
    return reverse("join", args=[invitation_token(call.invitation)])
