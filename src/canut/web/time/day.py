"""A person's measured day, and their claims of time."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.claim_bounds import claimable_since
from canut.actions.time.claims import (
    PROPOSED_MS,
    ClaimIn,
    claim_time,
    contest,
    correct_time,
    propose_time,
    withdraw_claim,
)
from canut.actions.time.day_view import Day, day_as_data, day_of, moment_of, projects_worked_in
from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.actions.time.stretch_groups import (
    counted_minutes,
    days_of_week,
    group_stretches,
    last_day_worked,
    until_now,
    whole_minutes,
)
from canut.core.clock import DAY_MS, MINUTE_MS, Ms, from_ms, to_ms
from canut.core.errors import Refusal
from canut.core.outside_text import read_day, read_whole
from canut.store.models import Person
from canut.store.tables.time import Claim
from canut.store.time.worked_time import last_project_of, openings_of, waiting_claims
from canut.web.kit.access import get_person
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.kit.work_rate import charge, cost_of_beats
from canut.web.time.forms import ClaimForm, ContestForm

SETTLED_MS = 30 * DAY_MS


class BeatsIn(msgspec.Struct):
    """Heartbeats of an ordinary page."""

    beats: list[BeatIn]


def beats(request: HttpRequest) -> HttpResponse:
    """Store the heartbeats of ordinary pages; duplicates are ignored."""
    body = read_json(request.body, BeatsIn)
    charge(get_person(request).pk, 1 + cost_of_beats(len(body.beats)))
    keep_beats(get_person(request).pk, body.beats, now_ms())
    return HttpResponse(status=204)


def today(request: HttpRequest) -> HttpResponse:
    """Show a measured day with the claim form; today by default."""
    day = _day(request, get_person(request))
    return _show(request, day, _claim_form(request, day))


def line(request: HttpRequest) -> HttpResponse:
    """Render the live part of the page as a fragment."""
    return render(request, "time/_day.html", {"day": _day(request, get_person(request))})


def data(request: HttpRequest) -> HttpResponse:
    """Send a day's heartbeats and the time measured from them."""
    person, now_ms = get_person(request), system_clock.now_ms()
    day = day_of(person, parse_day(request.GET.get("day", "")), now_ms).day
    answer = HttpResponse(
        msgspec.json.encode(day_as_data(person, day, now_ms)), content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="canut-{day.isoformat()}.json"'
    return answer


def claim(request: HttpRequest) -> HttpResponse:
    """Claim time on a day."""
    person = get_person(request)
    form = ClaimForm(request.POST, projects=projects_worked_in(person))
    if form.is_valid():
        data = form.cleaned_data
        try:
            new_claim = claim_time(
                person,
                ClaimIn(
                    int(data["project"]),
                    *_typed_span(person, data, now_ms()),
                    why=Claim.Why(data["why"]),
                    words=data["words"],
                ),
                now_ms(),
            )
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, _said(new_claim))
            return redirect(_address(data["day"]))
    day = day_of(person, form.cleaned_data.get("day"), now_ms())
    return _show(request, day, form, status=422)


def dispute(request: HttpRequest) -> HttpResponse:
    """Correct or contest a part of the measured day.

    From the day's own form, what is more than measured counts like added time; from the page of its
    own, a person always decides.
    """
    person = get_person(request)
    start = {name: request.GET.get(name, "") for name in ("day", "project", "begin", "end")}
    form = ContestForm(request.POST if request.method == "POST" else None, initial=start)
    is_here = "stretch" in request.POST
    if is_here:
        form.fields["words"].required = False
    if request.method == "POST" and form.is_valid():
        data, moment = form.cleaned_data, now_ms()
        claim_in = ClaimIn(
            data["project"],
            *_typed_span(person, data, moment),
            words=data["words"],
        )
        try:
            act = correct_time if is_here else contest
            new_claim = act(person, claim_in, moment)
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            is_contest = new_claim.kind == Claim.Kind.CONTEST
            text = message_now("page.day.a_person_will_look") if is_contest else _said(new_claim)
            messages.success(request, text)
            return redirect(_address(data["day"]))
    if is_here:
        day = day_of(person, form.cleaned_data.get("day"), now_ms())
        return _show(request, day, _claim_form(request, day), status=422, correction=form)
    status = 422 if form.errors else 200
    return render(request, "time/claim.html", {"form": form}, status=status)


