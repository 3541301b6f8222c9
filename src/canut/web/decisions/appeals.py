"""Appeals waiting for this reviewer, one at a time, and answers that may still be rejected."""

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
from canut.store.decisions.waiting_rejections import waiting_for
from canut.store.models import Appeal, Person
from canut.store.quality.results import first_question_text
from canut.web.decisions.decision_view import facts_of, text_about, time_left_text
from canut.web.decisions.forms import ReplyForm
from canut.web.kit.access import get_appeal, get_person, list_projects
from canut.web.kit.audiences import READERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.protection.risk_forms import localised
from canut.web.tasks.task_view import TaskContent, shown_task


class AppealItem(NamedTuple):
    """What was judged and the question; ``shown`` is None while the item is veiled."""

    shown: TaskContent | None
    ask: str
    instructions: str


def waiting(request: HttpRequest) -> HttpResponse:
    """List the appeals that wait for me, with the time left for each."""
    return _waiting(request, ReplyForm())


def take(request: HttpRequest, number: int) -> HttpResponse:
    """Lock an appeal for me for half an hour."""
    take_appeal(get_appeal(number).id, by=get_person(request), now_ms=now_ms())
    return redirect("appeals")


def reveal(request: HttpRequest, number: int) -> HttpResponse:
    """Reveal the hard material an appeal is about."""
    look = uncover(get_appeal(number).id, by=get_person(request), now_ms=now_ms())
    answered = redirect("appeals")
    answered["Location"] += f"#a{look.appeal_id}"
    return answered


def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer an appeal."""
    appeal, person = get_appeal(number), get_person(request)
    form = ReplyForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        reply = AppealReply(data["outcome"], data["words"], accepts_input=data["accepts"])
        try:
            answer_appeal(appeal.id, reply, by=person, now_ms=now_ms())
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
    held_appeals = [item for item in waiting if _is_held(item, person, moment)]
    context: dict[str, Any] = {
        "waiting": [
            (item, text_about(item.decision), time_left_text(item.due_ms, moment), _risk(item))
            for item in waiting
            if item not in held_appeals
        ],
        "held": [
            (
                item,
                text_about(item.decision),
                facts_of(item.decision),
                _item(item, person),
                _risk(item),
            )
            for item in held_appeals
        ],
        "out_of_reach": [
            (item, text_about(item.decision), time_left_text(item.due_ms, moment))
            for item in appeals_out_of_reach([project.id for project in projects])
        ],
        "windows": [
            (item, time_left_text(item.first_until_ms, moment))
            for item in windows_of(projects, moment)
        ],
        "second": len(waiting_for(person, moment)),
        "form": form,
        "now_ms": moment,
    }
    if waiting:
        context["surface"] = f"appeals:{held_appeals[0].id}" if held_appeals else "appeals"
    return render(request, "decisions/appeals.html", context, status=status)


def _is_held(appeal: Appeal, person: Person, moment: int) -> bool:
    return appeal.held_by_id == person.id and (appeal.held_until_ms or 0) > moment


def _risk(appeal: Appeal) -> str:
    """Describe how hard the appealed item is to look at; empty if it is not."""
    severity = severity_of(appeal)
    return localised(SEVERITIES[severity]) if severity else ""


def _item(appeal: Appeal, person: Person) -> AppealItem | None:
    """Return the judged item if the decision is about an answer; veiled if it is hard."""
    answer, project = appeal.decision.answer, appeal.decision.project
    if answer is None or project is None:
        return None
    question = answer.question_version
    is_veiled = severity_of(appeal) > 0 and not has_uncovered(appeal, person)
    content = None if is_veiled else shown_task(project, answer.task, question)
    return AppealItem(content, first_question_text(question), question.instructions)
