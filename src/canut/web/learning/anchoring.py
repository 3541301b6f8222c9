"""How much proposals draw people's answers in a project, and where wrong ones are planted."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.learning.anchoring import anchoring_of, plant_proposals, stop_planting
from canut.actions.platform.system_clock import now_ms
from canut.core.comparisons.anchoring import BAR
from canut.core.errors import Refusal
from canut.store.comparisons.anchoring import limit_of, planted_now, shown_proposals
from canut.store.models import Project
from canut.web.comparisons.wording import anchoring_in_words
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of


def anchoring(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the anchoring of everybody together in the current layout."""
    return _page(request, project, "")


def plant(request: HttpRequest, project: Project) -> HttpResponse:
    """Plant wrong proposals on gold tasks."""
    by = get_person(request)
    return _act(
        request, project, lambda: plant_proposals(project, by, now_ms()), "page.anchoring.planted"
    )


def stop(request: HttpRequest, project: Project) -> HttpResponse:
    """Stop showing the planted wrong proposals."""
    return _act(
        request, project, lambda: stop_planting(project.pk, now_ms()), "page.anchoring.stopped"
    )


def _act(
    request: HttpRequest, project: Project, act: Callable[[], int], message: str
) -> HttpResponse:
    try:
        count = act()
    except Refusal as refusal:
        text = words_of(refusal)
        return _page(request, project, f"{text.title}. {text.detail}")
    messages.success(request, message_now(message, n=count))
    return redirect("project_anchoring", project.slug)


def _page(request: HttpRequest, project: Project, problem: str) -> HttpResponse:
    measured = anchoring_of(project.pk)
    planted = planted_now(project.pk)
    context = {
        "project": project,
        "problem": problem,
        "anchoring": measured,
        "words": anchoring_in_words(measured),
        "bar": BAR,
        "planted": len(planted),
        "planted_shown": sum(proposal.is_shown for proposal in planted),
        "shown": shown_proposals(project.pk),
        "limit": limit_of(project.pk),
        "manages": bool(roles_in(get_person(request), project) & REQUESTERS.roles),
    }
    return render(request, "learning/anchoring.html", context, status=422 if problem else 200)
