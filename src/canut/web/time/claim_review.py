"""Decisions on time that waits: by the client of its project, or by whoever runs the instance."""

from dataclasses import replace
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.people.access_log import note_opening
from canut.actions.platform import system_clock
from canut.actions.time.claim_bounds import is_possible
from canut.actions.time.claims import grant_time, refuse_time
from canut.actions.time.day_view import Day, day_of
from canut.core.errors import Missing, Refusal
from canut.store.models import Person
from canut.store.tables.time import Claim
from canut.store.time.claim_deciders import (
    claim_in_reach,
    claims_to_decide,
    count_with_others,
    decider_of,
)
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.time.forms import ClaimDecisionForm

DECIDING = "to decide on time that waits"


def review(request: HttpRequest) -> HttpResponse:
    """List the time that waits for this person's decision, by deadline."""
    person, now_ms = get_person(request), system_clock.now_ms()
    context = {
        "claims": claims_to_decide(person, now_ms),
        "elsewhere": count_with_others(person, now_ms),
    }
    return render(request, "time/claims.html", context)


def review_one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one claim with its day; grant it, or refuse it with reasons."""
    by, now_ms = get_person(request), system_clock.now_ms()
    claim = claim_in_reach(by, number, now_ms)
    if claim is None:
        raise Missing("no such claim for you to decide")
    form = ClaimDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = refuse_time if request.GET.get("answer") == "refuse" else grant_time
        try:
            decide(claim.pk, by=by, words=form.cleaned_data["words"], now_ms=now_ms)
        except Refusal as refusal:
            form.add_error("words", words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.day.decided_the_person_reads"))
            return redirect("time_review")
    note_opening(claim.person, by, "time_review_one", DECIDING, now_ms)
    context = {
        "claim": claim,
        "form": form,
        "is_possible": claim.kind == Claim.Kind.HELD or is_possible(claim),
        "day": _seen_by(by, day_of(claim.person, _day_of(claim), now_ms)),
    }
    return render(request, "time/claim_review.html", context, status=422 if form.errors else 200)


def _seen_by(person: Person, day: Day) -> Day:
    """Return a day as a decider sees it: a client reads nothing of other clients' projects."""
    projects, is_operator = decider_of(person)
    if is_operator:
        return day
    own = set(projects.values_list("id", flat=True))
    rows = [row for row in day.rows if row.project is None or row.project.pk in own]
    return replace(day, rows=tuple(rows))


def _day_of(claim: Claim) -> date:
    return datetime.fromtimestamp(claim.begin_ms / 1000, timezone.get_current_timezone()).date()
