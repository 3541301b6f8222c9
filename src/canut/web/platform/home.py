"""The home page: what Canut is, or the pages of this person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language

from canut.actions.operations.first_run import is_set_aside, leads_to_first_steps, steps_left
from canut.actions.platform.system_clock import now_ms
from canut.actions.portrait.instance_figures import public_state
from canut.core.errors import BadInput
from canut.store.datasets.withdrawals import count_overdue
from canut.store.models import Person, Project, Role
from canut.store.participation.impact_assessments import is_overdue, newest_assessment
from canut.store.people.organisations import has_operator
from canut.store.people.terms_changes import changes_waiting
from canut.store.platform.instance import is_demo
from canut.store.quality.results import offers
from canut.store.quality.reviews import MOST_COUNTED, projects_to_review, waiting_in
from canut.web.kit.access import list_projects, projects_of, roles_anywhere
from canut.web.kit.audiences import DECIDERS, RATE_WITNESSES, REQUESTERS
from canut.web.kit.client_address import is_from_this_machine
from canut.web.kit.formatting import format_count
from canut.web.kit.messages import message_now
from canut.web.kit.navigation import PROJECT_ROLES

DEMO_DOORS = (
    ("worker", "page.demo.enter_as_worker"),
    ("requester", "page.demo.enter_as_requester"),
    ("reviewer", "page.demo.enter_as_reviewer"),
    ("operator", "page.demo.enter_as_operator"),
)

MOST_LISTED = 3


def home(request: HttpRequest) -> HttpResponse:
    """Show visitors what Canut is, and people their pages."""
    context: dict[str, Any] = {
        "enters_by_click": is_demo() and is_from_this_machine(request),
        "demo_doors": [(role, message_now(name)) for role, name in DEMO_DOORS],
    }
    if Role.OPERATOR in roles_anywhere(request) and leads_to_first_steps():
        return redirect("first")
    if not request.user.is_authenticated:
        context["public"] = public_state()
        context["is_unattended"] = not has_operator()
    else:
        is_deciding = bool(roles_anywhere(request) & REQUESTERS.roles)
        context |= {
            "may_start": is_deciding,
            "run": list_projects(request.user, PROJECT_ROLES),
            "reviews": _reviews(list_projects(request.user, DECIDERS.roles)),
            "terms_waiting": len(changes_waiting(request.user))
            if roles_anywhere(request) & RATE_WITNESSES.roles
            else 0,
            "steps_left": len(steps_left())
            if Role.OPERATOR in roles_anywhere(request) and is_set_aside()
            else 0,
            "effects_overdue": Role.OPERATOR in roles_anywhere(request)
            and is_overdue(newest_assessment(), now_ms()),
            "withdrawals_overdue": _overdue(request.user) if is_deciding else 0,
            "offers": offers(list_projects(request.user, frozenset({Role.WORKER})), request.user),
        }
    return render(request, "platform/home.html", context)


def _reviews(projects: list[Project]) -> list[tuple[Project, int, str]]:
    """List the newest projects in which reviews wait, with their number, also as text."""
    usable = [project for project in projects if project.state != Project.State.DRAFT]
    totals = [
        (project, waiting_in(project.pk).total)
        for project in projects_to_review(usable, MOST_LISTED)
    ]
    return [
        (project, total, format_count(min(total, MOST_COUNTED)) + "+" * (total >= MOST_COUNTED))
        for project, total in totals
    ]


def _overdue(person: Person) -> int:
    """Count the withdrawal requests that are overdue and concern somebody."""
    return count_overdue(projects_of(person, REQUESTERS.roles), person, now_ms())


def more(request: HttpRequest) -> HttpResponse:
    """List the places that a phone's bar has no room for."""
    return render(request, "platform/more.html")


def language(request: HttpRequest) -> HttpResponse:
    """Store the chosen language in a cookie and return to the page."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if code not in dict(settings.LANGUAGES) or not check_for_language(code):
        languages = ", ".join(settings.LANGUAGES_KNOWN)
        raise BadInput(f"language {code!r} is not one of {languages}")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)  # of a word without a slash, redirect() seeks a view
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.HTTPS,
        samesite="Lax",
    )
    return answer
