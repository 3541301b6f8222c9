"""API keys: created, shown once, revoked by requesters and operators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.integrations.api_keys import create_key
from canut.actions.integrations.open_access import revoke_key_and_access
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.integrations.open_access import access_of_key
from canut.web.integrations.api_key_form import KeyForm
from canut.web.kit.access import get_key, get_person, list_keys, list_organisations, list_projects
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.people.access_words import closes_access, describe_access, message_of


def keys(request: HttpRequest) -> HttpResponse:
    """List the keys of my organisations and projects; create one and show it once."""
    person = get_person(request)
    organisations = list_organisations(person, REQUESTERS.roles)
    projects = list_projects(person, REQUESTERS.roles)
    form = KeyForm(request.POST or None, organisations=organisations, projects=projects)
    created = None
    if request.method == "POST" and form.is_valid():
        try:
            created = create_key(form.wanted(), by=person, now_ms=now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            form = KeyForm(None, organisations=organisations, projects=projects)
    context = {
        "form": form,
        "made": created,
        "keys": [(key, describe_access(access_of_key(key, now_ms()))) for key in list_keys(person)],
        "now": timezone.now(),
    }
    answer = render(
        request, "integrations/api_keys.html", context, status=422 if form.errors else 200
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke a key at once."""
    key = get_key(get_person(request), number)
    closes = closes_access(request.POST)
    access = revoke_key_and_access(key, now_ms(), closes_access=closes)
    texts = [
        message_now("page.api_keys.the_key_of_works", name=key.name),
        message_of(access, closed=closes),
    ]
    messages.success(request, " ".join(filter(None, texts)))
    return redirect("keys")
