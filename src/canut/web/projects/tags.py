"""Template tags of a project's pages."""

from django import template
from django.http import HttpRequest

from canut.store.datasets.material import material_of
from canut.store.models import Project
from canut.web.kit.project_tabs import Tab, tabs_of
from canut.web.work.material_wording import MaterialLine, lines_of, summary_of

register = template.Library()


@register.simple_tag(takes_context=True)
def project_tabs(context: template.Context) -> list[Tab]:
    """List the tabs of the page's project; none where the page has no project."""
    project, request = context.get("project"), context.get("request")
    if not isinstance(project, Project) or not isinstance(request, HttpRequest):
        return []
    return tabs_of(request, project) if request.user.is_authenticated else []


@register.simple_tag
def material_lines(project: Project) -> list[MaterialLine]:
    """Describe what a project's material was made by; none where nobody described it."""
    material = material_of(project.pk)
    if not material.number:
        return []
    summary = summary_of(material)
    return [*lines_of(material), *([MaterialLine(summary, "")] if summary else [])]
