"""A worker's home page: today's measured time and pay, projects, last answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from canut.actions.platform.system_clock import now_ms
from canut.actions.time.day_view import time_today
from canut.core.clock import to_ms
from canut.store.models import Role
from canut.store.participation.policies import terms_to_come
from canut.store.quality.results import offers
from canut.store.work.own_work import recent_answers, since
from canut.web.decisions.decision_view import news_for
from canut.web.kit.access import get_person, list_projects
from canut.web.pay.work_terms import terms_news


def work(request: HttpRequest) -> HttpResponse:
    """Show today's time and earnings, my projects, and my last answers."""
    person = get_person(request)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    context = {
        "today": timezone.now(),
        "measured_ms": time_today(person, now_ms()),
        "day": since(person, to_ms(midnight)),
        "offers": offers(list_projects(person, frozenset({Role.WORKER})), person),
        "recent": recent_answers(person),
        "coming_terms": terms_to_come(now_ms()),
        "system_news": news_for(person, now_ms()),
        **terms_news(person),
    }
    return render(request, "work/home.html", context)
