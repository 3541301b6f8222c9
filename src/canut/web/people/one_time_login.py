"""Sign-in without a password: one-time links, and the four accounts of the demo."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from canut.actions.people.accounts import open_one_time_link
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.store.models import Role
from canut.web.kit.access import get_demo_person
from canut.web.people.sign_in import sign_in

ENTRANCES = {
    Role.WORKER: "work_home",
    Role.REQUESTER: "projects",
    Role.REVIEWER: "projects",
    Role.OPERATOR: "projects",
}


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in the person of a one-time link, and redirect to their page."""
    person, leads_to = open_one_time_link(token, now_ms())
    sign_in(request, person)
    return redirect(leads_to)


def demo_enter(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as one of the demo's people; the address exists only in a demo."""
    if role not in ENTRANCES:
        raise Missing(f"the demo has no entrance for {role!r}")
    sign_in(request, get_demo_person(Role(role)))
    return redirect(ENTRANCES[Role(role)])
