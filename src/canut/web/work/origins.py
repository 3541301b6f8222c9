"""Where a project's material comes from, for the people who label it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.store.datasets.material import material_of
from canut.store.models import Worker
from canut.web.work.material_wording import lines_of, sources_of, summary_of


def origin(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show what the material was made by, its hours, and the datasets it was taken from."""
    project = worker.project
    described = material_of(project.pk)
    context = {
        "project": project,
        "is_described": bool(described.number),
        "lines": lines_of(described),
        "sources": sources_of(described),
        "summary": summary_of(described),
    }
    return render(request, "work/origin.html", context)
