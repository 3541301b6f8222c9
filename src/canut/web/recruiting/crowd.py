"""Ways to people of a project: a list of contacts, the organisation's pool, the public board."""

import csv
import io

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from canut.actions.platform.system_clock import now_ms
from canut.actions.recruiting.board import publish_on_board, take_off_board
from canut.actions.recruiting.invited_lists import (
    ListIn,
    erase_list,
    invite_list,
    own_address,
    read_refusal_token,
    refuse_letters,
)
from canut.actions.recruiting.pools import call_pool
from canut.core.errors import Missing
from canut.core.recruiting.contact_lists import MOST_LINES
from canut.store.models import InvitedContact, InvitedList, Project
from canut.store.recruiting.board import entry_of
from canut.store.recruiting.lists import contacts_of, find_list, lists_of
from canut.store.recruiting.pools import calls_to, groups_of, uncalled
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.recruiting.forms import USUAL_DAYS, BoardForm, ContactListForm, PoolCallForm


def crowd(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the ways to people; send a list, call the pool, publish on the board or end that."""
    step = request.POST.get("do", "") if request.method == "POST" else ""
    by, data = get_person(request), request.POST
    groups = groups_of(project.organisation_id)
    usual = {"days": USUAL_DAYS, "language": (get_language() or "fr")[:2]}
    list_form = ContactListForm(data if step == "list" else None, initial=usual)
    call_form = PoolCallForm(data if step == "call" else None).for_groups(groups)
    board_form = BoardForm(data if step == "board" else None, initial={"places": 20})
    if step == "list" and attempt(
        list_form,
        lambda: invite_list(project, _list_in(request, list_form), by=by, now_ms=now_ms()),
    ):
        messages.success(request, message_now("page.crowd.list_stored"))
        return redirect("project_crowd_list", project.slug, lists_of(project.pk)[0].pk)
    if step == "call" and attempt(
        call_form,
        lambda: call_pool(project, _group(call_form), by=by, now_ms=now_ms()),
    ):
        messages.success(request, message_now("page.crowd.called"))
        return redirect("project_crowd", project.slug)
    if step == "board" and attempt(
        board_form,
        lambda: publish_on_board(
            project, board_form.cleaned_data["places"], by=by, now_ms=now_ms()
        ),
    ):
        messages.success(request, message_now("page.crowd.published"))
        return redirect("project_crowd", project.slug)
    if step == "off":
        take_off_board(project, now_ms())
        messages.success(request, message_now("page.crowd.taken_off"))
        return redirect("project_crowd", project.slug)
    forms = (list_form, call_form, board_form)
    context = {
        "project": project,
        "list_form": list_form,
        "call_form": call_form,
        "board_form": board_form,
        "lists": lists_of(project.pk),
        "groups": groups,
        "uncalled": uncalled(project.pk, project.organisation_id, None).count(),
        "calls": calls_to(project.pk),
        "entry": entry_of(project.pk),
        "most_lines": MOST_LINES,
        "sends_mail": settings.SENDS_MAIL,
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, "recruiting/crowd.html", context, status=status)


def invited(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show a list: each usable line, its letter as sent, and why other lines were refused."""
    invited_list = _get(project, number)
    contacts = contacts_of(number)
    context = {
        "project": project,
        "list": invited_list,
        "rows": [(contact, own_address(contact.invitation)) for contact in contacts],
        "by_hand": any(contact.state == InvitedContact.State.BY_HAND for contact in contacts),
    }
    return render(request, "recruiting/list.html", context)


def links(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Download the links of a list that the requester sends, one line each."""
    _get(project, number)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["line", "address", "link"])
    for contact in contacts_of(number):
        if contact.state == InvitedContact.State.BY_HAND and contact.address:
            writer.writerow([contact.line, contact.address, own_address(contact.invitation)])
    answer = HttpResponse(table.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="links-{number}.csv"'
    return answer


def erase(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Erase the contacts of a list now."""
    erase_list(_get(project, number).pk, now_ms())
    messages.success(request, message_now("page.crowd.erased_now"))
    return redirect("project_crowd_list", project.slug, number)


def no_letters(request: HttpRequest, token: str) -> HttpResponse:
    """End all letters of an organisation to an address."""
    if request.method == "POST":
        refuse_letters(token, now_ms())
        return render(request, "recruiting/no_letters.html", {"is_done": True})
    contact = read_refusal_token(token)
    organisation = contact.contacts.project.organisation
    return render(request, "recruiting/no_letters.html", {"organisation": organisation})


def _get(project: Project, number: int) -> InvitedList:
    invited_list = find_list(project.pk, number)
    if invited_list is None:
        raise Missing("there is no such list in this project", code="list-gone")
    return invited_list


def _list_in(request: HttpRequest, form: ContactListForm) -> ListIn:
    upload = request.FILES.get("file")
    fields = form.cleaned_data
    content = upload.read() if upload is not None else b""
    return ListIn(fields["name"], content, fields["days"], fields["language"])


def _group(form: PoolCallForm) -> int | None:
    text = form.cleaned_data["group"]
    return number_named(text) if text else None
