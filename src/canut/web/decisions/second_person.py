"""Rejections that wait for a second person: read, confirm, refuse."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.decisions.waiting_rejections import confirm_rejection, refuse_rejection
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.deadlines import MOST_ALONE, rejectable_until
from canut.store.decisions.waiting_rejections import asked_by, waiting_for
from canut.store.models import Project, WaitingRejection, Worker
from canut.store.quality.results import label_of_answer
from canut.web.decisions.decision_view import act_in_words, time_left_text
from canut.web.kit.access import get_person, get_waiting_rejection
from canut.web.kit.messages import message_now


class WaitingAnswer(NamedTuple):
    """One rejection that waits: the answer, the reason, and the time left."""

    row: WaitingRejection
    label: str
    reason: str
    left: str


class WaitingGroup(NamedTuple):
    """The rejections of one person's answers in one project."""

    project: Project
    worker: Worker
    answers: list[WaitingAnswer]


def waiting(request: HttpRequest) -> HttpResponse:
    """Show the rejections that wait for me, and those of mine that wait for somebody else."""
    person, moment = get_person(request), now_ms()
    context = {
        "groups": _grouped(waiting_for(person, moment), moment),
        "own": _grouped(asked_by(person, moment), moment),
        "most": MOST_ALONE,
    }
    return render(request, "decisions/second_person.html", context)


def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a rejection as the second person."""
    row = get_waiting_rejection(number)
    confirm_rejection(row.pk, by=get_person(request), now_ms=now_ms())
    messages.success(request, message_now("page.second_person.confirmed"))
    return redirect("appeals_rejections")


def refuse(request: HttpRequest, number: int) -> HttpResponse:
    """Refuse a rejection as the second person."""
    row = get_waiting_rejection(number)
    refuse_rejection(row.pk, by=get_person(request), now_ms=now_ms())
    messages.success(request, message_now("page.second_person.refused"))
    return redirect("appeals_rejections")


def _grouped(rows: Iterable[WaitingRejection], moment: int) -> list[WaitingGroup]:
    groups: dict[int, WaitingGroup] = {}
    for row in rows:
        answer = row.answer
        group = groups.setdefault(answer.worker_id, WaitingGroup(answer.project, answer.worker, []))
        left = time_left_text(rejectable_until(answer.answered_ms), moment)
        group.answers.append(
            WaitingAnswer(row, label_of_answer(answer), act_in_words(row.code), left)
        )
    return list(groups.values())
