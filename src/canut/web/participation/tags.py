"""Template tags of price agreements: what one sets in a project, and what waits for a person."""

from django import template

from canut.actions.platform.system_clock import now_ms
from canut.store.models import Person, Project
from canut.web.participation.accord_view import AccordLine, line_of
from canut.web.participation.round_steps import RoundStep, round_steps_of

register = template.Library()


@register.simple_tag
def accord_line(project: Project) -> AccordLine | None:
    """Describe the price agreement of a project; None where none sets a price."""
    return line_of(project, now_ms())


@register.simple_tag
def round_steps(person: Person) -> list[RoundStep]:
    """List what waits for a person in price rounds."""
    return round_steps_of(person, now_ms())
