"""A person's time: the day as it is measured, what they add or contest, what operators decide."""

from datetime import date, datetime, timedelta

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from canut.actions.people.access_log import note_opening
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.claims import ClaimIn, claim_time, contest, grant_time, refuse_time
from canut.actions.time.day_view import Day, day_as_data, day_of, moment_of, projects_worked_in
from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.core.clock import to_ms
from canut.core.errors import Missing, Refusal
from canut.store.models import Person, Role
from canut.store.tables.time import Claim
from canut.store.time.worked_time import claim_numbered, openings_of, to_review
from canut.web.kit.access import get_person, list_projects
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.time.forms import ClaimDecisionForm, ClaimForm, ContestForm

CLAIM_AT_FIRST = timedelta(minutes=20)
DECIDING = "to decide on time that waits"


class BeatsIn(msgspec.Struct):
    """Beats of an ordinary page."""

    beats: list[BeatIn]


def beats(request: HttpRequest) -> HttpResponse:
    """Keep the evidence of time spent on ordinary pages; the same beat twice is one."""
    given = read_json(request.body, BeatsIn)
    keep_beats(get_person(request).pk, None, given.beats, now_ms())
    return HttpResponse(status=204)


def today(request: HttpRequest) -> HttpResponse:
    """Show a day as it is measured, with what may be added to it; today unless another is asked."""
    day = _day(request, get_person(request))
    return _show(request, day, _claim_form(request, day))


def line(request: HttpRequest) -> HttpResponse:
    """Redraw the part of the page that grows while one works."""
    return render(request, "time/_day.html", {"day": _day(request, get_person(request))})


def data(request: HttpRequest) -> HttpResponse:
    """Hand over a day's beats and what was measured from them."""
    person, now = get_person(request), timezone.now()
    day = day_of(person, parse_day(request.GET.get("day", "")), to_ms(now)).day
    answer = HttpResponse(
        msgspec.json.encode(day_as_data(person, day, to_ms(now))), content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="canut-{day.isoformat()}.json"'
    return answer


def claim(request: HttpRequest) -> HttpResponse:
    """Add time to a day on a person's word."""
    person = get_person(request)
    form = ClaimForm(request.POST, projects=projects_worked_in(person))
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = claim_time(
                person,
                ClaimIn(
                    project=int(given["project"]),
                    begin_ms=moment_of(person, given["day"], given["begin"], now_ms()),
                    end_ms=moment_of(person, given["day"], given["end"], now_ms()),
                    why=Claim.Why(given["why"]),
                    words=given["words"],
                ),
                now_ms(),
            )
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, _said(made))
            return redirect(_address(given["day"]))
    day = day_of(person, form.cleaned_data.get("day"), now_ms())
    return _show(request, day, form, status=422)


def dispute(request: HttpRequest) -> HttpResponse:
    """Say that a part of the day is not right."""
    person = get_person(request)
    start = {name: request.GET.get(name, "") for name in ("day", "project", "begin", "end")}
    form = ContestForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            contest(
                person,
                ClaimIn(
                    project=given["project"],
                    begin_ms=moment_of(person, given["day"], given["begin"], now_ms()),
                    end_ms=moment_of(person, given["day"], given["end"], now_ms()),
                    words=given["words"],
                ),
                now_ms(),
            )
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.day.a_person_will_look"))
            return redirect(_address(given["day"]))
    status = 422 if form.errors else 200
    return render(request, "time/claim.html", {"form": form}, status=status)


def pause(request: HttpRequest) -> HttpResponse:
    """Show nothing to do: a paid break."""
    return render(request, "time/break.html")


def review(request: HttpRequest) -> HttpResponse:
    """List the time that waits for a human, the first due first."""
    return render(request, "time/claims.html", {"claims": to_review(_run_by(request))})


def review_one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one claim beside the day it is about; grant it, or refuse it with reasons."""
    by, now = get_person(request), timezone.now()
    found = claim_numbered(number)
    if found is None or (found.project_id and found.project_id not in _run_by(request)):
        raise Missing("no such claim for you to decide")
    form = ClaimDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide = refuse_time if request.GET.get("answer") == "refuse" else grant_time
        try:
            decide(found.pk, by=by, words=form.cleaned_data["words"], now_ms=to_ms(now))
        except Refusal as refusal:
            form.add_error("words", words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.day.decided_the_person_reads"))
            return redirect("time_review")
    note_opening(found.person, by, "time_review_one", DECIDING, to_ms(now))
    shown = {"claim": found, "form": form, "day": day_of(found.person, _day_of(found), to_ms(now))}
    return render(request, "time/claim_review.html", shown, status=422 if form.errors else 200)


def parse_day(text: str) -> date | None:
    """Read a day as addresses write it; nothing for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _day(request: HttpRequest, person: Person) -> Day:
    return day_of(person, parse_day(request.GET.get("day", "")), now_ms())


def _show(request: HttpRequest, day: Day, form: ClaimForm, status: int = 200) -> HttpResponse:
    shown = {"day": day, "form": form, "openings": openings_of(get_person(request), 10)}
    return render(request, "time/day.html", shown, status=status)


def _claim_form(request: HttpRequest, day: Day) -> ClaimForm:
    """Offer the last twenty minutes of the day, in the project worked on last."""
    last = day.rows[-1].end if day.rows else None
    here = last or timezone.localtime()
    start = {
        "day": day.day,
        "begin": (here - CLAIM_AT_FIRST).time(),
        "end": here.time(),
        "why": Claim.Why.PAPER.value,
    }
    return ClaimForm(projects=projects_worked_in(get_person(request)), initial=start)


def _said(made: Claim) -> str:
    if made.state == Claim.State.ACCEPTED:
        return message_now("page.day.added_it_counts_now")
    return message_now("page.day.added_what_is_above")


def _address(day: date) -> str:
    return f"{reverse('time')}?day={day.isoformat()}"


def _day_of(claim: Claim) -> date:
    return datetime.fromtimestamp(claim.begin_ms / 1000, timezone.get_current_timezone()).date()


def _run_by(request: HttpRequest) -> list[int]:
    return [one.pk for one in list_projects(get_person(request), frozenset({Role.OPERATOR}))]
