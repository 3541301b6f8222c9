"""Invitations: created, listed and withdrawn by a project's members; opened by anyone."""

import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from canut.actions.decisions.system_notices import note_shown, notice_now
from canut.actions.integrations.panels import check_new, note_recruited
from canut.actions.pay.bills import floors_beside
from canut.actions.people.accounts import (
    InvitationFields,
    accept_invitation,
    check_not_removed,
    create_invitation,
    invitation_token,
    read_invitation,
    revoke_invitation,
)
from canut.actions.people.email_notices import invite_by_mail
from canut.actions.people.terms_changes import say_place
from canut.actions.platform.system_clock import now_ms
from canut.actions.protection.risk_preferences import agree
from canut.actions.quality.reviews import create_reviewer_invitation
from canut.actions.work.eligibility_upkeep import decide_newcomer
from canut.core.decisions.system_notice import ShortRule, short_rules
from canut.core.errors import Refusal
from canut.store.decisions.system_notices import is_shown
from canut.store.models import Invitation, Person, Project, Role
from canut.store.participation.clients import client
from canut.store.people.terms_changes import place_word_of
from canut.store.quality.results import offer_of
from canut.store.quality.reviews import rule_of
from canut.web.kit.access import get_invitation, get_person, open_invitations
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.people.forms import ROLES, InvitationForm
from canut.web.people.places import likely_place, place_choices
from canut.web.people.sign_in import sign_in

CODE = re.compile(r"[\w-]{4,200}", re.ASCII)
PAID_ROLES = (Role.WORKER, Role.REVIEWER)


def invitations(request: HttpRequest, project: Project) -> HttpResponse:
    """List the project's invitations and their uses; create one."""
    form = InvitationForm(request.POST or None)
    if not settings.SENDS_MAIL:
        del form.fields["emails"]
    if project.state == Project.State.CLOSED:
        form.offer("role", [choice for choice in ROLES if choice[0] != Role.WORKER])
    if request.method == "POST" and form.is_valid():
        try:
            created = _create(request, project, form)
            sent = _send(created, form.addresses(), get_language() or "fr")
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, sent)
            return redirect("project_invitations", project.slug)
    rows = [
        (invitation, link_to(invitation), _stands(invitation, project))
        for invitation in open_invitations(project)
    ]
    context = {"project": project, "form": form, "rows": rows}
    return render(request, "people/invitations.html", context, status=422 if form.errors else 200)


def join_by_code(request: HttpRequest) -> HttpResponse:
    """Lead somebody who types their link, or the code at its end, to their invitation."""
    code = request.GET.get("code", "").strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    if not CODE.fullmatch(code):
        messages.error(request, message_now("page.platform_home.no_such_code"))
        return redirect("home")
    return redirect("join", code)


def _create(request: HttpRequest, project: Project, form: InvitationForm) -> Invitation:
    role = Role(form.cleaned_data["role"])
    fields: InvitationFields = {
        "by": get_person(request),
        "expires_at": form.expires_at(),
        "max_uses": form.cleaned_data["max_uses"],
        "note": form.cleaned_data["note"],
        "now_ms": now_ms(),
    }
    if role == Role.REVIEWER:
        return create_reviewer_invitation(project, **fields)
    return create_invitation(project, role, **fields)


def _send(invitation: Invitation, addresses: list[str], language: str) -> str:
    """Send the link to the given addresses; return the message to show."""
    if not addresses:
        return message_now("page.invitations.the_link_is_ready")
    number = invite_by_mail(link_to(invitation), addresses, language)
    return message_now("page.invitations.the_link_is_ready_letters", number=number)


def revoke(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Withdraw an invitation; people who used it stay."""
    revoke_invitation(get_invitation(project, number), now_ms())
    messages.success(request, message_now("page.invitations.the_link_is_withdrawn"))
    return redirect("project_invitations", project.slug)


def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the work, its purpose, its client and its pay; let in a person who accepts."""
    invitation = read_invitation(token, now_ms())
    if isinstance(request.user, Person):
        check_not_removed(invitation, request.user)
    if request.method == "POST":
        visitor = request.user if isinstance(request.user, Person) else None
        check_new(invitation, visitor, request.GET)
        person = accept_invitation(
            token,
            visitor,
            get_language() or "fr",
            now_ms(),
            nickname=request.POST.get("nickname", ""),
        )
        if visitor is None:
            sign_in(request, person)
        note_recruited(invitation, person, request.GET, now_ms())
        place = request.POST.get("place", "")
        if place in dict(place_choices()):
            say_place(person, place, now_ms())
        kinds = [kind for kind in request.POST.getlist("agree") if kind]
        if kinds:
            agree(person.id, kinds, now_ms())
        if invitation.role == Role.WORKER:
            decide_newcomer(person, invitation.project, now_ms())
            note_shown(person, now_ms())
            bench = redirect("workbench", invitation.project.slug)
            if _is_calm(invitation.project):  # what it shows was read on this page
                bench["Location"] += "?begun"
            return bench
        return redirect("project", invitation.project.slug)
    visitor = request.user if isinstance(request.user, Person) else None
    asks_place = _asks_place(invitation, visitor)
    context = {
        "project": invitation.project,
        "invitation": invitation,
        "review_rule": rule_of(invitation.project_id),
        "places": place_choices() if asks_place else [],
        "likely_place": likely_place(invitation.project) if asks_place else "",
        "offer": offer_of(invitation.project),
        "beside": floors_beside(
            invitation.project,
            request.user if isinstance(request.user, Person) else None,
            now_ms(),
        ),
        "client": client(invitation.project.organisation),
        "rules": _rules(invitation, visitor),
    }
    return render(request, "people/join.html", context)


def _rules(invitation: Invitation, visitor: Person | None) -> list[ShortRule]:
    """Return what decides here, in short, for a worker to be who was not shown it yet."""
    if invitation.role != Role.WORKER or (visitor is not None and is_shown(visitor.pk)):
        return []
    return short_rules(notice_now(now_ms()).content, two_sided())


def _is_calm(project: Project) -> bool:
    """Return whether nothing of a project is said to be hard to look at."""
    return project.severity == 0 and not project.severity_most


def _asks_place(invitation: Invitation, visitor: Person | None) -> bool:
    """Return whether who joins is asked where they work: only who is paid and has not said it."""
    if invitation.project.is_own_staff or invitation.role not in PAID_ROLES:
        return False
    return visitor is None or place_word_of(visitor.pk) is None


def link_to(invitation: Invitation) -> str:
    """Return the whole address of an invitation."""
    path = reverse("join", args=[invitation_token(invitation)])
    return f"{settings.URL.rstrip('/')}{path}"


def _stands(invitation: Invitation, project: Project) -> str:
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.expires_at <= timezone.now():
        return "expired"
    if invitation.role == Role.WORKER and project.state == Project.State.CLOSED:
        return "closed"
    return "used-up" if invitation.uses >= invitation.max_uses else "open"
