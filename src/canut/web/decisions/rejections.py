"""Decisions about people in a project: reject, limit, end their work, undo."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.decisions.appeals import take_back
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.decisions.terminations import OWN_WISH, Termination, end_work
from canut.actions.decisions.waiting_rejections import propose_rejection
from canut.actions.integrations.open_access import remove_member
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.deadlines import (
    MOST_ALONE,
    NOTICE_DAYS,
    is_rejectable,
    needs_second,
    rejectable_until,
)
from canut.core.decisions.misconduct import REJECTION, RESTRICTION, SUSPENSION, acts_for
from canut.core.errors import Forbidden, Refusal
from canut.store.decisions.appeals import decisions_in, sanctions_of
from canut.store.decisions.sanctions import waiting_appeals_due
from canut.store.decisions.waiting_rejections import count_rejected
from canut.store.integrations.open_access import access_of_member
from canut.store.models import Decision, Membership, Project, Role, WaitingRejection
from canut.store.quality.results import label_of_answer
from canut.web.decisions.decision_view import (
    piece_in_words,
    reason_choices,
    text_about,
    time_left_text,
)
from canut.web.decisions.forms import LimitForm, RejectForm, WhyForm
from canut.web.kit.access import (
    get_answer,
    get_decision,
    get_member_worker,
    get_membership,
    get_person,
    get_worker,
    roles_in,
)
from canut.web.kit.audiences import DECIDERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.people.access_words import closes_access, describe_access, message_of
from canut.web.people.tags import name_for

FIELD_OF = {"evidence": "evidence", "evidence-empty": "evidence", "fact-day": "fact_day"}
"""The field that a refusal is about."""


def reject(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show what a rejection does, then reject an answer for a reason."""
    answer, person, moment = get_answer(project, number), get_person(request), now_ms()
    form = RejectForm(request.POST or None)
    form.offer("code", reason_choices(acts_for(REJECTION, timezone.localdate())))
    if request.method == "POST":
        _check_is_person(request)
    if request.method == "POST" and form.is_valid():
        try:
            result = propose_rejection(answer.id, by=person, now_ms=moment, **form.cleaned_data)
        except Forbidden:
            raise
        except Refusal as refusal:
            _show(refusal, form)
        else:
            if isinstance(result, WaitingRejection):
                messages.warning(request, message_now("page.rejections.it_waits", n=MOST_ALONE))
                return redirect("appeals_rejections")
            messages.success(request, message_now("page.rejections.not_accepted_the_person"))
            return redirect("project_task", project.slug, answer.task_id)
    context = {
        "project": project,
        "answer": answer,
        "label": label_of_answer(answer),
        "form": form,
        "piece": piece_in_words(answer),
        "needs_second": needs_second(count_rejected(answer, moment)),
        "most": MOST_ALONE,
        "is_open": is_rejectable(answer.answered_ms, moment) and (answer.counted or answer.surplus),
        "left": time_left_text(rejectable_until(answer.answered_ms), moment),
    }
    return render(request, "decisions/reject.html", context, status=422 if form.errors else 200)