def _typed_span(person: Person, data: dict[str, Any], now_ms: int) -> tuple[int, int]:
    """Return a typed interval: within one minute it is that minute, and never ends after now."""
    begin_ms = moment_of(person, data["day"], data["begin"], now_ms)
    end_ms = moment_of(person, data["day"], data["end"], now_ms)
    if end_ms == begin_ms:
        end_ms += MINUTE_MS
    return begin_ms, until_now(end_ms, now_ms)


def pause(request: HttpRequest) -> HttpResponse:
    """Show an empty page: a paid break."""
    return render(request, "time/break.html")


def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw what a claim or contest of mine still asks for."""
    withdraw_claim(get_person(request), number, now_ms())
    messages.success(request, message_now("page.day.withdrawn_nobody_decides"))
    return redirect("time")


def parse_day(text: str) -> date | None:
    """Parse a day of an address; None if it is invalid."""
    return read_day(text)


def _day(request: HttpRequest, person: Person) -> Day:
    return day_of(person, parse_day(request.GET.get("day", "")), now_ms())


def _show(
    request: HttpRequest,
    day: Day,
    form: ClaimForm,
    status: int = 200,
    correction: ContestForm | None = None,
) -> HttpResponse:
    person = get_person(request)
    number = read_whole(request.POST.get("stretch", request.GET.get("correct", "")))
    row = next((row for row in day.rows if row.number == number), None)
    if row is not None and correction is None:
        begin, end = whole_minutes(row.begin, row.end)
        project = row.project.pk if row.project else None
        start = {"day": day.day, "project": project, "begin": begin.time(), "end": end.time()}
        correction = ContestForm(initial=start)
    context = {
        "day": day,
        "groups": group_stretches(day.rows),
        "week": days_of_week(person, day.day),
        "last_day": None if day.rows else last_day_worked(person, now_ms()),
        "correcting": row,
        "correction": correction,
        "counted": json.dumps(counted_minutes(person, day.day, now_ms())) if row else "",
        "form": form,
        "since": _since(person, form, day),
        "waiting": waiting_claims(person, now_ms() - SETTLED_MS),
        "openings": openings_of(person, 10),
    }
    return render(request, "time/day.html", context, status=status)


def _claim_form(request: HttpRequest, day: Day) -> ClaimForm:
    """Return a claim form, prefilled with the newest time of the day that would be accepted."""
    person, moment = get_person(request), now_ms()
    choices = projects_worked_in(person)
    worked = [row.project.pk for row in day.rows if row.project is not None]
    newest = choices[0].pk if choices else None
    number = worked[-1] if worked else last_project_of(person) or newest
    start: dict[str, Any] = {"day": day.day, "project": number, "why": Claim.Why.PAPER.value}
    span = propose_time(person, number, _bounds(day, moment), moment) if number else None
    if span is not None:
        zone = ZoneInfo(day.zone)
        begin, end = (from_ms(edge).astimezone(zone) for edge in span)
        start |= {"begin": begin.time(), "end": end.time()}
    return ClaimForm(projects=choices, initial=start)


def _since(person: Person, form: ClaimForm, day: Day) -> Ms | None:
    """Return from when on time can be added, where that lies after the beginning of the day."""
    number = read_whole(str(form["project"].value() or ""))
    since_ms = claimable_since(person, number)
    return since_ms if since_ms > day.begin_ms else None


def _bounds(day: Day, now_ms: Ms) -> tuple[Ms, Ms]:
    """Return where to look for time to add: until now, or until just after a day's last stretch."""
    if day.is_today:
        return day.begin_ms, now_ms
    if not day.rows:
        return day.begin_ms, day.begin_ms
    last_ms = to_ms(day.rows[-1].end) + PROPOSED_MS
    return day.begin_ms, min(day.end_ms - MINUTE_MS, last_ms)


def _said(new_claim: Claim) -> str:
    if new_claim.state == Claim.State.ACCEPTED:
        return message_now("page.day.added_it_counts_now")
    return message_now("page.day.added_what_is_above")


def _address(day: date) -> str:
    return f"{reverse('time')}?day={day.isoformat()}"
