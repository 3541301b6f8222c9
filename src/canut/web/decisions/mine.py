"""Decisions about me, the rules that decide here, and the switch of each rule."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.decisions.appeals import appeal
from canut.actions.decisions.automated_systems import note_read, switch_system
from canut.actions.decisions.notices import DECISIONS, open_place
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.decisions.appeals import decisions_about
from canut.store.decisions.waiting_rejections import waiting_about
from canut.store.models import Role
from canut.store.quality.scores import scores_of
from canut.web.decisions.decision_view import decision_texts, lists_in_words, news_for, register
from canut.web.decisions.forms import AppealForm
from canut.web.kit.access import get_decision_about, get_person, roles_anywhere
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of


def mine(request: HttpRequest) -> HttpResponse:
    """Show the decisions about me, their facts, and how to appeal."""
    return _mine(request, None)


def object_to(request: HttpRequest, number: int) -> HttpResponse:
    """Appeal a decision about me, from the page of the decision."""
    person = get_person(request)
    decision = get_decision_about(person, number)
    form = AppealForm(request.POST)
    form.offer("name", [("", "")] + [(name, name) for name in decision.inputs])
    if form.is_valid():
        try:
            appeal(
                decision.id,
                by=person,
                words=form.cleaned_data["words"],
                now_ms=now_ms(),
                disputed=form.disputed(),
            )
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.mine.your_appeal_is_received"))
            return redirect("decisions")
    return _mine(request, form, number, status=422)


def _mine(
    request: HttpRequest, form: AppealForm | None, number: int = 0, status: int = 200
) -> HttpResponse:
    person, moment = get_person(request), now_ms()
    context = {
        "told": decision_texts(decisions_about(person), moment),
        "waiting": waiting_about(person, moment),
        "scores": scores_of(person),
        "system_news": news_for(person, moment),
        "form": form,
        "wrong": number,
        "new_since_ms": open_place(person, DECISIONS, moment),
    }
    return render(request, "decisions/mine.html", context, status=status)


def systems(request: HttpRequest) -> HttpResponse:
    """Show the automated rules that decide here and the acts that may be sanctioned."""
    context = {
        "systems": register(now_ms()),
        "lists": lists_in_words(),
        "may_switch": Role.OPERATOR in roles_anywhere(request),
    }
    return render(request, "decisions/systems.html", context)


def read(request: HttpRequest) -> HttpResponse:
    """Record that I have read the changes of the automated systems."""
    note_read(get_person(request), now_ms())
    return redirect("systems")


def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Switch a rule off or on."""
    switch_system(
        name,
        on=request.POST.get("on") == "1",
        by=get_person(request),
        reason=request.POST.get("why", ""),
        now_ms=now_ms(),
    )
    messages.success(request, message_now("page.mine.switched_it_holds"))
    return redirect("systems")
