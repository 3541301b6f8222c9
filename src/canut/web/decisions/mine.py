"""Decisions about me: their facts, their appeals, and all that decides about me."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.decisions.appeals import appeal
from canut.actions.decisions.notices import DECISIONS, open_place
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.decisions.appeals import decisions_about
from canut.store.decisions.waiting_rejections import waiting_about
from canut.store.quality.results import label_of_answer
from canut.store.quality.scores import scores_of
from canut.web.decisions.decision_view import (
    DecisionText,
    decision_texts,
    news_for,
)
from canut.web.decisions.forms import AppealForm
from canut.web.decisions.notices import content_of
from canut.web.kinds import told_label
from canut.web.kit.access import get_decision_about, get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of

TRIAL = "not-lent-practice"  # a rule of every project, not a decision to appeal against
LARGE = 480  # points of the longest side of a task that was decided about


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
    since_ms = open_place(person, DECISIONS, moment)
    texts = decision_texts(decisions_about(person), moment)
    context = {
        "told": [_with_task(text, since_ms) for text in texts if text.decision.code != TRIAL],
        "trials": [text for text in texts if text.decision.code == TRIAL],
        "waiting": waiting_about(person, moment),
        "scores": scores_of(person),
        "system_news": news_for(person, moment),
        "form": form,
        "wrong": number,
    }
    return render(request, "decisions/mine.html", context, status=status)


def _with_task(text: DecisionText, since_ms: int) -> DecisionText:
    """Add the task a decision is about and the answer in words, and whether it is new."""
    answer = text.decision.answer
    is_new = text.decision.at_ms > since_ms
    if answer is None:
        return text._replace(is_new=is_new)
    words = told_label(answer.question_version.schema, label_of_answer(answer))
    content = content_of(text.decision, LARGE)
    return text._replace(content=content, answer_words=words, is_new=is_new)
