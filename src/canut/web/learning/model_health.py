"""The health of a model: how right it is on the hidden share, week by week, and where it is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.learning.health import health_of
from canut.actions.learning.model_cards import trained_of
from canut.actions.platform.system_clock import now_ms
from canut.core.learning.slices import FEWEST
from canut.store.learning.incidents import open_incident, open_incidents
from canut.store.models import Project
from canut.web.learning.incident_view import line_of
from canut.web.learning.slice_names import slice_name


def show_health(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show how a version does where nobody saw what it proposed."""
    trained, moment = trained_of(project, number), now_ms()
    of_model = health_of(trained)
    named = [(slice_name(each.name), each) for each in of_model.slices]
    context = {
        "project": project,
        "model_name": f"{trained.author.name} {trained.author.version}".strip(),
        "health": of_model,
        "least": FEWEST,
        "slices": named,
        "found": [(name, each) for name, each in named if each.is_found],
        "incident": open_incident(project.pk),
        "incidents": [line_of(each, moment) for each in open_incidents(project.pk)],
    }
    return render(request, "learning/health.html", context)
