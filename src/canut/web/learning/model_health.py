"""The health of a model: how right it is on the hidden share, week by week, and where it is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.learning.health import health_of
from canut.actions.learning.model_cards import trained_of
from canut.core.learning.slices import FEWEST
from canut.store.learning.loop import open_incident
from canut.store.models import Project
from canut.web.kit.messages import message_now


def show_health(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show how a version does where nobody saw what it proposed."""
    trained = trained_of(project, number)
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
    }
    return render(request, "learning/health.html", context)


def slice_name(name: str) -> str:
    """Return a slice's name as people read it; a column's slice keeps its own."""
    kind, sign, bound = name.partition(" ")
    names = {
        "@length": "page.model_health.slice_length",
        "@class": "page.model_health.slice_class",
        "@import": "page.model_health.slice_import",
        "@agreement": "page.model_health.slice_agreement",
    }
    return f"{message_now(names[kind])}{sign}{bound}" if kind in names else name
