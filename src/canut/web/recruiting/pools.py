"""Pools: a person's choice for each organisation, and an organisation's members and groups."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.recruiting.pools import (
    decline_call,
    delete_group,
    join_pool,
    leave_pool,
    make_group,
    set_groups,
)
from canut.actions.work.qualification_requests import LONGEST_WORDS, request_qualification
from canut.core.errors import Missing, Refusal
from canut.store.models import Organisation
from canut.store.recruiting.pools import choices_of, groups_of, members_of, open_calls
from canut.store.work.qualification_tests import offered_tests
from canut.store.work.qualifications import qualifications_by, requestable_by, requests_by
from canut.web.kit.access import get_person, list_organisations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.recruiting.forms import PoolGroupForm
from canut.web.recruiting.parts import shown_parts


def own(request: HttpRequest) -> HttpResponse:
    """Show who may ask me again, who does, and my qualifications; join, leave, or ask for one."""
    person = get_person(request)
    if request.POST.get("do") == "ask":
        number = number_named(request.POST.get("qualification", ""))
        requested = request_qualification(person, number, request.POST.get("words", ""), now_ms())
        name = "page.pools.granted_now" if requested.outcome else "page.pools.requested"
        messages.success(request, message_now(name))
        return redirect(f"{request.path}#ask")
    if request.method == "POST":
        organisation = number_named(request.POST.get("organisation", ""))
        if request.POST.get("do") == "leave":
            leave_pool(person, organisation, now_ms())
            messages.success(request, message_now("page.pools.left"))
        else:
            join_pool(person, organisation, now_ms())
            messages.success(request, message_now("page.pools.joined"))
        return redirect("pools")
    context = {
        "choices": choices_of(person),
        "calls": open_calls(person),
        "next_parts": shown_parts(person),
        "qualifications": qualifications_by(person.pk),
        "tests": offered_tests(person.pk),
        "requestable": requestable_by(person.pk),
        "requests": requests_by(person.pk),
        "longest_words": LONGEST_WORDS,
    }
    return render(request, "recruiting/pools.html", context)


def decline(request: HttpRequest, number: int) -> HttpResponse:
    """Decline a call to a project."""
    decline_call(get_person(request), number, now_ms())
    messages.success(request, message_now("page.pools.declined"))
    return redirect("pools")


def pool(request: HttpRequest, number: int) -> HttpResponse:
    """Show an organisation's pool; make or delete a group, set the groups of a member."""
    organisation = _organisation(request, number)
    step = request.POST.get("do", "") if request.method == "POST" else ""
    form = PoolGroupForm(request.POST if step == "group" else None)
    problem = ""
    if step == "group" and attempt(
        form,
        lambda: make_group(
            organisation.pk, form.cleaned_data["name"], by=get_person(request), now_ms=now_ms()
        ),
    ):
        return redirect("crowd_pool", number)
    if step == "delete":
        delete_group(organisation.pk, number_named(request.POST.get("group", "")))
        return redirect("crowd_pool", number)
    if step == "member":
        try:
            set_groups(
                organisation.pk,
                number_named(request.POST.get("member", "")),
                [number_named(text) for text in request.POST.getlist("groups")],
            )
        except Refusal as refusal:
            problem = words_of(refusal).detail
        else:
            messages.success(request, message_now("page.pool.groups_set"))
            return redirect("crowd_pool", number)
    context = {
        "organisation": organisation,
        "form": form,
        "problem": problem,
        "members": members_of(organisation.pk),
        "groups": groups_of(organisation.pk),
    }
    return render(
        request, "recruiting/pool.html", context, status=422 if form.errors or problem else 200
    )


def _organisation(request: HttpRequest, number: int) -> Organisation:
    """Return an organisation the person speaks for.

    Raises:
        Missing: ``organisation-gone``: there is none, or it is another's.
    """
    speaks_for = list_organisations(get_person(request), REQUESTERS.roles)
    organisation = next((own for own in speaks_for if own.pk == number), None)
    if organisation is None:
        raise Missing("you speak for no such organisation", code="organisation-gone")
    return organisation
