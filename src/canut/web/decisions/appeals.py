"""Appeals: those that wait for me to answer, one at a time; answers that may still be rejected."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.decisions.appeals import AppealReply, answer_appeal, take_appeal
from canut.actions.platform.system_clock import now_ms
from canut.actions.protection.appeal_exposure import severity_of, uncover
from canut.core.errors import Forbidden, Refusal
from canut.core.protection.risks import SEVERITIES
from canut.store.decisions.appeals import (
    appeals_out_of_reach,
    appeals_waiting,
    has_uncovered,
    windows_of,
)
from canut.store.models import Appeal, Person
from canut.store.quality.results import first_question_text
from canut.web.decisions.decision_view import facts_of, text_of, time_left_text
from canut.web.decisions.forms import ReplyForm
from canut.web.kit.access import get_appeal, get_person, list_projects
from canut.web.kit.audiences import READERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.protection.risk_forms import localised
from canut.web.tasks.task_view import TaskContent, shown_task


class AppealItem(NamedTuple):
    """What was judged, what was asked of it, and how; ``shown`` is None while it is veiled."""

    shown: TaskContent | None
    ask: str
    instructions: str


def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for me, with what is left of each clock."""
    return _waiting(request, ReplyForm())


def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take an appeal to read it alone for half an hour."""
    take_appeal(get_appeal(number).id, by=get_person(request), now_ms=now_ms())
    return redirect("appeals")


def reveal(request: HttpRequest, number: int) -> HttpResponse:
    """Uncover what an appeal is about, where that is hard to look at."""
    look = uncover(get_appeal(number).id, by=get_person(request), now_ms=now_ms())
    answered = redirect("appeals")
    answered["Location"] += f"#a{look.appeal_id}"
    return answered


def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer an appeal in words."""
    found, person = get_appeal(number), get_person(request)
    form = ReplyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        reply = AppealReply(given["outcome"], given["words"], accepts_input=given["accepts"])
        try:
            answer_appeal(found.id, reply, by=person, now_ms=now_ms())
        except Forbidden:
            raise
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.appeals.answered_the_person_reads"))
            return redirect("appeals")
    return _waiting(request, form, status=422)


def _waiting(request: HttpRequest, form: ReplyForm, status: int = 200) -> HttpResponse:
    person, moment = get_person(request), now_ms()
    projects = list_projects(person, READERS.roles)
    waiting = appeals_waiting(person)
    held = [one for one in waiting if _is_held(one, person, moment)]
    shown: dict[str, Any] = {
        "waiting": [
            (one, text_of(one.decision), time_left_text(one.due_ms, moment), _risk(one))
            for one in waiting
            if one not in held
        ],
        "held": [
            (one, text_of(one.decision), facts_of(one.decision), _item(one, person), _risk(one))
            for one in held
        ],
        "out_of_reach": [
            (one, text_of(one.decision), time_left_text(one.due_ms, moment))
            for one in appeals_out_of_reach([project.id for project in projects])
        ],
        "windows": [
            (one, time_left_text(one.first_until_ms, moment))
            for one in windows_of(projects, moment)
        ],
        "form": form,
        "now_ms": moment,
    }
    if waiting:
        shown["surface"] = f"appeals:{held[0].id}" if held else "appeals"
    return render(request, "decisions/appeals.html", shown, status=status)


def _is_held(one: Appeal, person: Person, moment: int) -> bool:
    return one.held_by_id == person.id and (one.held_until_ms or 0) > moment


def _risk(one: Appeal) -> str:
    """Say how hard it is to look at what an appeal is about; empty where it is calm."""
    severity = severity_of(one)
    return localised(SEVERITIES[severity]) if severity else ""


def _item(one: Appeal, person: Person) -> AppealItem | None:
    """Return what was judged, where the decision is about an answer; veiled where it is hard."""
    answer, project = one.decision.answer, one.decision.project
    if answer is None or project is None:
        return None
    question = answer.question_version
    is_veiled = severity_of(one) > 0 and not has_uncovered(one, person)
    shown = None if is_veiled else shown_task(project, answer.task, question)
    return AppealItem(shown, first_question_text(question), question.instructions)
