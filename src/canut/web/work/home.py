"""A worker's home page: notices, today's time and pay, what there is to do, last answers."""

from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from canut.actions.pay.accounting.balance import balance_of
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.day_view import bounds_of, time_today, week_of
from canut.core.clock import HOUR_MS, Ms, local_day
from canut.store.comparisons.comparisons import open_comparisons
from canut.store.models import PayLine, Person, Role
from canut.store.participation.policies import terms_to_come
from canut.store.people.work_terms import zone_of
from canut.store.quality.results import label_of_answer, offers
from canut.store.work.own_work import recent_answers, rejected_among, since, taken_since
from canut.web.decisions.decision_view import news_for
from canut.web.decisions.notices import notices_for
from canut.web.kinds import told_label
from canut.web.kit.access import get_person, list_projects, roles_anywhere
from canut.web.kit.audiences import REQUESTERS
from canut.web.pay.work_terms import terms_news
from canut.web.tasks.task_view import TaskContent, shown_task
from canut.web.work.material_wording import origins_of

MOST_RECENT = 4
THUMB = 120


class EarnedToday(NamedTuple):
    """What a person earned today in one currency, and what of it decisions took."""

    currency: str
    micro: int
    taken_micro: int
    per_hour_micro: int | None


class LastAnswer(NamedTuple):
    """One of a person's last answers: what was judged, and the answer in words."""

    line: PayLine
    content: TaskContent
    words: str
    is_practice: bool
    is_rejected: bool


def work(request: HttpRequest) -> HttpResponse:
    """Show what is new, today's time and earnings, my projects, and my last answers."""
    person, moment = get_person(request), now_ms()
    today = local_day(moment, zone_of(person.pk, moment))
    measured_ms = time_today(person, moment)
    notices = notices_for(person, moment)
    available = offers(list_projects(person, frozenset({Role.WORKER})), person)
    paid = [offer for offer in available if not offer.is_unpaid]
    context = {
        "today": timezone.now(),
        "notices": notices,
        "more_notices": max(0, len(notices) - 1),
        "measured_ms": measured_ms,
        "week_ms": week_of(person, today) + measured_ms,
        "earned": _earned(person, bounds_of(person, today, moment)[0], measured_ms),
        "balance": balance_of(person, moment),
        "paid": paid,
        "compared": open_comparisons([offer.project.pk for offer in available]),
        "origins": origins_of(offer.project.pk for offer in available),
        "own": _own_projects(request, person),
        "first_offer": next((offer for offer in available if offer.is_any_left), None),
        "unpaid": [offer for offer in available if offer.is_unpaid],
        "is_anything_left": any(offer.is_any_left for offer in available),
        "recent": _last_answers(recent_answers(person, MOST_RECENT)),
        "coming_terms": terms_to_come(moment),
        "system_news": news_for(person, moment),
        **terms_news(person),
    }
    return render(request, "work/home.html", context)


def _own_projects(request: HttpRequest, person: Person) -> set[int]:
    """Return the projects that a person requests, whose labels they may take from here."""
    if not roles_anywhere(request) & REQUESTERS.roles:
        return set()
    return {project.pk for project in list_projects(person, REQUESTERS.roles)}


def _earned(person: Person, begin_ms: Ms, measured_ms: Ms) -> list[EarnedToday]:
    """Return what today's answers pay, less what decisions took of it."""
    deducted = taken_since(person, begin_ms)
    earned = since(person, begin_ms).earned
    hours = measured_ms if len(earned) == 1 else 0
    return [
        EarnedToday(
            own.currency,
            micro := max(0, own.piece_micro - deducted.get(own.currency, 0)),
            max(0, deducted.get(own.currency, 0)),
            micro * HOUR_MS // hours if hours else None,
        )
        for own in earned
    ]


def _last_answers(lines: Sequence[PayLine]) -> list[LastAnswer]:
    rejected = rejected_among(line.answer_id for line in lines)
    answers: list[LastAnswer] = []
    for line in lines:
        question = line.answer.question_version
        answers.append(
            LastAnswer(
                line,
                shown_task(line.project, line.answer.task, question, THUMB),
                told_label(question.schema, label_of_answer(line.answer)),
                line.answer.task_id == line.project.practice_task_id,
                line.answer_id in rejected,
            )
        )
    return answers