def limit(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show what a limit does, then restrict or suspend a worker in this project."""
    worker, person, moment = get_worker(project, number), get_person(request), now_ms()
    form = LimitForm(request.POST or None, initial={"kind": RESTRICTION, "days": 7, "daily": 20})
    today = timezone.localdate()
    acts = {**acts_for(RESTRICTION, today), **acts_for(SUSPENSION, today)}
    form.offer("code", reason_choices(acts))
    if request.method == "POST":
        _check_is_person(request)
    if request.method == "POST" and form.is_valid():
        try:
            limit_worker(worker.id, Limit(**form.cleaned_data), by=person, now_ms=moment)
        except Forbidden:
            raise
        except Refusal as refusal:
            _show(refusal, form)
        else:
            messages.success(request, message_now("page.rejections.decided_the_person_reads"))
            return redirect("project_decisions", project.slug)
    context = {
        "project": project,
        "worker": worker,
        "form": form,
        "notice_days": NOTICE_DAYS,
        "standing": sanctions_of(worker.id, moment),
        "appeal_due_ms": max(waiting_appeals_due(worker), default=0),
    }
    return render(request, "decisions/limit.html", context, status=422 if form.errors else 200)


def decisions(request: HttpRequest, project: Project) -> HttpResponse:
    """List the decisions people made in this project, with their appeals."""
    roles = roles_in(get_person(request), project)
    context = {
        "project": project,
        "decisions": [
            (decision, text_about(decision, name), name)
            for decision in decisions_in(project)
            for name in [_name_for(request, decision)]
        ],
        "may_decide": bool(roles & DECIDERS.roles),
        "form": WhyForm(),
    }
    return render(request, "decisions/project.html", context)


def back(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Undo a decision, in the person's favour."""
    decision = get_decision(project, number)
    reason = request.POST.get("why", "")
    take_back(decision.id, by=get_person(request), words=reason, now_ms=now_ms())
    messages.success(request, message_now("page.rejections.taken_back_what"))
    if "task" in request.POST and decision.answer is not None:
        return redirect("project_task", project.slug, decision.answer.task_id)
    return redirect("project_decisions", project.slug)


def end_member(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say what an end of a role cannot undo, then end it; for a worker, as a decision."""
    membership = get_membership(project, number)
    if membership.role == Role.WORKER:
        return _end_work(request, project, membership)
    if request.method != "POST":
        context = {
            "project": project,
            "membership": membership,
            "access": describe_access(access_of_member(membership, now_ms())),
        }
        return render(request, "decisions/end_role.html", context)
    closes = closes_access(request.POST)
    by = get_person(request)
    access = remove_member(membership, now_ms(), by=by, closes_access=closes)
    texts = [
        message_now("page.rejections.the_membership_has_ended"),
        message_of(access, closed=closes),
    ]
    messages.success(request, " ".join(filter(None, texts)))
    return redirect("project_members", project.slug)


def _end_work(request: HttpRequest, project: Project, membership: Membership) -> HttpResponse:
    """Ask for the reason, show the effects, and end a worker's work."""
    person = get_person(request)
    form = RejectForm(request.POST if request.method == "POST" else None)
    acts = reason_choices(acts_for(SUSPENSION, timezone.localdate()))
    form.offer("code", [(OWN_WISH, message_now("page.rejections.they_asked")), *acts])
    if request.method == "POST" and person.is_service:
        raise Forbidden("this is decided by a named person", code="service-actor")
    if request.method == "POST" and form.is_valid():
        try:
            ending = Termination(**form.cleaned_data, closes_access=closes_access(request.POST))
            end_work(membership.pk, ending, by=person, now_ms=now_ms())
        except Forbidden:
            raise
        except Refusal as refusal:
            _show(refusal, form)
        else:
            messages.success(request, message_now("page.rejections.decided_the_person_reads"))
            return redirect("project_members", project.slug)
    context = {
        "project": project,
        "membership": membership,
        "worker": get_member_worker(membership),
        "form": form,
        "access": describe_access(access_of_member(membership, now_ms())),
    }
    return render(request, "decisions/end.html", context, status=422 if form.errors else 200)


def _name_for(request: HttpRequest, decision: Decision) -> str:
    """Return what the reader calls whom a decision is about; empty where it names no worker."""
    return name_for(request, decision.worker) if decision.worker else ""


def _show(refusal: Refusal, form: RejectForm) -> None:
    """Show a refusal beside the field it is about, or above the form; what was typed stays."""
    field = FIELD_OF.get(refusal.case)
    form.add_error(field if field in form.fields else None, words_of(refusal).detail)


def _check_is_person(request: HttpRequest) -> None:
    """Refuse service accounts before reading anything they sent."""
    if get_person(request).is_service:
        raise Forbidden("this is decided by a named person", code="service-actor")
