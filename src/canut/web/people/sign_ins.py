"""A person's signed-in browsers, and their e-mail address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.people.email_verification import address_in, confirm_address, offer_address
from canut.actions.people.sign_ins import end_others, end_sign_in
from canut.core.errors import Forbidden, Refusal
from canut.store.models import Person
from canut.store.people.sign_ins import signed_in
from canut.web.kit.access import get_person, is_shared
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.people.forms import AddressForm
from canut.web.people.sign_in import note_sign_in


def sessions(request: HttpRequest) -> HttpResponse:
    """List the browsers I am signed in with; record this one if it is missing."""
    person, key = get_person(request), request.session.session_key or ""
    here = signed_in(person, key)
    if not any(row.is_this for row in here):
        note_sign_in(request)
        here = signed_in(person, request.session.session_key or "")
    return render(request, "people/sign_ins.html", {"here": here, "is_shared": is_shared(person)})


def end(request: HttpRequest) -> HttpResponse:
    """Sign out one browser, or all but this one."""
    person = _own(request)
    number = request.POST.get("number", "")
    if number:
        end_sign_in(person, number_named(number))
        messages.success(request, message_now("page.sign_ins.that_browser_is_signed"))
    else:
        end_others(person, request.session.session_key or "")
        messages.success(request, message_now("page.sign_ins.every_other_browser"))
    return redirect("account_sessions")


def address(request: HttpRequest) -> HttpResponse:
    """Change or remove my e-mail address; a new one must be confirmed first."""
    person = get_person(request)
    if request.method == "POST":
        person = _own(request)
    if token := request.POST.get("confirm", ""):
        confirm_address(person, token)
        messages.success(request, message_now("page.sign_ins.letters_go_there"))
        return redirect("account")
    form = AddressForm(request.POST or None, initial={"email": person.email})
    if not person.has_named_themselves:
        del form.fields["password"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            has_left = offer_address(person, data["email"], data.get("password", ""))
        except Refusal as refusal:
            field = "password" if refusal.case == "password-wrong" else "email"
            form.add_error(field, words_of(refusal).detail)
        else:
            text = message_now("common.a_letter")
            messages.success(
                request, text if has_left else message_now("page.sign_ins.this_is_kept")
            )
            return redirect("account")
    token = request.GET.get("confirm", "")
    context = {
        "form": form,
        "is_shared": is_shared(person),
        "token": token,
        "asked": address_in(token, person) if token else "",
    }
    return render(request, "people/email.html", context, status=422 if form.errors else 200)


def _own(request: HttpRequest) -> Person:
    """Return the person if the account is theirs alone."""
    person = get_person(request)
    if is_shared(person):
        raise Forbidden("every visitor of the demo shares this account", code="demo-account")
    return person
