"""A person's own account, and the organisations an operator looks after."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.people.accounts import name_oneself
from canut.actions.people.email_verification import offer_address
from canut.actions.people.organisations import create_organisation
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Forbidden, Refusal
from canut.store.models import Person, Project
from canut.store.people.organisations import all_organisations, members_of, memberships_of
from canut.web.kit.access import get_person, get_person_by_name, is_shared, roles_anywhere
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.people.forms import NameForm, OrganisationForm
from canut.web.people.sign_in import note_sign_in


def account(request: HttpRequest) -> HttpResponse:
    """Show who I am here, my roles, and how I can come back."""
    person = get_person(request)
    shown = {
        "memberships": memberships_of(person),
        "is_shared": is_shared(person),
        "passkeys_work": request.is_secure() or request.get_host().startswith("localhost"),
        "may_make_keys": bool(roles_anywhere(request) & REQUESTERS.roles),
    }
    return render(request, "people/account.html", shown)


def name(request: HttpRequest) -> HttpResponse:
    """Let a nameless account choose a name and a password, so that its owner can come back."""
    person = get_person(request)
    if is_shared(person):
        raise Forbidden("the demo's people keep their names", code="demo-account")
    form = NameForm(request.POST or None, initial={"username": _name_before(person)})
    if not settings.SENDS_MAIL:
        del form.fields["email"]
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            name_oneself(person, given["username"], given["password"])
        except Refusal as refusal:
            form.add_error(refusal_field(refusal), words_of(refusal).detail)
        else:
            update_session_auth_hash(request, person)
            note_sign_in(request)
            messages.success(request, message_now("page.accounts.your_account_is_kept"))
            _offer(request, person, given.get("email", ""), given["password"])
            return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "people/name.html", {"form": form}, status=status)


def _offer(request: HttpRequest, person: Person, address: str, password: str) -> None:
    """Ask at the address that was given; the name is kept whatever becomes of it."""
    try:
        if offer_address(person, address, password):
            said = message_now("common.a_letter")
            messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, words_of(refusal).title)


def _name_before(person: Person) -> str:
    """Return the name of somebody who had one, as after losing a password."""
    return person.username if person.shown_name else ""


def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations of this instance; add one with the person who asks for labels."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = get_person_by_name(form.cleaned_data["requester"])
            made = create_organisation(form.cleaned_data["title"], person, now_ms())
        except Refusal as refusal:
            form.add_error(refusal_field(refusal), words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.accounts.is_there", name=made.name))
            return redirect("organisations")
    shown = {"form": form, "organisations": all_organisations()}
    return render(request, "people/organisations.html", shown, status=422 if form.errors else 200)


def members(request: HttpRequest, project: Project) -> HttpResponse:
    """List who has a role in this project, and who has one through its organisation."""
    shown = {
        "project": project,
        "memberships": members_of(project),
        "through": members_of(project.organisation),
    }
    return render(request, "people/members.html", shown)


def refusal_field(refusal: Refusal) -> str | None:
    """Say which field of the form a refusal is about; none when it is about the whole."""
    by_case = {
        "name-form": "username",
        "name-taken": "username",
        "weak-password": "password",
        "organisation-taken": "title",
        "person-unknown": "requester",
    }
    return by_case.get(refusal.case)
