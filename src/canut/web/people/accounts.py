"""A person's own account, and the organisations of the instance."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from canut.actions.operations.first_run import leads_to_first_steps
from canut.actions.pay.accounting.balance import balance_of
from canut.actions.people.accounts import BY_LINK, name_oneself
from canut.actions.people.double_silence import set_double_silence
from canut.actions.people.email_verification import offer_address
from canut.actions.people.names import name_for_team
from canut.actions.people.organisations import create_organisation
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Forbidden, Refusal
from canut.store.decisions.appeals import decisions_about
from canut.store.models import Person, Project, Role
from canut.store.pay.statements import unpaid_by_currency
from canut.store.people.organisations import all_organisations, members_of, memberships_of
from canut.web.kit.access import (
    get_membership,
    get_person,
    get_person_by_name,
    is_shared,
    roles_anywhere,
)
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.people.forms import CalledForm, NameForm, OrganisationForm
from canut.web.people.sign_in import note_sign_in


def account(request: HttpRequest) -> HttpResponse:
    """Show my account, my roles, and my ways to sign in."""
    person = get_person(request)
    context = {
        "memberships": memberships_of(person),
        "is_shared": is_shared(person),
        "passkeys_work": request.is_secure() or request.get_host().startswith("localhost"),
        "may_make_keys": bool(roles_anywhere(request) & REQUESTERS.roles),
    }
    return render(request, "people/account.html", context)


def leave(request: HttpRequest) -> HttpResponse:
    """Ask before signing out, and say what somebody without a way back would lose."""
    person = get_person(request)
    has_way_back = person.has_named_themselves or is_shared(person)
    open_appeals = [
        decision
        for decision in decisions_about(person)
        if hasattr(decision, "appeal") and decision.appeal.answered_ms is None
    ]
    owed = unpaid_by_currency(person)
    for own in balance_of(person, now_ms()).sums:
        owed[own.currency] = owed.get(own.currency, 0) + own.micro
    context = {
        "has_way_back": has_way_back,
        "owed": [(micro, currency) for currency, micro in owed.items() if micro > 0],
        "appeals": len(open_appeals),
    }
    return render(request, "people/leave.html", context)


def silence(request: HttpRequest) -> HttpResponse:
    """Set whether silence counts twice on my pages."""
    is_double = request.POST.get("double") == "1"
    set_double_silence(get_person(request), is_double=is_double, now_ms=now_ms())
    messages.success(request, message_now("page.accounts.your_pace_is_set"))
    return redirect("account")


def name(request: HttpRequest) -> HttpResponse:
    """Set the name and password of a nameless account, so that its owner can sign in again."""
    person = get_person(request)
    if is_shared(person):
        raise Forbidden("the demo's people keep their names", code="demo-account")
    form = NameForm(request.POST or None, initial={"username": _name_before(person)})
    if not settings.SENDS_MAIL:
        del form.fields["email"]
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            name_oneself(person, data["username"], data["password"])
        except Refusal as refusal:
            form.add_error(refusal_field(refusal), words_of(refusal).detail)
        else:
            update_session_auth_hash(request, person)
            note_sign_in(request)
            messages.success(request, message_now("page.accounts.your_account_is_kept"))
            _offer(request, person, data.get("email", ""), data["password"])
            return redirect(_after_naming(request))
    status = 422 if form.errors else 200
    return render(
        request, "people/name.html", {"form": form, "next": _came_from(request)}, status=status
    )


def _after_naming(request: HttpRequest) -> str:
    """Return the address to go to next: an operator's first steps, the page one came from, home."""
    if Role.OPERATOR in roles_anywhere(request) and leads_to_first_steps():
        return reverse("first")
    return _came_from(request) or reverse("home")


def _came_from(request: HttpRequest) -> str:
    """Return the page of this site that led here; empty where none is named."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_safe else ""


def _offer(request: HttpRequest, person: Person, address: str, password: str) -> None:
    """Send a confirmation to the address; the name is saved in any case."""
    try:
        if offer_address(person, address, password):
            text = message_now("common.a_letter")
            messages.success(request, text)
    except Refusal as refusal:
        messages.error(request, words_of(refusal).title)


def _name_before(person: Person) -> str:
    """Return the name of a person who had one, for example after losing a password."""
    return "" if person.username.startswith(BY_LINK) else person.username


def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations; add one with its requester."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = get_person_by_name(form.cleaned_data["requester"])
            created = create_organisation(form.cleaned_data["title"], person, now_ms())
        except Refusal as refusal:
            form.add_error(refusal_field(refusal), words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.accounts.is_there", name=created.name))
            return redirect("organisations")
    context = {"form": form, "organisations": all_organisations()}
    return render(request, "people/organisations.html", context, status=422 if form.errors else 200)


def members(request: HttpRequest, project: Project) -> HttpResponse:
    """List who has a role in this project, or one through its organisation."""
    context = {
        "project": project,
        "memberships": members_of(project),
        "through": members_of(project.organisation),
    }
    return render(request, "people/members.html", context)


def name_member(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Write what this project's team calls a member who gave no name."""
    membership = get_membership(project, number)
    form = CalledForm(request.POST or None, initial={"name": str(membership.person)})
    if request.method == "POST" and form.is_valid():
        try:
            name_for_team(project, membership.person, form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.name_member.is_named"))
            return redirect("project_members", project.slug)
    context = {"project": project, "form": form, "person": membership.person}
    status = 422 if form.errors else 200
    return render(request, "people/name_member.html", context, status=status)


def refusal_field(refusal: Refusal) -> str | None:
    """Return the form field a refusal is about; None if it is about the whole form."""
    by_case = {
        "name-form": "username",
        "name-taken": "username",
        "weak-password": "password",
        "organisation-taken": "title",
        "person-unknown": "requester",
    }
    return by_case.get(refusal.case)
