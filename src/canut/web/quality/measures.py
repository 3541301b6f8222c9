"""How good a project's labels are, how that is measured, and what reviewers should look into."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.store.models import Project
from canut.store.quality import known_split, results
from canut.store.quality import measures as measured


def measures(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the model, agreement, confusion and skill, each with its interval and its meaning."""
    estimate = results.last_estimate(project.id)
    shown = {
        "project": project,
        "estimate": estimate,
        "against": results.against_known(project.id),
        "fewest": known_split.FEWEST,
        "confusion": measured.confusion_of(estimate),
        "habits": measured.habits_of(project.id),
    }
    return render(request, "quality/measures.html", shown)


def care(request: HttpRequest, project: Project) -> HttpResponse:
    """Show reviewers the evidence of careless work: to look into, never a verdict."""
    shown = {
        "project": project,
        "estimate": results.last_estimate(project.id),
        "evidence": measured.evidence_of(project.id),
    }
    return render(request, "quality/work_to_check.html", shown)
