"""Template tag of risk: how hard a project's tasks are to look at."""

from django import template

from canut.store.models import Project
from canut.web.protection.risk_forms import Risk, risk_in_words

register = template.Library()


@register.simple_tag
def risk_of(project: Project) -> Risk:
    """Describe how hard a project's tasks are to look at, in the page's language."""
    return risk_in_words(project)
