"""Pages of the Mechanical Turk interface: make a signing key, decide what programs proposed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.keys import NewTurkKey, create_turk_key
from canut.actions.turk.proposals import decline_proposal
from canut.core.errors import Missing, Refusal
from canut.store.turk.proposals import proposal_numbered, waiting_in, workers_to_limit
from canut.web.kit.access import get_person, list_organisations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.turk.forms import TurkKeyForm


def key(request: HttpRequest) -> HttpResponse:
    """Make a key that signs requests of the Mechanical Turk interface, and show it once."""
    person = get_person(request)
    organisations = list_organisations(person, REQUESTERS.roles)
    form = TurkKeyForm(request.POST or None, organisations=organisations)
    created = None
    if request.method == "POST" and form.is_valid():
        try:
            created = create_turk_key(form.wanted(), form.profile(), by=person, now_ms=now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            form = TurkKeyForm(None, organisations=organisations)
    context = {
        "form": form,
        "made": created,
        "organisations": organisations,
        "environment": _environment(request, created),
        "secret_name": "AWS_SECRET_ACCESS_KEY",
    }
    status = 422 if form.errors else 200
    answer = render(request, "turk/key.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _environment(request: HttpRequest, created: NewTurkKey | None) -> str:
    """Return the lines for the environment of a program; empty before there is a key."""
    if created is None:
        return ""
    lines = {
        "AWS_ENDPOINT_URL_MTURK": request.build_absolute_uri("/mturk"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": created.turk_key.access_id,
    }
    return "\n".join(f"{name}={text}" for name, text in lines.items())


def proposals(request: HttpRequest) -> HttpResponse:
    """List what programs of my organisations propose against people."""
    organisations = [row.pk for row in list_organisations(get_person(request), REQUESTERS.roles)]
    lines = [
        (proposal, workers_to_limit(proposal) if proposal.answer is None else [])
        for proposal in waiting_in(organisations, now_ms())
    ]
    return render(request, "turk/proposals.html", {"lines": lines})


def decline(request: HttpRequest, number: int) -> HttpResponse:
    """Decline a proposal of a program."""
    person = get_person(request)
    organisations = [row.pk for row in list_organisations(person, REQUESTERS.roles)]
    proposal = proposal_numbered(organisations, number)
    if proposal is None:
        raise Missing("no such proposal")
    decline_proposal(proposal, by=person, now_ms=now_ms())
    messages.success(request, message_now("page.turk_proposals.declined"))
    return redirect("turk_proposals")
