"""Template tag of risk: how hard a project's tasks are to look at."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template

from canut.core.clock import MINUTE_MS
from canut.core.participation.policy_changes import PolicyName
from canut.store.models import Project
from canut.web.kit.formatting import duration, locale
from canut.web.kit.messages import message_now
from canut.web.protection.risk_forms import Risk, risk_in_words

register = template.Library()
THOUSAND = 1_000


@register.filter
def policy_value(value: int, name: str) -> str:
    """Format the value of a policy with its unit: hours, times the usual, or exposure.

    The same number as on a person's own page.
    """
    if name in {PolicyName.HOURS_DAY.value, PolicyName.HOURS_WEEK.value}:
        return duration(value * MINUTE_MS)
    number = format_decimal(Decimal(value) / THOUSAND, "#,##0.###", locale=locale())
    if name in {PolicyName.ITEM_CAP.value, PolicyName.PERIOD_CAP.value}:
        return message_now("page.exposure.times_usual", times=number)
    return number


@register.simple_tag
def risk_of(project: Project) -> Risk:
    """Describe how hard a project's tasks are to look at, in the page's language."""
    return risk_in_words(project)
