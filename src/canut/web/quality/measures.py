"""Quality measures of a project, their method, and signs of careless work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.store.models import Project
from canut.store.quality import known_split, results
from canut.store.quality import measures as measured


def measures(request: HttpRequest, project: Project) -> HttpResponse:
    """Show model, agreement, confusion and skill, each with its interval and meaning."""
    estimate = results.last_estimate(project.id)
    context = {
        "project": project,
        "estimate": estimate,
        "against": results.against_known(project.id),
        "fewest": known_split.FEWEST,
        "confusion": measured.confusion_of(estimate),
        "habits": measured.habits_of(project.id),
    }
    return render(request, "quality/measures.html", context)


def care(request: HttpRequest, project: Project) -> HttpResponse:
    """Show reviewers the signs of careless work: to investigate, never a verdict."""
    context = {
        "project": project,
        "estimate": results.last_estimate(project.id),
        "evidence": measured.evidence_of(project.id),
    }
    return render(request, "quality/work_to_check.html", context)
