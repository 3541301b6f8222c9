"""Where I go: say that I leave, answer where I am, delete what I said."""

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.pathways.destinations import (
    Reply,
    forget_destinations,
    say_destination,
    say_leaving,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.core.pathways.destinations import occupations
from canut.store.models import Destination
from canut.store.pathways.destinations import departure_of, destinations_of, open_question
from canut.web.kit.access import get_person
from canut.web.kit.forms import SELECT, PlainForm, attempt
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.refusals import words_of
from canut.web.pathways.wording import occupation_names

REST_NAMES = {
    "OTHER": "page.destinations.other",
    "STUDY": "page.destinations.study",
    "NONE": "page.destinations.none",
}
BETTER = {
    Destination.Better.YES: "form.destinations.yes",
    Destination.Better.SAME: "form.destinations.same",
    Destination.Better.NO: "form.destinations.no",
    Destination.Better.UNSAID: "form.destinations.unsaid",
}
HELPED = {
    Destination.Helped.YES: "form.destinations.yes",
    Destination.Helped.NO: "form.destinations.no",
    Destination.Helped.UNSAID: "form.destinations.unsaid",
}
QUESTIONS = {
    Destination.Moment.LEAVING: "page.destinations.question_leaving",
    Destination.Moment.THREE_MONTHS: "page.destinations.question_3_months",
    Destination.Moment.TWELVE_MONTHS: "page.destinations.question_12_months",
    Destination.Moment.OWN: "page.destinations.question",
}


class DestinationForm(PlainForm):
    """Where somebody went."""

    occupation = forms.ChoiceField(
        label=lazy_message("form.destinations.occupation"),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    better = forms.ChoiceField(
        label=lazy_message("form.destinations.better"),
        widget=forms.RadioSelect,
        choices=[(key, lazy_message(name)) for key, name in BETTER.items()],
        initial=Destination.Better.UNSAID,
    )
    helped = forms.ChoiceField(
        label=lazy_message("form.destinations.helped"),
        widget=forms.RadioSelect,
        choices=[(key, lazy_message(name)) for key, name in HELPED.items()],
        initial=Destination.Helped.UNSAID,
    )


class DestinationLine(NamedTuple):
    """One question on the page, with what was answered."""

    question: str
    occupation: str
    better: str
    helped: str
    at_ms: int | None


def where(request: HttpRequest) -> HttpResponse:
    """Ask where I am, or store my answer."""
    person = get_person(request)
    question = open_question(person.pk)
    moment = question.moment if question else Destination.Moment.OWN.value
    form = DestinationForm(request.POST or None)
    form.offer("occupation", [("", message_now("form.destinations.choose")), *_choices()])
    if request.method == "POST" and attempt(
        form, lambda: _store(request, form, request.POST.get("moment", moment))
    ):
        return redirect("pathway_where")
    return _page(request, form, moment, 422 if form.errors else 200)


def leaving(request: HttpRequest) -> HttpResponse:
    """Say that I leave, and whether I may be asked again."""
    person = get_person(request)
    try:
        say_leaving(person, agrees=request.POST.get("agrees") == "1", now_ms=now_ms())
    except Refusal as refusal:
        text = words_of(refusal)
        messages.error(request, f"{text.title}. {text.detail}")
    return redirect("pathway_where")


def forget(request: HttpRequest) -> HttpResponse:
    """Delete that I left, and what I said of where I went."""
    forget_destinations(get_person(request))
    messages.success(request, message_now("page.destinations.deleted"))
    return redirect("pathway_where")


def _store(request: HttpRequest, form: DestinationForm, moment: str) -> None:
    """Store an answer, and say what it pays."""
    person, fields = get_person(request), form.cleaned_data
    before = {row.moment for row in destinations_of(person.pk) if row.answered_ms is not None}
    reply = Reply(fields["occupation"], fields["better"], fields["helped"])
    row = say_destination(person, moment, reply, now_ms())
    thanks = "page.destinations.thanks" if row.paid_ms else "page.destinations.thanks_unpaid"
    if moment in before:
        thanks = "page.destinations.thanks_again"
    messages.success(request, message_now(thanks))


def _page(request: HttpRequest, form: DestinationForm, moment: str, status: int) -> HttpResponse:
    person = get_person(request)
    context = {
        "form": form,
        "moment": moment,
        "question": message_now(QUESTIONS[Destination.Moment(moment)]),
        "departure": departure_of(person.pk),
        "lines": [_line(row) for row in destinations_of(person.pk)],
    }
    return render(request, "pathways/where.html", context, status=status)


def _choices() -> list[tuple[str, str]]:
    names = occupation_names()
    return [
        (key, message_now(REST_NAMES[key]) if key in REST_NAMES else names[key])
        for key in occupations()
    ]


def _line(row: Destination) -> DestinationLine:
    """Put a question and its answer into words."""
    question = message_now(QUESTIONS[Destination.Moment(row.moment)])
    if row.answered_ms is None:
        return DestinationLine(question, "", "", "", None)
    return DestinationLine(
        question,
        dict(_choices()).get(row.occupation, row.occupation),
        message_now(BETTER[Destination.Better(row.better)]),
        message_now(HELPED[Destination.Helped(row.helped)]),
        row.answered_ms,
    )
