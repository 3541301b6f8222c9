"""A person's exposure to hard material, their choices, and reports of risk."""

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.protection.risk_preferences import (
    agree,
    begin_break,
    raise_severity,
    set_own_limit,
)
from canut.actions.protection.risk_preferences import decline as decline_kinds
from canut.actions.time.day_view import time_this_week
from canut.core.errors import BadInput
from canut.core.participation.policy_changes import PolicyName
from canut.core.protection.risks import CATEGORIES
from canut.store.participation.policies import limits_at
from canut.store.protection.exposure import ExposureSummary, choices_of, kinds_of, standing_of
from canut.store.sql.seats import Seat
from canut.web.kit.access import get_person
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.protection.risk_forms import OwnLimitForm, localised
from canut.web.protection.tags import THOUSAND, policy_value


class SeenIn(msgspec.Struct):
    """The leases of the tasks that the person has looked at."""

    seen: list[int] = []


class HarderIn(msgspec.Struct):
    """A task that is harder to look at than its label says."""

    lease: int
    severity: int


def exposure(request: HttpRequest) -> HttpResponse:
    """Show today and this week against the limits; set a choice or an own limit."""
    person = get_person(request)
    form = OwnLimitForm(request.POST if "limit" in request.POST else None)
    if request.method == "POST" and _take(request, person.id, form):
        return redirect("work_exposure")
    standing, chosen = standing_of(person.id, now_ms()), choices_of(person.id)
    if not form.is_bound:
        form = OwnLimitForm(initial={"minutes": standing.own_minutes})
    kinds = [(name, localised(words), chosen.get(name)) for name, words in CATEGORIES.items()]
    rule_day = limits_at(now_ms())[PolicyName.EXPOSURE_DAY]
    context = {
        "standing": standing,
        "week_ms": time_this_week(person, now_ms()),
        "kinds": kinds,
        "form": form,
        "limit_words": _limit_in_words(standing, rule_day),
    }
    return render(request, "protection/exposure.html", context, status=422 if form.errors else 200)


def _limit_in_words(standing: ExposureSummary, rule_day: int) -> str:
    """Say where a person's daily limit comes from; empty where no exposure is allowed now."""
    if standing.why:
        return ""
    own = policy_value(standing.day_limit, PolicyName.EXPOSURE_DAY.value)
    if standing.day_limit >= rule_day:
        return message_now("page.exposure.same_for_all", own=own)
    is_own = standing.own_minutes is not None and standing.day_limit == THOUSAND * (
        standing.own_minutes
    )
    why = (
        message_now("page.exposure.why_own")
        if is_own
        else message_now("page.exposure.why_new", percent=100 * standing.day_limit // rule_day)
    )
    rule = policy_value(rule_day, PolicyName.EXPOSURE_DAY.value)
    return message_now("page.exposure.why_this_limit", own=own, rule=rule, why=why)


def _take(request: HttpRequest, person_id: int, form: OwnLimitForm) -> bool:
    """Apply a form of the page; return success."""
    kind = request.POST.get("kind", "")
    if "limit" in request.POST:
        if not form.is_valid():
            return False
        try:
            set_own_limit(person_id, form.cleaned_data["minutes"], now_ms())
        except BadInput as refusal:
            form.add_error("minutes", words_of(refusal).detail)
            return False
        messages.success(request, message_now("page.exposure.your_limit_holds"))
    elif request.POST.get("agreed") == "yes":
        agree(person_id, [kind], now_ms())
    else:
        decline_kinds(person_id, [kind], now_ms())
    return True


def decline(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Stop showing me this project's hard material, at once and without cost."""
    body = read_json(request.body, SeenIn)
    decline_kinds(seat.person, kinds_of(seat.project), now_ms(), body.seen)
    return HttpResponse(status=204)


def rest(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Start a paid break."""
    begin_break(seat.person, now_ms())
    return HttpResponse(status=204)


def harder(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Record a worker's report that a task is harder to look at than its label says."""
    body = read_json(request.body, HarderIn)
    raise_severity(seat.worker, body.lease, body.severity)
    return HttpResponse(status=204)
