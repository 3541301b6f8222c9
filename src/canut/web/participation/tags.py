"""Template tag of price agreements: what one sets in a project."""

from django import template

from canut.actions.platform.system_clock import now_ms
from canut.store.models import Project
from canut.web.participation.accord_view import AccordLine, line_of

register = template.Library()


@register.simple_tag
def accord_line(project: Project) -> AccordLine | None:
    """Describe the price agreement of a project; None where none sets a price."""
    return line_of(project, now_ms())
